"""What outcomes add up to. It does not grow with the number of documents, which may be millions."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

from pipeline.run.batch import Outcome

# What people read; counts cover the rest.
MOST_ROWS: Final = 60
MOST_ERRORS: Final = 1_000
_SLOWEST: Final = 15
# Points of the throughput curve, at most; more are not seen.
_POINTS: Final = 400
_STORED: Final = ("kept", "adapted", "reopened", "remembered")


@dataclass(slots=True)
class Tally:
    """Outcomes, counted.

    Attributes:
        total: Inputs that were given.
        counts: Outcomes that are ``delivered``, ``skipped``, ``failed``.
        segments: Delivered.
        errors: The first :data:`MOST_ERRORS` failures, a line each.
        rows: The first :data:`MOST_ROWS` documents that were delivered.
        origins: Segments by where their English comes from.
        codes: Flags by code.
        stored: What became of earlier decisions, and ``new`` versions.
        review: ``segments`` that an engine reviewed and its ``remarks``.
        dropped: Remarks of it that were not listened to, by reason.
    """

    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    errors: list[str] = field(default_factory=list)
    rows: list[Outcome] = field(default_factory=list)
    origins: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    _slowest: list[tuple[float, int, Outcome]] = field(default_factory=list)
    _points: list[tuple[float, int]] = field(default_factory=list)
    _every: int = 1
    _order: count[int] = field(default_factory=count)
    _began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Inputs with an outcome."""
        return self.counts.total()

    @property
    def left(self) -> int:
        """Inputs without."""
        return self.total - self.done

    @property
    def slowest(self) -> list[Outcome]:
        """Documents that took longest, the slowest first."""
        return [outcome for _, _, outcome in sorted(self._slowest, reverse=True)]

    @property
    def curve(self) -> list[tuple[float, int]]:
        """Seconds and the segments delivered by then."""
        return list(self._points)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.counts["failed" if outcome.error else "skipped" if outcome.skipped else "delivered"] += 1
        if outcome.error and len(self.errors) < MOST_ERRORS:
            self.errors.append(outcome.error)
        if outcome.stored is not None:
            self.stored.update({name: getattr(outcome.stored, name) for name in _STORED})
            self.stored["new"] += outcome.stored.new
        self.origins.update(outcome.origins)
        if outcome.summary:
            self._delivered(replace(outcome, document=None, stored=None))

    def _delivered(self, outcome: Outcome) -> None:
        summary = outcome.summary
        self.segments += summary["segments"]
        self.codes.update(summary["by_code"])
        if "review" in summary:
            self.review.update({name: summary["review"][name] for name in ("segments", "remarks")})
            self.dropped.update(summary["review"]["dropped"])
        if len(self.rows) < MOST_ROWS:
            self.rows.append(outcome)
        push = heapq.heappush if len(self._slowest) < _SLOWEST else heapq.heappushpop
        push(self._slowest, (outcome.seconds, next(self._order), outcome))
        self._point()

    def _point(self) -> None:
        """Add a point to the curve; where it has too many, every second one goes and later ones come half as often."""
        point = time.monotonic() - self._began, self.segments
        delivered = self.counts["delivered"]
        if delivered % self._every == 0 or not self._points:
            self._points.append(point)
        else:
            self._points[-1] = point
        if len(self._points) > _POINTS:
            self._points = self._points[1::2]
            self._every *= 2
