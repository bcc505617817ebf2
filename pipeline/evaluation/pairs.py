"""Documents made of corresponding Chinese and English lines, for checks without translation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.core.document import Block, BlockKind, Document

_MARKUP: Final = re.compile(r"^(?P<mark>#{1,6}\s+|[-*]\s+|>\s+)?(?P<text>.*)$")
_RULE: Final = re.compile(r"^\|[-:|\s]+\|?$")


def pair_document(
    source: Sequence[str], target: Sequence[str], *, name: str, date: str = "", genre: str = ""
) -> tuple[Document, tuple[str, ...]]:
    """A document of one block per line, and its targets in order; table rows become one block a cell.

    Args:
        source: Chinese Markdown lines.
        target: English ones, as many.
        name: Name of the document.
        date: ISO date that relative dates count from.
        genre: Genre.

    Returns:
        The document, its blocks named ``LINE`` or ``LINE.CELL``, and one target per block.

    Raises:
        ValueError: The numbers of lines differ.
    """
    blocks: list[Block] = []
    targets: list[str] = []
    for number, (zh, en) in enumerate(zip(source, target, strict=True), 1):
        for identifier, kind, left, right in _pieces(number, zh, en):
            if left:
                blocks.append(Block(id=identifier, kind=kind, source=left))
                targets.append(right)
    return Document(name=name, format="text", blocks=tuple(blocks), date=date, genre=genre), tuple(targets)


def _pieces(number: int, zh: str, en: str) -> list[tuple[str, BlockKind, str, str]]:
    if zh.startswith("|"):
        cells = [] if _RULE.match(zh) else list(zip(_cells(zh), _cells(en), strict=False))
        return [(f"{number}.{i}", BlockKind.TABLE_CELL, left, right) for i, (left, right) in enumerate(cells, 1)]
    mark, left = _split(zh)
    _, right = _split(en)
    kind = BlockKind.HEADING if mark.startswith("#") else BlockKind.LIST_ITEM if mark else BlockKind.PARAGRAPH
    return [(str(number), kind, left, right)]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _split(line: str) -> tuple[str, str]:
    match = _MARKUP.match(line.strip())
    assert match is not None  # noqa: S101  (the pattern matches any line)
    return match["mark"] or "", match["text"].replace("**", "").strip()


def line_of(identifier: str) -> int:
    """The 1-based line that a block of :func:`pair_document` or a segment of it comes from."""
    return int(re.split(r"[.\-:s]", identifier, maxsplit=1)[0])
