"""Glossaries: files as one set of concept entries that are in force."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.table import COLUMNS, read_entries

__all__ = ["COLUMNS", "Conflict", "Glossary", "read_entries"]

Reader = Callable[[Path], Sequence[ConceptEntry]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A concept of one file that another file's entry for the same Chinese overrules."""

    zh: str
    kept: ConceptEntry
    overruled: ConceptEntry

    def __str__(self) -> str:
        return (
            f"{self.kept.origin}: {self.zh} → {self.kept.preferred} overrules "
            f"{self.overruled.preferred} ({self.overruled.origin})"
        )


@dataclass(frozen=True)
class Glossary:
    """Concept entries that are in force.

    Attributes:
        entries: In order of file and line.
        conflicts: What stronger files overruled.
    """

    entries: tuple[ConceptEntry, ...]
    conflicts: tuple[Conflict, ...] = ()
    _by_id: dict[str, ConceptEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {entry.id: entry for entry in self.entries})

    @classmethod
    def load(
        cls,
        paths: Sequence[Path],
        *,
        with_proposed: bool = False,
        day: date | None = None,
        read: Reader = read_entries,
    ) -> Glossary:
        """Read and merge glossary files.

        Args:
            paths: Weakest first. An unconditional entry of a later file takes
                the place of all entries of earlier files for the same Chinese.
            with_proposed: Whether proposed entries count.
            day: Day on which entries must be valid; default: today.
            read: What reads a file; the default reads CSV and TSV.

        Raises:
            GlossaryError: A file is unusable; names up to twenty faults with
                their lines.
        """
        entries: list[ConceptEntry] = []
        conflicts: list[Conflict] = []
        for path in paths:
            new = in_force(read(path), with_proposed=with_proposed, day=day)
            entries, lost = overruled(entries, new)
            conflicts += lost
        return cls(tuple(entries), tuple(conflicts))

    def by_id(self, concept: str) -> ConceptEntry:
        """The entry with an id.

        Raises:
            KeyError: There is none.
        """
        return self._by_id[concept]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the content of all entries, whatever their order or origin."""
        lines = sorted(
            msgspec.json.encode(msgspec.structs.replace(entry, origin=""), order="deterministic")
            for entry in self.entries
        )
        return hashlib.sha256(b"\n".join(lines)).hexdigest()

    def standing_for(self, zh: str) -> tuple[ConceptEntry, ...]:
        """The entries that a Chinese form, in either script, may stand for."""
        return self._by_form.get(fold(zh), ())

    @cached_property
    def _by_form(self) -> dict[str, tuple[ConceptEntry, ...]]:
        found: dict[str, tuple[ConceptEntry, ...]] = {}
        for entry in self.entries:
            for form in dict.fromkeys(map(fold, entry.sources)):
                found[form] = (*found.get(form, ()), entry)
        return found

    @cached_property
    def abbreviations(self) -> dict[str, str]:
        """Abbreviation by concept id."""
        return {entry.id: entry.abbr for entry in self.entries if entry.abbr}

    def find(self, query: str) -> list[ConceptEntry]:
        """Entries whose Chinese or English holds a text; exact ones first, then shorter ones."""
        low = fold(query.strip()).lower()
        if not low:
            return []
        hits = [entry for entry in self.entries if any(low in text.lower() for text in _texts(entry))]
        return sorted(hits, key=lambda entry: (low not in map(str.lower, _texts(entry)), len(entry.zh), entry.id))


def _texts(entry: ConceptEntry) -> tuple[str, ...]:
    return (*entry.sources, entry.preferred, *entry.admitted, *((entry.abbr,) if entry.abbr else ()))


def in_force(
    entries: Iterable[ConceptEntry], *, with_proposed: bool = False, day: date | None = None
) -> list[ConceptEntry]:
    """The entries that are approved (or also proposed) and valid on a day; default: today."""
    day = day or date.today()  # noqa: DTZ011  (validity is a calendar matter)
    states = {EntryState.APPROVED, *((EntryState.PROPOSED,) if with_proposed else ())}
    return [entry for entry in entries if entry.state in states and entry.valid_on(day)]


def overruled(old: Sequence[ConceptEntry], new: Sequence[ConceptEntry]) -> tuple[list[ConceptEntry], list[Conflict]]:
    """Entries with stronger ones on top, and what those overruled."""
    claimed = {zh: entry for entry in new if not entry.condition for zh in entry.sources}
    ids = {entry.id: entry for entry in new}
    kept, conflicts = [], []
    for entry in old:
        winner = claimed.get(entry.zh) or ids.get(entry.id)
        if winner is None:
            kept.append(entry)
        elif winner.preferred != entry.preferred:
            conflicts.append(Conflict(entry.zh, winner, entry))
    return [*kept, *new], conflicts
