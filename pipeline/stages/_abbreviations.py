"""Institutions in full with their abbreviation where they are first mentioned, by the abbreviation from then on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from pipeline.core.document import BlockKind, PostEdit, Segment, TermMatch
from pipeline.core.flags import Span

RULE: Final = "abbreviation"
# Spelt letter by letter and said with the article: the EU, the WTO.
_WITH_ARTICLE: Final = frozenset("EU UN WTO IMF NPC SPC SPP CPC OECD IEA WCO WHO IAEA LDP CMC PBOC G7 G20 NSC".split())
_VOWEL_LETTERS: Final = frozenset("AEFHILMNORSX")
# Read as words.
_WORDS: Final = frozenset("MOFCOM MOF MOT SAFE SAMR SASTIND MARA NATO MEE".split())
_ARTICLE: Final = re.compile(r"\b(the|an?) $", re.IGNORECASE)


def abbreviated(
    segments: Sequence[Segment], kinds: Mapping[str, BlockKind], abbreviations: Mapping[str, str]
) -> tuple[Segment, ...]:
    """Segments with their institutions abbreviated; headings and what is mentioned once stay in full.

    Args:
        segments: With targets and located terms, in reading order.
        kinds: Kind of block by segment id.
        abbreviations: By concept id, of institutions.
    """
    running = [kinds[segment.id] is not BlockKind.HEADING for segment in segments]
    counts = Counter(
        term.concept
        for segment, body in zip(segments, running, strict=True)
        if body
        for term in _in_full(segment, abbreviations)
    )
    known: set[str] = set()
    done = []
    for segment, body in zip(segments, running, strict=True):
        wanted = [term for term in _in_full(segment, abbreviations) if counts[term.concept] > 1] if body else []
        done.append(_edited(segment, wanted, abbreviations, known) if wanted else segment)
    return tuple(done)


def _in_full(segment: Segment, abbreviations: Mapping[str, str]) -> Iterator[TermMatch]:
    """Terms with an abbreviation that the target has in full, from the left."""
    for term in sorted((term for term in segment.terms if term.target), key=lambda term: term.target or Span(0, 0)):
        short = abbreviations.get(term.concept)
        if short and term.target and short not in term.target.of(segment.target):
            yield term


def _edited(segment: Segment, terms: Sequence[TermMatch], abbreviations: Mapping[str, str], known: set[str]) -> Segment:
    changes: list[tuple[Span, str, str]] = []
    for term in terms:
        short, span = abbreviations[term.concept], term.target or Span(0, 0)
        if term.concept in known:
            changes.append((*_later(segment.target, span, short), f"{term.rendering} mentioned before"))
        elif segment.target.startswith(f" ({short})", span.end):
            known.add(term.concept)
        elif not segment.target.startswith("'s", span.end):
            known.add(term.concept)
            changes.append((Span(span.end, span.end), f" ({short})", f"first mention of {term.rendering}"))
    target, edits = segment.target, list(segment.edits)
    for span, text, reason in reversed(changes):
        edits.append(PostEdit(rule=RULE, before=span.of(target), after=text, reason=reason))
        target = target[: span.start] + text + target[span.end :]
    return msgspec.structs.replace(segment, target=target, edits=tuple(edits))


def _later(target: str, span: Span, short: str) -> tuple[Span, str]:
    """The abbreviation with the article that it takes."""
    article = _ARTICLE.search(target, max(0, span.start - 4), span.start)
    if article is None:
        return span, short
    start = article.start()
    if article[1].lower() == "the":
        return (span, short) if short in _WITH_ARTICLE else (Span(start, span.end), short)
    word = "an" if short[0] in _VOWEL_LETTERS and short not in _WORDS else "a"
    word = word.capitalize() if article[1][0].isupper() else word
    return Span(start, span.end), f"{word} {short}"
