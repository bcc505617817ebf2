"""Hostile input and output as a user meets it: the command in a process of its own where the system takes part."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app

COMMAND = (sys.executable, "-m", "pipeline", "translate", "--engine", "echo")
TEXT = "商务部公告2025年第18号自发布之日起实施。\n"
needs_shell = pytest.mark.skipif(shutil.which("bash") is None, reason="limits are set by a shell")


def echo(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["translate", *arguments, "--engine", "echo", "-q"], input=stdin)


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"\xef\xbb\xbf", "the file is empty"),
        ("a.txt", b"\xff\xfe", "the file is empty"),
        ("a.md", b" \n\t\n", "the file is empty"),
        ("a.txt", "商务部".encode() + b"\xed\xa0\x80", "damaged UTF-8 text at byte 9"),
        ("a.txt", "商务部公告".encode()[:-1], "damaged UTF-8 text at byte 12"),
        ("a.docx", zipped(("../../evil.txt", b"x")), "outside itself"),
        ("a.docx", zipped(("/etc/passwd", b"x")), "outside itself"),
        ("a.docx", zipped(("x.txt", b"x")), "no Word document inside"),
        ("a.docx", b"PK\x03\x04 cut off", "not a readable archive"),
        ("a.html", b"<div>" * 3000 + "商务部".encode() + b"</div>" * 3000, "nested 3000 deep"),
        ("a.xlf", b'<xliff version="9.9" xmlns="urn:x"/>', "XLIFF version"),
        ("a.xlf", b"<html/>", "the root element is <html>"),
    ],
    ids=[
        "bom-only", "utf16-bom-only", "blank", "lone-surrogate", "cut-character", "path-escape", "absolute-path",
        "no-word", "cut-archive", "deep-html", "xliff-version", "other-xml",
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    source, out = tmp_path / name, tmp_path / "out"
    source.write_bytes(data)
    result = echo(str(source), "-o", str(out))
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not out.exists() or list(out.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    result = echo(str(tmp_path / "a.txt"))
    assert result.exit_code == 1
    assert "no regular file" in result.output


def test_an_empty_path_and_a_loop_of_links_are_usage_errors(tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert echo("").exit_code == 2
    assert echo(str(tmp_path / "loop.txt")).exit_code == 2


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the system has no /proc")
def test_a_folder_that_nobody_may_write_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for arguments in (["-o", "/proc/nowhere"], ["-o", str(tmp_path / "out"), "--report", "/proc/report.html"]):
        result = echo(str(tmp_path / "a.txt"), *arguments)
        assert result.exit_code == 2
        assert len(result.output.strip().splitlines()) == 1
        assert "/proc/" in result.output
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--report", "--run-report", "--json-log", "--metrics"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_translated(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for place, reason in ((tmp_path, "is a folder"), (tmp_path / "gone" / "file", "there is no folder")):
        result = echo(str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), option, str(place))
        assert result.exit_code == 2
        assert result.output.startswith(f"zhengming: {option} {place}")
        assert reason in result.output
        assert len(result.output.strip().splitlines()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_in_the_folder_for_results_needs_no_folder_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "out"
    result = echo(
        str(tmp_path / "a.txt"), "-o", str(out), "--report", str(out / "r.html"), "--json-log", str(out / "l")
    )
    assert result.exit_code == 0
    assert {one.name for one in out.iterdir()} == {"a.en.txt", "r.html", "l"}


def test_results_in_a_file_instead_of_a_folder_are_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for out in (tmp_path / "a.txt", tmp_path / "a.txt" / "deeper", "nowhere-known://bucket"):
        result = echo(str(tmp_path / "a.txt"), "-o", str(out))
        assert result.exit_code == 2
        assert str(out) in result.output
        assert len(result.output.strip().splitlines()) == 1
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == TEXT


def test_standard_input_with_damaged_text_is_one_line() -> None:
    result = echo("-", stdin="商务部".encode() + b"\xed\xa0\x80\n")
    assert result.exit_code == 1
    assert "damaged UTF-8" in result.output


@needs_shell
def test_a_file_that_may_not_grow_is_not_left_half_written(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(TEXT * 40, encoding="utf-8")
    (tmp_path / "short.txt").write_text(TEXT, encoding="utf-8")
    limited = f'ulimit -f 1; exec "$@" {tmp_path}/long.txt {tmp_path}/short.txt -q -o {tmp_path}/out'
    done = subprocess.run(["bash", "-c", limited, "bash", *COMMAND], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["short.en.txt"]


def test_no_folder_named_like_standard_output_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notice.txt").write_text("货物放行。\n", encoding="utf-8")
    done = echo("notice.txt", "-o", "-")
    assert done.exit_code == 2
    assert "standard output" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["notice.txt"]


@needs_shell
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" - > /dev/full', "bash", *COMMAND],
        input=TEXT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == "zhengming: cannot write: No space left on device"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("nothing.txt", "no such file or folder"),
        ("*.txt", "no file matches"),
        (".", "no file in a known format (.txt, "),
    ],
    ids=["path", "glob", "folder"],
)
def test_a_path_that_names_no_input_says_why(tmp_path: Path, pattern: str, message: str) -> None:
    result = echo(str(tmp_path / pattern))
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    "option", ["--workers=-1", "--max-errors=-1", "--retries=-1", "--engine-timeout=0", "--watch=0"]
)
def test_a_number_that_an_option_cannot_have_is_a_usage_error(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    result = echo(str(tmp_path / "a.txt"), option)
    assert result.exit_code == 2
    assert option.partition("=")[0] in result.output
    assert not (tmp_path / "a.en.txt").exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,货物,goods,nuon,,", "line 3: part of speech 'nuon' is none of noun, proper"),
        ("a,货物,goods,noun,January 2026,", "line 3: valid_from 'January 2026' is no date: write it as 2026-01-06"),
        ("a,货物,goods,noun,,2026-13-01", "line 3: valid_to '2026-13-01' is no date"),
    ],
    ids=["part-of-speech", "from", "to"],
)
def test_a_glossary_entry_that_would_silently_do_nothing_is_refused_with_its_line(
    tmp_path: Path, row: str, reason: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    mine = tmp_path / "mine.csv"
    mine.write_text(f"id,zh,en,pos,valid_from,valid_to\nb,海关,customs,noun,,\n{row}\n", encoding="utf-8")
    result = echo(str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--glossary", str(mine))
    assert result.exit_code == 2
    assert result.output.startswith(f"zhengming: {mine}: {reason}")
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ('[store]\nurl = "mysql://host/name"', "mysql is no store; a store is sqlite:///FILE"),
        ('[store]\nurl = "nonsense"', "not a database URL"),
        ('[checks]\noff = ["Z999"]', "no check has the code 'Z999'"),
    ],
    ids=["mysql", "nonsense", "code"],
)
def test_settings_that_can_mean_nothing_are_usage_errors(tmp_path: Path, settings: str, reason: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "zhengming.toml").write_text(f"{settings}\n", encoding="utf-8")
    result = echo(str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--project", str(tmp_path))
    assert result.exit_code == 2
    assert reason in result.output
    assert len(result.output.strip().splitlines()) == 1
