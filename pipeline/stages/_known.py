"""What computed clauses are made of: parts whose English is known, by their place in the Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.core.flags import Span

Known = Mapping[Span, str]
_ROW_MARK: Final = re.compile(r"[《》、，和及与]|以及")
_WORDS: Final = "zero one two three four five six seven eight nine".split()
_MARKS: Final = {"：": ":", "。": ".", "；": ";", "，": ","}


def longest(known: Known, start: int, end: int) -> Span | None:
    """The longest known span that begins at a place and does not reach beyond an end."""
    return max((span for span in known if span.start == start and span.end <= end), default=None)


def row(text: str, start: int, end: int, known: Known) -> list[Span] | None:
    """Known spans that make up a stretch with nothing but marks of a row between them; None where something else is."""
    found: list[Span] = []
    at = start
    while at < end:
        if (mark := _ROW_MARK.match(text, at, end)) is not None:
            at = mark.end()
            continue
        one = longest(known, at, end)
        if one is None:
            return None
        found.append(one)
        at = one.end
    return found or None


def with_article(name: str) -> str:
    """A name as it stands in a sentence: the Ministry of Commerce, customs."""
    return name if re.match(r"(?:China|Japan|[Cc]ustoms|[Tt]he|[A-Z]{3,}\b)", name) else f"the {name}"


def english_mark(mark: str) -> str:
    """The English mark of a Chinese one."""
    return _MARKS[mark]


def count_word(count: int) -> str:
    """A count as it stands in a sentence: in words below ten."""
    return _WORDS[count] if count < len(_WORDS) else str(count)
