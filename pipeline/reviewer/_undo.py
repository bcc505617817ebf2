"""Decisions taken back, with what followed from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.reviewer import learning
from pipeline.reviewer._change import Changer
from pipeline.store import decisions, documents, queue
from pipeline.store.database import Connection
from pipeline.store.records import Action, DecisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What taking a decision back did.

    Attributes:
        decision: Id of the undo.
        changed: Other segments that were put back.
        left: Other segments that were changed again since, and stay.
        glossary: The glossary row that the decision had changed, if any: ``id``, ``before``, ``after``.
    """

    decision: int
    changed: tuple[int, ...]
    left: int
    glossary: dict[str, Any] | None


def take_back(connection: Connection, changer: Changer, made: DecisionRow, *, user: str, reason: str) -> Undone:
    """Undo a decision in the store.

    Args:
        connection: In a write transaction.
        changer: Applies changes.
        made: The decision.
        user: Who takes it back.
        reason: Why.

    Raises:
        ConflictError: The segment itself was changed again since.
        UsageError: It was taken back already, or is an undo itself.
    """
    if made.undone or made.action is Action.UNDO:
        raise UsageError(f"decision {made.id} was taken back already or is an undo; edit the segment instead")
    followed = decisions.log(connection, None, children_of=made.id, oldest_first=True, limit=None)
    undone = _one(connection, changer, made, user=user, reason=reason, parent=None)
    if undone is None:
        raise decisions.conflict(connection, made.segment_id)
    changed = [
        child.segment_id
        for child in followed
        if _one(connection, changer, child, user=user, reason="", parent=undone) is not None
    ]
    project = queue.segment_row(connection, made.segment_id).project_id
    learning.unlearn(connection, project, made.id)
    for home in {made.document_id, *(child.document_id for child in followed)}:
        documents.recount(connection, home)
    return Undone(
        decision=undone,
        changed=tuple(changed),
        left=len(followed) - len(changed),
        glossary=decisions.decision_data(connection, made.id).get("glossary"),
    )


def _one(
    connection: Connection, changer: Changer, made: DecisionRow, *, user: str, reason: str, parent: int | None
) -> int | None:
    """Take back one decision on one segment; None where the segment was changed again."""
    row = queue.segment_row(connection, made.segment_id)
    data = decisions.decision_data(connection, made.id)
    latest = decisions.log(connection, None, segments=[row.id], limit=1)
    moved = row.target != made.after or row.state != made.state_after
    if made.undone or moved or (latest and not _untouched(latest[0], made)):
        return None
    undone = decisions.append(
        connection,
        row,
        Action.UNDO,
        user=user,
        reason=reason,
        after=made.before,
        state_after=made.state_before,
        parent=parent,
        undoes=made.id,
    )
    if made.action is Action.ASSIGN:
        decisions.change_segment(connection, row, assigned_id=data.get("assigned_before"))
    else:
        changer.undo(connection, row, made.id, data, target=made.before, state=made.state_before)
    return undone


def _untouched(latest: DecisionRow, made: DecisionRow) -> bool:
    """Whether a decision is the last one that counts on its segment."""
    return latest.id == made.id or latest.action in {Action.ASSIGN, Action.UNDO}
