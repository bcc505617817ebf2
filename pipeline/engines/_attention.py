"""Where an annotated term went: target words found by the alignment head's attention.

The model's last decoder layer has one head that was trained to look at the
source piece a target piece comes from (guided alignment, Chen et al. 2016);
CTranslate2 returns its attention.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from pipeline.core.flags import Span

# Share of a word's attention that must lie on the term.
_CERTAIN: Final = 0.5
# Words between two of a rendering's that look elsewhere, mostly "of" and "the".
_GAP: Final = 2


def aligned_spans(
    ranges: Sequence[tuple[int, int]],
    words: Sequence[tuple[str, range]],
    text: str,
    attention: Sequence[Sequence[float]],
) -> tuple[Span | None, ...]:
    """Target spans of terms, in their order.

    Args:
        ranges: Per term its first and last source piece, annotation included.
        words: Words of the target with the indices of their pieces.
        text: The target: the words, single spaces between them.
        attention: (target piece, source piece) weights; each row sums to 1, or is empty where nothing is known.

    Returns:
        Per term a span of whole words in ``text``, without punctuation at its
        edges; None where no run of words looks at the term.
    """
    if not ranges:
        return ()
    starts = [pieces.start for _, pieces in words]
    weights = [_weights(words, starts, attention, _shares(attention, first, last)) for first, last in ranges]
    most: dict[int, float] = {}
    for row in weights:
        for number, weight in row.items():
            most[number] = max(weight, most.get(number, 0.0))
    places = [0, *accumulate([len(word) + 1 for word, _ in words])]
    spans: list[Span | None] = []
    for row in weights:
        mine = [number for number, weight in row.items() if _CERTAIN <= weight == most[number]]
        run = _best_run(mine, row)
        spans.append(_trimmed(text, places[run[0]], places[run[-1] + 1] - 1) if run else None)
    return tuple(spans)


def _shares(attention: Sequence[Sequence[float]], first: int, last: int) -> list[float]:
    """Per target piece how much of its attention lies on the source pieces from one to another."""
    if first == last:
        return [row[first] if row else 0.0 for row in attention]
    if first + 1 == last:
        return [row[first] + row[last] if row else 0.0 for row in attention]
    end = last + 1
    return [sum(row[first:end]) for row in attention]


def _weights(
    words: Sequence[tuple[str, range]],
    starts: Sequence[int],
    attention: Sequence[Sequence[float]],
    shares: Sequence[float],
) -> dict[int, float]:
    """How much of its attention a word has for a term, of the words that have more than a little, from the left.

    Args:
        words: Words with the indices of their pieces.
        starts: The first of these indices of each word.
        attention: Empty rows do not count.
        shares: Per piece how much of its attention lies on the term.
    """
    weights: dict[int, float] = {}
    # A word's share is the mean of its pieces': one of them at least has as much.
    for piece in [piece for piece, share in enumerate(shares) if share > _CERTAIN / 2]:
        number = bisect_right(starts, piece) - 1
        pieces = words[number][1] if number >= 0 else range(0)
        if piece in pieces and number not in weights:
            start, stop = pieces.start, pieces.stop
            # The last digits of attention depend on the batch; the answer must not.
            weights[number] = round(sum(shares[start:stop]) / sum(map(bool, attention[start:stop])), 4)
    return weights


def _best_run(words: Sequence[int], weights: Mapping[int, float]) -> list[int]:
    """The run, small gaps allowed, that looks at the term most."""
    runs: list[list[int]] = [[words[0]]] if words else [[]]
    for previous, word in pairwise(words):
        if word - previous <= _GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return max(runs, key=lambda run: sum(weights[i] for i in run)) if len(runs) > 1 else runs[0]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """A range without punctuation at its edges."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end) if start < end else None
