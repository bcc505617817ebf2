"""Shares and multiples said in words: 四分之一, 一半; "a third", "one in five", "twice", "tripled"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.numerals import DIGITS, ORDINALS, Quantity, parse_han

_HALF: Final = "一半(?!会)|半数"
_FRACTION: Final = re.compile(
    r"(?<!百)(?P<below>\d+|(?<![百千万])[二三四五六七八九十]+)分之(?P<above>\d+|[一二两三四五六七八九十]+)"
    rf"|(?P<half>{_HALF})"
)
_PARTS: Final = {
    2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth",
}  # fmt: skip
_WORDS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DIVISORS: Final = {name: value for value, name in _PARTS.items()} | {"fourth": 4}
# "a third of", not "a third party"; "half of", not "half a year" or "the first half".
_PART: Final = re.compile(
    rf"\b(?:an?|the|one)[\s-](?P<part>{'|'.join(DIVISORS)})\b(?=\s+(?:of|as|from|or|and|in|to|on|by|over|were|was|is|are)\b|[,.;:)]|$)"
    r"|(?<!first )(?<!second )(?<!first-)(?<!second-)(?<!latter )(?<!one and a )\b(?P<half>half)\b"
    r"(?![\s-]?(?:a\s)?(?:year|month|day|hour|century|decade|life|finished|track))",
    re.IGNORECASE,
)
# One in five, two out of three.
_RATIO: Final = re.compile(
    rf"\b(?P<above>{'|'.join(_WORDS[1:])}|\d) (?:in|out of)(?: every)? (?P<below>{'|'.join(_WORDS[2:])}|\d{{1,2}})\b"
    r"(?! (?:months|years|days|weeks|stages|phases|batches|parts|copies)\b|[\d,.]*\d)",
    re.IGNORECASE,
)
_MULTIPLES: Final = {
    2: r"twice|doubl(?:e|ed|es|ing)|two-?fold", 3: r"thrice|tripl(?:e|ed|es|ing)|trebl(?:e|ed|es|ing)|three-?fold",
    4: r"quadrupl(?:e|ed|es|ing)|four-?fold", 5: r"quintupl(?:e|ed|es|ing)|five-?fold", 10: "ten-?fold",
}  # fmt: skip
_MULTIPLE: Final = {
    value: re.compile(rf"\b(?:{words})\b(?![\s-]taxation)", re.IGNORECASE) for value, words in _MULTIPLES.items()
}
_HALVED: Final = (
    r"\bhalf\b|\bhalv(?:e|ed|es|ing)\b|\bmajority\b|\bmost\b|\bfifty-fifty\b|\b(?:evenly|equally) (?:split|divided)\b"
)
_ORDINALS: Final = {value: word for word, value in ORDINALS.items()}


# Rules and checks ask for those of one segment many times in a row.
@lru_cache(maxsize=256)
def chinese_fractions(text: str) -> tuple[tuple[Span, int, int], ...]:
    """Fractions in Chinese text: 四分之一 is (span, 1, 4), 一半 (span, 1, 2); 百分之一 is a percentage and none."""
    found = []
    for match in _FRACTION.finditer(text):
        above, below = (1, 2) if match["half"] else (_number(match["above"]), _number(match["below"]))
        if 0 < above < below:
            found.append((Span(*match.span()), above, below))
    return tuple(found)


def _number(text: str) -> int:
    if text.isascii():
        return int(text)
    return DIGITS[text] if text in DIGITS else parse_han(text)


def has_fraction(target: str, above: int, below: int) -> bool:
    """Whether English text has a fraction, in words, digits or as a percentage."""
    if 2 * above == below and re.search(_HALVED, target, re.IGNORECASE):
        return True
    patterns = [rf"(?<!\d){above}/{below}(?!\d)", rf"(?<!\d){100 * above / below:g}%"]
    if above < len(_WORDS):
        word = rf"(?:{_WORDS[above]}|{above}{'|an?' if above == 1 else ''})"
        if part := _PARTS.get(below) or _ORDINALS.get(below):
            parts = rf"(?:{part}{'|fourth' if below == 4 else ''})s?\b"
            patterns.append(rf"(?:\b{word}[\s-]+){'?' if above == 1 else ''}{parts}")
        total = rf"(?:{_WORDS[below]}|{below})" if below < len(_WORDS) else str(below)
        patterns.append(rf"\b{word} (?:in|out of)(?: every)? {total}\b")
    return re.search("|".join(patterns), target, re.IGNORECASE) is not None


def english_fraction(above: int, below: int) -> str:
    """A fraction in words: one quarter, three fifths; 7/12 where English has no short word."""
    if below not in _PARTS or above >= len(_WORDS) - 1:
        return f"{above}/{below}"
    return f"{_WORDS[above]} {_PARTS[below]}{'s' if above > 1 else ''}"


def english_shares(text: str) -> Iterator[Quantity]:
    """Fractions that English says without a number before them: a quarter, half, one in five."""
    for match in _PART.finditer(text):
        divisor = 2 if match["half"] else DIVISORS[match["part"].lower()]
        yield _share(match, 1, divisor)
    for match in _RATIO.finditer(text):
        above, below = (
            int(word) if word.isdecimal() else _WORDS.index(word.lower()) for word in match.group("above", "below")
        )
        if 0 < above < below:
            yield _share(match, above, below)


def _share(match: re.Match[str], above: int, below: int) -> Quantity:
    span = Span(*match.span())
    value = Decimal(above) / below
    return Quantity(span=span, extent=span, value=value, kind="fraction", unit=str(below), text=match[0])


def english_multiples(text: str) -> Iterator[Quantity]:
    """Multiples that English says in one word: twice, doubled, threefold."""
    for value, pattern in _MULTIPLE.items():
        for match in pattern.finditer(text):
            span = Span(*match.span())
            yield Quantity(span=span, extent=span, value=Decimal(value), kind="times", text=match[0])
