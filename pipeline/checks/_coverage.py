"""What of a segment has no counterpart on the other side, by the word lexicon."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang.lexicon import Lexicon, Links, Word, content_words
from pipeline.lang.phrases import find_phrases

_CLAUSE: Final = re.compile(r"[^，。；：！？]+[，。；：！？]?")
_ENGLISH_CLAUSE: Final = re.compile(r"(?:[^,;:.()“”\"]|(?<=\d)[.,](?=\d))+")
_WHOLE: Final = 2
# How many words must be without a counterpart, and how much they must say together, in nats. Chosen on the references
# of the gold corpus, whole and with a clause of each taken out or put in, and on pairs.tsv of the challenge set;
# those of lost clauses also on references of statutes, UN documents, news and talks, whole and with a clause put in.
_LOST: Final = (3, 2.25)
_ADDED: Final = (4, 4.0)
# What a word says less that the translation has a counterpart for elsewhere in the segment.
_AGAIN: Final = 0.5
# What each English word that stands for nothing says against a loss, beyond the share of such words that is usual.
_SPARE: Final = 0.3
_USUAL_SPARE: Final = 0.25


def lost_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the source whose words are not in the translation; one lone word in them is not enough.

    A right translation that seems to lack a clause mostly renders it freely, and then has words to spare that stand for
    nothing else, or it names once what the source names twice: both speak against a loss.
    """
    free = [span for span, _ in find_phrases(segment.text)]
    found = links(segment, lexicon)
    words = [word for word in found.source if not any(word.span.overlaps(one) for one in free)]
    said = {word.span.of(segment.text) for word in found.source if word.linked}
    few, little = _LOST
    little += _SPARE * _spare(segment, found)
    for span, unlinked in _missing(segment.text, _CLAUSE, words, few, little, said=said):
        # 车床、铣床: a lone character is often half of a word that the lexicon lacks.
        if sum(word.span.end - word.span.start > 1 for word in unlinked) >= _WHOLE:
            yield span


def _spare(segment: Segment, found: Links) -> float:
    """How many content words of the translation stand for nothing, beyond the usual share of them."""
    taken = [word.span for word in found.target if word.linked] + [term.target for term in segment.terms if term.target]
    words = [span for span, _ in content_words(segment.target)]
    spare = sum(not any(span.overlaps(other) for other in taken) for span in words)
    return max(0.0, spare - _USUAL_SPARE * len(words))


def added_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the translation whose words are not in the source; a set phrase is rendered freely."""
    if not any(True for _ in find_phrases(segment.text)):
        yield from (
            span for span, _ in _missing(segment.target, _ENGLISH_CLAUSE, links(segment, lexicon).target, *_ADDED)
        )


def _missing(
    text: str, clause: re.Pattern[str], words: Sequence[Word], few: int, little: float, *, said: Collection[str] = ()
) -> Iterator[tuple[Span, list[Word]]]:
    for match in clause.finditer(text):
        inside = [word for word in words if match.start() <= word.span.start < match.end()]
        unlinked = [word for word in inside if not word.linked]
        again = sum(word.evidence for word in unlinked if word.span.of(text) in said)
        if len(unlinked) >= few and sum(word.evidence for word in inside) - _AGAIN * again >= little:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Span(start, match.start() + len(match[0].rstrip())), unlinked


def links(segment: Segment, lexicon: Lexicon) -> Links:
    """The words of a segment with their links; terms are linked to their renderings."""
    settled = tuple((term.span, term.target) for term in segment.terms if term.target)
    return _links(lexicon, segment.text, segment.target, settled)


@lru_cache(maxsize=64)
def _links(lexicon: Lexicon, source: str, target: str, settled: tuple[tuple[Span, Span], ...]) -> Links:
    return lexicon.align(source, target, settled=settled)
