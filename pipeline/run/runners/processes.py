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
from pipeline.lang.plurals import counted
from pipeline.run import places
from pipeline.run.runners.worker import STOP, work
from pipeline.run.tasks import Pulse, Result, Task, WorkerSpec, unpack_message

# What a worker has before it, open or waiting: enough to keep its engine's calls full, and so little that workers end
# together.
_AHEAD_BYTES: Final = 64 * 1024
_AHEAD_TASKS: Final = 256
# What it is given at once.
_SHARE_BYTES: Final = 4 * 1024
_SHARE_TASKS: Final = 16
_ATTEMPTS: Final = 2
_END: Final = object()
# Besides the engine's own limit: reading, matching, checking.
_GRACE_SECONDS: Final = 120.0


@dataclass(slots=True, eq=False)
class _Worker:
    """A process.

    Attributes:
        process: It.
        connection: To it.
        tasks: What it has and has not answered, with the bytes of each.
        alone: Whether it has one that killed a worker, and gets no other beside.
        pulse: How far it is with what it has open.
        heard: When it gave the last sign.
    """

    process: BaseProcess
    connection: Connection
    tasks: dict[int, tuple[Task, int]] = field(default_factory=dict)
    alone: bool = False
    pulse: Pulse = field(default_factory=Pulse)
    heard: float = 0.0

    @property
    def ahead(self) -> int:
        """Bytes of its tasks."""
        return sum(size for _, size in self.tasks.values())

    @property
    def has_room(self) -> bool:
        """Whether it should be given more."""
        return not self.tasks or (not self.alone and len(self.tasks) < _AHEAD_TASKS and self.ahead < _AHEAD_BYTES)

    def give(self, share: list[tuple[Task, int]], *, alone: bool) -> None:
        """Give it tasks."""
        if not self.tasks:
            self.heard = time.monotonic()
        self.alone = alone
        self.tasks |= {task.index: (task, size) for task, size in share}
        # One that has died is noticed when it is listened to.
        with suppress(OSError):
            self.connection.send([task for task, _ in share])


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
        self._again: deque[tuple[Task, int]] = deque()
        self._deaths: dict[int, int] = {}
        self._stopped = False

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        """Translate; results come as they are ready, and a None where no task comes for a while."""
        self._stopped = False
        feed = _Feed(tasks)
        while True:
            self._supply(feed)
            busy = [worker for worker in self._workers if worker.tasks]
            if not busy:
                if self._stopped or (feed.empty and not self._again):
                    return
                yield None
                continue
            yield from self._listen(busy, wait_for=0.0 if feed.paused else 1.0)
            if feed.paused:
                yield None

    def _supply(self, feed: _Feed) -> None:
        """Give the worker that has least a share, until all have enough.

        What killed a worker goes alone, so that it takes no others with it.
        """
        feed.paused = False
        while not self._stopped:
            room = len(self._workers) < self._count
            if self._again and (room or not all(worker.tasks for worker in self._workers)):
                share, alone = [self._again.popleft()], True
            elif room or any(worker.has_room for worker in self._workers):
                share, alone = feed.share(), False
            else:
                return
            if not share:
                return
            idle = next((worker for worker in self._workers if not worker.tasks), None)
            open_ = [worker for worker in self._workers if worker.has_room]
            taker = idle or (self._hire() if room else min(open_, key=lambda worker: worker.ahead))
            taker.give(share, alone=alone)

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
            answer = unpack_message(message) if message else None
            if answer is None:
                # It was told to stop.
                worker.tasks, worker.pulse = {}, Pulse()
            elif isinstance(answer, Pulse):
                worker.pulse = answer
            else:
                worker.tasks.pop(answer.index, None)
                yield answer
        for worker in busy:
            if self._patience and worker.tasks and time.monotonic() - worker.heard > self._patience:
                worker.process.kill()
                yield from self._bury(worker, f"gave no sign for {self._patience:.0f} s")

    def _bury(self, worker: _Worker, what: str) -> Iterator[Result]:
        """Try a dead worker's documents once more, each alone; then they have failed."""
        self._workers.remove(worker)
        worker.process.join(5)
        how = f"{what} (exit code {worker.process.exitcode})"
        worker.connection.close()
        self._report(f"a worker {how} with {counted(len(worker.tasks), 'document')} open")
        for task, size in worker.tasks.values():
            self._deaths[task.index] = self._deaths.get(task.index, 0) + 1
            if self._deaths[task.index] < _ATTEMPTS:
                self._again.append((task, size))
            else:
                yield Result(index=task.index, error=f"{task.location}: the worker that translated it {how}, twice")
        worker.tasks.clear()

    def in_flight(self) -> tuple[float, float]:
        """What the workers said last; any thread may ask."""
        pulses = [worker.pulse for worker in list(self._workers)]
        return sum(pulse.segments for pulse in pulses), sum(pulse.size for pulse in pulses)

    def stop(self) -> None:
        """Give out nothing more; workers finish the engine calls that they are in."""
        self._stopped = True
        for worker in self._workers:
            if worker.tasks:
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
        self.empty = False
        self.paused = False

    def share(self) -> list[tuple[Task, int]]:
        """The next share, with the bytes of each task. Empty at the end or a pause."""
        share: list[tuple[Task, int]] = []
        weight = 0
        while not self.empty and not self.paused and weight < _SHARE_BYTES and len(share) < _SHARE_TASKS:
            task = next(self._tasks, _END)
            if isinstance(task, Task):
                share.append((task, places.size(task.location)))
                weight += share[-1][1]
            else:
                self.empty, self.paused = task is _END, task is None
        return share
