"""Adapters to translation engines, chosen by name.

An engine is named in configuration or with ``--engine``. The built-in ones
stand in :data:`ENGINES` as strings, so that listing them imports no vendor
package; others come from the entry-point group ``zhengming.engines``, each a
callable that takes keyword options and returns an
:class:`pipeline.engines.base.Engine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from inspect import Parameter, isclass, signature
from pathlib import Path
from types import NoneType
from typing import Any, Final, cast, get_args, get_type_hints

from pipeline.engines.base import Engine
from pipeline.errors import EngineUnavailable

ENTRY_POINTS: Final = "zhengming.engines"

ENGINES: Final[dict[str, tuple[str, str]]] = {
    "embedded": ("pipeline.engines.embedded:EmbeddedEngine", "the compact model that ships with Zhengming"),
    "huggingface": (
        "pipeline.engines.huggingface:HuggingFaceEngine",
        "any seq2seq model from a local folder or the hub (extra: hf)",
    ),
    "openai_compatible": (
        "pipeline.engines.openai_compatible:OpenAICompatibleEngine",
        "any /v1/chat/completions server; sends the text there",
    ),
    "echo": ("pipeline.engines.echo:EchoEngine", "returns its source; for tests and dry runs"),
}

_KINDS: Final = {
    str: "a text", Path: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "",
}  # fmt: skip


def names() -> list[str]:
    """All engines that can be named, the built-in ones first."""
    return [
        *ENGINES,
        *sorted(point.name for point in entry_points(group=ENTRY_POINTS) if point.name not in ENGINES),
    ]


def describe(name: str) -> str:
    """One line about an engine."""
    return ENGINES[name][1] if name in ENGINES else "from an installed plug-in"


def create(name: str, options: Mapping[str, Any] | None = None) -> Engine:
    """Make an engine.

    Args:
        name: One of :func:`names`.
        options: Keyword arguments of the adapter.

    Returns:
        The engine; use it as a context manager.

    Raises:
        EngineUnavailable: No such engine, an unknown option, a value that an
            option cannot have, or something it needs is missing.
    """
    factory, given = _factory(name), dict(options or {})
    _refuse_options(name, factory, given)
    return cast("Engine", factory(**given))


def _refuse_options(name: str, factory: Any, given: Mapping[str, Any]) -> None:
    """Say which options an engine does not know or lacks."""
    known = signature(factory).parameters
    if any(one.kind is Parameter.VAR_KEYWORD for one in known.values()):
        return
    unknown = [option for option in given if option not in known]
    if unknown:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise EngineUnavailable(f"engine {name!r} has no option {', '.join(map(repr, unknown))}: {takes}")
    _refuse_values(name, factory, given)
    lacking = [option for option, one in known.items() if one.default is Parameter.empty and option not in given]
    if lacking:
        raise EngineUnavailable(f"engine {name!r} needs {' and '.join(f'--set {option}=…' for option in lacking)}")


def _refuse_values(name: str, factory: Any, given: Mapping[str, Any]) -> None:
    """Say which option's value is of another type than the engine declares, or below what it can be."""
    try:
        hints = get_type_hints(factory.__init__ if isclass(factory) else factory)
    except NameError:  # a plug-in's types that only a type checker sees
        return
    for option, value in given.items():
        wanted = get_args(hints.get(option)) or (hints.get(option),)
        if not set(wanted) <= _KINDS.keys():
            continue
        if type(value) not in wanted and not (type(value) is int and float in wanted):
            expected = " or ".join(dict.fromkeys(_KINDS[kind] for kind in wanted if _KINDS[kind]))
            raise EngineUnavailable(f"engine {name!r}: {option} must be {expected}, not {value!r}")
        if name in ENGINES and isinstance(value, int | float) and value < 0:
            raise EngineUnavailable(f"engine {name!r}: {option} must not be negative, as {value} is")


def _factory(name: str) -> Any:
    if name in ENGINES:
        module, _, attribute = ENGINES[name][0].partition(":")
        return getattr(import_module(module), attribute)
    for point in entry_points(group=ENTRY_POINTS):
        if point.name == name:
            return point.load()
    raise EngineUnavailable(f"no engine named {name!r}; available: {', '.join(names())}")
