"""Glossary tables: rows of cells to concept entries, and entries to rows.

A row's faults are collected, so that a linguist sees up to twenty at once,
each with its line; where there is any, nothing of the file is used.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import GlossaryError
from pipeline.lang.han import HAN
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.condition import ConditionError

COLUMNS: Final = (
    "id", "zh", "zh_variants", "en", "en_admitted", "en_forbidden", "abbr", "pos", "subject",
    "condition", "definition", "note", "reference", "valid_from", "valid_to", "state",
)  # fmt: skip
# The attribute of a concept entry that each column holds.
ATTRIBUTES: Final = {
    "zh_variants": "variants",
    "en": "preferred",
    "en_admitted": "admitted",
    "en_forbidden": "forbidden",
}
MAX_BYTES: Final = 256 * 1024 * 1024
MAX_ROWS: Final = 300_000
_REQUIRED: Final = frozenset({"id", "zh", "en"})
_SIMPLE: Final = frozenset({"source", "target"})
_MAX_FAULTS: Final = 20
_PLAIN: Final = (
    "abbr", "pos", "subject", "condition", "definition", "note", "reference", "valid_from", "valid_to",
)  # fmt: skip
_STATES: Final = {"": EntryState.APPROVED} | {str(state): state for state in EntryState}
_BESIDE_HAN: Final = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
# What a spreadsheet would compute, behind the apostrophes that keep it from that.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_CONFLICT: Final = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")

Row = tuple[int, list[str]]


def read_entries(path: Path) -> list[ConceptEntry]:
    """The entries of a CSV or TSV file, whatever their state.

    Args:
        path: Full columns, or two columns ``source`` and ``target`` where
            several rows for one source are alternatives.

    Raises:
        GlossaryError: With line numbers.
    """
    return entries_of(path, rows_of(read_text(path), path))


def read_text(path: Path) -> str:
    """The text of a table, without byte order mark.

    Raises:
        GlossaryError: Unreadable, too large, or not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GlossaryError(f"larger than {MAX_BYTES // 2**20} MiB: split it", path=str(path))
        return decode(path.read_bytes(), path=str(path))
    except OSError as error:
        raise GlossaryError(error.strerror or str(error), path=str(path)) from error


def decode(data: bytes, *, path: str) -> str:
    """UTF-8 with or without mark.

    Raises:
        GlossaryError: Another encoding, with the line of the first wrong byte.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise GlossaryError("the file is UTF-16: save it as UTF-8", path=path, line=1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GlossaryError(
            f"byte {error.start} is not UTF-8 (GBK from a Chinese Excel?): save the file as UTF-8", path=path, line=line
        ) from error


def delimiter_of(text: str, path: Path) -> str:
    """Tab or comma, from the suffix or the first line."""
    return "\t" if path.suffix.lower() in {".tsv", ".tab"} or "\t" in text.partition("\n")[0] else ","


def rows_of(text: str, path: Path) -> Iterator[Row]:
    """Line numbers (of a row's last line) and cells; empty rows are left out.

    Raises:
        GlossaryError: Not CSV.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text, path), strict=True)
    try:
        for row in reader:
            if any(row) and any(map(str.strip, row)):
                yield reader.line_num, list(map(unguarded, row))
    except csv.Error as error:
        raise GlossaryError(f"not CSV: {error}", path=str(path), line=reader.line_num) from error


def entries_of(path: Path, rows: Iterable[Row]) -> list[ConceptEntry]:
    """The entries in some rows, the first of which is the header.

    Raises:
        GlossaryError: Names up to twenty faults with their lines.
    """
    source = iter(rows)
    first = next(source, None)
    if first is None:
        raise GlossaryError("the file is empty", path=str(path))
    header = [name.strip().lower() for name in first[1]]
    simple = check_header(header, path=str(path), line=first[0])
    reader = _Reader(path, header)
    entries = reader.simple(source) if simple else reader.full(source)
    if reader.faults:
        raise GlossaryError(faults(reader.faults), path=str(path))
    return entries


def faults(found: list[str]) -> str:
    """The first twenty faults of a file as one line."""
    shown = "; ".join(found[:_MAX_FAULTS])
    return f"{shown}; and {len(found) - _MAX_FAULTS} more" if len(found) > _MAX_FAULTS else shown


def check_header(header: list[str], *, path: str, line: int) -> bool:
    """Whether a header is of the simple kind.

    Raises:
        GlossaryError: Columns are missing, unknown or named twice.
    """
    simple = set(header) >= _SIMPLE
    missing = (_SIMPLE if simple else _REQUIRED) - set(header)
    if missing:
        raise GlossaryError(
            f"missing: {', '.join(sorted(missing))}; expected {', '.join(COLUMNS[:4])} … or source,target",
            path=path,
            line=line,
        )
    unknown = set(header) - set(COLUMNS) - _SIMPLE - {""}
    if unknown and not simple:
        raise GlossaryError(f"unknown columns: {', '.join(sorted(unknown))}", path=path, line=line)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise GlossaryError(f"columns named twice: {', '.join(twice)}", path=path, line=line)
    return simple


