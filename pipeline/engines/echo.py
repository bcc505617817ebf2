"""An engine that returns its source, with glossary renderings in place.

It ships so that tests, here and downstream, need no model: every constraint
is honoured by substitution, everything else stays Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pipeline.core.document import Hypothesis
from pipeline.engines.base import Capabilities, GlossaryMode, Request


class EchoEngine:
    """Returns each source with its constrained terms replaced by their renderings.

    Args:
        glossary: False ignores the constraints, to see what is missed.
    """

    name = "echo"
    revision = "1"
    settings = ""

    def __init__(self, *, glossary: bool = True) -> None:
        self._glossary = glossary

    @property
    def capabilities(self) -> Capabilities:
        """Placeholder mode: renderings are put in place verbatim."""
        return Capabilities(glossary=GlossaryMode.PLACEHOLDER, batch_size=512)

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        """One hypothesis per request, with score 0."""
        del n_best
        return [
            (Hypothesis(text=self._render(request), score=0.0, mode="placeholder", engine=self.name),)
            for request in requests
        ]

    def _render(self, request: Request) -> str:
        if not self._glossary:
            return request.text
        parts, at = [], 0
        for constraint in request.constraints:
            parts += [request.text[at : constraint.span.start], f" {constraint.rendering} "]
            at = constraint.span.end
        return " ".join("".join([*parts, request.text[at:]]).split())

    def close(self) -> None:
        """Nothing to free."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
