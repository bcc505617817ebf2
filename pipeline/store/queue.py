"""What awaits a reviewer, by risk; a segment with all that an editor shows; who has it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, literal_column, or_, select, text

from pipeline.core.flags import FlagState
from pipeline.core.mqm import Severity
from pipeline.errors import StoreError, UsageError
from pipeline.store import rows, schema, search
from pipeline.store.database import now
from pipeline.store.decisions import log
from pipeline.store.records import FlagRow, Page, QueueItem, SegmentDetail

_LOCK_MINUTES: Final = 5

# Flags of a code that are looked up before the queue is walked; of more, the next ones are never far.
_FEW: Final = 5_000
_SEVERITY: Final = {"critical": 0, "major": 1, "minor": 2, "neutral": 3}


class Lock(NamedTuple):
    """A segment is open somewhere.

    Attributes:
        user: Whose it is.
        expires: When it ends by itself, UTC.
    """

    user: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What to show of the queue.

    Attributes:
        document: Only this document.
        code: Only segments with an open flag whose code begins so.
        severity: Only segments with an open flag of this severity.
        state: Only this segment state; empty: any.
        waiting: Only segments with open flags.
        assigned: Only what this user is asked to decide.
        query: Only segments whose source or target holds this text.
    """

    document: int | None = None
    code: str = ""
    severity: str = ""
    state: str = ""
    waiting: bool = True
    assigned: str = ""
    query: str = ""


def queue(
    connection: Connection,
    project: int,
    wanted: QueueFilter | None = None,
    *,
    after: str | None = None,
    limit: int = 50,
    order: str = "risk",
) -> Page:
    """A page of the queue.

    Args:
        connection: Reading.
        project: Project id.
        wanted: What to show.
        after: Cursor from the page before.
        limit: Most lines.
        order: ``risk``: gravest first; ``position``: in reading order (of one
            document).

    Raises:
        UsageError: The cursor is none of ours.
    """
    wanted = wanted or QueueFilter()
    table = schema.segments
    statement = filtered(connection, project, wanted)
    in_order = order == "position"
    keys = (table.c.document_id, table.c.position) if in_order else (table.c.risk, table.c.id)
    statement = statement.order_by(keys[0] if in_order else keys[0].desc(), keys[1])
    if after is not None:
        first, second = _cursor(after)
        further = keys[0] > first if in_order else keys[0] < first
        at_least = keys[0] >= first if in_order else keys[0] <= first
        statement = statement.where(at_least, or_(further, and_(keys[0] == first, keys[1] > second)))
    found = connection.execute(statement.limit(limit + 1)).all()
    cursor = None
    if len(found) > limit:
        last = found[limit - 1]
        cursor = ":".join(str(getattr(last, key.name)) for key in keys)
    return Page(items=tuple(_items(connection, list(found[:limit]))), after=cursor)


def filtered(connection: Connection, project: int, wanted: QueueFilter) -> Any:
    """A SELECT of the current segments that a filter lets through, in no order."""
    table = schema.segments
    statement = select(table)
    if wanted.document is None:
        statement = statement.where(table.c.project_id == project, table.c.current.is_(True))
    else:
        # The segments of the version that a document works on are the current ones; they stand under an index.
        home = schema.documents
        version = select(home.c.version_id).where(home.c.id == wanted.document, home.c.project_id == project)
        statement = statement.where(table.c.version_id == version.scalar_subquery())
    if wanted.waiting:
        statement = statement.where(table.c.risk > 0)
    if wanted.state:
        statement = statement.where(table.c.state == wanted.state)
    if wanted.assigned:
        user = select(schema.users.c.id).where(schema.users.c.name == wanted.assigned).scalar_subquery()
        statement = statement.where(table.c.assigned_id == user)
    if wanted.code or wanted.severity:
        statement = statement.where(_flagged(connection, wanted))
    if wanted.query.strip():
        statement = statement.where(search.among(connection, "segments", wanted.query))
    return statement


