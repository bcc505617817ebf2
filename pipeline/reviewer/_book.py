"""The project's glossary under review: read again when its files change, written when decisions change it."""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.errors import GlossaryError
from pipeline.reviewer import preferences
from pipeline.reviewer._change import Changer
from pipeline.run import glossary_files, load_glossary
from pipeline.run.project import Project
from pipeline.store import decisions
from pipeline.store.records import Proposal
from pipeline.termbase.concept import ConceptEntry

_Mark = tuple[tuple[str, int, int, int], ...]


class Book:
    """The glossary in force.

    Args:
        project: Open.

    Attributes:
        fault: Why changed files could not be read, so that the glossary of
            before is still in force; empty where all is well.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: tuple[_Mark, Changer] | None = None
        self.fault = ""

    @property
    def changer(self) -> Changer:
        """Applies changes with the glossary as its files are now.

        Raises:
            GlossaryError: They were unusable from the beginning.
        """
        mark, known = self._mark(), self._read
        if known is not None and known[0] == mark:
            return known[1]
        config = self._project.config
        try:
            changer = Changer(load_glossary(config), rules=config.checks.rules, style=config.style)
            self.fault = ""
        except GlossaryError as error:
            # Someone is in the middle of an edit: reviewers go on with what was in force.
            if known is None:
                raise
            changer, self.fault = known[1], str(error)
        # Marked as it was before reading: what changed meanwhile is read once more.
        self._read = (mark, changer)
        return changer

    def _mark(self) -> _Mark:
        """Changes whenever a file does; some thirty calls of the system, no reading."""
        found = []
        for path in glossary_files(self._project.config):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((str(path), status.st_ino, status.st_mtime_ns, status.st_size))
        return tuple(found)

    def put(self, entry: ConceptEntry, *, who: str, why: str) -> None:
        """Write an entry to the project's own file."""
        preferences.write(self._project.glossary_file, [entry], who=who, why=why)

    def row_of(self, concept: str) -> dict[str, Any] | None:
        """An entry of the project's own file, for undoing; None where there is none."""
        return preferences.row_of(self._project.glossary_file, concept)

    def put_back(self, noted: dict[str, Any], *, who: str, why: str) -> None:
        """Undo what a decision wrote.

        Args:
            noted: ``id`` and ``before`` of the row.
            who: Who takes it back.
            why: Reason.
        """
        before = noted["before"]
        put = [msgspec.convert(before, ConceptEntry)] if before else []
        remove = [] if before else [noted["id"]]
        preferences.write(self._project.glossary_file, put, remove, who=who, why=why)

    def approve(self, made: Proposal, *, user: str, reason: str) -> None:
        """Write what a proposal wants."""
        make = preferences.forbidden if made.kind == "forbid" else preferences.preferred
        entry = make(
            self.changer.glossary,
            zh=made.zh,
            concept=made.concept,
            rendering=made.before if made.kind == "forbid" else made.after,
            reference=f"{user}, proposal {made.id}",
        )
        self.put(entry, who=user, why=reason)

    def catch_up(self) -> None:
        """Write the row of a last decision that a crash kept from the file."""
        with self._project.store.read() as connection:
            last = decisions.last_ruling(connection, self._project.id)
            data = decisions.decision_data(connection, last) if last is not None else {}
        noted = data.get("glossary")
        if noted and self.row_of(noted["id"]) == noted["before"]:
            entry = msgspec.convert(noted["after"], ConceptEntry)
            self.put(entry, who="zhengming", why="written late: a run broke off")
