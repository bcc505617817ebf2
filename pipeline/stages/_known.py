"""What computed clauses are made of: parts whose English is known, by their place in the Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from pipeline.core.flags import Span
from pipeline.lang.numerals import spelled
from pipeline.lang.plurals import plural

Known = Mapping[Span, str]
_T = TypeVar("_T")
_ROW_MARK: Final = re.compile(r"[《》、，和及与]|以及")
_MARKS: Final = {"：": ":", "。": ".", "；": ";", "，": ","}


def longest(known: Known, start: int, end: int) -> Span | None:
    """The longest known span that begins at a place and does not reach beyond an end."""
    return max((span for span in known if span.start == start and span.end <= end), default=None)


def english_of(match: re.Match[str], group: str, known: Known) -> str:
    """The English of a group of a match; empty where it is not known or the group is not there."""
    return known.get(Span(*match.span(group)), "")


def members(
    text: str, span: Span, mark: re.Pattern[str], member: Callable[[int], tuple[int, _T] | None]
) -> list[_T] | None:
    """What a row is made of; None where one member is not known or something else stands between two.

    Args:
        text: Chinese.
        span: Of the row.
        mark: What stands between two members.
        member: Where the member that begins at a place ends, and what it is; None where it is not known.
    """
    found: list[_T] = []
    at = span.start
    while at < span.end:
        if found:
            joint = mark.match(text, at, span.end)
            if joint is None:
                return None
            at = joint.end()
        one = member(at)
        if one is None:
            return None
        at = one[0]
        found.append(one[1])
    return found if found and at == span.end else None


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
    return spelled(count, 9)


def several(thing: str) -> str:
    """A rendering in the plural; one that ends in s is taken to be in it."""
    return thing if thing.endswith("s") else plural(thing)
