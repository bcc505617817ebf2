from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline import formats
from pipeline.config import Config
from pipeline.core.document import Document, SegmentState, TermMatch
from pipeline.core.flags import Candidate, Flag, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.core.serial import dumps
from pipeline.engines import create
from pipeline.errors import FormatError
from pipeline.run import Translator
from pipeline.stages.normalise import Normalise
from pipeline.stages.segment import SegmentStage

V12 = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a.docx" source-language="zh-CN"
 target-language="en" datatype="plaintext"><body>
<trans-unit id="a"><source>根据<g id="1">出口管制法</g>实施管制<x id="2"/>。</source>
<note>客户：注意</note></trans-unit>
<trans-unit id="b" approved="yes"><source>氧化镝</source><target state="final">Dysprosium oxide!</target></trans-unit>
<trans-unit id="c" translate="no"><source>商务部</source></trans-unit>
<trans-unit id="d"><source>特此公告。</source><target state="new">Old text</target></trans-unit>
</body></file></xliff>"""
V21 = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<xliff version="2.1" srcLang="zh" trgLang="en" xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f">
<unit id="a"><notes><note>客户：注意</note></notes>
<segment><source>根据<pc id="1">出口管制法</pc>实施管制<ph id="2"/>。</source></segment></unit>
<unit id="b"><segment state="final"><source>氧化镝</source><target>Dysprosium oxide!</target></segment></unit>
<unit id="c" translate="no"><segment><source>商务部</source></segment></unit>
<unit id="d"><segment state="initial"><source>特此公告。</source><target>Old text</target></segment></unit>
</file></xliff>"""
BOTH = pytest.mark.parametrize("data", [V12, V21], ids=["1.2", "2.1"])


def flagged(document: Document) -> Document:
    """Each segment translated, its first two characters a term, with one flag."""
    flag = Flag(
        code="T103",
        category=next(iter(MqmCategory)),
        severity=Severity.MAJOR,
        message="“&” could also mean <other>",
        candidates=(Candidate("control"), Candidate("curb")),
    )
    document = SegmentStage()(Normalise()(document))
    term = TermMatch(concept="x-1", span=Span(0, 2), text="公告", rendering="announcement", admitted=("notice",))
    return document.with_segments(
        tuple(
            msgspec.structs.replace(
                segment, target="English & <text>", flags=(flag,), terms=(term,), state=SegmentState.TRANSLATED
            )
            for segment in document.segments
        )
    )


def translated(data: str) -> str:
    document = formats.by_name("xliff").read(data.encode(), name="x.xlf")
    with Translator(Config(), engine=create("echo", {})) as translator:
        done = translator.document(document)
    return formats.by_name("xliff").write(done, data.encode()).decode()


@BOTH
def test_units_become_blocks_and_codes_become_inlines(data: str) -> None:
    document = formats.by_name("xliff").read(data.encode(), name="x.xlf")
    assert [block.source for block in document.blocks] == ["根据出口管制法实施管制。", "氧化镝", "商务部", "特此公告。"]
    assert {i.span.of(document.blocks[0].source) for i in document.blocks[0].inlines} == {"出口管制法", ""}
    assert [block.translate for block in document.blocks] == [True, True, False, True]


@BOTH
def test_approved_targets_notes_comments_and_units_not_to_translate_are_kept(data: str) -> None:
    out = translated(data)
    assert "Dysprosium oxide!" in out
    assert "客户：注意" in out
    assert "<!-- kept -->" in out
    assert "Old text" not in out
    root = etree.fromstring(out.encode())
    targets = root.findall(".//{*}target")
    assert len(targets) == 3
    assert "".join(targets[0].itertext()).strip()


@BOTH
def test_each_code_of_the_source_stands_once_in_the_target(data: str) -> None:
    target = etree.fromstring(translated(data).encode()).find(".//{*}target")
    assert target is not None
    assert sorted(str(element.get("id")) for element in target.iter() if element is not target) == ["1", "2"]


