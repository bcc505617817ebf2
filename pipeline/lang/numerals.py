"""Numerals of both languages, and the value that a quantity is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.core.flags import Span

DIGITS: Final = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
SMALL: Final = {"十": 10, "百": 100, "千": 1000}
LARGE: Final = {"万": 10**4, "亿": 10**8}
# What may follow digits: 3.5万亿, 5千万.
SCALES: Final = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000,
    "百": 100,
}  # fmt: skip
ENGLISH_SCALES: Final = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "mn": 10**6, "mln": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_TO_TWENTY: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS: Final = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
ENGLISH_SMALL: Final = {word: value for value, word in enumerate(_TO_TWENTY)} | _TENS
_ORDINAL_WORDS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_TENTHS: Final = {
    "twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60, "sevent": 70, "eight": 80, "ninet": 90,
}  # fmt: skip
ORDINALS: Final = (
    {word: value for value, word in enumerate(_ORDINAL_WORDS, 1)}
    | {f"{tens}ieth": value for tens, value in _TENTHS.items()}
    | {
        f"{tens}y-{word}": value + ones
        for tens, value in _TENTHS.items()
        for ones, word in enumerate(_ORDINAL_WORDS[:9], 1)
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in text.

    Attributes:
        span: Where it stands; in Chinese with its scale and unit, in English
            with its scale and percent sign.
        extent: The same with what belongs to it on either side: 约…左右,
            "more than", a currency, an English unit.
        value: Exact, scale included; percentages as written (5.2% is 5.2).
        kind: ``number``, ``percent``, ``points``, ``money``, ``unit``,
            ``times`` or ``fraction``.
        unit: Code of the currency or unit, of a fraction its divisor; empty
            for plain numbers.
        per: ``year`` in 吨/年; empty otherwise.
        bound: ``more than``, ``nearly``, ``about`` or empty.
        scaled: Whether 万, 亿 or an English scale word is part of it.
        text: What stands at ``span``.
    """

    span: Span
    extent: Span
    value: Decimal
    kind: str
    unit: str = ""
    per: str = ""
    bound: str = ""
    scaled: bool = False
    text: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, Decimal]:
        """What it has in common with an equal quantity of the other language."""
        return (self.kind, self.unit, self.per, self.bound, self.value)


def parse_han(numeral: str) -> int:
    """A Chinese numeral: 一百零八 is 108, 二〇二五 is 2025, 三亿五千万 is 350,000,000.

    Raises:
        ValueError: It is none.
    """
    if not numeral:
        raise ValueError("empty numeral")
    if not any(character in SMALL or character in LARGE for character in numeral):
        return int("".join(str(_digit(character)) for character in numeral))
    for word, scale in (("亿", 10**8), ("万", 10**4)):
        if word in numeral:
            above, below = numeral.rsplit(word, 1)
            return (parse_han(above) if above else 1) * scale + (parse_han(below) if below else 0)
    total = digit = 0
    for character in numeral:
        if character in SMALL:
            total += (digit or 1) * SMALL[character]
            digit = 0
        else:
            digit = _digit(character)
    return total + digit


def _digit(character: str) -> int:
    if character not in DIGITS:
        raise ValueError(f"{character!r} is no Chinese digit")
    return DIGITS[character]


def parse_words(words: str) -> tuple[int, bool]:
    """An English numeral in words, and whether a scale word is part of it."""
    value, scaled = 0, False
    for word in words.lower().replace("-", " ").split():
        if word in ENGLISH_SCALES:
            value, scaled = max(value, 1) * ENGLISH_SCALES[word], True
        else:
            value += ENGLISH_SMALL[word]
    return value, scaled


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


def spelled(count: int, most: int = 10) -> str:
    """A count as it stands in a sentence: in words up to so many, in figures beyond; ``most`` is 20 at the most."""
    return _TO_TWENTY[count] if count <= most else str(count)


def ordinal(number: int) -> str:
    """First to ninth in words, from 10th on in digits."""
    if 1 <= number <= 9:
        return _ORDINAL_WORDS[number - 1]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
