"""Documents of a project: earlier decisions applied to a new translation, and the result stored as a version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pipeline.core.document import Document
from pipeline.errors import StoreBusy
from pipeline.stages.renderings import Rendering
from pipeline.stages.review import Known, Recorded, ReviewStage
from pipeline.store import decisions, documents, queue, rows
from pipeline.store.records import Action, DocumentRow

if TYPE_CHECKING:
    from pipeline.run import Translator
    from pipeline.run.project import Project
    from pipeline.stages.review import Recalled
    from pipeline.store.database import Connection

# Someone who decides faster than a document is stored, so often, is no person.
_ATTEMPTS: Final = 20
_NOTHING: Final = Document(name="", format="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a translation in its project.

    Attributes:
        document: As delivered.
        document_id: In the store.
        version_id: The version that holds it: a new one, or the last where
            nothing changed.
        version: Its number.
        new: Whether the version was made now.
        kept: Decided segments that stand as decided.
        adapted: Segments that follow a decision elsewhere.
        reopened: Decided segments that need a person again.
        remembered: Segments that were approved elsewhere for the same source.
    """

    document: Document
    document_id: int
    version_id: int
    version: int
    new: bool
    kept: int
    adapted: int
    reopened: int
    remembered: int

    def without_document(self) -> Stored:
        """The same for those who only count: a night's documents do not fit into memory."""
        return replace(self, document=_NOTHING)


def keep(project: Project, translator: Translator, document: Document, *, name: str, original: bytes) -> Stored:
    """Apply what was decided to a fresh translation, and store it.

    Decisions made by others meanwhile are not lost: then it is done again.

    Args:
        project: Open.
        translator: What translated the document.
        document: Fresh from the stages.
        name: Path below the input folder: what the project knows it by.
        original: The bytes it was read from.

    Raises:
        StoreBusy: Others never stopped deciding.
    """
    for _ in range(_ATTEMPTS):
        with project.store.read() as connection:
            before = documents.find_document(connection, project.id, name)
            mark = decisions.last_about(connection, before.id) if before else 0
            recorded = _recorded(connection, project.id, before)
        stage = ReviewStage(
            recorded=recorded,
            terms_hash=rows.terms_hash,
            check=translator.check,
            abbreviations=translator.glossary.abbreviations,
        )
        recalled = stage.recall(document)
        with project.store.write() as connection:
            present = documents.find_document(connection, project.id, name, hold=True)
            same = present is None or before is None or present.version_id == before.version_id
            if (present is None) == (before is None) and same and _mark(connection, present) == mark:
                return _save(connection, project.id, present, recalled, name=name, original=original)
    raise StoreBusy(f"{name}: others keep deciding on this document; translate it again later")


def _mark(connection: Connection, present: DocumentRow | None) -> int:
    return decisions.last_about(connection, present.id) if present else 0


def _recorded(connection: Connection, project: int, before: DocumentRow | None) -> Recorded:
    far = decisions.in_force(connection, project, document=before.id if before else None)
    renderings = tuple(
        (identifier, msgspec.convert(one, Rendering))
        for identifier, data in far
        for one in data.get("renderings", ())
        if one["before"]
    )
    dismissed = frozenset((code, words) for _, data in far for code, words in data.get("dismissed", ()) if words)
    known: tuple[Known, ...] = ()
    if before is not None:
        glossary = documents.version(connection, before.version_id).glossary
        found = documents.segments_of(connection, before.version_id)
        people = decisions.deciders(connection, [row.decision_id for row, _ in found if row.decision_id])
        known = tuple(
            Known(
                segment=segment,
                initial=row.initial,
                terms=row.terms_hash,
                decision=row.decision_id,
                user=people.get(row.decision_id, ""),
                glossary=glossary,
            )
            for row, segment in found
        )
    return Recorded(segments=known, renderings=renderings, dismissed=dismissed)


def _save(
    connection: Connection,
    project: int,
    before: DocumentRow | None,
    recalled: Recalled,
    *,
    name: str,
    original: bytes,
) -> Stored:
    new = before is None or not documents.unchanged(connection, before.version_id, recalled.document, original)
    if before is not None and not new:
        version_id = before.version_id
    else:
        links = _links(connection, before, recalled)
        version_id = documents.save_version(
            connection, project, recalled.document, name=name, original=original, links=links, note="translated"
        )
        _log_reopened(connection, version_id, recalled)
    row = documents.document(connection, project, name)
    return Stored(
        document=recalled.document,
        document_id=row.id,
        version_id=version_id,
        version=row.version,
        new=new,
        kept=recalled.count("kept"),
        adapted=recalled.count("adapted"),
        reopened=recalled.count("reopened"),
        remembered=recalled.count("remembered"),
    )


def _links(connection: Connection, before: DocumentRow | None, recalled: Recalled) -> list[documents.Link]:
    ids = documents.segment_ids(connection, before.version_id) if before else []
    return [
        documents.Link(
            previous=ids[link.old[0]] if link.old else None,
            relation="" if link.relation == "new" else link.relation,
            decision=decision,
        )
        for link, decision in zip(recalled.continued, recalled.decisions, strict=True)
    ]


def _log_reopened(connection: Connection, version_id: int, recalled: Recalled) -> None:
    """Say in the log which decisions no longer hold, and why."""
    if "reopened" not in recalled.outcomes:
        return
    ids = documents.segment_ids(connection, version_id)
    for segment_id, outcome, link in zip(ids, recalled.outcomes, recalled.continued, strict=True):
        if outcome == "reopened":
            row: Any = queue.segment_row(connection, segment_id)
            same = link.relation in {"same", "moved"}
            reason = "the glossary changed" if same else f"the source changed ({link.relation})"
            decisions.append(connection, row, Action.REOPEN, user="zhengming", reason=reason)
