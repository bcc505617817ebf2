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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.document import Block, Inline, Segment
from pipeline.core.flags import Span
from pipeline.lang.values import chinese_values

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
    if inline.span.start == inline.span.end:
        return _point(inline.span.start, block)
    bare = _bare(inline.span, block.source)
    at = 0
    for segment in block.segments:
        if not segment.target:
            continue
        original = block.offsets.span(segment.span)
        if inline.span.start <= original.start and original.end <= inline.span.end and len(block.segments) > 1:
            return Span(at, at + len(segment.target))
        if (run := _terms_over(bare, segment, original.start)) is not None:
            return run.shifted(at)
        at += len(segment.target) + 1
    for text in (covered if covered.isascii() else "", _computed(bare.of(block.source))):
        if text and len(re.findall(rf"(?<!\w){re.escape(text)}(?!\w)", target)) == 1:
            start = target.index(text)
            return Span(start, start + len(text))
    return None


def _point(at: int, block: Block) -> Span | None:
    """Where a break, image or note goes that stands right before or behind a term, a value or a segment."""
    start = 0
    for segment in block.segments:
        original = block.offsets.span(segment.span)
        end = start + len(segment.target)
        if at == original.end and segment is not block.segments[-1]:
            return Span(end, end)
        for source, target in _known_places(segment):
            place = segment.source_span(source).shifted(original.start)
            if at in {place.start, place.end}:
                edge = start + (target.start if at == place.start else target.end)
                return Span(edge, edge)
        start = end + 1
    return None


def _known_places(segment: Segment) -> Iterator[tuple[Span, Span]]:
    """Values and terms of a segment with their places in its target."""
    for value in chinese_values(segment.text):
        if segment.target.count(value.rendering) == 1:
            start = segment.target.index(value.rendering)
            yield value.span, Span(start, start + len(value.rendering))
    for term in segment.terms:
        if term.target is not None:
            yield term.span, term.target


_QUOTES: Final = "《》〈〉“”‘’（）() \t"


def _bare(span: Span, text: str) -> Span:
    """A span without the marks around it: 《出口管制法》 is rendered without them."""
    covered = span.of(text)
    start = span.start + len(covered) - len(covered.lstrip(_QUOTES))
    return Span(start, max(start, span.end - (len(covered) - len(covered.rstrip(_QUOTES)))))


def _terms_over(span: Span, segment: Segment, start: int) -> Span | None:
    """Where the terms that fill a span (one, or several in a row) stand in the segment's target together."""
    inside = []
    for term in segment.terms:
        place = segment.source_span(term.span).shifted(start)
        if span.start <= place.start and place.end <= span.end:
            inside.append((place, term))
    if not inside or inside[0][0].start != span.start or inside[-1][0].end != span.end:
        return None
    targets = [term.target for _, term in inside]
    found = [target for target in targets if target is not None]
    if len(found) != len(targets):
        return None
    whole = Span(min(target.start for target in found), max(target.end for target in found))
    gaps = len(whole.of(segment.target)) - sum(target.end - target.start for target in found)
    # Terms far apart in English leave no one place for the formatting.
    return whole if gaps <= 8 * (len(found) - 1) else None


def _computed(covered: str) -> str:
    """The English of a span that is a value and nothing else (2025年4月4日)."""
    match chinese_values(covered):
        case [value] if value.span == Span(0, len(covered)):
            return value.rendering
    return ""


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
