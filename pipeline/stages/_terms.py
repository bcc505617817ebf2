"""Where the renderings of matched terms stand in a target.

*n* occurrences of a term need *n* disjoint renderings. Longer renderings
claim their words first, so that "export control" inside "export control list"
is not counted for 出口管制 when 出口管制清单 has used it.
"""

from __future__ import annotations

import msgspec

from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected


def locate_terms(segment: Segment, abbreviations: dict[str, str] | None = None) -> Segment:
    """A segment with ``target`` and ``honoured`` of its terms set from its target text.

    Args:
        segment: Spans on the target side may be stale; they are replaced.
        abbreviations: Abbreviation by concept id, accepted as a rendering.
    """
    abbreviations = abbreviations or {}
    order = sorted(range(len(segment.terms)), key=lambda i: (-_length(segment.terms[i]), i))
    taken: list[Span] = []
    spans: dict[int, Span] = {}
    for i in order:
        term = segment.terms[i]
        span = _first_free(term, segment.target, taken, abbreviations.get(term.concept, ""))
        if span is not None:
            taken.append(span)
            spans[i] = span
    terms = tuple(
        msgspec.structs.replace(term, target=spans.get(i), honoured=i in spans) for i, term in enumerate(segment.terms)
    )
    return msgspec.structs.replace(segment, terms=terms)


def _length(term: TermMatch) -> int:
    return max(len(term.rendering), *(len(text) for text in term.admitted), 0)


def _first_free(term: TermMatch, target: str, taken: list[Span], abbreviation: str) -> Span | None:
    """The leftmost free place of the best rendering: preferred, then admitted, then the abbreviation."""
    for rendering in (term.rendering, *sorted(term.admitted, key=len, reverse=True), abbreviation):
        for span in find_inflected(rendering, target):
            if not any(span.overlaps(other) for other in taken):
                return span
    return None
