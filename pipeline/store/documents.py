"""Documents and the versions of their translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag, FlagState
from pipeline.errors import StoreError
from pipeline.store import rows, schema, search
from pipeline.store.database import now
from pipeline.store.records import DocumentRow, Progress, VersionRow

# PostgreSQL takes at most 65,535 parameters in a statement.
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a new segment continues.

    Attributes:
        previous: Id of the segment of the version before; None: it is new.
        relation: ``same``, ``moved``, ``changed``, ``split``, ``merged`` or empty.
        decision: Id of the decision that its target rests on.
    """

    previous: int | None = None
    relation: str = ""
    decision: int | None = None


def documents(connection: Connection, project: int) -> list[DocumentRow]:
    """The documents of a project, by name."""
    return [document_row(row) for row in connection.execute(_documents(project).order_by(schema.documents.c.name))]


def find_document(connection: Connection, project: int, name: str, *, hold: bool = False) -> DocumentRow | None:
    """A document by name; None where the project has none such.

    Args:
        connection: Reading, or in a write transaction.
        project: Project id.
        name: Its name.
        hold: Keep others from changing it until the transaction ends.
    """
    wanted = _documents(project).where(schema.documents.c.name == name)
    row = connection.execute(wanted.with_for_update() if hold else wanted).first()
    return None if row is None else document_row(row)


def document(connection: Connection, project: int, key: int | str) -> DocumentRow:
    """A document by id or name.

    Raises:
        StoreError: The project has none such.
    """
    table = schema.documents
    wanted = table.c.id == key if isinstance(key, int) else table.c.name == key
    row = connection.execute(_documents(project).where(wanted)).first()
    if row is None:
        raise StoreError(f"the project has no document {key!r}: `zhengming review status` lists them")
    return document_row(row)


def _documents(project: int) -> Any:
    table, version = schema.documents, schema.versions
    return (
        select(table, version.c.number)
        .join(version, version.c.id == table.c.version_id)
        .where(table.c.project_id == project)
    )


def document_row(row: Any) -> DocumentRow:
    """A document of the listing, from a row that :func:`_documents` or a query with its columns selects."""
    return DocumentRow(
        id=row.id,
        name=row.name,
        format=row.format,
        version=row.number,
        version_id=row.version_id,
        segments=row.segments,
        reviewed=row.reviewed,
        open_flags=row.open_flags,
        at=row.at,
    )


def progress(connection: Connection, project: int, document_id: int | None = None) -> Progress:
    """Counts of a project or of one of its documents."""
    table = schema.documents
    sums = [func.coalesce(func.sum(column), 0) for column in (table.c.segments, table.c.reviewed, table.c.open_flags)]
    wanted = select(func.count(), *sums).where(table.c.project_id == project, table.c.version_id.is_not(None))
    if document_id is not None:
        wanted = wanted.where(table.c.id == document_id)
    count, segments, reviewed, open_flags = connection.execute(wanted).one()
    return Progress(documents=count, segments=int(segments), reviewed=int(reviewed), open_flags=int(open_flags))


def save_version(
    connection: Connection,
    project: int,
    translated: Document,
    *,
    name: str,
    original: bytes,
    links: Sequence[Link] | None = None,
    user: str = "zhengming",
    note: str = "",
) -> int:
    """Store a translation as the newest version of its document.

    Args:
        connection: In a write transaction.
        project: Project id.
        translated: The document with targets and flags.
        name: What the project calls it: its path below the input folder.
        original: The bytes it was read from.
        links: What each segment continues, in order.
        user: Who made it.
        note: Why.

    Returns:
        The version's id; its segments are current from now on.
    """
    document_id = _document_id(connection, project, translated, name)
    digest = _original(connection, original)
    number = _next_number(connection, document_id)
    table = schema.versions
    values = {
        "document_id": document_id,
        "number": number,
        "kind": "translated",
        "original": digest,
        "skeleton": rows.skeleton(translated),
        "signature": str(translated.signature or ""),
        "glossary": translated.signature.glossary if translated.signature else "",
        "note": note,
        "user": user,
        "at": now(),
    }
    version = int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())
    connection.execute(update(table).where(table.c.id == version).values(base_id=version))
    segments = schema.segments
    connection.execute(update(segments).where(segments.c.document_id == document_id).values(current=False))
    owners = {"project_id": project, "document_id": document_id, "version_id": version, "current": True}
    _insert_segments(connection, owners, translated, links or [Link()] * len(translated.segments))
    connection.execute(
        update(schema.documents)
        .where(schema.documents.c.id == document_id)
        .values(version_id=version, date=translated.date, genre=translated.genre, format=translated.format)
    )
    recount(connection, document_id)
    return version


