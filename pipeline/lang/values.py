"""Values: what a text says in figures and has one right English, read from either language and comparable by key.

Dates, periods, amounts, document numbers, provisions, ordinals and codes. The
Chinese side says how each is written in English; the English side reads back
what we and other translators write: both give equal keys for equal values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import dates, names, numbers, periods, references
from pipeline.lang._amount_values import amounts
from pipeline.lang._date_values import chinese_date_values, date_groups
from pipeline.lang._provision_values import chinese_provisions, english_provisions
from pipeline.lang._value import Value
from pipeline.lang.numerals import ORDINALS, ordinal, parse_han

__all__ = ["Value", "chinese_values", "english_values", "paired_values", "same"]

# Customs and control codes, CAS numbers: copied as they are.
_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9.])(?:\d[A-E]\d{3}(?:\.[a-z0-9]{1,3})*|\d{8}(?:\d{2})?(?![\d.,万亿元吨%])|\d{4}\.\d{2}(?:\.\d{2}){1,2}(?![\d.])"
    r"|\d{2,7}-\d{2}-\d)(?![A-Za-z0-9])"
)
# 2025-08-12 09:00 on a page stays as it is.
_ISO: Final = re.compile(
    r"(?<![\d-])(?P<year>(?:19|20)\d{2})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?:\s\d{2}:\d{2}(?::\d{2})?)?(?![\d-])"
)
_ADDRESS: Final = re.compile(r"https?://[!-~]*[\w/]|\b[\w.-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ORDINAL: Final = re.compile(
    r"第\s?(\d{1,3}|[一二三四五六七八九十百]{1,4})(?=届|次|批|轮|阶段|位(?!数)|大|名|艘|艘|期|个|家|版|代(?!表)|枚|份)"
)
_ENGLISH_ORDINAL: Final = re.compile(
    rf"\b(?:(\d{{1,3}})(?:st|nd|rd|th)|({'|'.join(sorted(ORDINALS, key=len, reverse=True))}))\b"
    rf"(?!\s+(?:of\s+)?(?:{'|'.join(dates.MONTHS)}))",
    re.IGNORECASE,
)
_IN_FIGURES: Final = re.compile(r"\d(?:st|nd|rd|th)")
# One of these stands in every ordinal that is written in words.
_ORDINAL_ENDINGS: Final = ("first", "second", "third", "fth", "urth", "xth", "enth", "ghth", "inth", "lfth", "ieth")
# 每月10日 is the tenth, 10日内 ten days.
_DAY: Final = re.compile(r"[日号](?!内|以内|之内)")
_CUE: Final = re.compile(r"[\d一二三四五六七八九十两年月日昨今明长人员记任理表席@）男女]|:/")
_ENGLISH_CUE: Final = re.compile(
    r"\d|hundred|thousand|illion|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fif|twen|for)"
    r"|@|:/|first|second|th\b|half|quarter|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
    re.IGNORECASE,
)


def chinese_values(text: str, base: date | None = None, *, words: bool = False) -> list[Value]:
    """Values of a Chinese text in order, without overlaps; of overlapping ones the more specific.

    Args:
        text: Normalised Chinese.
        base: Date that relative dates count from; without it they are left out.
        words: Counts (7类) and ordinals (第三次) too.
    """
    return [value for value in _chinese(text, base) if words or value.kind not in _IN_WORDS]


# Rules and checks ask for the values of one segment many times in a row, and again after the engine's answer.
@lru_cache(maxsize=4096)
def _chinese(text: str, base: date | None) -> tuple[Value, ...]:
    if entity := names.listed_entity(text):
        return (_name(entity.span, entity.original, text),)
    if not _CUE.search(text):
        return ()
    found = chain(
        _codes(text),
        (_document(text, item) for item in references.document_numbers(text)),
        chinese_provisions(text),
        chinese_date_values(text, base),
        (_period(item) for item in periods.chinese_periods(text, base)),
        _names(text),
        _ordinals(text),
        amounts(text, list(numbers.chinese_quantities(text)), english=False),
    )
    return tuple(
        value
        for value in _moments(text, _disjoint(found), english=False)
        if value.rendering and not (value.kind in _IN_WORDS and _DAY.match(text, value.span.end))
    )


def english_values(text: str, *, words: bool = False) -> list[Value]:
    """Values of an English text in order, with their units and currencies, without overlaps.

    Args:
        text: English.
        words: Counts and ordinals too.
    """
    return [value for value in _english(text) if words or value.kind not in _IN_WORDS]


@lru_cache(maxsize=1024)
def _english(text: str) -> tuple[Value, ...]:
    if not _ENGLISH_CUE.search(text):
        return ()
    found = chain(
        _codes(text),
        (_document(text, item) for item in references.english_document_numbers(text)),
        english_provisions(text),
        (_period(item) for item in periods.english_periods(text)),
        date_groups(text, list(dates.english_dates(text)), english=True),
        amounts(text, list(numbers.english_quantities(text)), english=True),
        _english_ordinals(text),
    )
    return tuple(_moments(text, _disjoint(found), english=True))


def _moments(text: str, found: Sequence[Value], *, english: bool) -> Iterator[Value]:
    """Values, with an hour and the day beside it as one: 4月10日12时01分, 12:01 p.m. on April 10."""
    left = list(found)
    while left:
        one = left.pop(0)
        hour, day = (one, left[0]) if english and left else (left[0] if left else one, one)
        joined = hour is not day and hour.key[0] == "clock" and day.key[0] == "date" and day.rendering
        between = text[one.span.end : left[0].span.start] if left else ""
        if not joined or between != (" on " if english else ""):
            yield one
            continue
        other = left.pop(0)
        span = Span(one.span.start, other.span.end)
        written = span.of(text) if english else f"{hour.rendering} on {day.rendering}"
        key = ("moment", *hour.key[1:], *day.key[1:])
        yield Value(span=span, text=span.of(text), kind="date", key=key, rendering=written)


def paired_values(zh: str, en: str, *, words: bool = False) -> list[tuple[Value, Value]]:
    """The values of a sentence pair that stand on both sides, in Chinese order, each used once.

    Args:
        zh: Normalised Chinese.
        en: Its English.
        words: Counts and ordinals too.
    """
    wanted = chinese_values(zh, words=words)
    if not wanted:
        return []
    left = english_values(en, words=words)
    pairs: list[tuple[Value, Value]] = []
    for one in wanted:
        if one.kind == "name":
            other = _named(one, en)
        else:
            other = next((value for value in left if same(one, value) and value.bound == one.bound), None)
            # 超过80%: what the bound is comes from words beside the value, on both sides.
            other = other or next((value for value in left if same(one, value) and value.bound and not one.bound), None)
        if other is not None:
            left = [value for value in left if value is not other]
            pairs.append((one, _narrowed(other, en) if other.bound != one.bound else other))
    return pairs


def same(chinese: Value, english: Value) -> bool:
    """Whether the two are one value; a year said on one side only is no difference, nor is a bound."""
    if chinese.key == english.key:
        return True
    if chinese.kind != "date" or len(chinese.key) != len(english.key) or chinese.key[0] != english.key[0]:
        return False
    if chinese.key[0] not in _YEARS_AT:
        return False
    at = _YEARS_AT[chinese.key[0]]
    return all(
        one == other or (i in at and 0 in {one, other})
        for i, (one, other) in enumerate(zip(chinese.key, english.key, strict=True))
    )


_IN_WORDS: Final = frozenset({"count", "ordinal"})
# Where the years stand in a date's key; a month or day must still be there.
_YEARS_AT: Final = {
    "moment": (3,),
    "date": range(1, 40, 3), "range": range(1, 40, 3), "quarter": (1,), "quarters": (1,), "half": (1,), "months": (1,),
}  # fmt: skip


def _narrowed(value: Value, text: str) -> Value:
    span = value.inner or value.span
    return replace(value, span=span, text=span.of(text), rendering=span.of(text), bound="")


def _names(text: str) -> Iterator[Value]:
    for named in names.named_in_brackets(text):
        yield _with_sex(named.span, named.original, text)
    for person in names.chinese_names(text):
        yield _with_sex(person.span, person.english, text)


_SEX: Final = re.compile("[，,](?P<sex>[男女])(?=[，,。；;]|$)")


def _with_sex(span: Span, english: str, text: str) -> Value:
    """A person's name, and 男 or 女 behind it, as lists of persons have it."""
    if sex := _SEX.match(text, span.end):
        return _name(Span(span.start, sex.end()), f"{english}, {'male' if sex['sex'] == '男' else 'female'}", text)
    return _name(span, english, text)


