"""Glossary proposals: what reviewers asked for and what their corrections suggest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from pipeline.errors import ConflictError, StoreError, UsageError
from pipeline.store import schema
from pipeline.store.database import now
from pipeline.store.records import Proposal


def proposals(connection: Connection, project: int, *, state: str = "", query: str = "") -> list[Proposal]:
    """Proposals, those with most evidence first.

    Args:
        connection: Reading.
        project: Project id.
        state: ``proposed``, ``approved`` or ``rejected``; empty: any.
        query: Part of the Chinese or English.
    """
    table = schema.proposals
    wanted = select(table).where(table.c.project_id == project)
    if state:
        wanted = wanted.where(table.c.state == state)
    if query:
        holds = [column.contains(query, autoescape=True) for column in (table.c.zh, table.c.before, table.c.after)]
        wanted = wanted.where(holds[0] | holds[1] | holds[2])
    found = connection.execute(wanted.order_by(table.c.count.desc(), table.c.id.desc()))
    return [_proposal(row) for row in found]


def proposal(connection: Connection, proposal_id: int) -> Proposal:
    """A proposal by id.

    Raises:
        StoreError: There is none such.
    """
    row = connection.execute(select(schema.proposals).where(schema.proposals.c.id == proposal_id)).first()
    if row is None:
        raise StoreError(f"there is no proposal {proposal_id}")
    return _proposal(row)


def known_renderings(connection: Connection, project: int, terms: Collection[str]) -> dict[str, set[str]]:
    """By Chinese term, all English that corrections and rulings have named for it."""
    table = schema.proposals
    wanted = select(table.c.zh, table.c.before, table.c.after).where(
        table.c.project_id == project, table.c.zh.in_(terms)
    )
    found: dict[str, set[str]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.zh, set()).update(filter(None, (row.before, row.after)))
    return found


def propose(
    connection: Connection,
    project: int,
    *,
    kind: str,
    zh: str,
    before: str,
    after: str,
    user: str,
    concept: str = "",
    evidence: Sequence[int] = (),
    state: str = "proposed",
) -> int:
    """Note a proposal; one that waits already gains evidence.

    Returns:
        Its id.
    """
    table = schema.proposals
    same = (
        table.c.project_id == project,
        table.c.kind == kind,
        table.c.zh == zh,
        table.c.before == before,
        table.c.after == after,
        table.c.state == "proposed",
    )
    row = connection.execute(select(table).where(*same)).first()
    if row is not None:
        known = msgspec.json.decode(row.evidence, type=list[int])
        grown = list(dict.fromkeys([*known, *evidence]))
        connection.execute(
            update(table)
            .where(table.c.id == row.id)
            .values(
                evidence=msgspec.json.encode(grown).decode(),
                count=len(grown),
                state=state,
                revision=row.revision + 1,
            )
        )
        return int(row.id)
    values = {
        "project_id": project,
        "kind": kind,
        "concept": concept,
        "zh": zh,
        "before": before,
        "after": after,
        "count": max(1, len(evidence)),
        "evidence": msgspec.json.encode(list(evidence)).decode(),
        "state": state,
        "user": user,
        "at": now(),
    }
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def withdraw(connection: Connection, project: int, decision: int) -> None:
    """Take a decision's evidence from the proposals that wait; one without evidence is rejected."""
    table = schema.proposals
    waiting = select(table).where(table.c.project_id == project, table.c.state != "rejected")
    for row in connection.execute(waiting).all():
        evidence = msgspec.json.decode(row.evidence, type=list[int])
        if decision not in evidence:
            continue
        rest = [one for one in evidence if one != decision]
        values: dict[str, Any] = {"evidence": msgspec.json.encode(rest).decode(), "count": len(rest)}
        if not rest:
            values |= {"state": "rejected", "reason": "undone", "decided_at": now()}
        connection.execute(update(table).where(table.c.id == row.id).values(**values, revision=row.revision + 1))


def settle(
    connection: Connection, proposal_id: int, *, approve: bool, user: str, revision: int | None = None, reason: str = ""
) -> Proposal:
    """Approve or reject a proposal.

    Raises:
        ConflictError: It was settled or changed meanwhile.
        UsageError: It is no longer open.
    """
    known = proposal(connection, proposal_id)
    if known.state != "proposed":
        raise UsageError(f"proposal {proposal_id} was {known.state} by {known.decided_by or known.user}")
    table = schema.proposals
    seen = known.revision if revision is None else revision
    changed = connection.execute(
        update(table)
        .where(table.c.id == proposal_id, table.c.revision == seen)
        .values(
            state="approved" if approve else "rejected",
            decided_by=user,
            decided_at=now(),
            reason=reason,
            revision=seen + 1,
        )
    )
    if changed.rowcount != 1:
        raise ConflictError(f"proposal {proposal_id} changed meanwhile; look at it again", current=known)
    return proposal(connection, proposal_id)


def _proposal(row: Any) -> Proposal:
    return Proposal(
        id=row.id,
        kind=row.kind,
        concept=row.concept,
        zh=row.zh,
        before=row.before,
        after=row.after,
        count=row.count,
        evidence=tuple(msgspec.json.decode(row.evidence, type=list[int])),
        state=row.state,
        user=row.user,
        decided_by=row.decided_by,
        reason=row.reason,
        revision=row.revision,
        at=row.at,
    )
