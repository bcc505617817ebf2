"""The gold corpus: Chinese documents, references, term annotations, known ambiguities.

One document is three files, ``SLUG.zh.md``, ``SLUG.en.md`` and ``SLUG.toml``;
line *n* of the first is line *n* of the second. ``corpus/README.md`` describes
the format.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.lang.plurals import counted


@dataclass(frozen=True, slots=True)
class GoldTerm:
    """A term of a document and the renderings that count as right for it."""

    zh: str
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldAmbiguity:
    """A place that a professional would query.

    Attributes:
        line: 1-based line of the Chinese document.
        source: Substring of that line.
        code: Flag code that is expected.
        candidates: Renderings between which one would choose.
        reason: Why it is in doubt.
    """

    line: int
    source: str
    code: str
    candidates: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldDocument:
    """A bilingual document with its annotations; ``zh`` and ``en`` have equally many lines."""

    slug: str
    title: str
    genre: str
    date: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    terms: tuple[GoldTerm, ...]
    ambiguities: tuple[GoldAmbiguity, ...]
    clean: frozenset[int]


def load_gold(folder: Path) -> list[GoldDocument]:
    """All gold documents of a folder, by slug.

    Raises:
        InputError: A document lacks a file, is malformed, or its two
            languages differ in their number of lines.
    """
    return [_load(path) for path in sorted(folder.glob("*.toml"))]


def _load(path: Path) -> GoldDocument:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        zh = path.with_suffix(".zh.md").read_text(encoding="utf-8").splitlines()
        en = path.with_suffix(".en.md").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    if len(zh) != len(en):
        raise InputError(f"{path}: {counted(len(zh), 'Chinese line')}, {len(en)} in English; they must correspond")
    try:
        return GoldDocument(
            slug=path.stem,
            title=data["title"],
            genre=data["genre"],
            date=data["date"],
            zh=tuple(zh),
            en=tuple(en),
            terms=tuple(GoldTerm(term["zh"], tuple(term["en"])) for term in data.get("terms", [])),
            ambiguities=tuple(
                GoldAmbiguity(item["line"], item["source"], item["code"], tuple(item["candidates"]), item["reason"])
                for item in data.get("ambiguities", [])
            ),
            clean=frozenset(line for stretch in data.get("clean", []) for line in stretch["lines"]),
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: missing or malformed field {error}") from error
