"""Dates in Chinese and English text, resolved to years, months and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.numerals import parse_han

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HAN_YEAR: Final = r"\d{4}|[二一][〇零一二三四五六七八九]{3}"
_YEAR: Final = rf"(?P<year>{HAN_YEAR})年"
RELATIVE_YEARS: Final = {"去年": -1, "上年": -1, "今年": 0, "本年": 0, "当年": 0, "明年": 1, "前年": -2}
_RELATIVE_DAY: Final = {"昨日": -1, "昨天": -1, "今日": 0, "今天": 0, "明日": 1, "明天": 1}
_RELATIVE_MONTH: Final = {"上月": -1, "上个月": -1, "本月": 0, "下月": 1, "下个月": 1}
_NUM: Final = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DATED: Final = re.compile(r"[年月日天]")
_CHINESE: Final = re.compile(
    rf"(?:(?:(?:{_YEAR}|(?P<ryear>{'|'.join(RELATIVE_YEARS)}))\s?)?(?<![近.\d])(?P<month>{_NUM})月"
    rf"(?:\s?(?P<day>{_NUM})[日号])?(?!份额|[龄薪租饼])"
    rf"(?P<more>(?:\s?(?:至|到|—|－|–|-|~|～|、|和|及|与)\s?(?:{_NUM})[日号](?!令))+)?)"
    rf"|{_YEAR.replace('year', 'year2')}(?!代)"
    rf"|(?P<rmonth>{'|'.join(_RELATIVE_MONTH)})(?:(?P<rmday>{_NUM})[日号])?"
    rf"|(?P<rday>{'|'.join(_RELATIVE_DAY)})"
    rf"|(?P<ryear2>{'|'.join(RELATIVE_YEARS)})"
)
_LUNAR: Final = ("农历", "阴历")
_FURTHER_DAY: Final = re.compile(rf"({_NUM})[日号]")
_MONTH_NAMES: Final = "|".join(f"{month}|{month[:3]}\\.?" for month in MONTHS) + "|Sept\\.?"
# "may" and "march" are verbs too, and an abbreviated month stands with a day or a year only.
_LONE_MONTHS: Final = "|".join(month for month in MONTHS if month != "May")
_MAY: Final = (
    r"(?<=\b[Ii]n )May|(?<=\bof )May|(?<=\b[Ss]ince )May|(?<=\bto )May|(?<=[a-z] and )May(?= (?:this|last|next) )"
)
_ENGLISH: Final = re.compile(
    rf"\b(?P<month>{_MONTH_NAMES})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)"
    r"(?P<more>(?:,\s\d{1,2}\b)*,?\s?(?:to|and|through|–|-)\s?(?:the\s)?\d{1,2}(?:st|nd|rd|th)?\b(?![,.]\d|\s+(?:of\s+)?[A-Z]))?"
    r"(?:,?\s+(?:of\s+)?(?P<year>\d{4})\b)?"
    rf"|(?:(?P<earlier>\b(?:\d{{1,2}},\s)*\d{{1,2}})\s?(?:,?\sand|to|–|-)\s?)?\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{_MONTH_NAMES})\b(?:,?\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?P<month3>{_MONTH_NAMES}),?\s+(?:of\s+)?(?P<year3>\d{{4}})\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    rf"|\b(?P<month4>{_LONE_MONTHS})\b(?!\s\d)"
    rf"|(?P<month5>{_MAY})\b"
    r"|(?<![\d.,$])(?<!RMB )(?<!JPY )(?<!No\. )(?<!Nos\. )\b(?P<year4>(?:19|20)\d{2})\b"
    r"(?![.,]\d|%|\s*(?:metric|tons?|items|yuan|million|billion|trillion|units|kilograms|per\s?cent|percentage)\b)"
)

_ENGLISH_CUE: Final = re.compile(r"\d{4}|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date in text; what is not said is None.

    Attributes:
        span: Where it stands.
        year: Gregorian year.
        month: 1 to 12.
        day: 1 to 31.
        relative: The word that needs a base date (去年), or empty.
        implied: Whether the year is that of another date, not said here.
        partial: Whether even the month is that of the date before: 8日 in 4月4日至8日.
        text: As written.
    """

    span: Span
    year: int | None
    month: int | None
    day: int | None
    relative: str = ""
    implied: bool = False
    partial: bool = False
    text: str = ""

    @property
    def value(self) -> tuple[int | None, int | None, int | None]:
        """Year, month, day."""
        return (self.year, self.month, self.day)


