"""Quarters, halves, runs of months and years, decades and clock times, Chinese to English and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.dates import HAN_YEAR, MONTHS, RELATIVE_YEARS, han_year
from pipeline.lang.numerals import ORDINALS, ordinal, parse_han

Key = tuple[str, *tuple[int, ...]]

_QUARTER_NAMES: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DAY_END: Final = 24
_OF_THE_LAST: Final = 30
_NUM: Final = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_TO: Final = r"\s?(?:至|到|—|－|–|-|~|～)\s?"
_CUES: Final = re.compile(r"季度|半年|[年月]|世纪|时|点")
_CHINESE: Final = re.compile(
    rf"(?:(?P<year>{HAN_YEAR})年度?|(?P<ryear>{'|'.join(RELATIVE_YEARS)}))?"
    rf"(?:第?(?P<quarter>[一二三四1-4])季度|前(?P<quarters>[二两三])个?季度|(?P<half>[上下])半年"
    rf"|(?P<from>{_NUM})月?{_TO}(?P<to>{_NUM})月(?:份)?(?!\s?\d))"
    rf"|(?P<from_year>{HAN_YEAR})年?{_TO}(?P<to_year>{HAN_YEAR})年(?!\s?\d)"
    rf"|(?P<fiscal>{HAN_YEAR})财年|每(?:个)?月(?P<monthday>{_NUM})[日号](?!内|以内)"
    r"|(?:(?P<century>\d{2}|[一二]十[一二三四五六七八九]?)世纪|(?P<last>上世纪))?(?<!\d)(?P<decade>[1-9]0|[一二三四五六七八九]十)年代"
    r"|(?P<decade2>(?:1[5-9]|20)\d0)年代"
    r"|(?P<century2>\d{2}|[一二]十[一二三四五六七八九]?)世纪"
    r"|(?P<part>上午|下午|凌晨|早上|中午|晚上|晚间|晚|北京时间)?(?P<hour>\d{1,2})(?:时|点|:|：)(?:(?P<minute>\d{2})分?)?"
    r"(?P<whole>整)?(?P<clock_end>(?=[，。、；至前后起止许）左（]|之[前后间]|$|召|开|举|发|宣|公|正|生|实|施|以|在|，)|(?<=分)|(?<=整))"
)
_MONTH: Final = "|".join(MONTHS)
_QUARTER_WORDS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_OF_YEAR: Final = r"(?:,?\s(?:of\s|in\s)?(?P<{0}>(?:19|20)\d{{2}})\b)?"
_ENGLISH: Final = re.compile(
    r"(?:\b[Tt]he\s)?\b(?P<quarter>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|1st|2nd|3rd|4th)[\s-][Qq]uarter\b"
    + _OF_YEAR.format("y1")
    + r"|\bQ(?P<q>[1-4])\b(?:\s(?:of\s)?(?P<y2>(?:19|20)\d{2})\b)?"
    + r"|(?:\b[Tt]he\s)?\b[Ff]irst\s(?P<quarters>two|three)\squarters\b" + _OF_YEAR.format("y3")
    + r"|(?:\b[Tt]he\s)?\b(?P<half>[Ff]irst|[Ss]econd)\s[Hh]alf\b(?:\sof\sthe\s[Yy]ear\b)?" + _OF_YEAR.format("y4")
    + r"|(?:\b[Tt]he\speriod\s)?(?:\b[Ff]rom\s)?"
    + rf"\b(?P<from>{_MONTH})\s?(?:to|through|–|-)\s?(?P<to>{_MONTH})\b(?!\s\d{{1,2}}\b)"
    + _OF_YEAR.format("y5")
    + r"|\b(?P<from_year>(?:19|20)\d{2})\s?(?:to|through|–|-)\s?(?P<to_year>(?:19|20)\d{2})\b"
    + r"|\b(?:[Ff]iscal\s[Yy]ear|FY)\s?(?P<fiscal>(?:19|20)\d{2})\b"
    + r"|\b[Tt]he\s(?P<monthday>\d{1,2})(?:st|nd|rd|th)\s(?:day\s)?of\s(?:each|every|the)\smonth\b"
    + r"|(?:\b[Tt]he\s)?\b(?P<decade>(?:1[5-9]|20)\d0)s\b"
    + r"|(?:\b[Tt]he\s)?\b(?P<century>[1-9]\d?(?:st|nd|rd|th)|[a-z]+(?:-[a-z]+)?)\scentury\b"
    + r"|\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half_day>[AaPp])\.?\s?[Mm](?:\.|\b)"
    + r"|(?<![\d:.])(?P<hour24>[01]?\d|2[0-3]|24(?=:00)):(?P<minute24>[0-5]\d)(?![\d:])",
)  # fmt: skip
_WORD_CUES: Final = ("uarter", "alf", "century", "iscal", "FY", " month", *MONTHS)
_FIGURE_CUES: Final = re.compile(
    r"\d(?:0s|[-–:]\d|[.:]\d\d\s?[apAP]|\s?[apAP]\.?\s?[mM]|\s?(?:to|through|–|-)\s?\d)|Q[1-4]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time or a clock time in text.

    Attributes:
        span: Where it stands.
        key: Equal in both languages: ``("quarter", 2025, 3)``; year 0 where not said.
        english: How it is written in English.
        text: As written.
    """

    span: Span
    key: Key
    english: str
    text: str


