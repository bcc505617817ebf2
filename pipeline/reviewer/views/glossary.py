"""The glossary for linguists: search, propose, see the impact, approve."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.errors import ConflictError, UsageError
from pipeline.reviewer import proposing
from pipeline.reviewer.desk import Asking, Desk, Identifier, Writing, desk_of, need, page
from pipeline.reviewer.people import Visitor
from pipeline.store import decisions, proposals
from pipeline.termbase.concept import ConceptEntry

router = APIRouter(include_in_schema=False)
_MOST: Final = 60
_SHOWN: Final = 40
Kind = Literal["prefer", "forbid"]


@router.get("/glossary")
def show_glossary(request: Request, visitor: Asking, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Search, and the proposals that wait."""
    return _glossary(request, visitor, q=q)


def _glossary(
    request: Request, visitor: Visitor, *, q: str = "", error: str = "", status: int = 200, sent: Any = None
) -> HTMLResponse:
    desk = desk_of(request)
    entries = desk.review.changer.glossary.find(q) if q.strip() else []
    with desk.review.project.store.read() as connection:
        waiting = proposals.proposals(connection, desk.project, state="proposed", query=q.strip())
        settled = [
            one for one in proposals.proposals(connection, desk.project, query=q.strip()) if one.state != "proposed"
        ]
    return page(
        request,
        visitor,
        "glossary.html",
        status=status,
        q=q,
        entries=entries[:_MOST],
        number=len(entries),
        waiting=waiting[:_MOST],
        settled=settled[:_MOST],
        error=error,
        fault=desk.review.book.fault,
        sent=sent or {"kind": "prefer", "zh": "", "rendering": ""},
        size=len(desk.review.changer.glossary.entries),
    )


@router.get("/glossary/impact")
def show_impact(
    request: Request,
    visitor: Asking,
    kind: Kind = "prefer",
    zh: Annotated[str, Query(max_length=200)] = "",
    rendering: Annotated[str, Query(max_length=400)] = "",
    proposal: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """What a change would do to the segments at hand, before it is made."""
    desk = desk_of(request)
    if proposal is not None:
        with desk.review.project.store.read() as connection:
            known = proposals.proposal(connection, proposal)
        kind, zh = ("forbid" if known.kind == "forbid" else "prefer"), known.zh
        rendering = known.before if kind == "forbid" else known.after
    impact, more = proposing.impact(desk.review, kind=kind, zh=zh.strip(), rendering=rendering.strip())
    return page(
        request,
        visitor,
        "impact.html",
        impact=impact,
        more=more,
        shown=impact.affected[:_SHOWN],
        kind=kind,
        zh=zh,
        rendering=rendering,
        counts=proposing.counts(impact),
    )


@router.get("/glossary/{concept}")
def show_entry(request: Request, visitor: Asking, concept: str) -> HTMLResponse:
    """One concept."""
    desk = desk_of(request)
    entry = _entry(desk, concept)
    with desk.review.project.store.read() as connection:
        about = [
            one for one in proposals.proposals(connection, desk.project, query=entry.zh) if one.zh in entry.sources
        ]
        evidence = {number for one in about for number in one.evidence}
        log = decisions.log(connection, desk.project, ids=sorted(evidence)) if evidence else []
    return page(request, visitor, "entry.html", entry=entry, about=about, log={one.id: one for one in log})


def _entry(desk: Desk, concept: str) -> ConceptEntry:
    try:
        return desk.review.changer.glossary.by_id(concept)
    except KeyError:
        raise HTTPException(404, f"The glossary has no concept {concept}.") from None


@router.post("/glossary")
def propose(
    request: Request,
    visitor: Writing,
    kind: Annotated[Kind, Form()],
    zh: Annotated[str, Form(max_length=200)] = "",
    rendering: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Propose a rendering; nothing is enforced before a linguist approves it."""
    need(visitor, "propose")
    desk = desk_of(request)
    try:
        with desk.deciding() as review:
            proposing.propose(review, kind=kind, zh=zh.strip(), rendering=rendering.strip(), user=visitor.name)
    except UsageError as error:
        sent = {"kind": kind, "zh": zh, "rendering": rendering}
        return _glossary(request, visitor, error=str(error), status=422, sent=sent)
    return RedirectResponse("/glossary", status_code=303)


@router.post("/proposals/{proposal}")
def settle(
    request: Request,
    visitor: Writing,
    proposal: Identifier,
    do: Annotated[Literal["approve", "reject"], Form()],
    revision: Annotated[int, Form(ge=0, lt=2**31)],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Approve or reject a proposal."""
    need(visitor, "rule")
    desk = desk_of(request)
    try:
        with desk.deciding() as review:
            review.settle_proposal(
                proposal, approve=do == "approve", user=visitor.name, revision=revision, reason=reason.strip()
            )
    except (ConflictError, UsageError) as error:
        return _glossary(request, visitor, error=str(error), status=409)
    return RedirectResponse("/glossary", status_code=303)
