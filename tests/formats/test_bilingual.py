from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from pipeline import testing
from pipeline.cli import app
from pipeline.core.document import Document, SegmentState
from pipeline.core.serial import contract, dumps
from pipeline.errors import InputError
from pipeline.formats import by_name
from pipeline.formats.bilingual import bilingual_files, read_segments

ZH, EN = "应当申请出口许可。", "An export license shall be applied for."


def document() -> Document:
    return testing.document(
        testing.segment(ZH, EN, id="b1.s1", state=SegmentState.FINAL), name="公告.docx", format="docx"
    )


TMX = f"""<?xml version="1.0"?><tmx version="1.4"><header/><body>
<tu tuid="7"><prop type="x-state">reviewed</prop>
<tuv xml:lang="zh-CN"><seg>应当<bpt i="1">&lt;b&gt;</bpt>申请<ept i="1"/>出口许可。</seg></tuv>
<tuv xml:lang="en-US"><seg>{EN}</seg></tuv></tu>
<tu><tuv xml:lang="zh"><seg>无译文</seg></tuv></tu></body></tmx>"""
FILES = {
    "memory.tmx": (TMX.encode(), "7", "reviewed"),
    "pairs.tsv": (f"# comment\n{ZH}\t{EN}\n".encode(), "line 2", ""),
    "table.csv": (f'id,source,target,state\nx,{ZH},"{EN}",final\n'.encode(), "x", "final"),
    "stored.json": (dumps(document()), "b1.s1", "final"),
    "report.json": (msgspec.json.encode(contract(document())), "b1.s1", "final"),
    "new.xlf": (by_name("xliff21").export(document()), "b1.s1", "final"),
    "old.xlf": (by_name("xliff12").export(document()), "b1.s1", "reviewed"),
}


@pytest.mark.parametrize("name", FILES)
def test_each_bilingual_format_gives_source_target_and_state(tmp_path: Path, name: str) -> None:
    data, identifier, state = FILES[name]
    (tmp_path / name).write_bytes(data)
    [segment] = read_segments(tmp_path / name)
    assert (segment.source, segment.target, segment.state) == (ZH, EN, state)
    assert segment.id in {identifier, "s1"}


def test_parallel_texts_are_read_line_by_line_and_a_folder_takes_only_those_with_both_languages(tmp_path: Path) -> None:
    (tmp_path / "a.zh.md").write_text(f"# 公告\n\n{ZH}\n", encoding="utf-8")
    (tmp_path / "a.en.md").write_text(f"# Announcement\n\n{EN}\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("nothing\n", encoding="utf-8")
    [path] = bilingual_files([tmp_path])
    assert [segment.id for segment in read_segments(path)] == ["line 1", "line 3"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xlf", b"<tmx/>", "root element is <tmx>"),
        ("a.tmx", b"<xliff/>", "root element is <xliff>"),
        ("a.tmx", b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx>&x;</tmx>', "entities"),
        ("a.json", b"[1]", "neither a stored document"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b'{"segments": [{"id": 1}]}', "lacks id, source or target"),
        ("a.tsv", b"one\n", r"a.tsv:1: expected source and target"),
        ("a.docx", b"", "no bilingual format"),
        ("a.md", b"text", "its English is missing"),
    ],
    ids="xlf tmx entity list cut fields column docx alone".split(),
)
def test_what_is_no_bilingual_file_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        list(read_segments(tmp_path / name))


def write_glossaries(folder: Path) -> tuple[str, str]:
    old, new = folder / "old.csv", folder / "new.csv"
    old.write_text("source,target\n出口许可,export license\n", encoding="utf-8")
    new.write_text("source,target\n出口许可,export permit\n", encoding="utf-8")
    return str(old), str(new)


@pytest.mark.parametrize(
    ("state", "gate", "code"),
    [("final", "decisions", 1), ("translated", "decisions", 0), ("translated", "changes", 1), ("final", "never", 0)],
    ids=["contradiction", "free", "changes", "never"],
)
def test_impact_is_a_gate(tmp_path: Path, state: str, gate: str, code: int) -> None:
    old, new = write_glossaries(tmp_path)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(f"source\ttarget\tstate\n{ZH}\t{EN}\t{state}\n", encoding="utf-8")
    command = ["glossary", "impact", new, str(pairs), "--old", old, "--only-glossary", "--fail-on", gate]
    result = CliRunner().invoke(app, command)
    assert "An **export license** shall be applied for." in result.output
    assert "An export permit shall be applied for." in result.output
    assert result.exit_code == code


def test_impact_without_an_old_version_is_what_an_additional_glossary_would_do(tmp_path: Path) -> None:
    _, new = write_glossaries(tmp_path)
    (tmp_path / "pairs.tsv").write_text(f"{ZH}\t{EN}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["glossary", "impact", new, str(tmp_path / "pairs.tsv"), "--json"])
    found = msgspec.json.decode(result.output)
    assert found["outcomes"]["to change"] == 1
    assert found["affected"][0]["required_before"] == "export license"
