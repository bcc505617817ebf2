"""Term success: how many annotated term occurrences are rendered as they should be.

Counted as the WMT26 terminology task does in spirit: occurrences in the
source are found leftmost-longest and exclusively; *n* occurrences need *n*
disjoint renderings in the target; inflected forms and listed alternatives
count; longer renderings claim their words first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.flags import Span
from pipeline.evaluation.gold import GoldDocument, GoldTerm
from pipeline.lang.en import first_free


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScore:
    """Occurrences counted.

    Attributes:
        occurrences: In the source.
        honoured: With a rendering of their own in the target.
        missed: Line (1-based), term and first rendering of each that has none.
    """

    occurrences: int
    honoured: int
    missed: tuple[tuple[int, str, str], ...]

    @property
    def rate(self) -> float:
        """Share honoured, 0 to 1; 1 where nothing occurs."""
        return self.honoured / self.occurrences if self.occurrences else 1.0


def find_terms(line: str, terms: Sequence[GoldTerm]) -> list[GoldTerm]:
    """The annotated terms of a line, leftmost-longest, one entry per occurrence."""
    ordered = sorted(terms, key=lambda term: -len(term.zh))
    found, at = [], 0
    while at < len(line):
        term = next((term for term in ordered if line.startswith(term.zh, at)), None)
        if term is None:
            at += 1
        else:
            found.append(term)
            at += len(term.zh)
    return found


def score_lines(source: Sequence[str], target: Sequence[str], terms: Sequence[GoldTerm]) -> TermScore:
    """Score corresponding lines.

    Args:
        source: Chinese lines.
        target: English lines, as many.
        terms: Annotated terms of the document.

    Raises:
        ValueError: The numbers of lines differ.
    """
    occurrences, missed = 0, []
    for number, (zh, en) in enumerate(zip(source, target, strict=True), 1):
        found = find_terms(zh, terms)
        occurrences += len(found)
        missed += [(number, term.zh, term.en[0]) for term in _unrendered(found, en)]
    return TermScore(occurrences=occurrences, honoured=occurrences - len(missed), missed=tuple(missed))


def _unrendered(found: Sequence[GoldTerm], target: str) -> list[GoldTerm]:
    """The terms for which no rendering is left, longest renderings served first."""
    taken: list[Span] = []
    missed: list[GoldTerm] = []
    for term in sorted(found, key=lambda term: -max(map(len, term.en))):
        place = first_free(sorted(term.en, key=len, reverse=True), target, taken)
        if place is None:
            missed.append(term)
        else:
            taken.append(place[0])
    return missed


def score_document(document: GoldDocument, target: Sequence[str]) -> TermScore:
    """Score a translation of a gold document, line by line."""
    return score_lines(document.zh, target, document.terms)
