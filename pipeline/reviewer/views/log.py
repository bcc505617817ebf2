"""The decisions log: who did what, when and why; and help."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.reviewer.acts import undo
from pipeline.reviewer.desk import Asking, Writing, desk_of, page
from pipeline.store import around, users

router = APIRouter(include_in_schema=False)
_LINES: Final = 100


@router.get("/log")
def show_log(
    request: Request,
    visitor: Asking,
    user: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """Decisions, newest first."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        found = around.decisions_page(connection, desk.project, before=before, user=user, limit=_LINES)
        people = [one.name for one in users.users(connection)]
    further = found[-1].id if len(found) == _LINES else None
    return page(request, visitor, "log.html", found=found, user=user, people=people, further=further)


@router.post("/log")
def take_back(request: Request, visitor: Writing, decision: Annotated[int, Form(ge=1, lt=2**63)]) -> Response:
    """Undo a decision, with what followed from it."""
    desk = desk_of(request)
    with desk.deciding() as review:
        applied = undo(review, decision, "", visitor)
    return RedirectResponse(f"/segments/{applied.segment}?done={applied.decision}", status_code=303)


@router.get("/help")
def show_help(request: Request, visitor: Asking) -> HTMLResponse:
    """Keys, and what each check looks for."""
    return page(request, visitor, "help.html")
