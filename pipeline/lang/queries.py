"""Words between whose renderings a professional translator chooses each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pipeline.core.flags import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A choice between renderings.

    Attributes:
        zh: The Chinese.
        renderings: The recommended one first.
        condition: In the grammar of ``pipeline.termbase.condition``; empty: always.
        reason: Why it is a choice.
    """

    zh: str
    renderings: tuple[str, ...]
    condition: str
    reason: str


@lru_cache(maxsize=1)
def _table() -> dict[str, list[Query]]:
    text = files("pipeline.lang").joinpath("queries.tsv").read_text(encoding="utf-8")
    table: dict[str, list[Query]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            zh, renderings, condition, reason = line.split("\t")
            query = Query(zh=zh, renderings=tuple(renderings.split("|")), condition=condition, reason=reason)
            table.setdefault(zh, []).append(query)
    return table


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _table()), key=len, reverse=True)))


def find_queries(text: str) -> Iterator[tuple[Span, Query]]:
    """Doubtful words in Chinese text, from the left; one place may hold several queries with their conditions."""
    for match in _pattern().finditer(text):
        for query in _table()[match[0]]:
            yield Span(match.start(), match.end()), query
