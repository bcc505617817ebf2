"""T1xx: terminology."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity


@check("T101", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MAJOR)
def rendering_missing(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A glossary term is not rendered as the glossary says.

    Each occurrence in the source needs a rendering of its own in the target;
    inflected forms and admitted variants count. Choose a rendering, or dismiss
    the flag where the English rightly does without one, such as a pronoun.
    """
    for term in segment.terms:
        if term.enforced and not term.honoured:
            yield Finding(
                message=f"{term.text} should read “{term.rendering}”; the translation does not have it.",
                source=term.span,
                candidates=_glossary_candidates(term),
            )


@check("T102", category=MqmCategory.TERMINOLOGY_WRONG, severity=Severity.MAJOR)
def forbidden_rendering(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A rendering stands in the translation that the glossary forbids for this term.

    Only terms that occur in the source are looked at, and only words that no
    accepted rendering of the segment covers.
    """
    taken = [term.target for term in segment.terms if term.target]
    for term in _distinct(segment.terms):
        for wrong in term.forbidden:
            for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(?:s|es)?(?!\w)", segment.target, re.IGNORECASE):
                span = Span(match.start(), match.end())
                if not any(span.overlaps(other) for other in taken):
                    yield Finding(
                        message=f"“{match[0]}” is forbidden for {term.text}.",
                        source=term.span,
                        target=span,
                        candidates=_glossary_candidates(term),
                    )


@check("T103", category=MqmCategory.TERMINOLOGY_INCONSISTENT, severity=Severity.MINOR, whole_document=True)
def inconsistent_in_document(context: CheckContext) -> Iterator[Finding]:
    """One term is rendered in different ways within the document.

    Inflection and the abbreviation after first mention are no difference. The
    flag stands on every place that departs from the commonest rendering.
    """
    places: dict[str, dict[str, list[tuple[Segment, TermMatch]]]] = defaultdict(lambda: defaultdict(list))
    for segment in context.document.segments:
        for term in segment.terms:
            if term.enforced and term.target:
                places[term.concept][_which(term, segment, context)].append((segment, term))
    for forms in places.values():
        if len(forms) < 2:
            continue
        commonest = max(forms, key=lambda form: (len(forms[form]), form))
        total = sum(map(len, forms.values()))
        for form, uses in forms.items():
            for segment, term in uses if form != commonest else ():
                yield Finding(
                    segment=segment.id,
                    message=f"{term.text}: {len(forms)} renderings in {total} places; here “{form}”, "
                    f"elsewhere “{commonest}”.",
                    source=term.span,
                    target=term.target,
                    candidates=(
                        Candidate(commonest, f"document: {len(forms[commonest])} places"),
                        Candidate(form, f"document: {len(uses)} places"),
                    ),
                )


@check("T104", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def several_senses(context: CheckContext) -> Iterator[Finding]:
    """A term has several senses or renderings, and nothing in the context chose.

    The preferred rendering was used. The flag stands on the first place in the
    document only: what is decided there goes for the others.
    """
    if context.concepts is None:
        return
    seen: set[tuple[str, ...]] = set()
    for segment in context.document.segments:
        for term in segment.terms:
            # Where the rendering is missing altogether T101 lists the choices already.
            candidates = _open_choice(term, context) if term.honoured else ()
            key = (term.text, *(candidate.text for candidate in candidates))
            if len(candidates) > 1 and key not in seen:
                seen.add(key)
                yield Finding(
                    segment=segment.id,
                    message=_choice_message(term, context),
                    source=term.span,
                    target=term.target,
                    candidates=candidates,
                )


def _open_choice(term: TermMatch, context: CheckContext) -> tuple[Candidate, ...]:
    """The renderings between which a translator would hesitate; empty where there is no choice.

    Either other concepts share the term and no condition excluded them, or the
    entry admits other renderings and its note says that they differ.
    """
    if context.concepts is None:
        return ()
    first = Candidate(term.rendering, "glossary: preferred")
    others = [Candidate(_preferred(context, other), f"glossary: {other}") for other in term.alternatives]
    if not others and context.concepts.by_id(term.concept).note:
        others = [Candidate(text, "glossary: admitted") for text in term.admitted if not _same(text, term.rendering)]
    return (first, *others) if others else ()


def _choice_message(term: TermMatch, context: CheckContext) -> str:
    note = context.concepts.by_id(term.concept).note if context.concepts else ""
    base = f"{term.text} can be rendered in several ways; “{term.rendering}” was used."
    return f"{base} {note}" if note else base


def _preferred(context: CheckContext, concept: str) -> str:
    assert context.concepts is not None  # noqa: S101  (callers returned otherwise)
    return context.concepts.by_id(concept).preferred


def _same(one: str, other: str) -> bool:
    """Whether two renderings differ only in case, hyphens or a final s."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.lower()).rstrip("s")


def _which(term: TermMatch, segment: Segment, context: CheckContext) -> str:
    """Which of its listed renderings a term's target is; abbreviations count as the preferred one."""
    text = term.target.of(segment.target) if term.target else ""
    if context.concepts is not None and text == context.concepts.by_id(term.concept).abbr:
        return term.rendering
    listed = (term.rendering, *term.admitted)
    return next((form for form in listed if _same(form, text)), text)


def _distinct(terms: tuple[TermMatch, ...]) -> list[TermMatch]:
    return list({term.concept: term for term in reversed(terms)}.values())


def _glossary_candidates(term: TermMatch) -> tuple[Candidate, ...]:
    return (
        Candidate(term.rendering, "glossary: preferred"),
        *(Candidate(text, "glossary: admitted") for text in term.admitted),
    )
