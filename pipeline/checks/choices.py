"""T104 and T105: terms between whose renderings somebody has to choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from pipeline.checks._renderings import same
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang import queries
from pipeline.lang.en import find_inflected
from pipeline.termbase.condition import Condition, Context, parse_condition
from pipeline.termbase.evidence import told


@check("T104", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def several_senses(context: CheckContext) -> Iterator[Finding]:
    """A term has several senses or renderings, and nothing in the context chose.

    The preferred rendering was used. The flag stands on the first place in the
    document only: what is decided there goes for the others.
    """
    seen: set[str] = set()
    for segment in context.document.segments if context.concepts else ():
        for term in segment.terms:
            # Where the rendering is missing altogether T101 lists the choices already.
            if not term.honoured or term.text in seen:
                continue
            candidates = _open_choice(term, context)
            if len(candidates) > 1:
                seen.add(term.text)
                yield Finding(
                    segment=segment.id,
                    message=_choice_message(term, segment, context),
                    source=term.span,
                    target=term.target,
                    candidates=candidates,
                )
    yield from _known_choices(context, seen)


def _known_choices(context: CheckContext, seen: set[str]) -> Iterator[Finding]:
    """Words outside the glossary between whose renderings translators choose, each once a document."""
    whole = context.document.text
    for segment in context.document.segments:
        if not segment.target:
            continue
        for span, query in queries.find_queries(segment.text):
            if (
                query.zh in seen
                or _inside_term(span, segment)
                or not _holds(query, segment, span, whole, context.document.genre)
            ):
                continue
            seen.add(query.zh)
            said = next((found for text in query.renderings for found in find_inflected(text, segment.target)), None)
            yield Finding(
                segment=segment.id,
                message=f"{query.zh} can be rendered in several ways. {query.reason}",
                source=span,
                target=said,
                candidates=tuple(Candidate(text, "translators' usage") for text in query.renderings),
            )


def _inside_term(span: Span, segment: Segment) -> bool:
    """Whether the word is only a part of a longer term that the glossary settles."""
    return any(
        term.enforced
        and term.span.start <= span.start
        and span.end <= term.span.end
        and term.span.end - term.span.start > span.end - span.start
        for term in segment.terms
    )


def _holds(query: queries.Query, segment: Segment, span: Span, whole: str, genre: str) -> bool:
    if not query.condition:
        return True
    context = Context(text=segment.text, start=span.start, end=span.end, document=whole, genre=genre)
    return _parsed(query.condition).holds(context)


@lru_cache(maxsize=512)
def _parsed(condition: str) -> Condition:
    return parse_condition(condition)


@check("T105", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def glossary_conflict(context: CheckContext) -> Iterator[Finding]:
    """Two glossaries disagree about a term, and the stronger one was followed.

    The flag stands on the first place in the document and names both files. Settle it
    with ``zhengming glossary merge``, or dismiss it for good in this project.
    """
    overruled = {conflict.zh: conflict for conflict in context.conflicts}
    seen: set[str] = set()
    for segment in context.document.segments if overruled else ():
        for term in segment.terms:
            conflict = overruled.get(term.text)
            if conflict is None or term.text in seen or term.concept != conflict.kept.id:
                continue
            seen.add(term.text)
            yield Finding(
                segment=segment.id,
                message=f"{term.text}: {conflict.kept.origin} says “{conflict.kept.preferred}”, "
                f"{conflict.overruled.origin} “{conflict.overruled.preferred}”.",
                source=term.span,
                target=term.target,
                candidates=(
                    Candidate(conflict.kept.preferred, f"glossary: {conflict.kept.origin}"),
                    Candidate(conflict.overruled.preferred, f"glossary: {conflict.overruled.origin}"),
                ),
            )


def _open_choice(term: TermMatch, context: CheckContext) -> tuple[Candidate, ...]:
    """The renderings between which a translator would hesitate; empty where there is no choice.

    Either other concepts share the term and no condition excluded them, or the
    entry's note says that it is a choice, or sets an admitted rendering against the preferred one. A note that only
    explains the term asks nothing.
    """
    if context.concepts is None or term.own:
        return ()
    first = Candidate(term.rendering, _evidence("glossary: preferred", term, term.concept))
    others = [
        Candidate(_preferred(context, other), _evidence(f"glossary: {other}", term, other))
        for other in term.alternatives
    ]
    entry = context.concepts.by_id(term.concept)
    note = entry.note if entry.pos != "formula" and not _OTHERS_USAGE.search(entry.note) else ""
    rivals = [text for text in term.admitted if not same(text, term.rendering)]
    both = _quotes(note, term.rendering) and any(_quotes(note, text) for text in rivals)
    if not others and (both or _CHOICE.search(note)):
        others = [Candidate(text, "glossary: admitted") for text in rivals]
    return (first, *others) if others else ()


def _evidence(origin: str, term: TermMatch, concept: str) -> str:
    return "; ".join(filter(None, (origin, told(term.votes, concept))))


_CHOICE: Final = re.compile(
    r"\bchoice\b|\bchoose\b|\bsay which\b|\bdecide|\bone rendering\b|\bone English form\b", re.IGNORECASE
)
_OTHERS_USAGE: Final = re.compile(r"\bwrites\b|\bown (?:name|word)\b|\bhouse style\b")


def _quotes(note: str, rendering: str) -> bool:
    return any(f"{opening}{rendering}{closing}" in note for opening in '“"' for closing in '”"')


def _choice_message(term: TermMatch, segment: Segment, context: CheckContext) -> str:
    note = context.concepts.by_id(term.concept).note if context.concepts else ""
    written = term.target.of(segment.target) if term.target else term.rendering
    used = term.rendering if find_inflected(term.rendering, written) else written
    said = told(term.votes, term.concept)
    sense = f" The sense “{term.rendering}” was {said}." if said else ""
    base = f"{term.text} can be rendered in several ways; “{used}” was used.{sense}"
    return f"{base} {note}" if note else base


def _preferred(context: CheckContext, concept: str) -> str:
    assert context.concepts is not None  # noqa: S101  (callers returned otherwise)
    return context.concepts.by_id(concept).preferred
