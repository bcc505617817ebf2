"""T101 to T103: renderings that the glossary asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pipeline.checks._renderings import FUNCTION_WORDS, form_of, known_form, plain, same, within
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang.en import find_inflected, stem


@check("T101", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MAJOR)
def rendering_missing(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A glossary term is not rendered as the glossary says.

    Each occurrence in the source needs a rendering of its own in the target;
    inflected forms, admitted variants, and the same words in another part of
    speech or with a word between ("compliant" for compliance) count. Choose a rendering, or dismiss
    the flag where the English rightly does without one, such as a pronoun.
    """
    for term in segment.terms:
        if term.enforced and not term.honoured and not _in_another_form(term, segment):
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
    low = segment.target.lower()
    for term in _distinct(segment.terms):
        accepted = {text.lower() for text in (term.rendering, *term.admitted)}
        for wrong in term.forbidden:
            # A single common word is no evidence where the term's English depends on syntax.
            if wrong.lower() not in low or (not term.enforced and (" " not in wrong or term.text in _BOUNDS)):
                continue
            pattern = rf"(?<!\w)(?<!not )(?<!no ){re.escape(wrong)}(?:s|es)?(?!\w)"
            for match in re.finditer(pattern, segment.target, re.IGNORECASE):
                span = Span(match.start(), match.end())
                if match[0].lower() not in accepted and not any(span.overlaps(other) for other in taken):
                    yield Finding(
                        message=f"“{match[0]}” is forbidden for {term.text}.",
                        source=term.span,
                        target=span,
                        candidates=_glossary_candidates(term),
                    )


@check("T103", category=MqmCategory.TERMINOLOGY_INCONSISTENT, severity=Severity.MINOR, whole_document=True)
def inconsistent_in_document(context: CheckContext) -> Iterator[Finding]:
    """One term is rendered in different ways within the document.

    Inflection, derivation ("grow" beside "growth"), the abbreviation after first mention and a shorter
    form of the same words ("rate" after "tariff rate") are no difference, nor are renderings of an entry
    whose note says that either will do. The flag stands on every place that departs from the commonest rendering.
    """
    # Senses that conditions told apart differ in their rendering, attributive and plural forms of one do not.
    places: dict[tuple[str, str], dict[tuple[str, ...], list[tuple[Segment, TermMatch]]]]
    places = defaultdict(lambda: defaultdict(list))
    for segment in context.document.segments:
        for term in segment.terms:
            if term.enforced and term.target and not _either(term, context):
                sense = (term.text, plain(term.rendering))
                forms = places[sense]
                forms[known_form(form_of(_which(term, segment, context)), forms)].append((segment, term))
    for forms in places.values():
        if len(forms) < 2:
            continue
        preferred = form_of(next(iter(forms.values()))[0][1].rendering)
        commonest = max(forms, key=lambda form: (len(forms[form]), form == preferred, form))
        total = sum(map(len, forms.values()))
        best = _said(forms[commonest][0])
        for form, uses in forms.items():
            for segment, term in uses if form != commonest else ():
                here = _said((segment, term))
                yield Finding(
                    segment=segment.id,
                    message=f"{term.text}: {len(forms)} renderings in {total} places; here “{here}”, "
                    f"elsewhere “{best}”.",
                    source=term.span,
                    target=term.target,
                    candidates=(
                        Candidate(best, f"document: {len(forms[commonest])} places"),
                        Candidate(here, f"document: {len(uses)} places"),
                    ),
                )


def _either(term: TermMatch, context: CheckContext) -> bool:
    if context.concepts is None or term.own:
        return False
    return _EITHER.search(context.concepts.by_id(term.concept).note) is not None


_EITHER: Final = re.compile(r"\beither rendering\b", re.IGNORECASE)


def _said(use: tuple[Segment, TermMatch]) -> str:
    segment, term = use
    return term.target.of(segment.target) if term.target else term.rendering


def _which(term: TermMatch, segment: Segment, context: CheckContext) -> str:
    """Which of its listed renderings a term's target is; abbreviations count as the preferred one."""
    text = term.target.of(segment.target) if term.target else ""
    if context.concepts is not None and not term.own and text == context.concepts.by_id(term.concept).abbr:
        return term.rendering
    listed = (term.rendering, *term.admitted)
    if text.isupper():
        return term.rendering
    whole = Span(0, len(text))
    return next((form for form in listed if same(form, text) or whole in find_inflected(form, text)), text)


def _in_another_form(term: TermMatch, segment: Segment) -> bool:
    """Whether the words of a rendering stand in the target, in order, perhaps derived or with words between.

    Places that other occurrences of the same concept use do not count.
    """
    used = [other.target for other in segment.terms if other.target and other.concept == term.concept]
    tokens = [match for match in _TOKEN.finditer(segment.target) if not within(Span(*match.span()), used)]
    stems = [stem(match[0]) for match in tokens]
    for rendering in (term.rendering, *term.admitted):
        wanted = [stem(word) for word in _TOKEN.findall(rendering) if word.lower() not in FUNCTION_WORDS]
        if wanted and _in_order(wanted, stems):
            return True
    return False


def _in_order(wanted: list[str], stems: list[str]) -> bool:
    for start, found in enumerate(stems):
        if found != wanted[0]:
            continue
        at = start
        for word in wanted[1:]:
            window = stems[at + 1 : at + 2 + _GAP]
            if word not in window:
                break
            at += 1 + window.index(word)
        else:
            return True
    return False


# Whether a bound is right depends on its number: A210 looks.
_BOUNDS: Final = frozenset({"以上", "以下", "以内"})
_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z'’]*")
_GAP: Final = 4


def _distinct(terms: tuple[TermMatch, ...]) -> list[TermMatch]:
    return list({term.concept: term for term in reversed(terms)}.values())


def _glossary_candidates(term: TermMatch) -> tuple[Candidate, ...]:
    with_chinese = Candidate(f"{term.rendering} ({term.text})", "with the Chinese in brackets, for a first mention")
    if term.own:
        return Candidate(term.rendering, "the document's own spelling"), with_chinese
    admitted = tuple(Candidate(text, "glossary: admitted") for text in term.admitted)
    return (Candidate(term.rendering, "glossary: preferred"), *(admitted or (with_chinese,)))
