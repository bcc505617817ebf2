"""What became of a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.store import queue
from pipeline.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a decision did.

    Attributes:
        decision: Its id; what :meth:`pipeline.reviewer.service.Review.undo` takes.
        segment: The segment.
        revision: The segment's revision now.
        changed: Other segments that followed.
        left: Other segments that were left because a person has settled them.
        open_flags: Flags of the segment that still await a person, those that
            the change itself raised included.
        proposals: Glossary proposals that it made or strengthened.
    """

    decision: int
    segment: int
    revision: int
    changed: tuple[int, ...] = ()
    left: int = 0
    open_flags: int = 0
    proposals: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        connection: Connection,
        segment: int,
        decision: int,
        *,
        changed: Sequence[int] = (),
        left: int = 0,
        proposals: tuple[int, ...] = (),
    ) -> Self:
        """What was done, with the segment as it stands now in the decision's transaction."""
        row = queue.segment_row(connection, segment)
        return cls(
            decision=decision,
            segment=segment,
            revision=row.revision,
            changed=tuple(changed),
            left=left,
            open_flags=row.open_flags,
            proposals=proposals,
        )
