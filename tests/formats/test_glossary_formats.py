from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import GlossaryError
from pipeline.formats.glossary import SUFFIXES, read, read_bytes, tbx, xlsx
from pipeline.formats.glossary.exports import FORMATS, export
from pipeline.formats.glossary.tbx_rules import violations
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.condition import parse_condition
from pipeline.termbase.edit import GlossaryFile
from pipeline.termbase.history import Transaction, read_log
from pipeline.termbase.lint_entry import PARTS_OF_SPEECH

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas" / "tbx"
LOSSLESS = {"csv": ".csv", "tsv": ".tsv", "xlsx": ".xlsx", "tbx": ".tbx", "tbx-dct": ".tbx", "tbx2": ".tbx"}


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    return ConceptEntry(**{"id": zh, "zh": zh, "preferred": en, **more})  # type: ignore[arg-type]


# Anything a linguist may type, the awkward included: signs of formulas, markup, quotes, line ends inside.
CHARACTERS = st.sampled_from("稀土永磁出口aAé=+-@<>&\"'#,;:\t\n\r （）“”_x0041_=\U00020000/")
CELL = st.text(CHARACTERS, max_size=12).map(str.strip).map(lambda text: text.replace("\x0b", ""))
WORD = st.text(st.sampled_from("licensexport-=+'&<\"_ 0"), min_size=1, max_size=10).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
ZH = st.text("稀土永磁出口许可管制", min_size=1, max_size=6)
CONDITIONS = st.sampled_from(["", "after(证/件)", "not (before(申请) or segment(海关)) and genre(news)"])


def _entry(index: int, parts: tuple[Any, ...]) -> ConceptEntry:
    zh, variants, words, abbr, pos, condition, notes, dates, state = parts
    preferred, *others = words
    half = len(others) // 2
    return ConceptEntry(
        id=["ec-1", "稀土 2", "3.x", "a_b", "c-3.x"][index],
        zh=zh,
        variants=tuple(form for form in variants if form != zh),
        preferred=preferred,
        admitted=tuple(others[:half]),
        forbidden=tuple(others[half:]),
        abbr=(others[0] if abbr and half else "ABBR" if abbr else ""),
        pos=pos,
        condition=condition,
        definition=notes[0],
        note=notes[1],
        reference=notes[2],
        subject=notes[3],
        valid_from=dates[0],
        valid_to=dates[1],
        state=state,
    )


ENTRIES = st.lists(
    st.tuples(
        ZH,
        st.lists(ZH, max_size=3, unique=True),
        st.lists(WORD, min_size=1, max_size=6, unique_by=str.lower),
        st.booleans(),
        st.sampled_from(["", *PARTS_OF_SPEECH]),
        CONDITIONS,
        st.tuples(CELL, CELL, CELL, CELL),
        st.tuples(st.sampled_from(["", "2025-04-04"]), st.sampled_from(["", "2026-12-31"])),
        st.sampled_from(list(EntryState)),
    ),
    min_size=1,
    max_size=5,
).map(lambda rows: [_entry(index, parts) for index, parts in enumerate(rows)])


def same(one: ConceptEntry, other: ConceptEntry, *, newlines: bool) -> bool:
    def plain(each: ConceptEntry) -> ConceptEntry:
        texts = {name: getattr(each, name) for name in ("definition", "note", "reference", "subject")}
        if newlines:
            texts = {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in texts.items()}
        return msgspec.structs.replace(each, origin="", **texts)

    return plain(one) == plain(other)


