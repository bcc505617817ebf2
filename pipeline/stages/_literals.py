"""What an engine is asked to render as told: glossary terms, and values whose English is computed.

A date, an amount with 万 or 亿, a document number or a reference to an article
has one right English, so it is handed to the engine like a term and, where
the engine misses it, put where the engine's alignment says its words stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang import dates, names, numbers, references

# A count with 余 or 多 is a lower bound.
_MORE: Final = frozenset("余多")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rendering that an engine was asked for.

    Attributes:
        span: In ``Segment.text``.
        text: The Chinese.
        rendering: The English.
        kind: ``term``, ``date``, ``number``, ``name``, ``document-number`` or ``provision``.
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
        one
        for one in _without_overlaps(literals(segment.text, base))
        if one.kind != "name" or not any(one.span.overlaps(span) for span in known)
    ]
    # A term inside a value (公告 in 公告2025年第18号) is rendered with it.
    kept = [one for one in terms if not any(one.span.overlaps(other.span) for other in computed)]
    return sorted([*kept, *computed], key=lambda one: one.span)


def literals(text: str, base: date | None) -> Iterator[Asked]:
    """Values with one right English, the more specific kinds first."""
    for number in references.document_numbers(text):
        if number.year:
            noun = _NOUNS.get(number.text[:2], "")
            rendering = f"{noun}No. {number.number} of {number.year}"
            yield Asked(span=number.span, text=number.text, rendering=rendering, kind="document-number")
    for provision in references.provisions(text):
        yield Asked(span=provision.span, text=provision.text, rendering=provision.english, kind="provision")
    for mention in dates.chinese_dates(text, base):
        rendering = dates.english_form(mention)
        resolved = mention.year or not mention.relative
        if mention.month and rendering and resolved:
            yield Asked(span=mention.span, text=mention.text, rendering=rendering, kind="date")
    for name in names.chinese_names(text):
        yield Asked(span=name.span, text=name.text, rendering=name.english, kind="name")
    for quantity in numbers.chinese_quantities(text):
        if quantity.scaled or quantity.kind in {"percent", "points", "money", "unit"}:
            more = "more than " if _MORE & set(quantity.text) else ""
            rendering = more + numbers.english_form(quantity)
            yield Asked(span=quantity.span, text=quantity.text, rendering=rendering, kind="number")


_NOUNS: Final = {"公告": "Announcement ", "通告": "Circular ", "决定": "Decision "}


def _without_overlaps(found: Iterator[Asked]) -> Iterator[Asked]:
    taken: list[Span] = []
    for one in found:
        if not any(one.span.overlaps(span) for span in taken):
            taken.append(one.span)
            yield one


def rendered(target: str, wanted: Sequence[Asked]) -> list[bool]:
    """For each value whether the English has it, in whatever form; terms are not looked at."""
    taken = [span for span, _ in references.english_articles(target)]
    values = [
        quantity
        for quantity in numbers.english_quantities(target)
        if not any(quantity.span.overlaps(span) for span in taken)
    ]
    known_dates = {mention.value for mention in dates.english_dates(target)}
    documents = {(number.number, number.year) for number in references.english_document_numbers(target)}
    return [_has(one, target, known_dates, documents, values) for one in wanted]


def _has(
    one: Asked,
    target: str,
    known_dates: set[tuple[int | None, int | None, int | None]],
    documents: set[tuple[int, int]],
    values: Sequence[numbers.Quantity],
) -> bool:
    if one.kind == "date":
        return any(mention.value in known_dates for mention in dates.english_dates(one.rendering))
    if one.kind == "document-number":
        wanted = next(references.english_document_numbers(one.rendering))
        return (wanted.number, wanted.year) in documents
    if one.kind == "number":
        quantity = next(numbers.english_quantities(one.rendering.removeprefix("more than ")))
        return any(other.value == quantity.value and other.kind == quantity.kind for other in values)
    return one.rendering.lower() in target.lower()