@BOTH
def test_flags_become_notes_once_however_often_the_file_is_translated(data: str) -> None:
    made = formats.by_name("xliff")
    once = made.write(flagged(made.read(data.encode(), name="x")), data.encode())
    twice = made.write(flagged(made.read(once, name="x")), once)
    assert once.count(b"T103: ") == twice.count(b"T103: ") == 2
    assert b"[control | curb]" in once
    assert b"needs-review" in once


@BOTH
def test_what_is_written_back_is_valid(data: str, valid_xliff: Callable[[bytes, str], None]) -> None:
    made = formats.by_name("xliff")
    version = "1.2" if data == V12 else "2.1"
    valid_xliff(made.write(flagged(made.read(data.encode(), name="x")), data.encode()), version)


@pytest.mark.parametrize(("name", "version"), [("xliff12", "1.2"), ("xliff21", "2.1"), ("xliff", "2.1")])
def test_any_document_exports_to_valid_xliff_with_terms_and_flags(
    name: str, version: str, valid_xliff: Callable[[bytes, str], None]
) -> None:
    markdown = "# 公告\n\n公告如下。现予公布。\n\n- 公告一\n"
    data = formats.by_name(name).export(flagged(formats.by_name("markdown").read(markdown.encode(), name="公告.md")))
    root = etree.fromstring(data)
    assert (root.get("version"), len(root.findall(".//{*}source"))) == (version, 4)
    assert all(mark.text for mark in root.findall(".//{*}mrk"))
    assert len(root.findall(".//{*}note")) == 4
    valid_xliff(data, version)


@given(st.text(max_size=30).filter(str.strip), st.sampled_from(["xliff12", "xliff21"]))
def test_any_source_survives_export_and_reading(text: str, name: str) -> None:
    document = SegmentStage()(Normalise()(formats.by_name("text").read(b"\xe5\x85\xac", name="x")))
    segment = msgspec.structs.replace(document.segments[0], source=text)
    data = formats.by_name(name).export(document.with_segments((segment,)))
    again = formats.by_name("xliff").read(data, name="x").blocks
    allowed = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and c not in "\ufffe\uffff"))
    assert [block.source for block in again] == ([allowed] if allowed.strip() else [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("<xliff", r"x\.xlf: not well-formed XML \(.*line 1, column 7\)$"),
        ("<tmx/>", "not <xliff>"),
        ('<xliff version="9"/>', "version '9'"),
        ('<xliff version="2.1" srcLang="ja"/>', "source language is ja"),
        (V21.replace('trgLang="en"', 'trgLang="fr"'), "target language is fr"),
        ('<!DOCTYPE x [<!ENTITY e "x">]><xliff version="1.2">&e;</xliff>', "entities"),
    ],
    ids=["broken", "other-xml", "version", "source", "target", "entity"],
)
def test_what_cannot_be_used_is_refused_in_one_line(data: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        formats.by_name("xliff").read(data.encode(), name="x.xlf")


def test_a_stored_document_is_translated_again_but_what_a_person_settled_stays() -> None:
    document = flagged(formats.by_name("markdown").read("公告如下。\n\n现予公布。\n".encode(), name="x.md"))
    first, second = document.segments
    settled = msgspec.structs.replace(first, target="As announced below.", state=SegmentState.REVIEWED)
    stored = dumps(document.with_segments((settled, second)))
    with Translator(Config(), engine=create("echo", {})) as translator:
        done = translator.document(formats.by_name("exchange").read(stored, name="x.json"))
    assert done.segments[0] == settled
    assert done.segments[1].target != "English & <text>"
    assert (
        formats.by_name("exchange").read(formats.by_name("exchange").export(done), name="x.json").blocks == done.blocks
    )


def test_a_report_is_no_stored_document() -> None:
    with pytest.raises(FormatError, match="--to exchange"):
        formats.by_name("exchange").read(b'{"schema": 1, "document": "a.md"}', name="x.json")
