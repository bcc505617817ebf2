"""Documents on a Ray cluster: a Ray Data stream over an actor pool, one engine in each actor."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

from pipeline.errors import EngineError, EngineUnavailable
from pipeline.run.runners.worker import open_stream
from pipeline.run.tasks import Pulse, Result, Task, WorkerSpec, pack, unpack

# Documents that an actor is given at once, and in one pass of the stream.
_BATCH: Final = 16
_PASS: Final = 4096
# Less than a CPU: an actor pool that claims all CPUs leaves none for Ray's own tasks, and nothing ever starts.
_ACTOR_CPUS: Final = 0.5
_PULSE_SECONDS: Final = 1.0


class _Board:
    """An actor that the others tell how far they are: Ray Data itself tells of whole blocks."""

    def __init__(self) -> None:
        self._done: dict[str, Pulse] = {}

    def note(self, name: str, done: Pulse) -> None:
        """Take down what an actor has done so far."""
        self._done[name] = done

    def total(self) -> tuple[float, float]:
        """Segments and bytes that were done so far."""
        return sum(one.segments for one in self._done.values()), sum(one.size for one in self._done.values())


class _Actor:
    """A worker inside an actor.

    Args:
        spec: What it is made from.
        board: Handle of a :class:`_Board`.
    """

    def __init__(self, spec: WorkerSpec, board: Any) -> None:
        self._context = open_stream(spec)
        self._stream = self._context.__enter__()
        self._done = self._told = Pulse()
        self._board, self._name = board, uuid4().hex
        threading.Thread(target=self._beat, name="zhengming-pulse", daemon=True).start()

    def _beat(self) -> None:
        while True:
            time.sleep(_PULSE_SECONDS)
            self._tell()

    def _tell(self) -> None:
        now = self._done.plus(*self._stream.in_flight())
        if now != self._told:
            self._told = now
            self._board.note.remote(self._name, now)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        tasks = [
            Task(index=int(index), location=str(location))
            for index, location in zip(batch["index"], batch["location"], strict=True)
        ]
        packed = []
        for result in self._stream.run(tasks):
            if result is not None:
                self._done = self._done.plus(*_weight(result))
                packed.append(pack(result))
        self._tell()
        return {"result": packed}


def _weight(result: Result) -> tuple[int, int]:
    """Segments and bytes of a result."""
    return len(result.document.segments) if result.document else 0, len(result.original)


class RayData:
    """Documents in actors.

    Args:
        spec: What actors are made from.
        workers: Actors; 0: one per CPU of the cluster.
        address: ``host:port``, ``ray://host:port`` or ``auto``; empty: a
            cluster of this machine alone.

    Raises:
        EngineUnavailable: Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, spec: WorkerSpec, *, workers: int = 0, address: str = "") -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
        try:
            import ray
            import ray.data
            import ray.util.scheduling_strategies
        except ImportError as error:
            raise EngineUnavailable("the ray runner needs ray: pip install 'zhengming[ray]'") from error
        # What Ray Data says on the way goes to its own log; here it would tear the bar apart.
        for handler in logging.getLogger("ray.data").handlers:
            if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
                handler.setLevel(logging.ERROR)
        self._ray: Any = ray
        self._started = not ray.is_initialized()
        if self._started:
            options: dict[str, Any] = {"address": address} if address else {"include_dashboard": False}
            try:
                ray.init(log_to_driver=False, logging_level="error", **options)
            except (ConnectionError, RuntimeError, OSError) as error:
                raise EngineUnavailable(f"no Ray cluster at {address or 'this machine'}: {error}") from error
        self._workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._spec = spec.with_threads(1)
        self._stopped = False
        self._handed = Pulse()
        self._known = 0.0, (0.0, 0.0)
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            node_id=ray.get_runtime_context().get_node_id(), soft=True
        )
        self._board: Any = ray.remote(num_cpus=0, scheduling_strategy=here)(_Board).remote()

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        """Translate; results come in the order of the tasks."""
        feed = iter(tasks)
        share: list[Task] = []
        for task in feed:
            if self._stopped:
                return
            if task is None:
                yield None
                continue
            share.append(task)
            if len(share) == _PASS:
                yield from self._pass(share)
                share = []
        if share and not self._stopped:
            yield from self._pass(share)

    def _pass(self, tasks: list[Task]) -> Iterator[Result]:
        from ray.data import ActorPoolStrategy, DataContext

        context: Any = DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        left = {task.index: task for task in tasks}
        rows = [{"index": task.index, "location": task.location} for task in tasks]
        pool: Any = ActorPoolStrategy(size=min(self._workers, -(-len(rows) // _BATCH)))
        data: Any = self._ray.data.from_items(rows, override_num_blocks=-(-len(rows) // _BATCH)).map_batches(
            _Actor, fn_constructor_args=(self._spec, self._board), batch_size=_BATCH, compute=pool, num_cpus=_ACTOR_CPUS
        )
        try:
            for row in data.iter_rows():
                result = unpack(bytes(row["result"]))
                if left.pop(result.index, None) is not None:
                    self._handed = self._handed.plus(*_weight(result))
                    yield result
                if self._stopped:
                    return
        except self._ray.exceptions.RayError as error:
            reason = str(error).strip().splitlines()[-1]
            for task in left.values():
                yield Result(index=task.index, error=f"{task.location}: the cluster gave it up: {reason}")
            raise EngineError(f"the cluster failed: {reason}") from error

    def in_flight(self) -> tuple[float, float]:
        """What the actors said last that they have done, less what was handed on; any thread may ask."""
        at, (segments, size) = self._known
        if time.monotonic() - at > _PULSE_SECONDS:
            with suppress(self._ray.exceptions.RayError):
                segments, size = self._ray.get(self._board.total.remote(), timeout=_PULSE_SECONDS)
            self._known = time.monotonic(), (segments, size)
        return max(0.0, segments - self._handed.segments), max(0.0, size - self._handed.size)

    def stop(self) -> None:
        """Take no more results."""
        self._stopped = True

    def abort(self) -> None:
        """Leave the cluster."""
        self.close()

    def close(self) -> None:
        """Leave the cluster, or end it where it was started here."""
        if self._started:
            self._ray.shutdown()
