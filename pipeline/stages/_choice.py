"""What tells a bad hypothesis from a better one of the same list by its source alone."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pipeline.core.document import Hypothesis
from pipeline.lang.deontic import Modality, chinese_modals, english_modals
from pipeline.lang.lexicon import shipped_lexicon
from pipeline.lang.negation import added_negation, chinese_negations, double_negations, english_negations

# What the share of rendered words weighs beside the mean log-probability of the pieces.
_COVERAGE: Final = 1.0
# What a negation that is lost or added weighs there: more than the hypotheses of one list differ by.
_UNSAID: Final = 0.5


def unsaid(source: str, target: str) -> int:
    """Whether a negation or a ban is lost in a translation, and whether one is added: 0 to 3.

    Args:
        source: Chinese.
        target: One of its translations.
    """
    negates, forbids = _negatives(source)
    lost = negates and not english_negations(target, source)
    allowed = forbids and not english_modals(target, Modality.PROHIBITION)
    return int(lost) + int(allowed) + int(added_negation(target, source) is not None)


@lru_cache(maxsize=1024)
def _negatives(source: str) -> tuple[bool, bool]:
    """Whether a text negates something, and whether it forbids something."""
    negates = bool(chinese_negations(source)) and not any(True for _ in double_negations(source))
    return negates, bool(chinese_modals(source, Modality.PROHIBITION))


def by_coverage(source: str, hypotheses: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Hypotheses with scores, the best of score and share of the source's words rendered first."""
    scores = [one.score for one in hypotheses if one.score is not None]
    if len(hypotheses) < 2 or len(scores) < len(hypotheses) or (lexicon := shipped_lexicon()) is None:
        return hypotheses
    ranks = [
        score + _COVERAGE * lexicon.coverage(source, one.text) - _UNSAID * unsaid(source, one.text)
        for score, one in zip(scores, hypotheses, strict=True)
    ]
    return tuple(hypotheses[i] for i in sorted(range(len(ranks)), key=lambda i: -ranks[i]))
