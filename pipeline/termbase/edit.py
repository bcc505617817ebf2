"""Changing single rows of a glossary file and leaving every other byte as it is.

A linguist's file under version control should show what was changed, and
nothing else: quoting, order, line ends and unknown columns stay.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from pipeline.errors import GlossaryError
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.table import (
    COLUMNS,
    cells_of,
    check_header,
    delimiter_of,
    entries_of,
    format_row,
    read_text,
    rows_of,
    unguarded,
)


@dataclass(slots=True)
class _Record:
    """A row as it stands in the file.

    Attributes:
        line: Its last line, 1-based; 0 for new rows.
        raw: Its text with line end.
        cells: Its cells; empty for empty lines.
    """

    line: int
    raw: str
    cells: list[str]


class GlossaryFile:
    """A CSV or TSV glossary whose rows can be replaced, added and removed.

    Args:
        path: Where it is, or will be.
        text: Its content.
        mark: Whether the file begins with a byte order mark, as Excel's do.

    Raises:
        GlossaryError: It is no glossary table.
    """

    def __init__(self, path: Path, text: str, *, mark: bool = False) -> None:
        self.path = path
        self._mark = mark
        self._text = text
        self._delimiter = delimiter_of(text, path)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._records = _records(text, self._delimiter, path)
        head = next((record for record in self._records if record.cells), None)
        if head is None:
            raise GlossaryError("the file is empty", path=str(path))
        self.header = [name.strip().lower() for name in head.cells]
        self.simple = check_header(self.header, path=str(path), line=head.line)
        self.entries = entries_of(path, rows_of(text, path))

    @classmethod
    def read(cls, path: Path) -> Self:
        """A file as it is on disk.

        Raises:
            GlossaryError: Unreadable, or no glossary.
        """
        text = read_text(path)
        with path.open("rb") as file:
            return cls(path, text, mark=file.read(3) == BOM_UTF8)

    @classmethod
    def new(cls, path: Path) -> Self:
        """An empty table with all columns."""
        return cls(path, format_row(COLUMNS, delimiter="\t" if path.suffix.lower() == ".tsv" else ","))

    @property
    def text(self) -> str:
        """The whole file."""
        return "".join(record.raw for record in self._records)

    @property
    def changed(self) -> bool:
        """Whether anything is not as it was read."""
        return self.text != self._text

    @property
    def data(self) -> bytes:
        """The whole file's bytes."""
        return (BOM_UTF8 if self._mark else b"") + self.text.encode()

    def put(self, entry: ConceptEntry, *, after: str = "") -> None:
        """Replace the row with the entry's id, or add one, at the end or behind another concept.

        Cells that say the same as before keep their wording (order and
        spacing), and columns that the file has not are left out.

        Raises:
            GlossaryError: The file has two columns only, or lacks a column
                that the entry needs.
        """
        if self.simple:
            raise GlossaryError(
                "a file of two columns holds no statuses: export it as CSV with all columns first", path=str(self.path)
            )
        cells = cells_of(entry)
        lacking = [
            name for name, value in cells.items() if value and name not in self.header and not _implied(name, value)
        ]
        if lacking:
            raise GlossaryError(f"has no column for {', '.join(lacking)}: add it", path=str(self.path), line=1)
        record = self._find(entry.id)
        if record is None:
            record = self._inserted(after)
        record.cells = self._updated(record.cells, cells)
        record.raw = format_row(record.cells, delimiter=self._delimiter, newline=self._newline)

    def _updated(self, old: list[str], cells: dict[str, str]) -> list[str]:
        """A row's cells with those of a concept in them; cells that say the same keep their wording."""
        row = [*old, *[""] * (len(self.header) - len(old))]
        for i, name in enumerate(self.header):
            if name in cells and row[i].strip() != cells[name]:
                row[i] = cells[name]
        return row

    def _inserted(self, after: str) -> _Record:
        """A new record behind that of a concept, or at the end."""
        record = _Record(0, "", [])
        neighbour = self._find(after) if after else None
        self._end_line()
        if neighbour is None:
            self._records.append(record)
        else:
            self._records.insert(self._records.index(neighbour) + 1, record)
        return record

    def conflict(self, concept: str, theirs: ConceptEntry | None, *, labels: tuple[str, str], after: str = "") -> None:
        """Put the row of a concept and another version of it between git's conflict marks.

        Args:
            concept: Id; its row, if there is one, is our version.
            theirs: The other version; None where it was deleted.
            labels: Names of the two sides.
            after: Concept behind which it goes where we have no row.
        """
        record = self._find(concept) or self._inserted(after)
        self._end_line()
        line = self._newline
        other = ""
        if theirs is not None:
            row = self._updated(record.cells, cells_of(theirs))
            other = format_row(row, delimiter=self._delimiter, newline=line)
            record.cells = record.cells or row
        record.raw = f"<<<<<<< {labels[0]}{line}{record.raw}======={line}{other}>>>>>>> {labels[1]}{line}"

    def remove(self, concept: str) -> None:
        """Take the row with an id out."""
        record = self._find(concept)
        if record is not None:
            self._records.remove(record)

    def _find(self, concept: str) -> _Record | None:
        at = self.header.index("id")
        rows = (record for record in self._records if len(record.cells) > at and record.cells[at].strip() == concept)
        return next((record for record in rows if record.cells), None)

    def _end_line(self) -> None:
        if self._records and not self._records[-1].raw.endswith("\n"):
            self._records[-1].raw += self._newline


def _implied(name: str, value: str) -> bool:
    """Whether an absent column says this anyway."""
    return name == "state" and value == "approved"


def _records(text: str, delimiter: str, path: Path) -> list[_Record]:
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    records, at = [], 0
    try:
        for cells in reader:
            raw = "".join(lines[at : reader.line_num])
            at = reader.line_num
            records.append(_Record(at, raw, list(map(unguarded, cells)) if any(map(str.strip, cells)) else []))
    except csv.Error as error:
        raise GlossaryError(f"not CSV: {error}", path=str(path), line=reader.line_num) from error
    return records


def fixed(file: GlossaryFile, changed: Iterable[ConceptEntry]) -> int:
    """Put changed entries into their rows.

    Returns:
        How many rows differ from before.
    """
    known = {entry.id: entry for entry in file.entries}
    count = 0
    for entry in changed:
        if msgspec.structs.replace(entry, origin="") != msgspec.structs.replace(known[entry.id], origin=""):
            file.put(entry)
            count += 1
    return count