@pytest.mark.parametrize("name", LOSSLESS)
@settings(max_examples=30, deadline=None)
@given(entries=ENTRIES)
def test_a_lossless_format_gives_back_every_field(name: str, entries: list[ConceptEntry]) -> None:
    made = export(entries, name)
    again = read_bytes(made.data, Path(f"back{LOSSLESS[name]}"))
    assert made.losses == ()
    assert len(again) == len(entries)
    for before, after in zip(entries, again, strict=True):
        # A spreadsheet has one kind of line end.
        assert same(before, after, newlines=name == "xlsx"), (before, after)


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="needs ../shared/schemas/tbx")
@pytest.mark.parametrize(
    ("dialect", "schema"),
    [
        ("dca", "TBXcoreStructV03.rng"),
        ("dct", "TBXcoreStructV03.rng"),
        ("dct", "TBXcoreStructV03_TBX-Core_integrated.rng"),
        ("v2", "TBXcoreStructV02.dtd"),
    ],
)
@settings(max_examples=15, deadline=None)
@given(entries=ENTRIES)
def test_written_tbx_is_valid_by_the_official_schemas(
    dialect: tbx.Dialect, schema: str, entries: list[ConceptEntry]
) -> None:
    root = etree.fromstring(tbx.write(entries, dialect=dialect))
    path = SCHEMAS / schema
    grammar = etree.DTD(str(path)) if schema.endswith(".dtd") else etree.RelaxNG(etree.parse(str(path)))
    assert grammar.validate(root), grammar.error_log.last_error


@pytest.mark.parametrize("dialect", ["dca", "dct"])
@settings(max_examples=15, deadline=None)
@given(entries=ENTRIES)
def test_written_tbx_keeps_the_rules_of_its_dialect(dialect: tbx.Dialect, entries: list[ConceptEntry]) -> None:
    assert violations(etree.fromstring(tbx.write(entries, dialect=dialect))) == []


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="needs ../shared/schemas/tbx")
@pytest.mark.parametrize("name", ["basic-dca", "basic-dct", "min-dca"])
def test_the_official_samples_are_read_with_status_definition_and_source(name: str) -> None:
    path = SCHEMAS / "samples" / f"{name}.tbx"
    found = tbx.parse(path.read_bytes(), path, source="es", target="en")
    first = found.entries[0]
    assert (first.zh, first.preferred, first.forbidden) == ("cúmulo abierto", "open cluster", ("galactic cluster",))
    assert (first.pos, first.subject) == ("noun", "General")
    assert first.reference == ("Oxford2007" if "basic" in name else "")
    assert len(found.entries) + len(found.left_out) == path.read_text(encoding="utf-8").count("<conceptEntry ")
    if "basic" in name:
        assert violations(etree.parse(str(path)).getroot()) == [], "the official samples keep the rules"
        assert first.definition.startswith("A group of stars")


OLD = """<?xml version="1.0"?><!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader><fileDesc><sourceDesc><p>IATE</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="IATE-1"><descripGrp><descrip type="subjectField">TRADE</descrip></descripGrp>
<langSet xml:lang="zh-TW"><tig><term>出口許可</term></tig></langSet>
<langSet xml:lang="en-GB"><ntig><termGrp><term>export licence</term>
<termNote type="administrativeStatus">{status}</termNote></termGrp></ntig>
<tig><term>export
   license</term><termNote type="administrativeStatus">preferred</termNote></tig></langSet></termEntry>
<termEntry id="IATE-2"><langSet xml:lang="fr"><tig><term>licence</term></tig></langSet></termEntry>
</body></text></martif>"""


@pytest.mark.parametrize(
    ("status", "admitted", "forbidden"),
    [
        ("admittedTerm-admn-sts", ("export licence",), ()),
        ("admitted", ("export licence",), ()),
        ("deprecatedTermAdmnSts", (), ("export licence",)),
        ("superseded", (), ("export licence",)),
        ("obsolete", (), ("export licence",)),
    ],
)
def test_old_tbx_is_read_whatever_its_spelling_of_statuses(
    status: str, admitted: tuple[str, ...], forbidden: tuple[str, ...]
) -> None:
    found = tbx.parse(OLD.format(status=status).encode(), Path("iate.tbx"))
    [made] = found.entries
    assert (made.zh, made.preferred, made.admitted, made.forbidden) == (
        "出口許可",
        "export license",
        admitted,
        forbidden,
    )
    assert made.subject == "TRADE"
    assert found.left_out == ("iate.tbx:9: IATE-2 has no term in zh",)


MADE = {
    "许可": [Transaction("origination", "2025-04-04", "li"), Transaction("modification", "2026-01-06", "王")],
}


