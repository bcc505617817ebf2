"""What makes an entry of a glossary useless without anybody seeing it: refused where a glossary is loaded to be used.

Lint reports the same (G108, G109), and much else that only a linguist can judge.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.errors import GlossaryError
from pipeline.termbase.concept import PARTS_OF_SPEECH, ConceptEntry, is_date
from pipeline.termbase.table import faults

Reader = Callable[[Path], Sequence[ConceptEntry]]


def validated(read: Reader, path: Path) -> Sequence[ConceptEntry]:
    """The entries that a reader finds in a file.

    Args:
        read: Of the file's format.
        path: The file.

    Raises:
        GlossaryError: As the reader raises it, or an entry has a part of
            speech that there is not, or a date that is none; with lines.
    """
    entries = read(path)
    found = [f"line {_line(entry)}: {fault}" for entry in entries for fault in _faults(entry)]
    if found:
        raise GlossaryError(faults(found), path=str(path))
    return entries


def _line(entry: ConceptEntry) -> str:
    return entry.origin.rpartition(":")[2] or "?"


def _faults(entry: ConceptEntry) -> Iterator[str]:
    if entry.pos and entry.pos not in PARTS_OF_SPEECH:
        close = difflib.get_close_matches(entry.pos.lower(), PARTS_OF_SPEECH, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        yield f"part of speech {entry.pos!r} is none of {', '.join(PARTS_OF_SPEECH)}{hint}"
    for column, text in (("valid_from", entry.valid_from), ("valid_to", entry.valid_to)):
        if text and not is_date(text):
            yield f"{column} {text!r} is no date: write it as 2026-01-06"
