"""Carrying inline formatting from source to target.

A translation says nothing of which of its words a source's bold run became.
What can be known is used: formatting over the whole block, over a matched
term whose rendering was found, over a literal that stands in both texts. What
carries content of its own (links, images, notes, code) is otherwise placed in
proportion, at a word boundary; mere emphasis is dropped rather than put on the
wrong words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.core.document import Block, Inline
from pipeline.core.flags import Span

_KEPT: Final = frozenset({"link", "image", "note", "code", "other"})


@dataclass(frozen=True, slots=True)
class Placed:
    """An inline and its place in ``Block.target``.

    Attributes:
        inline: From the source.
        span: In the target.
        certain: False where the place was only estimated.
    """

    inline: Inline
    span: Span
    certain: bool


def project(block: Block) -> list[Placed]:
    """Places of a block's inlines in its target, nested or disjoint, in order.

    Args:
        block: With targets on its segments.
    """
    target = block.target
    placed: list[Placed] = []
    for inline in sorted(block.inlines, key=lambda item: (item.span.start, -item.span.end)):
        found = _certain(inline, block, target)
        if found is None and inline.kind in _KEPT:
            placed.append(Placed(inline, _estimate(inline.span, block, target), certain=False))
        elif found is not None:
            placed.append(Placed(inline, found, certain=True))
    return _untangled(placed)


def _certain(inline: Inline, block: Block, target: str) -> Span | None:
    covered = inline.span.of(block.source).strip()
    if covered and covered == block.source.strip():
        return Span(0, len(target))
    at = 0
    for segment in block.segments:
        if not segment.target:
            continue
        original = block.offsets.span(segment.span)
        if inline.span.start <= original.start and original.end <= inline.span.end and len(block.segments) > 1:
            return Span(at, at + len(segment.target))
        for term in segment.terms:
            place = segment.source_span(term.span).shifted(original.start)
            if term.target is not None and place == inline.span:
                return term.target.shifted(at)
        at += len(segment.target) + 1
    if covered and covered.isascii() and len(re.findall(re.escape(covered), target)) == 1:
        start = target.index(covered)
        return Span(start, start + len(covered))
    return None


def _estimate(span: Span, block: Block, target: str) -> Span:
    """The same share of the target, at word boundaries."""
    total = max(1, len(block.source))
    edges = [0, *(match.end() for match in re.finditer(r"\S+", target))]
    starts = [*(match.start() for match in re.finditer(r"\S+", target)), len(target)]
    end = min(edges, key=lambda at: abs(at - span.end * len(target) / total))
    if span.start == span.end:
        return Span(end, end)
    start = min(
        (at for at in starts if at <= end),
        key=lambda at: abs(at - span.start * len(target) / total),
        default=0,
    )
    return Span(start, max(start, end))


def _untangled(placed: Iterable[Placed]) -> list[Placed]:
    """Without crossings: what would overlap an earlier one in part is moved behind it."""
    done: list[Placed] = []
    for item in sorted(placed, key=lambda item: (item.span.start, -item.span.end)):
        span = item.span
        for other in done:
            if other.span.start < span.start < other.span.end < span.end:
                span = Span(other.span.end, span.end)
        done.append(Placed(item.inline, span, item.certain))
    return done


def pieces(block: Block) -> list[tuple[str, tuple[str, ...]]]:
    """The target cut into runs, each with the ids of the inlines over it, outermost first.

    Empty runs stand for inlines without text of their own (images, notes).
    """
    target = block.target
    placed = project(block)
    edges = sorted({0, len(target), *(at for item in placed for at in (item.span.start, item.span.end))})
    runs: list[tuple[str, tuple[str, ...]]] = []
    for i, start in enumerate(edges):
        runs += [("", (item.inline.id,)) for item in placed if item.span.start == item.span.end == start]
        if i + 1 < len(edges):
            end = edges[i + 1]
            over = tuple(item.inline.id for item in placed if item.span.start <= start and end <= item.span.end)
            runs.append((target[start:end], over))
    return runs
