"""Pinyin without tones, by the commonest reading of each character."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any, Final

_PHRASES: Final = "PYPINYIN_NO_PHRASES"


@cache
def _pypinyin() -> Any:
    """The library without its dictionary of phrases, which takes 40 MB and a fifth of a second to read."""
    before = os.environ.get(_PHRASES)
    os.environ[_PHRASES] = "1"
    try:
        import pypinyin
    finally:
        if before is None:
            del os.environ[_PHRASES]
        else:
            os.environ[_PHRASES] = before
    return pypinyin


@cache
def syllable(character: str) -> str:
    """The commonest reading of a character, ``ü`` where it has one; what has no reading stays as it is."""
    pypinyin = _pypinyin()
    return str(pypinyin.lazy_pinyin(character, style=pypinyin.Style.NORMAL, v_to_u=True)[0])


# 行 is háng in the name of a bank, xíng in 行政 and 运行.
_BANK: Final = re.compile("(?<=[银农中交商建工])行(?!政)")


def syllables(text: str) -> list[str]:
    """The reading of each character of a text."""
    banks = {match.start() for match in _BANK.finditer(text)}
    return ["hang" if at in banks else syllable(character) for at, character in enumerate(text)]
