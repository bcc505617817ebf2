"""A2xx: accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import dates, numbers, references

_HAN_RUN: Final = re.compile(r"[㐀-鿿]+")
_MODAL: Final = {
    "不得": (
        ("shall not", "may not", "must not", "not be allowed", "not permitted", "prohibited", "no "),
        Severity.CRITICAL,
    ),
    "应当": (("shall", "must", "should", "required", "is to", "are to"), Severity.MAJOR),
    "必须": (("must", "shall", "required", "have to", "has to"), Severity.MAJOR),
    "禁止": (("prohibit", "forbid", "forbidden", "ban", "shall not", "may not"), Severity.CRITICAL),
}


@check("A201", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def number(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A number of the source has no equal in the translation.

    Values are compared, not digits: 5.54万吨 is 55,400 metric tons, and 5.54
    tons is wrong. Numbers in dates, document numbers and articles are looked
    at by checks of their own.
    """
    taken = [item.span for item in dates.chinese_dates(segment.text)]
    taken += [item.span for item in references.document_numbers(segment.text)]
    taken += [item.span for item in references.provisions(segment.text)]
    have = [quantity.value for quantity in numbers.english_quantities(segment.target)]
    for quantity in numbers.chinese_quantities(segment.text):
        if any(quantity.span.overlaps(span) for span in taken):
            continue
        if quantity.value in have:
            have.remove(quantity.value)
        elif not (quantity.value == 1 and not quantity.scaled):
            right = numbers.english_form(quantity)
            yield Finding(
                message=f"{quantity.text} is {right}; the translation does not say so.",
                source=quantity.span,
                candidates=(Candidate(right, "computed from the source"),),
            )


@check("A202", category=MqmCategory.ACCURACY_DATE, severity=Severity.CRITICAL)
def wrong_date(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A date of the source has no equal in the translation.

    Relative dates (去年, 上月) are resolved where the document's date is known.
    """
    have = [mention.value for mention in dates.english_dates(segment.target)]
    for mention in dates.chinese_dates(segment.text, context.date):
        if mention.month is None and mention.day is None and mention.relative:
            continue
        if mention.value in have or (mention.year is None and _same_day(mention, have)):
            continue
        if mention.year and (None, *mention.value[1:]) in have and not mention.relative:
            continue
        right = dates.english_form(mention)
        yield Finding(
            message=f"{mention.text} is {right}; the translation does not say so.",
            source=mention.span,
            candidates=(Candidate(right, "computed from the source"),),
        )


def _same_day(mention: dates.DateMention, have: list[tuple[int | None, int | None, int | None]]) -> bool:
    return any(mention.value[1:] == value[1:] for value in have)


@check("A213", category=MqmCategory.ACCURACY_DATE, severity=Severity.MINOR)
def relative_date(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A relative date cannot be resolved because the document's date is unknown.

    Give the date with ``--date``; 去年12月4日 then becomes a full date.
    """
    if context.date is not None:
        return
    for mention in dates.chinese_dates(segment.text):
        if mention.relative:
            yield Finding(
                message=f"{mention.text} depends on the document's date, which is not known (--date).",
                source=mention.span,
            )


@check("A203", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def document_number(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A document number of the source is missing or different in the translation."""
    have = [(item.number, item.year) for item in references.english_document_numbers(segment.target)]
    for item in references.document_numbers(segment.text):
        if not any(item.number == number and (not item.year or year in (0, item.year)) for number, year in have):
            right = f"No. {item.number}" + (f" of {item.year}" if item.year else "")
            yield Finding(
                message=f"{item.text} is {right}; the translation does not say so.",
                source=item.span,
                candidates=(Candidate(right, "computed from the source"),),
            )


@check("A207", category=MqmCategory.ACCURACY_UNTRANSLATED, severity=Severity.MAJOR)
def untranslated(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Chinese characters stand in the translation."""
    for match in _HAN_RUN.finditer(segment.target):
        yield Finding(message=f"“{match[0]}” is not translated.", target=Span(match.start(), match.end()))


@check("A208", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MAJOR)
def modality(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """What the source forbids or requires, the translation does not.

    不得 and 禁止 need a prohibition, 应当 and 必须 a duty. 不得不, 不得已 and 应当说
    are other words.
    """
    low = f" {segment.target.lower()} "
    for word, (accepted, severity) in _MODAL.items():
        match = re.search(rf"{word}(?![不已说])", segment.text)
        if match and not any(text in low for text in accepted):
            yield Finding(
                message=f"{word} asks for “{accepted[0].strip()}”; the translation has nothing of the kind.",
                source=Span(match.start(), match.end()),
                severity=severity,
                candidates=tuple(Candidate(text.strip(), "legal usage") for text in accepted[:3]),
            )


@check("A212", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MINOR)
def enumeration(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """An enumeration that 等 with a count closes reads as open in the translation.

    钐、钆、铽、镝、镥、钪、钇等7类 names all seven; "including" says that there are
    more.
    """
    for match in re.finditer(
        r"((?:[一-鿿A-Za-z]{1,8}、)+[一-鿿A-Za-z]{1,8}?)等(\d+|[二三四五六七八九十两]+)[类种项家个]", segment.text
    ):
        count = int(match[2]) if match[2].isdigit() else numbers.parse_han(match[2])
        opening = re.search(r"\b(?:including|such as|among others|etc)\b", segment.target, re.IGNORECASE)
        if opening and match[1].count("、") + 1 == count:
            yield Finding(
                message=f"等{match[2]} closes the list of {count}; “{opening[0]}” leaves it open.",
                source=Span(match.start(1), match.end()),
                target=Span(opening.start(), opening.end()),
                candidates=(Candidate("namely", "the list is complete"), Candidate(opening[0], "as translated")),
            )