@pytest.mark.parametrize("dialect", ["dca", "dct", "v2"])
def test_who_made_and_changed_a_concept_travels_in_tbx(dialect: tbx.Dialect) -> None:
    data = tbx.write([entry("许可", "license"), entry("物项", "item")], dialect=dialect, transactions=MADE)
    found = tbx.parse(data, Path("a.tbx"))
    assert found.transactions == {found.entries[0].id: MADE["许可"]}
    if dialect != "v2":
        assert violations(etree.fromstring(data)) == []
    if SCHEMAS.is_dir():
        name = "TBXcoreStructV02.dtd" if dialect == "v2" else "TBXcoreStructV03.rng"
        path = str(SCHEMAS / name)
        grammar = etree.DTD(path) if dialect == "v2" else etree.RelaxNG(etree.parse(path))
        assert grammar.validate(etree.fromstring(data)), grammar.error_log.last_error


def test_an_export_names_who_approved_and_an_import_notes_it_in_the_history(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    (ours / "legal.csv").write_bytes(export([entry("许可", "license", id="a", reference="MOFCOM")], "csv").data)
    propose = ["glossary", "propose", "a", "--admit", "permit", "--folder", str(ours), "--who", "li"]
    approve = ["glossary", "approve", "a", "--folder", str(ours), "--who", "wang"]
    send = ["glossary", "export", str(ours), "--to", "tbx", "-o", str(tmp_path / "sent.tbx")]
    take = ["glossary", "import", str(tmp_path / "sent.tbx"), "--into", str(theirs / "legal.csv"), "--apply"]
    for command in (propose, approve, send, take):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
    [event] = read_log(theirs)
    assert "sent.tbx sha256:" in event.source
    assert re.search(r"; origination \d{4}-\d\d-\d\d li, modification \d{4}-\d\d-\d\d wang$", event.source)


def test_broken_rules_of_tbx_basic_are_named_with_their_lines() -> None:
    data = tbx.write([entry("许可", "license", pos="noun", subject="trade", definition="x")]).decode()
    bad = data.replace("preferredTerm-admn-sts", "good", 1).replace('type="subjectField"', 'type="field"')
    bad = bad.replace('style="dca"', 'style="dca" target="nowhere"')
    found = violations(etree.fromstring(bad.encode()))
    assert len(found) == 3
    assert any("administrativeStatus is 'good'" in line for line in found)
    assert any("<descrip> cannot carry 'field'" in line for line in found)
    assert any("target 'nowhere'" in line for line in found)
    moved = data.replace("<langSec", '<descrip type="context">here</descrip><langSec', 1)
    assert "context may stand at termSec only, not at conceptEntry" in violations(etree.fromstring(moved.encode()))[0]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.tbx", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><tbx>&c;</tbx>', "declares XML entities"),
        ("a.tbx", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><tbx>&a;</tbx>', "entities"),
        ("a.tbx", b"<xliff/>", "root element is <xliff>"),
        ("a.tbx", b"<tbx>", "not well-formed"),
        ("a.tbx", b"<tbx/>", "no concept has terms in both zh and en"),
        ("a.xlsx", b"PK\x03\x04 no archive", "not a readable archive"),
        ("a.xlsx", b"", "not a readable archive"),
        ("a.docx", b"", "unknown glossary format '.docx'"),
    ],
    ids="bomb external xliff cut empty zip nothing docx".split(),
)
def test_hostile_and_foreign_files_are_refused(name: str, data: bytes, message: str) -> None:
    with pytest.raises(GlossaryError, match=message):
        read_bytes(data, Path(name))


def test_a_zip_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    with pytest.raises(GlossaryError, match="refused as unsafe"):
        read_bytes(buffer.getvalue(), Path("a.xlsx"))


