"""The run journal: which inputs a run has, how far it is, and what each result depended on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from pipeline.store import schema
from pipeline.store.database import now


@dataclass(frozen=True, slots=True, kw_only=True)
class RunItem:
    """An input of a run.

    Attributes:
        id: In the store.
        path: As it was named.
        digest: SHA-256 of its bytes.
        state: ``pending``, ``running``, ``delivered``, ``skipped`` or ``failed``.
        output: File that was written.
        output_digest: SHA-256 of its bytes.
        error: One line, where it failed.
        attempts: How often it was started.
        dependency: Hash of all that its result depends on besides the input.
        document_id: Its document, where the project stores it.
        version_id: The version that the run made or found.
    """

    id: int
    path: str
    digest: str
    state: str
    output: str
    output_digest: str
    error: str
    attempts: int
    dependency: str
    document_id: int | None
    version_id: int | None


def start_run(
    connection: Connection, project: int, *, command: str = "", signature: str = "", configuration: str = ""
) -> int:
    """Open a run; its id."""
    table = schema.runs
    values = {
        "project_id": project,
        "command": command,
        "signature": signature,
        "configuration": configuration,
        "at": now(),
    }
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def unfinished_run(connection: Connection, project: int) -> int | None:
    """The newest run that was neither finished nor given up."""
    table = schema.runs
    wanted = select(func.max(table.c.id)).where(table.c.project_id == project, table.c.state == "running")
    return connection.execute(wanted).scalar()


def finish_run(connection: Connection, run: int, *, state: str = "finished", report: str = "{}") -> None:
    """Close a run as ``finished``, ``interrupted`` or ``failed``."""
    table = schema.runs
    connection.execute(update(table).where(table.c.id == run).values(state=state, report=report, finished=now()))


def add_items(connection: Connection, run: int, paths: Iterable[str]) -> None:
    """Give a run its inputs; those it has already are left as they are."""
    table = schema.run_items
    known = set(connection.execute(select(table.c.path).where(table.c.run_id == run)).scalars())
    new = [{"run_id": run, "path": path} for path in dict.fromkeys(paths) if path not in known]
    if new:
        connection.execute(table.insert(), new)


def items(connection: Connection, run: int, *, state: str = "") -> list[RunItem]:
    """The inputs of a run, in the order they were given."""
    table = schema.run_items
    wanted = select(table).where(table.c.run_id == run)
    if state:
        wanted = wanted.where(table.c.state == state)
    return [_item(row) for row in connection.execute(wanted.order_by(table.c.id))]


def mark(connection: Connection, run: int, path: str, state: str, **values: Any) -> None:
    """Note how far an input is; other columns may be given by name."""
    table = schema.run_items
    times = {"started": now()} if state == "running" else {"finished": now()}
    attempts = {"attempts": table.c.attempts + 1} if state == "running" else {}
    connection.execute(
        update(table)
        .where(table.c.run_id == run, table.c.path == path)
        .values(state=state, **times, **attempts, **values)
    )


def last_delivered(connection: Connection, project: int, path: str) -> RunItem | None:
    """How a path was delivered the last time, in any run of the project."""
    table = schema.run_items
    wanted = (
        select(table)
        .join(schema.runs, schema.runs.c.id == table.c.run_id)
        .where(schema.runs.c.project_id == project, table.c.path == path, table.c.state == "delivered")
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(wanted).first()
    return _item(row) if row else None


def project_mark(connection: Connection, project: int) -> str:
    """Changes whenever something is decided in a project: what was delivered before may be different now."""
    decisions, units = schema.decisions, schema.memory_units
    wanted = (
        select(func.max(decisions.c.id)).where(decisions.c.project_id == project),
        select(func.max(units.c.id)).where(units.c.project_id == project),
        select(func.max(units.c.retired)).where(units.c.project_id == project),
    )
    return ".".join(str(connection.execute(one).scalar() or "") for one in wanted)


def last_rate(connection: Connection, project: int, signature: str) -> float:
    """Segments a second that the engine gave in the newest run with a signature; 0 where there was none."""
    table = schema.runs
    wanted = (
        select(table.c.report)
        .where(table.c.project_id == project, table.c.signature == signature, table.c.state != "running")
        .order_by(table.c.id.desc())
        .limit(20)
    )
    for report in connection.execute(wanted).scalars():
        found = json.loads(report)
        if found.get("engine", 0) > 0 and found.get("seconds", 0) > 0:
            return float(found["engine"] / found["seconds"])
    return 0.0


def results(connection: Connection, dependencies: Iterable[str]) -> dict[str, bytes]:
    """Stored results of segments, by what they depended on."""
    table, wanted, found = schema.results, list(dict.fromkeys(dependencies)), {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for row in connection.execute(select(table).where(table.c.dependency.in_(part))):
            found[row.dependency] = bytes(row.data)
    return found


def keep_results(connection: Connection, found: Mapping[str, bytes]) -> None:
    """Store results of segments; those that are known already stay."""
    known = results(connection, found)
    new = [{"dependency": key, "data": data, "at": now()} for key, data in found.items() if key not in known]
    if new:
        connection.execute(schema.results.insert(), new)


def _item(row: Any) -> RunItem:
    return RunItem(
        id=row.id,
        path=row.path,
        digest=row.digest,
        state=row.state,
        output=row.output,
        output_digest=row.output_digest,
        error=row.error,
        attempts=row.attempts,
        dependency=row.dependency,
        document_id=row.document_id,
        version_id=row.version_id,
    )
