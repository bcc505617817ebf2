"""Dates of a text, and runs of them that one English phrase says: 4月4日至8日, April 5, 6, and 7."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import dates, periods
from pipeline.lang._value import Value

_TO: Final = re.compile(r"\s?起?(?:至|到|—|——|－|–|-|~|～)\s?")
_ENGLISH_TO: Final = re.compile(r"\s?(?:to|through|–|-|—)\s?(?:the\s)?")


def chinese_date_values(text: str, base: date | None) -> Iterator[Value]:
    """Dates of a Chinese text that are no part of a period; without a rendering where their year is not known."""
    # A period (2025年上半年) holds a date (2025年); a date with a day before a period (4月4日12时) does not.
    spans = [item.span for item in periods.chinese_periods(text, base or date(2000, 1, 1))]
    mentions = [
        mention
        for mention in dates.chinese_dates(text, base)
        if (mention.month or not mention.relative) and any(mention.value)
        if not any(span.start <= mention.span.start and mention.span.end <= span.end for span in spans)
    ]
    for value in date_groups(text, mentions, english=False):
        open_ = any(mention.relative and not mention.year and mention.span.overlaps(value.span) for mention in mentions)
        yield replace(value, rendering="") if open_ else value


def date_groups(text: str, mentions: Sequence[dates.DateMention], *, english: bool) -> Iterator[Value]:
    """Dates, and runs of them that one English phrase says: 4月4日至8日, April 5, 6, and 7."""
    to = _ENGLISH_TO if english else _TO
    at = 0
    while at < len(mentions):
        end = at + 1
        while end < len(mentions) and mentions[end].partial:
            end += 1
        if english and end > at + 1:
            span = mentions[at].span
            ranged = end == at + 2 and bool(re.search(r"to|through|–|-", span.of(text)))
        elif (
            end == at + 1
            and end < len(mentions)
            and to.fullmatch(text, mentions[at].span.end, mentions[end].span.start)
        ):
            span, end, ranged = Span(mentions[at].span.start, mentions[end].span.end), end + 1, True
        else:
            span = Span(mentions[at].span.start, mentions[end - 1].span.end)
            ranged = end == at + 2 and bool(to.fullmatch(text, mentions[at].span.end, mentions[at + 1].span.start))
        yield _date_value(text, span, mentions[at:end], ranged=ranged, english=english)
        at = end


def _date_value(text: str, span: Span, group: Sequence[dates.DateMention], *, ranged: bool, english: bool) -> Value:
    year = next((mention.year for mention in group if mention.year and not (mention.implied and not english)), None)
    parts = tuple(part or 0 for mention in group for part in (mention.year or year, mention.month, mention.day))
    if not english and group[0].implied:
        parts = tuple(0 if i % 3 == 0 else part for i, part in enumerate(parts))
    key = ("range" if ranged else "date", *parts)
    written = span.of(text) if english else _dates_written(group, ranged=ranged)
    return Value(span=span, text=span.of(text), kind="date", key=key, rendering=written)


def _dates_written(group: Sequence[dates.DateMention], *, ranged: bool) -> str:
    first, last = group[0], group[-1]
    if len(group) == 1:
        return dates.english_form(first)
    year = f", {first.year}" if first.year and not first.implied else ""
    if last.partial and first.month:
        head = f"{dates.MONTHS[first.month - 1]} {first.day}"
        if ranged:
            return f"{head} to {last.day}{year}"
        days = [str(mention.day) for mention in group[1:]]
        return f"{', '.join([head, *days[:-1]])}{',' if len(days) > 1 else ''} and {days[-1]}{year}"
    if last.implied and year and first.month:
        return f"{dates.english_form(replace(first, year=None))} to {dates.english_form(replace(last, implied=False))}"
    return f"{dates.english_form(first)} to {dates.english_form(last)}"
