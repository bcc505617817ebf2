"""What a stage is, and the refusal to run stages that do not join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from pipeline.core.document import Document
from pipeline.errors import PipelineError


class Stage(Protocol):
    """A function from document to document.

    Attributes:
        name: One of ``pipeline.stages.STAGES``.
        requires: What earlier stages must have provided.
        provides: What the document has afterwards.
    """

    name: str
    requires: frozenset[str]
    provides: frozenset[str]

    def __call__(self, document: Document) -> Document:
        """The document with what the stage provides."""


def check_joins(stages: Sequence[Stage], *, given: frozenset[str] = frozenset()) -> None:
    """Refuse a sequence of stages in which one lacks what it needs.

    Args:
        stages: In running order.
        given: What the document already has.

    Raises:
        PipelineError: Names the stage, what it lacks and who provides it.
    """
    have = given
    for stage in stages:
        lacking = stage.requires - have
        if lacking:
            providers = [other.name for other in stages if other.provides & lacking]
            hint = f"; {', '.join(providers)} must come before it" if providers else ""
            raise PipelineError(f"stage {stage.name!r} needs {', '.join(sorted(lacking))}{hint}")
        have |= stage.provides


def run_stage(stage: Stage, document: Document) -> Document:
    """Run one stage and note what it provided."""
    done = stage(document)
    return msgspec.structs.replace(done, provides=document.provides | stage.provides)
