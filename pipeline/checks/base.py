"""The frame of the checks: a decorator, a catalogue, and what a check is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import msgspec

from pipeline.core.document import BlockKind, Document, Segment
from pipeline.core.flags import Candidate, Flag, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.termbase.concept import ConceptEntry


class Concepts(Protocol):
    """What the checks need of a glossary."""

    def by_id(self, concept: str) -> ConceptEntry:
        """The entry with an id."""


class Conflict(Protocol):
    """What the checks need of a conflict between glossaries."""

    @property
    def zh(self) -> str:
        """The Chinese of both entries."""

    @property
    def kept(self) -> ConceptEntry:
        """The stronger entry."""

    @property
    def overruled(self) -> ConceptEntry:
        """The weaker entry."""


class Coverage(Protocol):
    """A word lexicon that tells how much of a Chinese clause English words can stand for."""

    def clause(self, text: str, target: str) -> tuple[int, int]:
        """Known words of a clause, and how many of them have a counterpart in the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a check found something.

    Attributes:
        message: One sentence that a reviewer understands.
        source: Span in ``Segment.text``.
        target: Span in ``Segment.target``.
        candidates: Renderings to choose from, the recommended one first.
        severity: Where it differs from the check's own.
        segment: Id of the segment, set by checks of a whole document.
    """

    message: str
    source: Span | None = None
    target: Span | None = None
    candidates: tuple[Candidate, ...] = ()
    severity: Severity | None = None
    segment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check may look at besides its segment.

    Attributes:
        document: The whole document, targets in place.
        concepts: The glossary.
        conflicts: What stronger glossaries overruled.
        date: What relative dates count from; None where unknown.
        kinds: Kind of the block that each segment id stands in.
        coverage: A word lexicon, for lost clauses; None leaves that sign out.
    """

    document: Document
    concepts: Concepts | None = None
    conflicts: tuple[Conflict, ...] = ()
    date: date | None = None
    kinds: dict[str, BlockKind] = field(default_factory=dict)
    coverage: Coverage | None = None


SegmentCheck = Callable[[Segment, CheckContext], Iterable[Finding]]
DocumentCheck = Callable[[CheckContext], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A catalogued check.

    Attributes:
        code: Stable flag code.
        category: MQM category of its flags.
        severity: Usual severity of its flags.
        function: What finds them.
        whole_document: Whether the function sees the document at once.
    """

    code: str
    category: MqmCategory
    severity: Severity
    function: Callable[..., Iterable[Finding]]
    whole_document: bool = False

    @property
    def title(self) -> str:
        """First line of the function's docstring."""
        return self.help.partition("\n")[0].rstrip(".")

    @property
    def help(self) -> str:
        """The function's docstring: what the reviewer's tool-tip and the catalogue show."""
        return inspect.getdoc(self.function) or ""


CATALOGUE: Final[dict[str, Check]] = {}


def check(
    code: str, *, category: MqmCategory, severity: Severity, whole_document: bool = False
) -> Callable[[Callable[..., Iterable[Finding]]], Callable[..., Iterable[Finding]]]:
    """Put a function into the catalogue under a stable code.

    Args:
        code: Letter and three digits; never re-used for another meaning.
        category: MQM category.
        severity: Usual severity.
        whole_document: True for functions of a :class:`CheckContext` alone.

    Raises:
        ValueError: The code is taken, or the function has no docstring.
    """

    def register(function: Callable[..., Iterable[Finding]]) -> Callable[..., Iterable[Finding]]:
        if code in CATALOGUE:
            raise ValueError(f"code {code} already belongs to {CATALOGUE[code].function.__name__}")
        if not function.__doc__:
            raise ValueError(f"check {code} needs a docstring: it is the reviewer's help text")
        CATALOGUE[code] = Check(
            code=code, category=category, severity=severity, function=function, whole_document=whole_document
        )
        return function

    return register


def catalogue_markdown() -> str:
    """The catalogue as a document: code, MQM category, severity and help of every check."""
    parts = ["# Flags", "", "Generated by `python -m pipeline.checks`; the text of a check is its docstring."]
    for code, entry in sorted(CATALOGUE.items()):
        parts += ["", f"## {code} {entry.title}", "", f"{entry.category.value}, usually {entry.severity.value}."]
        rest = entry.help.partition("\n")[2].strip()
        if rest:
            parts += ["", rest]
    return "\n".join(parts) + "\n"


def to_flag(check: Check, finding: Finding) -> Flag:
    """A finding as the flag that leaves the stage."""
    return Flag(
        code=check.code,
        category=check.category,
        severity=finding.severity or check.severity,
        message=finding.message,
        source=finding.source,
        target=finding.target,
        candidates=finding.candidates,
    )


def run_checks(context: CheckContext, *, off: tuple[str, ...] = ()) -> Document:
    """Run the catalogue over a document.

    Args:
        context: The document and what belongs to it.
        off: Codes or code prefixes to leave out.

    Returns:
        The document with each segment's flags replaced by what was found, in
        order of code and position.
    """
    found: dict[str, list[Flag]] = {segment.id: [] for segment in context.document.segments}
    checks = _selected(off)
    # Segment by segment: what several checks read in a text is then read once.
    for segment in context.document.segments:
        for check_ in checks if segment.target else ():
            if not check_.whole_document:
                found[segment.id].extend(to_flag(check_, finding) for finding in check_.function(segment, context))
    for check_ in checks:
        for finding in check_.function(context) if check_.whole_document else ():
            found[finding.segment].append(to_flag(check_, finding))
    return context.document.with_segments(
        tuple(
            msgspec.structs.replace(segment, flags=tuple(sorted(found[segment.id], key=_position)))
            for segment in context.document.segments
        )
    )


def _selected(off: tuple[str, ...]) -> list[Check]:
    return [CATALOGUE[code] for code in sorted(CATALOGUE) if not code.startswith(off)]


def _position(flag: Flag) -> tuple[Any, ...]:
    return (
        flag.code,
        flag.source.start if flag.source else -1,
        flag.target.start if flag.target else -1,
        flag.message,
    )
