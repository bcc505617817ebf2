"""Concept entries: one concept, its terms per language, and their status."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

import msgspec

from pipeline.termbase.condition import Condition, parse_condition

# Concepts of other parts of speech take their English from syntax; they
# inform reviewer and checks, but no occurrence is counted as missed.
_ENFORCED: Final = frozenset({"noun", "proper", "phrase", ""})
PARTS_OF_SPEECH: Final = ("noun", "proper", "phrase", "verb", "adjective", "adverb", "formula")


def is_date(text: str) -> bool:
    """Whether a text is a date as entries write it, such as ``2026-01-06``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class TermStatus(StrEnum):
    """Administrative status of a term, as in TBX; ``forbidden`` is our addition."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"
    FORBIDDEN = "forbidden"


class EntryState(StrEnum):
    """Where an entry is in its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class ConceptEntry(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One concept.

    Attributes:
        id: Stable slug, unique over all glossaries.
        zh: Main Chinese term, Simplified.
        preferred: Preferred English rendering, as it stands mid-sentence.
        variants: Other Chinese forms of the same concept.
        admitted: Other renderings that count as right.
        forbidden: Renderings that are wrong.
        abbr: English abbreviation for later mentions.
        pos: Part of speech.
        subject: Subject field.
        condition: Sense condition, in the grammar of ``termbase.condition``.
        definition: One sentence.
        note: For the reviewer.
        reference: Whose rendering it is.
        valid_from: ISO date or empty.
        valid_to: ISO date or empty.
        state: Life cycle.
        origin: ``file:line`` it was read from.
    """

    id: str
    zh: str
    preferred: str
    variants: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    abbr: str = ""
    pos: str = ""
    subject: str = ""
    condition: str = ""
    definition: str = ""
    note: str = ""
    reference: str = ""
    valid_from: str = ""
    valid_to: str = ""
    state: EntryState = EntryState.APPROVED
    origin: str = ""

    @property
    def enforced(self) -> bool:
        """Whether each occurrence must be rendered as the entry says."""
        return self.pos in _ENFORCED

    @property
    def sources(self) -> tuple[str, ...]:
        """All Chinese forms, the main one first."""
        return (self.zh, *self.variants)

    @cached_property
    def parsed_condition(self) -> Condition | None:
        """The sense condition, parsed; None where the entry has none."""
        return parse_condition(self.condition) if self.condition else None

    def valid_on(self, day: date) -> bool:
        """Whether the entry is in force on a day."""
        iso = day.isoformat()
        return (not self.valid_from or self.valid_from <= iso) and (not self.valid_to or iso <= self.valid_to)
