"""The JSON API for admins and imports: users, and files that were edited elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from pipeline.reviewer import accounts, exchange
from pipeline.reviewer.api import CONFLICT, PROBLEMS, Sending, token
from pipeline.reviewer.api_models import PlanOut, UserChangeIn, UserIn, UserMadeOut, UserOut
from pipeline.reviewer.desk import Asking, check_csrf, desk_of, need
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.uploads import checked

router = APIRouter(prefix="/api/v1", responses=PROBLEMS, tags=["admin"], dependencies=[Depends(token)])
Name = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00/]*$")]
_KIND = "application/octet-stream"


@router.get("/users")
def show_users(request: Request, visitor: Asking) -> list[UserOut]:
    """All users; for admins."""
    need(visitor, "administer")
    return [UserOut.of(one) for one in accounts.listed(desk_of(request).review.project.store)]


@router.post("/users", status_code=201)
def add_user(request: Request, visitor: Sending, user: UserIn) -> UserMadeOut:
    """Make a user with a password or a token; for admins."""
    need(visitor, "administer")
    store = desk_of(request).review.project.store
    made = accounts.add(store, user.name, role=user.role, password=user.password, token=user.token, by=visitor.name)
    return UserMadeOut(name=user.name.strip(), token=made)


@router.patch("/users/{name}")
def change_user(request: Request, visitor: Sending, name: Name, change: UserChangeIn) -> UserMadeOut:
    """Change a user's role, password, token, or whether they may log in; for admins."""
    need(visitor, "administer")
    wanted = accounts.Change(**change.model_dump())
    made = accounts.change(desk_of(request).review.project.store, name, wanted, by=visitor.name)
    return UserMadeOut(name=name, token=made)


def _uploading(request: Request, visitor: Asking, x_csrf_token: Annotated[str, Header(max_length=100)] = "") -> Visitor:
    """Who sends a file: like JSON, a browser sends such a body for another site only after asking us."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise HTTPException(415, f"Send Content-Type: {_KIND}.")
    if desk_of(request).options.login:
        check_csrf(visitor, x_csrf_token)
    return visitor


@router.post(
    "/imports",
    responses=CONFLICT,
    openapi_extra={
        "requestBody": {"required": True, "content": {_KIND: {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def import_file(
    request: Request,
    visitor: Annotated[Visitor, Depends(_uploading)],
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="Its ending says how it is read: .xlf, .xlsx")
    ],
    *,
    dry_run: Annotated[bool, Query(description="Only say what it would do.")] = True,
) -> PlanOut:
    """Take decisions from a file that was exported for review and edited; `dry_run=false` makes them."""
    need(visitor, "decide")
    data = await request.body()
    return await run_in_threadpool(_imported, request, visitor, name, data, dry_run=dry_run)


def _imported(request: Request, visitor: Visitor, name: str, data: bytes, *, dry_run: bool) -> PlanOut:
    plain = checked(name, data)
    with desk_of(request).deciding() as review:
        made = exchange.plan_of(review, data, name=plain)
        if not dry_run:
            exchange.apply(review, made, user=visitor.name, origin=plain)
    return PlanOut.of(made, applied=not dry_run)
