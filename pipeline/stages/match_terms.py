"""The match_terms stage: glossary terms in segments, the concept chosen by its context; what the memory has."""

from __future__ import annotations

import msgspec

from pipeline.core.document import Document, Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.normaliser import fold
from pipeline.memory.lookup import Memory
from pipeline.termbase.choose import choose
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import Context
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.match import Matcher


class MatchTerms:
    """Finds terms.

    Args:
        glossary: Entries in force.
        memory: Where approved translations are looked up, if a project has any.
    """

    name = "match_terms"
    requires = frozenset({"segments"})
    provides = frozenset({"terms"})

    def __init__(self, glossary: Glossary, *, memory: Memory | None = None) -> None:
        self._memory = memory
        self._glossary = glossary
        self._matcher = Matcher(glossary.entries)

    def __call__(self, document: Document) -> Document:
        """The document with ``Segment.terms`` and ``Segment.matches`` set."""
        whole = fold(document.text)
        segments = [
            msgspec.structs.replace(segment, terms=self._terms(segment, whole, document.genre))
            for segment in document.segments
        ]
        if self._memory is not None:
            found = self._memory.matches(segments)
            segments = [
                msgspec.structs.replace(segment, matches=matches)
                for segment, matches in zip(segments, found, strict=True)
            ]
        return document.with_segments(tuple(segments))

    def _terms(self, segment: Segment, whole: str, genre: str) -> tuple[TermMatch, ...]:
        terms = []
        # Conditions are written in Simplified characters; folding keeps every offset.
        folded = fold(segment.text)
        for span, concepts in self._matcher.find(segment.text):
            context = Context(text=folded, start=span.start, end=span.end, document=whole, genre=genre)
            chosen = choose([self._glossary.by_id(concept) for concept in concepts], context)
            if chosen:
                terms.append(_match(chosen, span, segment.text))
        return tuple(terms)


def _match(chosen: list[ConceptEntry], span: Span, text: str) -> TermMatch:
    entry, *others = chosen
    return TermMatch(
        concept=entry.id,
        span=span,
        text=span.of(text),
        rendering=entry.preferred,
        admitted=entry.admitted,
        forbidden=entry.forbidden,
        alternatives=tuple(other.id for other in others if other.preferred != entry.preferred),
        enforced=entry.enforced,
    )
