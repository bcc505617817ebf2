"""Finding text, Chinese queries of one or two characters included.

SQLite's trigram tokeniser answers nothing to queries of two characters, and
PostgreSQL's parsers do not cut Chinese. So texts are indexed by what we cut
ourselves: each Chinese character with the one after it, and words of other
scripts. In SQLite the pieces stand in an FTS5 table without content, where a
phrase of pieces is a substring; in PostgreSQL they are an array under a GIN
index, and the text itself is looked at once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, or_, text

from pipeline.lang.han import HAN, HAN_CHARACTER
from pipeline.store import schema

Indexed = Literal["segments", "memory_units"]
_PIECES: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")


def grams(content: str) -> list[str]:
    """The pieces of a text, in order: overlapping pairs of Chinese characters, words in lower case.

    The last character of a Chinese run stands alone, so that each character
    begins exactly one piece.
    """
    found: list[str] = []
    for match in _PIECES.finditer(content):
        run = match[0]
        if HAN_CHARACTER.match(run):
            found += [run[i : i + 2] for i in range(len(run))]
        else:
            found.append(run.lower())
    return found


def query_grams(query: str) -> list[tuple[str, bool]]:
    """The pieces that a text must hold in order, each with whether it is only the beginning of one."""
    pieces: list[tuple[str, bool]] = []
    runs = [match[0] for match in _PIECES.finditer(query)]
    for number, run in enumerate(runs):
        if not HAN_CHARACTER.match(run):
            pieces.append((run.lower(), number + 1 == len(runs)))
        elif len(run) == 1:
            pieces.append((run, True))
        else:
            pieces += [(run[i : i + 2], False) for i in range(len(run) - 1)]
            if number + 1 < len(runs):
                pieces.append((run[-1], True))
    return pieces


def add(connection: Connection, table: Indexed, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index texts.

    Args:
        connection: In a transaction.
        table: Whose rows they are.
        rows: Row id, source and target.
    """
    batch = [{"id": i, "s": grams(source), "t": grams(target)} for i, source, target in rows]
    if not batch:
        return
    if connection.dialect.name == "sqlite":
        statement = text(f"INSERT INTO {table}_fts (rowid, source, target) VALUES (:id, :s, :t)")
        connection.execute(statement, [_joined(row) for row in batch])
    else:
        statement = text(f"INSERT INTO {table}_grams (id, source, target) VALUES (:id, :s, :t)")
        connection.execute(statement, batch)


def replace(connection: Connection, table: Indexed, row: int, *, source: str, old: str, new: str) -> None:
    """Index a changed target.

    Args:
        connection: In a transaction.
        table: Whose row it is.
        row: Row id.
        source: Its source, which does not change.
        old: The target that is indexed.
        new: The target to index.
    """
    if connection.dialect.name == "sqlite":
        # A table without content needs to be told what it forgets.
        command = f"INSERT INTO {table}_fts ({table}_fts, rowid, source, target) VALUES ('delete', :id, :s, :t)"
        connection.execute(text(command), _joined({"id": row, "s": grams(source), "t": grams(old)}))
        add(connection, table, [(row, source, new)])
    else:
        command = f"UPDATE {table}_grams SET target = :t WHERE id = :id"
        connection.execute(text(command), {"id": row, "t": grams(new)})


def condition(connection: Connection, table: Indexed, query: str, *, side: str = "") -> tuple[str, dict[str, Any]]:
    """SQL that holds for the rows of a table whose text holds a query.

    Args:
        connection: For its dialect.
        table: Whose rows.
        query: Chinese or English, as a user typed it; a last English word
            may be unfinished.
        side: ``source``, ``target`` or empty for either.

    Returns:
        A condition over ``TABLE.id`` with its parameters; one that never
        holds for a query without letters.
    """
    pieces = query_grams(query)
    if not pieces:
        return "1 = 0", {}
    sides = (side,) if side else ("source", "target")
    if connection.dialect.name == "sqlite":
        phrase = " + ".join(f'"{piece}"' + ("*" if open_ else "") for piece, open_ in _closed(pieces))
        columns = " ".join(sides)
        return f"{table}.id IN (SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :fts)", {
            "fts": f"{{{columns}}} : {phrase}"
        }
    whole = [piece for piece, open_ in pieces if not open_]
    like = f"%{_escaped(query.strip())}%"
    either = " OR ".join(
        f"(g.{name} @> CAST(:grams AS text[]) AND {table}.{name} ILIKE :like ESCAPE '!')" for name in sides
    )
    return (
        f"EXISTS (SELECT 1 FROM {table}_grams g WHERE g.id = {table}.id AND ({either}))",
        {"grams": whole, "like": like},
    )


