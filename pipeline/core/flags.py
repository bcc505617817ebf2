"""Flags: what a careful translator would query, as data."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from pipeline.core.mqm import MqmCategory, Severity


class Span(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A half-open range of code points, ``[start, end)``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part of ``text`` that the span covers."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> Span:
        """The same range, ``by`` code points further on."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end


def covered(spans: Iterable[Span]) -> set[int]:
    """The offsets that lie in any of some ranges: what is held against many ranges overlaps one where it has one."""
    return {offset for span in spans for offset in range(span.start, span.end)}


class FlagState(StrEnum):
    """What a reviewer has done about a flag."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


class Candidate(msgspec.Struct, frozen=True):
    """A concrete rendering that a reviewer may choose.

    Attributes:
        text: English, ready to stand in the target.
        evidence: Where it comes from, in a few words ("glossary: preferred").
    """

    text: str
    evidence: str = ""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """An MQM issue that awaits a reviewer.

    Attributes:
        code: Stable code such as ``T103``; see ``pipeline.checks``.
        category: MQM category.
        severity: MQM severity should the flag prove right.
        source: Span in ``Segment.text``, or None.
        target: Span in ``Segment.target``, or None.
        message: One sentence that a reviewer understands.
        candidates: Renderings to choose from, the recommended one first.
        state: What a reviewer has done about it.
    """

    code: str
    category: MqmCategory
    severity: Severity
    message: str
    source: Span | None = None
    target: Span | None = None
    candidates: tuple[Candidate, ...] = ()
    state: FlagState = FlagState.OPEN
