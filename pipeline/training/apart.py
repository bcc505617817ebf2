"""Sentences near those of a test set, which must not be trained on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz

# Similarity from which two sentences count as one with small changes, 0 to 100 (normalised indel similarity).
NEAR: Final = 80.0
# Characters; shorter ones are phrases of the language, and only their exact copies are kept apart.
SENTENCE: Final = 16
_GRAM: Final = 3
_CANDIDATES: Final = 5


@dataclass(slots=True)
class Apart:
    """Tells which sentences are in or near a set.

    Args:
        sentences: The set, normalised by :func:`pipeline.training.corpus.normal`.
    """

    sentences: Iterable[str]
    _exact: frozenset[str] = field(init=False)
    _long: list[str] = field(init=False)
    _grams: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._exact = frozenset(self.sentences)
        self._long = sorted(sentence for sentence in self._exact if len(sentence) >= SENTENCE)
        self._grams = defaultdict(list)
        for number, sentence in enumerate(self._long):
            for gram in _grams(sentence):
                self._grams[gram].append(number)

    def __contains__(self, sentence: object) -> bool:
        if sentence in self._exact:
            return True
        if not isinstance(sentence, str) or len(sentence) < SENTENCE * 2 // 3:
            return False
        shared: Counter[int] = Counter()
        grams = _grams(sentence)
        for gram in grams:
            shared.update(self._grams.get(gram, ()))
        return any(
            count * 3 >= len(grams) and fuzz.ratio(sentence, self._long[number], score_cutoff=NEAR) > 0
            for number, count in shared.most_common(_CANDIDATES)
        )


def _grams(sentence: str) -> set[str]:
    return {sentence[i : i + _GRAM] for i in range(len(sentence) - _GRAM + 1)}
