"""Configuration: ``zhengming.toml`` as frozen dataclasses.

Every setting has a default, so that no file is needed. Unknown keys are
refused with the nearest known one: a misspelt setting that is silently
ignored costs a night's run.
"""

from __future__ import annotations

import copyreg
import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pipeline.checks.noise import NoiseRules
from pipeline.errors import ConfigError
from pipeline.lang.style import CHOICES, HouseStyle

FILE: Final = "zhengming.toml"
_T = TypeVar("_T")
_NOT_SHAPING: Final = frozenset(
    "threads concurrency requests_per_minute timeout retries backoff api_key_env device".split()
)
# Workers are given their configuration; the standard library's read-only mapping cannot be pickled by itself.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


def _read_only(values: dict[str, Any]) -> MappingProxyType[str, Any]:
    return MappingProxyType(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConfig:
    """Which engine reviews the translations (U407).

    Attributes:
        name: Name in ``pipeline.engines``; empty: none.
        options: Keyword arguments of the adapter.
    """

    name: str = ""
    options: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """Which engine, and its options.

    Attributes:
        name: Name in ``pipeline.engines``.
        n_best: Hypotheses to keep of each segment.
        repair: Whether missed renderings are sought in a second pass.
        options: Keyword arguments of the adapter.
        uncertainty: Whether the engine scores its targets and gives alternatives
            for the least likely ones, for the risk of segments and U401, U402.
        similarity: How alike sources and targets are in meaning is judged by this model (U406): the folder of a
            multilingual sentence-embedding model, or ``use-multilingual`` of the extra ``similarity``; empty: none.
        second: Another engine whose opinion is sought on every segment (U403); empty: none.
        second_options: Keyword arguments of its adapter.
        review: The engine that reviews the translations.
    """

    name: str = "embedded"
    n_best: int = 1
    repair: bool = True
    options: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    uncertainty: bool = False
    similarity: str = ""
    second: str = ""
    second_options: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    review: ReviewConfig = field(default_factory=ReviewConfig)

    @property
    def shaping(self) -> list[tuple[str, Any]]:
        """The options that shape the text; the others only say how fast or from where it comes."""
        return _shaping(self.options)

    @property
    def looks(self) -> str:
        """What looks at the text once it is there, as one text: flags depend on it, the English does not."""
        second, review = _shaping(self.second_options), _shaping(self.review.options)
        return repr((self.uncertainty, self.similarity, self.second, second, self.review.name, review))


def _shaping(options: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in options.items() if name not in _NOT_SHAPING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryConfig:
    """Which glossaries.

    Attributes:
        files: Added after the shipped ones and stronger than they are.
        shipped: False leaves the shipped ones out.
        with_proposed: Whether proposed entries are enforced too.
    """

    files: tuple[Path, ...] = ()
    shipped: bool = True
    with_proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksConfig:
    """Which checks, and how loud; see :class:`pipeline.checks.noise.NoiseRules`.

    Attributes:
        off: Codes or code prefixes that are not run.
        ignore: ``CODE TEXT``: flags of a code on one text that are not raised.
        quiet_glossaries: File names of glossaries whose terms raise no T1xx.
        severity: Severity by code or prefix.
    """

    off: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    quiet_glossaries: tuple[str, ...] = ()
    severity: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rules(self) -> NoiseRules:
        """The section as rules.

        Raises:
            ConfigError: A code or severity that is none.
        """
        return NoiseRules.parse({item.name: getattr(self, item.name) for item in fields(self)}, where="[checks]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where a project keeps what it knows.

    Attributes:
        url: Database URL; empty: ``zhengming.db`` in the project folder.
        project: Name of the project in a database that several share.
    """

    url: str = ""
    project: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """How the translation memory is used.

    Attributes:
        reuse: Whether approved English of an equal source stands as it is.
        threshold: Least score, 0 to 100, of a unit that is proposed.
    """

    reuse: bool = True
    threshold: int = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that a run depends on besides its inputs."""

    engine: EngineConfig = field(default_factory=EngineConfig)
    glossary: GlossaryConfig = field(default_factory=GlossaryConfig)
    style: HouseStyle = field(default_factory=HouseStyle)
    checks: ChecksConfig = field(default_factory=ChecksConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    date: str = ""

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change when a setting that shapes the text does."""
        shaping = repr(
            (
                self.engine.n_best,
                self.engine.repair,
                self.engine.shaping,
                self.style,
                self.date,
            )
        )
        return hashlib.sha256(shaping.encode()).hexdigest()[:12]


_SECTIONS: Final[dict[str, type]] = {
    "engine": EngineConfig,
    "glossary": GlossaryConfig,
    "style": HouseStyle,
    "checks": ChecksConfig,
    "store": StoreConfig,
    "memory": MemoryConfig,
}


def load(path: Path) -> Config:
    """Read a configuration file.

    Args:
        path: A TOML file, or a project folder that holds ``zhengming.toml``.

    Returns:
        The configuration; relative glossary paths count from the file.

    Raises:
        ConfigError: Unreadable, not TOML, an unknown key, or a value of the
            wrong type or out of range.
    """
    file = path / FILE if path.is_dir() else path
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: byte {error.start} is not UTF-8: save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not TOML: {error}") from error
    return parse(data, where=file)


def parse(data: dict[str, Any], *, where: Path) -> Config:
    """A parsed TOML table as a configuration; see :func:`load`."""
    _known(data, {*_SECTIONS, "date"}, f"{where}")
    sections: dict[str, Any] = {}
    for name, kind in _SECTIONS.items():
        table = data.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{where}: [{name}] must be a table")
        sections[name] = _section(kind, table, where=where, name=name)
    NoiseRules.parse(data.get("checks", {}), where=f"{where} [checks]")
    return Config(date=_day(data.get("date", ""), where=where), **sections)


def _day(value: Any, *, where: Path) -> str:
    """A date, in quotes or as TOML writes it, as text; empty where none is set."""
    if value:
        try:
            date.fromisoformat(str(value))
        except ValueError as error:
            raise ConfigError(f"{where}: date {str(value)!r} is no date: write it as 2026-01-06") from error
    return str(value)


def _section(kind: type[_T], table: dict[str, Any], *, where: Path, name: str) -> _T:
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    _known(table, set(known), f"{where} [{name}]")
    values: dict[str, Any] = {}
    default = kind()
    for key, value in table.items():
        nested = getattr(default, key)
        values[key] = (
            _section(type(nested), value, where=where, name=f"{name}.{key}")
            if is_dataclass(nested) and isinstance(value, dict)
            else _value(key, value, where=where, section=name)
        )
    made = kind(**values)
    for key in values:
        want, got = type(getattr(default, key)), type(getattr(made, key))
        if want is not got and not (want is float and got is int):
            raise ConfigError(
                f"{where} [{name}] {key}: expected {_TYPES.get(want, 'a table')}, got {_TYPES.get(got, got.__name__)}"
            )
        if (name, key) in _RANGES:
            _check_range(getattr(made, key), _RANGES[name, key], f"{where} [{name}] {key}")
        _check_value(getattr(made, key), CHOICES.get(key, ()) if name == "style" else (), f"{where} [{name}] {key}")
    return made


_TYPES: Final = {
    str: "a text", bool: "true or false", int: "a number", float: "a number", tuple: "a list",
    MappingProxyType: "a table",
}  # fmt: skip


# Least and most of what would otherwise fail, or be without effect, in the middle of a run.
_RANGES: Final = {("engine", "n_best"): (1, 32), ("memory", "threshold"): (0, 100)}


def _check_range(value: int, bounds: tuple[int, int], where: str) -> None:
    if not bounds[0] <= value <= bounds[1]:
        raise ConfigError(f"{where}: {value} lies outside {bounds[0]} to {bounds[1]}")


def _check_value(value: Any, choices: tuple[str, ...], where: str) -> None:
    """Refuse what is none of a setting's choices, and a list or table of texts that holds something else."""
    if choices and value not in choices:
        close = difflib.get_close_matches(value, choices, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(choices)}"
        raise ConfigError(f"{where}: {value!r} is no choice; {hint}")
    texts = value if isinstance(value, tuple) else value.values() if where.endswith("] spellings") else ()
    for item in texts:
        if not isinstance(item, str | Path):
            raise ConfigError(f"{where}: expected texts, got {item!r}")


def _value(key: str, value: Any, *, where: Path, section: str) -> Any:
    if section == "glossary" and key == "files" and isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where} [{section}] {key}: expected a list of file names")
        return tuple((where.parent / item) for item in value)
    if section == "engine" and key == "similarity" and isinstance(value, str) and (where.parent / value).is_dir():
        return str(where.parent / value) if value else value
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return MappingProxyType(value)
    return value


def _known(given: dict[str, Any], known: set[str], where: str) -> None:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
            raise ConfigError(f"{where}: unknown setting {key!r}; {hint}")
