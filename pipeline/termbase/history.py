"""The history of a folder of glossaries: an append-only log of JSON lines beside the files.

One line per event: who did what to which concept, when and why. Lines are
only ever added, in one write under a lock; ids are hashes of what they name,
so that two linguists' logs can be joined line by line (``merge=union``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import GlossaryError, OutputError, UsageError
from pipeline.termbase.concept import ConceptEntry

FILE: Final = "history.jsonl"


class Action(StrEnum):
    """What was done."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    IMPORT = "import"


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the log.

    Attributes:
        at: When, UTC, ISO 8601.
        who: Name.
        action: What was done.
        concept: Id of the concept.
        file: Name of the glossary file, in the log's folder.
        why: In the person's words.
        proposal: Id of the proposal that is made or settled; empty for other events.
        entry: The concept as proposed or imported.
        base: Digest of the concept's row when the proposal was made; empty where there was none.
        source: Where it comes from: a file that was imported, an extraction, a review.
    """

    at: str
    who: str
    action: Action
    concept: str
    file: str
    why: str = ""
    proposal: str = ""
    entry: ConceptEntry | None = None
    base: str = ""
    source: str = ""


def now() -> str:
    """This second, UTC, as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def digest(entry: ConceptEntry | None) -> str:
    """Twelve hexadecimal digits of a concept's content; empty for none."""
    if entry is None:
        return ""
    plain = msgspec.structs.replace(entry, origin="")
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:12]


def read_log(folder: Path) -> list[Event]:
    """All events of a folder, oldest first; none where there is no log.

    Raises:
        GlossaryError: A line is damaged, with its number.
    """
    path = folder / FILE
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise GlossaryError(error.strerror or str(error), path=str(path)) from error
    decoder = msgspec.json.Decoder(Event)
    events = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                events.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise GlossaryError(f"damaged entry: {error}", path=str(path), line=number) from error
    # Two joined logs may be out of order.
    return sorted(events, key=lambda event: event.at)


def append(folder: Path, events: Iterable[Event]) -> None:
    """Add events to a folder's log, all of them or none.

    Raises:
        OutputError: The log cannot be written.
    """
    data = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
    path = folder / FILE
    try:
        with path.open("ab") as file:
            _lock(file.fileno())
            if file.tell() and not _ends_line(path):
                data = b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep other programs from changing a folder's glossaries while they are read, changed and written.

    The lock is on the folder itself and leaves nothing behind.

    Raises:
        UsageError: There is no such folder.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UsageError(f"no folder of glossaries at {folder}") from error
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    """Keep other writers out until the file is closed, where the system knows how."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def of_concept(events: Sequence[Event], concept: str) -> list[Event]:
    """The events of one concept or proposal, oldest first."""
    return [event for event in events if concept in {event.concept, event.proposal}]


class Transaction(msgspec.Struct, frozen=True):
    """Who made or changed a concept, and when, as TBX says it.

    Attributes:
        kind: ``origination`` or ``modification``.
        date: ISO date.
        who: Name.
    """

    kind: str
    date: str
    who: str

    def __str__(self) -> str:
        return f"{self.kind} {self.date} {self.who}".strip()


def transactions(events: Iterable[Event]) -> dict[str, list[Transaction]]:
    """By concept: where it came from, and each approved change."""
    found: dict[str, list[Transaction]] = {}
    for event in events:
        made = found.setdefault(event.concept, [])
        if event.action is not Action.REJECT and (event.action is Action.APPROVE or not made):
            made.append(Transaction("modification" if made else "origination", event.at[:10], event.who))
    return found
