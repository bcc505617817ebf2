"""What the translation memory gave, where a person should look at it once more."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import MatchKind, Segment, SegmentState
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity


@check("U411", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def adapted_memory(segment: Segment, context: CheckContext) -> Iterable[Finding]:
    """Approved English whose numbers or terms were replaced.

    The source differs from an approved one only in numbers, dates or glossary
    terms, and those were replaced in its English. The rest of the sentence is
    as it was approved.
    """
    used = segment.hypotheses and segment.hypotheses[0].mode == "memory"
    best = segment.matches[0] if segment.matches else None
    if used and best and best.kind is MatchKind.ADAPTED and segment.state is not SegmentState.FINAL:
        yield Finding(
            message=f"Adapted from what {best.user or 'a reviewer'} approved for “{best.source}”.",
            target=Span(0, len(segment.target)),
        )


@check("U412", category=MqmCategory.TERMINOLOGY_INCONSISTENT, severity=Severity.MAJOR)
def overtaken_approval(segment: Segment, context: CheckContext) -> Iterable[Finding]:
    """A translation that a person approved and that does not stand.

    Either the glossary has changed since and says something else about a term
    in it, so that the segment was translated again; or two people changed the
    segment at once. What they had written is offered.
    """
    overtaken = [match for match in segment.matches if match.stale and match.target != segment.target]
    if overtaken:
        people = ", ".join(dict.fromkeys(match.user for match in overtaken if match.user)) or "A reviewer"
        yield Finding(
            message=f"{people} approved another English, which the glossary or another decision has overtaken.",
            target=Span(0, len(segment.target)),
            candidates=tuple(
                Candidate(match.target, f"approved in {match.document or 'the memory'}") for match in overtaken
            ),
        )
