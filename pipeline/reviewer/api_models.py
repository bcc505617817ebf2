"""What the JSON API takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.reviewer.exchange import Plan
from pipeline.reviewer.note import Adjustment
from pipeline.reviewer.service import Applied
from pipeline.store.around import Found as FoundSegment
from pipeline.store.records import DecisionRow, DocumentRow, QueueItem, SegmentDetail, User
from pipeline.termbase.concept import ConceptEntry

# PostgreSQL keeps no NUL in a text.
_PATTERN = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=_PATTERN)]
Short = Annotated[str, StringConstraints(max_length=400, pattern=_PATTERN)]
Reason = Annotated[str, StringConstraints(max_length=2_000, pattern=_PATTERN)]
Big = Annotated[int, Field(ge=0, lt=2**63)]
Role = Literal["reviewer", "linguist", "admin"]
Revision = Annotated[int, Field(ge=0, lt=2**31)]


class Model(BaseModel):
    """Unknown fields are refused: a misspelt one would be silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(BaseModel):
    """Why something was not done."""

    detail: str | list[Any]


class Current(BaseModel):
    """What stands there now."""

    id: int
    revision: int
    target: str
    state: str


class ConflictOut(BaseModel):
    """Who was faster, and what stands there now."""

    detail: str
    current: Current | None


class DecisionIn(Model):
    """A decision; see the page's help for what each action does."""

    action: Literal["accept", "edit", "choose", "dismiss", "assign", "prefer", "forbid"]
    revision: Revision = Field(description="The segment's revision that you saw; another one is a conflict.")
    scope: Literal["this", "document", "project"] = "this"
    target: Text = Field("", description="edit: the English.")
    reason: Reason = Field("", description="Why; dismiss needs one.")
    flag: Big | None = Field(None, description="choose: id of the flag; dismiss: likewise, or null for all.")
    candidate: Annotated[int, Field(ge=0, lt=1000)] | Short | None = Field(
        None, description="choose: number from 0, or the text."
    )
    zh: Short = Field("", description="prefer, forbid: the Chinese term.")
    rendering: Short = Field("", description="prefer, forbid: the English.")
    to: Short = Field("", description="assign: who; empty takes the question back.")


class ReasonIn(Model):
    """Why a decision is taken back."""

    reason: Reason = ""


class ProposalIn(Model):
    """A rendering to prefer or to forbid."""

    kind: Literal["prefer", "forbid"]
    zh: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PATTERN, strip_whitespace=True)]
    rendering: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=_PATTERN, strip_whitespace=True)]


class SettlementIn(Model):
    """What becomes of a proposal."""

    approve: bool
    revision: Revision
    reason: Reason = ""


class AppliedOut(BaseModel):
    """What a decision did."""

    decision: int = Field(description="Its id; 0 where a reviewer's ruling became a proposal.")
    segment: int
    revision: int
    changed: list[int] = Field(description="Other segments that followed.")
    left: int = Field(description="How many were left because a person has settled them.")
    open_flags: int
    proposals: list[int]

    @classmethod
    def of(cls, applied: Applied) -> AppliedOut:
        """From what the service reports."""
        return cls.model_validate(applied, from_attributes=True)


class CandidateOut(BaseModel):
    """A rendering to choose."""

    text: str
    evidence: str


class FlagOut(BaseModel):
    """A flag; spans count code points of ``text`` and ``target``."""

    id: int
    code: str
    category: str
    severity: str
    message: str
    state: str
    source: tuple[int, int] | None
    target: tuple[int, int] | None
    candidates: list[CandidateOut]


class TermOut(BaseModel):
    """A term and its rendering."""

    concept: str
    text: str
    rendering: str
    source: tuple[int, int]
    target: tuple[int, int] | None
    honoured: bool


