"""What the memory has for the segments of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from pipeline.core.document import FuzzyMatch, MatchKind, Segment, TermMatch
from pipeline.lang.en import find_inflected
from pipeline.memory import pattern
from pipeline.memory.index import FuzzyIndex, Near, merged
from pipeline.memory.unit import TranslationUnit, Units, UnitTerm, digest, text_hash

# What an editor can show; more would hide the best.
_MOST: Final = 5
# An adapted unit is as good as its numbers are, which a person should see.
_ADAPTED_SCORE: Final = 97
_BEST_FUZZY: Final = 96
# New units are searched beside the index until they are a fifth of it.
_REBUILD: Final = 5


class Patterns(Units, Protocol):
    """Units whose patterns can be read in bulk."""

    def patterns(self, *, after: int = 0) -> Iterator[tuple[int, str]]:
        """Ids and patterns of the units in use, by id."""


class Memory:
    """Looks segments up.

    Args:
        units: Where approved units are kept.
        glossary: Digest of the glossary in force, as units record it.
        threshold: Least score of a fuzzy match, 0 to 100; above 100: none are
            sought.
    """

    def __init__(self, units: Patterns, *, glossary: str, threshold: int = 70) -> None:
        self._units = units
        self._glossary = glossary
        self._threshold = threshold
        self._indexes: list[FuzzyIndex] = []
        self._last = 0

    def matches(self, segments: Sequence[Segment]) -> list[tuple[FuzzyMatch, ...]]:
        """Proposals for each segment, best first.

        Args:
            segments: Of one document, in reading order, with their terms.
        """
        hashes = [text_hash(segment.text) for segment in segments]
        context = ["", *hashes, ""]
        exact = self._units.with_source(list(dict.fromkeys(hashes)))
        found: list[list[FuzzyMatch]] = []
        for i, segment in enumerate(segments):
            around = (context[i] or text_hash(""), context[i + 2] or text_hash(""))
            found.append([self._exact(unit, segment, around) for unit in exact.get(hashes[i], ())])
        self._add_adapted(segments, found)
        if self._threshold <= 100:
            self._add_fuzzy(segments, found)
        return [tuple(_best(matches)) for matches in found]

    def _exact(self, unit: TranslationUnit, segment: Segment, around: tuple[str, str]) -> FuzzyMatch:
        in_context = (unit.previous, unit.following) == around
        kind = MatchKind.CONTEXT if in_context else MatchKind.EXACT
        return self._match(unit, segment, unit.target, kind, 100)

    def _add_adapted(self, segments: Sequence[Segment], found: list[list[FuzzyMatch]]) -> None:
        """Units of the same pattern or skeleton, their values and terms replaced."""
        wanted: dict[str, list[int]] = {}
        for i, segment in enumerate(segments):
            if not found[i]:
                for key in dict.fromkeys(pattern.keys(segment.text, _unit_terms(segment))):
                    if any(mark in key for mark in pattern.MARKS):
                        wanted.setdefault(digest(key), []).append(i)
        for key, units in self._units.with_pattern(list(wanted)).items():
            for i in wanted[key]:
                for unit in units:
                    target = _adapted(unit, segments[i])
                    if target is not None:
                        found[i].append(self._match(unit, segments[i], target, MatchKind.ADAPTED, _ADAPTED_SCORE))

    def _add_fuzzy(self, segments: Sequence[Segment], found: list[list[FuzzyMatch]]) -> None:
        """Near units, where there is none that may stand as it is."""
        wanted = [i for i, matches in enumerate(found) if not any(match.usable for match in matches)]
        if not wanted:
            return
        self._refresh()
        near = {i: self._near(pattern.pattern(segments[i].text)) for i in wanted}
        ids = list({one.id for hits in near.values() for one in hits})
        units = {unit.id: unit for unit in self._units.by_id(ids)} if ids else {}
        for i, hits in near.items():
            known = {match.unit for match in found[i]}
            for one in hits:
                if one.id in units and one.id not in known:
                    score = min(round(one.score), _BEST_FUZZY)
                    unit = units[one.id]
                    found[i].append(self._match(unit, segments[i], unit.target, MatchKind.FUZZY, score))

    def near(self, text: str) -> list[Near]:
        """Units whose pattern is near a text."""
        self._refresh()
        return self._near(text)

    def _near(self, text: str) -> list[Near]:
        return merged(self._indexes, text, threshold=self._threshold, limit=_MOST)

    def _refresh(self) -> None:
        """Take units in that were approved since; rebuild once they have become many."""
        new = list(self._units.patterns(after=self._last))
        if not new:
            return
        size = sum(map(len, self._indexes))
        if self._indexes and (sum(map(len, self._indexes[1:])) + len(new)) * _REBUILD > size:
            new, self._indexes = list(self._units.patterns()), []
        self._last = max(identifier for identifier, _ in new)
        self._indexes.append(FuzzyIndex(new))

    def _match(self, unit: TranslationUnit, segment: Segment, target: str, kind: MatchKind, score: int) -> FuzzyMatch:
        return FuzzyMatch(
            source=unit.source,
            target=target,
            score=score,
            kind=kind,
            unit=unit.id,
            document=unit.document,
            user=unit.user,
            stale=kind is not MatchKind.FUZZY and unit.glossary != self._glossary and is_stale(unit, segment, target),
        )


def is_stale(unit: TranslationUnit, segment: Segment, target: str) -> bool:
    """Whether the glossary says something about a segment's terms that an approved English does not.

    What it said already when the English was approved does not count: then a
    person chose otherwise.
    """
    said = {(term.source, term.rendering) for term in unit.terms}
    # What reviewers chose elsewhere is no word of the glossary's against what one of them approved here.
    ruled = [term for term in segment.terms if term.enforced and not term.votes]
    changed = [term for term in ruled if (term.text, term.rendering) not in said]
    return any(not _honours(term, target) for term in changed) or any(
        _says(text, target) for term in changed for text in term.forbidden
    )


def _honours(term: TermMatch, target: str) -> bool:
    return any(_says(text, target) for text in (term.rendering, *term.admitted))


def _says(text: str, target: str) -> bool:
    return bool(find_inflected(text, target))


def _unit_terms(segment: Segment) -> tuple[UnitTerm, ...]:
    return tuple(
        UnitTerm(term.concept, term.text, term.rendering) for term in sorted(segment.terms, key=lambda term: term.span)
    )


def _adapted(unit: TranslationUnit, segment: Segment) -> str | None:
    """A unit's English for a segment of the same pattern, else of the same skeleton."""
    target = pattern.adapted(unit.target, pattern.slots(unit.source), pattern.slots(segment.text))
    if target is not None and pattern.pattern(unit.source) == pattern.pattern(segment.text):
        return target
    old = pattern.with_terms(unit.source, unit.terms)
    new = pattern.with_terms(segment.text, _unit_terms(segment))
    if pattern.pattern(unit.source, old) != pattern.pattern(segment.text, new):
        return None
    return pattern.adapted(unit.target, old, new, terms=unit.terms)


def _best(matches: list[FuzzyMatch]) -> list[FuzzyMatch]:
    """The best of each English, usable ones first."""
    order = list(MatchKind)
    ranked = sorted(matches, key=lambda match: (not match.usable, order.index(match.kind), -match.score, -match.unit))
    distinct: dict[str, FuzzyMatch] = {}
    for match in ranked:
        distinct.setdefault(match.target, match)
    return list(distinct.values())[:_MOST]
