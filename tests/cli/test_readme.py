"""The README says only what the program does."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from pipeline import formats
from pipeline.cli import app
from pipeline.cli.project import TEMPLATE
from pipeline.config import Config, parse
from pipeline.engines import names
from pipeline.lang.style import CHOICES, HouseStyle
from pipeline.testing import ScriptedEngine

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: Any) -> dict[str, Any]:
    return dict(group.commands) if hasattr(group, "commands") else {}


VERBS = commands(typer.main.get_command(app))


def shown() -> list[list[str]]:
    """Every command that the README shows, in words."""
    blocks = "\n".join(re.findall(r"```\n(.*?)```", README, re.DOTALL))
    lines = re.findall(r"(?:^|\| \.venv/bin/|\$ )(zhengming [^#\n]*)", blocks, re.MULTILINE)
    return [shlex.split(line) for line in (*lines, *re.findall(r"`(zhengming [^`]+)`", README))]


@pytest.mark.parametrize("words", shown(), ids=lambda words: "-".join(words[1:4]))
def test_each_command_exists_with_its_options(words: list[str]) -> None:
    command, rest = VERBS[words[1]], words[2:]
    while commands(command) and rest and not rest[0].startswith("-"):
        command, rest = commands(command)[rest[0]], rest[1:]
    known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
    assert {word for word in words if word.startswith("-") and word != "-"} <= known


def test_every_verb_is_named() -> None:
    assert {words[1] for words in shown()} == set(VERBS)


def test_the_example_comes_out_as_shown() -> None:
    block, output = re.search(r"```\n(\$ printf .*?)```.*?```\n(.*?)```", README, re.DOTALL).groups()  # type: ignore[union-attr]
    text = re.search(r"printf '(.*?)\\n'", block)[1]  # type: ignore[index]
    arguments = shlex.split(block.split("zhengming ", 1)[1])
    result = CliRunner().invoke(app, arguments, input=f"{text}\n".encode())
    [segment] = json.loads(result.output)["segments"]
    target, term, *flags = output.strip().split("\n")
    assert segment["target"] == target
    shown_term = json.loads(re.sub(r", …\}$", "}", term))
    assert shown_term.items() <= segment["terms"][0].items()
    for line, flag in zip(flags, segment["flags"], strict=False):
        code, severity, rest = line.split(maxsplit=2)
        assert (flag["code"], flag["severity"]) == (code, severity)
        assert rest.startswith(flag["message"])
        assert all(candidate in rest for candidate in flag["candidates"])


def test_the_house_style_shown_is_the_default_and_complete() -> None:
    table = tomllib.loads(re.search(r"```toml\n(.*?)```", README, re.DOTALL)[1])  # type: ignore[index]
    assert set(table["style"]) == {field.name for field in fields(HouseStyle)}
    assert parse(table, where=Path("README.md")).style == HouseStyle()
    assert all(choice in README for choices in CHOICES.values() for choice in choices)


def test_a_new_project_has_the_defaults() -> None:
    made = parse(tomllib.loads(TEMPLATE), where=Path("zhengming.toml"))
    default = Config()
    assert (made.engine, made.style, made.checks, made.memory, made.store, made.date) == (
        default.engine, default.style, default.checks, default.memory, default.store, default.date,
    )  # fmt: skip


def test_init_writes_every_setting_there_is_and_each_may_be_uncommented() -> None:
    uncommented = re.sub(r"^# (?=\w+ = )", "", TEMPLATE, flags=re.MULTILINE)
    parse(tomllib.loads(uncommented), where=Path("zhengming.toml"))
    written = tomllib.loads(uncommented)
    config = Config()
    for section in fields(Config):
        value = getattr(config, section.name)
        known = {field.name for field in fields(value)} if is_dataclass(value) else set()
        assert known == set(written[section.name] if known else ()), section.name


def test_files_targets_engines_and_formats_that_are_named_exist() -> None:
    paths = [path for path in re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.md)`", README) if not path.startswith("/")]
    assert all((ROOT / path).exists() for path in paths), paths
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target}:" in makefile for target in re.findall(r"^make (\w+)", README, re.MULTILINE))
    assert set(re.findall(r"--engine (\w+)", README)) <= set(names())
    for word in ("text", "markdown", "html", "docx", "xliff", "pdf"):
        assert formats.by_name(word) is not None
        assert {"text": "plain text"}.get(word, word) in README.lower()


def test_the_tests_that_it_shows_to_writers_of_engines_pass() -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    shown_here: dict[str, Any] = {"MyEngine": ScriptedEngine}
    exec(code, shown_here)  # noqa: S102  (it is our own README)
    for test in [value for name, value in shown_here.items() if name.startswith("test_")]:
        test()
