"""Concordance: memory, glossary and the segments at hand, Chinese queries of two characters included."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from pipeline.reviewer.desk import Asking, Desk, desk_of, page
from pipeline.store import around, memory

router = APIRouter(include_in_schema=False)
Wording = Annotated[str, Query(max_length=200, description="Chinese or English; two characters suffice.")]
Side = Literal["", "source", "target"]
_MOST: Final = 50
_BESIDE: Final = 8


@router.get("/search")
def show_search(request: Request, visitor: Asking, q: Wording = "", side: Side = "") -> HTMLResponse:
    """The page."""
    return page(request, visitor, "search.html", q=q, side=side, **found(desk_of(request), q, side=side, most=_MOST))


@router.get("/search/found")
def show_found(request: Request, visitor: Asking, q: Wording = "") -> HTMLResponse:
    """The first hits, for the editor's side."""
    return page(request, visitor, "found.html", q=q, **found(desk_of(request), q, side="", most=_BESIDE))


def found(desk: Desk, query: str, *, side: str, most: int) -> dict[str, Any]:
    """Hits by kind."""
    query = query.replace("\0", "").strip()
    if not query:
        return {"units": [], "entries": [], "segments": []}
    with desk.review.project.store.read() as connection:
        units = memory.concordance(connection, desk.project, query, side=side, limit=most)
        segments = around.segments_with(connection, desk.project, query, side=side, limit=most)
    return {"units": units, "entries": desk.review.changer.glossary.find(query)[:most], "segments": segments}