@lru_cache(maxsize=256)
def chinese_dates(text: str, base: date | None = None) -> tuple[DateMention, ...]:
    """Dates in Chinese text, relative ones resolved where a base date is given.

    A month and day without year are of the year of the date before them in the
    text, else of the base date's year, else without year.
    """
    if not _DATED.search(text):
        return ()
    mentions: list[DateMention] = []
    year: int | None = None
    for match in _CHINESE.finditer(text):
        # 每月10日前报送上月数据: whichever month it is then. The lunar tenth month is not October.
        if (match["rmonth"] and "每月" in text[: match.start()]) or text.endswith(_LUNAR, 0, match.start()):
            continue
        mention = _mention(match, base)
        if mention is None:
            continue
        if mention.year is None and not mention.relative:
            mention = replace(mention, year=year or (base.year if base else None), implied=True)
        year = mention.year or year
        mentions.append(mention)
        mentions += _further_days(match, mention)
    return tuple(mentions)


def _further_days(match: re.Match[str], first: DateMention) -> Iterator[DateMention]:
    """8日 in 4月4日至8日."""
    if first.day is None or not match.groupdict()["more"]:
        return
    for day in _FURTHER_DAY.finditer(match.string, match.start("more"), match.end("more")):
        number = _number(day[1])
        if number and number <= 31:
            span = Span(day.start(), day.end())
            yield replace(first, span=span, day=number, implied=True, partial=True, relative="", text=day[0])


def _mention(match: re.Match[str], base: date | None) -> DateMention | None:
    end = match.start("more") if match["more"] else match.end()
    span = Span(match.start(), end)
    made = DateMention(span=span, year=None, month=None, day=None, text=span.of(match.string))
    if match["year2"]:
        return replace(made, year=han_year(match["year2"]))
    if match["rday"]:
        made = replace(made, relative=match["rday"])
        if base is None:
            return made
        on = base + timedelta(days=_RELATIVE_DAY[match["rday"]])
        return replace(made, year=on.year, month=on.month, day=on.day)
    if match["rmonth"]:
        made = replace(made, relative=match["rmonth"], day=_number(match["rmday"]))
        if base is None:
            return made
        months = base.year * 12 + base.month - 1 + _RELATIVE_MONTH[match["rmonth"]]
        return replace(made, year=months // 12, month=months % 12 + 1)
    relative = match["ryear"] or match["ryear2"] or ""
    month, day = _number(match["month"]), _number(match["day"])
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    if relative:
        year = base.year + RELATIVE_YEARS[relative] if base else None
        return replace(made, year=year, month=month, day=day, relative=relative)
    return replace(made, year=han_year(match["year"]) if match["year"] else None, month=month, day=day)


def han_year(text: str) -> int:
    """A year of four digits in either script."""
    return int(text) if text.isdecimal() else parse_han(text)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdecimal() else parse_han(text)


@lru_cache(maxsize=256)
def english_dates(text: str) -> tuple[DateMention, ...]:
    """Dates in English text, in any common form."""
    return tuple(_english_dates(text)) if _ENGLISH_CUE.search(text) else ()


def _english_dates(text: str) -> Iterator[DateMention]:
    for match in _ENGLISH.finditer(text):
        span = Span(match.start(), match.end())
        if match["iso"]:
            year, month, day = (int(part) for part in match["iso"].split("-"))
            yield DateMention(span=span, year=year, month=month, day=day, text=match[0])
            continue
        name = match["month"] or match["month2"] or match["month3"] or match["month4"] or match["month5"]
        year_text = match["year"] or match["year2"] or match["year3"] or match["year4"]
        day_text = match["day"] or match["day2"]
        mention = DateMention(
            span=span,
            year=int(year_text) if year_text else None,
            month=_month(name) if name else None,
            day=None,
        )
        days = [*_days(match, "earlier"), (span, day_text), *_days(match, "more")]
        for i, (where, written) in enumerate(days):
            at = span if i == 0 else where
            yield replace(mention, span=at, day=int(written) if written else None, partial=i > 0, text=at.of(text))


def _days(match: re.Match[str], group: str) -> list[tuple[Span, str]]:
    """Days of the same month that stand before or behind a date: April 4 to 8; 4 and 5 April."""
    found = re.compile(r"\d{1,2}").finditer(match.string, *match.span(group)) if match[group] else ()
    return [(Span(*day.span()), day[0]) for day in found]


def _month(name: str) -> int:
    return next(
        number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name.lower().rstrip(".")[:3])
    )


def english_form(mention: DateMention) -> str:
    """April 4, 2025; April 4; April 2025; 2025; empty where nothing is known.

    A year that only another date says is left out.
    """
    month = MONTHS[mention.month - 1] if mention.month else ""
    year = None if mention.implied and month else mention.year
    if month and mention.day:
        return f"{month} {mention.day}, {year}" if year else f"{month} {mention.day}"
    if month:
        return f"{month} {year}" if year else month
    return str(year) if year else ""
