"""Normalising Chinese text, always with a map back to the original.

What changes: canonical composition (NFC), full-width letters and digits,
white space beside Chinese characters, control, zero-width and bidirectional
characters, and doubled or mixed-up ellipses and dashes. What does not: the
script. Traditional characters are folded for matching only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Any, Final

from pipeline.core.document import OffsetMap
from pipeline.lang.han import is_han

_FULL_WIDTH_PUNCTUATION: Final = frozenset("，。；：？！、“”‘’（）《》〈〉【】「」『』—…·〔〕")
_DROPPED: Final = frozenset({"Cc", "Cf", "Co", "Cn"})
_UNIFIED: Final = {"―": "—", "─": "—", "﹣": "-", "‐": "-", "‑": "-", "⋯": "…", "﹑": "、", "．": "．"}

# Text of these alone is normal already; looking at each character would take a hundred times as long. Compatibility
# ideographs are Chinese characters too, but their canonical form is another one.
_PLAIN: Final = re.compile(r"[!-~㐀-䶿一-鿿，。；：？！、“”‘’（）《》〈〉【】「」『』—…·〔〕]*")


def normalise(source: str) -> tuple[str, OffsetMap]:
    """Normalised text and the map from it to the source.

    Args:
        source: Text of one block.

    Returns:
        The text, and the original offset of each of its code points and of
        its end; the identity map where nothing changed.
    """
    if _PLAIN.fullmatch(source):
        return source, OffsetMap()
    characters: list[str] = []
    starts: list[int] = []
    for start, end in _clusters(source):
        cluster = "".join(map(_replaced, source[start:end]))
        for character in unicodedata.normalize("NFC", cluster):
            characters.append(character)
            starts.append(start)
    keep = _without_spaces(characters)
    text = "".join(characters[i] for i in keep)
    if text == source:
        return source, OffsetMap()
    return text, OffsetMap((*(starts[i] for i in keep), len(source)))


def _clusters(source: str) -> list[tuple[int, int]]:
    """A base character with the combining marks and invisible characters after it, as ranges."""
    edges = [i for i, character in enumerate(source) if i == 0 or (_replaced(character) and not _combines(character))]
    return list(pairwise([*edges, len(source)]))


def _combines(character: str) -> bool:
    return unicodedata.combining(character) > 0


def _replaced(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E and chr(code - 0xFEE0).isalnum():
        return chr(code - 0xFEE0)
    if character == "％":
        return "%"
    if character.isspace():
        return " "
    if unicodedata.category(character) in _DROPPED:
        return ""
    return _UNIFIED.get(character, character)


def _without_spaces(characters: list[str]) -> list[int]:
    """Indices to keep: a run of spaces is one space, and none beside Chinese."""
    keep: list[int] = []
    for i, character in enumerate(characters):
        if character != " ":
            keep.append(i)
            continue
        left = characters[keep[-1]] if keep else ""
        right = next((other for other in characters[i + 1 :] if other != " "), "")
        if left and right and left != " " and not _chinese(left) and not _chinese(right):
            keep.append(i)
    return keep


def _chinese(character: str) -> bool:
    return is_han(character) or character in _FULL_WIDTH_PUNCTUATION


@cache
def _converter(direction: str = "t2s") -> Any:
    import opencc

    return opencc.OpenCC(direction)


def fold(text: str) -> str:
    """Text in Simplified characters, code point for code point, for matching.

    OpenCC's phrase rules keep the length in practice; where they do not, each
    character is converted alone, so that offsets hold in any case.
    """
    if text.isascii():
        return text
    folded: str = _converter().convert(text)
    if len(folded) == len(text):
        return folded
    singles = (_converter().convert(character) for character in text)
    return "".join(single if len(single) == 1 else character for single, character in zip(singles, text, strict=True))


def unfold(text: str) -> str:
    """Text in Traditional characters, the likeliest for each: for looking a term up in texts that are not folded."""
    unfolded: str = _converter("s2t").convert(text)
    return unfolded
