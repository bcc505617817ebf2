"""What runs in another process: a stream of its own, made from a spec."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Final, Self

from pipeline.errors import UsageError
from pipeline.run import Translator
from pipeline.run.cache import Cache
from pipeline.run.stream import Stream
from pipeline.run.tasks import Pulse, Result, Task, WorkerSpec, pack

STOP: Final = "stop"
_PULSE_SECONDS: Final = 0.5


@contextmanager
def open_stream(spec: WorkerSpec) -> Iterator[Stream]:
    """A stream with its own engine, and with the project's memory and results.

    Raises:
        UsageError: The project's folder cannot be reached from here.
    """
    if spec.project is not None and not spec.project.is_dir():
        raise UsageError(f"a worker cannot reach the project at {spec.project}: put it on a shared file system")
    if spec.project is None:
        with Translator(spec.config) as translator, Stream(translator, limits=spec.limits) as stream:
            yield stream
        return
    from pipeline.run.project import Project

    with (
        Project.open(spec.project, config=spec.config) as project,
        Translator(spec.config, units=project.units, evidence=project.evidence) as translator,
        Stream(translator, cache=Cache(project.store), limits=spec.limits) as stream,
    ):
        yield stream


def work(connection: Connection, spec: WorkerSpec) -> None:
    """Translate the tasks that come in lists until None comes; results and pulses are sent packed.

    :data:`STOP` leaves undone what the engine is not working on; an empty
    message says that this is so.
    """
    # A terminal sends Ctrl-C to all of its processes; the one that started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="zhengming-parent", daemon=True).start()
    with open_stream(spec) as stream, suppress(EOFError, BrokenPipeError), Line(connection, stream) as line:
        for result in stream.run(line.tasks()):
            if result is not None:
                line.send(result)
        line.end()


class Line:
    """A worker's side of its connection: tasks come in and results go out while the engine works.

    Args:
        connection: To the process that started this one.
        stream: Translates; it is told to stop as soon as that is wanted, since an engine's call may take minutes.
    """

    def __init__(self, connection: Connection, stream: Stream) -> None:
        self._connection = connection
        self._stream = stream
        self._inbox: queue.SimpleQueue[list[Task] | str | None] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._told = Pulse()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, name="zhengming-tasks", daemon=True).start()
        threading.Thread(target=self._beat, name="zhengming-pulse", daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()

    def tasks(self) -> Iterator[Task | None]:
        """Tasks as they come; None where none waits and some are open."""
        while True:
            try:
                message = self._inbox.get(block=self._stream.idle)
            except queue.Empty:
                yield None
                continue
            if message is None or isinstance(message, str):
                return
            yield from message

    def send(self, result: Result) -> None:
        """Send a result, and how far the others are without it."""
        with self._sending:
            self._connection.send_bytes(pack(result))
        self._pulse()

    def end(self) -> None:
        """Say that nothing more comes."""
        self._ended.set()
        with self._sending:
            self._connection.send_bytes(b"")

    def _listen(self) -> None:
        message: list[Task] | str | None = STOP
        with suppress(EOFError, OSError):
            while (message := self._connection.recv()) is not None:
                if message == STOP:
                    self._stream.stop()
                self._inbox.put(message)
        self._inbox.put(None)

    def _beat(self) -> None:
        with suppress(OSError):
            while not self._ended.wait(_PULSE_SECONDS):
                self._pulse()

    def _pulse(self) -> None:
        """Tell how far the open documents are, where that has changed: a worker that hangs must look like one."""
        with self._sending:
            now = Pulse(*self._stream.in_flight())
            if now != self._told and not self._ended.is_set():
                self._told = now
                self._connection.send_bytes(pack(now))


def _end_with_parent() -> None:
    """A worker whose parent was killed has nobody to work for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
