from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import GlossaryError
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.diff import diff
from pipeline.termbase.edit import GlossaryFile
from pipeline.termbase.merge import Merged, merge_concept, merge_files
from pipeline.termbase.table import format_table, read_entries


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    return ConceptEntry(**{"id": zh, "zh": zh, "preferred": en, **more})  # type: ignore[arg-type]


BASE = entry("出口许可", "export license", id="ec", admitted=("export permit",), note="act", condition="after(证)")


def changed(**fields: object) -> ConceptEntry:
    return msgspec.structs.replace(BASE, **fields)


def test_changes_of_different_cells_are_both_kept() -> None:
    made = merge_concept(BASE, changed(note="act or document"), changed(forbidden=("outlet permission",))).entry
    assert made == changed(note="act or document", forbidden=("outlet permission",))


def test_renderings_are_merged_by_status() -> None:
    ours = changed(admitted=("export permit", "export licensing"))
    theirs = changed(admitted=(), forbidden=("export permit",))
    made = merge_concept(BASE, ours, theirs).entry
    assert made is not None
    assert (made.admitted, made.forbidden) == (("export licensing",), ("export permit",))


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (changed(note="act only"), changed(note="document"), "note: act only here, document there"),
        (changed(preferred="permit"), changed(preferred="licence"), "'permit' and 'licence' are both preferred"),
        (
            changed(admitted=(), forbidden=("export permit",)),
            changed(preferred="export permit", admitted=("export license",)),
            "“export permit”: forbidden here, preferred there",
        ),
        (changed(condition=""), changed(condition="after(件)"), "condition: (none) here, after(件) there"),
        (None, changed(note="x"), "deleted on one side, changed on the other"),
    ],
    ids=["note", "preferred", "status", "condition", "deleted"],
)
def test_the_same_thing_changed_differently_is_a_conflict(
    ours: ConceptEntry | None, theirs: ConceptEntry, reason: str
) -> None:
    assert merge_concept(BASE, ours, theirs).reasons == (reason,)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (BASE, changed(note="x"), Merged(changed(note="x"))),
        (changed(note="x"), BASE, Merged(changed(note="x"))),
        (changed(note="x"), changed(note="x"), Merged(changed(note="x"))),
        (None, BASE, Merged(None)),
        (BASE, None, Merged(None)),
        (changed(condition="after( 证 )"), changed(note="x"), Merged(changed(condition="after( 证 )", note="x"))),
    ],
    ids=["theirs", "ours", "both", "gone here", "gone there", "spacing"],
)
def test_what_one_side_left_alone_follows_the_other(
    ours: ConceptEntry | None, theirs: ConceptEntry | None, expected: Merged
) -> None:
    assert merge_concept(BASE, ours, theirs) == expected


def test_without_a_base_equal_additions_are_one() -> None:
    assert merge_concept(None, BASE, BASE) == Merged(BASE)
    assert merge_concept(None, BASE, changed(note="x")).reasons


VALUES = st.builds(
    lambda number, preferred, admitted, note: entry(
        f"许可{number}", preferred, admitted=tuple(text for text in admitted if text != preferred), note=note
    ),
    st.integers(0, 3),
    st.sampled_from(["license", "permit", "licence"]),
    st.lists(st.sampled_from(["license", "permit", "grant"]), max_size=2, unique=True),
    st.sampled_from(["", "a", 'b, "c"']),
)
TABLES = st.lists(VALUES, max_size=4, unique_by=lambda each: each.id)


def table(entries: list[ConceptEntry]) -> GlossaryFile:
    return GlossaryFile(Path("legal.csv"), format_table(entries))


@settings(max_examples=80)
@given(TABLES, TABLES)
def test_a_merge_with_an_untouched_side_is_the_other_side(base: list[ConceptEntry], edited: list[ConceptEntry]) -> None:
    for ours, theirs in ((base, edited), (edited, base), (edited, edited)):
        file = table(ours)
        assert merge_files(table(base), file, table(theirs)) == []
        assert diff(edited, GlossaryFile(Path("legal.csv"), file.text).entries) == []


@settings(max_examples=80)
@given(TABLES, TABLES, TABLES)
def test_merging_is_symmetrical_and_a_conflict_leaves_a_file_that_nobody_reads_by_mistake(
    base: list[ConceptEntry], left: list[ConceptEntry], right: list[ConceptEntry]
) -> None:
    one, other = table(left), table(right)
    conflicts = merge_files(table(base), one, table(right))
    mirrored = merge_files(table(base), other, table(left))
    assert {each.concept for each in conflicts} == {each.concept for each in mirrored}
    if conflicts:
        assert one.text.count("<<<<<<< ours") == one.text.count(">>>>>>> theirs") == len(conflicts)
        with pytest.raises(GlossaryError, match="unresolved merge conflict"):
            GlossaryFile(Path("legal.csv"), one.text)
        return
    merged = [GlossaryFile(Path("legal.csv"), file.text).entries for file in (one, other)]
    assert [change.kinds for change in diff(*merged)] == []


