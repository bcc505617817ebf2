"""Proposed changes of glossaries: made by anyone, enforced only once they are approved.

A proposal waits in the log beside the files and touches none of them.
Approving writes its concept into its file; rejecting writes nothing but the
log. A row with ``state`` ``proposed`` in a file is a proposal too, and is
settled in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from pipeline.errors import UsageError
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.edit import GlossaryFile
from pipeline.termbase.history import Action, Event, append, digest, now, read_log


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits.

    Attributes:
        id: Hash of its content, or the concept's id for a row in a file.
        file: Name of the glossary file.
        entry: The concept as it would be.
        who: Who proposed it; empty where the row alone says so.
        at: When.
        why: Reason.
        base: Digest of the row that it was made on.
        source: Where it comes from.
    """

    id: str
    file: str
    entry: ConceptEntry
    who: str = ""
    at: str = ""
    why: str = ""
    base: str = ""
    source: str = ""


def propose(
    folder: Path,
    changes: Iterable[tuple[str, ConceptEntry, ConceptEntry | None]],
    *,
    who: str,
    why: str = "",
    source: str = "",
) -> list[str]:
    """Note proposals in a folder's log; one that waits already is not noted twice.

    Args:
        folder: Of the glossary files.
        changes: File name, concept as it should be, and as it is (None: new).
        who: Who proposes.
        why: Reason.
        source: Where the changes come from.

    Returns:
        Ids of the proposals, in order.
    """
    waiting = {proposal.id for proposal in pending(read_log(folder))}
    at = now()
    ids, events = [], []
    for file, entry, before in changes:
        content = msgspec.structs.replace(entry, state=EntryState.PROPOSED, origin="")
        identifier = _identifier(file, content, before)
        ids.append(identifier)
        if identifier not in waiting:
            waiting.add(identifier)
            event = Event(
                at=at,
                who=who,
                action=Action.PROPOSE,
                concept=entry.id,
                file=file,
                why=why,
                proposal=identifier,
                entry=content,
                base=digest(before),
                source=source,
            )
            events.append(event)
    if events:
        append(folder, events)
    return ids


def _identifier(file: str, entry: ConceptEntry, before: ConceptEntry | None) -> str:
    content = f"{file}\n{digest(entry)}\n{digest(before)}"
    return "p" + hashlib.sha256(content.encode()).hexdigest()[:7]


def pending(events: Sequence[Event]) -> list[Proposal]:
    """Proposals of a log that nobody has settled, oldest first.

    Something proposed again after it was rejected waits again.
    """
    waiting: dict[str, Proposal] = {}
    for event in events:
        if event.action is Action.PROPOSE and event.entry is not None:
            waiting[event.proposal] = Proposal(
                id=event.proposal,
                file=event.file,
                entry=event.entry,
                who=event.who,
                at=event.at,
                why=event.why,
                base=event.base,
                source=event.source,
            )
        elif event.action in {Action.APPROVE, Action.REJECT}:
            waiting.pop(event.proposal, None)
    return list(waiting.values())


def with_proposals(entries: Iterable[ConceptEntry], proposals: Iterable[Proposal]) -> list[ConceptEntry]:
    """Entries of a file as they would be with its proposals, the latest of each concept."""
    found = {entry.id: entry for entry in entries}
    for proposal in proposals:
        known = found.get(proposal.entry.id)
        origin = known.origin if known else f"{proposal.file}:{proposal.id}"
        found[proposal.entry.id] = msgspec.structs.replace(proposal.entry, origin=origin)
    return list(found.values())


def find(folder: Path, identifier: str, files: Iterable[GlossaryFile] = ()) -> Proposal:
    """A waiting proposal by its id, or by its concept's id where that is clear.

    Args:
        folder: Of the log.
        identifier: As listed.
        files: Where rows with state ``proposed`` may stand.

    Raises:
        UsageError: None, or several.
    """
    waiting = pending(read_log(folder))
    hits = [proposal for proposal in waiting if proposal.id == identifier] or [
        proposal for proposal in waiting if proposal.entry.id == identifier
    ]
    hits += [
        Proposal(id=entry.id, file=file.path.name, entry=entry, base=digest(entry))
        for file in files
        for entry in file.entries
        if entry.id == identifier and entry.state is EntryState.PROPOSED
    ]
    if len(hits) > 1:
        raise UsageError(f"{identifier} has {len(hits)} proposals: {', '.join(hit.id for hit in hits)}; name one")
    if not hits:
        raise UsageError(f"no proposal {identifier!r} waits in {folder}; `zhengming glossary history` lists them")
    return hits[0]


def approve(file: GlossaryFile, proposal: Proposal, *, who: str, why: str = "", force: bool = False) -> Event:
    """Put a proposal's concept into its file's table and give the event for the log.

    Args:
        file: Where it belongs; the caller writes it, then the log.
        proposal: From :func:`find`.
        who: Who approves.
        why: Reason.
        force: Approve although the row has changed since.

    Raises:
        UsageError: The row is not the one that the proposal was made on.
    """
    entry = msgspec.structs.replace(proposal.entry, state=EntryState.APPROVED, origin="")
    known = next((each for each in file.entries if each.id == entry.id), None)
    done = digest(known) == digest(entry)
    if not force and not done and digest(known) != proposal.base:
        raise UsageError(
            f"{entry.id} has changed in {proposal.file} since {proposal.id} was proposed: "
            "propose it again, or approve with --force"
        )
    if not done:
        file.put(entry)
    return _settled(Action.APPROVE, proposal, who=who, why=why)


def reject(file: GlossaryFile | None, proposal: Proposal, *, who: str, why: str = "") -> Event:
    """The event that ends a proposal; a proposed row in its file becomes a rejected one."""
    if file is not None:
        known = next((each for each in file.entries if each.id == proposal.entry.id), None)
        if known is not None and known.state is EntryState.PROPOSED:
            file.put(msgspec.structs.replace(known, state=EntryState.REJECTED))
    return _settled(Action.REJECT, proposal, who=who, why=why)


def _settled(action: Action, proposal: Proposal, *, who: str, why: str) -> Event:
    return Event(
        at=now(),
        who=who,
        action=action,
        concept=proposal.entry.id,
        file=proposal.file,
        why=why,
        proposal=proposal.id,
        entry=proposal.entry,
        source=proposal.source,
    )
