"""Comparing renderings of one term."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.en import stem

_FAMILY: Final = 4
_ENDING: Final = 3
FUNCTION_WORDS: Final = frozenset(
    "a an the of on in to for by with at from as per under and or nor but is are was were be been has have had shall "
    "may must will "
    "that which this these its their it they not no into within any other such".split()
)


def form_of(text: str) -> tuple[str, ...]:
    """A rendering for comparing: its words' stems; "or" is as good as "and"."""
    words = re.findall(r"[A-Za-z0-9'’]+", text.lower())
    return tuple("and" if word == "or" else stem(word) for word in words)


def known_form(form: tuple[str, ...], known: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The form already met that says the same in more, fewer or derived words, or the form itself."""
    words = _content(form)
    for other in known:
        others = _content(other)
        # "Medium and heavy" is not "medium to heavy".
        if words and others and words != others and (_among(words, others) or _among(others, words)):
            return other
    return form


def _content(form: tuple[str, ...]) -> list[str]:
    return [word for word in form if word not in FUNCTION_WORDS]


def _among(words: list[str], others: list[str]) -> bool:
    """Whether each of some stems is among others, as it is or as another part of speech."""
    return all(any(_akin(word, other) for other in others) for word in words)


def _akin(one: str, other: str) -> bool:
    """Whether two stems belong to one word family: growth and grow, analys and analyz, decis and decid."""
    shorter, longer = sorted((one, other), key=len)
    shared = next((at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(shorter))
    return one == other or (len(shorter) >= _FAMILY and shared >= max(_FAMILY, len(longer) - _ENDING, len(shorter) - 1))


def same(one: str, other: str) -> bool:
    """Whether two renderings differ only in case, hyphens or a final s."""
    return plain(one) == plain(other)


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.lower()).rstrip("s")


def within(span: Span, used: list[Span]) -> bool:
    return any(span.overlaps(other) for other in used)
