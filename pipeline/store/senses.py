"""Senses that reviewers chose: evidence for later choices, which retires and comes back with its decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from pipeline.store import schema
from pipeline.termbase.evidence import SenseChoice, SenseContext

# What one run looks at; older choices of a large project say nothing new.
_MOST: Final = 100_000
_context: Final = msgspec.json.Decoder(SenseContext).decode


def add(
    connection: Connection, project: int, choices: Iterable[SenseChoice], *, decision: int, line: Sequence[int]
) -> None:
    """Keep what a decision chose; what was chosen for the same term of the segment before retires.

    Args:
        connection: In a write transaction.
        project: Project id.
        choices: One a term.
        decision: The decision.
        line: The segment and those that it continues.
    """
    table = schema.sense_choices
    for choice in choices:
        earlier = (table.c.segment_id.in_(line), table.c.zh == choice.zh, table.c.retired_by.is_(None))
        connection.execute(update(table).where(*earlier).values(retired_by=decision))
        values = {
            "project_id": project,
            "segment_id": line[0],
            "decision_id": decision,
            "zh": choice.zh,
            "concept": choice.concept,
            "context": msgspec.json.encode(choice.context).decode(),
        }
        connection.execute(table.insert().values(**values))


def withdraw(connection: Connection, decision: int) -> None:
    """Take back what a decision chose; what it retired counts again."""
    table = schema.sense_choices
    connection.execute(delete(table).where(table.c.decision_id == decision))
    connection.execute(update(table).where(table.c.retired_by == decision).values(retired_by=None))


def choices(connection: Connection, project: int) -> list[SenseChoice]:
    """What counts now, newest first."""
    table = schema.sense_choices
    wanted = (
        select(table.c.zh, table.c.concept, table.c.context)
        .where(table.c.project_id == project, table.c.retired_by.is_(None))
        .order_by(table.c.id.desc())
        .limit(_MOST)
    )
    return [
        SenseChoice(zh=row.zh, concept=row.concept, context=_context(row.context)) for row in connection.execute(wanted)
    ]
