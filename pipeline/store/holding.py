"""Stored segments that hold Chinese terms, with what was decided about them: what a glossary change bears on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select, text

from pipeline.lang.normaliser import unfold
from pipeline.store import schema, search
from pipeline.store.records import Action
from pipeline.termbase.impact import BilingualSegment, PastDecision

_CHUNK: Final = 500
# What the program did because of a person's decision is that decision once more.
_PERSONAL: Final = (
    Action.ACCEPT, Action.CHOOSE, Action.EDIT, Action.DISMISS, Action.PREFER, Action.FORBID, Action.APPLY,
)  # fmt: skip


def segments_holding(connection: Connection, project: int, forms: Iterable[str]) -> Iterator[BilingualSegment]:
    """The segments worked on in a project whose source holds any of the forms, with a target.

    Args:
        connection: Reading.
        project: Project id.
        forms: Chinese, Simplified; Traditional sources are found too.
    """
    ids: set[int] = set()
    for variant in sorted({variant for form in forms for variant in (form, unfold(form))}):
        condition, values = search.condition(connection, "segments", variant, side="source")
        statement = text(
            f"SELECT segments.id FROM segments WHERE segments.project_id = :project AND segments.current "
            f"AND segments.target <> '' AND {condition}"
        )
        ids.update(connection.execute(statement, {"project": project, **values}).scalars())
    ordered = sorted(ids)
    for at in range(0, len(ordered), _CHUNK):
        yield from _segments(connection, ordered[at : at + _CHUNK])


def _segments(connection: Connection, ids: Sequence[int]) -> Iterator[BilingualSegment]:
    table, documents = schema.segments, schema.documents
    wanted = (
        select(
            table.c.id,
            table.c.name.label("segment"),
            table.c.source,
            table.c.target,
            table.c.state,
            table.c.decision_id,
            documents.c.name.label("document"),
            documents.c.genre,
        )
        .join(documents, documents.c.id == table.c.document_id)
        .where(table.c.id.in_(ids))
        .order_by(table.c.document_id, table.c.position)
    )
    rows = connection.execute(wanted).all()
    decided = _decisions(connection, ids, [row.decision_id for row in rows if row.decision_id is not None])
    for row in rows:
        found = dict((*decided[0][row.id], *decided[1].get(row.decision_id, ())))
        yield BilingualSegment(
            row.document, row.segment, row.source, row.target, row.state, row.genre, tuple(found.values())
        )


_Found = tuple[int, PastDecision]


def _decisions(
    connection: Connection, segments: Sequence[int], rests_on: Sequence[int]
) -> tuple[dict[int, list[_Found]], dict[int, list[_Found]]]:
    """Decisions of persons that stand, by segment, and those that earlier versions hand on, by their own id."""
    table = schema.decisions
    later = table.alias("later")
    standing = ~select(later.c.id).where(later.c.undoes_id == table.c.id).exists()
    wanted = (
        select(table)
        .where((table.c.segment_id.in_(segments)) | (table.c.id.in_(rests_on)))
        .where(table.c.action.in_([str(action) for action in _PERSONAL]), standing)
        .order_by(table.c.id)
    )
    by_segment: dict[int, list[_Found]] = defaultdict(list)
    by_id: dict[int, list[_Found]] = {}
    for row in connection.execute(wanted):
        decision = _decision(row)
        if decision is not None:
            by_segment[row.segment_id].append((row.id, decision))
            by_id[row.id] = [(row.id, decision)]
    return by_segment, by_id


def _decision(row: Any) -> PastDecision | None:
    if row.term and row.rendering_after:
        return PastDecision(row.user, row.at, row.rendering_after, row.reason, row.term)
    # A dismissed flag says nothing about the segment as a whole.
    if row.action in {Action.ACCEPT, Action.CHOOSE, Action.EDIT, Action.APPLY}:
        return PastDecision(row.user, row.at, "", row.reason)
    return None
