"""Regular plurals, and counts of things in messages."""

from __future__ import annotations

import re
from typing import Final

VOWEL_Y: Final = re.compile(r"[aeiou]y$")
"""The end of a word whose y stays: alloys."""
_SIBILANT: Final = re.compile(r"(?:s|x|z|ch|sh)$")


def plural(word: str) -> str:
    """The regular plural of a noun, which is also a verb's third person."""
    if _SIBILANT.search(word):
        return f"{word}es"
    if word.endswith("y") and not VOWEL_Y.search(word):
        return f"{word[:-1]}ies"
    return f"{word}s"


def counted(number: int, noun: str) -> str:
    """A number of things: ``1 concept``, ``1,200 concepts``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"
