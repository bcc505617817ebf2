"""A2xx, third part: is all of it there, and nothing else: clauses, lists, subjects, scope, periods."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pipeline.checks._coverage import added_clauses, lost_clauses
from pipeline.checks._numbers import has_count
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import BlockKind, Segment, TermMatch
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import enumeration
from pipeline.lang.han import HAN, HAN_CHARACTER, is_han
from pipeline.lang.numbers import plain

_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,]*")
# English words per Chinese character: the corpus of references lies between 0.38 and 1.1 for all but headings.
_THIN: Final = 0.36
_THICK: Final = 1.6
_LONG: Final = 14


@check("A206", category=MqmCategory.ACCURACY_OMISSION, severity=Severity.MAJOR)
def omission(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A clause or sentence of the source seems to be missing.

    Two signs are looked at: far too few English words for the Chinese, and a clause of which hardly a
    word has a counterpart in the translation, by the word lexicon and the glossary.
    """
    if context.kinds.get(segment.id) in {BlockKind.TABLE_CELL, BlockKind.HEADING} or _computed(segment):
        return
    han, words = len(HAN_CHARACTER.findall(segment.text)), len(_WORD.findall(segment.target))
    if han >= _LONG and words / han < _THIN:
        yield Finding(message=f"{words} English words stand for {han} Chinese characters: something may be missing.")
        return
    for span in lost_clauses(segment, context.lexicon) if context.lexicon else ():
        yield Finding(message=f"“{span.of(segment.text)}” seems to have no counterpart.", source=span)


def _computed(segment: Segment) -> bool:
    """Whether the English as a whole is known: 吉光科技公司（JG Tech Inc.） is its name in Latin letters."""
    return bool(segment.hypotheses) and segment.hypotheses[0].mode == "direct"


_CONJUNCTION: Final = re.compile(r"[和与或]|以及")


@check("A219", category=MqmCategory.ACCURACY_OMISSION, severity=Severity.MAJOR)
def list_item(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A list of the source has more members than any list of the translation."""
    most = enumeration.longest_english_list(segment.target)
    for listing in enumeration.chinese_lists(segment.text):
        # A conjunction before the last member means that two lists stand side by side.
        pieces = listing.span.of(segment.text).split("、")
        several = any(_CONJUNCTION.search(piece) for piece in pieces[1:-1])
        if len(pieces) >= 3 and not several and most < len(listing.items):
            yield Finding(
                message=f"The source names {len(listing.items)} things "
                f"({'、'.join(listing.items)}); the translation lists at most {most}.",
                source=listing.span,
            )
            return


@check("A209", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MINOR)
def enumeration_count(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """等 with a count closes a list: 等7类 after seven names means these seven, 小麦等8类 eight with wheat among them.

    "Including" opens a list that is complete; "and eight other" counts the
    named ones twice; a list longer than its count is wrong in one language or the other.
    """
    for listing in enumeration.chinese_lists(segment.text):
        if not listing.counted:
            continue
        yield from _counted(listing, segment)


def _counted(listing: enumeration.Listing, segment: Segment) -> Iterator[Finding]:
    assert listing.counted is not None  # noqa: S101  (the caller looked)
    count, named = listing.count, len(listing.items)
    counted = listing.counted.of(segment.text)
    candidates = (Candidate("namely", "the list is complete"), Candidate("including", "the list is open"))
    if not has_count(segment.target, count):
        yield Finding(
            message=f"{counted} counts {count}; the translation does not.",
            source=listing.counted,
            severity=Severity.CRITICAL,
            candidates=(Candidate(str(count), "computed from the source"),),
        )
        return
    other = re.search(
        rf"\b(?:{count}|{_word(count)}) (?:other|more|additional|further)\b", segment.target, re.IGNORECASE
    )
    opening = re.search(r"\b(?:including|such as|among others|etc)\b", segment.target, re.IGNORECASE)
    if other and named < count:
        yield Finding(
            message=f"{counted} counts the named ones too; “{other[0]}” adds {count} to them.",
            source=listing.counted,
            target=Span(*other.span()),
            severity=Severity.MAJOR,
            candidates=(
                Candidate(f"{_word(count)} …, including", "the count is the total"),
                Candidate(f"… and {_word(count - named)} others", "the named ones taken off"),
            ),
        )
    elif named == count and opening:
        yield Finding(
            message=f"{counted} closes the list of {count}; “{opening[0]}” leaves it open.",
            source=listing.counted,
            target=Span(*opening.span()),
            candidates=candidates,
        )
    elif named < count:
        yield Finding(
            message=f"{counted}: {named} of {count} named; English must make the total clear.",
            source=listing.span,
            severity=Severity.NEUTRAL,
            candidates=(
                Candidate(f"{_word(count)} …, including", "the count is the total"),
                Candidate(f"… and {_word(count - named)} others", "the named ones taken off"),
            ),
        )


def _word(count: int) -> str:
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if 0 <= count < len(words) else plain_int(count)


def plain_int(count: int) -> str:
    """A count in digits."""
    from decimal import Decimal

    return plain(Decimal(count))


@check("A220", category=MqmCategory.ACCURACY_ADDITION, severity=Severity.MAJOR)
def addition(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The translation repeats itself, is far too long for its source, or says what the source does not.

    The last by the word lexicon: a clause of which hardly a word has a counterpart in the source.
    """
    if _computed(segment):
        return
    words = [word.lower() for word in _WORD.findall(segment.target)]
    grams = list(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))
    if len(set(grams)) < len(grams):
        gram, often = Counter(grams).most_common(1)[0]
        if not _repeats(segment.text, often):
            at = segment.target.lower().rfind(gram[0])
            yield Finding(
                message=f"“{' '.join(gram)}” stands {often} times in the translation.",
                target=Span(at, at + len(gram[0])) if at >= 0 else None,
            )
            return
    han = len(HAN_CHARACTER.findall(segment.text))
    if han >= _LONG and len(words) / han > _THICK:
        yield Finding(message=f"{len(words)} English words stand for {han} Chinese characters: something may be added.")
        return
    for span in added_clauses(segment, context.lexicon) if context.lexicon else ():
        yield Finding(message=f"“{span.of(segment.target)}” seems to stand for nothing in the source.", target=span)


