"""Placeholder mode: terms as symbols that a tokenizer keeps whole.

For engines that know nothing of glossaries. A symbol such as ``[T1]`` is copied
by most multilingual models; where one is lost or doubled, the caller learns
it and translates the segment plainly instead.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.engines.base import Request

_SYMBOL: Final = re.compile(r"\[\s*T\s*(\d+)\s*\]", re.IGNORECASE)


def mask(request: Request) -> str:
    """The request's text with each constrained term replaced by its symbol."""
    parts, at = [], 0
    for number, constraint in enumerate(request.constraints, 1):
        parts += [request.text[at : constraint.span.start], f"[T{number}]"]
        at = constraint.span.end
    return "".join([*parts, request.text[at:]])


def unmask(target: str, request: Request) -> str | None:
    """The target with each symbol replaced by its rendering.

    Returns:
        None where a symbol is missing, unknown or occurs more than once.
    """
    found = [int(number) for number in _SYMBOL.findall(target)]
    if sorted(found) != list(range(1, len(request.constraints) + 1)):
        return None

    def rendering(match: re.Match[str]) -> str:
        text = request.constraints[int(match[1]) - 1].rendering
        return text[:1].upper() + text[1:] if match.start() == 0 else text

    return _SYMBOL.sub(rendering, target)
