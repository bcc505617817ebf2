"""Quantities in Chinese and English text, by value.

Chinese numerals count only in a frame that makes them numbers (a unit, a
percentage, an ordinal): 一带一路, 三氧化二镨 and 一致行动人 hold none. Values are
exact decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.core.flags import Span

DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
SMALL: Final = {"十": 10, "百": 100, "千": 1000}
LARGE: Final = {"万": 10**4, "亿": 10**8, "万亿": 10**12}
ENGLISH_SCALES: Final = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_TO_TWENTY: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS: Final = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
ENGLISH_SMALL: Final = {word: value for value, word in enumerate(_TO_TWENTY)} | _TENS
# Currency word to what stands before the English number.
CURRENCIES: Final = {
    "人民币": "RMB ", "美元": "US$", "欧元": "€", "日元": "¥", "港元": "HK$", "英镑": "£", "元": "RMB ",
}  # fmt: skip
# Unit to singular and plural English.
UNITS: Final = {
    "吨": ("metric ton", "metric tons"), "公斤": ("kilogram", "kilograms"), "千克": ("kilogram", "kilograms"),
    "克": ("gram", "grams"), "公里": ("kilometer", "kilometers"), "平方米": ("square meter", "square meters"),
    "平方公里": ("square kilometer", "square kilometers"),
}  # fmt: skip

_ARABIC: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN_NUMERAL: Final = r"[零〇一二两三四五六七八九十百千]+"
_CURRENCY: Final = "|".join(sorted(CURRENCIES, key=len, reverse=True))
_UNIT: Final = "|".join(sorted(UNITS, key=len, reverse=True))
_QUANTITY: Final = re.compile(
    rf"(?P<prefix>人民币)?(?P<number>{_ARABIC})(?P<scale>万亿|亿|万|千|百)?(?P<after>余|多)?"
    rf"(?P<tail>%|％|个百分点|{_CURRENCY}|{_UNIT})?"
    rf"|百分之(?P<percent>{_HAN_NUMERAL}(?:点{_HAN_NUMERAL})?)"
    rf"|(?P<han>{_HAN_NUMERAL})(?P<hanscale>万亿|亿|万)?(?P<hantail>{_CURRENCY}|{_UNIT}|个百分点|倍)(?![素件组带气])"
)
# 三成 is 30%, 四成五 is 45%; 完成 and 成为 are other words.
_TENTHS: Final = re.compile(
    r"(?P<tens>[一二两三四五六七八九1-9])成(?P<ones>[一二三四五六七八九])?"
    r"(?=[，。；、）左以上多的]|$|来|是|由|为|依)"
)
_ENGLISH: Final = re.compile(
    rf"(?P<digits>{_ARABIC})(?:[\s-]*(?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    r"(?P<percent>\s?%|\s+per\s?cent\b|\s+percentage\s+points?\b)?",
    re.IGNORECASE,
)
_UNITS_IN_WORDS: Final = "one|two|three|four|five|six|seven|eight|nine"
_WORDS: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(ENGLISH_SMALL, key=len, reverse=True))})(?:-(?:{_UNITS_IN_WORDS}))?"
    rf"(?:[\s-]+(?:{'|'.join(ENGLISH_SCALES)}))*\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in text.

    Attributes:
        span: Where it stands, with its scale and unit.
        value: Exact, scale included; percentages as written (5.2% is 5.2).
        kind: ``number``, ``percent``, ``points``, ``money``, ``unit`` or ``times``.
        unit: Chinese currency or unit word; empty for plain numbers.
        scaled: Whether 万, 亿 or an English scale word is part of it.
        text: As written.
    """

    span: Span
    value: Decimal
    kind: str
    unit: str
    scaled: bool
    text: str


def parse_han(numeral: str) -> int:
    """A Chinese numeral below 10,000 units of its scale: 一百零八 is 108, 二〇二五 is 2025.

    Raises:
        ValueError: It is none.
    """
    if not numeral:
        raise ValueError("empty numeral")
    if not any(character in SMALL for character in numeral):
        return int("".join(str(DIGITS[character]) for character in numeral))
    total, digit = 0, 0
    for character in numeral:
        if character in SMALL:
            total += (digit or 1) * SMALL[character]
            digit = 0
        elif character in DIGITS:
            digit = DIGITS[character]
        else:
            raise ValueError(f"{character!r} is no Chinese digit")
    return total + digit