def workbook(rows: list[list[Any]], *, merge: str = "") -> bytes:
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HEADER: list[Any] = ["id", "zh", "en", "valid_from"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (workbook([HEADER, ["a", "许可", "license"]], merge="A2:A3"), r"a.xlsx:2: cells A2:A3 are merged"),
        (workbook([HEADER, ["a", "许可", "=1+1"]]), r"a.xlsx:2: a formula stands in a cell"),
        (workbook([HEADER, ["a", "许可", "license"], ["b", "", "x"]]), r"line 3: zh empty"),
        (workbook([["编号", "中文"], ["a", "许可"]]), r"a.xlsx:1: missing: en, id, zh"),
        (workbook([]), "the file is empty"),
    ],
    ids="merged formula lacking header empty".split(),
)
def test_a_workbook_with_faults_names_the_row(data: bytes, message: str) -> None:
    with pytest.raises(GlossaryError, match=message):
        read_bytes(data, Path("a.xlsx"))


def test_a_workbook_with_too_many_rows_is_refused_with_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.formats.glossary.xlsx.MAX_ROWS", 2)
    rows = [HEADER, *([f"a{i}", f"许可{i}", "license"] for i in range(3))]
    with pytest.raises(GlossaryError, match=r"a.xlsx:4: more than 2 rows"):
        read_bytes(workbook(rows), Path("a.xlsx"))


def test_dates_and_numbers_of_a_workbook_are_read_as_written() -> None:
    from datetime import datetime

    data = workbook([HEADER, [7, "许可", 792, datetime(2025, 4, 4)]])  # noqa: DTZ001  (Excel knows no zones)
    [made] = read_bytes(data, Path("a.xlsx"))
    assert (made.id, made.preferred, made.valid_from) == ("7", "792", "2025-04-04")


