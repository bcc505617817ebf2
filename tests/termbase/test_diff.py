from __future__ import annotations

import json
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.diff import compare, counts, diff, to_markdown
from pipeline.termbase.table import format_table


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    return ConceptEntry(**{"id": zh, "zh": zh, "preferred": en, **more})  # type: ignore[arg-type]


LICENSE = entry("许可", "license", id="ec-license", admitted=("permit",), condition="after(证/件)", note="as noun")


def change(**fields: object) -> list[str]:
    return [str(each) for each in compare(LICENSE, msgspec.structs.replace(LICENSE, **fields))]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"zh": "许可证"}, ["zh: 许可 → 许可证"]),
        ({"variants": ("特许",)}, ["zh_variants: + 特许"]),
        (
            {"preferred": "permit", "admitted": ("license",)},
            ["“permit”: admitted → preferred", "“license”: preferred → admitted"],
        ),
        ({"admitted": (), "forbidden": ("permit",)}, ["“permit”: admitted → forbidden"]),
        ({"admitted": ()}, ["admitted: − permit"]),
        ({"condition": "after(证)"}, ["condition: after(证/件) → after(证)"]),
        ({"condition": " after( 证 / 件 )"}, []),
        ({"valid_to": "2025-12-31"}, ["valid_to: + 2025-12-31"]),
        ({"state": EntryState.PROPOSED}, ["state: approved → proposed"]),
        ({"note": "as verb"}, ["note: as noun → as verb"]),
        ({"origin": "other.csv:9"}, []),
    ],
    ids="renamed variant swapped forbidden dropped condition spacing validity state note moved".split(),
)
def test_a_change_is_named_by_what_it_means_for_the_concept(fields: dict[str, object], expected: list[str]) -> None:
    assert change(**fields) == expected


def test_concepts_are_compared_whatever_the_order_of_rows() -> None:
    entries = [LICENSE, entry("物项", "item"), entry("清单", "list")]
    assert diff(entries, reversed(entries)) == []
    assert counts(diff(entries, entries[1:])) == {"removed": 1}
    assert counts(diff(entries[1:], entries)) == {"added": 1}


def test_a_concept_with_a_new_id_is_not_taken_for_a_removed_and_an_added_one() -> None:
    moved = msgspec.structs.replace(LICENSE, id="legal-license", preferred="permission")
    [found] = diff([LICENSE, entry("物项", "item")], [entry("物项", "item"), moved])
    assert found.kinds == ("id changed", "renderings changed")


def test_where_two_new_concepts_could_be_the_old_one_neither_is_guessed() -> None:
    senses = [entry("许可", "permission", id="a"), entry("许可", "authorization", id="b")]
    assert counts(diff([msgspec.structs.replace(LICENSE, condition="")], senses)) == {"added": 2, "removed": 1}


TEXTS = st.text(alphabet="出口管制ab |<\\", min_size=1, max_size=4).map(str.strip).filter(bool)
ENTRIES = st.lists(
    st.builds(
        ConceptEntry,
        id=st.sampled_from("abcdef"),
        zh=TEXTS,
        preferred=TEXTS,
        admitted=st.lists(TEXTS, max_size=2, unique=True).map(tuple),
        note=TEXTS,
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)


@given(ENTRIES, ENTRIES)
def test_every_difference_is_reported_once_and_nothing_else(old: list[ConceptEntry], new: list[ConceptEntry]) -> None:
    changes = diff(old, new)
    before, after = {each.id: each for each in old}, {each.id: each for each in new}
    expected = {name for name in after if name not in before or [*compare(before[name], after[name])]}
    assert {found.after.id for found in changes if found.after} == expected
    gone = [found.before.id for found in changes if found.before and found.after is None]
    renamed = [
        found.before.id for found in changes if found.before and found.after and found.before.id != found.after.id
    ]
    assert sorted([*gone, *renamed]) == sorted(set(before) - set(after))
    lines = [line for line in to_markdown(changes, old="a", new="b").splitlines() if line.startswith("| ")]
    assert len(lines) == (len(changes) + 2 if changes else 0)


def test_an_unchanged_glossary_says_so_and_the_exit_code_can_gate(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(format_table([LICENSE]), encoding="utf-8")
    new.write_text(format_table([msgspec.structs.replace(LICENSE, preferred="permission")]), encoding="utf-8")
    same = CliRunner().invoke(app, ["glossary", "diff", str(old), str(old), "--exit-code"])
    assert (same.exit_code, "No concept changed." in same.output) == (0, True)
    other = CliRunner().invoke(app, ["glossary", "diff", str(old), str(new), "--exit-code", "--json"])
    assert other.exit_code == 1
    assert json.loads(other.output)["counts"] == {"renderings changed": 1}


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Wang", "-c", "user.email=wang@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_git_revisions_of_a_file_and_of_a_folder_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "术语"
    folder.mkdir()
    git(tmp_path, "init", "-q")
    (folder / "legal.csv").write_text(format_table([LICENSE]), encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "glossary")
    changed = msgspec.structs.replace(LICENSE, admitted=(), forbidden=("permit",))
    (folder / "legal.csv").write_text(format_table([changed, entry("物项", "item")]), encoding="utf-8")
    monkeypatch.chdir(folder)
    for old, new in (("HEAD:legal.csv", "legal.csv"), ("HEAD:.", "."), (f"HEAD:{folder}", str(folder))):
        result = CliRunner().invoke(app, ["glossary", "diff", old, new])
        assert result.exit_code == 0, result.output
        assert "“permit”: admitted → forbidden" in result.output
        assert "| 物项 | 物项 | item | added |" in result.output
    (folder / "legal.csv").unlink()
    gone = CliRunner().invoke(app, ["glossary", "diff", "HEAD:legal.csv", "HEAD:legal.csv"])
    assert "No concept changed." in gone.output


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.csv", "no glossary at nowhere.csv"), ("v9:legal.csv", "git "), ("HEAD:nowhere", "has no glossary at")],
    ids=["file", "revision", "path"],
)
def test_what_does_not_exist_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "legal.csv").write_text(format_table([LICENSE]), encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "glossary")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["glossary", "diff", name, "legal.csv"])
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
