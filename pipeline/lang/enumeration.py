"""Lists within a sentence: how many things a Chinese enumeration names, and an English one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.numerals import DIGITS, parse_han

CLASSIFIERS: Final = "类|种|项|家|个|名|国|方|款|起|条|款|批|次|位|艘|架|台|户|件|份|部|省|市|企业|国家"
_LAST: Final = re.compile(r"(?:以及|及其|和|与|或者?|及)")
_ITEM: Final = r"[^，。；：、？！（）“”]{1,24}"
_LIST: Final = re.compile(rf"{_ITEM}(?:、{_ITEM})+")
_COUNTED: Final = re.compile(rf"等(?P<count>\d+|[二三四五六七八九十两]+)(?:个|多|余)?(?P<unit>{CLASSIFIERS})")
_MARKER: Final = re.compile(r"[一二三四五六七八九十]{1,3}、")
_PIECES: Final = re.compile(r"[,;]\s+")
_SHORT: Final = 4
_ASYNDETIC: Final = 3
_OPENING: Final = re.compile(r"(?:namely|including|such as|i\.e\.|for example)\b", re.IGNORECASE)
_FINITE: Final = re.compile(r"\b(?:shall|may|must|will|is|are|was|were|has|have|had|should|can)\b")
_LEADING: Final = re.compile(r"^(?:and|or|as well as|and/or|&)\s+", re.IGNORECASE)
_CONJOINED: Final = re.compile(r"(?:,|;)?\s+(?:and|or|as well as|and/or|&)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A Chinese enumeration.

    Attributes:
        span: Where it stands, from the first item's end of clause on.
        items: What it names; the first may carry words before the list.
        count: The number that closes it (等7类), or 0.
        counted: Span of 等 with its number, or None.
        open: Whether 等 without a number follows.
    """

    span: Span
    items: tuple[str, ...]
    count: int
    counted: Span | None
    open: bool


def chinese_lists(text: str) -> Iterator[Listing]:
    """Enumerations of two or more things with 、, or closed by a count."""
    ends: set[int] = set()
    for match in _LIST.finditer(text):
        start, end = match.span()
        start += len(marker[0]) if (marker := _MARKER.match(match[0])) and start == 0 else 0
        counted = _COUNTED.search(text, start, min(len(text), end + 8))
        body = text[start : counted.start()] if counted else text[start:end]
        pieces = body.split("、")
        tail = re.split(r"等", pieces[-1], maxsplit=1)
        last = [part for part in _LAST.split(tail[0]) if part]
        items = (*pieces[:-1], *last[:2])
        if counted:
            ends.add(counted.start())
        yield Listing(
            span=Span(start, counted.end() if counted else end),
            items=items,
            count=_value(counted["count"]) if counted else 0,
            counted=Span(*counted.span()) if counted else None,
            open=len(tail) > 1 and not counted,
        )
    for counted in _COUNTED.finditer(text):
        if counted.start() in ends:
            continue
        start = max((text.rfind(mark, 0, counted.start()) for mark in "，。；：、对将的"), default=-1) + 1
        items = tuple(part for part in _LAST.split(text[start : counted.start()]) if part)
        yield Listing(
            span=Span(start, counted.end()),
            items=items,
            count=_value(counted["count"]),
            counted=Span(*counted.span()),
            open=False,
        )


def _value(text: str) -> int:
    if text.isascii():
        return int(text)
    return DIGITS[text] if text in DIGITS else parse_han(text)


def longest_english_list(text: str, longest_item: int = 12) -> int:
    """How many members the longest series of an English text may have, at most.

    The count is generous: words before the first comma of a series may be its
    first member or a lead-in.

    Args:
        text: English.
        longest_item: Words that one member may have.
    """
    best = 1
    for clause in re.split(r"(?<=[.:])\s+", text):
        run, bare_list = 0, True
        for piece in _PIECES.split(clause):
            text = piece.strip()
            bare = _LEADING.sub("", text)
            first, *others = _CONJOINED.split(bare)
            long = len(bare.split()) > longest_item
            if long and (bare != text or (others and len(first.split()) <= longest_item)):
                # "…, and D shall be" or "…, C and D shall be": the list ends, and the sentence goes on.
                best = max(best, run + 1 + (bare == text))
            if _OPENING.match(text) or long:
                run = 0
            run += 1 + len(others)
            bare_list = bare_list and not others and bare == text and not _OPENING.match(text)
            if others or bare != text:
                best = max(best, run)
            if bare != text and _FINITE.search(bare):
                # "…, and X are Y" may end the list or begin a clause.
                run = 0
        # Questionnaires, hearings, on-site visits: a list without a conjunction.
        if bare_list and run >= _ASYNDETIC and len(bare.split()) <= _SHORT and not _FINITE.search(bare):
            best = max(best, run)
    return best
