"""What a post-edit rule is: a function from a target and its context to replacements that it is certain of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.core.document import BlockKind, Segment
from pipeline.core.flags import Span
from pipeline.lang.style import HouseStyle


@dataclass(frozen=True, slots=True)
class Replacement:
    """A range of the target and what should stand there."""

    span: Span
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What a rule may look at besides the target.

    Attributes:
        segment: With its terms located in the target.
        kind: Of the block that the segment stands in.
        style: House style.
        date: That relative dates count from.
        continues: Whether the segment goes on with a sentence that the one before left at a semicolon.
    """

    segment: Segment
    kind: BlockKind
    style: HouseStyle
    date: date | None = None
    continues: bool = False


Rule = Callable[[str, RuleContext], Iterator[Replacement]]


def whole(target: str, text: str) -> Iterator[Replacement]:
    """The smallest replacement that turns a target into another text, if they differ."""
    if text == target:
        return
    start = 0
    while start < min(len(target), len(text)) and target[start] == text[start]:
        start += 1
    end, other = len(target), len(text)
    while end > start and other > start and target[end - 1] == text[other - 1]:
        end, other = end - 1, other - 1
    yield Replacement(Span(start, end), text[start:other])
