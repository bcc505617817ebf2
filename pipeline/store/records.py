"""What the store hands out: frozen rows, typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.core.document import FuzzyMatch, Hypothesis, PostEdit, Segment
from pipeline.core.flags import Flag


class Action(StrEnum):
    """What a decision does."""

    ACCEPT = "accept"
    CHOOSE = "choose"
    EDIT = "edit"
    DISMISS = "dismiss"
    ASSIGN = "assign"
    PREFER = "prefer"
    FORBID = "forbid"
    # Another person's English, which came too late, kept beside the target.
    OFFER = "offer"
    UNDO = "undo"
    # What the program did because of one of the above.
    APPLY = "apply"
    REOPEN = "reopen"


class Scope(StrEnum):
    """How far a decision reaches."""

    THIS = "this"
    DOCUMENT = "document"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document of a project.

    Attributes:
        id: In the store.
        name: Path below the folder it was read from.
        format: Name of its format.
        version: Number of the version that is worked on.
        version_id: Id of that version.
        segments: How many it has.
        reviewed: How many of them a person has settled.
        open_flags: Flags that await a person.
        at: When it was first seen.
    """

    id: int
    name: str
    format: str
    version: int
    version_id: int
    segments: int
    reviewed: int
    open_flags: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version of a document's translation.

    Attributes:
        id: In the store.
        document_id: Its document.
        number: From 1.
        kind: ``translated``, or ``released`` for a named moment of one.
        base_id: The version that holds its segments: itself where translated.
        upto: For a released one, the last decision that counts; None: none yet.
        signature: What produced the targets.
        glossary: Digest of the glossary.
        note: Why it was made.
        user: Who made it.
        at: When.
    """

    id: int
    document_id: int
    number: int
    kind: str
    base_id: int
    upto: int | None
    signature: str
    glossary: str
    note: str
    user: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """A line of the queue.

    Attributes:
        id: Segment id.
        document_id: Its document.
        document: The document's name.
        position: In the document, from 0.
        kind: Kind of its block.
        source: Chinese.
        target: English as it stands now.
        state: Segment state.
        risk: Weight of its open flags.
        open_flags: How many await a person.
        codes: Codes of those flags, gravest first.
        assigned: Who is asked to decide; empty for nobody.
        revision: To be sent back with a decision.
    """

    id: int
    document_id: int
    document: str
    position: int
    kind: str
    source: str
    target: str
    state: str
    risk: int
    open_flags: int
    codes: tuple[str, ...]
    assigned: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the queue.

    Attributes:
        items: Its lines.
        after: Cursor for the next page; None at the end.
    """

    items: tuple[QueueItem, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRow:
    """A flag with its id.

    Attributes:
        id: In the store.
        flag: Its content.
        fingerprint: What a later run recognises it by.
    """

    id: int
    flag: Flag
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision, as it was written.

    Attributes:
        id: In the store; later decisions have greater ones.
        action: What was done.
        scope: How far it reaches.
        user: Who.
        at: When, UTC.
        reason: Why, in the reviewer's words.
        document: Name of the document.
        document_id: The document.
        version_id: The version it was made on.
        segment_id: The segment.
        flag_id: The flag, if it is about one.
        parent_id: The person's decision that it follows from.
        undoes_id: The decision that it takes back.
        before: Target before.
        after: Target after.
        state_before: Segment state before.
        state_after: Segment state after.
        term: The Chinese whose rendering it changes, if it does.
        rendering_before: English of that term before.
        rendering_after: English of that term after.
        undone: Whether a later decision took it back.
    """

    id: int
    action: Action
    scope: Scope
    user: str
    at: str
    reason: str
    document: str
    document_id: int
    version_id: int
    segment_id: int
    flag_id: int | None
    parent_id: int | None
    undoes_id: int | None
    before: str
    after: str
    state_before: str
    state_after: str
    term: str
    rendering_before: str
    rendering_after: str
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDetail:
    """All that an editor shows of a segment.

    Attributes:
        item: Its line in the queue.
        segment: The document model's segment: text, terms, flags, edits.
        flags: Its flags with ids, open ones first.
        initial: What the program delivered.
        version_id: Its version.
        previous: Source and target of the segment before; None at the start.
        following: Source and target of the segment after.
        siblings: Other current segments with the same source, as ``document``
            and ``project`` counts.
        history: Decisions about it and its predecessors, newest first.
        locked_by: Who else has it open; empty for nobody.
    """

    item: QueueItem
    segment: Segment
    flags: tuple[FlagRow, ...]
    initial: str
    version_id: int
    previous: tuple[str, str] | None
    following: tuple[str, str] | None
    siblings: tuple[int, int]
    history: tuple[DecisionRow, ...]
    locked_by: str

    @property
    def matches(self) -> tuple[FuzzyMatch, ...]:
        """Proposals from the memory, as found when it was translated."""
        return self.segment.matches

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What the engine said."""
        return self.segment.hypotheses

    @property
    def edits(self) -> tuple[PostEdit, ...]:
        """What rules changed of it."""
        return self.segment.edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a project or document is.

    Attributes:
        documents: How many.
        segments: How many.
        reviewed: Segments that a person has settled.
        open_flags: Flags that await a person.
    """

    documents: int
    segments: int
    reviewed: int
    open_flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that a glossary might want.

    Attributes:
        id: In the store.
        kind: ``prefer``, ``forbid`` or ``learned`` from corrections.
        concept: Id of the concept entry, where one is known.
        zh: Chinese term.
        before: English so far.
        after: English proposed; for ``forbid`` empty.
        count: How many decisions speak for it.
        evidence: Their ids.
        state: ``proposed``, ``approved`` or ``rejected``.
        user: Who proposed it.
        decided_by: Who approved or rejected it.
        reason: Why.
        revision: To be sent back with a decision.
        at: When.
    """

    id: int
    kind: str
    concept: str
    zh: str
    before: str
    after: str
    count: int
    evidence: tuple[int, ...]
    state: str
    user: str
    decided_by: str
    reason: str
    revision: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone who decides.

    Attributes:
        id: In the store.
        name: Unique.
        role: ``reviewer``, ``linguist`` or ``admin``.
        password: Hash, or empty.
        token: Hash of a token, or empty.
        disabled: Whether login is refused.
    """

    id: int
    name: str
    role: str
    password: str
    token: str
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login.

    Attributes:
        user: Whose.
        csrf: Token that forms must carry.
        expires: When it ends, UTC.
    """

    user: User
    csrf: str
    expires: str
