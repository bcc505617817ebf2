"""What runs in another process: a stream of its own, made from a spec."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Final

from pipeline.errors import UsageError
from pipeline.run import Translator
from pipeline.run.cache import Cache
from pipeline.run.stream import Stream
from pipeline.run.tasks import Result, Task, WorkerSpec, pack

STOP: Final = "stop"
_LISTEN_SECONDS: Final = 0.2


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
    """Translate lists of tasks until None comes; each result is sent packed, an empty message ends a list.

    :data:`STOP` in the middle of a list leaves the rest of it undone.
    """
    # A terminal sends Ctrl-C to all of its processes; the one that started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="zhengming-parent", daemon=True).start()
    with open_stream(spec) as stream, suppress(EOFError, BrokenPipeError):
        while (tasks := connection.recv()) is not None:
            if tasks == STOP:
                continue
            for result in _watched(stream, tasks, connection):
                if result is not None:
                    connection.send_bytes(pack(result))
            connection.send_bytes(b"")


def _watched(stream: Stream, tasks: list[Task], connection: Connection) -> Iterator[Result | None]:
    """Results of a list; whether it is to stop is looked for in a thread, since an engine's call may take minutes."""
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            if connection.poll(_LISTEN_SECONDS):
                stream.stop()
                return

    listener = threading.Thread(target=listen, name="zhengming-stop", daemon=True)
    listener.start()
    try:
        yield from stream.run(tasks)
    finally:
        done.set()
        listener.join()


def _end_with_parent() -> None:
    """A worker whose parent was killed has nobody to work for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
