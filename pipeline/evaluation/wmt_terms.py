"""The term metric of the WMT25 terminology task, track 2 (documents with term dictionaries)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import InputError

Terms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WmtDocument:
    """A document with its dictionaries.

    Attributes:
        zh: Chinese, paragraphs on lines.
        en: Reference.
        dictionaries: Terms and their renderings by dictionary name (``proper``, ``random``).
    """

    zh: str
    en: str
    dictionaries: dict[str, dict[str, list[str]]]


def load_wmt(path: Path) -> list[WmtDocument]:
    """One JSON object a line, with ``zh``, ``en``, ``proper`` and ``random``.

    Raises:
        InputError: Another kind of file.
    """
    documents = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        row: Any = msgspec.json.decode(line)
        if not isinstance(row, dict) or not {"zh", "en", "proper", "random"} <= row.keys():
            raise InputError(f"{path}:{number}: expected zh, en, proper and random")
        dictionaries = {name: row[name] for name in ("proper", "random")}
        documents.append(WmtDocument(zh=row["zh"], en=row["en"], dictionaries=dictionaries))
    return documents


def term_success(source: str, target: str, reference: str, terms: Terms) -> list[float]:
    """Per term the share of its occurrences that are rendered, 0 to 1.

    As the task scores: terms that occur in the source and one of whose
    renderings occurs in the reference; occurrences of renderings in the
    target over occurrences of the term in the source, at most 1; lower-cased
    substrings.
    """
    source, target, reference = source.lower(), target.lower(), reference.lower()
    scores = []
    for term, renderings in terms.items():
        wanted = source.count(term.lower())
        known = {rendering.lower() for rendering in renderings if rendering.strip()}
        if wanted and any(rendering in reference for rendering in known):
            scores.append(min(1.0, sum(target.count(rendering) for rendering in known) / wanted))
    return scores
