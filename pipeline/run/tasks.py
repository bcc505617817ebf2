"""What goes to a worker and what comes back; both cross process and machine borders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from pipeline.config import Config
from pipeline.core.document import Document


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One input.

    Attributes:
        index: Its place among the inputs.
        location: Path or URL.
    """

    index: int
    location: str


class Result(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """What became of a task.

    Attributes:
        index: The task's.
        document: Translated and flagged; None where it failed.
        original: The bytes it was read from.
        error: One line; empty where it was translated.
        origins: Segments by where their English comes from: ``memory``,
            ``glossary``, ``cache``, ``engine``, ``copy``.
        seconds: From reading to the last flag, waiting for the engine included.
    """

    index: int
    document: Document | None = None
    original: bytes = b""
    error: str = ""
    origins: dict[str, int] = {}
    seconds: float = 0.0


class Pulse(msgspec.Struct, frozen=True, tag="pulse"):
    """How far a worker is with the documents that it has open.

    Attributes:
        segments: Of these, done.
        size: Bytes of these, done.
    """

    segments: float = 0.0
    size: float = 0.0

    def plus(self, segments: float, size: float) -> Pulse:
        """The same with more done."""
        return Pulse(self.segments + segments, self.size + size)


def pack(message: Result | Pulse) -> bytes:
    """A result or a pulse for another process."""
    return msgspec.msgpack.encode(message)


def unpack(data: bytes) -> Result:
    """The result that was packed."""
    return msgspec.msgpack.decode(data, type=Result)


def unpack_message(data: bytes) -> Result | Pulse:
    """The result or pulse that was packed."""
    return msgspec.msgpack.decode(data, type=Result | Pulse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be in flight and how long things may take.

    Attributes:
        window: Segments of documents that are open at once.
        timeout: Seconds that one call of the engine may take; 0: any.
        retries: Further attempts where an engine's server is busy or away.
        backoff: Seconds before the first of them; doubles each time, up to two minutes.
    """

    window: int = 1024
    timeout: float = 300.0
    retries: int = 8
    backoff: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """All that a worker needs to make its own translator.

    Attributes:
        config: Configuration.
        project: Folder of the project, for its memory and cached results.
        limits: Of the worker's stream.
    """

    config: Config
    project: Path | None = None
    limits: Limits = Limits()

    def with_threads(self, threads: int) -> WorkerSpec:
        """The same with so many threads for an engine that runs in the process, unless the user said."""
        engine = self.config.engine
        if engine.name != _THREADED or "threads" in engine.options:
            return self
        options = MappingProxyType({**engine.options, "threads": threads})
        return replace(self, config=replace(self.config, engine=replace(engine, options=options)))


_THREADED: Final = "embedded"
