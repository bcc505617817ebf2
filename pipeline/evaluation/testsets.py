"""Test sets: where source, reference and other systems' outputs come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import InputError
from pipeline.evaluation.gold import load_gold
from pipeline.lang.plurals import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Testset:
    """Corresponding segments.

    Attributes:
        name: For the report.
        source: Chinese.
        reference: English, as many.
        peers: Other systems' outputs by name.
    """

    __test__ = False

    name: str
    source: tuple[str, ...]
    reference: tuple[str, ...]
    peers: dict[str, tuple[str, ...]] = field(default_factory=dict)


def load_testset(path: Path) -> Testset:
    """A folder of gold documents, a folder with ``zh``, ``en`` and ``NAME.en``, or JSON lines with zh and en.

    Raises:
        InputError: None of these, or files of different length.
    """
    if path.is_dir() and (path / "zh").is_file():
        return _folder(path)
    if path.is_dir():
        documents = load_gold(path)
        pairs = [(zh, en) for document in documents for zh, en in zip(document.zh, document.en, strict=True) if zh]
        return Testset(name=path.name, source=tuple(zh for zh, _ in pairs), reference=tuple(en for _, en in pairs))
    if path.suffix == ".jsonl":
        rows: list[dict[str, Any]] = [msgspec.json.decode(line) for line in path.read_bytes().splitlines() if line]
        if not rows or not {"zh", "en"} <= rows[0].keys():
            raise InputError(f"{path}: expected one JSON object with zh and en a line")
        name = f"{path.parent.name}/{path.stem}"
        return Testset(name=name, source=tuple(row["zh"] for row in rows), reference=tuple(row["en"] for row in rows))
    raise InputError(f"{path}: no test set (gold documents, a folder with zh and en, or .jsonl)")


def _folder(path: Path) -> Testset:
    source, reference = _lines(path / "zh"), _lines(path / "en")
    peers = {file.stem: _lines(file) for file in sorted(path.glob("*.en"))}
    for name, lines in {"en": reference, **peers}.items():
        if len(lines) != len(source):
            raise InputError(f"{path}: {name} has {counted(len(lines), 'line')}, zh has {len(source)}")
    return Testset(name=path.name, source=source, reference=reference, peers=peers)


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))
