from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.lang.spelling import american
from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.edit import GlossaryFile
from pipeline.termbase.lint import LintSeverity, catalogue, lint
from pipeline.termbase.table import COLUMNS, format_table

DAY = date(2026, 1, 6)


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    given: dict[str, object] = {"id": f"t-{en}".replace(" ", "-"), "reference": "MOFCOM", "pos": "noun"}
    given |= {"origin": "mine.csv:2", **more}
    return ConceptEntry(zh=zh, preferred=en, **given)  # type: ignore[arg-type]


SOUND = entry("出口管制", "export control", id="ec")
FAULTY = {
    "G101": [entry("许可", "license", admitted=("permit",), forbidden=("Permit",))],
    "G102": [entry("许可", "license", reference="")],
    "G103": [entry("出口許可", "export license")],
    "G104": [entry("许可", "export  license")],
    "G105": [entry("许可", "license", admitted=("License",))],
    "G106": [entry("许可", "lic\u200bense")],
    "G107": [entry("许可", "license", valid_to="2025-12-31")],
    "G108": [entry("许可", "license", valid_from="January 2025")],
    "G109": [entry("许可", "license", pos="nuon")],
    "G110": [entry("许可", "license", id="许可 1")],
    "G111": [entry("许可;特许", "license")],
    "G112": [entry("出口许可证", "Export License Certificate")],
    "G113": [entry("许可", "the license")],
    "G114": [entry("许可", "license,")],
    "G115": [entry("许可", "licence")],
    "G116": [entry("许可", "license", abbr="licenses")],
    "G117": [entry("license", "许可")],
    "G201": [entry("许可", "license", id="a"), entry("特许", "special license", id="a")],
    "G202": [entry("许可", "license"), entry("許可", "permission")],
    "G203": [
        entry("许可", "license", condition="after(证/件)"),
        entry("许可", "permission", condition=" after( 证 / 件 ) "),
    ],
    "G204": [entry("公告", "announcement", forbidden=("decision",)), entry("决定", "decision")],
    "G205": [entry("物项", "item", forbidden=("goods",)), entry("管制物项", "controlled goods")],
    "G206": [entry("许可证", "license"), entry("出口许可证", "export certificate")],
    "G207": [entry("许可", "license", variants=("特许",)), entry("特许", "permission", variants=("许可",))],
    "G208": [entry("许可", "license"), entry("执照", "license", id="b")],
    "G301": [entry("许可", "license", condition="after(證)")],
    "G302": [entry("许可", "license", condition="genre(anouncement)")],
    "G303": [entry("许可", "license", condition="after(证)"), entry("许可", "permission", condition="after(人)")],
    "G304": [entry("许可", "license", condition="after(证)"), entry("许可证", "license document", id="b")],
    "G401": [entry("许可", "license")],
    "G402": [entry("管制", "control")],
}
CORPUS = ("国家对两用物项实行统一的出口管制制度。",)


@pytest.mark.parametrize("code", sorted(FAULTY))
def test_each_rule_finds_the_fault_that_it_is_named_after(code: str) -> None:
    found = lint([SOUND, *FAULTY[code]], day=DAY, advice=True, corpus=CORPUS if code.startswith("G4") else ())
    assert code in {finding.code for finding in found}
    assert all(finding.concept for finding in found)


def test_every_rule_of_the_catalogue_has_a_fault_here_and_a_title() -> None:
    assert set(FAULTY) == set(catalogue())
    assert all(len(rule.title) > 15 for rule in catalogue().values())


def test_a_sound_glossary_has_no_findings_and_advice_is_given_only_when_asked_for() -> None:
    assert lint([SOUND], day=DAY) == []
    advised = [SOUND, *FAULTY["G208"]]
    assert lint(advised, day=DAY) == []
    assert [finding.severity for finding in lint(advised, day=DAY, advice=True)] == [LintSeverity.ADVICE]


def test_entries_that_were_never_valid_together_do_not_conflict() -> None:
    before = entry("海关总署", "Customs General Administration", valid_to="2018-03-31", pos="proper")
    after = entry("海关总署", "General Administration of Customs", valid_from="2018-04-01", pos="proper")
    assert {finding.code for finding in lint([before, after], day=DAY)} == {"G107"}
    assert "G202" in {finding.code for finding in lint([before, entry("海关总署", "GAC")], day=DAY)}


def test_a_rejected_entry_is_passed_over() -> None:
    assert lint([entry("许可", "licence", state=EntryState.REJECTED)], day=DAY) == []


def test_a_rule_can_be_left_out_by_its_code() -> None:
    assert lint(FAULTY["G115"], day=DAY, off=("G115",)) == []


def test_the_shipped_glossaries_have_no_findings() -> None:
    result = CliRunner().invoke(app, ["glossary", "lint", str(shipped("glossaries"))])
    assert result.output == "0 findings\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("export licence", "export license"),
        ("Organisation for the Prohibition of Weapons", "Organization for the Prohibition of Weapons"),
        ("aluminium alloys and fibres", "aluminum alloys and fibers"),
        ("five per cent of 200 tonnes", "five percent of 200 metric tons"),
        ("advise the exercise of a promise", "advise the exercise of a promise"),
        ("demagnetisation curve", "demagnetization curve"),
    ],
    ids=["licence", "organisation", "metals", "units", "no-ise", "demagnetisation"],
)
def test_house_style_is_american_and_leaves_words_in_ise_that_are_american_too(text: str, better: str) -> None:
    assert american(text) == better
    assert american(better) == better


TABLE = (
    "id,zh,zh_variants,en,en_admitted,en_forbidden,pos,condition,note,reference,state\r\n"
    '"q-1",出口許可,出口許可|出口许可证,"export licence","export  permit|export Licence",,noun,,'
    '"two\r\nlines, kept",MOFCOM,approved\r\n'
    "\r\n"
    'q-2,"物项",,item,,,noun,,"untouched ""as it is""",MOFCOM,approved\r\n'
    "q-3,许可,,permission,,,noun,after(證),,,approved"
)


