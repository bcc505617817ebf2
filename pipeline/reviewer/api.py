"""The JSON API: what the page can do, for programs; described at ``/api/openapi.json``.

Programs send ``Authorization: Bearer TOKEN`` (``zhengming review user add NAME --token``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Query, Request, Response
from fastapi.security import HTTPBearer

from pipeline.errors import ConflictError
from pipeline.reviewer import exchange, proposing
from pipeline.reviewer import note as notes
from pipeline.reviewer.acts import Act, perform, undo
from pipeline.reviewer.api_models import (
    AppliedOut,
    ConflictOut,
    DecisionIn,
    Decisions,
    Documents,
    EntryOut,
    Found,
    ImpactOut,
    NoteOut,
    Problem,
    ProposalIn,
    ReasonIn,
    SegmentOut,
    SettlementIn,
)
from pipeline.reviewer.desk import Asking, Identifier, check_csrf, desk_of, need
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.views._wanted import Filter
from pipeline.reviewer.views.documents import attachment
from pipeline.reviewer.views.search import Side, Wording, found
from pipeline.store import around, documents, proposals, queue
from pipeline.store.records import Page, Progress, Proposal

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "Not readable as a request"},
    401: {"model": Problem, "description": "Nobody that we know"},
    403: {"model": Problem, "description": "Not with this role, or from another site"},
    404: {"model": Problem, "description": "There is none such"},
    413: {"model": Problem, "description": "Too large"},
    415: {"model": Problem, "description": "Send application/json"},
    422: {"model": Problem, "description": "Cannot be done, and why"},
    503: {"model": Problem, "description": "The store is busy; try again"},
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ConflictOut, "description": "Someone was faster; nothing was written"}
}
token = HTTPBearer(auto_error=False, description="From `zhengming review user add NAME --token`.")
router = APIRouter(prefix="/api/v1", responses=PROBLEMS, tags=["review"], dependencies=[Depends(token)])
Limit = Annotated[int, Query(ge=1, le=200)]
Version = Annotated[str, Query(pattern=r"^(now|[0-9]{1,9})?$")]


def _sending(request: Request, visitor: Asking, x_csrf_token: Annotated[str, Header(max_length=100)] = "") -> Visitor:
    """Who sends JSON: a browser does so for another site only after asking us, and we never agree."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send Content-Type: application/json.")
    if desk_of(request).options.login:
        check_csrf(visitor, x_csrf_token)
    return visitor


Sending = Annotated[Visitor, Depends(_sending)]


@router.get("/progress")
def progress(request: Request, visitor: Asking) -> Progress:
    """How far the project is."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        return documents.progress(connection, desk.project)


@router.get("/queue")
def show_queue(
    request: Request,
    visitor: Asking,
    wanted: Filter,
    after: Annotated[str, Query(pattern=r"^([0-9]{1,15}:[0-9]{1,15})?$", description="From the page before.")] = "",
    limit: Limit = 50,
) -> Page:
    """Segments that await a decision."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        return queue.queue(
            connection, desk.project, wanted.filter, after=after or None, limit=limit, order=wanted.order
        )


@router.get("/segments/{segment}")
def show_segment(request: Request, visitor: Asking, segment: Identifier) -> SegmentOut:
    """A segment with its terms, flags, candidates and history."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        return SegmentOut.of(queue.segment_detail(connection, segment, user=visitor.name))


@router.post("/segments/{segment}/decisions", status_code=201, responses=CONFLICT)
def decide(request: Request, visitor: Sending, segment: Identifier, decision: DecisionIn) -> AppliedOut:
    """Accept, edit, choose a candidate, dismiss, assign, make preferred or forbid."""
    desk = desk_of(request)
    act = Act(segment=segment, **decision.model_dump())
    with desk.deciding() as review:
        return AppliedOut.of(perform(review, act, visitor))


@router.get("/decisions")
def show_decisions(
    request: Request,
    visitor: Asking,
    user: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Limit = 100,
) -> Decisions:
    """What persons decided, newest first."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        log = around.decisions_page(connection, desk.project, before=before, user=user, limit=limit)
    return Decisions(decisions=log)


@router.post("/decisions/{decision}/undo", status_code=201, responses=CONFLICT)
def take_back(
    request: Request, visitor: Sending, decision: Identifier, body: Annotated[ReasonIn, Body()]
) -> AppliedOut:
    """Take a decision back, with what followed from it."""
    desk = desk_of(request)
    with desk.deciding() as review:
        return AppliedOut.of(undo(review, decision, body.reason, visitor))


