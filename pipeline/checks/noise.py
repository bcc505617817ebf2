"""What a project or a document does not want to see: codes off, other severities, places to ignore."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

import msgspec

from pipeline.checks.base import CATALOGUE, Concepts
from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag, FlagState
from pipeline.core.mqm import Severity
from pipeline.errors import ConfigError

_CODE: Final = re.compile(r"[A-Z]\d{0,3}")
# Codes named where one is unknown.
_NEAREST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRules:
    """Which flags are not raised, and which are raised otherwise.

    Attributes:
        off: Codes or code prefixes (``S5``) that are not run.
        ignore: ``CODE TEXT``: flags of a code or prefix on a Chinese or English
            text, such as ``T104 单位``.
        quiet_glossaries: File names of glossaries whose terms raise no T1xx.
        severity: Severity by code or prefix; the longest prefix wins.
    """

    off: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    quiet_glossaries: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, table: Mapping[str, object], *, where: str) -> NoiseRules:
        """A table of a TOML file as rules.

        Args:
            table: With the attributes as keys, each of them optional.
            where: File and section, for messages.

        Raises:
            ConfigError: An unknown key, a code that no check has, or a
                severity that is none.
        """
        unknown = set(table) - {"off", "ignore", "quiet_glossaries", "severity"}
        if unknown:
            raise ConfigError(
                f"{where}: unknown setting {min(unknown)!r}; known: ignore, off, quiet_glossaries, severity"
            )
        lists = {
            name: _strings(table.get(name, ()), f"{where} {name}") for name in ("off", "ignore", "quiet_glossaries")
        }
        for entry in (*lists["off"], *lists["ignore"]):
            if not _CODE.fullmatch(entry.split(maxsplit=1)[0] if entry.strip() else ""):
                raise ConfigError(f"{where}: {entry!r} does not begin with a code such as T104 or S5")
            _known(entry.split(maxsplit=1)[0], where)
        for entry in lists["ignore"]:
            if len(entry.split(maxsplit=1)) < 2:
                raise ConfigError(f"{where} ignore: {entry!r} names no text; to silence a whole code use off")
        return cls(**lists, severity=_severities(table.get("severity", {}), f"{where} severity"))

    def __bool__(self) -> bool:
        return bool(self.off or self.ignore or self.quiet_glossaries or self.severity)


def _known(code: str, where: str) -> None:
    """Refuse a code or prefix that no check has: silencing it would silence nothing.

    Raises:
        ConfigError: It names the nearest codes that there are.
    """
    if any(known.startswith(code) for known in CATALOGUE):
        return
    same = [known for known in CATALOGUE if known[0] == code[0]]
    if same:
        number = int(code[1:].ljust(3, "0"))
        near = sorted(sorted(same, key=lambda known: abs(int(known[1:]) - number))[:_NEAREST])
        raise ConfigError(f"{where}: no check has the code {code!r}; the nearest are {', '.join(near)}")
    families = ", ".join(sorted({known[:2] for known in CATALOGUE}))
    raise ConfigError(f"{where}: no check has the code {code!r}; codes begin with {families}")


def _strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where}: expected a list of strings")
    return tuple(value)


def _severities(value: object, where: str) -> Mapping[str, Severity]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where}: expected a table such as {{ A213 = 'neutral' }}")
    found: dict[str, Severity] = {}
    for code, name in value.items():
        if not _CODE.fullmatch(str(code)):
            raise ConfigError(f"{where}: {code!r} is no code such as T104 or S5")
        _known(str(code), where)
        try:
            found[str(code)] = Severity(name)
        except ValueError as error:
            raise ConfigError(f"{where}: {name!r} is none of {', '.join(Severity)}") from error
    return MappingProxyType(found)


def quiet(document: Document, rules: NoiseRules, concepts: Concepts | None = None) -> Document:
    """A document without the flags that the rules silence, and with the severities they set.

    Args:
        document: With flags.
        rules: What to silence.
        concepts: The glossary; without it ``quiet_glossaries`` has no effect.
    """
    if not rules:
        return document
    return document.with_segments(tuple(_quieted(segment, rules, concepts) for segment in document.segments))


def _quieted(segment: Segment, rules: NoiseRules, concepts: Concepts | None) -> Segment:
    if not segment.flags:
        return segment
    kept = tuple(
        _graded(flag, rules)
        for flag in segment.flags
        # What a reviewer has dealt with is a record, not noise.
        if flag.state is not FlagState.OPEN or not _silenced(flag, segment, rules, concepts)
    )
    return msgspec.structs.replace(segment, flags=kept)


def _graded(flag: Flag, rules: NoiseRules) -> Flag:
    prefix = max((code for code in rules.severity if flag.code.startswith(code)), key=len, default="")
    return msgspec.structs.replace(flag, severity=rules.severity[prefix]) if prefix else flag


def _silenced(flag: Flag, segment: Segment, rules: NoiseRules, concepts: Concepts | None) -> bool:
    if rules.off and flag.code.startswith(rules.off):
        return True
    on = (
        flag.source.of(segment.text) if flag.source else "",
        flag.target.of(segment.target) if flag.target else "",
    )
    for entry in rules.ignore:
        code, text = entry.split(maxsplit=1)
        if flag.code.startswith(code) and text in on:
            return True
    return bool(rules.quiet_glossaries) and flag.code.startswith("T1") and _from_quiet(flag, segment, rules, concepts)


def _from_quiet(flag: Flag, segment: Segment, rules: NoiseRules, concepts: Concepts | None) -> bool:
    """Whether the flag stands on a term that a quiet glossary brought in."""
    if concepts is None or flag.source is None:
        return False
    for term in segment.terms:
        if term.span == flag.source and not term.own:
            file = PurePath(concepts.by_id(term.concept).origin.rpartition(":")[0]).name
            return file in rules.quiet_glossaries
    return False
