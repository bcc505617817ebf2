"""Logging in and out."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.lang.plurals import counted
from pipeline.reviewer import people
from pipeline.reviewer.desk import Writing, desk_of, local_path, log_in, page
from pipeline.store import users

router = APIRouter(include_in_schema=False)


@router.get("/login")
def show_login(request: Request, to: Annotated[str, Query(max_length=2000)] = "/queue") -> Response:
    """The form."""
    if not desk_of(request).options.login:
        return RedirectResponse("/queue", status_code=303)
    return page(request, None, "login.html", to=local_path(to), error="", name="")


@router.post("/login")
def try_login(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/queue",
) -> Response:
    """Open a session, or say no: after some failures for a name or an address, only slowly."""
    desk = desk_of(request)
    if not desk.options.login:
        return RedirectResponse("/queue", status_code=303)
    address = request.client.host if request.client else ""
    keys = (f"name {name}", f"address {address}")
    wait = desk.throttle.seconds(keys, time.monotonic())
    if wait > 0:
        text = f"Too many attempts. Try again in {counted(round(wait) + 1, 'second')}."
        response = page(request, None, "login.html", status=429, to=local_path(to), error=text, name=name)
        response.headers["Retry-After"] = str(round(wait) + 1)
        return response
    # Counted before the slow comparison, so that guesses sent at once do not all pass.
    desk.throttle.failed(keys, time.monotonic())
    with desk.review.project.store.read() as connection:
        user = users.user(connection, name)
    right = people.matches(password, user.password if user else "")
    if not right or user is None or user.disabled:
        text = "The name or the password is wrong."
        return page(request, None, "login.html", status=401, to=local_path(to), error=text, name=name)
    for key in keys:
        desk.throttle.succeeded(key)
    return log_in(desk, user, to=to)


@router.post("/logout")
def log_out(request: Request, visitor: Writing) -> Response:
    """End the session."""
    desk = desk_of(request)
    if visitor.session and desk.options.login:
        with desk.review.project.store.write() as connection:
            users.close_session(connection, visitor.session)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(desk.session_cookie, path="/", secure=desk.options.secure, httponly=True)
    return response