class _Reader:
    """Rows to entries; faults are collected, not raised one by one."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self._path = path
        self._name = path.name
        self._header = header
        self._width = len(header)
        self.faults: list[str] = []

    def _limited(self, rows: Iterable[Row]) -> Iterator[Row]:
        for number, (line, row) in enumerate(rows):
            if number >= MAX_ROWS:
                raise GlossaryError(
                    f"more than {MAX_ROWS:,} rows: split the file by subject field", path=str(self._path), line=line
                )
            if row[0].startswith(_CONFLICT):
                self._fault(line, "an unresolved merge conflict: keep one of the rows, delete the marks")
                continue
            yield line, row

    def full(self, rows: Iterable[Row]) -> list[ConceptEntry]:
        seen: dict[str, int] = {}
        entries = []
        for line, row in self._limited(rows):
            entry = self._entry(line, row)
            if entry is None:
                continue
            if entry.id in seen:
                self._fault(line, f"id {entry.id!r} stands on line {seen[entry.id]} already")
            seen[entry.id] = line
            entries.append(entry)
        return entries

    def _entry(self, line: int, row: list[str]) -> ConceptEntry | None:
        if len(row) > self._width and any(cell.strip() for cell in row[self._width :]):
            self._fault(line, f"{len(row)} cells for {self._width} columns; quote cells that hold commas")
            return None
        cell = dict(zip(self._header, map(str.strip, row), strict=False))
        if not (cell.get("id") and cell.get("zh") and cell.get("en")):
            lacking = [name for name in sorted(_REQUIRED) if not cell.get(name)]
            self._fault(line, f"{', '.join(lacking)} empty")
            return None
        try:
            entry = entry_of(cell, origin=f"{self._name}:{line}")
        except ConditionError as error:
            self._fault(line, f"condition, {error}")
        except ValueError as error:
            self._fault(line, str(error))
        else:
            return entry
        return None

    def simple(self, rows: Iterable[Row]) -> list[ConceptEntry]:
        found: dict[str, ConceptEntry] = {}
        for line, row in self._limited(rows):
            cell = dict(zip(self._header, map(str.strip, row), strict=False))
            source, target = chinese(cell.get("source", "")), cell.get("target", "")
            if not source or not target:
                self._fault(line, "source or target empty")
            elif source in found:
                known = found[source]
                if target not in (known.preferred, *known.admitted):
                    found[source] = msgspec.structs.replace(known, admitted=(*known.admitted, target))
            else:
                identifier, origin = f"{self._path.stem}-{line}", f"{self._name}:{line}"
                found[source] = ConceptEntry(id=identifier, zh=source, preferred=target, origin=origin)
        return list(found.values())

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(f"line {line}: {message}")


def entry_of(cell: dict[str, str], *, origin: str = "") -> ConceptEntry:
    """The entry in a row's stripped cells by column.

    Raises:
        ConditionError: Its condition cannot be parsed.
        ValueError: Its state is unknown.
    """
    get = cell.get
    state = _STATES.get(get("state", ""))
    if state is None:
        raise ValueError(f"state {get('state')!r} is none of {', '.join(EntryState)}")
    entry = ConceptEntry(
        id=cell["id"],
        zh=chinese(cell["zh"]),
        preferred=cell["en"],
        variants=tuple(map(chinese, split(get("zh_variants", "")))),
        admitted=split(get("en_admitted", "")),
        forbidden=split(get("en_forbidden", "")),
        state=state,
        origin=origin,
        **{name: get(name, "") for name in _PLAIN},
    )
    if entry.condition:
        _ = entry.parsed_condition
    return entry


def cells_of(entry: ConceptEntry) -> dict[str, str]:
    """An entry's cells by column."""
    cells = {name: getattr(entry, ATTRIBUTES.get(name, name)) for name in COLUMNS}
    return {name: "|".join(value) if isinstance(value, tuple) else str(value) for name, value in cells.items()}


def guarded(cell: str) -> str:
    """A cell as text: a spreadsheet would compute one that begins with = + - @, so an apostrophe goes before it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """A cell without the apostrophe of :func:`guarded`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def format_row(cells: Iterable[str], *, delimiter: str = ",", newline: str = "\n", guard: bool = True) -> str:
    """One CSV row with its line end.

    Args:
        cells: Texts.
        delimiter: Comma or tab.
        newline: Line end.
        guard: Whether people may open it in a spreadsheet; False for what only programs read.
    """
    line, cells = io.StringIO(), list(map(guarded, cells) if guard else cells)
    # The writer forgets to quote a lone carriage return.
    lone = any("\r" in cell for cell in cells)
    csv.writer(
        line, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL if lone else csv.QUOTE_MINIMAL
    ).writerow(cells)
    return line.getvalue()


def format_table(entries: Iterable[ConceptEntry], *, delimiter: str = ",") -> str:
    """A whole table with all columns."""
    rows = (list(cells_of(entry).values()) for entry in entries)
    return "".join(format_row(row, delimiter=delimiter) for row in (COLUMNS, *rows))


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, separated by ``|``."""
    if not cell:
        return ()
    if "|" not in cell:
        return (cell,)
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def chinese(text: str) -> str:
    """Chinese terms carry no spaces next to Han characters: texts are matched without them too."""
    text = text.strip()
    if text.isalnum():
        return text
    return _BESIDE_HAN.sub("", text)