# Rules and checks ask for those of one segment many times in a row.
@lru_cache(maxsize=256)
def chinese_periods(text: str, base: date | None = None) -> tuple[Period, ...]:
    """Periods in Chinese text, from the left; those of an unknown year (今年上半年 without a base date) without one."""
    if not _CUES.search(text):
        return ()
    keyed = ((match, _chinese_key(match, base)) for match in _CHINESE.finditer(text))
    return tuple(
        Period(span=Span(*match.span()), key=key, english=english_period(key), text=match[0])
        for match, key in keyed
        if key is not None
    )


def _chinese_key(match: re.Match[str], base: date | None) -> Key | None:
    year = han_year(match["year"]) if match["year"] else 0
    if match["ryear"]:
        if base is None:
            return None
        year = base.year + RELATIVE_YEARS[match["ryear"]]
    if match["quarter"]:
        return ("quarter", year, _QUARTER_NAMES[match["quarter"]])
    if match["quarters"]:
        return ("quarters", year, 3 if match["quarters"] == "三" else 2)
    if match["half"]:
        return ("half", year, 1 if match["half"] == "上" else 2)
    if match["from"]:
        first, last = _number(match["from"]), _number(match["to"])
        return ("months", year, first, last) if 1 <= first < last <= 12 else None
    if match["from_year"]:
        first, last = han_year(match["from_year"]), han_year(match["to_year"])
        return ("years", first, last) if 1000 < first < last < 2200 else None
    return _longer(match) or _clock(match)


def _longer(match: re.Match[str]) -> Key | None:
    """A fiscal year, a day of every month, a decade or a century."""
    if match["fiscal"]:
        return ("fiscal", han_year(match["fiscal"]))
    if match["monthday"]:
        return ("monthday", _number(match["monthday"])) if 1 <= _number(match["monthday"]) <= 31 else None
    if match["decade"]:
        decade = _number(match["decade"])
        # 90年代 alone is of the last century; 20年代 may be of this one.
        last = 20 if match["last"] or decade >= _OF_THE_LAST else 0
        century = _number(match["century"]) if match["century"] else last
        return ("decade", (century - 1) * 100 + decade) if century else None
    if match["decade2"]:
        return ("decade", int(match["decade2"]))
    if match["century2"]:
        return ("century", _number(match["century2"]))
    return None


