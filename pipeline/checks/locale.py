"""C6xx: locale conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import BlockKind, Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import citations, dates, spelling

_DAY_FIRST: Final = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{'|'.join(dates.MONTHS)})\b(?:,?\s+\d{{4}})?"
)
_NUMERIC: Final = re.compile(r"\b\d{4}[./]\d{1,2}[./]\d{1,2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b")
_UNGROUPED: Final = re.compile(r"(?<![\d.,/A-Za-z-])\d{5,}(?:\.\d+)?(?![\d,/A-Za-z-])")
_NAMED_CODE: Final = re.compile(
    r"\b(?:subheading|heading|code|No\.|number|tel|telephone|inquiries)\W{0,3}$", re.IGNORECASE
)
# Digits that codes of goods have; in a cell, where no word says what they are, post codes and telephones too.
_CODES: Final = frozenset({8, 10})
_CELL_CODES: Final = frozenset({6, 8, 10, 11, 13})
_BAD_GROUPS: Final = re.compile(r"(?<![\d,.])\d{1,4},\d{4}(?![\d,])|(?<![\d,.])\d{4,},\d{3}(?![\d,])")
# Some of this is in both.
_MANY_DIGITS: Final = re.compile(r"\d{5}|\d,\d")
_CHINESE_SCALE: Final = re.compile(
    r"\b(?:(?:\d[\d.,]*|ten|hundred|one|several)\s+)?(?:ten thousand|hundred million|ten million thousand"
    r"|million million|thousand million)\b(?=\s+(?:metric|tons?|yuan|RMB|US|dollars?|people|items|of))"
    r"|\b\d[\d.,]*\s+(?:wan|yi)\b",
    re.IGNORECASE,
)
_WIDE: Final = re.compile(r"[，。；：？！、（）《》【】「」『』〔〕％＋－＝～]")
_NARROW: Final = dict(zip("，。；：？！、（）《》【】「」『』〔〕％＋－＝～", ',.;:?!,()""[]""""[]%+-=~', strict=True))
_LONG_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_OFFICIAL: Final = re.compile(
    r"Organisation for Economic|Shanghai Cooperation Organisation|World Organisation|Labour Party"
    r"|Labour Organisation|Ministry of Defence"
)


@check("C601", category=MqmCategory.LOCALE_FORMAT, severity=Severity.MINOR)
def date_format(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A date is not written the house's way: April 4, 2025."""
    for pattern in (_DAY_FIRST, _NUMERIC):
        for match in pattern.finditer(segment.target):
            right = next((dates.english_form(mention) for mention in dates.english_dates(match[0])), "")
            yield Finding(
                message=f"“{match[0]}” is not in the house's form of dates.",
                target=Span(*match.span()),
                candidates=(Candidate(right, "house style"),) if right and right != match[0] else (),
            )


@check("C602", category=MqmCategory.LOCALE_FORMAT, severity=Severity.MINOR)
def number_format(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Digits are grouped wrongly or not at all: 135,000, not 135000 or 13,5000. Codes are left alone."""
    if not _MANY_DIGITS.search(segment.target):
        return
    cell = context.kinds.get(segment.id) is BlockKind.TABLE_CELL
    for match in _BAD_GROUPS.finditer(segment.target):
        yield _grouped(match)
    for match in _UNGROUPED.finditer(segment.target):
        if not _is_code(match, segment, cell=cell):
            yield _grouped(match)


def _is_code(match: re.Match[str], segment: Segment, *, cell: bool) -> bool:
    """Whether digits name something instead of counting it: by their length, by the source, or by the word before."""
    digits = match[0].partition(".")[0]
    copied = digits in segment.text
    if len(digits) in (_CELL_CODES if cell and copied else _CODES):
        return True
    if copied and re.search(r"电话|编号|号码|邮编|商品", segment.text):
        return True
    known = {code.replace(".", "") for _, code in citations.codes(segment.text)}
    return digits in known or _NAMED_CODE.search(segment.target, 0, match.start()) is not None


def _grouped(match: re.Match[str]) -> Finding:
    whole, _, part = match[0].replace(",", "").partition(".")
    right = f"{int(whole):,}" + (f".{part}" if part else "")
    return Finding(
        message=f"“{match[0]}” is not grouped in threes.",
        target=Span(*match.span()),
        candidates=(Candidate(right, "house style"),),
    )


@check("C603", category=MqmCategory.LOCALE_FORMAT, severity=Severity.MINOR)
def british_spelling(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """British spelling in a text of American spelling; names of bodies that spell themselves so are left alone."""
    british = [
        (match, right)
        for match in _LONG_WORD.finditer(segment.target)
        if (right := spelling.american(word := match[0].lower())) != word
    ]
    if not british:
        return
    official = [Span(*match.span()) for match in _OFFICIAL.finditer(segment.target)]
    house = {word for right in context.style.spellings.values() for word in right.lower().split()}
    house |= {"licence", "licences"} if context.style.license_noun == "licence" else set()
    for match, right in british:
        span = Span(*match.span())
        if match[0].lower() in house or any(span.overlaps(other) for other in official):
            continue
        yield Finding(
            message=f"“{match[0]}” is British spelling.",
            target=span,
            candidates=(Candidate(right.capitalize() if match[0][0].isupper() else right, "house style"),),
        )


@check("C604", category=MqmCategory.LOCALE_FORMAT, severity=Severity.MAJOR)
def chinese_scale(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """English counts in thousands and millions, not in "ten thousand tons" and "hundred million yuan"."""
    if context.kinds.get(segment.id) is BlockKind.TABLE_CELL:
        return
    for match in _CHINESE_SCALE.finditer(segment.target):
        yield Finding(message=f"“{match[0]}” counts in the Chinese way.", target=Span(*match.span()))


@check("C605", category=MqmCategory.LOCALE_FORMAT, severity=Severity.MINOR)
def punctuation(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Chinese or full-width punctuation stands in the translation."""
    match = _WIDE.search(segment.target)
    if match:
        yield Finding(
            message=f"“{match[0]}” is Chinese punctuation.",
            target=Span(*match.span()),
            candidates=(Candidate(_NARROW[match[0]], "English punctuation"),),
        )
