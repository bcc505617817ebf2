"""What stands at the head of a list item or an article: 一、, （一）, 1．, 第三条; its English is computed."""

from __future__ import annotations

import re
from typing import Final

from pipeline.lang.numbers import parse_han

_HAN: Final = "[一二三四五六七八九十]{1,3}"
_HEAD: Final = re.compile(
    rf"(?P<chapter>{_HAN})、\s*"
    rf"|[（(](?P<bracketed>{_HAN}|\d{{1,2}})[）)]、?\s*"
    r"|(?P<plain>\d{1,2})(?:[.．]\s*(?!\d)|、\s*)"
    r"|第(?P<article>[一二三四五六七八九十百零]{1,6}|\d{1,3})条(?:\s+|[:：]\s*)"
)
_SPACED_ARTICLE: Final = re.compile(r"(?P<head>第(?P<article>[一二三四五六七八九十百零]{1,6}|\d{1,3})条)[\s　]")
_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def head(text: str, source: str = "") -> tuple[int, str]:
    """Characters that the head takes, and its English with a space behind; (0, "") where there is none.

    A line that is nothing but a head has none.

    Args:
        text: Normalised: the space between 第三条 and what follows may be gone.
        source: The original, where that space still shows that 第三条 is a head.
    """
    spaced = _SPACED_ARTICLE.match(source)
    if spaced and text.startswith(spaced["head"]) and len(text) > len(spaced["head"]):
        return len(spaced["head"]), f"Article {_number(spaced['article'])} "
    match = _HEAD.match(text)
    if match is None or match.end() == len(text):
        return 0, ""
    if match["chapter"]:
        return match.end(), f"{roman(parse_han(match['chapter']))}. "
    if match["bracketed"]:
        return match.end(), f"({_number(match['bracketed'])}) "
    if match["plain"]:
        return match.end(), f"{match['plain']}. "
    return match.end(), f"Article {_number(match['article'])} "


def roman(number: int) -> str:
    """A number below 40 in Roman numerals."""
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _number(text: str) -> int:
    return int(text) if text.isascii() else parse_han(text)
