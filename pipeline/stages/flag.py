"""The flag stage: run the catalogue of checks over a translated document."""

from __future__ import annotations

from datetime import date

from pipeline.checks import CheckContext, run_checks
from pipeline.checks.base import Concepts
from pipeline.checks.noise import NoiseRules, quiet
from pipeline.checks.risk import with_risk
from pipeline.core.document import Document
from pipeline.lang.lexicon import shipped_lexicon
from pipeline.lang.style import HouseStyle


class FlagStage:
    """Raises flags on a document with targets.

    Args:
        concepts: The glossary that the terms came from.
        rules: What is not run, not raised, or raised with another severity.
        style: House style.
    """

    name = "flag"
    requires = frozenset({"segments", "terms", "targets"})
    provides = frozenset({"flags"})

    def __init__(
        self, concepts: Concepts | None = None, *, rules: NoiseRules | None = None, style: HouseStyle | None = None
    ) -> None:
        self._concepts = concepts
        self._rules = rules or NoiseRules()
        self._style = style or HouseStyle()

    def __call__(self, document: Document) -> Document:
        """The document with flags on its segments."""
        context = CheckContext(
            document=document,
            concepts=self._concepts,
            conflicts=getattr(self._concepts, "conflicts", ()),
            date=date.fromisoformat(document.date) if document.date else None,
            lexicon=shipped_lexicon(),
            style=self._style,
            kinds={segment.id: block.kind for block in document.blocks for segment in block.segments},
        )
        return with_risk(quiet(run_checks(context, off=self._rules.off), self._rules, self._concepts))
