"""What the review page asks besides: the line before, documents by page, flag codes, segments that hold terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from pipeline.core.document import Segment
from pipeline.core.flags import FlagState
from pipeline.store import decisions, queue, rows, schema, search
from pipeline.store.documents import document_row
from pipeline.store.records import DecisionRow, DocumentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a segment stands in the queue.

    Attributes:
        id: The segment.
        risk: Weight of its open flags.
        document_id: Its document.
        position: In the document.
    """

    id: int
    risk: int
    document_id: int
    position: int

    def cursor(self, order: str) -> str:
        """What :func:`pipeline.store.queue.queue` takes as ``after``."""
        return f"{self.document_id}:{self.position}" if order == "position" else f"{self.risk}:{self.id}"


def following(
    connection: Connection, project: int, wanted: queue.QueueFilter, place: Place, *, order: str
) -> int | None:
    """The segment after a place in the queue; None at its end."""
    page = queue.queue(connection, project, wanted, after=place.cursor(order), limit=1, order=order)
    return page.items[0].id if page.items else None


def preceding(
    connection: Connection, project: int, wanted: queue.QueueFilter, place: Place, *, order: str
) -> int | None:
    """The segment before a place in the queue; None at its beginning."""
    table = schema.segments
    statement = queue.filtered(connection, project, wanted).with_only_columns(table.c.id)
    if order == "position":
        first, second = (table.c.document_id, place.document_id), (table.c.position, place.position)
        statement = statement.where(
            first[0] <= first[1],
            or_(first[0] < first[1], and_(first[0] == first[1], second[0] < second[1])),
        ).order_by(first[0].desc(), second[0].desc())
    else:
        statement = statement.where(
            table.c.risk >= place.risk,
            or_(table.c.risk > place.risk, and_(table.c.risk == place.risk, table.c.id < place.id)),
        ).order_by(table.c.risk, table.c.id.desc())
    found = connection.execute(statement.limit(1)).scalar()
    return None if found is None else int(found)


def documents_page(
    connection: Connection, project: int, *, query: str = "", after: str = "", limit: int = 100
) -> tuple[list[DocumentRow], str | None]:
    """Documents by name.

    Args:
        connection: Reading.
        project: Project id.
        query: Part of the name.
        after: The name before the page.
        limit: Most documents.

    Returns:
        The documents, and what to give as ``after`` for the next ones; None
        at the end.
    """
    table, version = schema.documents, schema.versions
    wanted = (
        select(table, version.c.number)
        .join(version, version.c.id == table.c.version_id)
        .where(table.c.project_id == project, table.c.name > after)
        .order_by(table.c.name)
        .limit(limit + 1)
    )
    if query.strip():
        wanted = wanted.where(table.c.name.contains(query.strip(), autoescape=True))
    found = [document_row(row) for row in connection.execute(wanted)]
    return found[:limit], found[limit - 1].name if len(found) > limit else None


def flag_counts(connection: Connection) -> dict[str, int]:
    """How many flags of each code await a person, in all projects of the store."""
    flags = schema.flags
    wanted = select(flags.c.code, func.count()).where(flags.c.state == str(FlagState.OPEN)).group_by(flags.c.code)
    return {str(code): int(number) for code, number in connection.execute(wanted.order_by(flags.c.code))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A segment that a search found.

    Attributes:
        id: Segment id.
        document: Name of its document.
        name: Its id in the document.
        genre: Of the document.
        state: Segment state.
        source: Chinese.
        target: English.
    """

    id: int
    document: str
    name: str
    genre: str
    state: str
    source: str
    target: str


def segments_with(
    connection: Connection, project: int, query: str, *, side: str = "", limit: int | None = 50
) -> list[Found]:
    """Current segments whose text holds a query, newest first.

    Args:
        connection: Reading.
        project: Project id.
        query: Chinese or English.
        side: ``source``, ``target`` or empty for either.
        limit: Most segments; None: all.
    """
    table, homes = schema.segments, schema.documents
    # Said so that no index is taken for it: nearly all segments are of this project.
    wanted = select(table).where(func.coalesce(table.c.project_id, 0) == project, queue.current())
    found = search.newest(connection, "segments", wanted, query, side=side, limit=limit)
    ids = {row.document_id for row in found}
    named = select(homes.c.id, homes.c.name, homes.c.genre).where(homes.c.id.in_(ids))
    known = {row.id: row for row in connection.execute(named)}
    return [
        Found(
            id=row.id,
            document=known[row.document_id].name,
            name=row.name,
            genre=known[row.document_id].genre,
            state=row.state,
            source=row.source,
            target=row.target,
        )
        for row in found
    ]


def positions(connection: Connection, version_id: int, *, start: int, limit: int) -> Iterator[tuple[Any, Segment]]:
    """Rows and segments of a part of a version, in reading order; the segments without their flags."""
    table = schema.segments
    wanted = (
        select(table)
        .where(table.c.version_id == version_id, table.c.position >= start)
        .order_by(table.c.position)
        .limit(limit)
    )
    for row in connection.execute(wanted):
        yield row, rows.segment_of(row, [])


def children(connection: Connection, decision: int) -> int:
    """How many other segments followed from a decision."""
    table = schema.decisions
    return int(connection.execute(select(func.count()).where(table.c.parent_id == decision)).scalar_one())


def decisions_page(
    connection: Connection, project: int, *, before: int | None = None, user: str = "", limit: int = 100
) -> list[DecisionRow]:
    """What persons did, newest first: the audit log by page.

    Args:
        connection: Reading.
        project: Project id.
        before: Only decisions with lower ids.
        user: Only by this user.
        limit: Most rows.
    """
    table = schema.decisions
    wanted = select(table.c.id).where(table.c.project_id == project, table.c.parent_id.is_(None))
    if before is not None:
        wanted = wanted.where(table.c.id < before)
    if user:
        wanted = wanted.where(table.c.user == user)
    ids = [int(i) for i in connection.execute(wanted.order_by(table.c.id.desc()).limit(limit)).scalars()]
    return decisions.log(connection, project, ids=ids, limit=None) if ids else []
