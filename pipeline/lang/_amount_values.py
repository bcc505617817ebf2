"""Quantities of a text as values, two with 至 or 以上…以下 between them as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import numbers
from pipeline.lang._value import Key, Value
from pipeline.lang.numerals import ENGLISH_SMALL, SCALES, Quantity

_TO: Final = re.compile(r"\s?起?(?:至|到|—|——|－|–|-|~|～)\s?")
_ENGLISH_TO: Final = re.compile(r"\s?(?:to|through|–|-|—)\s?(?:the\s)?")
_NOT_LESS: Final = re.compile(r"(?:not|no) less than $", re.IGNORECASE)
_NOT_MORE: Final = re.compile(r",? (?:but|and) (?:not|no) more than ", re.IGNORECASE)
_CLASSIFIER: Final = re.compile(
    r"\s?[个类项名家人次种条款件批起台套艘架国份期轮天年大方点级只位座省市场所笔]|日[内以之]|[周月]内|小时"
)


def amounts(text: str, found: Sequence[Quantity], *, english: bool) -> Iterator[Value]:
    """Quantities, two of which with 至 or 以上…以下 between them are one value."""
    at = 0
    while at < len(found):
        one = found[at]
        other = found[at + 1] if at + 1 < len(found) else None
        joined = other and (_english_range(text, one, other) if english else _chinese_range(text, one, other))
        if joined:
            yield joined
            at += 2
            continue
        yield _amount(text, one, english=english)
        at += 1


def _amount(text: str, one: Quantity, *, english: bool) -> Value:
    written = one.extent.of(text)
    plain = one.kind == "number" and not (one.scaled or one.bound)
    kind = "count" if plain else "percent" if one.kind in {"percent", "points"} else "number"
    inner = Span(one.span.start, one.extent.end)
    if english:
        inner = Span(one.extent.start + len(written) - len(_without_bound(written)), one.extent.end)
    return Value(
        span=one.extent, text=written, kind=kind, key=_key((one,)), bound=one.bound, inner=inner,
        rendering=written if english else _count(text, one) if plain else numbers.english_form(one, bound=True),
    )  # fmt: skip


def _count(text: str, one: Quantity) -> str:
    """One to nine of something in words, as house style has it; from ten and in 附件1 figures; a bare year as it is."""
    if _BARE_YEAR.fullmatch(one.text) and not _CLASSIFIER.match(text, one.span.end):
        return one.text
    if _CLASSIFIER.match(text, one.span.end) and 0 < one.value < 10:
        return next((word for word, value in ENGLISH_SMALL.items() if value == one.value), numbers.english_form(one))
    return numbers.english_form(one)


_BARE_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_BOUND: Final = re.compile(
    r"(?:more than|over|in excess of|nearly|almost|close to|about|around|approximately|roughly|some)\s+", re.IGNORECASE
)


def _without_bound(text: str) -> str:
    return _BOUND.sub("", text, count=1)


def _chinese_range(text: str, one: Quantity, other: Quantity) -> Value | None:
    between = text[one.span.end : other.extent.start]
    if _TO.fullmatch(between):
        kind, end = "to", other.extent.end
    elif between == "以上" and text.startswith("以下", other.extent.end):
        kind, end = "bounds", other.extent.end + 2
    else:
        return None
    pair = _matched(one, other)
    if pair is None:
        return None
    span = Span(one.extent.start, end)
    low, high = (numbers.english_form(quantity) for quantity in pair)
    written = f"not less than {low} but not more than {high}" if kind == "bounds" else _to(pair, low, high)
    key = (kind, *_key(pair))
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    return Value(
        span=span, text=span.of(text), kind=_range_kind(pair), key=key, rendering=written, bound=bound, inner=span
    )


def _range_kind(pair: Sequence[Quantity]) -> str:
    return "percent" if pair[0].kind in {"percent", "points"} else "number"


def _to(pair: tuple[Quantity, Quantity], low: str, high: str) -> str:
    if pair[0].kind in {"unit", "times", "points"}:
        low = low.split(" ", 1)[0] if pair[0].value < 10**6 else " ".join(low.split(" ", 2)[:2])
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    return f"{bound} {low} to {high}".strip()


def _matched(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity] | None:
    """Both with one kind, unit and scale: in 5—8万吨 the 5 is 50,000 tons."""
    if one.kind == "number" and other.kind != "number":
        value = one.value
        if other.scaled and not one.scaled:
            scale = next((word for word in SCALES if word in other.text), "")
            value *= SCALES.get(scale, 1)
        one = replace(one, kind=other.kind, unit=other.unit, per=other.per, value=value, text=other.text)
    elif one.kind == "number" and other.scaled and not one.scaled:
        scale = next((word for word in SCALES if word in other.text), "")
        one = replace(one, value=one.value * SCALES.get(scale, 1))
    if one.kind == other.kind == "money" and other.unit == "CNY":
        # 新台币一千万元以上五千万元以下: the currency is said once.
        other = replace(other, unit=one.unit)
    if (one.kind, one.unit) != (other.kind, other.unit) or one.value >= other.value:
        return None
    return one, other


def _key(parts: Sequence[Quantity]) -> Key:
    last = parts[-1]
    return (last.kind, last.unit, last.per, *(part.value for part in parts))


_SCALE_WORD: Final = re.compile(r"hundred|thousand|million|billion|trillion", re.IGNORECASE)
_SCALE_VALUES: Final = {
    "hundred": Decimal(100), "thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}  # fmt: skip


def _english_range(text: str, one: Quantity, other: Quantity) -> Value | None:
    if _ENGLISH_TO.fullmatch(text, one.extent.end, other.extent.start):
        kind, start = "to", one.extent.start
    elif _NOT_MORE.fullmatch(text, one.extent.end, other.extent.start) and (
        before := _NOT_LESS.search(text, max(0, one.extent.start - 20), one.extent.start)
    ):
        kind, start = "bounds", before.start()
    else:
        return None
    if one.kind == "number" and other.scaled and not one.scaled and (word := _SCALE_WORD.search(other.text)):
        one = replace(one, value=one.value * _SCALE_VALUES[word[0].lower()])
    if one.kind == "money" and other.kind == "number":
        if other.scaled and not one.scaled and (word := _SCALE_WORD.search(other.text)):
            one = replace(one, value=one.value * _SCALE_VALUES[word[0].lower()])
        other = replace(other, kind="money", unit=one.unit)
    if one.kind == "number":
        one = replace(one, kind=other.kind, unit=other.unit, per=other.per)
    if (one.kind, one.unit) != (other.kind, other.unit) or one.value >= other.value:
        return None
    pair = (one, other)
    span = Span(start, other.extent.end)
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    inner = Span(span.end - len(_without_bound(span.of(text))), span.end) if one.bound else span
    return Value(
        span=span, text=span.of(text), kind=_range_kind(pair), key=(kind, *_key(pair)), rendering=span.of(text),
        bound=bound, inner=inner,
    )  # fmt: skip
