"""The linguists' manual says only what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from pipeline.cli import app
from pipeline.termbase.condition import TESTS
from pipeline.termbase.lint import catalogue
from pipeline.termbase.lint_entry import GENRES, PARTS_OF_SPEECH
from pipeline.termbase.table import COLUMNS

README = (Path(__file__).parents[2] / "glossaries" / "README.md").read_text(encoding="utf-8")


def commands(group: Any) -> dict[str, Any]:
    return dict(group.commands) if hasattr(group, "commands") else {}


ROOT = commands(typer.main.get_command(app))
VERBS = commands(ROOT["glossary"])


def lines() -> list[list[str]]:
    """Every command of the manual, in words."""
    shown = re.findall(r"^\$ (zhengming .*)$", README, re.MULTILINE)
    inline = re.findall(r"`(zhengming [^`]+)`", README)
    return [shlex.split(line) for line in (*shown, *inline)]


def test_every_verb_is_documented() -> None:
    documented = set(re.findall(r"`(?:zhengming glossary )?([a-z]+)`", README))
    assert set(VERBS) <= documented


@pytest.mark.parametrize("words", lines(), ids=lambda words: " ".join(words[1:4]))
def test_each_documented_command_exists_with_its_options(words: list[str]) -> None:
    command = ROOT[words[1]]
    if words[1] in {"glossary", "evaluate"}:
        command = commands(command)[words[2]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_columns_parts_of_speech_tests_genres_and_codes_are_the_programs() -> None:
    assert all(f"`{column}`" in README for column in COLUMNS)
    assert all(f"`{pos}`" in README for pos in PARTS_OF_SPEECH)
    assert all(f"`{test}(" in README for test in TESTS)
    assert all(genre in README for genre in GENRES)
    assert set(re.findall(r"\bG\d{3}\b", README)) <= set(catalogue())
