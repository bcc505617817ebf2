"""Users, for admins: who there is, new ones, roles, passwords, tokens, and whether they may log in."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from pipeline.errors import UsageError
from pipeline.reviewer import accounts
from pipeline.reviewer.desk import Asking, Writing, desk_of, need, page
from pipeline.reviewer.people import LEAST_PASSWORD, RIGHTS, Visitor

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=2000)]


@router.get("/users")
def show_users(request: Request, visitor: Asking) -> HTMLResponse:
    """All users."""
    need(visitor, "administer")
    return _users(request, visitor)


def _users(request: Request, visitor: Visitor, *, status: int = 200, **told: str) -> HTMLResponse:
    desk = desk_of(request)
    said = {"error": "", "done": "", "token": "", "name": "", **told}
    return page(
        request,
        visitor,
        "users.html",
        status=status,
        known=accounts.listed(desk.review.project.store),
        roles=tuple(RIGHTS),
        least=LEAST_PASSWORD,
        **said,
    )


@router.post("/users")
def add_user(
    request: Request,
    visitor: Writing,
    name: Name = "",
    role: Name = "reviewer",
    way: Annotated[Literal["password", "token"], Form()] = "password",
    password: Password = "",
) -> HTMLResponse:
    """Make a user; a token is shown this once."""
    need(visitor, "administer")
    store = desk_of(request).review.project.store
    with_token = way == "token"
    try:
        given = "" if with_token else password
        token = accounts.add(store, name, role=role, password=given, token=with_token, by=visitor.name)
    except UsageError as error:
        return _users(request, visitor, status=422, error=str(error), name=name)
    return _users(request, visitor, done=f"{name.strip()} ({role}) can log in.", token=token)


@router.post("/users/change")
def change_user(
    request: Request,
    visitor: Writing,
    name: Name,
    do: Annotated[Literal["role", "disable", "enable", "password", "token"], Form()],
    role: Name = "",
    password: Password = "",
) -> HTMLResponse:
    """Change one thing about a user."""
    need(visitor, "administer")
    wanted = {
        "role": accounts.Change(role=role),
        "disable": accounts.Change(disabled=True),
        "enable": accounts.Change(disabled=False),
        "password": accounts.Change(password=password),
        "token": accounts.Change(token=True),
    }[do]
    try:
        token = accounts.change(desk_of(request).review.project.store, name, wanted, by=visitor.name)
    except UsageError as error:
        return _users(request, visitor, status=422, error=str(error))
    told = {
        "role": f"{name} is a {role} now.",
        "disable": f"{name} can no longer log in.",
        "enable": f"{name} can log in again.",
        "password": f"{name} has a new password; their sessions have ended.",
        "token": f"{name} has a new token; the old one has ended.",
    }
    return _users(request, visitor, done=told[do], token=token)
