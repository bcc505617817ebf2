"""U4xx: renderings in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pipeline.checks._disagreement import disagreements
from pipeline.checks._similarity import unlike
from pipeline.checks.base import CATALOGUE, CheckContext, Finding, check
from pipeline.checks.risk import ALTERNATIVE, RISKY, SCORED, SECOND, segment_risk
from pipeline.core.document import Segment, SegmentState
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import phrases
from pipeline.lang.en import stem
from pipeline.lang.han import HAN_CHARACTER


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


_SHOWN: Final = 2


# Negative mean log-probability times Chinese characters: what a translation by the embedded engine leaves to chance.
# Chosen on sentences of ten laws and announcements read beside their sources: at the first value most of those that
# had to be redone are flagged, at the second hardly any other.
_DOUBTFUL: Final = 15.0
_VERY_DOUBTFUL: Final = 22.0


@check("U401", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def low_confidence(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The engine finds its own translation unlikely, without a reason that a check could name.

    The embedded engine says so as it translates: each character leaves something to chance, and long
    sentences of unlikely words most; very unlikely ones are major. With ``--uncertainty`` the risk of the segment
    counts too, for other engines as well, and the engine's next best is shown.
    """
    scored = next((one for one in segment.hypotheses if one.mode == SCORED), None)
    doubt = _doubt(segment)
    if doubt < _DOUBTFUL and (scored is None or segment_risk(segment, scored.token_logprobs) < RISKY):
        return
    others = [one.text for one in segment.hypotheses if one.mode == ALTERNATIVE and one.text != segment.target]
    if others or doubt >= _DOUBTFUL:
        yield Finding(
            message="The engine is unsure of this segment as a whole: read it against its source.",
            target=Span(0, len(segment.target)),
            severity=Severity.MAJOR if doubt >= _VERY_DOUBTFUL else None,
            candidates=(Candidate(segment.target, "as translated"), Candidate(others[0], "n-best")) if others else (),
        )


def _doubt(segment: Segment) -> float:
    """How much the embedded engine's best hypothesis leaves to chance; 0 for others, and for what a person has seen."""
    best = segment.hypotheses[0] if segment.hypotheses else None
    if best is None or best.score is None or best.engine != "embedded" or segment.state is not SegmentState.TRANSLATED:
        return 0.0
    return -best.score * len(HAN_CHARACTER.findall(segment.text))


@check("U402", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def n_best_disagrees(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The engine's next best translations agree on another rendering of this place.

    Only with ``--uncertainty``. Inflection and word order are no difference; the place must
    differ in at least half of the alternatives.
    """
    others = [one.text for one in segment.hypotheses if one.mode == ALTERNATIVE]
    votes = Counter((found.span, stem(found.there)) for text in others for found in disagreements(segment.target, text))
    shown = 0
    for text in others:
        for found in disagreements(segment.target, text):
            votes_for = votes.pop((found.span, stem(found.there)), 0)
            if shown < _SHOWN and 2 * votes_for >= len(others) and _free_of_terms(found.span, segment):
                shown += 1
                yield Finding(
                    message=f"{votes_for} of {len(others)} alternatives say “{found.there}” here.",
                    target=found.span,
                    candidates=(Candidate(found.here, "best"), Candidate(found.there, f"n-best: {votes_for}")),
                )


@check("U403", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def second_opinion(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A second engine renders this place in another way.

    Only with ``--second-engine``. A number or a negation that differs is grave;
    where the two translations have little in common, no single place is marked.
    """
    for other in segment.hypotheses:
        if other.mode != SECOND:
            continue
        found = [one for one in disagreements(segment.target, other.text) if _free_of_terms(one.span, segment)]
        for one in sorted(found, key=lambda one: not one.grave)[:_SHOWN]:
            yield Finding(
                message=f"{other.engine} says “{one.there}” here.",
                target=one.span,
                severity=Severity.MAJOR if one.grave else None,
                candidates=(Candidate(one.here, "as translated"), Candidate(one.there, other.engine)),
            )


@check("U406", category=MqmCategory.UNCERTAIN, severity=Severity.MAJOR, whole_document=True)
def low_similarity(context: CheckContext) -> Iterator[Finding]:
    """The translation means something else than its source, an embedding model finds.

    Only with ``similarity`` in the configuration. The measure is the cosine of the two sentences' vectors: the
    packaged model has a fixed limit; with another, segments far below the rest of their document are
    flagged, in documents of twelve segments or more. It sees whole sentences gone astray, no single word.
    """
    for segment, one, floor in unlike(context.document.segments):
        yield Finding(
            segment=segment.id,
            message=f"Source and translation are unlike in meaning: {one.score:.2f}, where {floor:.2f} is low.",
            source=Span(0, len(segment.text)),
            target=Span(0, len(segment.target)),
            candidates=_translations(segment),
        )


def _translations(segment: Segment) -> tuple[Candidate, ...]:
    """The translation as it is and those of other hypotheses."""
    others = [one for one in segment.hypotheses if one.mode in {ALTERNATIVE, SECOND} and one.text != segment.target]
    return (Candidate(segment.target, "as translated"), *(Candidate(one.text, one.engine) for one in others[:_SHOWN]))


@check("U407", category=MqmCategory.UNCERTAIN, severity=Severity.MINOR)
def reviewer_model(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A model that read source and translation would query this place.

    Only with ``--review-engine``. The message begins with the code that the model suggests;
    the flag keeps a code of its own, so that what models say is counted, silenced and judged
    apart from what the checks find. Severity is that of the suggested code, at most major.
    A remark on words that stand there no more is not raised.
    """
    if segment.verdict is None:
        return
    engine = segment.verdict.engine
    for remark in segment.verdict.remarks:
        source, target = _first(remark.source, segment.text), _first(remark.target, segment.target)
        suggested = CATALOGUE.get(remark.code)
        if suggested is None or (remark.source and not source) or (remark.target and not target):
            continue
        yield Finding(
            message=f"{remark.code}, says {engine}: {remark.message}",
            source=source,
            target=target,
            severity=Severity.MAJOR if suggested.severity is Severity.CRITICAL else suggested.severity,
            candidates=(
                *(Candidate(text, f"review engine {engine}") for text in remark.candidates),
                *((Candidate(remark.target, "as translated"),) if target else ()),
            ),
        )


def _first(part: str, text: str) -> Span | None:
    """Where a part stands first."""
    at = text.find(part) if part else -1
    return Span(at, at + len(part)) if at >= 0 else None


def _free_of_terms(span: Span, segment: Segment) -> bool:
    """Whether no glossary rendering stands there: what the glossary decides is in no doubt."""
    return not any(term.target and term.honoured and term.target.overlaps(span) for term in segment.terms)


def _is_term(segment: Segment, span: Span) -> bool:
    """Whether the glossary has the phrase and its rendering is in place, so that nothing is in doubt."""
    return any(term.enforced and term.span.start <= span.start and span.end <= term.span.end for term in segment.terms)


def _inside(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end
