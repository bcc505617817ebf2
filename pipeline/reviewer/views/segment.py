"""One segment: source, target, terms, flags with candidates, memory, history; and the form that decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.errors import ConflictError, StoreBusy, UsageError
from pipeline.reviewer import show
from pipeline.reviewer.acts import Act, perform
from pipeline.reviewer.desk import Asking, Desk, Identifier, Writing, desk_of, page
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.views._wanted import Filter, Wanted
from pipeline.store import around, decisions, documents, queue, users
from pipeline.store.records import Action, DecisionRow, SegmentDetail

router = APIRouter(include_in_schema=False)
Scope = Literal["this", "document", "project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a visitor wrote, kept on the page where it could not be done.

    Attributes:
        target: English.
        reason: Why.
        scope: How far.
        error: What was wrong with it.
        conflict: The error that says who was faster.
    """

    target: str | None = None
    reason: str = ""
    scope: str = "this"
    error: str = ""
    conflict: str = ""


@router.get("/segments/{segment}")
def show_segment(
    request: Request,
    visitor: Asking,
    wanted: Filter,
    segment: Identifier,
    done: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """The editor."""
    made = _open(desk_of(request), segment, visitor)
    return _editor(request, visitor, wanted, segment, done=done, lock=made)


def _open(desk: Desk, segment: int, visitor: Visitor) -> str:
    """Tell others that it is open, until when; a store that is busy is no reason to show nothing."""
    try:
        with desk.review.project.store.write() as connection:
            queue.segment_row(connection, segment)
            made = queue.lock(connection, segment, visitor.name)
    except StoreBusy:
        return ""
    return made.expires if made.user == visitor.name else ""


@router.post("/segments/{segment}/leave")
def leave(
    request: Request, visitor: Writing, segment: Identifier, lock: Annotated[str, Form(max_length=40)]
) -> Response:
    """Tell others that it is open no longer; a page says so as it goes, and waits for no answer."""
    with desk_of(request).review.project.store.write() as connection:
        queue.unlock(connection, segment, queue.Lock(visitor.name, lock))
    return Response(status_code=204)


def _editor(
    request: Request,
    visitor: Visitor,
    wanted: Wanted,
    segment: int,
    *,
    done: int | None = None,
    lock: str = "",
    sent: Sent | None = None,
    status: int = 200,
) -> HTMLResponse:
    desk = desk_of(request)
    changer = desk.review.changer
    with desk.review.project.store.read() as connection:
        detail = queue.segment_detail(connection, segment, user=visitor.name)
        place = place_of(detail)
        after = around.following(connection, desk.project, wanted.filter, place, order=wanted.order)
        before = around.preceding(connection, desk.project, wanted.filter, place, order=wanted.order)
        home = documents.document(connection, desk.project, detail.item.document_id)
        people = [one.name for one in users.users(connection) if not one.disabled]
        just = decisions.log(connection, desk.project, ids=[done], limit=1) if done else []
        followed = around.children(connection, just[0].id) if just else 0
    cards = show.term_cards(detail.segment, changer.glossary)
    return page(
        request,
        visitor,
        "segment.html",
        status=status,
        detail=detail,
        item=detail.item,
        cards=cards,
        pieces=show.source_pieces(detail.segment, cards, detail.flags),
        flags=show.flag_cards(changer.located(detail.segment), detail.flags),
        wanted=wanted,
        home=home,
        people=people,
        next_address=wanted.address(f"/segments/{after}") if after else "",
        previous_address=wanted.address(f"/segments/{before}") if before else "",
        queue_address=wanted.address("/queue"),
        form_address=wanted.address(f"/segments/{segment}"),
        undoable=_undoable(just or list(detail.history), visitor),
        just=just[0] if just else None,
        followed=followed,
        lock=lock,
        sent=sent or Sent(),
        text=sent.target if sent and sent.target is not None else detail.item.target,
    )


def place_of(detail: SegmentDetail) -> around.Place:
    """Where a segment stands in the queue."""
    item = detail.item
    return around.Place(id=item.id, risk=item.risk, document_id=item.document_id, position=item.position)


def _undoable(history: list[DecisionRow], visitor: Visitor) -> DecisionRow | None:
    """The visitor's last decision that can be taken back; nothing before someone else's."""
    for one in history:
        if one.undone or one.action is Action.UNDO:
            continue
        return one if one.user == visitor.name and one.parent_id is None else None
    return None


@router.post("/segments/{segment}")
def decide(
    request: Request,
    visitor: Writing,
    wanted: Filter,
    segment: Identifier,
    do: Annotated[str, Form(max_length=60)],
    revision: Annotated[int, Form(ge=0, lt=2**31)],
    scope: Annotated[Scope, Form()] = "this",
    target: Annotated[str, Form(max_length=40_000)] = "",
    reason: Annotated[str, Form(max_length=4_000)] = "",
    zh: Annotated[str, Form(max_length=1_000)] = "",
    rendering: Annotated[str, Form(max_length=1_000)] = "",
    to: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Do what a button says, and go on to the next segment once nothing is left to decide here."""
    desk = desk_of(request)
    action, _, rest = do.partition(":")
    with desk.review.project.store.read() as connection:
        place = place_of(queue.segment_detail(connection, segment))
    if action == "show":
        return RedirectResponse(wanted.address(f"/segments/{segment}"), status_code=303)
    act = Act(
        action=action,
        segment=segment,
        revision=revision,
        scope=scope,
        target=target,
        reason=reason,
        zh=zh,
        rendering=rendering,
        to=to,
        **_numbers(action, rest),
    )
    try:
        with desk.deciding() as review:
            applied = perform(review, act, visitor)
    except ConflictError as error:
        sent = Sent(target=target, reason=reason, scope=scope, conflict=str(error))
        return _editor(request, visitor, wanted, segment, sent=sent, status=409)
    except UsageError as error:
        sent = Sent(target=target, reason=reason, scope=scope, error=str(error))
        return _editor(request, visitor, wanted, segment, sent=sent, status=422)
    # What an edit says may raise a grave flag, which needs a word of its own.
    goes_on = action == "accept" or (action in {"choose", "dismiss", "edit"} and applied.open_flags == 0)
    where: int | None = applied.segment
    if goes_on:
        with desk.review.project.store.read() as connection:
            where = around.following(connection, desk.project, wanted.filter, place, order=wanted.order)
    return RedirectResponse(_then(wanted, where, applied.decision), status_code=303)


def _then(wanted: Wanted, segment: int | None, decision: int) -> str:
    path = f"/segments/{segment}" if segment else "/queue"
    return wanted.address(path, done=decision if segment else None)


def _numbers(action: str, rest: str) -> dict[str, Any]:
    """The numbers behind a button's action: ``choose:FLAG:CANDIDATE``, ``dismiss:FLAG``, ``undo:DECISION``."""
    names = {"choose": ("flag", "candidate"), "dismiss": ("flag",), "undo": ("decision",)}.get(action, ())
    given = rest.split(":") if rest else []
    if len(given) > len(names) or not all(one.isascii() and one.isdecimal() and len(one) < 16 for one in given):
        raise HTTPException(422, "This button is not one of ours. Reload the page.")
    return dict(zip(names, map(int, given), strict=False))