def _flagged(connection: Connection, wanted: QueueFilter) -> ColumnElement[bool]:
    """Whether a segment has an open flag of a code and a severity."""
    table, flags = schema.segments, schema.flags
    about = [flags.c.state == str(FlagState.OPEN)]
    if wanted.code:
        # A code is a letter and three digits. A range, not a pattern: that is what the index answers.
        about.append(flags.c.code.between(wanted.code.ljust(4, "0"), wanted.code.ljust(4, "9")))
    if wanted.severity:
        about.append(flags.c.severity == wanted.severity)
    if wanted.code:
        few = connection.execute(select(flags.c.segment_id).where(*about).limit(_FEW + 1)).scalars().all()
        if len(few) <= _FEW:
            return table.c.id.in_(set(few))
    asked = select(literal_column("1")).where(flags.c.segment_id == table.c.id, *about).exists()
    least = rows.WEIGHTS.get(Severity(wanted.severity), 0) if wanted.severity else 0
    return and_(table.c.risk >= least, asked)


def _cursor(after: str) -> tuple[int, int]:
    left, _, right = after.partition(":")
    try:
        return int(left), int(right)
    except ValueError as error:
        raise UsageError(f"{after!r} is no page of this queue; start from its beginning") from error


def _items(connection: Connection, found: list[Any]) -> list[QueueItem]:
    ids = [row.id for row in found]
    flags, documents, users = schema.flags, schema.documents, schema.users
    codes: dict[int, list[str]] = {}
    rank = case(_SEVERITY, value=flags.c.severity, else_=9)
    open_ = select(flags.c.segment_id, flags.c.code).where(
        flags.c.segment_id.in_(ids), flags.c.state == str(FlagState.OPEN)
    )
    for row in connection.execute(open_.order_by(rank, flags.c.id)):
        codes.setdefault(row.segment_id, []).append(row.code)
    homes = {row.document_id for row in found}
    names = dict(connection.execute(select(documents.c.id, documents.c.name).where(documents.c.id.in_(homes))).all())
    asked = {row.assigned_id for row in found if row.assigned_id}
    people = dict(connection.execute(select(users.c.id, users.c.name).where(users.c.id.in_(asked))).all())
    return [
        QueueItem(
            id=row.id,
            document_id=row.document_id,
            document=names[row.document_id],
            position=row.position,
            kind=row.kind,
            source=row.source,
            target=row.target,
            state=row.state,
            risk=row.risk,
            open_flags=row.open_flags,
            codes=tuple(dict.fromkeys(codes.get(row.id, ()))),
            assigned=people.get(row.assigned_id, ""),
            revision=row.revision,
        )
        for row in found
    ]


def segment_row(connection: Connection, segment_id: int, *, hold: bool = False) -> Any:
    """The row of a segment.

    Args:
        connection: Reading, or in a write transaction.
        segment_id: Which.
        hold: Keep others from changing it until the transaction ends.

    Raises:
        StoreError: There is none such.
    """
    wanted = select(schema.segments).where(schema.segments.c.id == segment_id)
    row = connection.execute(wanted.with_for_update() if hold else wanted).first()
    if row is None:
        raise StoreError(f"there is no segment {segment_id}")
    return row


def alike(
    connection: Connection,
    row: Any,
    *,
    document: int | None,
    limit: int,
    source_hash: str = "",
    words: str = "",
) -> list[Any]:
    """Rows of other current segments of the project, by id.

    Args:
        connection: Reading.
        row: The segment that the others are like.
        document: Only of this document.
        limit: Most rows.
        source_hash: With this source.
        words: With these words in their source.
    """
    table = schema.segments
    wanted = select(table).where(table.c.project_id == row.project_id, current(), table.c.id != row.id)
    if document is not None:
        wanted = wanted.where(table.c.document_id == document)
    if source_hash:
        wanted = wanted.where(table.c.source_hash == source_hash)
    if words:
        holds, values = search.condition(connection, "segments", words, side="source")
        wanted = wanted.where(text(holds).bindparams(**values))
    return list(connection.execute(wanted.order_by(table.c.id).limit(limit)))


def segment_flags(connection: Connection, segment_id: int) -> list[FlagRow]:
    """The flags of a segment, as the checks ordered them."""
    flags = schema.flags
    found = connection.execute(select(flags).where(flags.c.segment_id == segment_id).order_by(flags.c.id))
    return [FlagRow(id=row.id, flag=rows.flag_of(row), fingerprint=row.fingerprint) for row in found]