def test_fix_mends_what_is_safe_and_leaves_every_other_byte(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    result = CliRunner().invoke(app, ["glossary", "lint", str(path), "--fix"])
    data = path.read_bytes()
    assert result.exit_code == 1, result.output
    assert "2 rows mended" in result.output
    assert "q-3" not in result.output
    assert "mine.csv:6: G102" in result.output
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert 'q-2,"物项",,item,,,noun,,"untouched ""as it is""",MOFCOM,approved' in lines
    [first, _, third] = GlossaryFile.read(path).entries
    assert (first.zh, first.variants, first.preferred) == ("出口许可", ("出口许可证",), "export license")
    assert first.admitted == ("export licence", "export permit")
    assert first.note == "two\r\nlines, kept"
    assert third.condition == "after(证)"


def test_a_second_fix_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    for _ in range(2):
        result = CliRunner().invoke(app, ["glossary", "lint", str(path), "--fix", "--off", "G102"])
    assert "0 rows mended" in result.output
    assert result.exit_code == 0


def test_a_corpus_shows_terms_that_never_occur_and_those_that_never_win(tmp_path: Path) -> None:
    path, text = tmp_path / "mine.csv", tmp_path / "公告.txt"
    rows = [entry("两用物项", "dual-use item"), entry("物项", "item"), entry("留抵税额", "excess input VAT")]
    path.write_text(format_table(rows), encoding="utf-8")
    text.write_text("本公告所称两用物项，是指……\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["glossary", "lint", str(path), "--corpus", str(text)])
    assert "mine.csv:3: G402 物项" in result.output
    assert "mine.csv:4: G401 留抵税额" in result.output
    assert "两用物项 occurs" not in result.output
    assert result.exit_code == 0


def test_findings_are_machine_readable(tmp_path: Path) -> None:
    import json

    path = tmp_path / "mine.csv"
    path.write_text(format_table(FAULTY["G115"]), encoding="utf-8")
    result = CliRunner().invoke(app, ["glossary", "lint", str(path), "--json"])
    [row] = [json.loads(line) for line in result.output.splitlines()]
    assert (row["code"], row["origin"], row["suggestion"], row["fixable"]) == ("G115", "mine.csv:2", "license", True)


def test_a_two_column_glossary_is_not_asked_for_authorities(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("source,target\n许可,license\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["glossary", "lint", str(path)]).exit_code == 0


CELLS = st.text(alphabet='出口许可管制",|\n\r\tab ', max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.integers(0, 4))
def test_putting_an_entry_changes_its_own_row_only(cells: list[tuple[str, str]], chosen: int) -> None:
    rows = [
        entry(f"许可{i}", f"license {i}", id=f"x{i}", note=note.strip(), definition=definition.strip())
        for i, (note, definition) in enumerate(cells)
    ]
    file = GlossaryFile(Path("mine.csv"), format_table(rows))
    before = file.entries
    changed = entry("特许", "special license", id=f"x{chosen % len(rows)}")
    file.put(changed)
    after = GlossaryFile(Path("mine.csv"), file.text).entries
    for old, new in zip(before, after, strict=True):
        assert (new.zh == "特许") if new.id == changed.id else (old.note, old.zh) == (new.note, new.zh)


def test_a_file_without_a_needed_column_says_so() -> None:
    from pipeline.errors import GlossaryError

    file = GlossaryFile(Path("mine.csv"), "id,zh,en\na,许可,license\n")
    file.put(entry("许可", "permission", id="a", reference="", pos=""))
    assert file.text.splitlines()[1] == "a,许可,permission"
    with pytest.raises(GlossaryError, match="no column for pos, reference"):
        file.put(entry("许可", "permission", id="a"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfei\x00d\x00", r"mine.csv:1: the file is UTF-16"),
        ("id,zh,en\na,许可,license\n".encode("gbk"), r"mine.csv:2: byte 11 is not UTF-8"),
        (b"id,zh,en,colour\n", r"mine.csv:1: unknown columns: colour"),
        (b"id,zh,en,en\n", r"mine.csv:1: columns named twice: en"),
        (b"id,english\n", r"mine.csv:1: missing: en, zh"),
        ("id,zh,en\n<<<<<<< ours\na,许可,license\n".encode(), r"line 2: an unresolved merge conflict"),
        ('id,zh,en\na,许可,"license\n'.encode(), r"mine.csv:2: not CSV"),
        ("id,zh,en\na,许可,license,b\n".encode(), r"line 2: 4 cells for 3 columns"),
        ("id,zh,en,state\na,许可,license,maybe\n".encode(), r"line 2: state 'maybe' is none of"),
        (b"", r"mine.csv: the file is empty"),
    ],
    ids="utf16 gbk unknown twice missing conflict quote cells state empty".split(),
)
def test_bad_input_is_refused_with_file_and_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(data)
    result = CliRunner().invoke(app, ["glossary", "lint", str(path)])
    import re

    assert re.search(message, result.output), result.output
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_too_many_rows_are_refused_with_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.termbase.table.MAX_ROWS", 2)
    path = tmp_path / "mine.csv"
    path.write_text(format_table([entry(f"许可{i}", f"license {i}") for i in range(3)]), encoding="utf-8")
    result = CliRunner().invoke(app, ["glossary", "lint", str(path)])
    assert "mine.csv:4: more than 2 rows" in result.output


def test_the_columns_of_a_written_table_are_those_that_are_read() -> None:
    assert format_table([SOUND]).splitlines()[0] == ",".join(COLUMNS)
