from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import GlossaryError
from pipeline.formats.glossary import read, read_with_proposals
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.diff import statuses
from pipeline.termbase.history import FILE, Action, Event, append, read_log
from pipeline.termbase.incoming import Fate, joined, plan
from pipeline.termbase.proposals import pending
from pipeline.termbase.table import format_table


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    given: dict[str, object] = {"id": zh, "reference": "MOFCOM", "pos": "noun", **more}
    return ConceptEntry(zh=zh, preferred=en, **given)  # type: ignore[arg-type]


LICENSE = entry("出口许可", "export license", id="ec-license", admitted=("export permit",), note="of the act")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "glossaries"
    path.mkdir()
    (path / "legal.csv").write_text(format_table([LICENSE, entry("物项", "item", id="ec-item")]), encoding="utf-8")
    return path


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["glossary", *arguments, "--folder", str(folder), "--who", "li"])
    assert result.exit_code == code, result.output
    return result.output


def history(folder: Path, *arguments: str) -> str:
    return CliRunner().invoke(app, ["glossary", "history", *arguments, "--folder", str(folder)]).output


def test_a_proposal_touches_no_file_until_it_is_approved_and_then_only_its_row(folder: Path) -> None:
    before = (folder / "legal.csv").read_text(encoding="utf-8")
    made = run(folder, "propose", "ec-license", "--en", "export permit", "--forbid", "export license", "--why", "CSET")
    identifier = made.split()[0]
    assert "“export license”: preferred → forbidden" in made
    assert (folder / "legal.csv").read_text(encoding="utf-8") == before
    assert identifier in history(folder, "--pending")
    run(folder, "approve", identifier, "--why", "agreed on Monday")
    rows = (folder / "legal.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] + rows[2] == before.splitlines()[0] + before.splitlines()[2]
    [changed, _] = read(folder / "legal.csv")
    assert (changed.preferred, changed.admitted, changed.forbidden) == ("export permit", (), ("export license",))
    assert history(folder, "--pending") == ""
    log = history(folder, "ec-license")
    assert log.index("li  propose") < log.index("li  approve")
    assert "agreed on Monday" in log


def test_a_rejected_proposal_is_never_enforced_and_may_be_made_again(folder: Path) -> None:
    command = ("propose", "ec-license", "--admit", "export licensing")
    identifier = run(folder, *command).split()[0]
    run(folder, "reject", "ec-license", "--why", "means the system")
    assert pending(read_log(folder)) == []
    assert read_with_proposals(folder / "legal.csv") == read(folder / "legal.csv")
    run(folder, "approve", identifier, code=2)
    assert run(folder, *command).split()[0] == identifier
    assert len(pending(read_log(folder))) == 1


def test_the_same_proposal_made_twice_waits_once(folder: Path) -> None:
    for _ in range(2):
        run(folder, "propose", "ec-new", "--zh", "再出口", "--en", "re-export", "--file", "legal.csv")
    assert len(pending(read_log(folder))) == 1


def test_a_proposal_on_a_row_that_changed_since_is_refused_unless_forced(folder: Path) -> None:
    identifier = run(folder, "propose", "ec-license", "--admit", "export licensing").split()[0]
    moved = [msgspec.structs.replace(LICENSE, preferred="license to export"), entry("物项", "item", id="ec-item")]
    (folder / "legal.csv").write_text(format_table(moved), encoding="utf-8")
    assert "has changed in legal.csv since" in run(folder, "approve", identifier, code=2)
    assert len(pending(read_log(folder))) == 1
    run(folder, "approve", identifier, "--force")
    assert read(folder / "legal.csv")[0].preferred == "export license"


def test_several_are_settled_together_or_not_at_all(folder: Path) -> None:
    good = run(folder, "propose", "ec-item", "--admit", "article").split()[0]
    before = (folder / "legal.csv").read_bytes()
    assert "no proposal 'p0000000' waits" in run(folder, "approve", good, "p0000000", code=2)
    assert (folder / "legal.csv").read_bytes() == before
    assert len(pending(read_log(folder))) == 1


def test_linguists_who_approve_at_the_same_moment_lose_nothing(folder: Path) -> None:
    rows = [entry(f"许可{i}", f"license {i}", id=f"x{i}", state=EntryState.PROPOSED) for i in range(4)]
    (folder / "more.csv").write_text(format_table(rows), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline", "glossary", "approve", "--folder", str(folder), "--who", "li"]
    running = [subprocess.Popen([*command, f"x{i}"], stdout=subprocess.DEVNULL) for i in range(4)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0, 0]
    assert [str(row.state) for row in read(folder / "more.csv")] == ["approved"] * 4
    assert sorted(event.concept for event in read_log(folder)) == ["x0", "x1", "x2", "x3"]


def test_a_proposed_row_is_approved_or_rejected_in_its_place(folder: Path) -> None:
    rows = [
        entry("再出口", "re-export", id="a", state=EntryState.PROPOSED),
        entry("转口", "x", id="b", state="proposed"),
    ]
    rows = [msgspec.structs.replace(row, state=EntryState.PROPOSED) for row in rows]
    (folder / "more.csv").write_text(format_table(rows), encoding="utf-8")
    assert "a  (row)  more.csv" in history(folder, "--pending")
    run(folder, "approve", "a")
    run(folder, "reject", "b")
    assert [str(row.state) for row in read(folder / "more.csv")] == ["approved", "rejected"]
    assert history(folder, "--pending") == ""


def test_only_approved_entries_are_enforced_unless_proposed_ones_are_tried(folder: Path, tmp_path: Path) -> None:
    run(folder, "propose", "ec-item", "--en", "controlled object", "--drop", "item")
    text = tmp_path / "a.txt"
    text.write_text("物项\n", encoding="utf-8")
    command = ["translate", str(text), "--engine", "echo", "--glossary", str(folder / "legal.csv"), "--only-glossary"]
    seen = []
    for extra in ([], ["--with-proposed"]):
        assert CliRunner().invoke(app, [*command, "--to", "json", *extra]).exit_code == 0
        report = json.loads((tmp_path / "a.en.json").read_text(encoding="utf-8"))
        seen.append(report["segments"][0]["terms"][0]["rendering"])
    assert seen == ["item", "controlled object"]


def test_impact_of_a_waiting_proposal_is_shown_before_it_is_approved(folder: Path, tmp_path: Path) -> None:
    identifier = run(folder, "propose", "ec-license", "--en", "export permit", "--forbid", "export license").split()[0]
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("source\ttarget\tstate\n申请出口许可。\tApply for an export license.\tfinal\n", encoding="utf-8")
    command = ["glossary", "impact", identifier, str(pairs), "--folder", str(folder), "--only-glossary"]
    result = CliRunner().invoke(app, command)
    assert "Apply for an export permit." in result.output
    assert result.exit_code == 1


def test_lint_shows_what_a_waiting_proposal_would_break(folder: Path) -> None:
    run(folder, "propose", "ec-license", "--forbid", "export license", "--en", "export permit")
    (folder / "more.csv").write_text(
        format_table([entry("出口许可证", "export license document", id="x")]), encoding="utf-8"
    )
    plain = CliRunner().invoke(app, ["glossary", "lint", str(folder)])
    tried = CliRunner().invoke(app, ["glossary", "lint", str(folder), "--with-proposed"])
    assert (plain.exit_code, plain.output) == (0, "0 findings\n")
    assert "G205 'export license document' holds 'export license', forbidden for 出口许可" in tried.output
    assert tried.exit_code == 1
    both = CliRunner().invoke(app, ["glossary", "lint", str(folder), "--with-proposed", "--fix"])
    assert both.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("propose", "new"), "name the file"),
        (("propose", "new", "--file", "legal.csv"), "give --zh and --en"),
        (("propose", "ec-item", "--admit", "item"), "stands like this"),
        (("propose", "ec-item", "--set", "colour=red"), "write COLUMN=TEXT"),
        (("propose", "ec-item", "--set", "condition=after("), "condition, column 1"),
        (("approve", "nothing"), "no proposal 'nothing' waits"),
    ],
    ids="file terms same column condition unknown".split(),
)
def test_a_wrong_request_is_one_line_and_exit_code_two(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    output = run(folder, *arguments, code=2)
    assert message in output
    assert len(output.strip().splitlines()) == 1
    assert not (folder / FILE).exists()


def test_a_damaged_log_is_refused_with_its_line(folder: Path) -> None:
    run(folder, "propose", "ec-item", "--admit", "article")
    with (folder / FILE).open("a", encoding="utf-8") as log:
        log.write('{"at": "2026"\n')
    with pytest.raises(GlossaryError, match=r"history.jsonl:2: damaged entry"):
        read_log(folder)


def test_a_log_whose_last_line_was_cut_short_is_not_glued_to_the_next_event(tmp_path: Path) -> None:
    event = Event(at="2026-01-06T00:00:00Z", who="li", action=Action.IMPORT, concept="a", file="a.csv")
    append(tmp_path, [event])
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(tmp_path, [event])
    assert read_log(tmp_path) == [event, event]


def fates(existing: list[ConceptEntry], incoming: list[ConceptEntry], **more: object) -> list[Fate]:
    return [each.fate for each in plan(existing, incoming, source="x.tbx", **more)]  # type: ignore[arg-type]


def test_an_import_tells_new_known_and_changed_concepts_apart() -> None:
    incoming = [
        entry("出口许可", "export license", id="IATE-1"),
        entry("物项", "item", id="IATE-2", admitted=("article",)),
        entry("再出口", "re-export", id="IATE-3"),
        entry("最终用户", "end user", id="IATE-4"),
    ]
    existing = [LICENSE, entry("物项", "item")]
    found = plan(existing, incoming, source="x.tbx", others=[entry("最终用户", "end user")])
    assert [each.fate for each in found] == [Fate.SAME, Fate.CHANGE, Fate.NEW, Fate.ELSEWHERE]
    assert [str(change) for change in found[1].changes] == ["admitted: + article"]
    assert found[2].entry.state is EntryState.PROPOSED


def test_a_concept_without_authority_names_the_file_it_came_from() -> None:
    [made] = plan([], [entry("再出口", "re-export", reference="")], source="x.tbx")
    assert made.entry.reference == "import: x.tbx"


def test_a_chance_equal_id_of_another_term_is_given_a_new_one() -> None:
    [made] = plan([entry("物项", "item", id="mine-2")], [entry("再出口", "re-export", id="mine-2")], source="x")
    assert (made.fate, made.entry.id) == (Fate.NEW, "mine-2-2")


def test_senses_with_conditions_are_matched_by_condition() -> None:
    existing = [entry("许可", "license", id="a"), entry("许可", "permit", id="b", condition="after(费)")]
    assert fates(existing, [entry("许可", "permit", id="z", condition="after( 费 )")]) == [Fate.SAME]
    assert fates(existing, [entry("许可", "leave", id="z", condition="after(假)")]) == [Fate.NEW]


RENDERINGS = st.lists(st.sampled_from(["license", "permit", "licence", "leave", "grant"]), max_size=3, unique=True)
VERSIONS = st.builds(
    lambda preferred, admitted, forbidden, note: entry(
        "许可",
        preferred,
        admitted=tuple(text for text in admitted if text != preferred),
        forbidden=tuple(text for text in forbidden if text not in (preferred, *admitted)),
        note=note,
    ),
    st.sampled_from(["license", "permit", "licence"]),
    RENDERINGS,
    RENDERINGS,
    st.sampled_from(["", "of the act"]),
)


@given(VERSIONS, VERSIONS)
def test_joining_loses_no_rendering_and_follows_the_newcomer_where_they_differ(
    known: ConceptEntry, other: ConceptEntry
) -> None:
    made = joined(known, other)
    assert set(statuses(made)) == set(statuses(known)) | set(statuses(other))
    assert statuses(made).items() >= statuses(other).items()
    assert len({made.preferred, *made.admitted, *made.forbidden}) == 1 + len(made.admitted) + len(made.forbidden)
    assert made.note == (other.note or known.note)
    assert joined(made, other) == made


def imported(folder: Path, file: Path, *extra: str, code: int = 0) -> str:
    command = ["glossary", "import", str(file), "--into", str(folder / "legal.csv"), "--who", "li", *extra]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == code, result.output
    return result.output


def test_import_previews_then_adds_new_rows_and_proposes_changes_and_is_idempotent(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "partner.csv"
    rows = [entry("出口许可", "export permit", id="x"), entry("再出口", "re-export", id="y", reference="")]
    file.write_text(format_table(rows), encoding="utf-8")
    before = (folder / "legal.csv").read_bytes()
    preview = imported(folder, file)
    assert "new        y  再出口 → re-export" in preview
    assert "“export permit”: admitted → preferred" in preview
    assert "nothing was changed" in preview
    assert (folder / "legal.csv").read_bytes() == before
    assert "1 concept added as proposed, 1 change proposed" in imported(folder, file, "--apply", "--why", "partner")
    after = (folder / "legal.csv").read_bytes()
    assert after.startswith(before)
    assert read(folder / "legal.csv")[-1].reference == "import: partner.csv"
    assert "sha256:" in history(folder, "y")
    assert [each.entry.preferred for each in pending(read_log(folder))] == ["export permit"]
    assert "0 concepts added" in imported(folder, file, "--apply")
    assert (folder / "legal.csv").read_bytes() == after
    assert len(pending(read_log(folder))) == 1


def test_a_concept_of_another_file_is_not_made_twice(folder: Path, tmp_path: Path) -> None:
    (folder / "trade.csv").write_text(format_table([entry("再出口", "re-export", id="t")]), encoding="utf-8")
    file = tmp_path / "partner.csv"
    file.write_text(format_table([entry("再出口", "reexport", id="y")]), encoding="utf-8")
    assert "elsewhere  t  再出口  (trade.csv:2)" in imported(folder, file, "--apply")
    [waiting] = pending(read_log(folder))
    assert (waiting.file, waiting.entry.id) == ("trade.csv", "t")


def test_a_file_with_a_fault_imports_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "partner.csv"
    file.write_text("id,zh,en\na,再出口,re-export\nb,,x\n", encoding="utf-8")
    before = (folder / "legal.csv").read_bytes()
    assert "line 3: zh empty" in imported(folder, file, "--apply", code=2)
    assert (folder / "legal.csv").read_bytes() == before
    assert not (folder / FILE).exists()


def test_only_accepted_rows_of_a_table_of_candidates_are_imported(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "candidates.csv"
    file.write_text(
        "accept,zh,en,count,example\nx,再出口,re-export,12,a\n,企业开,company,9,b\nno,的出口,export,8,c\n",
        encoding="utf-8",
    )
    assert "1 new" in imported(folder, file, "--apply", "--approve")
    made = read(folder / "legal.csv")[-1]
    assert (made.zh, made.preferred, made.state) == ("再出口", "re-export", EntryState.APPROVED)


def test_an_accepted_candidate_without_a_rendering_is_named(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "candidates.csv"
    file.write_text("accept,zh,en\nyes,再出口,\n", encoding="utf-8")
    assert "line 2: en empty" in imported(folder, file, code=2)
