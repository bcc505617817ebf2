"""Values in Chinese text that have one right English, and the same values in English text.

Dates, amounts, percentages, document numbers, references to articles and
marked names are computed, never guessed. An engine is asked for them as for
terms; where sentence pairs are prepared for training, the two sides of a value
are found here and become one symbol.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import dates, names, numbers, references

# A count with 余 or 多 is a lower bound.
_MORE: Final = frozenset("余多")
_NOUNS: Final = {"公告": "Announcement ", "通告": "Circular ", "决定": "Decision ", "令": "Order "}
_NOUN_BEFORE: Final = re.compile(r"\b(?:Announcement|Circular|Decision|Decree|Order|Notice)\s+\(?$")
_MORE_BEFORE: Final = re.compile(r"\b(?:more than|over)\s+$", re.IGNORECASE)
_CURRENCY_BEFORE: Final = re.compile(r"(?:\b(?:US|HK|NT|C|A)\s?\$|\b(?:RMB|CNY|JPY|USD|EUR)\s?|[$€¥£])$")
_UNIT_AFTER: Final = re.compile(
    r"\s(?:metric\s+tons?|tons?|tonnes?|kilograms?|grams?|kilomet(?:er|re)s?|square\s+(?:kilo)?met(?:er|re)s?"
    r"|(?:RMB\s+)?yuan|(?:U\.?S\.?\s+|New Taiwan |Hong Kong )?dollars?|NT dollars?|euros?|yen|renminbi|RMB)\b"
)
_PARAGRAPH: Final = re.compile(
    r"\bParagraph\s(?P<paragraph>\d+)(?:,|\sof)\sArticle\s(?P<article>\d+)\b(?!-)"
    r"|\bArticle\s(?P<article2>\d+),\sParagraph\s(?P<paragraph2>\d+)\b(?!-)",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(r"[0-9]")
_HAS_VALUE: Final = re.compile(r"[0-9０-９]|第[一二三四五六七八九十百]|百分之|[月年日元成吨]|[长人员记任理表席]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value in text.

    Attributes:
        span: Where it stands.
        text: As written.
        rendering: The English; for a value found in English, as written.
        kind: ``date``, ``number``, ``percent``, ``name``, ``document-number`` or ``provision``.
        key: Equal for the same value in either language.
    """

    span: Span
    text: str
    rendering: str
    kind: str
    key: Hashable


def chinese_values(text: str, base: date | None = None) -> list[Value]:
    """Values of a Chinese sentence in order, without overlaps; of overlapping ones the more specific.

    Args:
        text: Normalised Chinese.
        base: Date that relative dates count from; without it they are left out.
    """
    return _without_overlaps(_chinese(text, base)) if _HAS_VALUE.search(text) else []


def english_values(text: str) -> list[Value]:
    """Values of an English sentence in order, with their units and currencies, without overlaps."""
    return _without_overlaps(_english(text)) if _FIGURES.search(text) else []


def paired_values(zh: str, en: str) -> list[tuple[Value, Value]]:
    """The values of a sentence pair that stand on both sides, in Chinese order, each used once."""
    wanted = chinese_values(zh)
    if not wanted:
        return []
    left = english_values(en)
    pairs: list[tuple[Value, Value]] = []
    for one in wanted:
        other = _named(one, en) if one.kind == "name" else next((value for value in left if _same(one, value)), None)
        if other is not None and (wide := _bounded(one, other, en)):
            pairs.append((one, wide))
            left = [value for value in left if value is not other]
    return pairs


def _same(one: Value, other: Value) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "date" and isinstance(one.key, tuple) and isinstance(other.key, tuple) and other.key[0] is None:
        return one.key[1:] == other.key[1:]
    return one.key == other.key


def _bounded(one: Value, other: Value, en: str) -> Value | None:
    """The English value with "more than" where the Chinese value says so itself; None where the English does not."""
    if not one.rendering.startswith("more than "):
        return other
    span = _wider(en, other.span, _MORE_BEFORE)
    return replace(other, span=span, text=span.of(en), rendering=span.of(en)) if span != other.span else None


def _named(name: Value, en: str) -> Value | None:
    at = en.find(name.rendering)
    if at < 0:
        return None
    return Value(
        span=Span(at, at + len(name.rendering)),
        text=name.rendering,
        rendering=name.rendering,
        kind="name",
        key=name.key,
    )


def _chinese(text: str, base: date | None) -> Iterator[Value]:
    for number in references.document_numbers(text):
        if number.year:
            noun = next((noun for word, noun in _NOUNS.items() if number.text.startswith(word)), "")
            rendering, key = f"{noun}No. {number.number} of {number.year}", (number.number, number.year)
            yield Value(span=number.span, text=number.text, rendering=rendering, kind="document-number", key=key)
    for one in references.provisions(text):
        if "之" in one.text:
            continue
        place = (one.article, one.paragraph, one.item)
        yield Value(span=one.span, text=one.text, rendering=one.english, kind="provision", key=place)
    for mention in dates.chinese_dates(text, base):
        rendering = dates.english_form(mention)
        if rendering and (mention.year or not mention.relative):
            yield Value(span=mention.span, text=mention.text, rendering=rendering, kind="date", key=mention.value)
    for name in names.chinese_names(text):
        yield Value(span=name.span, text=name.text, rendering=name.english, kind="name", key=name.english)
    for quantity in numbers.chinese_quantities(text):
        if quantity.scaled or quantity.kind in {"percent", "points", "money", "unit"}:
            more = "more than " if _MORE & set(quantity.text) else ""
            kind = "percent" if quantity.kind in {"percent", "points"} else "number"
            rendering = more + numbers.english_form(quantity)
            yield Value(span=quantity.span, text=quantity.text, rendering=rendering, kind=kind, key=_amount(quantity))


def _amount(quantity: numbers.Quantity) -> Hashable:
    return quantity.kind if quantity.kind in {"percent", "points"} else "", quantity.value


def _english(text: str) -> Iterator[Value]:
    for number in references.english_document_numbers(text):
        if number.year:
            span = _wider(text, number.span, _NOUN_BEFORE)
            yield _found(text, span, "document-number", (number.number, number.year))
    for match in _PARAGRAPH.finditer(text):
        article, paragraph = match["article"] or match["article2"], match["paragraph"] or match["paragraph2"]
        place = (int(article), int(paragraph), 0)
        yield _found(text, Span(match.start(), match.end()), "provision", place)
    for span, article in references.english_articles(text):
        yield _found(text, span, "provision", (article, 0, 0))
    for mention in dates.english_dates(text):
        yield _found(text, mention.span, "date", mention.value)
    for quantity in numbers.english_quantities(text):
        if quantity.text[0].isdigit():
            kind = "percent" if quantity.kind in {"percent", "points"} else "number"
            yield _found(text, _with_unit(text, quantity.span), kind, _amount(quantity))


def _with_unit(text: str, span: Span) -> Span:
    after = _UNIT_AFTER.match(text, span.end)
    return _wider(text, Span(span.start, after.end() if after else span.end), _CURRENCY_BEFORE)


def _wider(text: str, span: Span, before: re.Pattern[str]) -> Span:
    found = before.search(text, max(0, span.start - 24), span.start)
    return Span(found.start(), span.end) if found else span


def _found(text: str, span: Span, kind: str, key: Hashable) -> Value:
    written = span.of(text)
    return Value(span=span, text=written, rendering=written, kind=kind, key=key)


def _without_overlaps(found: Iterable[Value]) -> list[Value]:
    kept: list[Value] = []
    for one in found:
        if not any(one.span.overlaps(other.span) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.span)
