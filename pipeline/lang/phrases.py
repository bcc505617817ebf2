"""Set phrases: political formulae with one official English, and idioms whose literal English misleads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.en import lowered

FORMULA: Final = "formula"
IDIOM: Final = "idiom"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPhrase:
    """A phrase that is not translated word by word.

    Attributes:
        kind: ``formula`` (official texts always render it so) or ``idiom``
            (image and sense differ, so that a translator chooses).
        zh: Its Chinese forms.
        accepted: English, the recommended one first.
        literal: English that renders the words and misses the sense.
    """

    kind: str
    zh: tuple[str, ...]
    accepted: tuple[str, ...]
    literal: tuple[str, ...]


@lru_cache(maxsize=1)
def set_phrases() -> dict[str, SetPhrase]:
    """All phrases by Chinese form."""
    text = files("pipeline.lang").joinpath("phrases.tsv").read_text(encoding="utf-8")
    found: dict[str, SetPhrase] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, zh, accepted, literal = (*line.split("\t"), "")[:4]
            phrase = SetPhrase(
                kind=kind, zh=tuple(zh.split("|")), accepted=tuple(accepted.split("|")), literal=_split(literal)
            )
            found.update(dict.fromkeys(phrase.zh, phrase))
    return found


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, set_phrases()), key=len, reverse=True)))


def find_phrases(text: str) -> Iterator[tuple[Span, SetPhrase]]:
    """Set phrases in Chinese text, from the left."""
    for match in _pattern().finditer(text):
        yield Span(match.start(), match.end()), set_phrases()[match[0]]


def says(text: str, renderings: tuple[str, ...]) -> Span | None:
    """Where English text has one of several renderings, whatever the case and inflection of its first word."""
    low = lowered(text)
    for rendering in renderings:
        # Few phrases are met, and patterns are slow to make.
        if low is not None and not all(word in low for word in _fixed(rendering)):
            continue
        if match := _loose(rendering).search(text):
            return Span(match.start(), match.end())
    return None


@lru_cache(maxsize=4096)
def _fixed(rendering: str) -> tuple[str, ...]:
    """Of a rendering's words behind the first those that stand in English text as they are, in lower case."""
    return tuple(word.lower() for word in re.split(r"[\s-]+", rendering)[1:] if "'" not in word)


@lru_cache(maxsize=4096)
def _loose(rendering: str) -> re.Pattern[str]:
    words = re.split(r"[\s-]+", rendering.replace("one's", "someones"))
    parts = [r"[\w'’]+" if word == "someones" else re.escape(word).replace("'", "['’]") for word in words]
    # The first word may be inflected: stem and whatever follows.
    first = parts[0]
    if words[0].isalpha() and len(words[0]) > 3:
        first = re.escape(words[0][:-1] if words[0][-1] in "ey" else words[0]) + r"\w*"
    return re.compile(rf"\b{first}" + "".join(rf"[\s-]+(?:\w+\s+)?{part}" for part in parts[1:]), re.IGNORECASE)
