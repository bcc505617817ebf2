"""A2xx, second part: what a text says yes or no to: modality, negation, bounds, direction, multiples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import bounds, deontic, negation
from pipeline.lang.bounds import Bound
from pipeline.lang.deontic import Modality
from pipeline.lang.numbers import plain

_USAGE: Final = "legal usage"


@check("A208", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.MAJOR)
def modality(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """What the source forbids, requires, permits or waives, the translation does not.

    不得 and 禁止 need a prohibition, 应当 and 必须 a duty, 可以 a permission,
    无须 a waiver, 有权 a right; 可能 must stay a possibility. Where there are several, their numbers are
    compared: one "may" too many beside one "shall" too few is a duty turned into a choice.
    """
    zh = {kind: deontic.chinese_modals(segment.text, kind) for kind in Modality}
    if not any(zh.values()):
        return
    en = {kind: deontic.english_modals(segment.target, kind) for kind in Modality}
    forbids, must, may = Modality.PROHIBITION, Modality.OBLIGATION, Modality.PERMISSION
    freed = len(en[may]) > len(zh[may])
    bound = len(en[must]) > len(zh[must])
    if zh[forbids] and not _negated(segment, forbids, en):
        yield _modal(zh[forbids][0], segment, forbids, Severity.CRITICAL)
    elif len(en[forbids]) < len(zh[forbids]) and (freed or bound) and not _merged(segment.text, zh[forbids]):
        yield _modal(zh[forbids][-1], segment, forbids, Severity.CRITICAL)
    if zh[must] and re.search(r"建议|主张|呼吁", segment.text[: zh[must][0].start]):
        zh[must] = []  # "suggest that companies prepare" is a duty without a modal
    refused = len(deontic.modal_negatives(segment.target)) > len(zh[forbids])
    if zh[must] and not refused and (not en[must] or (len(en[must]) < len(zh[must]) and freed)):
        yield _modal(zh[must][0], segment, must)
    if zh[may] and not en[may] and (bound or len(en[forbids]) > len(zh[forbids])):
        yield _modal(zh[may][0], segment, may)
    for kind in (Modality.EXEMPTION, Modality.RIGHT, Modality.POSSIBILITY):
        if zh[kind] and not en[kind]:
            yield _modal(zh[kind][0], segment, kind)


def _negated(segment: Segment, kind: Modality, en: dict[Modality, list[Span]]) -> bool:
    """Whether the translation forbids anything, by a modal or by a plain negative beside one."""
    if en[kind]:
        return True
    return re.search(r"\bwithout\b[^.]*\b(?:only|unless)\b", segment.target, re.IGNORECASE) is not None


def _merged(text: str, spans: list[Span]) -> bool:
    """Whether two prohibitions stand in one breath, so that English may say "shall not" once."""
    return any(one.start - other.end <= 12 for other, one in pairwise(spans))


def _modal(span: Span, segment: Segment, kind: Modality, severity: Severity | None = None) -> Finding:
    word, right = span.of(segment.text), deontic.RENDERINGS[kind]
    return Finding(
        message=f"{word} is “{right[0]}” ({kind.value}); the translation says something else.",
        source=span,
        severity=severity,
        candidates=tuple(Candidate(text, _USAGE) for text in right),
    )


@check("A221", category=MqmCategory.ACCURACY_OMISSION, severity=Severity.MAJOR)
def in_principle(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """原则上 leaves room for exceptions, and the translation has lost it."""
    for span in deontic.chinese_modals(segment.text, Modality.PRINCIPLE)[:1]:
        if not deontic.english_modals(segment.target, Modality.PRINCIPLE):
            yield _modal(span, segment, Modality.PRINCIPLE)


_SHORT: Final = 40


@check("A211", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.CRITICAL)
def negated(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A negation of the source is gone, or the translation has one of its own: yes has become no.

    Independent negations are counted on both sides; 不…、不… in one breath is
    one, and "without", "fail", "un-", "other than" and the like count as negative. Double
    negatives have a check of their own.
    """
    added = negation.added_negation(segment.target, segment.text)
    if added:
        yield Finding(
            message=f"“{added.of(segment.target)}” negates; nothing in the source does.",
            target=added,
        )
    wanted = negation.chinese_negations(segment.text)
    if not wanted or any(negation.double_negations(segment.text)):
        return
    said = len(negation.english_negations(segment.target, segment.text))
    # In a long sentence one of several negatives easily merges with another.
    spare = 0 if len(segment.text) <= _SHORT else 1
    if said == 0 or (len(wanted) > 1 and said + spare < len(wanted)):
        word = wanted[0].of(segment.text)
        many = f" ({len(wanted)} negations, {said} in the translation)" if len(wanted) > 1 else ""
        yield Finding(
            message=f"“{word}” negates; the translation has lost a negative{many}.",
            source=wanted[0],
            candidates=(Candidate("not", "the source's negation"), Candidate("no", "the source's negation")),
        )


