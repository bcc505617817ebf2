"""Everything Zhengming raises, as a tree.

Each branch is one thing that a caller can do about it::

    ZhengmingError
    ├── UsageError          the request is wrong: change the arguments            (exit 2)
    │   └── ConfigError     … or the configuration file
    ├── InputError          one input is unusable: the others can be delivered     (exit 1)
    │   ├── FormatError     its bytes are not what its format demands
    │   └── EncodingError   its bytes are no text in a known encoding
    ├── GlossaryError       a glossary file is unusable: mend the named lines      (exit 2)
    ├── OutputError         a result could not be written: check disk and rights   (exit 1)
    ├── StoreError          the project's database refused: check disk, rights, URL   (exit 1)
    │   ├── StoreBusy       … another writer held it too long: try again
    │   └── ConflictError   … someone else changed the same thing: look at it again
    ├── EngineError         an engine cannot work: check model, key or network     (exit 1)
    │   ├── EngineBusy          … its server is overloaded or away: the same call may work later
    │   └── EngineUnavailable   … an extra, a model folder or a key is missing     (exit 2)
    └── PipelineError       stages were joined wrongly: a fault in the program

What is wrong with a *text* is never raised; it is returned as a
:class:`pipeline.core.flags.Flag`.
"""

from __future__ import annotations


class ZhengmingError(Exception):
    """Base of all errors; ``str()`` is one line that says what to do next."""

    exit_code = 1


class UsageError(ZhengmingError):
    """The request itself is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration file holds something unknown or impossible."""


class InputError(ZhengmingError):
    """One input cannot be used; other inputs are not affected."""


class FormatError(InputError):
    """The bytes of an input are not what its format demands."""


class EncodingError(InputError):
    """The bytes of an input are no text in a known encoding."""


class GlossaryError(ZhengmingError):
    """A glossary file is unusable.

    Args:
        message: What is wrong.
        path: The file, if known.
        line: 1-based line in the file, if known.
    """

    exit_code = 2

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        where = "".join((f"{path}" if path else "", f":{line}" if line else ""))
        super().__init__(f"{where}: {message}" if where else message)
        self.path = path
        self.line = line


class OutputError(ZhengmingError):
    """A result could not be written."""


class StoreError(ZhengmingError):
    """The project's database cannot be opened or refused a change."""


class StoreBusy(StoreError):  # noqa: N818  (reads as the state it reports)
    """Another writer held the database for too long."""


class ConflictError(StoreError):
    """Something changed since it was shown; nothing was written.

    Args:
        message: Who changed what.
        current: The row as it stands now, if known.
    """

    def __init__(self, message: str, *, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class EngineError(ZhengmingError):
    """An engine failed while translating."""


class EngineBusy(EngineError):  # noqa: N818  (reads as the state it reports)
    """An engine's server is overloaded or cannot be reached; no request is to blame."""


class EngineUnavailable(EngineError):  # noqa: N818  (reads as the state it reports)
    """An engine cannot start: an extra, a model folder or a key is missing."""

    exit_code = 2


class PipelineError(ZhengmingError):
    """Stages were joined in an order in which they cannot work."""
