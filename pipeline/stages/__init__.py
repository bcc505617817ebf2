"""The road from file to checked translation, in order."""

from __future__ import annotations

from typing import Final

STAGES: Final = (
    "ingest", "normalise", "segment", "match_terms", "translate", "post_edit", "second_look", "model_review", "flag",
    "review",
)  # fmt: skip
