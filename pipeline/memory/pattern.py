"""Numbers, dates and terms abstracted, so that 第18号 finds what was approved for 第19号.

A *pattern* is a source with its values replaced by marks; a *skeleton* has its
glossary terms replaced too. Two sources with one pattern differ in values
only, so the approved English of one becomes that of the other by replacing
those values, where the English says each of them in a way that can be found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import dates, numbers, references
from pipeline.lang.en import find_inflected
from pipeline.memory.unit import UnitTerm

# Private-use characters stand for what was taken out: no text holds them.
_MARKS: Final = {"document": "\ue000", "provision": "\ue001", "date": "\ue002", "number": "\ue003", "term": "\ue004"}
MARKS: Final = frozenset(_MARKS.values())
# No value is written without one of these.
_VALUES: Final = re.compile("[0-9〇零一二两三四五六七八九十百千万亿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A value or term in a source.

    Attributes:
        span: Where it stands.
        kind: ``document``, ``provision``, ``date``, ``number`` or ``term``.
        shape: What must be equal for two values to be interchangeable.
        value: The value in a comparable form.
        english: How the value is written in English.
    """

    span: Span
    kind: str
    shape: str
    value: str
    english: str


def slots(text: str) -> list[Slot]:
    """The values in a Chinese text, in order and without overlaps; the more specific kinds win."""
    if not _VALUES.search(text):
        return []
    taken: list[Slot] = []
    for slot in _values(text):
        if not any(slot.span.overlaps(other.span) for other in taken):
            taken.append(slot)
    return sorted(taken, key=lambda slot: slot.span)


def _values(text: str) -> Iterator[Slot]:
    for number in references.document_numbers(text):
        shape = "year" if number.year else ""
        value = f"{number.number}/{number.year}"
        yield Slot(span=number.span, kind="document", shape=_kind_of(number.text) + shape, value=value, english=value)
    for one in references.provisions(text):
        shape = f"{bool(one.paragraph)}{bool(one.item)}"
        value = f"{one.article}/{one.paragraph}/{one.item}"
        yield Slot(span=one.span, kind="provision", shape=shape, value=value, english=one.english)
    for mention in dates.chinese_dates(text):
        if not mention.relative:
            shape = "".join("x" if part else "-" for part in mention.value)
            value = "/".join(str(part or "") for part in mention.value)
            english = dates.english_form(mention)
            yield Slot(span=mention.span, kind="date", shape=shape, value=value, english=english)
    for quantity in numbers.chinese_quantities(text):
        shape = f"{quantity.kind}{quantity.unit}{'余' in quantity.text or '多' in quantity.text}"
        english = numbers.format_number(quantity.value)
        yield Slot(
            span=quantity.span, kind="number", shape=shape, value=str(quantity.value.normalize()), english=english
        )


def _kind_of(text: str) -> str:
    return text[:2] if text[:1] in "公通决令" else ""


def pattern(text: str, found: Sequence[Slot] | None = None) -> str:
    """A source with its values replaced by marks; equal for sources that differ in values only."""
    parts, at = [], 0
    for slot in slots(text) if found is None else found:
        parts += [text[at : slot.span.start], _MARKS[slot.kind], f"{{{slot.shape}}}" if slot.shape else ""]
        at = slot.span.end
    return "".join([*parts, text[at:]])


def with_terms(text: str, terms: Sequence[UnitTerm], *, values: Sequence[Slot] | None = None) -> list[Slot]:
    """The values and the glossary terms of a source, in order; terms give way to values.

    Args:
        text: Source.
        terms: Its terms in order of their places.
        values: Its values, where they are known.
    """
    found = list(slots(text) if values is None else values)
    at = 0
    for term in terms:
        start = text.find(term.source, at)
        if start < 0:
            continue
        span = Span(start, start + len(term.source))
        at = span.end
        if not any(span.overlaps(slot.span) for slot in found):
            english = term.rendering
            found.append(Slot(span=span, kind="term", shape="", value=term.concept, english=english))
    return sorted(found, key=lambda slot: slot.span)


def keys(text: str, terms: Sequence[UnitTerm]) -> tuple[str, str]:
    """Pattern and skeleton of a source."""
    values = slots(text)
    return pattern(text, values), pattern(text, with_terms(text, terms, values=values))


