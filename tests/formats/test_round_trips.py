from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.core.document import Document
from pipeline.core.serial import dumps, loads
from pipeline.errors import EncodingError
from pipeline.formats.encoding import decode
from pipeline.stages.normalise import Normalise
from pipeline.stages.segment import SegmentStage

MARKDOWN = """---
title: 公告
---
# 商务部公告

根据**出口管制法**和[公告](http://example.test/a)，`HS 2846`项下物项受控。

- 第一项
  1. 子项

| 名称 | 数量 |
|---|---|
| 氧化镝 | 5万吨 |

```
代码不译
```
"""
HTML = (
    '<html lang="zh"><head><meta charset="gbk"/><title>公告</title><script>var a="中";</script></head><body>'
    '<p>根据<b>出口管制法</b>和<a href="x" title="链接">公告</a>，现公告如下：</p>'
    "<ul><li>一</li></ul><pre>原样</pre></body></html>"
)


def prepared(name: str, data: bytes, english: Callable[[str], str]) -> Document:
    document = SegmentStage()(Normalise()(formats.by_name(name).read(data, name="x")))
    segments = tuple(msgspec.structs.replace(segment, target=english(segment.text)) for segment in document.segments)
    return document.with_segments(segments)


def test_markdown_without_targets_is_written_back_byte_for_byte() -> None:
    made = formats.by_name("markdown")
    assert made.write(made.read(MARKDOWN.encode(), name="x"), MARKDOWN.encode()) == MARKDOWN.encode()


def test_markdown_keeps_markers_tables_links_code_and_front_matter() -> None:
    document = prepared("markdown", MARKDOWN.encode(), lambda _: "English words stand here")
    text = formats.by_name("markdown").write(document, MARKDOWN.encode()).decode()
    assert text.startswith("---\ntitle: 公告\n---\n# English words stand here\n")
    assert "(http://example.test/a)" in text
    assert "\n  1. English" in text
    assert "|---|---|" in text
    assert "```\n代码不译\n```" in text
    assert len(text.splitlines()) == len(MARKDOWN.splitlines())


def test_html_keeps_scripts_preformatted_text_and_links_and_declares_its_language() -> None:
    document = prepared("html", HTML.encode(), lambda _: "English words")
    text = formats.by_name("html").write(document, HTML.encode()).decode()
    assert 'var a="中";' in text
    assert "<pre>原样</pre>" in text
    assert 'href="x"' in text
    assert '<html lang="en">' in text
    assert 'charset="utf-8"' in text
    assert "公告" not in text


def test_text_from_an_engine_cannot_become_markup_in_html() -> None:
    document = prepared("html", HTML.encode(), lambda _: "<script>x</script>")
    assert "<script>x" not in formats.by_name("html").write(document, HTML.encode()).decode()


@given(st.lists(st.text(alphabet="公告，。 a", max_size=8), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_plain_text_keeps_its_number_of_lines(lines: list[str], end: str) -> None:
    data = end.join(lines).encode()
    document = prepared("text", data, lambda _: "English")
    assert formats.by_name("text").write(document, data).count(end.encode()) == data.count(end.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_an_encoding_is_recognised(encoding: str) -> None:
    text = "商务部公告2025年第18号\n对两用物项实施出口管制。\n"
    data = text.encode(encoding)
    assert decode(b"\xfe\xff" + data if encoding == "utf-16-be" else data, name="x") == text


def test_binary_data_is_no_text() -> None:
    with pytest.raises(EncodingError, match="binary data"):
        decode(b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 99, name="x")


def docx() -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("商务部公告", level=1)
    paragraph = made.add_paragraph("根据")
    paragraph.add_run("出口管制法").bold = True
    paragraph.add_run("实施管制。")
    made.add_table(rows=1, cols=2).rows[0].cells[0].text = "氧化镝"
    made.sections[0].header.paragraphs[0].text = "内部资料"
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_docx_keeps_styles_tables_headers_and_other_parts() -> None:
    data = docx()
    document = prepared("docx", data, lambda _: "English words")
    assert [str(block.kind) for block in document.blocks] == ["heading", "paragraph", "table_cell", "header"]
    written = formats.by_name("docx").write(document, data)
    again = formats.by_name("docx").read(written, name="x")
    assert [block.source for block in again.blocks] == ["English words"] * 4
    assert [block.kind for block in again.blocks] == [block.kind for block in document.blocks]
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(BytesIO(written)) as after:
        assert before.namelist() == after.namelist()
        assert before.read("word/styles.xml") == after.read("word/styles.xml")


def test_docx_bold_over_a_whole_paragraph_stays_bold() -> None:
    import docx as python_docx

    made = python_docx.Document()
    made.add_paragraph().add_run("特此公告。").bold = True
    buffer = BytesIO()
    made.save(buffer)
    document = prepared("docx", buffer.getvalue(), lambda _: "It is hereby announced.")
    written = formats.by_name("docx").write(document, buffer.getvalue())
    [run] = [run for run in python_docx.Document(BytesIO(written)).paragraphs[0].runs if run.text]
    assert (run.text, run.bold) == ("It is hereby announced.", True)


@pytest.mark.parametrize("name", ["text", "markdown", "html", "docx"])
def test_any_document_can_be_exported_to_any_format(name: str) -> None:
    document = prepared("markdown", MARKDOWN.encode(), lambda _: "English words")
    again = formats.by_name(name).read(formats.by_name(name).export(document), name="x")
    assert "English words" in re.sub(r"\s+", " ", again.blocks[0].source + again.blocks[-1].source)


def test_a_document_survives_its_json_form() -> None:
    document = prepared("markdown", MARKDOWN.encode(), lambda _: "English words")
    assert loads(dumps(document)) == document