@router.get("/documents")
def show_documents(
    request: Request,
    visitor: Asking,
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    after: Annotated[str, Query(max_length=1000, pattern=r"^[^\x00]*$")] = "",
    limit: Limit = 100,
) -> Documents:
    """Documents by name."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        rows, further = around.documents_page(connection, desk.project, query=q, after=after, limit=limit)
    return Documents(documents=rows, after=further)


@router.post(
    "/documents/{document}/file",
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file"}},
    response_class=Response,
)
def export(
    request: Request,
    visitor: Sending,
    document: Identifier,
    body: Annotated[dict[Literal["to"], Literal["xliff21", "xliff12", "xlsx", "document"]], Body()],
) -> Response:
    """A document as a file for another tool, or as it is delivered."""
    need(visitor, "decide")
    desk = desk_of(request)
    if "to" not in body:
        raise HTTPException(422, f"name the format: to is one of {', '.join(exchange.FORMATS)}")
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
    with desk.deciding() as review:
        data, suffix = exchange.export(review, home.name, to=body["to"], user=visitor.name)
    return attachment(data, f"{home.name}{suffix}")


@router.get("/documents/{document}/note")
def show_note(
    request: Request, visitor: Asking, document: Identifier, earlier: Version = "", later: Version = "now"
) -> NoteOut:
    """The adjustments between two versions of a translation."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
    made = notes.note(desk.review.project, home.name, earlier=earlier, later=later or "now")
    return NoteOut(
        document=made.document,
        earlier=made.earlier,
        later=made.later,
        adjustments=list(made.adjustments),
        lines=notes.lines(made),
    )


@router.get("/search")
def search(request: Request, visitor: Asking, q: Wording = "", side: Side = "", limit: Limit = 50) -> Found:
    """Memory, glossary and segments that hold a text."""
    return Found.of(found(desk_of(request), q, side=side, most=limit))


@router.get("/glossary/{concept}")
def show_entry(request: Request, visitor: Asking, concept: str) -> EntryOut:
    """A concept entry."""
    try:
        return EntryOut.of(desk_of(request).review.changer.glossary.by_id(concept))
    except KeyError:
        raise HTTPException(404, f"The glossary has no concept {concept}.") from None


@router.get("/proposals")
def show_proposals(
    request: Request,
    visitor: Asking,
    state: Literal["", "proposed", "approved", "rejected"] = "proposed",
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
) -> list[Proposal]:
    """Glossary proposals, those with most evidence first."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        return proposals.proposals(connection, desk.project, state=state, query=q)


@router.post("/proposals", status_code=201)
def propose(request: Request, visitor: Sending, proposal: ProposalIn) -> Proposal:
    """Propose a rendering as preferred or forbidden."""
    need(visitor, "propose")
    desk = desk_of(request)
    with desk.deciding() as review:
        made = proposing.propose(
            review, kind=proposal.kind, zh=proposal.zh, rendering=proposal.rendering, user=visitor.name
        )
    with desk.review.project.store.read() as connection:
        return proposals.proposal(connection, made)


@router.post("/proposals/{proposal}/settlement", responses=CONFLICT)
def settle(request: Request, visitor: Sending, proposal: Identifier, settlement: SettlementIn) -> Proposal:
    """Approve or reject a proposal."""
    need(visitor, "rule")
    desk = desk_of(request)
    with desk.deciding() as review:
        return review.settle_proposal(
            proposal,
            approve=settlement.approve,
            user=visitor.name,
            revision=settlement.revision,
            reason=settlement.reason,
        )


@router.post("/impact")
def show_impact(request: Request, visitor: Sending, proposal: ProposalIn) -> ImpactOut:
    """What a rendering would do to the segments at hand, before it is proposed; nothing is changed."""
    review = desk_of(request).review
    made, more = proposing.impact(review, kind=proposal.kind, zh=proposal.zh, rendering=proposal.rendering)
    return ImpactOut(
        holding=made.holding, more=more, outcomes=proposing.counts(made), contradictions=made.contradictions
    )


def conflict_body(error: ConflictError) -> dict[str, Any]:
    """What the second of two reviewers is told."""
    row: Any = error.current
    if row is None:
        return {"detail": str(error), "current": None}
    names = ("id", "revision", "target", "state")
    return {"detail": str(error), "current": {name: getattr(row, name, "") for name in names}}
