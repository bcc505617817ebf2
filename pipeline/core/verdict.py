"""What a model that reviewed a segment said of it: remarks that hold water, and how many did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the model would have looked at.

    Attributes:
        code: Of the catalogue, as the model suggests.
        message: One sentence.
        source: Part of ``Segment.text``; may be empty where ``target`` is not.
        target: Part of the ``Segment.target`` that was reviewed; likewise.
        candidates: Other English for ``target``, the recommended one first.
    """

    code: str
    message: str
    source: str = ""
    target: str = ""
    candidates: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A model's answer about one segment, after validation.

    Attributes:
        engine: Registry name of the engine that reviewed.
        remarks: What was valid; none is a segment without complaint.
        dropped: What was not, as reasons with counts, in order of the reasons.
    """

    engine: str
    remarks: tuple[Remark, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


def tally(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Segments reviewed, remarks kept, and answers or remarks dropped by reason."""
    found = list(verdicts)
    dropped: Counter[str] = Counter()
    for verdict in found:
        dropped.update(dict(verdict.dropped))
    return {
        "segments": len(found),
        "remarks": sum(len(verdict.remarks) for verdict in found),
        "dropped": dict(sorted(dropped.items())),
    }
