"""What the tests of checks share: a checker with the shipped glossaries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.config import Config
from pipeline.core.document import Document
from pipeline.core.flags import Flag
from pipeline.evaluation.pairs import pair_document
from pipeline.run import Checker

Flags = Callable[..., list[Flag]]


@pytest.fixture(scope="session")
def checker() -> Checker:
    return Checker(Config())


@pytest.fixture(scope="session")
def checked(checker: Checker) -> Callable[..., Document]:
    """Corresponding lines as a checked document."""

    def run(zh: str, en: str, *, date: str = "2026-01-06", genre: str = "") -> Document:
        document, targets = pair_document(zh.split("\n"), en.split("\n"), name="test", date=date, genre=genre)
        return checker.document(document, targets)

    return run


@pytest.fixture(scope="session")
def flags(checked: Callable[..., Document]) -> Flags:
    """Flags of corresponding lines, in order."""

    def run(zh: str, en: str, **options: str) -> list[Flag]:
        return [flag for segment in checked(zh, en, **options).segments for flag in segment.flags]

    return run