def segment_detail(connection: Connection, segment_id: int, *, user: str = "") -> SegmentDetail:
    """A segment with all that an editor shows.

    Args:
        connection: Reading.
        segment_id: Which.
        user: Who looks; their own lock is not reported.

    Raises:
        StoreError: There is none such.
    """
    row = segment_row(connection, segment_id)
    found = segment_flags(connection, segment_id)
    found.sort(key=lambda one: (one.flag.state is not FlagState.OPEN, _SEVERITY.get(str(one.flag.severity), 9)))
    return SegmentDetail(
        item=_items(connection, [row])[0],
        segment=rows.segment_of(row, [one.flag for one in sorted(found, key=lambda one: one.id)]),
        flags=tuple(found),
        initial=row.initial,
        version_id=row.version_id,
        previous=_neighbour(connection, row, -1),
        following=_neighbour(connection, row, 1),
        siblings=_siblings(connection, row),
        history=tuple(log(connection, row.project_id, segments=line(connection, row), limit=100)),
        locked_by=lock_holder(connection, segment_id, user=user),
    )


def _neighbour(connection: Connection, row: Any, by: int) -> tuple[str, str] | None:
    table = schema.segments
    wanted = select(table.c.source, table.c.target).where(
        table.c.version_id == row.version_id, table.c.position == row.position + by
    )
    found = connection.execute(wanted).first()
    return (found.source, found.target) if found else None


def neighbours(connection: Connection, row: Any) -> tuple[str, str, str]:
    """Sources before and after a segment, and the name of its document."""
    previous, following = _neighbour(connection, row, -1), _neighbour(connection, row, 1)
    documents = schema.documents
    name = connection.execute(select(documents.c.name).where(documents.c.id == row.document_id)).scalar_one()
    return (previous[0] if previous else "", following[0] if following else "", str(name))


def current() -> ColumnElement[bool]:
    """That a segment is worked on, said so that the queue's index is not taken for it: it holds for nearly all."""
    return func.coalesce(schema.segments.c.current, False).is_(True)


def _siblings(connection: Connection, row: Any) -> tuple[int, int]:
    table = schema.segments
    same = (
        table.c.source_hash == row.source_hash,
        table.c.project_id == row.project_id,
        current(),
        table.c.id != row.id,
    )
    here = func.count().filter(table.c.document_id == row.document_id)
    counts = connection.execute(select(here, func.count()).where(*same)).one()
    return int(counts[0]), int(counts[1])


def line(connection: Connection, row: Any) -> list[int]:
    """A segment and what it continues, version by version: their ids."""
    table, ids, previous = schema.segments, [row.id], row.previous_id
    while previous is not None and previous not in ids:
        ids.append(previous)
        previous = connection.execute(select(table.c.previous_id).where(table.c.id == previous)).scalar()
    return ids


def lock(connection: Connection, segment_id: int, user: str) -> Lock:
    """Say that a user has a segment open, for five minutes or until :func:`unlock`.

    A lock warns others; what keeps changes from being lost is the revision.

    Returns:
        The lock that holds now: the user's, or that of another who came first.
    """
    table = schema.locks
    held = select(table.c.user, table.c.expires).where(table.c.segment_id == segment_id, table.c.expires > now())
    if (other := connection.execute(held.where(table.c.user != user)).first()) is not None:
        return Lock(*other)
    connection.execute(delete(table).where(table.c.segment_id == segment_id))
    until = (datetime.now(UTC) + timedelta(minutes=_LOCK_MINUTES)).isoformat(timespec="milliseconds")
    made = Lock(user, until.replace("+00:00", "Z"))
    connection.execute(table.insert().values(segment_id=segment_id, **made._asdict()))
    return made


def unlock(connection: Connection, segment_id: int, made: Lock) -> None:
    """Take a lock back; one that was made since stays, of the same user too."""
    table = schema.locks
    connection.execute(
        delete(table).where(
            table.c.segment_id == segment_id, table.c.user == made.user, table.c.expires == made.expires
        )
    )


def lock_holder(connection: Connection, segment_id: int, *, user: str = "") -> str:
    """Who else has a segment open; empty for nobody."""
    table = schema.locks
    wanted = select(table.c.user).where(table.c.segment_id == segment_id, table.c.expires > now(), table.c.user != user)
    return str(connection.execute(wanted).scalar() or "")
