"""Renderings that a hypothesis missed, put where the engine's alignment says the term's words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from pipeline.core.document import PostEdit, Segment
from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.stages._literals import Asked, asked, rendered
from pipeline.stages._terms import locate_terms

# A small word that the alignment counts to a term stays: "on April 4", "of the list".
_JOINTS: Final = frozenset("on in by of from to at for with as the a an and or under since until other".split())
_LAST_JOINT: Final = re.compile(rf"(?<=\S),?\s+(?:{'|'.join(sorted(_JOINTS))})$", re.IGNORECASE)
_JOINT: Final = re.compile(rf"(?:{'|'.join(sorted(_JOINTS))})\s+(?=\S)", re.IGNORECASE)


def place_renderings(
    segment: Segment, abbreviations: dict[str, str], base: date | None
) -> tuple[Segment, list[PostEdit]]:
    """The segment with its first hypothesis as target, and missed renderings put in.

    Args:
        segment: Not yet edited.
        abbreviations: Abbreviation by concept id, accepted as a rendering.
        base: Date that relative dates count from.
    """
    hypothesis = segment.hypotheses[0]
    target = hypothesis.text
    located = locate_terms(msgspec.structs.replace(segment, target=target), abbreviations)
    wanted = asked(segment, base, values=True)
    if len(hypothesis.aligned) != len(wanted):
        return msgspec.structs.replace(segment, target=target), []
    terms = list(segment.terms)
    edits: list[PostEdit] = []
    for one, span, text in sorted(_places(located, wanted, hypothesis.aligned), key=lambda place: -place[1].start):
        rule, reason = (
            ("rendering", f"the glossary's word for {one.text}")
            if one.kind == "term"
            else (one.kind, f"for {one.text}")
        )
        edits.append(PostEdit(rule=rule, before=span.of(target), after=text, reason=reason))
        target = target[: span.start] + text + target[span.end :]
        if one.term >= 0:
            terms[one.term] = msgspec.structs.replace(terms[one.term], mode="repair")
    return msgspec.structs.replace(segment, target=target, terms=tuple(terms)), edits


def _places(
    located: Segment, wanted: Sequence[Asked], aligned: Sequence[Span | None]
) -> Iterator[tuple[Asked, Span, str]]:
    """What was missed, the range to replace and the new text, where that place is free."""
    taken: list[Span] = []
    listed: set[int] = set()
    for members, span, text in _enumerations(located, wanted, aligned):
        listed.update(members)
        taken.append(span)
        whole = Span(wanted[members[0]].span.start, wanted[members[-1]].span.end)
        yield Asked(span=whole, text=whole.of(located.text), rendering=text, kind="enumeration"), span, text
    taken += [term.target for term in located.terms if term.honoured and term.target]
    present = rendered(located.target, wanted)
    for i, (one, found, has) in enumerate(zip(wanted, aligned, present, strict=True)):
        if i in listed:
            continue
        honoured = located.terms[one.term].honoured if one.term >= 0 else has
        if honoured or found is None:
            continue
        span = _widened(located.target, found, one.rendering)
        if any(span.overlaps(other) for other in taken) or len(span.of(located.target)) > 3 * len(one.rendering) + 12:
            continue
        taken.append(span)
        yield one, *_fitted(located.target, span, one.rendering)


def _enumerations(
    located: Segment, wanted: Sequence[Asked], aligned: Sequence[Span | None]
) -> Iterator[tuple[list[int], Span, str]]:
    """Terms in a row (钐、钆、铽) whose English is out of order, doubled or incomplete: members, range, new text.

    Certain only where most members were found, nothing else stands between
    them, and the range is about as long as the list.
    """
    for members in _rows(located.text, wanted):
        text = joined([wanted[i].rendering for i in members])
        found = [span for i in members if (span := aligned[i])]
        if len(found) * 3 < len(members) * 2:
            continue
        region = Span(min(span.start for span in found), max(span.end for span in found))
        others = [span for i, span in enumerate(aligned) if span and i not in members]
        now = region.of(located.target)
        same = now.lower().replace(" and ", " ").replace(",", "") == text.lower().replace(" and ", " ").replace(",", "")
        if not same and not any(region.overlaps(span) for span in others) and len(now) <= 2 * len(text) + 20:
            yield members, region, text


def _rows(text: str, wanted: Sequence[Asked]) -> Iterator[list[int]]:
    """Runs of three or more terms with nothing but 、 or 和 between them."""
    run: list[int] = []
    for i, one in enumerate(wanted):
        follows = run and text[wanted[run[-1]].span.end : one.span.start] in {"、", "和", "及", "与", "以及"}
        if one.kind == "term" and follows:
            run.append(i)
            continue
        if len(run) > 2:
            yield run
        run = [i] if one.kind == "term" else []
    if len(run) > 2:
        yield run


def _widened(target: str, span: Span, rendering: str) -> Span:
    """The span with neighbours that the rendering brings along itself: no "Ministry of Ministry of Commerce"."""
    words = rendering.lower().split()
    while words[0] not in _JOINTS and (joint := _JOINT.match(target, span.start, span.end)):
        span = Span(joint.end(), span.end)
    # One behind the words stays too, unless the rendering ends with it: "industry and | other departments".
    while words[-1] not in _JOINTS and (joint := _LAST_JOINT.search(target, span.start, span.end)):
        span = Span(span.start, joint.start())
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