def chinese_quantities(text: str) -> Iterator[Quantity]:
    """Quantities in Chinese text, from the left."""
    tenths = list(_tenths(text))
    plain_ones = [one for one in _written_out(text) if not any(one.span.overlaps(other.span) for other in tenths)]
    yield from sorted([*plain_ones, *tenths], key=lambda quantity: quantity.span)


def _written_out(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        span = Span(match.start(), match.end())
        if match["percent"]:
            whole, _, part = match["percent"].partition("点")
            digits = "".join(str(DIGITS[character]) for character in part)
            value = Decimal(f"{parse_han(whole)}.{digits or '0'}")
            yield Quantity(span=span, value=value, kind="percent", unit="", scaled=False, text=match[0])
        elif match["han"]:
            value = Decimal(parse_han(match["han"])) * LARGE.get(match["hanscale"] or "", 1)
            yield _quantity(match[0], span, value, match["hantail"], scaled=bool(match["hanscale"]))
        else:
            scale = {"千": 1000, "百": 100, **LARGE}.get(match["scale"] or "", 1)
            value = Decimal(match["number"].replace(",", "")) * scale
            yield _quantity(match[0], span, value, match["tail"] or match["prefix"] or "", scaled=bool(match["scale"]))


def _tenths(text: str) -> Iterator[Quantity]:
    for match in _TENTHS.finditer(text):
        tens, ones = (int(part) if part.isdigit() else DIGITS[part] for part in (match["tens"], match["ones"] or "〇"))
        span = Span(match.start(), match.end())
        yield Quantity(span=span, value=Decimal(10 * tens + ones), kind="percent", unit="", scaled=False, text=match[0])


def _quantity(text: str, span: Span, value: Decimal, tail: str, *, scaled: bool) -> Quantity:
    if tail in {"%", "％"}:
        kind = "percent"
    elif tail == "个百分点":
        kind = "points"
    elif tail == "倍":
        kind = "times"
    elif tail in CURRENCIES:
        kind = "money"
    else:
        kind = "unit" if tail else "number"
    return Quantity(
        span=span,
        value=value,
        kind=kind,
        unit=tail if kind in {"money", "unit"} else "",
        scaled=scaled,
        text=text,
    )


def english_quantities(text: str) -> Iterator[Quantity]:
    """Quantities in English text, in digits or words, from the left."""
    found = [*_english_digits(text), *_english_words(text)]
    yield from sorted(found, key=lambda quantity: quantity.span)


def _english_digits(text: str) -> Iterator[Quantity]:
    for match in _ENGLISH.finditer(text):
        scale = ENGLISH_SCALES.get((match["scale"] or "").lower(), 1)
        value = Decimal(match["digits"].replace(",", "")) * scale
        percent = (match["percent"] or "").strip().lower()
        kind = "points" if percent.startswith("percentage") else "percent" if percent else "number"
        span = Span(match.start(), match.end())
        yield Quantity(span=span, value=value, kind=kind, unit="", scaled=scale > 1, text=match[0])


def _english_words(text: str) -> Iterator[Quantity]:
    for match in _WORDS.finditer(text):
        words = re.split(r"[\s-]+", match[0].lower())
        value, scaled = 0, False
        for word in words:
            if word in ENGLISH_SCALES:
                value, scaled = max(value, 1) * ENGLISH_SCALES[word], True
            else:
                value += ENGLISH_SMALL[word]
        span = Span(match.start(), match.end())
        yield Quantity(span=span, value=Decimal(value), kind="number", unit="", scaled=scaled, text=match[0])


def english_form(quantity: Quantity) -> str:
    """How a Chinese quantity is written in English.

    Below a million in full with commas (55,400), from a million on with
    million, billion or trillion and up to the precision given.
    """
    number = format_number(quantity.value)
    match quantity.kind:
        case "percent":
            return f"{plain(quantity.value)}%"
        case "points":
            return f"{plain(quantity.value)} percentage point{'' if quantity.value == 1 else 's'}"
        case "money":
            return f"{CURRENCIES[quantity.unit]}{number}"
        case "unit":
            singular, several = UNITS[quantity.unit]
            return f"{number} {singular if quantity.value == 1 else several}"
        case _:
            return number


def format_number(value: Decimal) -> str:
    """A value as English text: 55,400; 3.5 million; 1.2 trillion."""
    for word, scale in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if abs(value) >= scale:
            return f"{plain(value / scale)} {word}"
    return plain(value)


def plain(value: Decimal) -> str:
    """A value in digits with commas and without trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
