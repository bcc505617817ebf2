"""What a batch tells while it runs: counts, rate, remaining time; as JSON lines and for Prometheus."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from pipeline.formats.safety import write_atomically
from pipeline.run.batch import Outcome

_METRICS_EVERY: Final = 15.0
_METRICS: Final = {
    "delivered": "Documents delivered.",
    "skipped": "Documents left as they were delivered before.",
    "failed": "Documents that failed.",
    "left": "Documents not looked at yet.",
    "segments": "Segments delivered.",
    "segments_per_second": "Segments delivered per second.",
    "seconds_remaining": "Estimated seconds until the end.",
    "last_seconds": "Unix time of these figures.",
}


@dataclass(slots=True)
class Progress:
    """Counts of a batch.

    Args:
        total: Documents.
        size: Bytes of all of them.
        in_flight: Segments and bytes that the engine has done of documents
            which are not delivered yet.
    """

    total: int
    size: int
    in_flight: Callable[[], tuple[float, float]] = lambda: (0.0, 0.0)
    counts: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    done_size: int = 0
    worked_size: int = 0
    began: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.counts["failed" if outcome.error else "skipped" if outcome.skipped else "delivered"] += 1
        self.segments += outcome.summary.get("segments", 0)
        self.done_size += outcome.size
        self.worked_size += outcome.size if outcome.summary else 0

    @property
    def done(self) -> int:
        """Documents with an outcome."""
        return self.counts.total()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return max(time.monotonic() - self.began, 1e-6)

    @property
    def rate(self) -> float:
        """Segments per second."""
        return (self.segments + self.in_flight()[0]) / self.elapsed

    @property
    def share(self) -> float:
        """How much of all bytes is done, 0 to 1."""
        return min(1.0, (self.done_size + self.in_flight()[1]) / self.size) if self.size else 0.0

    @property
    def remaining(self) -> float:
        """Seconds until the end, 0 where nothing was translated yet.

        By bytes: the segments of what was not read yet are not known. What
        was unchanged or failed took no time worth counting.
        """
        waiting = self.in_flight()[1]
        worked = self.worked_size + waiting
        return self.elapsed * max(0.0, self.size - self.done_size - waiting) / worked if worked else 0.0

    def line(self) -> str:
        """Rate and remaining time, for people."""
        if not self.worked_size and not self.in_flight()[1]:
            return f"{clock(self.elapsed)} so far"
        return f"{self.rate:.1f} segments/s, {clock(self.remaining)} left"


def clock(seconds: float) -> str:
    """``1:05:09`` or ``0:42``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class JsonLog:
    """One JSON object a line.

    Args:
        file: Text stream; it is not closed.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def __call__(self, event: str, **values: Any) -> None:
        """Write an event."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._file.write(json.dumps({"at": at, "event": event, **values}, ensure_ascii=False) + "\n")
        self._file.flush()

    def outcome(self, outcome: Outcome) -> None:
        """Write what became of an input."""
        state = "failed" if outcome.error else "skipped" if outcome.skipped else "delivered"
        self(
            f"document_{state}",
            input=outcome.source,
            outputs=list(outcome.outputs),
            error=outcome.error,
            seconds=round(outcome.seconds, 3),
            origins=outcome.origins,
            **{
                key: outcome.summary[key]
                for key in ("segments", "flags", "by_code", "review")
                if key in outcome.summary
            },
        )


class Metrics:
    """A file for Prometheus' node exporter (textfile collector), replaced whole every few seconds.

    Args:
        path: Its name should end in ``.prom``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def __call__(self, progress: Progress, *, final: bool = False) -> None:
        """Write the figures, if it is time."""
        now = time.monotonic()
        if now < self._next and not final:
            return
        self._next = now + _METRICS_EVERY
        values = {
            **{name: progress.counts[name] for name in ("delivered", "skipped", "failed")},
            "left": progress.total - progress.done,
            "segments": progress.segments,
            "segments_per_second": round(progress.rate, 3),
            "seconds_remaining": 0 if final else round(progress.remaining, 1),
            "last_seconds": round(time.time()),
        }
        lines = [
            line
            for name, help_ in _METRICS.items()
            for line in (
                f"# HELP zhengming_run_{name} {help_}",
                f"# TYPE zhengming_run_{name} gauge",
                f"zhengming_run_{name} {values[name]}",
            )
        ]
        write_atomically(self._path, ("\n".join(lines) + "\n").encode())