def test_two_concepts_made_for_the_same_chinese_are_a_conflict() -> None:
    ours = table([BASE, entry("再出口", "re-export", id="a")])
    [conflict] = merge_files(table([BASE]), ours, table([BASE, entry("再出口", "reexport", id="b")]))
    assert str(conflict) == "b: 再出口 was made here as a (re-export): keep one of them"


def test_new_rows_come_behind_the_row_they_stood_behind() -> None:
    rows = [entry(f"许可{i}", f"license {i}") for i in range(3)]
    file = table(rows)
    assert merge_files(table(rows), file, table([rows[0], entry("特许", "x"), *rows[1:]])) == []
    assert [each.zh for each in GlossaryFile(Path("a.csv"), file.text).entries] == ["许可0", "特许", "许可1", "许可2"]


def test_tables_that_cannot_be_merged_by_concept_say_so() -> None:
    simple = GlossaryFile(Path("a.csv"), "source,target\n许可,license\n")
    with pytest.raises(GlossaryError, match="merge it as text"):
        merge_files(simple, simple, simple)
    narrow = GlossaryFile(Path("a.csv"), "id,zh,en\na,许可,license\n")
    with pytest.raises(GlossaryError, match="lacks the columns zh_variants"):
        merge_files(narrow, narrow, table([BASE]))


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    identity = ["-c", "user.name=Li", "-c", "user.email=li@example.org", "-c", "init.defaultBranch=main"]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_MERGE_AUTOEDIT": "no"}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    command = f"{sys.executable} -m pipeline glossary merge %O %A %B --path %P"
    git(tmp_path, "config", "merge.zhengming-glossary.driver", command)
    (tmp_path / ".gitattributes").write_text("*.csv merge=zhengming-glossary\n*.jsonl merge=union\n", encoding="utf-8")
    commit(tmp_path, [BASE, entry("物项", "item")], "base")
    git(tmp_path, "checkout", "-q", "-b", "theirs")
    return tmp_path


def commit(folder: Path, entries: list[ConceptEntry], message: str) -> None:
    (folder / "legal.csv").write_text(format_table(entries), encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", message)


def test_git_merges_edits_of_one_row_that_would_collide_as_text(repository: Path) -> None:
    commit(repository, [changed(note="of the act"), entry("物项", "item"), entry("转口", "entrepôt trade")], "theirs")
    git(repository, "checkout", "-q", "main")
    commit(
        repository,
        [changed(forbidden=("outlet permission",)), entry("物项", "item"), entry("再出口", "re-export")],
        "ours",
    )
    git(repository, "merge", "-q", "theirs")
    merged = {each.id: each for each in read_entries(repository / "legal.csv")}
    assert (merged["ec"].note, merged["ec"].forbidden) == ("of the act", ("outlet permission",))
    assert set(merged) == {"ec", "物项", "转口", "再出口"}


def test_git_reports_a_conflict_and_shows_it_by_concept(repository: Path) -> None:
    commit(repository, [changed(preferred="export permit", admitted=()), entry("物项", "item")], "theirs")
    git(repository, "checkout", "-q", "main")
    commit(repository, [changed(preferred="license to export"), entry("物项", "item")], "ours")
    output = git(repository, "merge", "theirs", code=1)
    assert "legal.csv: ec: 'license to export' and 'export permit' are both preferred" in output
    assert "UU legal.csv" in git(repository, "status", "--short")
    text = (repository / "legal.csv").read_text(encoding="utf-8")
    assert text.count("<<<<<<< ours\nec,") == 1
    assert "物项,物项,,item" in text.splitlines()[-1]
    lint = CliRunner().invoke(app, ["glossary", "lint", str(repository / "legal.csv")])
    assert "an unresolved merge conflict" in lint.output


def test_a_file_that_both_sides_added_is_merged_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "base").write_bytes(b"")
    for name, row in (("ours", entry("再出口", "re-export")), ("theirs", BASE)):
        (tmp_path / name).write_text(format_table([row]), encoding="utf-8")
    names = [str(tmp_path / name) for name in ("base", "ours", "theirs")]
    done = CliRunner().invoke(app, ["glossary", "merge", *names, "-o", str(tmp_path / "out.csv")])
    assert done.exit_code == 0, done.output
    assert {each.zh for each in read_entries(tmp_path / "out.csv")} == {"再出口", "出口许可"}
    assert len(read_entries(tmp_path / "ours")) == 1
