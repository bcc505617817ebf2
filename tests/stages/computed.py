"""What is computed of a text whose parts are known: shared by the tests of set clauses."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.stages._set_clauses import set_clauses
from pipeline.testing import places


def said(text: str, table: Mapping[str, str], start: int = 0) -> list[str]:
    """The English of the computed clauses of a text."""
    return [english for _, english in set_clauses(text, start, places(text, table))]
