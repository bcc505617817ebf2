from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import FormatError
from pipeline.formats.tmx import TmxReport, read_units, write_units
from pipeline.memory.unit import TranslationUnit, UnitTerm, text_hash

DTD = Path(__file__).parents[3] / "shared" / "schemas" / "tmx" / "tmx14.dtd"
UNIT = TranslationUnit(
    source="对两用物项实施出口管制 <&>。",
    target="Dual-use items are placed under export control <&>.",
    previous=text_hash("公告"),
    following=text_hash("附则"),
    glossary="0123456789ab",
    terms=(UnitTerm("ec-dual-use-item", "两用物项", "dual-use item", "Dual-use items"),),
    document="a/b.md",
    user="李",
    at="2026-11-28T13:45:06.000Z",
)


def written(*units: TranslationUnit) -> bytes:
    buffer = BytesIO()
    write_units(units, buffer)
    return buffer.getvalue()


def test_what_is_written_is_read_again_with_its_neighbours_and_terms() -> None:
    assert list(read_units(written(UNIT), name="m.tmx")) == [UNIT]


def test_what_is_written_keeps_the_published_dtd() -> None:
    if not DTD.exists():
        pytest.skip("no ../shared/schemas beside the checkout")
    checker = etree.DTD(str(DTD))
    assert checker.validate(etree.fromstring(written(UNIT, TranslationUnit(source="甲", target="a")))), (
        checker.error_log
    )


texts = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() == text and text.isprintable())


@given(texts, texts)
def test_any_texts_survive(source: str, target: str) -> None:
    clean = [unit.source for unit in read_units(written(TranslationUnit(source=source, target=target)), name="m")]
    assert clean == [source]


def test_a_file_of_another_tool_is_read_with_its_codes_left_out() -> None:
    data = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
    <tmx version="1.4"><header srclang="en"/><body>
    <tu creationid="anna">
      <tuv xml:lang="EN-GB"><seg>The <bpt i="1">&lt;b></bpt>notice<ept i="1"/> <hi>here</hi></seg></tuv>
      <tuv lang="ZH"><seg>公告</seg></tuv></tu>
    <tu><tuv xml:lang="zh"><seg>只有中文</seg></tuv></tu>
    <tu><tuv xml:lang="zh"><seg> </seg></tuv><tuv xml:lang="en"><seg>x</seg></tuv></tu>
    </body></tmx>"""
    report = TmxReport()
    [unit] = read_units(data.encode(), name="m.tmx", report=report)
    assert (unit.source, unit.target, unit.user) == ("公告", "The notice here", "anna")
    assert report.skipped == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "empty|not well-formed"),
        ("<tmx><body><tu>", "not well-formed"),
        ("<xliff/>", "not <tmx>"),
        ('<!DOCTYPE tmx [<!ENTITY a "b">]><tmx><body><tu><tuv><seg>&a;</seg></tuv></tu></body></tmx>', "entities"),
    ],
    ids=["empty", "cut", "xliff", "entity"],
)
def test_what_is_no_translation_memory_is_refused_in_one_line(data: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(read_units(data.encode(), name="m.tmx"))
