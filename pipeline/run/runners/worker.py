"""What runs in another process: a stream of its own, made from a spec."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from pipeline.errors import UsageError
from pipeline.run import Translator
from pipeline.run.cache import Cache
from pipeline.run.stream import Stream
from pipeline.run.tasks import WorkerSpec, pack


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
        Translator(spec.config, units=project.units) as translator,
        Stream(translator, cache=Cache(project.store), limits=spec.limits) as stream,
    ):
        yield stream


def work(connection: Connection, spec: WorkerSpec) -> None:
    """Translate lists of tasks until None comes; each result is sent packed, an empty message ends a list."""
    # A terminal sends Ctrl-C to all of its processes; the one that started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open_stream(spec) as stream:
        while (tasks := connection.recv()) is not None:
            for result in stream.run(tasks):
                connection.send_bytes(pack(result))
            connection.send_bytes(b"")
