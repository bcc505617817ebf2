"""Which segments are unlike their sources in meaning, by the cosines that the second look has added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from pipeline.checks.risk import SIMILAR
from pipeline.core.document import Hypothesis, Segment

# Below, a translation is less like its source than every reference of the gold corpus with twelve characters or more.
_FLOORS: Final = {"use-multilingual": 0.3}
_SAYS_ENOUGH: Final = 12
# For other models: so many segments must be there to tell what is usual, and so far below it, in robust deviations.
_FEWEST: Final = 12
_FAR: Final = 3.5
_MAD: Final = 1.4826


def unlike(segments: Sequence[Segment]) -> Iterator[tuple[Segment, Hypothesis, float]]:
    """Segments below the floor of the model that compared them, the comparison, and the floor."""
    compared = [
        (segment, one, one.score)
        for segment in segments
        for one in segment.hypotheses
        if one.mode == SIMILAR and one.text == segment.target and one.score is not None
        if len(segment.text) >= _SAYS_ENOUGH
    ]
    usual = _usual_floor([score for _, _, score in compared])
    for segment, one, score in compared:
        floor = _FLOORS.get(one.engine, usual)
        if score < floor:
            yield segment, one, floor


def _usual_floor(scores: Sequence[float]) -> float:
    if len(scores) < _FEWEST:
        return -1.0
    middle = median(scores)
    return middle - _FAR * _MAD * median(abs(score - middle) for score in scores)
