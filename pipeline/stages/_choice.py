"""What tells a bad hypothesis from a better one of the same list by its source alone."""

from __future__ import annotations

from functools import lru_cache

from pipeline.lang.deontic import Modality, chinese_modals, english_modals
from pipeline.lang.negation import added_negation, chinese_negations, double_negations, english_negations


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
