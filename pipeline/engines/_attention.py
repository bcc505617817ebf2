"""Where an annotated term went: target words found by the alignment head's attention.

The model's last decoder layer has one head that was trained to look at the
source piece a target piece comes from (guided alignment, Chen et al. 2016);
CTranslate2 returns its attention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
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
    of_piece = {piece: number for number, (_, pieces) in enumerate(words) for piece in pieces}
    weights = [
        _weights(words, of_piece, [sum(row[start : end + 1]) for row in attention], attention) for start, end in ranges
    ]
    spans: list[Span | None] = []
    for number, row in enumerate(weights):
        mine = [
            i
            for i, weight in sorted(row.items())
            if weight >= _CERTAIN and all(weight >= other.get(i, 0.0) for k, other in enumerate(weights) if k != number)
        ]
        spans.append(_span(text, words, _best_run(mine, row)))
    return tuple(spans)


def _weights(
    words: Sequence[tuple[str, range]],
    of_piece: Mapping[int, int],
    shares: Sequence[float],
    attention: Sequence[Sequence[float]],
) -> dict[int, float]:
    """How much of its attention a word has for a term, of the words that have more than a little.

    Args:
        words: Words with the indices of their pieces.
        of_piece: Per piece the index of its word.
        shares: Per piece how much of its attention lies on the term.
        attention: Empty rows do not count.
    """
    weights = {}
    # A word's share is the mean of its pieces': one of them at least has as much.
    for number in {of_piece.get(piece, -1) for piece, share in enumerate(shares) if share > _CERTAIN / 2} - {-1}:
        pieces = words[number][1]
        # The last digits of attention depend on the batch; the answer must not.
        weights[number] = round(
            sum(shares[pieces.start : pieces.stop]) / sum(bool(attention[piece]) for piece in pieces), 4
        )
    return weights


def _best_run(words: Sequence[int], weights: Mapping[int, float]) -> list[int]:
    """The run, small gaps allowed, that looks at the term most."""
    runs: list[list[int]] = [[words[0]]] if words else []
    for previous, word in pairwise(words):
        if word - previous <= _GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return max(runs, key=lambda run: sum(weights[i] for i in run), default=[])


def _span(text: str, words: Sequence[tuple[str, range]], run: Sequence[int]) -> Span | None:
    if not run:
        return None
    start = sum(len(word) + 1 for word, _ in words[: run[0]])
    end = start + sum(len(word) + 1 for word, _ in words[run[0] : run[-1] + 1]) - 1
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end) if start < end else None
