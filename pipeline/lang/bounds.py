"""Bounds on numbers: 以上 and 以下 include the number, 超过 and 不满 exclude it.

Source of the rule: Civil Code, Article 1259, and Criminal Law, Article 99: 以上、以下、以内 include the
figure itself; 不满、超过、以外 do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.fractions import chinese_fractions, english_fraction, english_multiples, english_shares
from pipeline.lang.numbers import Quantity, chinese_quantities, english_quantities
from pipeline.lang.numerals import DIGITS, SCALES, parse_han, plain


class Bound(StrEnum):
    """How a number limits."""

    AT_LEAST = "at least"
    MORE = "more than"
    AT_MOST = "at most"
    LESS = "less than"
    NEARLY = "nearly"
    ABOUT = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """A number with the word that makes it a bound.

    Attributes:
        span: Number and word.
        value: In full.
        bound: What the word does.
        text: As written.
        figure: The number in English: one quarter, 30%, two times.
        tenths: Written with 成; then 以上 is loose usage, not law.
        duration: Followed by a unit of time.
        share: A fraction: 四分之一, 一半.
        multiple: Followed by 倍.
        growth: A multiple by which something grows: 上涨两倍 is to triple.
    """

    span: Span
    value: Decimal
    bound: Bound
    text: str
    figure: str
    tenths: bool = False
    duration: bool = False
    share: bool = False
    multiple: bool = False
    growth: bool = False

    def is_value_of(self, quantity: Quantity) -> bool:
        """Whether an English quantity has the same value: a quarter is 25%, 三成 30%, to grow by half 50%."""
        if self.share:
            return (
                _close(quantity.value, self.value * 100) if quantity.kind == "percent" else quantity.value == self.value
            )
        if self.tenths and quantity.kind == "fraction":
            return _close(quantity.value * 100, self.value)
        if self.growth:
            percent = quantity.kind == "percent" and quantity.value == self.value * 100
            return percent or (quantity.kind == "times" and quantity.value in {self.value, self.value + 1})
        return quantity.value == self.value


def _close(one: Decimal, other: Decimal) -> bool:
    """Whether two percentages round to one: a third and 33%."""
    return abs(one - other) < Decimal("0.5")


_BEFORE: Final = {
    "大于或等于": Bound.AT_LEAST,
    "大于等于": Bound.AT_LEAST,
    "小于或等于": Bound.AT_MOST,
    "小于等于": Bound.AT_MOST,
    "不少于": Bound.AT_LEAST,
    "不低于": Bound.AT_LEAST,
    "不小于": Bound.AT_LEAST,
    "至少": Bound.AT_LEAST,
    "不超过": Bound.AT_MOST,
    "不高于": Bound.AT_MOST,
    "不大于": Bound.AT_MOST,
    "不多于": Bound.AT_MOST,
    "最多": Bound.AT_MOST,
    "至多": Bound.AT_MOST,
    "不得超过": Bound.AT_MOST,
    "不得少于": Bound.AT_LEAST,
    "不得低于": Bound.AT_LEAST,
    "不得高于": Bound.AT_MOST,
    "超过": Bound.MORE,
    "多于": Bound.MORE,
    "高于": Bound.MORE,
    "大于": Bound.MORE,
    "逾": Bound.MORE,
    "突破": Bound.MORE,
    "不满": Bound.LESS,
    "未满": Bound.LESS,
    "不足": Bound.LESS,
    "低于": Bound.LESS,
    "少于": Bound.LESS,
    "小于": Bound.LESS,
    "不到": Bound.LESS,
    "不及": Bound.LESS,
    "将近": Bound.NEARLY,
    "接近": Bound.NEARLY,
    "近": Bound.NEARLY,
    "大约": Bound.ABOUT,
    "约": Bound.ABOUT,
}
_AFTER: Final = {
    "以上": Bound.AT_LEAST,
    "及以上": Bound.AT_LEAST,
    "以下": Bound.AT_MOST,
    "及以下": Bound.AT_MOST,
    "以内": Bound.AT_MOST,
    "之内": Bound.AT_MOST,
    "内": Bound.AT_MOST,
    "左右": Bound.ABOUT,
    "上下": Bound.ABOUT,
}
_UNIT: Final = (
    "个工作日|个自然日|工作日|个月|小时|分钟|周岁|公里|公斤|千克|毫米|微米|纳米|厘米|平方公里|平方米|立方米|千瓦时|兆瓦|千瓦|美元|欧元|日元|港元|英镑"
    "|人民币|百分点|个百分点|年|月|日|天|周|岁|倍|元|吨|克|米|升|家|项|个|名|人|种|类|次|批|台|辆|艘|架|件|份|户|起|度|％|%|成"
)
_TIME: Final = frozenset(
    ["个工作日", "个自然日", "工作日", "个月", "小时", "分钟", "周岁", "年", "月", "日", "天", "周", "岁"]
)
_LATEST: Final = re.compile("[最附邻靠临]近$")
_NUMBER: Final = r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<han>[零一二两三四五六七八九十百千]+)"
_CHINESE: Final = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?"
    rf"(?:人民币|达|了|为|(?<=最多)[^，。；\d]{{1,6}}?|(?<=至多)[^，。；\d]{{1,6}}?"
    rf"|(?<=至少)[^，。；\d]{{1,6}}?)?(?:{_NUMBER})(?P<scale>万亿|亿|万)?"
    rf"(?P<more>余|多)?(?P<unit>{_UNIT})?(?:(?<=[倍成])(?P<odd>多))?"
    rf"(?P<after>{'|'.join(sorted(_AFTER, key=len, reverse=True))})?(?!位数|级)"
)
# The maximum range of a drone is no bound.
_LIMIT: Final = "(?:amount|level|limit|number|price|rate|requirement|standard|sum|total|value)"
_ENGLISH_BEFORE: Final = (
    (
        Bound.AT_LEAST,
        (
            r"(?:not|no) (?:less|fewer|lower|smaller|shorter) than|at least|(?:a )?minimum(?: of)?|at or above"
            rf"|not (?:be )?(?:below|under|less than|lower than)|minimum (?:\w+ )?{_LIMIT} of"
            r"|(?:greater|more|larger|higher) than or equal to|equal to or (?:greater|more|larger|higher"
            r"|above)(?: than)?|(?:reach(?:es|ed|ing)?|attain\w*) or exceed\w*|≥"
        ),
    ),
    (
        Bound.AT_MOST,
        (
            r"(?:not|no) (?:more|greater|higher|larger|longer|later) than|at most|up to|(?:shall|may|must|does|do|did"
            r"|will|should|can)? ?not (?:to )?(?:exceed(?:ing)?|surpass\w*)"
            rf"|not (?:over|above)|(?:a )?maximum(?: of)?|within|(?:limit|cap|ceiling|radius|maximum {_LIMIT}) of"
            r"|capped at|limited to|at or below|(?:less|smaller|lower) than or equal to"
            r"|equal to or (?:less|smaller|lower|below)(?: than)?|≤|never exceed\w*|cannot exceed"
        ),
    ),
    (
        Bound.LESS,
        (
            r"(?:less|fewer|lower|smaller|shorter|younger|lighter|thinner|narrower|earlier|cheaper|weaker) than|under"
            r"|below|short of|does not reach|<"
        ),
    ),
    (
        Bound.MORE,
        (
            r"more than|over|exceed(?:s|ed|ing)?|above|greater than|in excess of|\w+er than|passed|crossed"
            r"|upwards? of|beyond"
            r"|surpass(?:es|ed|ing)?|top(?:s|ped|ping)|longer than|larger than|older than|break(?:s|ing)? through"
            r"|broke through|>"
        ),
    ),
    (Bound.NEARLY, r"nearly|almost|close to|just under|approach(?:es|ed|ing)?|near|just short of"),
    (Bound.ABOUT, r"about|around|approximately|some|roughly|circa|an estimated|or so"),
)
_LEAD: Final = (
    r"(?:\s+(?:a|an|the|another|RMB|US|HK|NT|EUR|JPY|USD|CNY|NTD|TWD|HKD|GBP|KRW|approximately|about|total|of))*"
    r"\s*[$€¥£]?\s*$"
)
_BEFORE_EN: Final = tuple((b, re.compile(rf"(?:(?<=\W)|^)(?:{p}){_LEAD}", re.IGNORECASE)) for b, p in _ENGLISH_BEFORE)
_NOUNS: Final = r"(?:[\s-]+[\w'’-]+){0,3}?\s*"
_AFTER_EN: Final = (
    (
        Bound.AT_LEAST,
        re.compile(
            rf"^{_NOUNS}(?:,\s*)?(?:or|and)\s+(?:more|above|higher|over|older|longer|greater|upwards?|beyond)\b"
            rf"|^{_NOUNS}\(?inclusive\)?",
            re.IGNORECASE,
        ),
    ),
    (
        Bound.AT_MOST,
        re.compile(
            rf"^{_NOUNS}(?:,\s*)?(?:or|and)\s+(?:less|below|fewer|lower|under|younger|shorter|smaller)\b", re.IGNORECASE
        ),
    ),
    (Bound.ABOUT, re.compile(rf"^{_NOUNS}or so\b", re.IGNORECASE)),
)


# "May not be used more than twelve times" is a bound from above.
_OPPOSITE: Final = {Bound.MORE: Bound.AT_MOST, Bound.LESS: Bound.AT_LEAST}
_NEGATED: Final = re.compile(
    r"\b(?:not|no|never|cannot)\b(?:(?!\bfor\b|\bto\b|\bthat\b)[^.,;]){0,30}$|\bwithout\s$", re.IGNORECASE
)


_WORDS_AFTER: Final = "|".join(sorted(_AFTER, key=len, reverse=True))
_SHARE_BEFORE: Final = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))}|(?<![通经])过)(?:其|总[数量额])?的?$"
)
_SHARE_AFTER: Final = re.compile(rf"(?P<after>{_WORDS_AFTER})|(?P<more>强|多)(?!数)|(?P<less>弱)")
_GROWS: Final = re.compile(r"(?:增长|增加|上涨|上升|提高|扩大|提升|增|涨|高出|多出|暴涨|飙升)(?:幅度?)?$")


@lru_cache(maxsize=256)
def chinese_bounds(text: str) -> tuple[Bounded, ...]:
    """Numbers, shares and multiples with a bounding word in Chinese text, from the left."""
    shares = list(_bounded_shares(text))
    taken = [*(span for span, _, _ in chinese_fractions(text)), *(one.span for one in shares)]
    plain_ = (one for one in _bounded_numbers(text) if not any(one.span.overlaps(span) for span in taken))
    return tuple(sorted([*shares, *plain_], key=lambda one: one.span))


def _bounded_shares(text: str) -> Iterator[Bounded]:
    """Fractions and 百分之十 with a bounding word; a percentage in 百分之 is no share, but reads like one."""
    for span, above, below in chinese_fractions(text):
        if found := _beside(text, span):
            value, figure = Decimal(above) / below, english_fraction(above, below)
            yield Bounded(span=found[0], value=value, bound=found[1], text=found[0].of(text), figure=figure, share=True)
    for one in chinese_quantities(text) if "百分之" in text else ():
        if one.text.startswith("百分之") and (found := _beside(text, one.span)):
            span, bound = found
            yield Bounded(span=span, value=one.value, bound=bound, text=span.of(text), figure=f"{plain(one.value)}%")


def _beside(text: str, span: Span) -> tuple[Span, Bound] | None:
    """The bounding word before or behind a share, with the span of both."""
    before = _SHARE_BEFORE.search(text, max(0, span.start - 8), span.start)
    if before and text[max(0, before.start() - 1) : before.start()] not in {"未", "不", "没"}:
        return Span(before.start(), span.end), _BEFORE.get(before["before"], Bound.MORE)
    if after := _SHARE_AFTER.match(text, span.end):
        bound = _AFTER[after["after"]] if after["after"] else Bound.MORE if after["more"] else Bound.LESS
        return Span(span.start, after.end()), bound
    return None


def _bounded_numbers(text: str) -> Iterator[Bounded]:
    for match in _CHINESE.finditer(text):
        bound = _chinese_bound(match, text)
        if bound is None or text.startswith("分之", match.end()):
            continue
        value = _value(match)
        tenths, multiple = match["unit"] == "成", match["unit"] == "倍"
        value = value * 10 if tenths else value
        times = f"{plain(value)} time{'' if value == 1 else 's'}"
        yield Bounded(
            span=Span(match.start(), match.end()),
            value=value,
            bound=bound,
            text=match[0],
            figure=f"{plain(value)}%"
            if tenths or match["unit"] in {"%", "％"}
            else times
            if multiple
            else plain(value),
            tenths=tenths,
            duration=match["unit"] in _TIME,
            multiple=multiple,
            growth=multiple and _GROWS.search(text, 0, match.start()) is not None,
        )


def _chinese_bound(match: re.Match[str], text: str) -> Bound | None:
    if match["before"]:
        if text[max(0, match.start() - 1) : match.start()] in {"未", "不", "没"}:
            return None
        if match["before"] == "近" and (match["unit"] in _TIME or _LATEST.search(text, 0, match.start() + 1)):
            return None  # 近三年 is "the last three years", 邻近两县 the neighboring two
        if match["before"] == "约" and text[max(0, match.start() - 1) : match.start()] in {
            "条",
            "合",
            "公",
            "节",
            "履",
        }:
            return None
        return _BEFORE[match["before"]]
    if match["after"]:
        if match["after"] == "内" and match["unit"] not in _TIME:
            return None
        return _AFTER[match["after"]]
    if match["odd"]:
        return Bound.MORE
    if match["more"] and not (match["more"] == "多" and match["han"] and not match["unit"]):
        return Bound.MORE
    return None


def _value(match: re.Match[str]) -> Decimal:
    number = match["arabic"] or match["han"]
    base = Decimal(number.replace(",", "")) if match["arabic"] else Decimal(_han(number))
    return base * SCALES.get(match["scale"] or "", 1)


def _han(numeral: str) -> int:
    return DIGITS[numeral] if numeral in DIGITS else parse_han(numeral)


def english_bounds(text: str) -> list[tuple[Quantity, Bound | None, Span]]:
    """Every number of English text with the bound that stands beside it.

    Returns:
        The number, its bound or None, and the span of number and bound.
    """
    found = list(english_quantities(text))
    for one in (*english_shares(text), *english_multiples(text)):
        if not any(one.span.overlaps(other.span) and other.kind in {"fraction", "times"} for other in found):
            # One in five is one share and no two numbers.
            found = [*(other for other in found if not one.span.overlaps(other.span)), one]
    return [(quantity, *_bound_of(quantity, text)) for quantity in sorted(found, key=lambda one: one.span)]


def _bound_of(quantity: Quantity, text: str) -> tuple[Bound | None, Span]:
    left, right = text[max(0, quantity.span.start - 48) : quantity.span.start], text[quantity.span.end :]
    for bound, pattern in _AFTER_EN:
        if match := pattern.match(right):
            return bound, Span(quantity.span.start, quantity.span.end + match.end())
    for bound, pattern in _BEFORE_EN:
        if match := pattern.search(left):
            turned = _NEGATED.search(left[: match.start()])
            return _OPPOSITE.get(bound, bound) if turned else bound, Span(
                quantity.span.start - len(left) + match.start(), quantity.span.end
            )
    return None, quantity.span
