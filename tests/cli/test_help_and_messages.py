from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.formats import glossary

GLOSSARY = "source,target\n出口管制,export control\n两用物项,dual-use item\n"


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def below(command: Any) -> dict[str, Any]:
    return dict(getattr(command, "commands", {}))


def every(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    return [(path, command), *(one for name, verb in below(command).items() for one in every(verb, (*path, name)))]


def test_help_holds_every_description_uncut() -> None:
    for path, command in every(typer.main.get_command(app)):
        shown = "".join(run(*path, "--help").output.split())
        described = [parameter.help or "" for parameter in command.params]
        described += [verb.get_short_help_str(limit=1000) for verb in below(command).values()]
        for text in described:
            assert "".join(text.split()) in shown, (path, text)


def test_help_says_what_holds_where_an_option_is_not_given() -> None:
    assert "Processes or actors [default: one per CPU]." in " ".join(run("translate", "--help").output.split())


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom pipeline.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'lxml', 'sqlalchemy', 'ctranslate2', 'msgspec', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("ending", ["xlsx", "tbx", "csv", "tsv"])
def test_a_glossary_is_written_in_the_format_that_its_file_name_says(tmp_path: Path, ending: str) -> None:
    (tmp_path / "mine.csv").write_text(GLOSSARY, encoding="utf-8")
    made = tmp_path / f"out.{ending}"
    assert run("glossary", "export", str(tmp_path / "mine.csv"), "-o", str(made)).exit_code == 0
    assert {entry.zh for entry in glossary.read(made)} == {"出口管制", "两用物项"}


def test_a_file_name_that_says_no_glossary_format_is_refused(tmp_path: Path) -> None:
    result = run("glossary", "export", "-o", str(tmp_path / "out.foo"))
    assert result.exit_code == 2
    assert "--to" in result.output
    assert not (tmp_path / "out.foo").exists()


def test_standard_input_comes_out_in_the_format_asked_for() -> None:
    result = run("translate", "-", "--engine", "echo", "--to", "html", stdin="对两用物项实施出口管制。\n")
    assert result.exit_code == 0
    assert "<p" in result.output
    assert "dual-use item" in result.output


IGNORED = [("-o", "out"), ("--report", "r.html"), ("--json-log", "l"), ("--dry-run",), ("b.txt",)]


@pytest.mark.parametrize("option", IGNORED, ids=lambda option: option[0])
def test_standard_input_refuses_what_it_would_ignore(option: tuple[str, ...]) -> None:
    result = run("translate", "-", "--engine", "echo", *option, stdin="稀土。\n")
    assert result.exit_code == 2
    assert "standard input" in result.output


def test_a_query_without_a_concept_ends_with_one() -> None:
    result = run("glossary", "find", "qqqq")
    assert result.exit_code == 1
    assert "no concept holds 'qqqq'" in result.output


def test_an_empty_log_says_so(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "p")).exit_code == 0
    assert "No decisions." in run("review", "log", "--project", str(tmp_path / "p")).output


MEASURES = [("terms", "--corpus"), ("flags", "--corpus"), ("risk", "--corpus"), ("senses",), ("wmt-terms",)]


@pytest.mark.parametrize("words", MEASURES, ids=lambda words: words[0])
def test_nothing_to_measure_is_refused_and_not_scored_as_perfect(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run("evaluate", *words, str(tmp_path / "absent"))
    assert result.exit_code == 2
    assert "absent" in result.output
    assert "%" not in result.output
