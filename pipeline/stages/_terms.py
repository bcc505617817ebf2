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
    if not segment.terms:
        return segment
    abbreviations = abbreviations or {}
    sought = [_renderings(term.rendering, term.admitted) for term in segment.terms]
    order = sorted(range(len(sought)), key=lambda i: -sought[i][1])
    taken: list[Span] = []
    spans: list[Span | None] = [None] * len(sought)
    for i in order:
        abbreviation = abbreviations.get(segment.terms[i].concept, "")
        found = first_free((*sought[i][0], abbreviation), segment.target, taken)
        if found is not None:
            taken.append(found[0])
            spans[i] = found[0]
    return msgspec.structs.replace(segment, terms=tuple(map(_at, segment.terms, spans)))


def _at(term: TermMatch, span: Span | None) -> TermMatch:
    honoured = span is not None
    if term.target == span and term.honoured == honoured:
        return term
    return msgspec.structs.replace(term, target=span, honoured=honoured)


@lru_cache(maxsize=4096)
def _renderings(preferred: str, admitted: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The preferred one, then the longest first; and the length of the longest of them."""
    found = (preferred, *sorted(admitted, key=len, reverse=True))
    return found, max(map(len, found))
