"""Bounds on numbers that the source has and the target lost: less than a quarter, not a quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.bounds import Bound, Bounded, chinese_bounds, english_bounds
from pipeline.lang.numbers import Quantity
from pipeline.stages._rules.base import Replacement, RuleContext

_WORDS: Final = {
    Bound.LESS: "less than",
    Bound.MORE: "more than",
    Bound.NEARLY: "nearly",
    Bound.AT_LEAST: "at least",
    Bound.AT_MOST: "not more than",
}
_ONLY: Final = re.compile(r"\b(?:only|just|merely)\s+$", re.IGNORECASE)
# The three, Article 3, 2 to 3: nothing goes between them and their number.
_BOUND_TO: Final = re.compile(
    r"(?:\b(?:the|this|these|those|its|their|his|our|an?|every|each|all|no|articles?|paragraphs?|items?|chapter|no\.|number"
    r"|between|\d%?(?: million| billion| trillion)?,? (?:to|and|or)"
    r"|(?:limit|cap|ceiling|requirement|threshold|radius|factor|maximum|minimum|capped|limited|reach\w*)[^.,;]{0,20})"
    r"|[-–—/(.]|\d,?)\s*$",
    re.IGNORECASE,
)


def fix_bounds(target: str, context: RuleContext) -> Iterator[Replacement]:
    """不到四分之一 as "less than one quarter", where the target says one quarter, or only one quarter, and no bound.

    Only where one number on each side has the value. Periods are left alone: English says them in many ways.
    """
    items = chinese_bounds(context.segment.text)
    found = english_bounds(target) if items else []
    for item in items:
        alike = [(one, bound) for one, bound, _ in found if item.is_value_of(one)]
        if len(alike) == 1 and alike[0][1] is None and _is_certain(item, items):
            yield from _bounded(target, item, alike[0][0])


def _is_certain(item: Bounded, items: Sequence[Bounded]) -> bool:
    """Whether a bound stands alone: no second one with its number, none beside it as in 五万元以上十万元以下."""
    others = [other for other in items if other is not item]
    beside = any(item.span.end == other.span.start or item.span.start == other.span.end for other in others)
    small = item.value == 1 and not item.multiple
    # A limit that includes its number has many names: a ceiling, a threshold, "18 and older".
    loose = item.bound in {Bound.AT_LEAST, Bound.AT_MOST} and not (item.share or item.tenths or item.multiple)
    return not (item.duration or small or loose or beside or any(other.value == item.value for other in others))


def _bounded(target: str, item: Bounded, number: Quantity) -> Iterator[Replacement]:
    at = number.extent.start
    only = _ONLY.search(target, 0, at)
    start = only.start() if only else at
    if item.bound not in _WORDS or _BOUND_TO.search(target, 0, start) or target.startswith("-", number.extent.end):
        return
    # 三成以上 and 两倍以上 are loose usage, no law.
    word = "more than" if item.bound is Bound.AT_LEAST and (item.tenths or item.multiple) else _WORDS[item.bound]
    if item.bound is Bound.LESS and number.kind == "number":
        word = "fewer than"
    first = target[at]
    if start == 0:
        word = word[0].upper() + word[1:]
        first = first.lower() if target[at + 1 : at + 2].islower() else first
    yield Replacement(Span(start, at + 1), f"{word} {first}", f"the source says {item.text}")
