"""Glossary formats: one file per format; what each can carry is said when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from pipeline.errors import FormatError, GlossaryError, UsageError
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.history import read_log
from pipeline.termbase.proposals import pending, with_proposals
from pipeline.termbase.table import COLUMNS, MAX_BYTES, Row, decode, entries_of, rows_of

# Suffix to the function that turns bytes and a path into entries.
_READERS: Final = {
    ".csv": "pipeline.formats.glossary:read_table",
    ".tsv": "pipeline.formats.glossary:read_table",
    ".tab": "pipeline.formats.glossary:read_table",
    ".xlsx": "pipeline.formats.glossary.xlsx:read",
    ".tbx": "pipeline.formats.glossary.tbx:read",
}
SUFFIXES: Final = tuple(_READERS)
Reader = Callable[[bytes, Path], list[ConceptEntry]]


def _named(reference: str) -> Callable[..., object]:
    module, _, attribute = reference.partition(":")
    return cast("Callable[..., object]", getattr(import_module(module), attribute))


def read_table(data: bytes, path: Path) -> list[ConceptEntry]:
    """Entries of a CSV or TSV file."""
    return entries_of(path, rows_of(decode(data, path=str(path)), path))


def read_bytes(data: bytes, path: Path) -> list[ConceptEntry]:
    """The entries in the bytes of a glossary file, whatever their state.

    Args:
        data: The file.
        path: Its name; the suffix says the format.

    Raises:
        GlossaryError: Unknown suffix, or unusable content, with line numbers.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(SUFFIXES)
        raise GlossaryError(f"unknown glossary format {suffix or '(no suffix)'!r}; known: {known}", path=str(path))
    if len(data) > MAX_BYTES:
        raise GlossaryError(f"larger than {MAX_BYTES // 2**20} MiB: split it", path=str(path))
    try:
        return cast("Reader", _named(_READERS[suffix]))(data, path)
    except FormatError as error:
        raise GlossaryError(str(error)) from error


def read(path: Path) -> list[ConceptEntry]:
    """The entries of a glossary file in any known format, whatever their state.

    Raises:
        GlossaryError: Unreadable, unknown or unusable, with line numbers.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GlossaryError(f"larger than {MAX_BYTES // 2**20} MiB: split it", path=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise GlossaryError(error.strerror or str(error), path=str(path)) from error
    return read_bytes(data, path)


def read_with_proposals(path: Path) -> list[ConceptEntry]:
    """The entries of a file with the changes that wait in the log beside it on top.

    Raises:
        GlossaryError: As :func:`read`, or the log is damaged.
    """
    waiting = [proposal for proposal in pending(read_log(path.parent)) if proposal.file == path.name]
    return with_proposals(read(path), waiting)


def read_candidates(path: Path) -> list[ConceptEntry]:
    """Entries to import: a glossary, or the accepted rows of a table of candidates.

    A table of candidates has a column ``accept``; rows with anything but
    nothing, ``no``, ``n`` or ``0`` in it are taken.

    Raises:
        GlossaryError: As :func:`read`, or an accepted row has no rendering.
    """
    if path.suffix.lower() not in {".csv", ".tsv", ".xlsx"}:
        return read(path)
    rows = list(_rows(path))
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if "accept" not in header:
        return read(path)
    return _accepted(path, header, rows[1:])


def _rows(path: Path) -> Iterable[Row]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GlossaryError(error.strerror or str(error), path=str(path)) from error
    if path.suffix.lower() == ".xlsx":
        from pipeline.formats.glossary import xlsx

        try:
            return list(xlsx.rows(data, path))
        except FormatError as error:
            raise GlossaryError(str(error)) from error
    return rows_of(decode(data, path=str(path)), path)


def _accepted(path: Path, header: list[str], rows: Iterable[Row]) -> list[ConceptEntry]:
    known = [name for name in header if name in COLUMNS]
    if not {"zh", "en"} <= set(known):
        raise GlossaryError("a table of candidates needs the columns accept, zh and en", path=str(path), line=1)
    table: list[Row] = [(1, list(dict.fromkeys(["id", *known])))]
    for line, row in rows:
        cell = dict(zip(header, map(str.strip, row), strict=False))
        if cell.get("accept", "").lower() not in {"", "no", "n", "0"}:
            identifier = cell.get("id") or f"{path.stem}-{line}"
            table.append((line, [cell.get(name, "") if name != "id" else identifier for name in table[0][1]]))
    return entries_of(path, table)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Glossary files that paths name: files themselves, folders by what they hold.

    Raises:
        UsageError: Nothing is there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.iterdir()) if file.suffix.lower() in SUFFIXES and file.is_file()]
            if not inside:
                raise UsageError(f"{path} holds no glossary ({', '.join(SUFFIXES)})")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise UsageError(f"no glossary at {path}")
    return found
