"""Sense choice: sentences in which a term with several senses stands, and the concept each is about.

The file has three columns, sentence, term and concept id, with a header, in
TSV; ``corpus/README.md`` describes the shipped one.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import InputError
from pipeline.termbase.choose import choose
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import Context
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.match import Matcher

HEADER: Final = ("sentence", "term", "concept")


@dataclass(frozen=True, slots=True)
class SenseExample:
    """A sentence, a term in it, and the id of the concept that the term stands for there."""

    sentence: str
    term: str
    concept: str


@dataclass(frozen=True, slots=True)
class SenseMistake:
    """An example on which the choice went wrong; ``chosen`` is empty where the term was not found as a word."""

    example: SenseExample
    chosen: str

    def __str__(self) -> str:
        return f"{self.example.term}: {self.chosen or 'not found'}, not {self.example.concept}: {self.example.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenseScore:
    """Examples counted.

    Attributes:
        examples: How many there are.
        control: How many would be right if conditions were never looked at.
        unsure: How many left another rendering open beside the right one.
        mistakes: Those on which the choice went wrong.
    """

    examples: int
    control: int
    unsure: int
    mistakes: tuple[SenseMistake, ...]

    @property
    def right(self) -> int:
        """Examples on which the concept was the one expected."""
        return self.examples - len(self.mistakes)


def load_senses(path: Path) -> list[SenseExample]:
    """The examples of a file, in its order.

    Raises:
        InputError: It is unreadable, or a line has not three filled columns or
            lacks its term; names the line.
    """
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    if not rows or tuple(rows[0]) != HEADER:
        raise InputError(f"{path}:1: the header must be {', '.join(HEADER)}, separated by tabs")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(HEADER) or not all(row):
            raise InputError(f"{path}:{number}: three columns expected: {', '.join(HEADER)}")
        if row[1] not in row[0]:
            raise InputError(f"{path}:{number}: {row[1]} does not stand in the sentence")
    return [SenseExample(*row) for row in rows[1:]]


def score_senses(glossary: Glossary, examples: Sequence[SenseExample]) -> SenseScore:
    """Let the glossary choose in each sentence; the first place where the term is a word counts."""
    matcher = Matcher(glossary.entries)
    control, unsure, mistakes = 0, 0, []
    for example in examples:
        candidates, chosen = _chosen(glossary, matcher, example)
        control += bool(candidates) and _unconditional(candidates).id == example.concept
        if not chosen or chosen[0].id != example.concept:
            mistakes.append(SenseMistake(example, chosen[0].id if chosen else ""))
        elif any(entry.preferred != chosen[0].preferred for entry in chosen):
            unsure += 1
    return SenseScore(examples=len(examples), control=control, unsure=unsure, mistakes=tuple(mistakes))


def _chosen(
    glossary: Glossary, matcher: Matcher, example: SenseExample
) -> tuple[list[ConceptEntry], list[ConceptEntry]]:
    """The concepts that the term may stand for, and what the context leaves of them."""
    for span, concepts in matcher.find(example.sentence):
        if span.of(example.sentence) == example.term:
            entries = [glossary.by_id(concept) for concept in concepts]
            text = example.sentence
            return entries, choose(entries, Context(text=text, start=span.start, end=span.end, document=text))
    return [], []


def _unconditional(entries: list[ConceptEntry]) -> ConceptEntry:
    """What a glossary without conditions would give: the entry without one, else the first."""
    return next((entry for entry in entries if not entry.condition), entries[0])
