"""Checks of glossaries: the frame. Each finding has a stable code, a file and a line.

The rules stand in ``lint_entry`` (one entry alone), ``lint_together`` (entries
against each other) and ``lint_corpus`` (entries against texts).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import Final

from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.match import Matcher

Fix = Callable[[ConceptEntry], ConceptEntry]
_MODULES: Final = ("lint_entry", "lint_together", "lint_corpus")


class LintSeverity(StrEnum):
    """How much a finding matters; advice is shown when asked for and fails no run."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """A fault of an entry.

    Attributes:
        origin: ``file:line``.
        code: Stable code, ``G`` and three digits.
        message: One sentence.
        concept: Id of the entry.
        column: The cell that it is about; empty where it is the whole row.
        suggestion: What to write instead, where there is one answer.
        severity: How much it matters.
        fix: What ``--fix`` does to the entry; None where a person must decide.
    """

    origin: str
    code: str
    message: str
    concept: str = ""
    column: str = ""
    suggestion: str = ""
    severity: LintSeverity = LintSeverity.WARNING
    fix: Fix | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        hint = f"; write {self.suggestion!r}" if self.suggestion else ""
        return f"{self.origin}: {self.code} {self.message}{hint}"


@dataclass(frozen=True)
class LintContext:
    """What a rule may look at.

    Attributes:
        entries: All entries, rejected ones left out.
        day: What expired entries are measured against.
        corpus: Chinese texts; empty where none were given.
    """

    entries: Sequence[ConceptEntry]
    day: date
    corpus: Sequence[str] = ()

    @cached_property
    def folded(self) -> dict[str, str]:
        """Every Chinese form and the characters of conditions, in Simplified characters."""
        texts = {zh for entry in self.entries for zh in entry.sources}
        texts |= {entry.condition for entry in self.entries if entry.condition}
        ordered = sorted(text for text in texts if "\n" not in text)
        both = zip(ordered, fold("\n".join(ordered)).split("\n"), strict=True) if ordered else ()
        return dict(both)

    @cached_property
    def by_zh(self) -> dict[str, list[ConceptEntry]]:
        """Entries by each of their forms, as the matcher sees them: Simplified, lower case."""
        found: dict[str, list[ConceptEntry]] = {}
        for entry in self.entries:
            for key in dict.fromkeys(self.key(zh) for zh in entry.sources):
                found.setdefault(key, []).append(entry)
        return found

    @cached_property
    def bare(self) -> frozenset[str]:
        """Files that hold nothing but terms: two columns, where nothing else can be asked for."""
        rich = {_file(e) for e in self.entries if e.reference or e.subject or e.pos or e.note or e.definition}
        return frozenset(map(_file, self.entries)) - rich

    @cached_property
    def text(self) -> str:
        """The whole corpus as the matcher sees it."""
        return fold("\n".join(self.corpus)).lower()

    @cached_property
    def matched(self) -> Counter[str]:
        """How often each form is matched in the corpus."""
        matcher = Matcher(self.entries)
        found = (fold(span.of(text)).lower() for text in self.corpus for span, _ in matcher.find(text))
        return Counter(found)

    def key(self, zh: str) -> str:
        """A form as the matcher sees it."""
        return self.folded.get(zh, zh).lower()


def _file(entry: ConceptEntry) -> str:
    return entry.origin.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class Rule:
    """A catalogued rule.

    Attributes:
        code: Stable code.
        severity: Of its findings.
        function: From context to findings without code and severity.
    """

    code: str
    severity: LintSeverity
    function: Callable[[LintContext], Iterable[LintFinding]]

    @property
    def title(self) -> str:
        """First line of the function's docstring."""
        return (self.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")


RULES: Final[dict[str, Rule]] = {}


def rule(
    code: str, severity: LintSeverity = LintSeverity.WARNING
) -> Callable[[Callable[[LintContext], Iterable[LintFinding]]], Callable[[LintContext], Iterable[LintFinding]]]:
    """Put a rule into the catalogue.

    Raises:
        ValueError: The code is taken or the rule has no docstring.
    """

    def register(
        function: Callable[[LintContext], Iterable[LintFinding]],
    ) -> Callable[[LintContext], Iterable[LintFinding]]:
        if code in RULES or not function.__doc__:
            raise ValueError(f"rule {code} is catalogued already or lacks a docstring")
        RULES[code] = Rule(code, severity, function)
        return function

    return register


def entry_rule(
    code: str, severity: LintSeverity = LintSeverity.WARNING
) -> Callable[[Callable[[ConceptEntry, LintContext], Iterable[LintFinding]]], None]:
    """Like :func:`rule`, for a function of one entry."""

    def register(function: Callable[[ConceptEntry, LintContext], Iterable[LintFinding]]) -> None:
        def each(context: LintContext) -> Iterator[LintFinding]:
            for entry in context.entries:
                yield from function(entry, context)

        each.__doc__ = function.__doc__
        rule(code, severity)(each)

    return register


def finding(
    entry: ConceptEntry, message: str, *, column: str = "", suggestion: str = "", fix: Fix | None = None
) -> LintFinding:
    """A finding about an entry; the frame adds code and severity."""
    return LintFinding(entry.origin, "", message, entry.id, column, suggestion, fix=fix)


def catalogue() -> dict[str, Rule]:
    """All rules by code."""
    for module in _MODULES:
        import_module(f"pipeline.termbase.{module}")
    return dict(sorted(RULES.items()))


def lint(
    entries: Sequence[ConceptEntry],
    *,
    day: date | None = None,
    corpus: Sequence[str] = (),
    advice: bool = False,
    off: Sequence[str] = (),
) -> list[LintFinding]:
    """All findings in some entries, by file, line and code.

    Args:
        entries: Rejected ones are passed over.
        day: Day on which validity is judged; default: today.
        corpus: Chinese texts in which terms should occur; empty for no such check.
        advice: Whether to give advice as well.
        off: Codes or code prefixes to leave out.
    """
    alive = [entry for entry in entries if entry.state is not EntryState.REJECTED]
    context = LintContext(alive, day or date.today(), corpus)  # noqa: DTZ011  (validity is a calendar matter)
    findings = []
    for code, known in catalogue().items():
        if code.startswith(tuple(off)) if off else False:
            continue
        # Whoever gives a corpus wants to hear about it.
        if known.severity is LintSeverity.ADVICE and not advice and not (corpus and code.startswith("G4")):
            continue
        findings += [
            LintFinding(
                found.origin,
                code,
                found.message,
                found.concept,
                found.column,
                found.suggestion,
                known.severity,
                found.fix,
            )
            for found in known.function(context)
        ]
    return sorted(findings, key=_place)


def _place(found: LintFinding) -> tuple[str, int, str, str]:
    file, _, line = found.origin.rpartition(":")
    return file, int(line) if line.isdigit() else 0, found.code, found.message