def adapted(target: str, old: Sequence[Slot], new: Sequence[Slot], *, terms: Sequence[UnitTerm] = ()) -> str | None:
    """An approved English with the values of another source of the same pattern.

    Args:
        target: English of the old source.
        old: Slots of the old source.
        new: Slots of the new one, as many and of the same kinds.
        terms: Terms of the old source with the English they have in ``target``.

    Returns:
        The English, or None where a changed value is not found in it without
        doubt.
    """
    if [(slot.kind, slot.shape) for slot in old] != [(slot.kind, slot.shape) for slot in new]:
        return None
    wanted: dict[tuple[str, str], set[str]] = {}
    replacement: dict[tuple[str, str], Slot] = {}
    for before, after in zip(old, new, strict=True):
        key = (before.kind, before.value)
        wanted.setdefault(key, set()).add(after.value)
        replacement[key] = after
    # One old value that becomes two new ones: the English does not say which is which.
    if any(len(values) > 1 for values in wanted.values()):
        return None
    edits: list[tuple[Span, str]] = []
    by_key = {(slot.kind, slot.value): slot for slot in old}
    for key, after in replacement.items():
        if after.value == key[1]:
            continue
        places = list(_places(target, by_key[key], after, terms))
        if not places:
            return None
        edits += places
    edits.sort()
    if any(a.overlaps(b) for (a, _), (b, _) in pairwise(edits)):
        return None
    for span, text in reversed(edits):
        target = target[: span.start] + text + target[span.end :]
    return target


def _places(target: str, before: Slot, after: Slot, terms: Sequence[UnitTerm]) -> Iterator[tuple[Span, str]]:
    """Where an English text says a value, and what it must say instead."""
    if before.kind == "term":
        yield from _renderings(target, before, after, terms)
    else:
        yield from _FINDERS[before.kind](target, before, after)


def _renderings(target: str, before: Slot, after: Slot, terms: Sequence[UnitTerm]) -> Iterator[tuple[Span, str]]:
    for written in {term.target or term.rendering for term in terms if term.concept == before.value}:
        for span in find_inflected(written, target):
            yield span, _cased(after.english, span.of(target))


def _dates(target: str, before: Slot, after: Slot) -> Iterator[tuple[Span, str]]:
    for mention in dates.english_dates(target):
        if "/".join(str(part or "") for part in mention.value) == before.value:
            yield mention.span, after.english


def _documents(target: str, before: Slot, after: Slot) -> Iterator[tuple[Span, str]]:
    number, _, year = before.value.partition("/")
    for found in references.english_document_numbers(target):
        if str(found.number) == number and str(found.year) in {year, "0"}:
            yield found.span, _renumbered(found.span.of(target), before.value, after.value)


def _provisions(target: str, before: Slot, after: Slot) -> Iterator[tuple[Span, str]]:
    article, rest = before.value.split("/", 1)
    new_article, new_rest = after.value.split("/", 1)
    if rest != new_rest:
        at = target.find(before.english)
        if at >= 0:
            yield Span(at, at + len(before.english)), after.english
        return
    for span, number in references.english_articles(target):
        if str(number) == article:
            written = span.of(target)
            yield span, written[: len(written) - len(article)] + new_article


def _quantities(target: str, before: Slot, after: Slot) -> Iterator[tuple[Span, str]]:
    # Singular and plural of the unit would have to change with it.
    if "1" in {before.value, after.value} and "unit" in before.shape:
        return
    taken = [
        *(mention.span for mention in dates.english_dates(target)),
        *(found.span for found in references.english_document_numbers(target)),
        *(span for span, _ in references.english_articles(target)),
    ]
    for quantity in numbers.english_quantities(target):
        if quantity.value == Decimal(before.value) and not any(quantity.span.overlaps(span) for span in taken):
            written = quantity.span.of(target)
            tail = written[len(written.rstrip("% ").rstrip()) :] if written.endswith("%") else ""
            if quantity.kind in {"percent", "points"} and not tail:
                tail = written[len(written.split()[0]) :] if " " in written else ""
            yield quantity.span, after.english + tail


def _renumbered(written: str, before: str, after: str) -> str:
    """``No. 18 of 2025`` with another number and year."""
    old_number, _, old_year = before.partition("/")
    number, _, year = after.partition("/")
    head, digits, tail = written.partition(old_number)
    return head + (number if digits else "") + (tail.replace(old_year, year) if old_year != "0" else tail)


def _cased(text: str, like: str) -> str:
    return text[:1].upper() + text[1:] if like[:1].isupper() and text[:1].islower() else text


_FINDERS: Final[dict[str, Callable[[str, Slot, Slot], Iterator[tuple[Span, str]]]]] = {
    "date": _dates,
    "document": _documents,
    "provision": _provisions,
    "number": _quantities,
}
