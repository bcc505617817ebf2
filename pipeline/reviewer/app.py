"""The web page and the JSON API as one ASGI application."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException

from pipeline import __version__
from pipeline.errors import ConflictError, InputError, StoreBusy, StoreError, UsageError, ZhengmingError
from pipeline.reviewer import api, api_admin
from pipeline.reviewer.desk import Desk, LoginNeeded, Options, page, visiting
from pipeline.reviewer.guard import Guard
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.service import Review
from pipeline.reviewer.views import documents, glossary, importing, log, login, queue, search, segment, users

API: Final = "/api/"
# The store keeps at most 15 connections open.
_AT_ONCE: Final = 12
_VIEWS: Final = (login, queue, segment, documents, importing, search, glossary, log, users, api, api_admin)
_STATUS: Final[tuple[tuple[type[ZhengmingError], int], ...]] = (
    (ConflictError, 409),
    (StoreBusy, 503),
    (UsageError, 422),
    (InputError, 422),
    (StoreError, 404),
)


def create_app(review: Review, options: Options | None = None) -> Guard:
    """The application.

    Args:
        review: An open project; closed by the caller.
        options: How it is served.
    """
    options = options or Options()
    app = FastAPI(
        title="Zhengming review",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}openapi.json",
        lifespan=_warm,
        separate_input_output_schemas=False,
    )
    app.state.desk = Desk(review, options)
    for view in _VIEWS:
        app.include_router(view.router)
    app.mount("/static", StaticFiles(directory=str(files("pipeline.reviewer") / "static")), name="static")
    app.add_exception_handler(LoginNeeded, _login_needed)
    app.add_exception_handler(ZhengmingError, _ours)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    return Guard(app, options.hosts, options.secure)


@asynccontextmanager
async def _warm(app: FastAPI) -> AsyncIterator[None]:
    """Load the glossary beside the first requests; take no more work at once than the store has hands."""
    current_default_thread_limiter().total_tokens = _AT_ONCE
    desk: Desk = app.state.desk
    threading.Thread(target=lambda: desk.review.changer, daemon=True).start()
    yield


def _login_needed(request: Request, _: Exception) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse(
            {"detail": "Log in, or send a token: Authorization: Bearer …"},
            401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = request.url_for("show_login").include_query_params(**({"to": to} if request.method == "GET" else {}))
    return RedirectResponse(f"{address.path}?{address.query}" if address.query else address.path, status_code=303)


def _ours(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, ConflictError) and request.url.path.startswith(API):
        return JSONResponse(api.conflict_body(error), status)
    return _failed(request, status, str(error))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise error
    texts = {404: "There is no such page.", 405: "This address does not take that kind of request."}
    text = texts.get(error.status_code, error.detail) if error.detail in _PLAIN else error.detail
    return _failed(request, error.status_code, text, headers=error.headers)


_PLAIN: Final = frozenset({"Not Found", "Method Not Allowed"})


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
    if request.url.path.startswith(API):
        return JSONResponse({"detail": [{"loc": list(one["loc"]), "msg": one["msg"]} for one in error.errors()]}, 422)
    return _failed(request, 422, "; ".join(faults))


def _failed(request: Request, status: int, text: str, *, headers: Any = None) -> Response:
    """An error as the API or the page says it."""
    if request.url.path.startswith(API):
        return JSONResponse({"detail": text}, status, headers=headers)
    visitor: Visitor | None = None
    try:
        visitor = visiting(request)
    except (LoginNeeded, ZhengmingError, HTTPException):
        visitor = None
    response = page(request, visitor, "error.html", status=status, text=text)
    response.headers.update(headers or {})
    return response
