"""Review elsewhere: a document out as XLIFF or XLSX, and what was done there back in as decisions.

A file remembers the version that it was exported from. On its way back, each
segment is compared three ways: what went out, what came back, and what stands
now. What only the file changed is applied; what only we changed stays; what
both changed is a conflict, and its English is kept as a proposal with a flag.
Importing a file twice does nothing the second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.core.document import FuzzyMatch, MatchKind, Segment, SegmentState
from pipeline.errors import InputError, StoreError, UsageError
from pipeline.formats import review_xlsx, xliff, xliff12, xliff21
from pipeline.formats._xliff import Returned
from pipeline.formats.xliff21 import token
from pipeline.lang.normaliser import normalise
from pipeline.reviewer.service import Review
from pipeline.run import render
from pipeline.store import decisions, documents, queue
from pipeline.store.records import VersionRow

FORMATS: Final = {"xliff21": ".xlf", "xliff12": ".xlf", "xlsx": ".xlsx", "document": ""}
# Kinds of steps that someone should see before they are done.
TELLING: Final = frozenset({"edit", "accept", "conflict", "gone", "invalid", "empty"})
_MAX_BYTES: Final = 128 * 1024 * 1024
_SETTLED: Final = frozenset({SegmentState.REVIEWED, SegmentState.FINAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an imported file does to a segment.

    Attributes:
        kind: ``edit``, ``accept``, ``conflict``, ``unchanged``, ``done``
            (imported before), ``empty`` (no English came back), ``gone`` (the
            segment is no longer in the document) or ``invalid`` (its source
            was changed).
        unit: Id in the file.
        segment: Segment id; 0 where there is none.
        revision: Its revision now.
        before: English as it stands.
        after: English of the file.
        note: What the person wrote beside it.
    """

    kind: str
    unit: str
    segment: int = 0
    revision: int = 0
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing a file does.

    Attributes:
        document: Name of the document.
        steps: In the file's order.
    """

    document: str
    steps: tuple[Step, ...]

    def count(self) -> dict[str, int]:
        """How many steps of each kind."""
        return dict(Counter(step.kind for step in self.steps))

    @property
    def mark(self) -> str:
        """Changes whenever the plan would do something else."""
        deeds = [step for step in self.steps if step.kind in TELLING]
        return blake2b(repr(deeds).encode(), digest_size=16).hexdigest()


def export(review: Review, name: str, *, to: str, user: str) -> tuple[bytes, str]:
    """A document as it stands, for review elsewhere or for delivery.

    The state is named as a version, so that a returned file and an adjustment
    note can refer to it.

    Args:
        review: Open.
        name: The document.
        to: One of ``FORMATS``; ``document`` is its own format.
        user: Who exports.

    Returns:
        The bytes and the suffix of a file of them.

    Raises:
        UsageError: The format is unknown.
    """
    if to not in FORMATS:
        raise UsageError(f"--as {to}: unknown; choose one of {', '.join(FORMATS)}")
    project = review.project
    with project.store.write() as connection:
        row = documents.document(connection, project.id, name)
        released = documents.release(connection, row.id, user=user, note=f"exported as {to}")
        document = documents.load(connection, row.version_id)
        original = documents.original(connection, row.version_id)
    if to == "document":
        return render(document, original, to="")
    named = msgspec.structs.replace(document, name=row.name)
    version = str(released.number)
    if to == "xlsx":
        return review_xlsx.export(named, version=version), FORMATS[to]
    dialect = xliff12 if to == "xliff12" else xliff21
    return dialect.export(named, version=version), FORMATS[to]


def plan(review: Review, path: Path) -> Plan:
    """What importing a file would do; nothing is changed.

    Raises:
        InputError: Unreadable, or no file that was exported for review.
        StoreError: The project has no such document or version.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: more than {_MAX_BYTES // 2**20} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    return plan_of(review, data, name=str(path))


def plan_of(review: Review, data: bytes, *, name: str) -> Plan:
    """What importing the bytes of a file would do; nothing is changed.

    Args:
        review: Open.
        data: The file.
        name: Its name, whose ending says how it is read.

    Raises:
        InputError: No file that was exported for review.
        StoreError: The project has no such document or version.
    """
    reader = review_xlsx if name.lower().endswith(".xlsx") else xliff
    document, version, units = reader.returned(data, name=name)
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, document)
        made = [one for one in documents.versions(connection, row.id) if str(one.number) == version]
        if not made:
            raise StoreError(f"{name}: {document} has no version {version} in this project")
        sent = _sent(connection, made[0])
        present = _present(connection, row.version_id)
    return Plan(document=document, steps=tuple(_steps(units, sent, present)))