# Up to so many row ids are looked up; of more, enough stand near the front of any order.
_MANY: Final = 5_000


def newest(
    connection: Connection,
    table: Indexed,
    statement: Select[Any],
    query: str,
    *,
    side: str = "",
    limit: int | None = 50,
) -> list[Any]:
    """Rows of a SELECT from a table whose text holds a query, newest first.

    Args:
        connection: Reading.
        table: The table.
        statement: Selects from it, unordered.
        query: Chinese or English.
        side: ``source``, ``target`` or empty for either.
        limit: Most rows; None: all.
    """
    ordered = statement.order_by(schema.metadata.tables[table].c.id.desc())
    holds, values = condition(connection, table, query, side=side)
    if limit is None or "fts" not in values:
        return list(connection.execute(ordered.where(text(holds).bindparams(**values)).limit(limit)))
    found: list[Any] = []
    for phrase in _phrases(values["fts"]):
        found = _newest(connection, table, ordered, phrase, limit)
        if len(found) == limit:
            break
    return found


def _phrases(phrase: str) -> list[str]:
    """What to ask FTS5 for: whole words first.

    An open end is put together from all words that begin so, at each asking:
    dear where the word is common, and senseless after a single letter.
    """
    whole = phrase.removesuffix("*")
    letters = whole.rpartition(' "')[2].strip('"')
    short = len(letters) < 2 and not HAN_CHARACTER.match(letters)
    return [whole] if whole == phrase or short else [whole, phrase]


def _newest(connection: Connection, table: Indexed, ordered: Select[Any], phrase: str, limit: int) -> list[Any]:
    # FTS5 gives row ids in order: those of a common word need not all be found first.
    hits = text(
        f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :fts AND rowid < :below ORDER BY rowid DESC LIMIT :most"
    )
    key = schema.metadata.tables[table].c.id
    found: list[Any] = []
    below, most = 2**63 - 1, 2 * limit
    while len(found) < limit:
        ids = [int(i) for i in connection.execute(hits, {"fts": phrase, "below": below, "most": most}).scalars()]
        if ids:
            found += connection.execute(ordered.where(key.in_(ids)).limit(limit - len(found)))
        if len(ids) < most:
            break
        below, most = ids[-1], min(2 * most, _MANY)
    return found


def among(connection: Connection, table: Indexed, query: str) -> ColumnElement[bool]:
    """What :func:`condition` says, for rows that are wanted in another order than the newest first.

    Args:
        connection: Reading.
        table: Whose rows.
        query: Chinese or English.
    """
    holds, values = condition(connection, table, query)
    if "fts" not in values:
        return text(holds).bindparams(**values)  # type: ignore[return-value]
    columns = schema.metadata.tables[table].c
    hits = text(f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :fts LIMIT :most")
    ids: list[int] = []
    for phrase in _phrases(values["fts"]):
        ids = [int(i) for i in connection.execute(hits, {"fts": phrase, "most": _MANY + 1}).scalars()]
        if len(ids) > _MANY:
            # So common that a page is soon full: rows are read in the order wanted.
            words = query.strip()
            return or_(
                columns.source.icontains(words, autoescape=True), columns.target.icontains(words, autoescape=True)
            )
    return columns.id.in_(ids)


def _closed(pieces: Sequence[tuple[str, bool]]) -> Iterable[tuple[str, bool]]:
    """FTS5 takes a prefix only at the end of a phrase; inside, an open piece is left out of the phrase's end."""
    last = len(pieces) - 1
    for number, (piece, open_) in enumerate(pieces):
        yield piece, open_ and number == last


def _joined(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "s": " ".join(row["s"]), "t": " ".join(row["t"])}


def _escaped(query: str) -> str:
    return query.replace("!", "!!").replace("%", "!%").replace("_", "!_")
