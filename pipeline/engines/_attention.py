"""Where an annotated term went: target words found by the alignment head's attention.

The model's last decoder layer has one head that was trained to look at the
source piece a target piece comes from (guided alignment, Chen et al. 2016);
CTranslate2 returns its attention.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.core.flags import Span

# Share of a word's attention that must lie on the term.
_CERTAIN: Final = 0.5
# Words between two of a rendering's that look elsewhere, mostly "of" and "the".
_GAP: Final = 2


class Word(NamedTuple):
    """A word of a target text.

    Attributes:
        span: Where it stands.
        pieces: Indices of its pieces.
    """

    span: Span
    pieces: Sequence[int]


def aligned_spans(
    ranges: Sequence[tuple[int, int]], words: Sequence[Word], text: str, attention: Sequence[Sequence[float]]
) -> tuple[Span | None, ...]:
    """Target spans of terms, in their order.

    Args:
        ranges: Per term its first and last source piece, annotation included.
        words: Words of the target.
        text: The target.
        attention: (target piece, source piece) weights; each row sums to 1, or is empty where nothing is known.

    Returns:
        Per term a span of whole words in ``text``, without punctuation at its
        edges; None where no run of words looks at the term.
    """
    if not ranges:
        return ()
    known = [[attention[j] for j in word.pieces if attention[j]] for word in words]
    weights = [_weights(known, start, end + 1) for start, end in ranges]
    spans: list[Span | None] = []
    for number, row in enumerate(weights):
        mine = [
            i
            for i, weight in enumerate(row)
            if weight >= _CERTAIN and all(weight >= other[i] for k, other in enumerate(weights) if k != number)
        ]
        spans.append(_span(text, words, _best_run(mine, row)))
    return tuple(spans)


def _weights(words: Sequence[Sequence[Sequence[float]]], start: int, end: int) -> list[float]:
    """Per word how much of its attention lies between two source positions, the second not included; 0: little."""
    weights = []
    for rows in words:
        total = 0.0
        for row in rows:
            total += sum(row[start:end])
        weight = total / len(rows) if rows else 0.0
        # The last digits of attention depend on the batch; the answer must not. Rounding is slow, and seldom needed.
        weights.append(round(weight, 4) if weight > _CERTAIN / 2 else 0.0)
    return weights


def _best_run(words: Sequence[int], weights: Sequence[float]) -> list[int]:
    """The run, small gaps allowed, that looks at the term most."""
    runs: list[list[int]] = [[words[0]]] if words else []
    for previous, word in pairwise(words):
        if word - previous <= _GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return max(runs, key=lambda run: sum(weights[i] for i in run), default=[])


def _span(text: str, words: Sequence[Word], run: Sequence[int]) -> Span | None:
    if not run:
        return None
    start, end = words[run[0]].span.start, words[run[-1]].span.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end) if start < end else None
