"""Where documents are translated: in this process, in processes beside it, or on a Ray cluster.

All runners give the same documents, byte for byte: a document's translation
depends on nothing but itself, the configuration and the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

from pipeline.errors import UsageError
from pipeline.run import Translator
from pipeline.run.cache import Cache
from pipeline.run.tasks import Result, Task, WorkerSpec

RUNNERS: Final = ("local", "processes", "ray")


class Runner(Protocol):
    """Translates tasks somewhere."""

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        """One result per task, in any order; fewer after :meth:`stop`.

        Where no task comes for a while, None does, and is handed on, so that
        whoever takes the results can look after other things.
        """

    def in_flight(self) -> tuple[float, float]:
        """Segments and bytes that are done of documents without a result; 0 where that is not known."""

    def stop(self) -> None:
        """Start nothing more; finish what is in flight."""

    def abort(self) -> None:
        """End what runs elsewhere at once; the program ends next."""

    def close(self) -> None:
        """Free everything."""


def create(
    name: str,
    spec: WorkerSpec,
    translator: Translator,
    *,
    cache: Cache | None = None,
    workers: int = 0,
    address: str = "",
    report: Callable[[str], Any] | None = None,
) -> Runner:
    """A runner.

    Args:
        name: One of :data:`RUNNERS`.
        spec: What workers are made from.
        translator: Used by the local runner itself.
        cache: Likewise.
        workers: Processes or actors; 0: as many as there are CPUs.
        address: Of a Ray cluster; empty: one is started here.
        report: Told in one line about failed attempts.

    Raises:
        UsageError: There is no such runner.
        EngineUnavailable: The extra that it needs is missing.
    """
    if name == "local":
        from pipeline.run.stream import Stream

        return Stream(translator, cache=cache, limits=spec.limits, report=report)
    if name == "processes":
        from pipeline.run.runners.processes import Processes

        return Processes(spec, workers=workers, report=report)
    if name == "ray":
        from pipeline.run.runners.ray_data import RayData

        return RayData(spec, workers=workers, address=address)
    raise UsageError(f"--runner {name}: unknown; known: {', '.join(RUNNERS)}")
