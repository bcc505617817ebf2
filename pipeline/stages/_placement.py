"""Renderings that a hypothesis missed, put where the engine's alignment says the term's words stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pipeline.core.document import PostEdit, Segment
from pipeline.core.flags import Span
from pipeline.stages._terms import locate_terms


def place_renderings(segment: Segment, abbreviations: dict[str, str]) -> tuple[Segment, list[PostEdit]]:
    """The segment with its first hypothesis as target, and missed renderings put in.

    Args:
        segment: Not yet edited. The constraints of its hypothesis were its
            enforced terms, in order.
        abbreviations: Abbreviation by concept id, accepted as a rendering.
    """
    hypothesis = segment.hypotheses[0]
    target = hypothesis.text
    located = locate_terms(msgspec.structs.replace(segment, target=target), abbreviations)
    enforced = [i for i, term in enumerate(located.terms) if term.enforced]
    if len(hypothesis.aligned) != len(enforced):
        return msgspec.structs.replace(segment, target=target), []
    terms = list(segment.terms)
    edits: list[PostEdit] = []
    for i, span, text in sorted(_places(located, enforced, hypothesis.aligned), key=lambda place: -place[1].start):
        edits.append(
            PostEdit(
                rule="rendering", before=span.of(target), after=text, reason=f"the glossary's word for {terms[i].text}"
            )
        )
        target = target[: span.start] + text + target[span.end :]
        terms[i] = msgspec.structs.replace(terms[i], mode="repair")
    return msgspec.structs.replace(segment, target=target, terms=tuple(terms)), edits


def _places(
    located: Segment, enforced: Sequence[int], aligned: Sequence[Span | None]
) -> Iterator[tuple[int, Span, str]]:
    """Term number, range to replace and new text, for each missed rendering whose place is free."""
    taken = [term.target for term in located.terms if term.honoured and term.target]
    for i, found in zip(enforced, aligned, strict=True):
        term = located.terms[i]
        if term.honoured or found is None:
            continue
        span = _widened(located.target, found, term.rendering)
        if any(span.overlaps(other) for other in taken) or len(span.of(located.target)) > 3 * len(term.rendering) + 12:
            continue
        taken.append(span)
        yield i, *_fitted(located.target, span, term.rendering)


def _widened(target: str, span: Span, rendering: str) -> Span:
    """The span with neighbours that the rendering brings along itself: no "Ministry of Ministry of Commerce"."""
    words = rendering.lower().split()
    before, after = target[: span.start].rstrip(), target[span.end :].lstrip()
    for count in range(len(words) - 1, 0, -1):
        head = " ".join(words[:count])
        if before.lower().endswith(f" {head}") or before.lower() == head:
            span = Span(len(before) - len(head), span.end)
            break
    for count in range(len(words) - 1, 0, -1):
        tail = " ".join(words[-count:])
        if after.lower() == tail or after.lower().startswith((f"{tail} ", f"{tail},", f"{tail}.")):
            start = len(target) - len(after)
            span = Span(span.start, start + len(tail))
            break
    return span


def _fitted(target: str, span: Span, rendering: str) -> tuple[Span, str]:
    """The rendering with a sentence's capital and the article it needs."""
    if span.start == 0 and target[:1].isupper():
        return span, rendering[:1].upper() + rendering[1:]
    before = target[: span.start].rsplit(" ", 2)
    article = before[-2].lower() if len(before) > 1 and not before[-1] else ""
    if article in {"a", "an"}:
        right = "an" if rendering[:1].lower() in "aeiou" else "a"
        if right != article:
            right = right.capitalize() if before[-2][0].isupper() else right
            return Span(span.start - len(article) - 1, span.end), f"{right} {rendering}"
    return span, rendering
