"""Quantities in English text, in digits or words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import units
from pipeline.lang.fractions import DIVISORS
from pipeline.lang.numerals import ENGLISH_SCALES, ENGLISH_SMALL, Quantity, parse_words

ARABIC: Final = r"(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
_BOUNDS: Final = {
    "more than": "more than",
    "over": "more than",
    "in excess of": "more than",
    "nearly": "nearly",
    "almost": "nearly",
    "close to": "nearly",
    "about": "about",
    "around": "about",
    "approximately": "about",
    "roughly": "about",
    "some": "about",
}
_TAIL: Final = (
    r"(?:(?P<percent>\s?%|\s?‰|\s+per\s?cent\b(?!age)|\s+percentage[\s-]points?\b|\s+basis points?\b)"
    rf"|(?P<times>\s+times?\b|-?fold\b)|\s(?P<currency>{units.ENGLISH_CURRENCY})\b"
    rf"|[\s-]?(?P<unit>{units.ENGLISH_UNIT})(?![A-Za-z0-9²³])"
    r"(?:(?:\s(?:per|a)\s|/)(?P<per>year|month|day|hour)\b)?)?"
)
_DIGITS: Final = re.compile(
    rf"(?:(?<![A-Za-z0-9_])|(?<=\b(?:{units.CURRENCY_CODES})))(?<!\d[.,])(?<![A-Za-z]-)(?P<number>{ARABIC})"
    r"(?:[\s-]*(?P<scale>[Hh]undred|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)\b|\s?(?P<short>bn|tn|mln|mn)\b)?"
    rf"{_TAIL}(?!\w)"
)
_UNITS_IN_WORDS: Final = "one|two|three|four|five|six|seven|eight|nine"
_SCALE_WORDS: Final = "hundred|thousand|million|billion|trillion"
_WORDS: Final = re.compile(
    rf"\b(?P<number>(?:{'|'.join(sorted(ENGLISH_SMALL, key=len, reverse=True))})(?:-(?:{_UNITS_IN_WORDS}))?"
    rf"(?:[\s-]+(?:{_SCALE_WORDS}))*)"
    rf"(?:[\s-](?P<part>(?:{'|'.join(DIVISORS)})s?)\b)?{_TAIL}(?!\w|-(?:fir|sec|th|fo|fif|six|sev|eig|nin))",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:(?<!not )(?<!no )(?P<bound>{'|'.join(_BOUNDS)})\s+)?(?P<sign>{units.ENGLISH_PREFIX})?\s?$",
    re.IGNORECASE,
)
_BEFORE_WORD: Final = re.compile(r"[a-z$¥€£₩]\s?$", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_TENS: Final = re.compile(
    r"one|two|thr|four|fiv|six|sev|eight|nin|ten|eleven|twel|thir|fif|twen|zero|forty", re.IGNORECASE
)


@lru_cache(maxsize=256)
def english_quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities in English text, from the left."""
    found = [_made(text, match) for match in _DIGITS.finditer(text)] if _DIGIT.search(text) else []
    if _TENS.search(text):
        found += [_made(text, match) for match in _WORDS.finditer(text)]
        found.sort(key=lambda quantity: quantity.span)
    return tuple(found)


def _made(text: str, match: re.Match[str]) -> Quantity:
    groups = match.groupdict()
    start, end = match.start(), match.end("number")
    value, scaled = _value(groups)
    end = max(end, match.end("scale") if "scale" in groups else -1, match.end("short") if "short" in groups else -1)
    kind, unit = "number", ""
    if part := groups.get("part"):
        divisor = DIVISORS[part.lower().removesuffix("s")]
        if value < divisor:
            value, kind, unit, end = value / divisor, "fraction", str(divisor), match.end("part")
    before = _BEFORE.search(text, max(0, start - 22), start) if _BEFORE_WORD.search(text, 0, start) else None
    extent_end = match.end()
    if groups["percent"]:
        kind, value, end = _percentage(groups["percent"].strip().lower(), value, match)
    elif groups["times"]:
        kind = "times"
    elif before and before["sign"]:
        kind, unit = "money", units.read_prefix(before["sign"])
    elif groups["currency"]:
        kind, unit = "money", units.read_currency(groups["currency"])
    elif groups["unit"]:
        kind, unit = "unit", units.read_unit(groups["unit"])
    elif kind == "number":
        extent_end = end
    qualified = before is not None and bool(before["bound"] or before["sign"])
    bound = _BOUNDS[before["bound"].lower()] if before and before["bound"] else ""
    return Quantity(
        span=Span(start, end), extent=Span(before.start() if before and qualified else start, extent_end), value=value,
        kind=kind, unit=unit, per=groups["per"] or "", bound=bound, scaled=scaled, text=text[start:end],
    )  # fmt: skip


def _value(groups: dict[str, str | None]) -> tuple[Decimal, bool]:
    number = groups["number"] or ""
    if not number[0].isdigit():
        words, scaled = parse_words(number)
        return Decimal(words), scaled
    scale = ENGLISH_SCALES.get((groups.get("scale") or groups.get("short") or "").lower(), 1)
    return Decimal(number.replace(",", "")) * scale, scale > 1


def _percentage(word: str, value: Decimal, match: re.Match[str]) -> tuple[str, Decimal, int]:
    kind = "points" if word.startswith(("percentage", "basis")) else "percent"
    factor = {"‰": Decimal("0.1")}.get(word, Decimal("0.01") if word.startswith("basis") else Decimal(1))
    return kind, value * factor, match.end("percent")
