"""How a review goes: time spent, segments settled, and which checks were right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection, func, select

from pipeline.core.flags import FlagState
from pipeline.store import rows, schema
from pipeline.store.records import Action

# A longer pause is no work on a segment; the first decision after one counts as this much.
_PAUSE_SECONDS: Final = 300
_FIRST_SECONDS: Final = 60
_OURS: Final = "zhengming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a reviewer did.

    Attributes:
        user: Who; empty for all together.
        decisions: Decisions of their own.
        segments: Segments that they settled, each counted once.
        hours: Time between decisions, pauses of more than five minutes left
            out.
    """

    user: str
    decisions: int
    segments: int
    hours: float

    @property
    def rate(self) -> float:
        """Segments an hour."""
        return self.segments / self.hours if self.hours else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """How a check's flags were judged.

    Attributes:
        code: Its code.
        confirmed: Flags after which the English was corrected.
        dismissed: Flags that a reviewer called none.
        accepted: Flags on English that was accepted as it stood.
        open: Flags that nobody has judged.
    """

    code: str
    confirmed: int
    dismissed: int
    accepted: int
    open: int

    @property
    def precision(self) -> float | None:
        """Share of the judged flags that were confirmed; None where none was judged."""
        judged = self.confirmed + self.dismissed + self.accepted
        return self.confirmed / judged if judged else None


def effort(connection: Connection, project: int) -> list[Effort]:
    """What each reviewer did, the busiest first, then all together."""
    table = schema.decisions
    wanted = (
        select(table.c.user, table.c.at, table.c.segment_id, table.c.action, table.c.state_after)
        .where(table.c.project_id == project, table.c.parent_id.is_(None), table.c.user != _OURS)
        .order_by(table.c.id)
    )
    times: dict[str, list[float]] = defaultdict(list)
    settled: dict[str, set[int]] = defaultdict(set)
    for row in connection.execute(wanted):
        times[row.user].append(datetime.fromisoformat(row.at).timestamp())
        if row.state_after in rows.SETTLED and row.action != Action.UNDO:
            settled[row.user].add(row.segment_id)
    found = [
        Effort(user=user, decisions=len(moments), segments=len(settled[user]), hours=_hours(moments))
        for user, moments in times.items()
    ]
    found.sort(key=lambda one: (-one.decisions, one.user))
    together = Effort(
        user="",
        decisions=sum(one.decisions for one in found),
        segments=len(set().union(*settled.values())) if settled else 0,
        hours=sum(one.hours for one in found),
    )
    return [*found, together]


def _hours(moments: list[float]) -> float:
    gaps = (after - before for before, after in pairwise(sorted(moments)))
    worked = [gap if gap <= _PAUSE_SECONDS else _FIRST_SECONDS for gap in gaps]
    return (_FIRST_SECONDS + sum(worked)) / 3600 if moments else 0.0


def checks(connection: Connection, project: int) -> list[CheckRecord]:
    """How the flags of each check were judged, the noisiest first."""
    flags, segments = schema.flags, schema.segments
    wanted = (
        select(flags.c.code, flags.c.state, func.count().label("number"))
        .join(segments, segments.c.id == flags.c.segment_id)
        .where(segments.c.project_id == project, segments.c.current.is_(True))
        .group_by(flags.c.code, flags.c.state)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(wanted):
        counts[row.code][row.state] = row.number
    found = [
        CheckRecord(
            code=code,
            confirmed=states.get(FlagState.CORRECTED, 0),
            dismissed=states.get(FlagState.DISMISSED, 0),
            accepted=states.get(FlagState.ACCEPTED, 0),
            open=states.get(FlagState.OPEN, 0),
        )
        for code, states in counts.items()
    ]
    found.sort(key=lambda one: (-(one.dismissed + one.accepted), one.code))
    return found
