"""A2xx, first part: accuracy of numbers, dates, references and codes, and text left in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pipeline.checks._numbers import (
    articles,
    counts,
    has_count,
    off_by_magnitude,
    paragraphs,
    says_value,
    source_quantities,
    stated_articles,
    unmatched,
)
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import citations, dates, measures, numbers, periods, references
from pipeline.lang.fractions import chinese_fractions, english_fraction, has_fraction
from pipeline.lang.han import HAN

_HAN_RUN: Final = re.compile(f"[{HAN}]+(?:[、，·][{HAN}]+)*")
_RELATIVELY: Final = re.compile(
    r"\b(?:last|this|next) year\b|\byear before last\b|\b(?:last|this|next) (?:month|week)\b", re.IGNORECASE
)
_VAGUE_DAY: Final = re.compile(r"近日|(?<![\d一二三四五六七八九十])日前(?!为止)|(?<!今)(?<!近)上周|本周|下周")
_COMPUTED: Final = "computed from the source"


@check("A201", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def number(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A number of the source has no equal in the translation, or the translation has one of its own.

    Values are compared, not digits: 5.54万吨 is 55,400 metric tons, 三成 is 30%,
    四分之一 a quarter, 两家 two. Numbers in dates, document numbers and articles
    are looked at by checks of their own.
    """
    missing, extra = unmatched(segment.text, segment.target)
    for quantity in missing:
        if any(off_by_magnitude(quantity.value, other.value) for other in extra):
            continue
        right = numbers.english_form(quantity)
        yield Finding(
            message=f"{quantity.text} is {right}; the translation does not say so.",
            source=quantity.span,
            target=extra[0].span if len(extra) == len(missing) == 1 else None,
            candidates=(Candidate(right, _COMPUTED),),
        )
    if not missing and extra:
        yield Finding(
            message=f"“{extra[0].text.strip()}” stands in the translation and not in the source.",
            target=extra[0].span,
            severity=Severity.MAJOR,
        )
    for span, value, text in counts(segment.text):
        if not has_count(segment.target, value):
            yield Finding(
                message=f"{text} counts {value}; the translation does not.",
                source=span,
                candidates=(Candidate(str(value), _COMPUTED),),
            )
    for span, above, below in chinese_fractions(segment.text):
        if not has_fraction(segment.target, above, below):
            right = english_fraction(above, below)
            yield Finding(
                message=f"{span.of(segment.text)} is {right}; the translation does not say so.",
                source=span,
                candidates=(Candidate(right, _COMPUTED),),
            )


