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
def outdated_approval(segment: Segment, context: CheckContext) -> Iterable[Finding]:
    """An approved translation that no longer fits the glossary.

    A person approved an English for this source, and the glossary has changed
    since so that it says something else about a term in it. The segment was
    translated again; the approved English is offered.
    """
    for match in segment.matches:
        if match.stale and match.target != segment.target and segment.state is SegmentState.TRANSLATED:
            yield Finding(
                message=f"{match.user or 'A reviewer'} approved another English before the glossary changed.",
                target=Span(0, len(segment.target)),
                candidates=(Candidate(match.target, f"approved in {match.document or 'the memory'}"),),
            )
            return