def _document_id(connection: Connection, project: int, translated: Document, name: str) -> int:
    table = schema.documents
    wanted = select(table.c.id).where(table.c.project_id == project, table.c.name == name)
    found = connection.execute(wanted).scalar()
    if found is None:
        values = {"project_id": project, "name": name, "format": translated.format, "at": now()}
        found = connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one()
    return int(found)


def _original(connection: Connection, data: bytes) -> str:
    digest, table = sha256(data).hexdigest(), schema.originals
    if connection.execute(select(table.c.digest).where(table.c.digest == digest)).first() is None:
        connection.execute(table.insert().values(digest=digest, data=data))
    return digest


def _next_number(connection: Connection, document_id: int) -> int:
    table = schema.versions
    last = connection.execute(select(func.max(table.c.number)).where(table.c.document_id == document_id)).scalar()
    return int(last or 0) + 1


def _insert_segments(
    connection: Connection, owners: dict[str, Any], translated: Document, links: Sequence[Link]
) -> None:
    table, version = schema.segments, owners["version_id"]
    values = rows.segment_values(translated)
    for value, link in zip(values, links, strict=True):
        value.update(owners, previous_id=link.previous, relation=link.relation, decision_id=link.decision)
    for start in range(0, len(values), _BATCH):
        connection.execute(table.insert(), values[start : start + _BATCH])
    ids = segment_ids(connection, version)
    segments = translated.segments
    search.add(connection, "segments", ((i, s.source, s.target) for i, s in zip(ids, segments, strict=True)))
    found = [
        {"segment_id": i, **flag}
        for i, segment in zip(ids, segments, strict=True)
        for flag in rows.flag_values(segment, segment.flags)
    ]
    for start in range(0, len(found), _BATCH):
        connection.execute(schema.flags.insert(), found[start : start + _BATCH])


def date_of(connection: Connection, document_id: int) -> str:
    """The date that a document's relative dates count from; empty where unknown."""
    table = schema.documents
    return str(connection.execute(select(table.c.date).where(table.c.id == document_id)).scalar() or "")


def recount(connection: Connection, document_id: int) -> None:
    """Bring a document's counts up to date."""
    table = schema.segments
    settled = table.c.state.in_([str(state) for state in rows.SETTLED])
    counts = connection.execute(
        select(
            func.count(),
            func.count().filter(settled),
            func.coalesce(func.sum(table.c.open_flags), 0),
        ).where(
            table.c.version_id
            == select(schema.documents.c.version_id).where(schema.documents.c.id == document_id).scalar_subquery()
        )
    ).one()
    values = dict(zip(("segments", "reviewed", "open_flags"), map(int, counts), strict=True))
    connection.execute(update(schema.documents).where(schema.documents.c.id == document_id).values(**values))


def versions(connection: Connection, document_id: int) -> list[VersionRow]:
    """The versions of a document, oldest first."""
    table = schema.versions
    wanted = select(table).where(table.c.document_id == document_id).order_by(table.c.number)
    return [_version(row) for row in connection.execute(wanted)]


def version(connection: Connection, version_id: int) -> VersionRow:
    """A version by id.

    Raises:
        StoreError: There is none such.
    """
    row = connection.execute(select(schema.versions).where(schema.versions.c.id == version_id)).first()
    if row is None:
        raise StoreError(f"there is no version {version_id}")
    return _version(row)