@check("A204", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def magnitude(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A number has the right digits and the wrong magnitude.

    万 is ten thousand, 亿 a hundred million, 万亿 a trillion: 5.54万吨 is 55,400
    metric tons, neither 5.54 nor 554,000.
    """
    missing, extra = unmatched(segment.text, segment.target)
    for quantity in missing:
        wrong = next((other for other in extra if off_by_magnitude(quantity.value, other.value)), None)
        if wrong:
            right = numbers.english_form(quantity)
            yield Finding(
                message=f"{quantity.text} is {right}; “{wrong.text.strip()}” is off by a factor of "
                f"{numbers.plain(max(quantity.value, wrong.value) / min(quantity.value, wrong.value))}.",
                source=quantity.span,
                target=wrong.span,
                candidates=(Candidate(right, _COMPUTED),),
            )


@check("A202", category=MqmCategory.ACCURACY_DATE, severity=Severity.CRITICAL)
def wrong_date(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A date or a time of day of the source has no equal in the translation.

    Relative dates (去年, 上月) are resolved where the document's date is known;
    "January 6 this year" for 今年1月6日 is then a minor matter, a wrong day is not.
    """
    yield from _wrong_periods(segment, context)
    found = list(dates.english_dates(segment.target))
    have = [mention.value for mention in found]
    for mention in dates.chinese_dates(segment.text, context.date):
        unnamed = mention.month is None and mention.day is None and mention.relative
        if unnamed or mention.relative in _TODAY or _said(mention, have):
            continue
        right = dates.english_form(mention)
        if not right:
            continue
        if mention.month and not mention.day and _month_said(mention, segment.target):
            continue
        if mention.month is None and re.search(rf"\b(?:{mention.year}|{mention.year:,})\b", segment.target):
            continue
        if mention.month and not mention.day and _months_counted(mention, segment):
            continue
        relatively = bool(mention.relative) and _same_day(mention, have) is not None
        # "On the 12th" for 本月12日 and "in the first half" for 上半年 are said in words.
        if mention.day and re.search(rf"\bthe {mention.day}(?:st|nd|rd|th)\b", segment.target):
            continue
        yield Finding(
            message=f"{mention.text} is {right}; the translation does not say so.",
            source=mention.span,
            target=_same_day(mention, [m.value for m in found]) and found[0].span,
            severity=Severity.MINOR if relatively else None,
            candidates=(Candidate(right, _COMPUTED), *_as_written(found)),
        )


def _wrong_periods(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """12时01分 is 12:01 p.m. or 12:01; 2025财年 and 每月10日 have a year and a day of their own."""
    wanted = [
        period
        for period in periods.chinese_periods(segment.text, context.date)
        if period.key[0] in {"clock", "fiscal", "monthday", "decade"}
    ]
    said = {period.key for period in periods.english_periods(segment.target)} if wanted else set()
    for period in wanted:
        kind, *parts = period.key
        if period.key in said:
            continue
        if kind == "clock" and (parts in ([0, 0], [24, 0])) and "midnight" in segment.target.lower():
            continue
        loose = {
            "fiscal": rf"\b{parts[0]}\b",
            "monthday": rf"\b{parts[0]}(?:st|nd|rd|th)\b",
            "decade": _DECADE.format(parts[0], parts[0] % 100),
        }.get(str(kind))
        if loose and re.search(loose, segment.target):
            continue
        other = f"{parts[0]}:{parts[1]:02}" if kind == "clock" else f"{period.english} ({period.text})"
        yield Finding(
            message=f"{period.text} is {period.english}; the translation does not say so.",
            source=period.span,
            severity=Severity.MAJOR,
            candidates=(Candidate(period.english, _COMPUTED), Candidate(other, "another way of writing it")),
        )


# The 1990s may be "the '90s".
_DECADE: Final = r"\b{0}s\b|\b{1:02}s\b"
_FROM_JANUARY: Final = re.compile(r"(?<!\d)[1一]月?\s?[至到—～~-]\s?$")
# 今天 as often means "these days"; whether it stays relative is A213's matter.
_TODAY: Final = frozenset({"今天", "今日", "昨天", "昨日", "明天", "明日"})


def _said(mention: dates.DateMention, have: list[tuple[int | None, int | None, int | None]]) -> bool:
    if mention.value in have:
        return True
    if mention.year is None:
        return _same_day(mention, have) is not None
    # A year that stands nearby, or that the source only implies, need not be repeated.
    return (None, *mention.value[1:]) in have and not mention.relative


def _month_said(mention: dates.DateMention, target: str) -> bool:
    """Whether a month without a day stands in the target by name, or as "the previous month"."""
    name = dates.MONTHS[(mention.month or 1) - 1]
    return re.search(rf"\b{name}\b|\b(?:previous|preceding|last|this|current|next) month\b", target) is not None


def _months_counted(mention: dates.DateMention, segment: Segment) -> bool:
    """Whether 6月 ends 1至6月 and the target says "the first six months"."""
    counted = _FROM_JANUARY.search(segment.text, 0, mention.span.start)
    names = dict(enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"), 2))
    said = rf"\b(?:{names.get(mention.month or 0, 12)}|{mention.month})[ -]months?\b"
    return counted is not None and re.search(said, segment.target) is not None


def _same_day(
    mention: dates.DateMention, have: list[tuple[int | None, int | None, int | None]]
) -> tuple[int | None, int | None, int | None] | None:
    return next((value for value in have if value[1:] == mention.value[1:]), None)


def _as_written(found: list[dates.DateMention]) -> tuple[Candidate, ...]:
    return tuple(Candidate(mention.text, "as translated") for mention in found[:1])


@check("A213", category=MqmCategory.ACCURACY_DATE, severity=Severity.MINOR, whole_document=True)
def relative_date(context: CheckContext) -> Iterator[Finding]:
    """A relative date stays relative, and the reader has to know when the document was written.

    Without ``--date`` 去年, 上月 and 今天 cannot be resolved; with it they are
    written out, and the flag stands only where the translation still says
    "last year". 近日 and 上周 name no day at all. Each word is flagged once a document.
    """
    seen: set[str] = set()
    for segment in context.document.segments:
        if not segment.target:
            continue
        for finding in _relative(segment, context):
            word = finding.source.of(segment.text) if finding.source else ""
            if word not in seen:
                seen.add(word)
                yield finding


def _relative(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    for mention in dates.chinese_dates(segment.text, context.date):
        if not mention.relative:
            continue
        if context.date is None:
            yield Finding(
                segment=segment.id,
                message=f"{mention.text} depends on the document's date, which is not known (--date).",
                source=mention.span,
            )
        elif mention.month is None and mention.day is None and (said := _RELATIVELY.search(segment.target)):
            yield Finding(
                segment=segment.id,
                message=f"{mention.text} is {mention.year}, counted from the document's date.",
                source=mention.span,
                target=Span(*said.span()),
                candidates=(Candidate(f"in {mention.year}", _COMPUTED), Candidate(said[0], "as translated")),
            )
    for match in _VAGUE_DAY.finditer(segment.text):
        yield Finding(
            segment=segment.id,
            message=f"{match[0]} names no day; a reader of the English will ask when.",
            source=Span(*match.span()),
            candidates=_vague(match[0]),
        )


def _vague(word: str) -> tuple[Candidate, ...]:
    first, second = {
        "上周": ("last week", "in the preceding week"),
        "本周": ("this week", "in the current week"),
        "下周": ("next week", "in the following week"),
    }.get(word, ("recently", "in recent days"))
    return Candidate(first, "usage"), Candidate(second, "usage")


@check("A203", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def document_number(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A document number of the source is missing or different in the translation."""
    wanted = references.document_numbers(segment.text)
    if not wanted:
        return
    have = [(item.number, item.year) for item in references.english_document_numbers(segment.target)]
    for listed in re.findall(
        r"\bNos?\.\s*(\d+(?:(?:,\s*(?:and\s+)?|\s+(?:and|to)\s+)(?:No\.\s*)?\d+)+)", segment.target
    ):
        have += [(int(number), 0) for number in re.findall(r"\d+", listed)]
    years = {mention.year for mention in dates.english_dates(segment.target)}
    years |= {int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", segment.target)}
    for item in wanted:
        if not any(item.number == number and _year_fits(item.year, year, years) for number, year in have):
            right = f"No. {item.number}" + (f" of {item.year}" if item.year else "")
            yield Finding(
                message=f"{item.text} is {right}; the translation does not say so.",
                source=item.span,
                candidates=(Candidate(right, _COMPUTED),),
            )


def _year_fits(wanted: int, said: int, years: set[int | None] | set[int]) -> bool:
    return not wanted or said == wanted or (not said and wanted in years)


@check("A205", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.MAJOR)
def ordinal(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """An ordinal of the source (第三批, 第二季度, 首次) is missing or different in the translation."""
    for span, value in citations.ordinals(segment.text):
        if not citations.has_ordinal(segment.target, value):
            word = citations.ordinal_word(value)
            yield Finding(
                message=f"{span.of(segment.text)} is “{word}”; the translation does not say so.",
                source=span,
                candidates=(Candidate(word, _COMPUTED),),
            )
    for match in re.finditer(r"(?<![前上下第头几])(?P<n>[一二三四])季度", segment.text):
        value = "一二三四".index(match["n"]) + 1
        if re.search(r"\bquarter\b|\bQ\d", segment.target) and not citations.has_quarter(segment.target, value):
            yield Finding(
                message=f"{match[0]} is the {citations.ordinal_word(value)} quarter; the translation does not say so.",
                source=Span(*match.span()),
                candidates=(Candidate(f"{citations.ordinal_word(value)} quarter", _COMPUTED),),
            )
    first = re.search(r"首(?:次|个|批|家|届|例|艘|季)", segment.text)
    if first and not re.search(r"\bfirst|\binitial|\bmaiden\b|\bdebut|\binaugural\b", segment.target, re.IGNORECASE):
        yield Finding(
            message=f"{first[0]} says “first”; the translation does not.",
            source=Span(*first.span()),
            candidates=(Candidate("first", _COMPUTED), Candidate("for the first time", _COMPUTED)),
        )


@check("A216", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.MAJOR)
def unit(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A unit or currency of the source has become another one, or is gone.

    元 is RMB, 美元 US$, 公斤 kilograms, 工作日 working days; 吨 is a metric ton.
    """
    told = set()
    for span, currency in measures.bare_units(segment.text):
        rival = measures.rivals(currency, segment.target)
        if rival and not measures.renders(currency, segment.target):
            told.add(currency)
            where = segment.target.find(rival)
            yield Finding(
                message=f"{span.of(segment.text)} is {measures.house(currency)}; the translation says “{rival}”.",
                source=span,
                target=Span(where, where + len(rival)) if where >= 0 else None,
                candidates=(Candidate(measures.house(currency), "house style"),),
            )
    for measure in measures.chinese_measures(segment.text):
        if measures.renders(measure.unit, segment.target) or measure.unit in told:
            continue
        told.add(measure.unit)
        rival = measures.rivals(measure.unit, segment.target)
        if not rival and not _number_said(measure, segment):
            continue
        where = segment.target.find(rival) if rival else -1
        yield Finding(
            message=f"{measure.text} is in {measure.english}; the translation "
            + (f"says “{rival}”." if rival else "has no such unit."),
            source=measure.span,
            target=Span(where, where + len(rival)) if where >= 0 else None,
            severity=None if rival else Severity.MINOR,
            candidates=(Candidate(measure.english, "house style"),),
        )


def _number_said(measure: measures.Measure, segment: Segment) -> bool:
    """Whether the number itself stands in the translation, so that only its unit is missing."""
    wanted = {q.value for q in source_quantities(segment.text) if q.span.overlaps(measure.span)}
    return any(says_value(segment.target, value) for value in wanted if value != Decimal(1))


@check("A217", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def code(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A commodity code, control code, CAS number or model of the source is missing or different."""
    for span, text in citations.codes(segment.text):
        if not citations.has_code(segment.target, text):
            yield Finding(
                message=f"The code {text} does not stand in the translation.",
                source=span,
                candidates=(Candidate(text, "source"),),
            )


@check("A218", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MAJOR)
def provision(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A reference to an article, paragraph or item is missing or different in the translation."""
    items = [item for item in references.provisions(segment.text) if _cited(item.span, segment.text)]
    if not items:
        return
    have = articles(segment.target)
    told = paragraphs(segment.target)
    named = {item.article for item in items if item.article}
    strange = stated_articles(segment.target) - named if len(named) > 1 else set()
    for item in items:
        last = item is items[-1] and not any(low < number < max(named) for number in strange for low in [min(named)])
        wrong = item.article and (item.article not in have or (strange and last))
        wrong = wrong or (item.paragraph and item.paragraph not in told)
        if wrong:
            yield Finding(
                message=f"{item.text} is {item.english}; the translation does not say so.",
                source=item.span,
                candidates=(Candidate(item.english, _COMPUTED),),
            )


def _cited(span: Span, text: str) -> bool:
    """Whether 第二条 is an article and not the second line or rule of something."""
    return re.match(r".{0,6}?(?:红线|底线|产线|装线|线路|生路|消息)", text[span.end :]) is None


@check("A224", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MINOR)
def back_reference(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """前款, 前条, 本条 or 上述 points back in the source, and nothing in the translation does."""
    for span, key in citations.back_references(segment.text):
        pattern, right = citations.BACK_REFERENCES[key]
        if not re.search(pattern, segment.target, re.IGNORECASE):
            yield Finding(
                message=f"{key} points back (“{right[0]}”); the translation does not.",
                source=span,
                candidates=tuple(Candidate(text, "legal usage") for text in right),
            )


@check("A207", category=MqmCategory.ACCURACY_UNTRANSLATED, severity=Severity.MAJOR)
def untranslated(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Chinese characters stand in the translation."""
    for match in _HAN_RUN.finditer(segment.target):
        yield Finding(message=f"“{match[0]}” is not translated.", target=Span(match.start(), match.end()))
