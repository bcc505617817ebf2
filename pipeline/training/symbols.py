"""Values of sentence pairs as symbols, as the embedded engine writes them at run time."""

from __future__ import annotations

import random

from pipeline.core.flags import Span
from pipeline.lang.subword import SYMBOLS
from pipeline.lang.values import Value, paired_values

# Some pairs keep their figures, so that plain copying of digits is learned too.
_SHARE = 0.85
# Mostly a sentence's first value gets the first symbol, as at run time; now and then any, so that all are learned.
_IN_ORDER = 0.6


def with_symbols(zh: str, en: str) -> tuple[str, str]:
    """The pair with one private-use character on both sides for each value that stands on both sides.

    The choice is random but the same for the same pair.
    """
    pairs = paired_values(zh, en, words=True)
    rng = random.Random(zh)  # noqa: S311  (not for secrets)
    if not pairs or rng.random() > _SHARE:
        return zh, en
    free = {kind: _order(symbols, rng) for kind, symbols in SYMBOLS.items()}
    places: list[tuple[Value, Value, str]] = []
    for one, other in pairs:
        if free[one.kind]:
            places.append((one, other, free[one.kind].pop(0)))
    return (
        _replaced(zh, [(one.span, symbol) for one, _, symbol in places]),
        _replaced(en, [(other.span, symbol) for _, other, symbol in places]),
    )


def _order(symbols: str, rng: random.Random) -> list[str]:
    if rng.random() < _IN_ORDER:
        return list(symbols)
    start = rng.randrange(len(symbols))
    return list(symbols[start:])


def _replaced(text: str, places: list[tuple[Span, str]]) -> str:
    for span, symbol in sorted(places, key=lambda place: place[0], reverse=True):
        text = text[: span.start] + symbol + text[span.end :]
    return text
