from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.resources import shipped
from pipeline.run.inputs import find


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def echo(*arguments: str, stdin: bytes | None = None) -> Result:
    return run("translate", *arguments, "--engine", "echo", stdin=stdin)


def test_a_text_file_comes_out_with_as_many_lines(tmp_path: Path) -> None:
    source = tmp_path / "notice.txt"
    source.write_text("商务部公告\r\n\r\n对两用物项实施出口管制。\r\n", encoding="utf-8", newline="")
    assert echo(str(source), "-o", str(tmp_path / "out")).exit_code == 0
    lines = (tmp_path / "out" / "notice.en.txt").read_bytes().split(b"\r\n")
    assert len(lines) == 4
    assert b"dual-use item" in lines[2]


def test_every_smoke_document_is_delivered_in_its_own_format(tmp_path: Path) -> None:
    result = echo(str(shipped("corpus") / "smoke"), "-o", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "announcement.en.txt",
        "customs-notice.en.html",
        "press-conference.en.md",
    ]


def test_json_follows_the_contract_with_offsets_into_the_original(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("对 两用物项 实施出口管制。\n", encoding="utf-8")
    assert echo(str(source), "--to", "json").exit_code == 0
    data = json.loads((tmp_path / "a.en.json").read_text(encoding="utf-8"))
    [segment] = data["segments"]
    assert {"document", "signature", "segments", "summary"} <= set(data)
    for term in segment["terms"]:
        start, end = term["source"]
        assert segment["source"][start:end].replace(" ", "").startswith(term["text"])


def test_report_and_stored_document_lie_side_by_side_and_neither_is_an_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("对两用物项实施出口管制。\n", encoding="utf-8")
    for to in ("json", "exchange"):
        assert echo(str(tmp_path / "a.txt"), "--to", to).exit_code == 0
    assert "summary" in json.loads((tmp_path / "a.en.json").read_text(encoding="utf-8"))
    again = echo(str(tmp_path / "a.en.exchange.json"), "-o", str(tmp_path / "out"), "--to", "text")
    assert again.exit_code == 0, again.output
    assert [one.relative.name for one in find([str(tmp_path)])] == ["a.txt"]


def test_leaving_out_the_shipped_glossaries_without_another_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("对两用物项实施出口管制。", encoding="utf-8")
    (tmp_path / "mine.csv").write_text("source,target\n两用物项,dual-use item\n", encoding="utf-8")
    assert "no term is enforced" in echo(str(tmp_path / "a.txt"), "--only-glossary").output
    mine = echo(str(tmp_path / "a.txt"), "--only-glossary", "--glossary", str(tmp_path / "mine.csv"))
    assert "no term is enforced" not in mine.output


def test_a_broken_file_does_not_keep_the_others_from_being_delivered(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("海关总署公告。", encoding="utf-8")
    (tmp_path / "bad.docx").write_bytes(b"not a zip archive at all")
    result = echo(str(tmp_path), "-o", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert f"{tmp_path}/bad.docx: not a readable archive" in result.output
    assert "bad.docx: bad.docx" not in result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.en.txt"]


def _bomb() -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return buffer.getvalue()


def _docx(xml: bytes) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", bytes(range(256)) * 8, "binary data"),
        ("a.txt", b"\xff\xfe\x00\xd8\x41\x00", "damaged utf-16-le"),
        ("a.txt", b"\x81\x20\xff\xfa" * 50, "neither UTF-8, UTF-16 nor GB18030"),
        ("a.docx", _bomb(), "refused as unsafe"),
        ("a.docx", _docx(b"<a"), "not well-formed XML"),
        ("a.docx", _docx(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), "declares XML entities"),
        ("a.html", b"plain words", "holds no HTML element"),
        ("a.xyz", b"x", "unknown format"),
        ("a.xlf", b"<xliff", "not well-formed"),
        ("a.xlf", b'<!DOCTYPE x [<!ENTITY e "x">]><xliff version="1.2">&e;</xliff>', "entities"),
        ("a.pdf", b"%PDF-1.4 nonsense", "not a readable PDF"),
        ("a.json", b"{}", "--to exchange"),
        ("a.txt", "镝".encode() * 600_000, "600,000 characters"),
    ],
    ids=[
        "empty",
        "binary",
        "surrogate",
        "encoding",
        "zip-bomb",
        "broken-xml",
        "entities",
        "no-html",
        "suffix",
        "xliff",
        "xliff-entities",
        "pdf",
        "json",
        "one-line",
    ],
)
def test_bad_input_ends_in_one_line_and_leaves_nothing(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    source = tmp_path / name
    source.write_bytes(data)
    out = tmp_path / "out"
    result = echo(str(source), "-o", str(out), "-q")
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not out.exists() or list(out.iterdir()) == []


def test_control_and_direction_characters_do_not_reach_the_english(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("商务部\x07\x1b公告\u202e反转\u2066了。\n", encoding="utf-8")
    assert echo(str(source), "-o", str(tmp_path / "out"), "-q").exit_code == 0
    written = (tmp_path / "out" / "a.en.txt").read_text(encoding="utf-8")
    assert not set(written) & set("\x07\x1b\u202e\u2066")
    assert "Ministry of Commerce" in written


def test_an_output_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    source, blocked = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("公告", encoding="utf-8")
    blocked.write_text("a file, not a folder", encoding="utf-8")
    result = echo(str(source), "-o", str(blocked), "-q")
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
    assert blocked.read_text(encoding="utf-8") == "a file, not a folder"


def test_a_missing_path_and_a_bad_date_are_usage_errors(tmp_path: Path) -> None:
    assert echo(str(tmp_path / "none.txt")).exit_code == 2
    (tmp_path / "a.txt").write_text("公告", encoding="utf-8")
    result = echo(str(tmp_path / "a.txt"), "--date", "yesterday")
    assert result.exit_code == 2
    assert "is not a date" in result.output


def test_a_full_disk_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("公告", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = echo(str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "-q")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert list((tmp_path / "out").iterdir()) == []


def test_standard_input_gives_standard_output(tmp_path: Path) -> None:
    result = echo("-", stdin="对两用物项实施出口管制。\n".encode())
    assert result.exit_code == 0
    assert "dual-use item" in result.output


def test_a_user_glossary_is_stronger_than_the_shipped_ones(tmp_path: Path) -> None:
    glossary = tmp_path / "mine.csv"
    glossary.write_text("source,target\n两用物项,dual-use product\n", encoding="utf-8")
    result = echo("-", "--glossary", str(glossary), stdin="两用物项\n".encode())
    assert "dual-use product" in result.output.lower()


def test_the_report_escapes_its_texts_and_refers_to_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("<script>alert(1)</script>两用物项。", encoding="utf-8")
    report = tmp_path / "r.html"
    assert echo(str(tmp_path / "a.txt"), "--report", str(report)).exit_code == 0
    page = report.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_project_folder_is_made_and_used(tmp_path: Path) -> None:
    project = tmp_path / "p"
    assert run("init", str(project)).exit_code == 0
    (project / "glossaries" / "project.csv").write_text("source,target\n两用物项,DUI\n", encoding="utf-8")
    assert "DUI" in echo("-", "--project", str(project), stdin="两用物项\n".encode()).output


def test_a_misspelt_setting_is_refused_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "zhengming.toml").write_text("[engine]\nnmae = 'echo'\n", encoding="utf-8")
    result = echo("-", "--project", str(tmp_path), stdin=b"x")
    assert result.exit_code == 2
    assert "did you mean 'name'?" in result.output


def test_the_embedded_engine_translates_with_the_shipped_model() -> None:
    code = "import sys; from pipeline.cli import app; sys.argv = ['zhengming', 'engines', 'check', 'embedded']; app()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "→" in done.stdout
    assert "annotate" in done.stdout
