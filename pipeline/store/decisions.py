"""The decisions log, and the changes of segments that it records.

Nothing here decides: :mod:`pipeline.reviewer.service` does. Each change of a
segment goes through :func:`change_segment`, which refuses it where the
segment is no longer the one that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, exists, func, select, update

from pipeline.core.document import Segment
from pipeline.core.flags import Flag
from pipeline.errors import ConflictError, StoreError
from pipeline.store import rows, schema, search
from pipeline.store.database import now
from pipeline.store.records import Action, DecisionRow, Scope


def append(
    connection: Connection,
    segment: Any,
    action: Action,
    *,
    user: str,
    scope: Scope = Scope.THIS,
    reason: str = "",
    after: str | None = None,
    state_after: str = "",
    flag: int | None = None,
    parent: int | None = None,
    undoes: int | None = None,
    term: str = "",
    rendering: tuple[str, str] = ("", ""),
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write a decision; what it changed is read from the segment's row as it stood before.

    Returns:
        Its id.
    """
    table = schema.decisions
    values = {
        "project_id": segment.project_id,
        "document_id": segment.document_id,
        "version_id": segment.version_id,
        "segment_id": segment.id,
        "flag_id": flag,
        "parent_id": parent,
        "undoes_id": undoes,
        "action": str(action),
        "scope": str(scope),
        "user": user,
        "reason": reason,
        "before": segment.target,
        "after": segment.target if after is None else after,
        "state_before": segment.state,
        "state_after": state_after or segment.state,
        "term": term,
        "rendering_before": rendering[0],
        "rendering_after": rendering[1],
        "data": msgspec.json.encode(dict(data or {})).decode(),
        "source_hash": segment.source_hash,
        "context_hash": segment.context_hash,
        "at": now(),
    }
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def change_segment(connection: Connection, segment: Any, *, revision: int | None = None, **values: Any) -> None:
    """Change a segment's row.

    Args:
        connection: In a write transaction.
        segment: The row as it was read in this transaction.
        revision: What the person saw; None: the row itself.
        values: Columns; a new ``target`` is indexed too.

    Raises:
        ConflictError: The segment changed since.
    """
    table = schema.segments
    seen = segment.revision if revision is None else revision
    changed = connection.execute(
        update(table)
        .where(table.c.id == segment.id, table.c.revision == seen)
        .values(**values, revision=table.c.revision + 1)
    )
    if changed.rowcount != 1:
        raise conflict(connection, segment.id)
    if values.get("target", segment.target) != segment.target:
        search.replace(
            connection,
            "segments",
            segment.id,
            source=segment.source,
            old=segment.target,
            new=values["target"],
        )


def conflict(connection: Connection, segment_id: int) -> ConflictError:
    """The error that says who was faster."""
    last = log(connection, None, segments=[segment_id], limit=1)
    row = connection.execute(select(schema.segments).where(schema.segments.c.id == segment_id)).first()
    who = f"{last[0].user} changed this segment at {last[0].at}" if last else "this segment changed meanwhile"
    return ConflictError(f"{who}; look at it again, nothing of yours was written", current=row)


def add_flags(connection: Connection, segment_id: int, segment: Segment, flags: Sequence[Flag]) -> list[int]:
    """Add flags to a segment; their ids."""
    table = schema.flags
    values = [{"segment_id": segment_id, **value} for value in rows.flag_values(segment, tuple(flags))]
    if not values:
        return []
    statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return [int(i) for i in connection.execute(statement, values).scalars()]


