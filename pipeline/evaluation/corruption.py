"""Right translations made wrong by program, for fitting the risk of segments."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

# One fault in so many words: weak systems of the WMT evaluations make about as many major ones.
WORDS_PER_FAULT: Final = 40
_PIECE: Final = re.compile(r"[^,;]+[,;]?\s*")
_WORD: Final = re.compile(r"\b[a-z]{4,}\b")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")


def corrupted(target: str, others: Sequence[str], dice: random.Random) -> str:
    """A translation with faults at a rate per word, so that long ones have more and short ones often none.

    A fault is a word of another sentence, a word or a clause left out, or a number changed.

    Args:
        target: Right English.
        others: Sentences that words are taken from.
        dice: Source of chance; the same seed gives the same faults.

    Returns:
        The English with none, one or several faults.
    """
    for _ in target.split():
        if dice.random() < 1 / WORDS_PER_FAULT:
            target = _with_fault(target, others, dice)
    return target


def _with_fault(target: str, others: Sequence[str], dice: random.Random) -> str:
    kinds = [_other_word(target, others, dice), _other_word(target, others, dice), _without_word(target, dice)]
    kinds += [_without_clause(target, dice), _other_number(target, dice)]
    possible = [text for text in kinds if text and text != target]
    return dice.choice(possible) if possible else target


def _without_clause(target: str, dice: random.Random) -> str:
    pieces = _PIECE.findall(target)
    if len(pieces) < 2:
        return ""
    at = dice.randrange(len(pieces))
    return "".join(pieces[:at] + pieces[at + 1 :]).strip() if len(pieces[at].split()) >= 3 else ""


def _without_word(target: str, dice: random.Random) -> str:
    found = list(_WORD.finditer(target))
    if not found:
        return ""
    match = dice.choice(found)
    return (target[: match.start()] + target[match.end() :].lstrip()).strip()


def _other_number(target: str, dice: random.Random) -> str:
    found = list(_NUMBER.finditer(target))
    if not found:
        return ""
    match = dice.choice(found)
    digit = dice.choice([str(number) for number in range(1, 10) if str(number) != match[0][0]])
    return target[: match.start()] + digit + target[match.start() + 1 :]


def _other_word(target: str, others: Sequence[str], dice: random.Random) -> str:
    mine, theirs = list(_WORD.finditer(target)), _WORD.findall(dice.choice(others)) if others else []
    if not mine or not theirs:
        return ""
    match = dice.choice(mine)
    word: str = dice.choice(theirs)
    return target[: match.start()] + word + target[match.end() :]
