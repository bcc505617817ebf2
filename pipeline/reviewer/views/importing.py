"""Files that were edited elsewhere: sent, looked at, and taken over."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from pipeline.errors import ConflictError, InputError, StoreError, UsageError
from pipeline.reviewer import exchange
from pipeline.reviewer.desk import Asking, Writing, check_csrf, desk_of, need, page
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.uploads import SUFFIXES, checked

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 200


@router.get("/import")
def show_import(request: Request, visitor: Asking) -> HTMLResponse:
    """The form."""
    need(visitor, "decide")
    return _page(request, visitor)


def _page(request: Request, visitor: Visitor, *, status: int = 200, **values: Any) -> HTMLResponse:
    shown: dict[str, Any] = {"error": "", "done": "", "plan": None, "key": "", "name": "", "steps": (), "more": 0}
    accept = ",".join(SUFFIXES)
    return page(request, visitor, "import.html", status=status, accept=accept, **{**shown, **values})


def _preview(request: Request, visitor: Visitor, name: str, key: str, made: exchange.Plan, **more: Any) -> HTMLResponse:
    steps = [step for step in made.steps if step.kind in exchange.TELLING]
    return _page(
        request, visitor, plan=made, key=key, name=name, steps=steps[:_SHOWN], more=max(0, len(steps) - _SHOWN), **more
    )


@router.post("/import")
async def upload(request: Request, visitor: Asking) -> HTMLResponse:
    """Say what a file would do; nothing is changed."""
    need(visitor, "decide")
    # Read only now that it is known who sends it.
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            check_csrf(visitor, str(form.get("csrf", "")))
            sent = form.get("file")
            data = await sent.read() if isinstance(sent, UploadFile) else b""
            name = (sent.filename or "") if isinstance(sent, UploadFile) else ""
    except MultiPartException as error:
        raise HTTPException(400, f"This form cannot be read: {error.message}") from error
    return await run_in_threadpool(_planned, request, visitor, name, data)


def _planned(request: Request, visitor: Visitor, name: str, data: bytes) -> HTMLResponse:
    desk = desk_of(request)
    try:
        name = checked(name, data)
        made = exchange.plan_of(desk.review, data, name=name)
    except (InputError, StoreError, UsageError) as error:
        return _page(request, visitor, status=422, error=str(error))
    return _preview(request, visitor, name, desk.uploads.keep(visitor.name, name, data), made)


@router.post("/import/confirm")
def confirm(
    request: Request,
    visitor: Writing,
    key: Annotated[str, Form(max_length=100)],
    mark: Annotated[str, Form(max_length=100)],
) -> HTMLResponse:
    """Do what was shown; what changed since is shown again first."""
    need(visitor, "decide")
    desk = desk_of(request)
    try:
        kept = desk.uploads.find(visitor.name, key)
        with desk.deciding() as review:
            made = exchange.plan_of(review, kept.data, name=kept.name)
            if made.mark != mark:
                error = "Someone decided meanwhile. This is what the file would do now:"
                return _preview(request, visitor, kept.name, key, made, error=error, status=409)
            counts = exchange.apply(review, made, user=visitor.name, origin=kept.name)
    except ConflictError as error:
        made = exchange.plan_of(desk.review, kept.data, name=kept.name)
        told = f"{error} What was done before it stands; this is what is left:"
        return _preview(request, visitor, kept.name, key, made, error=told, status=409)
    except (InputError, StoreError, UsageError) as error:
        return _page(request, visitor, status=422, error=str(error))
    desk.uploads.drop(key)
    return _page(request, visitor, done=kept.name, plan=made, counts=counts)
