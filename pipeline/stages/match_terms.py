"""The match_terms stage: glossary terms and the document's own names in segments; what the memory has."""

from __future__ import annotations

import re

import msgspec

from pipeline.core.document import OWN_NAME, Document, Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.names import given_names, listed_entity, named_in_brackets
from pipeline.lang.normaliser import fold
from pipeline.memory.lookup import Memory
from pipeline.termbase.choose import Weighed, weigh
from pipeline.termbase.condition import Context
from pipeline.termbase.evidence import SenseEvidence
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.match import Matcher


class MatchTerms:
    """Finds terms.

    Args:
        glossary: Entries in force.
        memory: Where approved translations are looked up, if a project has any.
        evidence: What reviewers chose for terms with several senses; may be exchanged between documents.
    """

    name = "match_terms"
    requires = frozenset({"segments"})
    provides = frozenset({"terms"})

    def __init__(
        self, glossary: Glossary, *, memory: Memory | None = None, evidence: SenseEvidence | None = None
    ) -> None:
        self._memory = memory
        self.evidence = evidence or SenseEvidence()
        self._glossary = glossary
        self._matcher = Matcher(glossary.entries)

    def __call__(self, document: Document) -> Document:
        """The document with ``Segment.terms`` and ``Segment.matches`` set."""
        whole = fold(document.text)
        own = _OwnNames(given_names(segment.text for segment in document.segments))
        segments = [
            msgspec.structs.replace(segment, terms=own.among(self._terms(segment, whole, document.genre), segment.text))
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
        for span, concepts in self._matcher.find(segment.text, folded=folded):
            context = Context(text=folded, start=span.start, end=span.end, document=whole, genre=genre)
            weighed = weigh([self._glossary.by_id(concept) for concept in concepts], context, self.evidence)
            if weighed.entries:
                terms.append(_match(weighed, span, segment.text))
        return tuple(terms)


def _match(weighed: Weighed, span: Span, text: str) -> TermMatch:
    entry, *others = weighed.entries
    return TermMatch(
        concept=entry.id,
        span=span,
        text=span.of(text),
        rendering=entry.preferred,
        admitted=entry.admitted,
        forbidden=entry.forbidden,
        alternatives=tuple(other.id for other in others if other.preferred != entry.preferred),
        enforced=entry.enforced,
        votes=weighed.votes,
    )


class _OwnNames:
    """Names of foreign persons and bodies, each with the Latin original that the document gives somewhere.

    Args:
        given: Original by the name in characters.
    """

    def __init__(self, given: dict[str, str]) -> None:
        self._given = given
        longest_first = sorted(given, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if given else None

    def among(self, terms: tuple[TermMatch, ...], text: str) -> tuple[TermMatch, ...]:
        """A segment's terms with the names that stand there without their original; what is a part of a name goes."""
        taken = _with_original(text)
        found = []
        for match in self._pattern.finditer(text) if self._pattern else ():
            span = Span(*match.span())
            settled = any(term.span.start <= span.start and span.end <= term.span.end for term in terms)
            if not settled and not any(span.overlaps(other) for other in taken):
                found.append(
                    TermMatch(
                        concept=f"{OWN_NAME}{match[0]}", span=span, text=match[0], rendering=self._given[match[0]]
                    )
                )
        taken += [name.span for name in found]
        if not taken:
            return terms
        kept = [term for term in terms if not any(_part_of(term.span, name) for name in taken)]
        return tuple(sorted([*kept, *found], key=lambda term: term.span))


def _with_original(text: str) -> list[Span]:
    """Where names stand that have their original in brackets, without the brackets."""
    if not (")" in text or "）" in text):
        return []
    entity = listed_entity(text)
    names = [entity] if entity else list(named_in_brackets(text))
    return [Span(name.span.start, name.span.start + len(name.chinese)) for name in names]


def _part_of(term: Span, name: Span) -> bool:
    return term.overlaps(name) and term != name
