"""Documents: progress, preview, files for elsewhere, adjustment notes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.reviewer import exchange
from pipeline.reviewer import note as notes
from pipeline.reviewer.desk import Asking, Identifier, Writing, desk_of, need, page
from pipeline.store import around, documents

router = APIRouter(include_in_schema=False)
_LINES: Final = 200
Version = Annotated[str, Query(pattern=r"^(now|\d{1,9})?$")]


@router.get("/documents")
def show_documents(
    request: Request,
    visitor: Asking,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> HTMLResponse:
    """All documents with their progress."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        found, further = around.documents_page(connection, desk.project, query=q, after=after)
        progress = documents.progress(connection, desk.project)
    return page(
        request, visitor, "documents.html", found=found, further=further, progress=progress, q=q, first=bool(after)
    )


@router.get("/documents/{document}")
def preview(
    request: Request, visitor: Asking, document: Identifier, at: Annotated[int, Query(ge=0, lt=2**31)] = 0
) -> HTMLResponse:
    """A document as it stands, Chinese beside English."""
    desk = desk_of(request)
    start = at // _LINES * _LINES
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
        lines = list(around.positions(connection, home.version_id, start=start, limit=_LINES))
        versions = documents.versions(connection, document)
    return page(
        request,
        visitor,
        "document.html",
        home=home,
        lines=lines,
        versions=versions,
        start=start,
        size=_LINES,
        formats=exchange.FORMATS,
    )


@router.post("/documents/{document}/file")
def download(
    request: Request,
    visitor: Writing,
    document: Identifier,
    to: Annotated[Literal["xliff21", "xliff12", "xlsx", "document"], Form()],
) -> Response:
    """A file for another tool, or for delivery; the state is named as a version."""
    need(visitor, "decide")
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
    with desk.deciding() as review:
        data, suffix = exchange.export(review, home.name, to=to, user=visitor.name)
    return attachment(data, f"{PurePosixPath(home.name).stem}.en{suffix}")


@router.get("/documents/{document}/note")
def show_note(
    request: Request, visitor: Asking, document: Identifier, earlier: Version = "", later: Version = "now"
) -> HTMLResponse:
    """What changed between two versions of the translation, and why."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
        versions = documents.versions(connection, document)
    made = notes.note(desk.review.project, home.name, earlier=earlier, later=later or "now")
    return page(
        request,
        visitor,
        "note.html",
        home=home,
        versions=versions,
        made=made,
        lines=notes.lines(made),
        earlier=earlier,
        later=later or "now",
    )


@router.get("/documents/{document}/note/file")
def download_note(
    request: Request,
    visitor: Asking,
    document: Identifier,
    to: Literal["markdown", "html", "docx"],
    earlier: Version = "",
    later: Version = "now",
) -> Response:
    """The note as a file."""
    need(visitor, "decide")
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        home = documents.document(connection, desk.project, document)
    made = notes.note(desk.review.project, home.name, earlier=earlier, later=later or "now")
    suffix = {"markdown": "md"}.get(to, to)
    return attachment(notes.render(made, to=to), f"{PurePosixPath(home.name).stem}.adjustments.{suffix}")


def attachment(data: bytes, name: str) -> Response:
    """A file that the browser saves and never shows: its content is not ours."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
