"""Memory units in the store, and the lookups that :mod:`pipeline.memory` needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, or_, select, update

from pipeline.memory.pattern import keys
from pipeline.memory.unit import TranslationUnit, UnitTerm, digest, text_hash
from pipeline.store import schema, search
from pipeline.store.database import Store, now

_BATCH: Final = 2000
_MOST_PER_HASH: Final = 20
_terms: Final = msgspec.json.Decoder(tuple[UnitTerm, ...]).decode


def add_units(
    connection: Connection,
    project: int,
    units: Iterable[TranslationUnit],
    *,
    segment: int | None = None,
    decision: int | None = None,
    instead: Sequence[int] = (),
) -> list[int]:
    """Store units.

    Args:
        connection: In a write transaction.
        project: Project id.
        units: What reviewers approved.
        segment: The segment it was approved for.
        decision: The decision that approved it.
        instead: Units that retire.

    Returns:
        Their ids, in order.
    """
    if instead:
        retire(connection, instead)
    ids: list[int] = []
    batch: list[TranslationUnit] = []
    for unit in units:
        batch.append(unit)
        if len(batch) == _BATCH:
            ids += _insert(connection, project, batch, segment, decision)
            batch = []
    return ids + _insert(connection, project, batch, segment, decision) if batch else ids


def _insert(
    connection: Connection, project: int, units: Sequence[TranslationUnit], segment: int | None, decision: int | None
) -> list[int]:
    table = schema.memory_units
    values = [_values(unit) | {"project_id": project, "segment_id": segment, "decision_id": decision} for unit in units]
    statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    ids = [int(i) for i in connection.execute(statement, values).scalars()]
    search.add(
        connection,
        "memory_units",
        ((i, unit.source, unit.target) for i, unit in zip(ids, units, strict=True)),
    )
    return ids


def _values(unit: TranslationUnit) -> dict[str, Any]:
    pattern, skeleton = keys(unit.source, unit.terms)
    return {
        "source": unit.source,
        "target": unit.target,
        "pattern": pattern,
        "source_hash": text_hash(unit.source),
        "pattern_hash": digest(pattern),
        "skeleton_hash": digest(skeleton),
        "previous_hash": unit.previous,
        "following_hash": unit.following,
        "glossary": unit.glossary,
        "concepts": msgspec.json.encode(unit.terms).decode(),
        "document": unit.document,
        "user": unit.user,
        "at": unit.at or now(),
    }


def new_units(connection: Connection, project: int, units: Sequence[TranslationUnit]) -> list[TranslationUnit]:
    """Those of some units whose source and English no unit in use has; of equal ones, the first."""
    table = schema.memory_units
    hashes = [text_hash(unit.source) for unit in units]
    known: set[tuple[str, str]] = set()
    for start in range(0, len(hashes), 500):
        wanted = select(table.c.source_hash, table.c.target).where(
            table.c.project_id == project,
            table.c.retired.is_(None),
            table.c.source_hash.in_(hashes[start : start + 500]),
        )
        known.update((row.source_hash, row.target) for row in connection.execute(wanted))
    new = []
    for unit, key in zip(units, hashes, strict=True):
        if (key, unit.target) not in known:
            known.add((key, unit.target))
            new.append(unit)
    return new


def retire(connection: Connection, ids: Sequence[int]) -> None:
    """Take units out of use; they stay in the store."""
    table = schema.memory_units
    connection.execute(update(table).where(table.c.id.in_(ids)).values(retired=now()))


def restore(connection: Connection, ids: Sequence[int]) -> None:
    """Take retired units into use again."""
    table = schema.memory_units
    connection.execute(update(table).where(table.c.id.in_(ids)).values(retired=None))


def units_of_segments(connection: Connection, segments: Sequence[int]) -> list[int]:
    """Ids of the units in use that were approved for some segments."""
    table = schema.memory_units
    wanted = select(table.c.id).where(table.c.segment_id.in_(segments), table.c.retired.is_(None))
    return [int(i) for i in connection.execute(wanted).scalars()]


def units_of_decision(connection: Connection, decision: int) -> list[int]:
    """Ids of the units in use that a decision made."""
    table = schema.memory_units
    wanted = select(table.c.id).where(table.c.decision_id == decision, table.c.retired.is_(None))
    return [int(i) for i in connection.execute(wanted).scalars()]


def all_units(connection: Connection, project: int) -> Iterator[TranslationUnit]:
    """Units in use, oldest first."""
    table = schema.memory_units
    wanted = select(table).where(table.c.project_id == project, table.c.retired.is_(None)).order_by(table.c.id)
    for row in connection.execution_options(yield_per=_BATCH).execute(wanted):
        yield _unit(row)


def count(connection: Connection, project: int) -> dict[str, int]:
    """Units in use, retired ones, distinct sources, documents and reviewers."""
    table = schema.memory_units
    in_use = table.c.retired.is_(None)
    row = connection.execute(
        select(
            func.count().filter(in_use),
            func.count().filter(table.c.retired.is_not(None)),
            func.count(func.distinct(table.c.source_hash)).filter(in_use),
            func.count(func.distinct(table.c.document)).filter(in_use),
            func.count(func.distinct(table.c.user)).filter(in_use),
        ).where(table.c.project_id == project)
    ).one()
    return dict(zip(("units", "retired", "sources", "documents", "reviewers"), map(int, row), strict=True))


def concordance(
    connection: Connection, project: int, query: str, *, side: str = "", limit: int = 50
) -> list[TranslationUnit]:
    """Units whose text holds a query, newest first; Chinese of two characters, or one, is found too.

    Args:
        connection: Reading.
        project: Project id.
        query: Chinese or English.
        side: ``source``, ``target`` or empty for either.
        limit: Most units.
    """
    table = schema.memory_units
    wanted = select(table).where(table.c.project_id == project, table.c.retired.is_(None))
    found = search.newest(connection, "memory_units", wanted, query, side=side, limit=limit)
    return [_unit(row) for row in found]


def _unit(row: Any) -> TranslationUnit:
    return TranslationUnit(
        id=row.id,
        source=row.source,
        target=row.target,
        previous=row.previous_hash,
        following=row.following_hash,
        glossary=row.glossary,
        terms=_terms(row.concepts),
        document=row.document,
        user=row.user,
        at=row.at,
    )


class StoredUnits:
    """A project's units as :class:`pipeline.memory.unit.Units`.

    Args:
        store: Where they are.
        project: Whose.
    """

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def with_source(self, hashes: list[str]) -> dict[str, list[TranslationUnit]]:
        """Units by the hash of their source, newest first."""
        return self._found(("source_hash",), hashes)

    def with_pattern(self, hashes: list[str]) -> dict[str, list[TranslationUnit]]:
        """Units by the hash of their pattern or skeleton, newest first."""
        return self._found(("pattern_hash", "skeleton_hash"), hashes)

    def _found(self, columns: tuple[str, ...], hashes: list[str]) -> dict[str, list[TranslationUnit]]:
        table = schema.memory_units
        found: dict[str, list[TranslationUnit]] = {}
        with self._store.read() as connection:
            for start in range(0, len(hashes), 500):
                part = hashes[start : start + 500]
                wanted = (
                    select(table)
                    .where(
                        table.c.project_id == self._project,
                        table.c.retired.is_(None),
                        or_(*(table.c[name].in_(part) for name in columns)),
                    )
                    .order_by(table.c.id.desc())
                )
                for row in connection.execute(wanted):
                    unit = _unit(row)
                    for key in {getattr(row, name) for name in columns}.intersection(part):
                        units = found.setdefault(key, [])
                        if len(units) < _MOST_PER_HASH:
                            units.append(unit)
        return found

    def by_id(self, ids: list[int]) -> list[TranslationUnit]:
        """Units by id, in any order."""
        table = schema.memory_units
        with self._store.read() as connection:
            return [_unit(row) for row in connection.execute(select(table).where(table.c.id.in_(ids)))]

    def patterns(self, *, after: int = 0) -> Iterator[tuple[int, str]]:
        """Ids and patterns of the units in use, by id; only those after an id."""
        table = schema.memory_units
        wanted = (
            select(table.c.id, table.c.pattern)
            .where(table.c.project_id == self._project, table.c.retired.is_(None), table.c.id > after)
            .order_by(table.c.id)
        )
        with self._store.read() as connection:
            for row in connection.execution_options(yield_per=10_000).execute(wanted):
                yield row.id, row.pattern
