"""What an engine is asked to render as told: glossary terms, and values whose English is computed.

A date, an amount with 万 or 亿, a document number or a reference to an article
has one right English, so it is handed to the engine like a term and, where
the engine misses it, put where the engine's alignment says its words stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang.titles import compose, titles
from pipeline.lang.values import Value, chinese_values, english_values, same


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rendering that an engine was asked for.

    Attributes:
        span: In ``Segment.text``.
        text: The Chinese.
        rendering: The English.
        kind: ``term``, or that of a value.
        term: Index into ``Segment.terms``; -1 for values.
    """

    span: Span
    text: str
    rendering: str
    kind: str
    term: int = -1


def asked(segment: Segment, base: date | None, *, values: bool) -> list[Asked]:
    """Everything an engine is asked to render, in order, without overlaps.

    Args:
        segment: With its terms.
        base: Date that relative dates count from.
        values: Whether computed values are asked for beside enforced terms.
    """
    terms = [
        Asked(span=term.span, text=term.text, rendering=term.rendering, kind="term", term=i)
        for i, term in enumerate(segment.terms)
        if term.enforced
    ]
    if not values:
        return terms
    known = [one.span for one in terms]
    computed = [
        Asked(span=one.span, text=one.text, rendering=one.rendering, kind=one.kind)
        for one in chinese_values(segment.text, base, words=True)
        if not any(_claims(span, one.span) if one.kind == "name" else _holds(span, one.span) for span in known)
    ]
    computed += [
        one for one in composed_titles(segment) if not any(one.span.overlaps(other.span) for other in computed)
    ]
    # Of a term and a value the longer is rendered; 公告 in 公告2025年第18号 with its value.
    kept = [one for one in terms if not any(one.span.overlaps(other.span) for other in computed)]
    return sorted([*kept, *computed], key=lambda one: one.span)


def composed_titles(segment: Segment) -> Iterator[Asked]:
    """Titles in 《》 that no glossary entry covers and whose every part is known."""
    for title in titles(segment.text):
        inside = [term for term in segment.terms if term.enforced and term.span.overlaps(title.span)]
        if any(_holds(term.span, title.span) for term in inside):
            continue
        at = title.span.start
        parts = [(term.span.start - at, term.span.end - at, term.rendering) for term in inside]
        if english := compose(title.text, parts):
            yield Asked(span=title.span, text=title.text, rendering=english, kind="name")


def _holds(term: Span, other: Span) -> bool:
    """Whether a term has a value or title inside it and says how it is rendered: 2018年税务条例草案."""
    return term.start <= other.start and other.end <= term.end


def _claims(term: Span, name: Span) -> bool:
    """Whether a glossary term settles a name; one that is a part of it (公司 in 莱多斯公司（Leidos）) does not."""
    inside = name.start <= term.start and term.end <= name.end and term != name
    return term.overlaps(name) and not inside


def rendered(target: str, wanted: Sequence[Asked]) -> list[bool]:
    """For each value whether the English has it, in whatever form; terms are not looked at."""
    found = english_values(target, words=True)
    return [_has(one, target, found) for one in wanted]


def _has(one: Asked, target: str, found: Sequence[Value]) -> bool:
    if one.rendering.lower() in target.lower():
        return True
    wanted = english_values(one.rendering, words=True)[:1] if one.term < 0 else []
    # A year that only the Chinese says is missing; one that only the English says is none too many.
    return any(value.key == other.key or (0 in value.key and same(value, other)) for value in wanted for other in found)
