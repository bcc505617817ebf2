"""U4xx: renderings in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import phrases


@check("U404", category=MqmCategory.UNCERTAIN, severity=Severity.MAJOR)
def set_phrase(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A set phrase has been rendered word by word, or is one whose image and sense compete.

    搬起石头砸自己的脚 has an English; 刻舟求剑 asks whether the reader is to see the boat
    or to understand the point.
    """
    for span, phrase in phrases.find_phrases(segment.text):
        if _is_term(segment, span) and phrase.kind == phrases.FORMULA:
            continue
        literal = phrases.says(segment.target, phrase.literal)
        accepted = phrases.says(segment.target, phrase.accepted)
        if accepted and literal and _inside(literal, accepted):
            literal = None
        text = span.of(segment.text)
        candidates = tuple(Candidate(rendering, "usage of official texts") for rendering in phrase.accepted[:3])
        if literal:
            yield Finding(
                message=f"{text} is a set phrase; “{literal.of(segment.target)}” renders its words.",
                source=span,
                target=literal,
                candidates=(
                    *candidates,
                    *(() if len(candidates) > 1 else (Candidate(literal.of(segment.target), "as translated"),)),
                ),
            )
        elif phrase.kind == phrases.IDIOM:
            yield Finding(
                message=f"{text} is a set phrase: its image, or its sense?",
                source=span,
                target=accepted,
                severity=Severity.MINOR,
                candidates=candidates,
            )


@check("U405", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def formula(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A political formula has a fixed official English, and the translation says something else.

    Formulae in a glossary are T101's; a literal rendering is U404's.
    """
    for span, phrase in phrases.find_phrases(segment.text):
        if phrase.kind != phrases.FORMULA or _is_term(segment, span) or phrases.says(segment.target, phrase.literal):
            continue
        if not phrases.says(segment.target, phrase.accepted):
            text, right = span.of(segment.text), phrase.accepted[:3]
            candidates = [Candidate(rendering, "usage of official texts") for rendering in right]
            if len(candidates) == 1:
                candidates.append(Candidate(f"{right[0]} ({text})", "with the Chinese in brackets"))
            yield Finding(
                message=f"{text} is “{right[0]}” in official texts.", source=span, candidates=tuple(candidates)
            )


def _is_term(segment: Segment, span: Span) -> bool:
    """Whether the glossary has the phrase and its rendering is in place, so that nothing is in doubt."""
    return any(term.enforced and term.span.start <= span.start and span.end <= term.span.end for term in segment.terms)


def _inside(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end
