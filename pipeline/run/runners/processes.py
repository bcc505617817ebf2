"""Worker processes on this machine; one that dies or hangs is replaced, and its documents are tried once more."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from pipeline.engines.embedded import available_cpus
from pipeline.run import places
from pipeline.run.runners.worker import STOP, work
from pipeline.run.tasks import Result, Task, WorkerSpec, unpack

# A share of the inputs that keeps an engine's batches full, and the fewest documents in it.
_SHARE_BYTES: Final = 192 * 1024
_SHARE_TASKS: Final = 64
_ATTEMPTS: Final = 2
# Besides the engine's own limit: reading, matching, checking.
_GRACE_SECONDS: Final = 120.0


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    tasks: dict[int, Task] = field(default_factory=dict)
    # Until the end of its share is announced: the last result comes before that.
    busy: bool = False
    heard: float = 0.0


class Processes:
    """Documents in spawned processes, each with an engine of its own.

    Args:
        spec: What workers are made from.
        workers: How many; 0: one per CPU.
        report: Told in one line about workers that died.
    """

    def __init__(self, spec: WorkerSpec, *, workers: int = 0, report: Callable[[str], Any] | None = None) -> None:
        cpus = available_cpus()
        self._count = workers or cpus
        self._spec = spec.with_threads(max(1, cpus // self._count))
        self._patience = 3 * spec.limits.timeout + _GRACE_SECONDS if spec.limits.timeout else 0.0
        self._report = report or (lambda _: None)
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()
        self._deaths: dict[int, int] = {}
        self._stopped = False

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        """Translate; results come as they are ready, and a None where no task comes for a while."""
        self._stopped = False
        feed = _Feed(tasks)
        while True:
            self._supply(feed)
            busy = [worker for worker in self._workers if worker.busy]
            if not busy:
                if self._stopped or (feed.empty and not self._again):
                    return
                yield None
                continue
            yield from self._listen(busy, wait_for=0.0 if feed.paused else 1.0)
            if feed.paused:
                yield None

    def _supply(self, feed: _Feed) -> None:
        """Give each idle worker a share; what killed a worker goes alone, so that it takes no others with it."""
        while not self._stopped:
            idle = next((worker for worker in self._workers if not worker.busy), None)
            if idle is None and len(self._workers) >= self._count:
                return
            share = [self._again.popleft()] if self._again else feed.share(self._count)
            if not share:
                return
            worker = idle or self._hire()
            worker.tasks, worker.busy = {task.index: task for task in share}, True
            worker.heard = time.monotonic()
            with suppress(OSError):
                worker.connection.send(share)

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(theirs, self._spec), name="zhengming-worker", daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _listen(self, busy: list[_Worker], *, wait_for: float) -> Iterator[Result]:
        by_connection = {worker.connection: worker for worker in busy}
        ready = wait(list(by_connection), timeout=wait_for)
        for connection in ready:
            worker = by_connection[connection]  # type: ignore[index]
            try:
                message = worker.connection.recv_bytes()
            except (EOFError, OSError):
                yield from self._bury(worker, "died")
                continue
            worker.heard = time.monotonic()
            if message:
                result = unpack(message)
                worker.tasks.pop(result.index, None)
                yield result
            else:
                worker.tasks, worker.busy = {}, False
        for worker in busy:
            if self._patience and worker.busy and time.monotonic() - worker.heard > self._patience:
                worker.process.kill()
                yield from self._bury(worker, f"gave no sign for {self._patience:.0f} s")

    def _bury(self, worker: _Worker, what: str) -> Iterator[Result]:
        """Try a dead worker's documents once more, each alone; then they have failed."""
        self._workers.remove(worker)
        worker.busy = False
        worker.process.join(5)
        how = f"{what} (exit code {worker.process.exitcode})"
        worker.connection.close()
        self._report(f"a worker {how} with {len(worker.tasks)} documents open")
        for task in worker.tasks.values():
            self._deaths[task.index] = self._deaths.get(task.index, 0) + 1
            if self._deaths[task.index] < _ATTEMPTS:
                self._again.append(task)
            else:
                yield Result(index=task.index, error=f"{task.location}: the worker that translated it {how}, twice")
        worker.tasks.clear()

    def in_flight(self) -> tuple[float, float]:
        """Not known."""
        return 0.0, 0.0

    def stop(self) -> None:
        """Give out nothing more; workers finish the engine calls that they are in."""
        self._stopped = True
        for worker in self._workers:
            if worker.busy:
                with suppress(OSError):
                    worker.connection.send(STOP)

    def abort(self) -> None:
        """Kill the workers."""
        for worker in self._workers:
            worker.process.kill()

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            with suppress(OSError):
                worker.connection.send(None)
        for worker in self._workers:
            worker.process.join(10)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.connection.close()
        self._workers.clear()


class _Feed:
    """Cuts tasks into shares."""

    def __init__(self, tasks: Iterable[Task | None]) -> None:
        self._tasks = iter(tasks)
        self._given = 0
        self.empty = False
        self.paused = False

    def share(self, workers: int) -> list[Task]:
        """The next share; the first ones are small, so that every worker soon has one. Empty at the end or a pause."""
        self.paused = False
        most = _SHARE_BYTES if self._given >= workers else _SHARE_BYTES // 8
        share: list[Task] = []
        weight = 0
        while weight < most and len(share) < _SHARE_TASKS:
            try:
                task = next(self._tasks)
            except StopIteration:
                self.empty = True
                break
            if task is None:
                self.paused = True
                break
            share.append(task)
            weight += places.size(task.location)
        self._given += 1
        return share
