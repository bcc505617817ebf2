"""Bilingual segments from what holds them: XLIFF, TMX, stored documents, ``--to json``, tables, parallel texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.core.serial import loads
from pipeline.errors import FormatError, InputError, UsageError
from pipeline.formats.encoding import decode
from pipeline.formats.safety import parse_xml
from pipeline.termbase.impact import BilingualSegment

MAX_BYTES: Final = 512 * 1024 * 1024
_FINAL_12: Final = frozenset({"final", "signed-off"})
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_SKIPPED_CODES: Final = frozenset({"ph", "bpt", "ept", "it", "ut"})


def bilingual_files(paths: Iterable[Path]) -> list[Path]:
    """Files that hold both languages: those named, and those in named folders.

    Raises:
        UsageError: A path is missing, or a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"no bilingual file at {path}")
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and is_bilingual(file))
            if not inside:
                raise UsageError(f"{path} holds no bilingual file ({', '.join([*_READERS, *_PLAIN])})")
            found += inside
        else:
            found.append(path)
    return found


def is_bilingual(path: Path) -> bool:
    """Whether a file is of a bilingual format, or a text with its English beside it."""
    suffix = path.suffix.lower()
    return suffix in _READERS or (suffix in _PLAIN and _english(path) is not None)


def read_segments(path: Path) -> Iterator[BilingualSegment]:
    """The segments of a bilingual file that have a target.

    Args:
        path: ``.xlf``, ``.xliff``, ``.tmx``, ``.json``, ``.tsv``, ``.csv``; or
            a ``.txt`` or ``.md`` beside its English, line by line.

    Raises:
        InputError: Unreadable, of another kind, or malformed.
    """
    suffix = path.suffix.lower()
    if suffix in _PLAIN:
        return _parallel(path)
    if suffix not in _READERS:
        raise InputError(f"{path}: {suffix or 'no suffix'} is no bilingual format; known: {', '.join(_READERS)}")
    return _READERS[suffix](_bytes(path), path)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES // 2**20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    """Text of an element without native codes and the notes in between."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and _local(child) not in _SKIPPED_CODES:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _xliff(data: bytes, path: Path) -> Iterator[BilingualSegment]:
    root = parse_xml(data, name=str(path))
    if _local(root) != "xliff":
        raise FormatError(f"{path}: the root element is <{_local(root)}>, not <xliff>")
    old = root.get("version", "").startswith("1.")
    wanted = "trans-unit" if old else "segment"
    for number, unit in enumerate((each for each in root.iter() if _local(each) == wanted), 1):
        parts = {_local(child): child for child in unit}
        source, target = parts.get("source"), parts.get("target")
        if source is None or target is None:
            continue
        approved = target.get("state") in _FINAL_12 or unit.get("approved") == "yes"
        state = ("reviewed" if approved else "translated") if old else unit.get("state", "initial")
        identifier = unit.get("id") or f"s{number}"
        yield from _pair(path.name, identifier, _text(source), _text(target), state)


def _tmx(data: bytes, path: Path) -> Iterator[BilingualSegment]:
    root = parse_xml(data, name=str(path))
    if _local(root) != "tmx":
        raise FormatError(f"{path}: the root element is <{_local(root)}>, not <tmx>")
    for number, unit in enumerate(root.iter("tu"), 1):
        texts: dict[str, str] = {}
        for variant in unit.iter("tuv"):
            language = (variant.get(_XML_LANG) or variant.get("lang") or "").lower()[:2]
            segment = variant.find("seg")
            if segment is not None:
                texts.setdefault(language, _text(segment))
        # What is in a translation memory was approved by someone, unless it says otherwise.
        states = [prop.text for prop in unit.iter("prop") if prop.get("type") == "x-state"]
        yield from _pair(
            path.name, unit.get("tuid") or f"tu{number}", texts.get("zh", ""), texts.get("en", ""), *states[:1]
        )


def _json(data: bytes, path: Path) -> Iterator[BilingualSegment]:
    try:
        head = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: not JSON ({error})") from error
    if isinstance(head, dict) and isinstance(head.get("document"), dict):
        document = loads(data)
        for segment in document.segments:
            yield from _pair(
                document.name, segment.id, segment.source, segment.target, str(segment.state), genre=document.genre
            )
        return
    segments = head.get("segments") if isinstance(head, dict) else None
    if not isinstance(segments, list):
        raise FormatError(f"{path}: neither a stored document nor a report of --to json")
    name = str(head.get("document", path.name))
    for row in segments:
        if not isinstance(row, dict) or not {"id", "source", "target"} <= set(row):
            raise FormatError(f"{path}: a segment lacks id, source or target")
        yield from _pair(name, str(row["id"]), str(row["source"]), str(row["target"]), str(row.get("state", "")))


def _table(data: bytes, path: Path) -> Iterator[BilingualSegment]:
    text = decode(data, name=str(path))
    tabs = path.suffix.lower() == ".tsv" or "\t" in text.partition("\n")[0]
    # Sentences hold quotation marks that quote nothing.
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(lines)
    columns = {"source": 0, "target": 1}
    try:
        for row in reader:
            if reader.line_num == 1 and {"source", "target"} <= {cell.strip().lower() for cell in row}:
                columns = {cell.strip().lower(): i for i, cell in enumerate(row)}
                continue
            if not any(map(str.strip, row)) or row[0].startswith("#"):
                continue
            if len(row) <= max(columns["source"], columns["target"]):
                raise FormatError(f"{path}:{reader.line_num}: expected source and target, found {len(row)} column")
            cell = {name: row[i] for name, i in columns.items() if i < len(row)}
            identifier = cell.get("id", "") or f"line {reader.line_num}"
            yield from _pair(path.name, identifier, cell["source"], cell["target"], cell.get("state", ""))
    except csv.Error as error:
        raise FormatError(f"{path}:{reader.line_num}: {error}") from error


def _english(path: Path) -> Path | None:
    """The English beside a Chinese text: ``x.zh.md`` and ``x.en.md``, or ``x.md`` and ``x.en.md``."""
    stem = path.stem.removesuffix(".zh")
    other = path.with_name(f"{stem}.en{path.suffix}")
    return other if other != path and other.is_file() else None


def _parallel(path: Path) -> Iterator[BilingualSegment]:
    other = _english(path)
    if other is None:
        raise InputError(f"{path}: its English is missing: {path.stem.removesuffix('.zh')}.en{path.suffix}")
    zh = decode(_bytes(path), name=str(path)).splitlines()
    en = decode(_bytes(other), name=str(other)).splitlines()
    if len(zh) != len(en):
        raise InputError(f"{path}: {len(zh)} lines, but {len(en)} in {other.name}; they must correspond")
    for number, (source, target) in enumerate(zip(zh, en, strict=True), 1):
        yield from _pair(path.name, f"line {number}", source, target)


def _pair(
    document: str, identifier: str, source: str, target: str, state: str = "", *, genre: str = ""
) -> Iterator[BilingualSegment]:
    if source.strip() and target.strip():
        yield BilingualSegment(document, identifier, source, target, state, genre)


_READERS: Final[dict[str, Callable[[bytes, Path], Iterator[BilingualSegment]]]] = {
    ".xlf": _xliff,
    ".xliff": _xliff,
    ".tmx": _tmx,
    ".json": _json,
    ".tsv": _table,
    ".csv": _table,
}
_PLAIN: Final = (".txt", ".md")
