"""What an engine is asked to render as told: glossary terms, and values whose English is computed.

A date, an amount with 万 or 亿, a document number or a reference to an article
has one right English, so it is handed to the engine like a term and, where
the engine misses it, put where the engine's alignment says its words stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang import dates, numbers, references
from pipeline.lang.values import chinese_values


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
        for one in chinese_values(segment.text, base)
        if one.kind != "name" or not any(one.span.overlaps(span) for span in known)
    ]
    # A term inside a value (公告 in 公告2025年第18号) is rendered with it.
    kept = [one for one in terms if not any(one.span.overlaps(other.span) for other in computed)]
    return sorted([*kept, *computed], key=lambda one: one.span)


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
    if one.kind in {"number", "percent"}:
        quantity = next(numbers.english_quantities(one.rendering.removeprefix("more than ")))
        return any(other.value == quantity.value and other.kind == quantity.kind for other in values)
    return one.rendering.lower() in target.lower()
