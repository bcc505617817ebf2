"""What awaits a decision, gravest first."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from pipeline.checks import CATALOGUE
from pipeline.reviewer.desk import Asking, desk_of, page
from pipeline.reviewer.views._wanted import Filter
from pipeline.store import documents, queue, users

router = APIRouter(include_in_schema=False)
_LINES: Final = 50
# Families of checks, as their letters group them in the catalogue.
FAMILIES: Final = {
    "T": "terminology",
    "A": "accuracy",
    "N": "names",
    "U": "uncertainty",
    "S": "style",
    "C": "locale",
    "D": "structure",
}


@router.get("/")
def start() -> RedirectResponse:
    """Lead to the queue."""
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue")
def show_queue(
    request: Request, visitor: Asking, wanted: Filter, after: Annotated[str, Query(max_length=60)] = ""
) -> HTMLResponse:
    """A page of the queue."""
    desk = desk_of(request)
    with desk.review.project.store.read() as connection:
        found = queue.queue(
            connection, desk.project, wanted.filter, after=after or None, limit=_LINES, order=wanted.order
        )
        progress = documents.progress(connection, desk.project)
        home = documents.document(connection, desk.project, wanted.document) if wanted.document else None
        people = [one.name for one in users.users(connection) if not one.disabled]
    return page(
        request,
        visitor,
        "queue.html",
        found=found,
        wanted=wanted,
        progress=progress,
        home=home,
        people=people,
        families=code_options(desk.flag_counts()),
        further=wanted.address("/queue", after=found.after) if found.after else "",
        first=bool(after),
    )


def code_options(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Flag codes to choose from, by family, with how many of them wait."""
    families = []
    for letter, name in FAMILIES.items():
        own = {code: count for code, count in sorted(counts.items()) if code.startswith(letter) and count}
        codes = [
            {"code": code, "title": CATALOGUE[code].title if code in CATALOGUE else "", "count": count}
            for code, count in own.items()
        ]
        if codes:
            total = sum(own.values())
            families.append({"letter": letter, "name": name, "count": total, "codes": codes})
    return families
