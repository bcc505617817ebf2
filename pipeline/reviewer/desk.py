"""What all views share: the open review, who asks, pages from templates."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, Form, Header, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.checks import CATALOGUE
from pipeline.lang.plurals import counted
from pipeline.reviewer import people, show
from pipeline.reviewer.people import Throttle, Visitor
from pipeline.reviewer.uploads import Uploads
from pipeline.store import around, users

if TYPE_CHECKING:
    from pipeline.reviewer.service import Review
    from pipeline.store.records import User

# Ids that the database can hold.
Identifier = Annotated[int, Path(ge=1, lt=2**63)]
_HOURS: Final = 12
_COUNTS_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the page is served.

    Attributes:
        login: Whether everyone must log in; otherwise all is done by ``user``.
        user: Who the only visitor is, where nobody logs in.
        secure: Whether browsers reach it over TLS.
        hosts: Names that it answers to.
        port: Part of the cookies' names: browsers share cookies between ports.
    """

    login: bool = False
    user: str = "local"
    secure: bool = False
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "::1"})
    port: int = 8642


@dataclass(slots=True)
class Desk:
    """The application's state.

    Attributes:
        review: The project under review.
        options: How it is served.
        throttle: Slows down guessing.
        uploads: Files that await a word from who sent them.
        pages: The templates.
    """

    review: Review
    options: Options
    throttle: Throttle = field(default_factory=Throttle)
    uploads: Uploads = field(default_factory=Uploads)
    pages: Environment = field(init=False)
    _writing: threading.RLock = field(default_factory=threading.RLock)
    _counts: tuple[float, dict[str, int]] | None = None

    def __post_init__(self) -> None:
        self.pages = Environment(
            loader=PackageLoader("pipeline.reviewer"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self.pages.globals.update(
            checks=CATALOGUE,
            static=_static_urls(),
            counted=counted,
            marked=show.marked_target,
            diff=show.word_diff,
            hit=show.hit,
            when=show.when,
            severity_of=show.severity_of,
        )
        if not self.options.login:
            with self.review.project.store.write() as connection:
                if users.user(connection, self.options.user) is None:
                    users.add_user(connection, self.options.user, role="admin")

    @property
    def project(self) -> int:
        """The project's id in the store."""
        return self.review.project.id

    @contextmanager
    def deciding(self) -> Iterator[Review]:
        """The review, one visitor at a time: they would only wait for each other in the database."""
        with self._writing:
            yield self.review

    def flag_counts(self) -> dict[str, int]:
        """Open flags by code, at most a minute old."""
        at = time.monotonic()
        if self._counts is None or at - self._counts[0] > _COUNTS_SECONDS:
            with self.review.project.store.read() as connection:
                self._counts = (at, around.flag_counts(connection))
        return self._counts[1]

    @property
    def session_cookie(self) -> str:
        """Name of the cookie that holds a login."""
        return f"{'__Host-' if self.options.secure else ''}zhengming-{self.options.port}"

    @property
    def csrf_cookie(self) -> str:
        """Name of the cookie that forms are compared with where nobody logs in."""
        return f"{self.session_cookie}-form"


def _static_urls() -> dict[str, str]:
    """Address of each static file, with a digest: what changed is fetched again, all else is not."""
    folder = files("pipeline.reviewer") / "static"
    return {
        one.name: f"/static/{one.name}?{blake2b(one.read_bytes(), digest_size=6).hexdigest()}"
        for one in folder.iterdir()
        if one.is_file()
    }


def desk_of(request: Request) -> Desk:
    """The application's state."""
    desk: Desk = request.app.state.desk
    return desk


class LoginNeeded(Exception):  # noqa: N818  (reads as the state it reports)
    """Nobody is logged in; pages lead to the login, the API answers 401."""


def visiting(request: Request) -> Visitor:
    """Who asks.

    Raises:
        LoginNeeded: Nobody that we know.
    """
    desk = desk_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with desk.review.project.store.read() as connection:
        if scheme.lower() == "bearer":
            user = users.user_by_token(connection, token.strip())
            if user is None:
                raise LoginNeeded
            return Visitor(name=user.name, role=user.role, bearer=True)
        if desk.options.login:
            value = request.cookies.get(desk.session_cookie, "")
            session = users.session(connection, value)
            if session is None:
                raise LoginNeeded
            return Visitor(name=session.user.name, role=session.user.role, csrf=session.csrf, session=value)
    known = request.cookies.get(desk.csrf_cookie, "")
    csrf = known if len(known) == 43 else secrets.token_urlsafe(32)
    return Visitor(name=desk.options.user, role="admin", csrf=csrf, session=known)


Asking = Annotated[Visitor, Depends(visiting)]


def writing(
    visitor: Asking,
    csrf: Annotated[str, Form(max_length=100)] = "",
    x_csrf_token: Annotated[str, Header(max_length=100)] = "",
) -> Visitor:
    """Who sends a form.

    Raises:
        HTTPException: The form is not one of ours.
    """
    check_csrf(visitor, csrf or x_csrf_token)
    return visitor


Writing = Annotated[Visitor, Depends(writing)]


def check_csrf(visitor: Visitor, given: str) -> None:
    """Refuse a change that did not come from a page of ours.

    Raises:
        HTTPException: 403.
    """
    if visitor.bearer:
        return
    # Without a cookie the visitor's token was made up a moment ago: nothing can match it.
    if not visitor.session or not secrets.compare_digest(given.encode(), visitor.csrf.encode()):
        raise HTTPException(403, "This form is too old, or not ours. Reload the page; what you wrote is kept in it.")


def need(visitor: Visitor, right: str) -> None:
    """Refuse what a role does not include.

    Raises:
        HTTPException: 403, with the role that is needed.
    """
    if not visitor.may(right):
        roles = " or ".join(role for role, rights in people.RIGHTS.items() if right in rights)
        raise HTTPException(403, f"This is for a {roles}; you are a {visitor.role}. Ask one, or propose it.")


def page(request: Request, visitor: Visitor | None, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from its template."""
    desk = desk_of(request)
    text = desk.pages.get_template(template).render(
        visitor=visitor,
        options=desk.options,
        here=request.url.path,
        csrf=visitor.csrf if visitor else "",
        **values,
    )
    response = HTMLResponse(text, status_code=status)
    if visitor and not desk.options.login and not visitor.bearer and visitor.session != visitor.csrf:
        _set_cookie(response, desk, desk.csrf_cookie, visitor.csrf)
    return response


def log_in(desk: Desk, user: User, *, to: str) -> RedirectResponse:
    """Open a session, and go where the visitor wanted to."""
    value, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires = (datetime.now(UTC) + timedelta(hours=_HOURS)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with desk.review.project.store.write() as connection:
        users.open_session(connection, user.id, value=value, csrf=csrf, expires=expires)
    response = RedirectResponse(local_path(to), status_code=303)
    _set_cookie(response, desk, desk.session_cookie, value)
    return response


def local_path(to: str) -> str:
    """A path of this server; anything else leads to the queue."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return quote(to, safe="/?&=%:#.,-_~+") if plain else "/queue"


def _set_cookie(response: RedirectResponse | HTMLResponse, desk: Desk, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_HOURS * 3600, path="/", secure=desk.options.secure, httponly=True, samesite="strict"
    )
