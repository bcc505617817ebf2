"""What of a segment has no counterpart on the other side, by the word lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang.lexicon import Lexicon, Links, Word
from pipeline.lang.phrases import find_phrases

_CLAUSE: Final = re.compile(r"[^，。；：！？]+[，。；：！？]?")
_ENGLISH_CLAUSE: Final = re.compile(r"(?:[^,;:.()“”\"]|(?<=\d)[.,](?=\d))+")
_WHOLE: Final = 2
# How many words must be without a counterpart, and how much they must say together, in nats. Chosen on the references
# of the gold corpus, whole and with a clause of each taken out or put in, and on pairs.tsv of the challenge set.
_LOST: Final = (3, 2.5)
_ADDED: Final = (4, 4.0)


def lost_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the source whose words are not in the translation; one lone word in them is not enough."""
    free = [span for span, _ in find_phrases(segment.text)]
    words = [word for word in links(segment, lexicon).source if not any(word.span.overlaps(one) for one in free)]
    for span, unlinked in _missing(segment.text, _CLAUSE, words, *_LOST):
        # 车床、铣床: a lone character is often half of a word that the lexicon lacks.
        if sum(word.span.end - word.span.start > 1 for word in unlinked) >= _WHOLE:
            yield span


def added_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the translation whose words are not in the source; a set phrase is rendered freely."""
    if not any(True for _ in find_phrases(segment.text)):
        yield from (
            span for span, _ in _missing(segment.target, _ENGLISH_CLAUSE, links(segment, lexicon).target, *_ADDED)
        )


def _missing(
    text: str, clause: re.Pattern[str], words: Sequence[Word], few: int, little: float
) -> Iterator[tuple[Span, list[Word]]]:
    for match in clause.finditer(text):
        inside = [word for word in words if match.start() <= word.span.start < match.end()]
        unlinked = [word for word in inside if not word.linked]
        if len(unlinked) >= few and sum(word.evidence for word in inside) >= little:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Span(start, match.start() + len(match[0].rstrip())), unlinked


def links(segment: Segment, lexicon: Lexicon) -> Links:
    """The words of a segment with their links; terms are linked to their renderings."""
    settled = tuple((term.span, term.target) for term in segment.terms if term.target)
    return _links(lexicon, segment.text, segment.target, settled)


@lru_cache(maxsize=64)
def _links(lexicon: Lexicon, source: str, target: str, settled: tuple[tuple[Span, Span], ...]) -> Links:
    return lexicon.align(source, target, settled=settled)