@dataclass(frozen=True, slots=True)
class _Sent:
    """A segment as it was exported."""

    id: int
    segment: Segment
    target: str


def _sent(connection: Any, version: VersionRow) -> dict[str, _Sent]:
    """Segments of an exported version, by the ids that units of either dialect have."""
    stored = documents.segments_of(connection, version.base_id)
    targets = {row.id: row.initial for row, _ in stored}
    log = decisions.log(connection, None, version=version.base_id, oldest_first=True, limit=None)
    for one in log:
        if one.id <= (version.upto or 0):
            targets[one.segment_id] = one.after
    found: dict[str, _Sent] = {}
    for row, segment in stored:
        found[row.name] = found[token(row.name)] = _Sent(row.id, segment, targets[row.id])
    return found


def _present(connection: Any, version_id: int) -> dict[int, tuple[Any, Segment]]:
    """Current segments by their own id and by those of the segments that they continue."""
    found: dict[int, tuple[Any, Segment]] = {}
    for row, segment in documents.segments_of(connection, version_id):
        ids = queue.line(connection, row) if row.previous_id and row.relation in {"same", "moved"} else [row.id]
        for identifier in ids:
            found.setdefault(identifier, (row, segment))
    return found


def _steps(
    units: Sequence[Returned], sent: dict[str, _Sent], present: dict[int, tuple[Any, Segment]]
) -> Iterator[Step]:
    for unit in units:
        out = sent.get(unit.id)
        if out is None:
            yield Step(kind="gone", unit=unit.id, after=unit.target)
        elif _plain(unit.source) != _plain(out.segment.source):
            yield Step(kind="invalid", unit=unit.id, after=unit.target, before=out.target)
        elif out.id not in present:
            kind = "unchanged" if _plain(unit.target) == _plain(out.target) else "gone"
            yield Step(kind=kind, unit=unit.id, after=unit.target, before=out.target)
        else:
            yield _step(unit, out, *present[out.id])


def _step(unit: Returned, out: _Sent, row: Any, segment: Segment) -> Step:
    came, went, stands = _plain(unit.target), _plain(out.target), _plain(segment.target)
    settled = segment.state in _SETTLED
    if not came:
        kind = "empty"
    elif came == stands:
        newly = unit.settled and not settled
        kind = "accept" if newly else "unchanged" if came == went else "done"
    elif came == went:
        kind = "unchanged"
    elif went == stands:
        kind = "edit"
    else:
        kind = "done" if any(_plain(match.target) == came for match in segment.matches) else "conflict"
    return Step(
        kind=kind,
        unit=unit.id,
        segment=row.id,
        revision=row.revision,
        before=segment.target,
        after=unit.target,
        note=unit.note,
    )


def _plain(text: str) -> str:
    return " ".join(normalise(text)[0].split())


def apply(review: Review, made: Plan, *, user: str, origin: str) -> dict[str, int]:
    """Do what a plan says.

    A segment that changes between plan and deed raises a conflict of its own
    and stops nothing: what was done before it stays, and importing the file
    again goes on.

    Args:
        review: Open.
        made: The plan.
        user: Whose decisions they are.
        origin: The file's name, for the record.

    Returns:
        How many steps of each kind.
    """
    for step in made.steps:
        reason = step.note or f"from {origin}"
        if step.kind == "edit":
            review.edit(step.segment, step.after, user=user, revision=step.revision, reason=reason)
        elif step.kind == "accept":
            review.accept(step.segment, user=user, revision=step.revision, reason=reason)
        elif step.kind == "conflict":
            match = FuzzyMatch(
                source="", target=step.after, score=0, kind=MatchKind.EXACT, document=origin, user=user, stale=True
            )
            review.offer(step.segment, match, user=user, revision=step.revision, reason=reason)
    return made.count()
