"""A value: what a text says in figures, read from either language and comparable by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.core.flags import Span

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value in text.

    Attributes:
        span: Where it stands, with all that its English says too.
        text: What stands there.
        rendering: The English; of a value found in English, its text.
        kind: ``date`` (periods and clock times too), ``number`` (amounts and
            codes), ``percent``, ``name``, ``document-number`` or
            ``provision``; of values that English may write in words,
            ``count`` (7类) or ``ordinal`` (第三次).
        key: Equal for the same value in either language.
        bound: ``more than``, ``nearly``, ``about`` or empty.
        inner: Span without the words of the bound.
    """

    span: Span
    text: str
    rendering: str
    kind: str
    key: Key
    bound: str = ""
    inner: Span | None = None