def _version(row: Any) -> VersionRow:
    return VersionRow(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        kind=row.kind,
        base_id=row.base_id or row.id,
        upto=row.upto,
        signature=row.signature,
        glossary=row.glossary,
        note=row.note,
        user=row.user,
        at=row.at,
    )


def release(connection: Connection, document_id: int, *, user: str, note: str = "") -> VersionRow:
    """Name the present state of a document as a version, for notes that count from it.

    Returns:
        The newest version itself where nothing was decided since.
    """
    last = versions(connection, document_id)[-1]
    decisions, table = schema.decisions, schema.versions
    upto = connection.execute(select(func.max(decisions.c.id)).where(decisions.c.version_id == last.base_id)).scalar()
    if (upto or 0) == (last.upto or 0):
        return last
    values = {
        "document_id": document_id,
        "number": last.number + 1,
        "kind": "released",
        "base_id": last.base_id,
        "upto": upto,
        "signature": last.signature,
        "glossary": last.glossary,
        "note": note,
        "user": user,
        "at": now(),
    }
    made = connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one()
    return version(connection, int(made))


def load(connection: Connection, version_id: int) -> Document:
    """A stored document as its segments stand now.

    Raises:
        StoreError: There is no such version with segments.
    """
    row = connection.execute(select(schema.versions).where(schema.versions.c.id == version_id)).first()
    if row is None or row.skeleton is None:
        raise StoreError(f"version {version_id} has no segments of its own")
    found = segments_of(connection, version_id)
    return rows.with_segments(row.skeleton, [(segment_row.block, segment) for segment_row, segment in found])


def segment_ids(connection: Connection, version_id: int) -> list[int]:
    """Ids of the segments of a version, in reading order."""
    table = schema.segments
    wanted = select(table.c.id).where(table.c.version_id == version_id).order_by(table.c.position)
    return [int(i) for i in connection.execute(wanted).scalars()]


def segments_of(connection: Connection, version_id: int) -> list[tuple[Any, Segment]]:
    """Rows and segments of a version, in reading order."""
    table, flags = schema.segments, schema.flags
    by_segment: dict[int, list[Flag]] = {}
    wanted = (
        select(flags)
        .join(table, table.c.id == flags.c.segment_id)
        .where(table.c.version_id == version_id)
        .order_by(flags.c.id)
    )
    for row in connection.execute(wanted):
        by_segment.setdefault(row.segment_id, []).append(rows.flag_of(row))
    found = connection.execute(select(table).where(table.c.version_id == version_id).order_by(table.c.position))
    return [(row, rows.segment_of(row, by_segment.get(row.id, []))) for row in found]


def original(connection: Connection, version_id: int) -> bytes:
    """The bytes that a version was read from.

    Raises:
        StoreError: They are not stored.
    """
    table = schema.originals
    wanted = (
        select(table.c.data)
        .join(schema.versions, schema.versions.c.original == table.c.digest)
        .where(schema.versions.c.id == version_id)
    )
    data = connection.execute(wanted).scalar()
    if data is None:
        raise StoreError(f"version {version_id}: the original is not stored")
    return bytes(data)


def unchanged(connection: Connection, version_id: int, translated: Document, data: bytes) -> bool:
    """Whether a stored version, as it stands now, is what a new run gave from the same bytes."""
    stored = connection.execute(
        select(schema.versions.c.original, schema.versions.c.skeleton).where(schema.versions.c.id == version_id)
    ).one()
    if stored.original != sha256(data).hexdigest() or stored.skeleton != rows.skeleton(translated):
        return False
    before = [_compared(segment) for _, segment in segments_of(connection, version_id)]
    return before == [_compared(segment) for segment in translated.segments]


def _compared(segment: Segment) -> tuple[object, ...]:
    waiting = tuple(flag for flag in segment.flags if flag.state is FlagState.OPEN)
    open_ = sorted(rows.fingerprints(segment, waiting))
    return (segment.id, segment.source, segment.target, segment.state, rows.terms_hash(segment), open_)
