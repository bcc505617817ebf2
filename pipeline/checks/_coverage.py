"""What of a segment has no counterpart on the other side, by the word lexicon."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.flags import Span, covered
from pipeline.lang.lexicon import Lexicon, Links, Word, content_words, is_content
from pipeline.lang.phrases import find_phrases

_CLAUSE: Final = re.compile(r"[^，。；：！？]+[，。；：！？]?")
_ENGLISH_CLAUSE: Final = re.compile(r"(?:[^,;:.()“”\"]|(?<=\d)[.,](?=\d))+")
_WHOLE: Final = 2
# How many words must be without a counterpart, and how much they must say together, in nats. Chosen on the references
# of the gold corpus, whole and with a clause of each taken out or put in, and on pairs.tsv of the challenge set, and
# on references of statutes, UN documents, news and talks, whole and with a clause put in.
_LOST: Final = (3, 2.25)
_ADDED: Final = (3, 3.75)
# What a word says less that the translation has a counterpart for elsewhere in the segment.
_AGAIN: Final = 0.5
# What each English word, and each Chinese character, that stands for nothing says against a loss, or an addition,
# beyond the share of them that is usual.
_SPARE: Final = 0.3
_USUAL_SPARE: Final = 0.25
_UNSAID: Final = 0.4
_USUAL_UNSAID: Final = 0.4


def lost_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the source whose words are not in the translation; one lone word in them is not enough.

    A right translation that seems to lack a clause mostly renders it freely, and then has words to spare that stand for
    nothing else, or it names once what the source names twice: both speak against a loss.
    """
    free = [span for span, _ in find_phrases(segment.text)]
    found = links(segment, lexicon)
    words = [word for word in found.source if not any(word.span.overlaps(one) for one in free)]
    again = _again(found.source, {word.span: word.span.of(segment.text) for word in found.source})
    few, little = _LOST
    little += _SPARE * _spare(segment, found)
    for span, unlinked in _missing(segment.text, _CLAUSE, words, (few, little), again):
        # 车床、铣床: a lone character is often half of a word that the lexicon lacks.
        if sum(word.span.end - word.span.start > 1 for word in unlinked) >= _WHOLE:
            yield span


def _spare(segment: Segment, found: Links) -> float:
    """How many content words of the translation stand for nothing, beyond the usual share of them."""
    taken = [word.span for word in found.target if word.linked] + [term.target for term in segment.terms if term.target]
    words = [span for span, _ in content_words(segment.target)]
    places = covered(taken)
    spare = sum(places.isdisjoint(range(span.start, span.end)) for span in words)
    return max(0.0, spare - _USUAL_SPARE * len(words))


def added_clauses(segment: Segment, lexicon: Lexicon) -> Iterator[Span]:
    """Clauses of the translation whose words are not in the source; a set phrase is rendered freely.

    A right translation that seems to add a clause mostly renders freely, or by a word that no lexicon has, what then
    is left of the source, or it says twice what the source says once: both speak against an addition.
    """
    if any(True for _ in find_phrases(segment.text)):
        return
    found = links(segment, lexicon)
    again = _again(found.target, dict(content_words(segment.target)))
    few, little = _ADDED
    little += _UNSAID * _unsaid(segment, found)
    for span, _ in _missing(segment.target, _ENGLISH_CLAUSE, found.target, (few, little), again):
        yield span


def _unsaid(segment: Segment, found: Links) -> float:
    """How many content characters of the source stand for nothing, beyond the usual share of them."""
    taken = [word.span for word in found.source if word.linked] + [term.span for term in segment.terms if term.target]
    said = covered(taken)
    places = [place for place, character in enumerate(segment.text) if is_content(character)]
    return max(0.0, sum(place not in said for place in places) - _USUAL_UNSAID * len(places))


def _again(words: Sequence[Word], names: Mapping[Span, str]) -> set[Span]:
    """Places of words without a counterpart that have one elsewhere in the segment, told by their names."""
    said = {names[word.span] for word in words if word.linked}
    return {word.span for word in words if not word.linked and names[word.span] in said}


def _missing(
    text: str, clause: re.Pattern[str], words: Sequence[Word], least: tuple[int, float], said_again: Collection[Span]
) -> Iterator[tuple[Span, list[Word]]]:
    for match in clause.finditer(text):
        inside = [word for word in words if match.start() <= word.span.start < match.end()]
        unlinked = [word for word in inside if not word.linked]
        again = sum(word.evidence for word in unlinked if word.span in said_again)
        if len(unlinked) >= least[0] and sum(word.evidence for word in inside) - _AGAIN * again >= least[1]:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Span(start, match.start() + len(match[0].rstrip())), unlinked


def links(segment: Segment, lexicon: Lexicon) -> Links:
    """The words of a segment with their links; terms are linked to their renderings."""
    settled = tuple((term.span, term.target) for term in segment.terms if term.target)
    return _links(lexicon, segment.text, segment.target, settled)


@lru_cache(maxsize=64)
def _links(lexicon: Lexicon, source: str, target: str, settled: tuple[tuple[Span, Span], ...]) -> Links:
    return lexicon.align(source, target, settled=settled)