def test_a_workbook_has_a_frozen_header_lists_to_choose_from_and_findings_as_comments() -> None:
    entries = [entry("许可", "licence", id="a", pos="noun", reference="=cmd|' /C calc'!A0", subject="legal")]
    book: Any = openpyxl.load_workbook(io.BytesIO(export(entries, "xlsx").data))
    sheet = book.active
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:P2"
    lists = {str(each.sqref).partition("2:")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert lists["H"] == f'"{",".join(PARTS_OF_SPEECH)}"'
    assert lists["P"] == '"proposed,approved,rejected"'
    assert "G115" in sheet["D2"].comment.text
    assert "Suggestion: license" in sheet["D2"].comment.text
    assert sheet["M2"].data_type == "s", "a text that looks like a formula stays text"
    assert sheet["M2"].quotePrefix


PAIR = [
    entry(
        "许可证", "license", variants=("许可证书",), admitted=("permit",), forbidden=("licence",), pos="noun",
        note="the document", subject="legal", abbr="LIC", definition="A document.", reference="MOFCOM",
    ),
    entry("许可证", "permit", id="b", condition="after(费)"),
    entry("物项", "item", id="c", state=EntryState.PROPOSED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("deepl", ["许可证\tlicense", "许可证书\tlicense"]),
        ("aws", ["zh,en", "许可证,license", "许可证书,license"]),
        ("simple", ["source,target", "许可证,license", "许可证,permit", "许可证书,license", "许可证书,permit"]),
    ],
    ids=["deepl", "aws", "simple"],
)
def test_formats_of_pairs_hold_each_source_once_and_only_what_is_approved(name: str, lines: list[str]) -> None:
    made = export(PAIR, name)
    assert made.data.decode().splitlines() == lines
    lost = {loss.what.partition(" ")[0]: loss.count for loss in made.losses}
    assert lost["condition"] == 1
    assert lost["concept"] == 2
    assert lost["en_forbidden"] == 1
    assert ("en_admitted" in lost) is (name != "simple")


def test_omegat_gets_every_rendering_with_what_a_translator_must_know() -> None:
    lines = export(PAIR[:1], "omegat").data.decode().splitlines()
    assert [line.split("\t")[:2] for line in lines] == [
        ["许可证", "license"],
        ["许可证", "permit"],
        ["许可证书", "license"],
        ["许可证书", "permit"],
    ]
    assert lines[0].split("\t")[2] == "also: permit · never: licence · the document · MOFCOM"


def test_matecat_gets_its_columns_and_forbidden_terms() -> None:
    import csv

    rows = list(csv.reader(io.StringIO(export(PAIR[:1], "matecat").data.decode())))
    assert rows[0][:5] == ["forbidden", "domain", "subdomain", "definition", "zh-CN"]
    assert {(row[0], row[4], row[7]) for row in rows[1:4]} == {
        ("False", "许可证", "license"),
        ("False", "许可证", "permit"),
        ("True", "许可证", "licence"),
    }


def test_what_is_too_long_for_deepl_is_left_out_and_said() -> None:
    made = export([entry("许可", "x" * 1025), entry("物项", "item")], "deepl")
    assert made.data.decode() == "物项\titem\n"
    assert [str(loss) for loss in made.losses] == ["longer than 1024 bytes: 1 (e.g. 许可)"]


def test_characters_that_xml_forbids_are_dropped_and_said() -> None:
    made = export([entry("许可", "lic\x02ense")], "tbx")
    assert read_bytes(made.data, Path("a.tbx"))[0].preferred == "license"
    assert [loss.what for loss in made.losses] == ["characters that XML forbids"]


def test_every_format_is_listed_and_says_its_losses_on_the_command_line(tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["glossary", "export", "--formats"]).output
    assert all(name in listed for name in FORMATS)
    source = tmp_path / "a.csv"
    source.write_bytes(export(PAIR, "csv").data)
    done = CliRunner().invoke(app, ["glossary", "export", str(source), "--to", "deepl", "-o", str(tmp_path / "o.tsv")])
    assert "deepl en_forbidden not carried: 1 (e.g. 许可证)" in done.output
    assert done.exit_code == 0
    wrong = CliRunner().invoke(app, ["glossary", "export", str(source), "--to", "sdltb"])
    assert (wrong.exit_code, "unknown format" in wrong.output) == (2, True)


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".tab"])
def test_translate_takes_a_glossary_in_every_format(tmp_path: Path, suffix: str) -> None:
    name = {".csv": "csv", ".tsv": "tsv", ".xlsx": "xlsx", ".tbx": "tbx"}[suffix]
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(export([entry("两用物项", "double-purpose article", id="mine")], name).data)
    text = tmp_path / "a.txt"
    text.write_text("两用物项\n", encoding="utf-8")
    command = ["translate", str(text), "--engine", "echo", "--glossary", str(path), "--only-glossary", "--to", "json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "double-purpose article" in (tmp_path / "a.en.json").read_text(encoding="utf-8")


def test_a_condition_survives_in_meaning() -> None:
    [made] = read_bytes(tbx.write([PAIR[1]]), Path("a.tbx"))
    assert str(parse_condition(made.condition)) == "after(费)"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"gone.tbx: No such file"):
        read(tmp_path / "gone.tbx")


def test_a_workbook_leaves_out_what_no_xml_can_hold() -> None:
    [found] = xlsx.read(xlsx.write([entry("出口管制", "export control", note="a\ufffeb\x01c")]), Path("x.xlsx"))
    assert found.note == "abc"


@pytest.mark.parametrize("to", ["csv", "tsv", "simple"])
def test_a_rendering_that_a_spreadsheet_would_compute_is_written_as_text_and_read_back_as_it_was(
    to: str, tmp_path: Path
) -> None:
    hostile = entry("许可", '=HYPERLINK("http://example.org")', admitted=("-licence",), id="ec-license")
    data = export([hostile], to).data
    assert b"\"'=HYPERLINK" in data
    path = tmp_path / f"x{FORMATS[to].suffix}"
    path.write_bytes(data)
    assert read(path)[0].preferred == hostile.preferred
    assert b"'" not in export([hostile], "aws").data


def test_a_row_that_is_written_again_keeps_one_apostrophe_before_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,zh,en,note\nec-1,许可,license,'=1+1\n", encoding="utf-8")
    file = GlossaryFile.read(path)
    file.put(msgspec.structs.replace(file.entries[0], preferred="permit"))
    assert file.text == "id,zh,en,note\nec-1,许可,permit,'=1+1\n"
    assert file.entries[0].note == "=1+1"