@check("A214", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.CRITICAL)
def double_negation(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Two negatives of the source make a positive or a condition, and the translation keeps only one of them.

    不得不 is "have to", 并非没有 "not without", 未经许可不得出口 "shall not be exported without a license".
    """
    doubles = list(negation.double_negations(segment.text))
    if not doubles:
        return
    extra = len(negation.chinese_negations(segment.text))
    said = max(0, len(negation.english_negations(segment.target)) - extra)
    for double in doubles:
        positive = re.search(double.positive, segment.target, re.IGNORECASE) is not None
        if double.twice:
            fine = said >= 2 or (positive and _one_sided(double, said))
        else:
            fine = positive and not re.search(
                r"\b(?:ha(?:ve|s|d)|must|need|shall)(?:n't|n’t| not)\b|\b(?:not|never) (?:ha(?:ve|s|d)|need)"
                r"|\b(?:not|never) (?:be )?(?:forced|compelled|obliged|required)|\bneed not\b",
                segment.target,
                re.IGNORECASE,
            )
        if fine:
            said -= 2 if double.twice and said >= 2 else 0
            continue
        yield Finding(
            message=f"“{double.text}” holds two negatives ({double.candidates[0]}); the translation keeps one.",
            source=double.span,
            candidates=tuple(Candidate(text, "double negative") for text in double.candidates),
        )


def _one_sided(double: negation.DoubleNegation, said: int) -> bool:
    """A condition such as "only with a license" stands with no negative or one ("not … unless" has two)."""
    return said in {0, 1} if double.text.startswith(("未", "非", "无", "没有", "只")) else said != 1


_CLASHES: Final[dict[Bound, frozenset[Bound]]] = {
    Bound.AT_LEAST: frozenset({Bound.MORE, Bound.AT_MOST, Bound.LESS, Bound.NEARLY}),
    Bound.MORE: frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.LESS, Bound.NEARLY}),
    Bound.AT_MOST: frozenset({Bound.LESS, Bound.AT_LEAST, Bound.MORE}),
    Bound.LESS: frozenset({Bound.AT_MOST, Bound.AT_LEAST, Bound.MORE}),
    Bound.NEARLY: frozenset({Bound.MORE, Bound.AT_LEAST, Bound.AT_MOST}),
    Bound.ABOUT: frozenset({Bound.MORE, Bound.AT_LEAST, Bound.AT_MOST, Bound.LESS}),
}
_NEAR_MISSES: Final = frozenset(
    [
        (Bound.AT_LEAST, Bound.MORE),
        (Bound.MORE, Bound.AT_LEAST),
        (Bound.AT_MOST, Bound.LESS),
        (Bound.LESS, Bound.AT_MOST),
    ]
)
_HOUSE: Final[dict[Bound, tuple[str, str]]] = {
    Bound.AT_LEAST: ("not less than {}", "{} or more"),
    Bound.MORE: ("more than {}", "over {}"),
    Bound.AT_MOST: ("not more than {}", "{} or less"),
    Bound.LESS: ("less than {}", "under {}"),
    Bound.NEARLY: ("nearly {}", "close to {}"),
    Bound.ABOUT: ("about {}", "approximately {}"),
}
_LEGAL: Final = re.compile(r"应当|不得|罚款|处以|并处|含本数|规定|条|纯度|许可|以上[^，。]{0,12}以下|责任")


@check("A210", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.CRITICAL)
def inclusiveness(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A bound on a number is another one in the translation.

    以上、以下、以内 include the number, 超过、不满、不足 exclude it: 5倍以上 is "not
    less than five times", not "more than five times". 近 is nearly, 逾 more than,
    约 about. In statistics and news 以上 is used loosely, so that there only a minor flag asks.
    """
    items = bounds.chinese_bounds(segment.text)
    found = bounds.english_bounds(segment.target) if items else []
    for item in items:
        same = [(bound, span) for quantity, bound, span in found if item.is_value_of(quantity)]
        if not same or any(bound is item.bound for bound, _ in same):
            continue
        clash = next(((bound, span) for bound, span in same if bound and bound in _CLASHES[item.bound]), None)
        near = clash is not None and (item.bound, clash[0]) in _NEAR_MISSES
        loose = near and _is_loose(item, segment.text)
        if clash is None and not (all(bound is None for bound, _ in same) and item.bound is not Bound.ABOUT):
            continue
        others = {other.bound for other in items if other.value == item.value and other is not item}
        if (
            loose
            or (clash is None and (item.duration or (item.value == 1 and not item.multiple)))
            or (clash and clash[0] in others)
        ):
            continue
        yield Finding(
            message=f"{item.text} is “{_HOUSE[item.bound][0].format(item.figure)}”; the translation says "
            + (f"“{clash[1].of(segment.target).strip()}”." if clash else "the bare number."),
            source=item.span,
            target=clash[1] if clash else same[0][1],
            severity=_bound_severity(segment, near=near, bare=clash is None),
            candidates=tuple(Candidate(text.format(item.figure), _USAGE) for text in _HOUSE[item.bound]),
        )


def _is_loose(item: bounds.Bounded, text: str) -> bool:
    """Whether a bound may as well include its number as exclude it: 三成以上, 300余, and outside law 一半以上."""
    return (
        item.tenths or item.text.endswith(("余", "多")) or ((item.share or item.multiple) and not _LEGAL.search(text))
    )


def _bound_severity(segment: Segment, *, near: bool, bare: bool) -> Severity:
    if bare:
        return Severity.MAJOR
    if near:
        return Severity.MAJOR if _LEGAL.search(segment.text) else Severity.MINOR
    return Severity.CRITICAL


_MULTIPLE: Final = re.compile(
    r"(?P<verb>增长|增加|上涨|提高|扩大|提升|上升|翻|暴涨|飙升)(?P<to>到|至)?了?(?:原来的)?(?P<near>近|约|逾|超过|超)?"
    r"(?P<n>\d+(?:\.\d+)?|[一二两三四五六七八九十])(?P<unit>倍|番)"
)


@check("A225", category=MqmCategory.ACCURACY_NUMBER, severity=Severity.MAJOR)
def multiple(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """增长两倍 is to triple, 增长到两倍 and 为两倍 to double, 翻两番 to quadruple.

    Chinese writers use the first loosely, so that the figures nearby have to decide.
    """
    for match in _MULTIPLE.finditer(segment.text):
        number = (
            Decimal(match["n"])
            if match["n"].isascii()
            else Decimal("零一二三四五六七八九十".index(match["n"].replace("两", "二")))
        )
        plus = 0 if match["to"] else 1
        times = Decimal(2) ** int(number) if match["unit"] == "番" else number + plus
        right = _times_words(times)
        alternative = _times_words(number if times != number else number + 1)
        yield Finding(
            message=f"{match[0]} makes {plain(times)} times the former figure, strictly taken; check the figures.",
            source=Span(*match.span()),
            severity=None if _says_times(segment.target, times) is False else Severity.MINOR,
            candidates=(Candidate(right, "strict reading"), Candidate(alternative, "loose usage")),
        )


def _times_words(times: Decimal) -> str:
    return {Decimal(2): "double", Decimal(3): "triple", Decimal(4): "quadruple"}.get(
        times, f"rise to {plain(times)} times"
    )


def _says_times(target: str, times: Decimal) -> bool:
    words = {
        Decimal(2): r"doubl|twofold|two-fold|twice",
        Decimal(3): r"tripl|treble|threefold|three-fold|three times",
        Decimal(4): r"quadrupl|fourfold|four-fold",
    }
    pattern = words.get(times, rf"\b{plain(times)}[- ](?:fold|times)")
    percent = rf"\b{plain((times - 1) * 100)}%"
    return re.search(f"{pattern}|{percent}", target, re.IGNORECASE) is not None


_UP: Final = re.compile(r"增长|增加|上升|上涨|提高(?!到)|提升|扩大|走高|回升|攀升|增至|升至|涨至|飙升")
_DOWN: Final = re.compile(r"下降|减少|下跌|降低|缩小|下滑|回落|走低|跌至|降至|减至|萎缩|锐减")
_EN_UP: Final = re.compile(
    r"\b(?:up|ris(?:e|es|en|ing)|rose|grew|grow(?:s|n|ing|th)?|increas\w*|higher|climb\w*|gain(?:s|ed)?|surg\w+"
    r"|soar\w*|jump\w*|expan\w+|rais\w+|rebound\w*|recover\w*|improv\w+|widen\w*|advanc\w+|lift\w*|more|doubl\w+"
    r"|tripl\w+|accelerat\w+)\b",
    re.IGNORECASE,
)
_EN_DOWN: Final = re.compile(
    r"\b(?:down|fall(?:s|en|ing)?|fell|drop(?:s|ped|ping)?|declin\w+|decreas\w+|lower\w*|reduc\w+|shr[aiu]nk\w*"
    r"|contract(?:ed|s|ing|ion)?|slid\w*|slip(?:s|ped)?|cut(?:s|ting)?|narrow\w*|weaken\w*|retreat\w*|plung\w+|less"
    r"|fewer|slump\w*|diminish\w*|loss|shed|eas(?:e|ed|ing)|dip(?:s|ped)?|tumbl\w+|halv\w+)\b",
    re.IGNORECASE,
)


@check("A228", category=MqmCategory.ACCURACY_MISTRANSLATION, severity=Severity.CRITICAL)
def direction(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The source speaks of a rise and the translation of a fall, or the other way round."""
    up, down = _UP.search(segment.text), _DOWN.search(segment.text)
    source = up or down
    if source is None or (up and down):
        return
    same, opposite, right = (_EN_UP, _EN_DOWN, ("rise", "increase")) if up else (_EN_DOWN, _EN_UP, ("fall", "decrease"))
    target = opposite.search(segment.target)
    if target and not same.search(segment.target):
        yield Finding(
            message=f"{source[0]} and “{target[0]}” go in opposite directions.",
            source=Span(*source.span()),
            target=Span(*target.span()),
            candidates=tuple(Candidate(text, "direction of the source") for text in right),
        )
