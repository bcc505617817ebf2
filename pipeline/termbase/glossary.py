"""Glossaries: CSV, TSV and XLSX files as one set of concept entries."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.errors import GlossaryError
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.condition import ConditionError

COLUMNS: Final = (
    "id", "zh", "zh_variants", "en", "en_admitted", "en_forbidden", "abbr", "pos", "subject",
    "condition", "definition", "note", "reference", "valid_from", "valid_to", "state",
)  # fmt: skip
_REQUIRED: Final = frozenset({"id", "zh", "en"})
_SIMPLE: Final = frozenset({"source", "target"})
_MAX_FAULTS: Final = 20
_MAX_BYTES: Final = 256 * 1024 * 1024


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
    def load(cls, paths: Sequence[Path], *, with_proposed: bool = False, day: date | None = None) -> Glossary:
        """Read and merge glossary files.

        Args:
            paths: Weakest first. An unconditional entry of a later file takes
                the place of all entries of earlier files for the same Chinese.
            with_proposed: Whether proposed entries count.
            day: Day on which entries must be valid; default: today.

        Raises:
            GlossaryError: A file is unusable; names up to twenty faults with
                their lines.
        """
        day = day or date.today()  # noqa: DTZ011  (validity is a calendar matter)
        states = {EntryState.APPROVED, *((EntryState.PROPOSED,) if with_proposed else ())}
        entries: list[ConceptEntry] = []
        conflicts: list[Conflict] = []
        for path in paths:
            new = [entry for entry in read_entries(path) if entry.state in states and entry.valid_on(day)]
            entries, lost = _merged(entries, new)
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

    @cached_property
    def abbreviations(self) -> dict[str, str]:
        """Abbreviation by concept id."""
        return {entry.id: entry.abbr for entry in self.entries if entry.abbr}

    def find(self, query: str) -> list[ConceptEntry]:
        """Entries whose Chinese or English holds a text; exact ones first, then shorter ones."""
        low = query.strip().lower()
        if not low:
            return []
        hits = [entry for entry in self.entries if any(low in text.lower() for text in _texts(entry))]
        return sorted(hits, key=lambda entry: (low not in map(str.lower, _texts(entry)), len(entry.zh), entry.id))


def _texts(entry: ConceptEntry) -> tuple[str, ...]:
    return (*entry.sources, entry.preferred, *entry.admitted, *((entry.abbr,) if entry.abbr else ()))


def _merged(old: list[ConceptEntry], new: list[ConceptEntry]) -> tuple[list[ConceptEntry], list[Conflict]]:
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


def read_entries(path: Path) -> list[ConceptEntry]:
    """The entries of one file, whatever their state.

    Args:
        path: ``.csv``, ``.tsv`` or ``.xlsx``; full columns, or two columns
            ``source`` and ``target`` where several rows for one source are
            alternatives.

    Raises:
        GlossaryError: With line numbers.
    """
    rows = list(_rows(path))
    if not rows:
        raise GlossaryError("the file is empty", path=str(path))
    header = [name.strip().lower() for name in rows[0][1]]
    simple = set(header) >= _SIMPLE
    missing = (_SIMPLE if simple else _REQUIRED) - set(header)
    if missing:
        raise GlossaryError(
            f"missing: {', '.join(sorted(missing))}; expected {', '.join(COLUMNS[:4])} … or source,target",
            path=str(path),
            line=1,
        )
    unknown = set(header) - set(COLUMNS) - _SIMPLE - {""}
    if unknown and not simple:
        raise GlossaryError(f"unknown columns: {', '.join(sorted(unknown))}", path=str(path), line=1)
    reader = _Reader(path, header)
    entries = reader.simple(rows[1:]) if simple else reader.full(rows[1:])
    if reader.faults:
        shown = "; ".join(reader.faults[:_MAX_FAULTS])
        more = f"; and {len(reader.faults) - _MAX_FAULTS} more" if len(reader.faults) > _MAX_FAULTS else ""
        raise GlossaryError(shown + more, path=str(path))
    return entries


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise GlossaryError("larger than 256 MiB: split it", path=str(path))
        if path.suffix.lower() == ".xlsx":
            yield from _xlsx_rows(path)
            return
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GlossaryError(error.strerror or str(error), path=str(path)) from error
    except UnicodeDecodeError as error:
        raise GlossaryError(f"byte {error.start} is not UTF-8: save the file as UTF-8", path=str(path)) from error
    tabs = path.suffix.lower() == ".tsv" or "\t" in text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter="\t" if tabs else ",", strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise GlossaryError(f"not CSV: {error}", path=str(path), line=reader.line_num) from error


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        book: Any = openpyxl.load_workbook(path, read_only=True, data_only=False)
    except Exception as error:
        raise GlossaryError(f"not an Excel workbook: {error}", path=str(path)) from error
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            cells = ["" if cell is None else str(cell) for cell in row]
            if any(cell.startswith("=") for cell in cells):
                raise GlossaryError("a formula stands in a cell: paste values only", path=str(path), line=number)
            if any(cell.strip() for cell in cells):
                yield number, cells
    finally:
        book.close()


class _Reader:
    """Rows to entries; faults are collected, not raised one by one."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self._path = path
        self._header = header
        self.faults: list[str] = []

    def full(self, rows: Iterable[tuple[int, list[str]]]) -> list[ConceptEntry]:
        seen: dict[str, int] = {}
        entries = []
        for line, row in rows:
            entry = self._entry(line, row)
            if entry is None:
                continue
            if entry.id in seen:
                self._fault(line, f"id {entry.id!r} stands on line {seen[entry.id]} already")
            seen[entry.id] = line
            entries.append(entry)
        return entries

    def _entry(self, line: int, row: list[str]) -> ConceptEntry | None:
        if len(row) > len(self._header):
            self._fault(line, f"{len(row)} cells for {len(self._header)} columns; quote cells that hold commas")
            return None
        cell = dict(zip(self._header, (value.strip() for value in row), strict=False))
        lacking = [name for name in sorted(_REQUIRED) if not cell.get(name)]
        if lacking:
            self._fault(line, f"{', '.join(lacking)} empty")
            return None
        try:
            entry = ConceptEntry(
                id=cell["id"],
                zh=_chinese(cell["zh"]),
                preferred=cell["en"],
                variants=tuple(_chinese(text) for text in _split(cell.get("zh_variants", ""))),
                admitted=_split(cell.get("en_admitted", "")),
                forbidden=_split(cell.get("en_forbidden", "")),
                **{name: cell.get(name, "") for name in _PLAIN},
                state=EntryState(cell.get("state") or "approved"),
                origin=f"{self._path.name}:{line}",
            )
            _ = entry.parsed_condition
        except ConditionError as error:
            self._fault(line, f"condition, {error}")
        except ValueError:
            self._fault(line, f"state {cell.get('state')!r} is none of {', '.join(EntryState)}")
        else:
            return entry
        return None

    def simple(self, rows: Iterable[tuple[int, list[str]]]) -> list[ConceptEntry]:
        found: dict[str, ConceptEntry] = {}
        for line, row in rows:
            cell = dict(zip(self._header, (value.strip() for value in row), strict=False))
            source, target = _chinese(cell.get("source", "")), cell.get("target", "")
            if not source or not target:
                self._fault(line, "source or target empty")
            elif source in found:
                known = found[source]
                found[source] = msgspec.structs.replace(known, admitted=(*known.admitted, target))
            else:
                found[source] = ConceptEntry(
                    id=f"{self._path.stem}-{line}",
                    zh=source,
                    preferred=target,
                    origin=f"{self._path.name}:{line}",
                )
        return list(found.values())

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(f"line {line}: {message}")


_PLAIN: Final = (
    "abbr",
    "pos",
    "subject",
    "condition",
    "definition",
    "note",
    "reference",
    "valid_from",
    "valid_to",
)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def _chinese(text: str) -> str:
    """Chinese terms carry no spaces next to Han characters: texts are matched without them too."""
    return re.sub(r"(?<=[㐀-鿿])\s+|\s+(?=[㐀-鿿])", "", text.strip())
