"""Where the renderings of matched terms stand in a target.

*n* occurrences of a term need *n* disjoint renderings. Longer renderings
claim their words first, so that "export control" inside "export control list"
is not counted for 出口管制 when 出口管制清单 has used it.
"""

from __future__ import annotations

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
    order = sorted(range(len(segment.terms)), key=lambda i: (-_length(segment.terms[i]), i))
    taken: list[Span] = []
    spans: dict[int, Span] = {}
    for i in order:
        term = segment.terms[i]
        found = first_free(_renderings(term, abbreviations), segment.target, taken)
        if found is not None:
            taken.append(found[0])
            spans[i] = found[0]
    terms = tuple(
        msgspec.structs.replace(term, target=spans.get(i), honoured=i in spans) for i, term in enumerate(segment.terms)
    )
    return msgspec.structs.replace(segment, terms=terms)


def _length(term: TermMatch) -> int:
    return max(len(term.rendering), *(len(text) for text in term.admitted), 0)


def _renderings(term: TermMatch, abbreviations: dict[str, str]) -> tuple[str, ...]:
    """Preferred, admitted, and then the abbreviation."""
    admitted = sorted(term.admitted, key=len, reverse=True)
    return (term.rendering, *admitted, abbreviations.get(term.concept, ""))