def _repeats(text: str, often: int) -> bool:
    """Whether the source itself repeats a phrase of four characters or more."""
    bare = "".join(filter(is_han, text))
    grams = Counter(bare[i : i + 4] for i in range(len(bare) - 3))
    return bool(grams) and grams.most_common(1)[0][1] >= often


_OR: Final = re.compile(
    r"(?:含有|含|涉及|使用|添加|属于)(?P<list>[^，。；、]{1,8}、[^，。；、的和或及与]{1,8})(?=[，。；的])"
)


@check("A222", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MINOR)
def scope(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The source leaves open what English must decide: A、B as "and" or "or", and how far a modifier reaches.

    含有镝、铽的 asks for both or for either; in A、B和C的D it has to be seen
    whether all three own the D. Only lists whose members are known terms are flagged.
    """
    for match in _OR.finditer(segment.text):
        span = Span(*match.span("list"))
        if segment.text[match.start() - 1 : match.start()] in {"不", "未", "无"}:
            continue
        inside = [term for term in segment.terms if span.start <= term.span.start and term.span.end <= span.end]
        if len(inside) == 2:
            a, b = (term.rendering for term in inside)
            yield Finding(
                message=f"{match['list']}: both, or either? 、 leaves it open.",
                source=span,
                candidates=(Candidate(f"{a} or {b}", "either is enough"), Candidate(f"{a} and {b}", "both are needed")),
            )
    yield from _shared_head(segment)


def _shared_head(segment: Segment) -> Iterator[Finding]:
    """A和B的D, where a term B and its neighbours could share D or not."""
    for first, second in pairwise(segment.terms):
        between = segment.text[first.span.end : second.span.end]
        if not re.match(r"(?:和|及|与|或)", between) or second.span.start - first.span.end != 1:
            continue
        head = re.match(rf"的(?P<head>[{HAN}]{{2,4}})(?=[，。；、]|$)", segment.text[second.span.end :])
        third = _term_at(segment, second.span.end + 1)
        if head and third and _nouns(first, second):
            yield Finding(
                message=f"Does {head['head']} belong to {first.text} too, or to {second.text} alone?",
                source=Span(first.span.start, second.span.end + head.end()),
                candidates=(
                    Candidate(f"{third.rendering} of {first.rendering} and {second.rendering}", "both share the head"),
                    Candidate(f"{first.rendering} and {third.rendering} of {second.rendering}", "the last alone"),
                ),
            )


def _term_at(segment: Segment, start: int) -> TermMatch | None:
    return next((term for term in segment.terms if term.span.start == start), None)


def _nouns(*terms: TermMatch) -> bool:
    return all(term.enforced and len(term.text) >= 3 for term in terms)


_SUBJECTLESS: Final = re.compile(r"^(?:希望|呼吁|敦促|要求|建议|欢迎|相信|期待|坚决反对|强烈敦促)(?!的)")
_SUPPLIED: Final = re.compile(r"^(?:We|I|You|They|He|She|It(?!\s+is\b))\b")
_PRONOUN: Final = re.compile(r"我们|我方|我国|我|你|他|她|它|其")


@check("A223", category=MqmCategory.ACCURACY_ADDITION, severity=Severity.MINOR)
def subject(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The source has no subject, and the translation supplies a pronoun that the reader cannot place."""
    start, supplied = _SUBJECTLESS.search(segment.text), _SUPPLIED.search(segment.target)
    if start and supplied and not _PRONOUN.search(segment.text):
        verb = {"希望": "hoped", "呼吁": "called for", "期待": "expected", "建议": "suggested"}.get(start[0], "urged")
        yield Finding(
            message=f"{start[0]} has no subject in the source; “{supplied[0]}” is a guess.",
            source=Span(*start.span()),
            target=Span(*supplied.span()),
            candidates=(Candidate(f"It is {verb} that", "impersonal"), Candidate("China", "the speaker's side")),
        )


_PERIOD: Final = re.compile(
    r"(?:之日|当日)起(?P<n>\d+|[一二三四五六七八九十]+)(?:个)?(?P<unit>工作日|日|天|个月|月|年)(?:内|以内)|(?P<before>\d{1,2}日)前(?!后)"
)


@check("A215", category=MqmCategory.ACCURACY_DATE, severity=Severity.NEUTRAL, whole_document=True)
def period(context: CheckContext) -> Iterator[Finding]:
    """A period or deadline whose first or last day English has to make clear.

    In Chinese law the day from which a period runs is not counted; 10日前 leaves
    open whether the tenth is still in time. Flagged once a document.
    """
    for segment in context.document.segments:
        match = _PERIOD.search(segment.text) if segment.target else None
        if match and not (match["n"] and _STANDARD.search(segment.target)):
            yield Finding(
                segment=segment.id,
                message=f"{match[0]}: does the day itself count? The English should leave no doubt.",
                source=Span(*match.span()),
                candidates=_period_candidates(match),
            )
            return


# "Within 20 days of the date of publication" is what the Civil Code means.
_STANDARD: Final = re.compile(r"\bwithin\b[^.]{1,40}?\b(?:of|from|after)\b|\bfor\b[^.]{1,20}?\bfrom\b", re.IGNORECASE)


def _period_candidates(match: re.Match[str]) -> tuple[Candidate, ...]:
    if match["before"]:
        day = match["before"].removesuffix("日")
        return (
            Candidate(f"by the {day}th", "the day counts"),
            Candidate(f"before the {day}th", "the day does not count"),
        )
    return (
        Candidate("within … of the date of", "Civil Code, Article 201: the first day is not counted"),
        Candidate("within … starting on the date of", "the day counts"),
    )


# 目前, 以前年度, 前款, 前三季度, 此后 and the like set no limit.
_BEFORE: Final = re.compile(
    r"(?<![目此空提当面跟史先生从往日])前(?![款条项述两三者提往景沿途期瞻列端后置线身夕首总]|\d|[一二四五六七八九十]|.?个)|日前(?!破|宣|表|发|在|召)"
)
_AFTER: Final = re.compile(r"(?<![此最先今背幕落前随其])后(?![续期果台备来勤市者])")


@check("A226", category=MqmCategory.ACCURACY_DATE, severity=Severity.CRITICAL)
def before_after(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The source sets a limit before a date or event, and the translation after it, or the other way round."""
    before, after = _BEFORE.search(segment.text), _AFTER.search(segment.text)
    en_before = re.search(
        r"\b(?:before|prior|by|until|till|no later than|not later than|previous|earlier|ahead|formerly|ago|preced\w+"
        r"|pre-)\b",
        segment.target,
        re.IGNORECASE,
    )
    en_after = re.search(
        r"\b(?:after|following|upon|once|subsequent\w*|later|since|when|from|within|then|post-)\b",
        segment.target,
        re.IGNORECASE,
    )
    for wanted, said, opposite, words in (
        (before, en_before, en_after, ("before", "by")),
        (after, en_after, en_before, ("after", "upon")),
    ):
        other = after if wanted is before else before
        if (
            wanted
            and not other
            and not said
            and opposite
            and opposite[0].lower() in {"after", "following", "before", "prior"}
        ):
            yield Finding(
                message=f"{wanted[0]} is “{words[0]}”; the translation says “{opposite[0]}”.",
                source=Span(*wanted.span()),
                target=Span(*opposite.span()),
                candidates=tuple(Candidate(word, "usage") for word in words),
            )