def _name(span: Span, english: str, text: str) -> Value:
    return Value(span=span, text=span.of(text), rendering=english, kind="name", key=("name", english))


def _named(name: Value, en: str) -> Value | None:
    at = en.find(name.rendering)
    if at < 0:
        return None
    span = Span(at, at + len(name.rendering))
    return replace(name, span=span, text=name.rendering)


def _period(item: periods.Period) -> Value:
    return Value(span=item.span, text=item.text, kind="date", key=item.key, rendering=item.english)


def _disjoint(found: Iterable[Value]) -> list[Value]:
    kept: list[Value] = []
    for one in found:
        if not any(one.span.overlaps(other.span) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda value: value.span)


def _codes(text: str) -> Iterator[Value]:
    for match in _ISO.finditer(text) if "-" in text else ():
        key = ("date", *(int(match[part]) for part in ("year", "month", "day")))
        yield Value(span=Span(*match.span()), text=match[0], kind="date", key=key, rendering=match[0])
    for match in _ADDRESS.finditer(text) if ":/" in text or "@" in text else ():
        yield Value(span=Span(*match.span()), text=match[0], kind="name", key=("address", match[0]), rendering=match[0])
    for match in _CODE.finditer(text):
        yield Value(
            span=Span(*match.span()), text=match[0], kind="number", key=("code", match[0].upper()), rendering=match[0]
        )


def _document(text: str, item: references.DocumentNumber) -> Value:
    written = item.extent.of(text)
    key = ("document-number", item.year, item.number, *sorted(item.issuers))
    return Value(span=item.extent, text=written, kind="document-number", key=key, rendering=item.english or written)


def _ordinals(text: str) -> Iterator[Value]:
    for match in _ORDINAL.finditer(text):
        number = int(match[1]) if match[1].isdecimal() else parse_han(match[1])
        yield Value(
            span=Span(*match.span()), text=match[0], kind="ordinal", key=("ordinal", number), rendering=ordinal(number)
        )


def _english_ordinals(text: str) -> Iterator[Value]:
    low = text.lower()
    if not _IN_FIGURES.search(low) and not any(word in low for word in _ORDINAL_ENDINGS):
        return
    for match in _ENGLISH_ORDINAL.finditer(text):
        number = int(match[1]) if match[1] else ORDINALS[match[2].lower()]
        yield Value(
            span=Span(*match.span()), text=match[0], kind="ordinal", key=("ordinal", number), rendering=match[0]
        )