class SegmentOut(BaseModel):
    """A segment with all that the editor shows."""

    item: QueueItem
    text: str = Field(description="The normalised source, which spans count in.")
    initial: str
    previous: tuple[str, str] | None
    following: tuple[str, str] | None
    siblings: tuple[int, int]
    locked_by: str
    terms: list[TermOut]
    flags: list[FlagOut]
    hypotheses: list[str]
    history: list[DecisionRow]

    @classmethod
    def of(cls, detail: SegmentDetail) -> SegmentOut:
        """From what the store holds."""
        return cls(
            item=detail.item,
            text=detail.segment.text,
            initial=detail.initial,
            previous=detail.previous,
            following=detail.following,
            siblings=detail.siblings,
            locked_by=detail.locked_by,
            terms=[
                TermOut(
                    concept=term.concept,
                    text=term.text,
                    rendering=term.rendering,
                    source=(term.span.start, term.span.end),
                    target=(term.target.start, term.target.end) if term.target else None,
                    honoured=term.honoured,
                )
                for term in detail.segment.terms
            ],
            flags=[FlagOut(id=row.id, **msgspec.to_builtins(row.flag)) for row in detail.flags],
            hypotheses=[one.text for one in detail.hypotheses],
            history=list(detail.history),
        )


class Decisions(BaseModel):
    """A page of the log."""

    decisions: list[DecisionRow]


class Documents(BaseModel):
    """A page of documents."""

    documents: list[DocumentRow]
    after: str | None


class NoteOut(BaseModel):
    """An adjustment note."""

    document: str
    earlier: str
    later: str
    adjustments: list[Adjustment]
    lines: list[str]


class EntryOut(BaseModel):
    """A concept entry."""

    id: str
    zh: str
    preferred: str
    variants: list[str]
    admitted: list[str]
    forbidden: list[str]
    abbr: str
    condition: str
    definition: str
    note: str
    reference: str

    @classmethod
    def of(cls, entry: ConceptEntry) -> EntryOut:
        """From the glossary."""
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class UnitOut(BaseModel):
    """A memory unit."""

    source: str
    target: str
    document: str
    user: str
    at: str


class Found(BaseModel):
    """Hits by kind."""

    units: list[UnitOut]
    entries: list[EntryOut]
    segments: list[FoundSegment]

    @classmethod
    def of(cls, hits: dict[str, Any]) -> Found:
        """From a search."""
        return cls(
            units=[UnitOut.model_validate(one, from_attributes=True) for one in hits["units"]],
            entries=[EntryOut.of(one) for one in hits["entries"]],
            segments=hits["segments"],
        )


class ImpactOut(BaseModel):
    """What a change would do."""

    holding: int
    more: bool
    outcomes: dict[str, int]
    contradictions: int


class UserOut(BaseModel):
    """A user."""

    name: str
    role: str
    disabled: bool
    password: bool = Field(description="Whether they can log in with one.")
    token: bool = Field(description="Likewise.")

    @classmethod
    def of(cls, user: User) -> UserOut:
        """From the store, without its hashes."""
        return cls(
            name=user.name,
            role=user.role,
            disabled=user.disabled,
            password=bool(user.password),
            token=bool(user.token),
        )


class UserIn(Model):
    """A new user."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PATTERN)]
    role: Role = "reviewer"
    password: Annotated[str, StringConstraints(max_length=1024)] = Field("", description="Or ask for a token.")
    token: bool = False


class UserChangeIn(Model):
    """What becomes of a user; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None
    password: Annotated[str, StringConstraints(max_length=1024)] | None = None
    token: bool = Field(False, description="Make a new one; the old one ends.")


class UserMadeOut(BaseModel):
    """What was done."""

    name: str
    token: str = Field(description="The new token, shown this once; empty where none was asked for.")


class StepOut(BaseModel):
    """What an imported file does to a segment."""

    kind: Literal["edit", "accept", "conflict", "unchanged", "done", "empty", "gone", "invalid"]
    unit: str
    segment: int = Field(description="0 where there is none.")
    before: str
    after: str
    note: str


class PlanOut(BaseModel):
    """What a file does, or would do."""

    document: str
    applied: bool
    counts: dict[str, int]
    steps: list[StepOut]

    @classmethod
    def of(cls, plan: Plan, *, applied: bool) -> PlanOut:
        """From what importing planned."""
        steps = [StepOut.model_validate(step, from_attributes=True) for step in plan.steps]
        return cls(document=plan.document, applied=applied, counts=plan.count(), steps=steps)
