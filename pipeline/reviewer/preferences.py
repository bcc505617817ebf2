"""What reviewers prefer and forbid, as rows of the project's own glossary file."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import UsageError
from pipeline.formats.safety import write_atomically
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.edit import GlossaryFile
from pipeline.termbase.glossary import Glossary
from pipeline.termbase.history import Action, Event, append, now


def preferred(glossary: Glossary, *, zh: str, concept: str, rendering: str, reference: str) -> ConceptEntry:
    """An entry whose preferred rendering is another.

    What was admitted stays so; the old preferred rendering is admitted only
    where the two were alternatives already.
    """
    entry = _entry(glossary, zh, concept, rendering)
    if entry.preferred == rendering:
        return msgspec.structs.replace(entry, reference=entry.reference or reference)
    admitted = tuple(text for text in entry.admitted if text != rendering)
    if rendering in entry.admitted:
        admitted = (entry.preferred, *admitted)
    return msgspec.structs.replace(
        entry,
        preferred=rendering,
        admitted=admitted,
        forbidden=tuple(text for text in entry.forbidden if text != rendering),
        reference=reference,
    )


def forbidden(glossary: Glossary, *, zh: str, concept: str, rendering: str, reference: str) -> ConceptEntry:
    """An entry that forbids a rendering.

    Raises:
        UsageError: It is the preferred one, or the term is in no glossary.
    """
    entry = _entry(glossary, zh, concept, "")
    if not entry.preferred:
        raise UsageError(f"{zh} is in no glossary: make a rendering preferred before another is forbidden")
    if entry.preferred.lower() == rendering.lower():
        raise UsageError(f"{rendering!r} is the preferred rendering of {zh}: make another one preferred first")
    return msgspec.structs.replace(
        entry,
        admitted=tuple(text for text in entry.admitted if text.lower() != rendering.lower()),
        forbidden=tuple(dict.fromkeys((*entry.forbidden, rendering))),
        reference=entry.reference or reference,
    )


def _entry(glossary: Glossary, zh: str, concept: str, rendering: str) -> ConceptEntry:
    known = [entry for entry in glossary.entries if entry.id == concept]
    known = known or [entry for entry in glossary.entries if zh in entry.sources and not entry.condition]
    if known:
        return known[0]
    slug = blake2b(zh.encode(), digest_size=4).hexdigest()
    return ConceptEntry(id=f"project-{slug}", zh=zh, preferred=rendering)


def row_of(file: Path, concept: str) -> dict[str, Any] | None:
    """A row of the project's glossary as it stands, for undoing; None where there is none."""
    found = [entry for entry in _opened(file).entries if entry.id == concept]
    return msgspec.to_builtins(found[0]) if found else None


def write(file: Path, put: Iterable[ConceptEntry] = (), remove: Iterable[str] = (), *, who: str, why: str = "") -> None:
    """Put entries into the project's glossary and take others out; done twice it changes nothing more.

    The folder's history says who did it.

    Args:
        file: The project's glossary.
        put: Entries, each in its row or a new one.
        remove: Ids of entries that go.
        who: Who decided.
        why: Reason.

    Raises:
        pipeline.errors.GlossaryError: The file is no glossary.
        pipeline.errors.OutputError: It cannot be written.
    """
    table = _opened(file)
    before = table.data if file.exists() else b""
    events = [_event(file, concept, Action.REJECT, None, who, why) for concept in remove]
    for event in events:
        table.remove(event.concept)
    for entry in put:
        table.put(entry)
        events.append(_event(file, entry.id, Action.APPROVE, entry, who, why))
    if table.data != before:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, table.data)
        append(file.parent, events)


def _event(file: Path, concept: str, action: Action, entry: ConceptEntry | None, *by: str) -> Event:
    who, why = by
    return Event(
        at=now(), who=who, action=action, concept=concept, file=file.name, why=why, entry=entry, source="review"
    )


def _opened(file: Path) -> GlossaryFile:
    """The file as a table with all columns; one of two columns is widened."""
    if not file.exists() or not file.stat().st_size:
        return GlossaryFile.new(file)
    table = GlossaryFile.read(file)
    if not table.simple and "en_forbidden" in table.header and "reference" in table.header:
        return table
    whole = GlossaryFile.new(file)
    for entry in table.entries:
        whole.put(entry)
    return whole
