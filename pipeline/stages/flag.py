"""The flag stage: run the catalogue of checks over a translated document."""

from __future__ import annotations

from datetime import date

from pipeline.checks import CheckContext, run_checks
from pipeline.checks.base import Concepts
from pipeline.core.document import Document


class FlagStage:
    """Raises flags on a document with targets.

    Args:
        concepts: The glossary that the terms came from.
        off: Codes or code prefixes that are not run.
    """

    name = "flag"
    requires = frozenset({"segments", "terms", "targets"})
    provides = frozenset({"flags"})

    def __init__(self, concepts: Concepts | None = None, *, off: tuple[str, ...] = ()) -> None:
        self._concepts = concepts
        self._off = off

    def __call__(self, document: Document) -> Document:
        """The document with flags on its segments."""
        context = CheckContext(
            document=document,
            concepts=self._concepts,
            conflicts=getattr(self._concepts, "conflicts", ()),
            date=date.fromisoformat(document.date) if document.date else None,
            kinds={segment.id: block.kind for block in document.blocks for segment in block.segments},
        )
        return run_checks(context, off=self._off)
