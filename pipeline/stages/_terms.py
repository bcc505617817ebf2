"""Where the renderings of matched terms stand in a target.

*n* occurrences of a term need *n* disjoint renderings. Longer renderings
claim their words first, so that "export control" inside "export control list"
is not counted for 出口管制 when 出口管制清单 has used it.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.en import first_free


def locate_terms(segment: Segment, abbreviations: dict[str, str] | None = None) -> Segment:
    """A segment with ``target`` and ``honoured`` of its terms set from its target text.

    Args:
        segment: Spans on the target side may be stale; they are replaced.
        abbreviations: Abbreviation by concept id, accepted as a rendering.
    """
    abbreviations = abbreviations or {}
    sought = [_renderings(term.rendering, term.admitted) for term in segment.terms]
    order = sorted(range(len(sought)), key=lambda i: -max(map(len, sought[i])))
    taken: list[Span] = []
    spans: dict[int, Span] = {}
    for i in order:
        abbreviation = abbreviations.get(segment.terms[i].concept, "")
        found = first_free((*sought[i], abbreviation), segment.target, taken)
        if found is not None:
            taken.append(found[0])
            spans[i] = found[0]
    terms = tuple(_at(term, spans.get(i)) for i, term in enumerate(segment.terms))
    return msgspec.structs.replace(segment, terms=terms)


def _at(term: TermMatch, span: Span | None) -> TermMatch:
    honoured = span is not None
    if term.target == span and term.honoured == honoured:
        return term
    return msgspec.structs.replace(term, target=span, honoured=honoured)


@lru_cache(maxsize=4096)
def _renderings(preferred: str, admitted: tuple[str, ...]) -> tuple[str, ...]:
    """The preferred one, then the longest first."""
    return (preferred, *sorted(admitted, key=len, reverse=True))
