"""Checks of glossary files; each finding has a stable code, a file and a line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import read_entries


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """A fault of an entry."""

    origin: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.code} {self.message}"


def lint_files(paths: Sequence[Path]) -> list[LintFinding]:
    """All findings in some files, in order of file and line.

    Raises:
        pipeline.errors.GlossaryError: A file cannot be read at all.
    """
    return lint([entry for path in paths for entry in read_entries(path)])


def lint(entries: Sequence[ConceptEntry]) -> list[LintFinding]:
    """All findings in some entries."""
    findings = [finding for entry in entries for finding in _alone(entry)]
    return sorted([*findings, *_together(entries)], key=_place)


def _place(finding: LintFinding) -> tuple[str, int, str]:
    file, _, line = finding.origin.rpartition(":")
    return file, int(line) if line.isdigit() else 0, finding.code


def _alone(entry: ConceptEntry) -> Iterator[LintFinding]:
    renderings = (entry.preferred, *entry.admitted)
    lowered = {text.lower() for text in renderings}
    for wrong in entry.forbidden:
        if wrong.lower() in lowered:
            yield LintFinding(entry.origin, "G101", f"{wrong!r} is both accepted and forbidden for {entry.zh}")
    if not entry.reference:
        yield LintFinding(entry.origin, "G102", f"{entry.zh} names no authority in 'reference'")
    for zh in entry.sources:
        if fold(zh) != zh:
            yield LintFinding(entry.origin, "G103", f"{zh} holds Traditional characters; write {fold(zh)}")
    for text in renderings:
        if re.search(r"\s{2,}|^\s|\s$|[㐀-鿿，。；：（）]", text):
            yield LintFinding(entry.origin, "G104", f"{text!r} holds Chinese characters or stray spaces")
    if len(lowered) < len(renderings):
        yield LintFinding(entry.origin, "G105", f"a rendering of {entry.zh} is listed twice")


def _together(entries: Sequence[ConceptEntry]) -> Iterator[LintFinding]:
    by_id: dict[str, list[ConceptEntry]] = defaultdict(list)
    by_zh: dict[str, list[ConceptEntry]] = defaultdict(list)
    for entry in entries:
        by_id[entry.id].append(entry)
        for zh in entry.sources:
            by_zh[zh].append(entry)
    for identifier, same in by_id.items():
        for other in same[1:]:
            yield LintFinding(other.origin, "G201", f"id {identifier!r} is used at {same[0].origin} already")
    for zh, same in by_zh.items():
        defaults = [entry for entry in same if not entry.condition]
        for other in defaults[1:]:
            message = f"{zh} stands at {defaults[0].origin} too, and neither has a condition"
            yield LintFinding(other.origin, "G202", message)
