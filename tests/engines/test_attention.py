from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.core.flags import Span
from pipeline.engines._attention import aligned_spans

SOURCE = [
    "zh:对",
    "<t>",
    "zh:镥",
    "<c>",
    "▁lute",
    "tium",
    "</t>",
    "zh:和",
    "<t>",
    "zh:镝",
    "<c>",
    "▁dy",
    "</t>",
    "</s>",
]
RANGES = [(1, 6), (8, 12)]


def rows(*looks_at: int) -> Sequence[Sequence[float]]:
    return [[0.9 if i == at else 0.1 / (len(SOURCE) - 1) for i in range(len(SOURCE))] for at in looks_at]


def words(target: Sequence[str]) -> tuple[list[tuple[str, range]], str]:
    """Words of pieces that begin with ▁, and their text."""
    starts = [i for i, piece in enumerate(target) if piece.startswith("▁")]
    found = [
        ("".join(target[start:end]).removeprefix("▁"), range(start, end))
        for start, end in pairwise([*starts, len(target)])
    ]
    return found, " ".join(word for word, _ in found)


def test_words_that_look_at_a_term_are_its_span_without_punctuation() -> None:
    target = ["▁on", "▁lute", "s", ",", "▁and", "▁dy", "s", "."]
    spans = aligned_spans(RANGES, *words(target), rows(0, 4, 5, 2, 7, 11, 11, 9))
    assert spans == (Span(3, 8), Span(14, 17))


def test_a_term_nobody_looks_at_has_no_span() -> None:
    assert aligned_spans(RANGES, *words(["▁on", "▁dy"]), rows(0, 11)) == (None, Span(3, 5))


def test_a_small_word_between_two_of_the_rendering_belongs_to_it() -> None:
    target = ["▁lute", "▁of", "▁tium", "▁far", "▁away", "▁x", "▁tium"]
    assert aligned_spans(RANGES, *words(target), rows(4, 0, 5, 0, 0, 0, 5))[0] == Span(0, 12)