def change_flags(connection: Connection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change columns of flags by id."""
    for flag_id, values in changes.items():
        connection.execute(update(schema.flags).where(schema.flags.c.id == flag_id).values(**values))


def remove_flags(connection: Connection, ids: Sequence[int]) -> None:
    """Take out flags that a decision, now undone, had raised."""
    connection.execute(delete(schema.flags).where(schema.flags.c.id.in_(ids)))


def log(
    connection: Connection,
    project: int | None,
    *,
    document: int | None = None,
    version: int | None = None,
    segments: Sequence[int] | None = None,
    user: str = "",
    ids: Sequence[int] | None = None,
    children_of: int | None = None,
    oldest_first: bool = False,
    limit: int | None = 100,
) -> list[DecisionRow]:
    """Decisions, newest first.

    Args:
        connection: Reading.
        project: Only of this project.
        document: Only about this document.
        version: Only on this version.
        segments: Only about these segments.
        user: Only by this user.
        ids: Only these.
        children_of: Only what followed from this decision.
        oldest_first: Turn the order round.
        limit: Most rows; None: all.
    """
    table, documents = schema.decisions, schema.documents
    later = schema.decisions.alias("later")
    undone = exists(select(later.c.id).where(later.c.undoes_id == table.c.id))
    statement = select(table, documents.c.name.label("document"), undone.label("undone")).join(
        documents, documents.c.id == table.c.document_id
    )
    given = (
        (table.c.project_id, project),
        (table.c.document_id, document),
        (table.c.version_id, version),
        (table.c.parent_id, children_of),
        (table.c.user, user or None),
    )
    for column, value in given:
        if value is not None:
            statement = statement.where(column == value)
    for column, among in ((table.c.segment_id, segments), (table.c.id, ids)):
        if among is not None:
            statement = statement.where(column.in_(among))
    statement = statement.order_by(table.c.id if oldest_first else table.c.id.desc())
    return [_decision(row) for row in connection.execute(statement.limit(limit))]


def decision(connection: Connection, decision_id: int) -> DecisionRow:
    """A decision by id.

    Raises:
        StoreError: There is none such.
    """
    found = log(connection, None, ids=[decision_id], limit=1)
    if not found:
        raise StoreError(f"there is no decision {decision_id}: `zhengming review log` lists them")
    return found[0]


def decision_data(connection: Connection, decision_id: int) -> dict[str, Any]:
    """What else was noted with a decision."""
    table = schema.decisions
    found = connection.execute(select(table.c.data).where(table.c.id == decision_id)).scalar_one()
    data: dict[str, Any] = msgspec.json.decode(found)
    return data


def _decision(row: Any) -> DecisionRow:
    return DecisionRow(
        id=row.id,
        action=Action(row.action),
        scope=Scope(row.scope),
        user=row.user,
        at=row.at,
        reason=row.reason,
        document=row.document,
        document_id=row.document_id,
        version_id=row.version_id,
        segment_id=row.segment_id,
        flag_id=row.flag_id,
        parent_id=row.parent_id,
        undoes_id=row.undoes_id,
        before=row.before,
        after=row.after,
        state_before=row.state_before,
        state_after=row.state_after,
        term=row.term,
        rendering_before=row.rendering_before,
        rendering_after=row.rendering_after,
        undone=bool(row.undone),
    )


def in_force(connection: Connection, project: int, *, document: int | None = None) -> list[tuple[int, dict[str, Any]]]:
    """People's decisions that reach beyond their segment and were not taken back: ids and what was noted, oldest first.

    Args:
        connection: Reading.
        project: Project id.
        document: A document whose own far-reaching decisions count too.
    """
    table = schema.decisions
    later = schema.decisions.alias("later")
    far = table.c.scope == str(Scope.PROJECT)
    if document is not None:
        far |= (table.c.scope == str(Scope.DOCUMENT)) & (table.c.document_id == document)
    wanted = (
        select(table.c.id, table.c.data)
        .where(
            table.c.project_id == project,
            far,
            table.c.parent_id.is_(None),
            ~exists(select(later.c.id).where(later.c.undoes_id == table.c.id)),
        )
        .order_by(table.c.id)
    )
    return [(int(row.id), msgspec.json.decode(row.data)) for row in connection.execute(wanted)]


def deciders(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Who made each of some decisions."""
    table, found = schema.decisions, {}
    for start in range(0, len(ids), 500):
        wanted = select(table.c.id, table.c.user).where(table.c.id.in_(ids[start : start + 500]))
        found.update({int(row.id): str(row.user) for row in connection.execute(wanted)})
    return found


def last_about(connection: Connection, document: int) -> int:
    """Id of the newest decision about a document; 0: none."""
    table = schema.decisions
    return int(connection.execute(select(func.max(table.c.id)).where(table.c.document_id == document)).scalar() or 0)


def last_ruling(connection: Connection, project: int) -> int | None:
    """The newest decision in force that changed the project's glossary."""
    table = schema.decisions
    later = schema.decisions.alias("later")
    wanted = (
        select(table.c.id)
        .where(
            table.c.project_id == project,
            table.c.action.in_([str(Action.PREFER), str(Action.FORBID)]),
            ~exists(select(later.c.id).where(later.c.undoes_id == table.c.id)),
        )
        .order_by(table.c.id.desc())
        .limit(1)
    )
    found = connection.execute(wanted).scalar()
    return None if found is None else int(found)