def _clock(match: re.Match[str]) -> Key | None:
    if not match["hour"]:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    separator = match.string[match.end("hour")]
    if hour > 24 or minute > 59 or (separator in ":：点" and not match["part"]):
        return None
    if match["part"] in {"下午", "晚上", "晚间", "晚"} and hour < 12:
        hour += 12
    # 24时 ends the day that 0时 begins.
    return ("clock", hour, minute) if hour < _DAY_END or not minute else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else parse_han(text)


def english_period(key: Key) -> str:
    """The third quarter of 2025; January to October 2025; the 1990s; 9:30 a.m."""
    kind, *numbers = key
    of = f" of {numbers[0]}" if numbers[0] else ""
    match kind:
        case "quarter":
            return f"the {ordinal(numbers[1])} quarter{of}"
        case "quarters":
            return f"the first {'three' if numbers[1] == 3 else 'two'} quarters{of}"
        case "half":
            return f"the {ordinal(numbers[1])} half{of or ' of the year'}"
        case "months":
            year = f" {numbers[0]}" if numbers[0] else ""
            return f"{MONTHS[numbers[1] - 1]} to {MONTHS[numbers[2] - 1]}{year}"
        case "years":
            return f"{numbers[0]} to {numbers[1]}"
        case "fiscal":
            return f"fiscal year {numbers[0]}"
        case "monthday":
            return f"the {_figures(numbers[0])} of each month"
        case "decade":
            return f"the {numbers[0]}s"
        case "century":
            return f"the {ordinal(numbers[0])} century"
        case _:
            return _clock_time(*numbers)


def _clock_time(hour: int, minute: int) -> str:
    if hour == _DAY_END:
        return "24:00"
    half, twelfth = ("p.m." if hour >= 12 else "a.m."), hour % 12 or 12
    return f"{twelfth}:{minute:02} {half}" if minute else f"{twelfth} {half}"


def _figures(number: int) -> str:
    """10th, 2nd: a day of the month."""
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def english_periods(text: str) -> Iterator[Period]:
    """Periods in English text, from the left."""
    if not _FIGURE_CUES.search(text) and not any(word in text for word in _WORD_CUES):
        return
    for match in _ENGLISH.finditer(text):
        key = _english_key(match)
        if key is not None:
            yield Period(span=Span(match.start(), match.end()), key=key, english=english_period(key), text=match[0])


def _english_key(match: re.Match[str]) -> Key | None:
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"] or 0)
    if match["quarter"]:
        return ("quarter", year, _QUARTER_WORDS[match["quarter"].lower()])
    if match["q"]:
        return ("quarter", year, int(match["q"]))
    if match["quarters"]:
        return ("quarters", year, 2 if match["quarters"] == "two" else 3)
    if match["half"]:
        return ("half", year, _QUARTER_WORDS[match["half"].lower()])
    if match["from"]:
        return ("months", year, MONTHS.index(match["from"]) + 1, MONTHS.index(match["to"]) + 1)
    if match["from_year"]:
        return ("years", int(match["from_year"]), int(match["to_year"]))
    return _english_longer(match) or _english_clock(match)


def _english_longer(match: re.Match[str]) -> Key | None:
    if match["fiscal"]:
        return ("fiscal", int(match["fiscal"]))
    if match["monthday"]:
        return ("monthday", int(match["monthday"]))
    if match["decade"]:
        return ("decade", int(match["decade"]))
    if match["century"]:
        digits = match["century"].rstrip("stndrh")
        number = int(digits) if digits.isdecimal() else ORDINALS.get(match["century"], 0)
        return ("century", number) if number else None
    return None


def _english_clock(match: re.Match[str]) -> Key | None:
    if match["hour24"]:
        return ("clock", int(match["hour24"]), int(match["minute24"]))
    if not match["hour"]:
        return None
    hour = int(match["hour"]) % 12 + (12 if match["half_day"] in "Pp" else 0)
    return ("clock", hour, int(match["minute"] or 0)) if int(match["hour"]) <= 12 else None
