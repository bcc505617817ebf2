"""Where two English versions of one segment differ in substance."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.en import stem
from pipeline.lang.negation import english_negations

_TOKEN: Final = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,]*%?|[^\w\s]")
_LIGHT: Final = frozenset(
    "a an the of on in to for by with at from as and or that which this these those it its their is are was were be "
    "been being "
    "has have had will would shall also such so , . ; : ' \" “ ” ( ) - – —".split()
)
# Of texts less alike than this, single places say nothing.
_ALIKE: Final = 0.45
_LONGEST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A place where two versions say different things.

    Attributes:
        span: In the first version.
        here: What it says.
        there: What the other says.
        grave: Whether a number or a negation differs.
    """

    span: Span
    here: str
    there: str
    grave: bool


def disagreements(target: str, other: str) -> Iterator[Disagreement]:
    """Places of a target that another version renders with other content words, from the left.

    Inflection, case, articles and word order alone are no difference; versions
    that share less than half of their words are not compared place by place.
    """
    mine, theirs = list(_TOKEN.finditer(target)), list(_TOKEN.finditer(other))
    a, b = [_form(match[0]) for match in mine], [_form(match[0]) for match in theirs]
    matcher = difflib.SequenceMatcher(a=a, b=b, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return
    moved = set(a) & set(b)
    for kind, start, end, low, high in matcher.get_opcodes():
        if kind != "replace" or end - start > _LONGEST or high - low > _LONGEST:
            continue
        left = [form for form in a[start:end] if form not in _LIGHT]
        right = [form for form in b[low:high] if form not in _LIGHT]
        if not left or not right or not (set(left) - moved) or not (set(right) - moved):
            continue
        span = Span(mine[start].start(), mine[end - 1].end())
        there = other[theirs[low].start() : theirs[high - 1].end()]
        yield Disagreement(span=span, here=span.of(target), there=there, grave=_grave(span.of(target), there))


def _form(word: str) -> str:
    return stem(word) if word[0].isalpha() and word.lower() not in _LIGHT else word.lower()


def _grave(one: str, other: str) -> bool:
    numbers = re.findall(r"\d[\d.,]*", one) != re.findall(r"\d[\d.,]*", other)
    return numbers or bool(english_negations(one)) != bool(english_negations(other))
