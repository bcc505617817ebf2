"""The risk of a segment: how likely it needs a change, from signals that every translation has.

A logistic model of a few features, its scores calibrated after Platt (1999).
The coefficients stand in ``risk.json`` beside this file, with the data that
they were fitted to; ``zhengming evaluate risk`` fits and judges them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag, FlagState
from pipeline.core.mqm import Severity
from pipeline.lang.subword import rarity

# Modes of the hypotheses that the second look adds to a segment.
SCORED: Final = "scored"
ALTERNATIVE: Final = "alternative"
SECOND: Final = "second"
SIMILAR: Final = "similarity"
# A segment at or above this risk is flagged as a whole.
RISKY: Final = 0.8
FEATURES: Final = ("total", "errors", "rarity", "unlike")
# The model whose cosines the coefficients were fitted to.
PACKAGED: Final = "use-multilingual"
_ERRORS: Final = frozenset({Severity.MAJOR, Severity.CRITICAL})


class RiskModel(msgspec.Struct, frozen=True, kw_only=True):
    """Coefficients.

    Attributes:
        origin: What they were fitted to.
        centre: Mean of each feature in the fitting data.
        scale: Standard deviation of each.
        weights: One per feature, for standardised values.
        bias: Of the linear score.
        platt: Slope and intercept that turn the score into a probability.
    """

    origin: str
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    platt: tuple[float, float] = (1.0, 0.0)

    def score(self, features: Sequence[float]) -> float:
        """Linear score; higher is riskier."""
        return self.bias + sum(
            weight * (value - centre) / scale
            for weight, value, centre, scale in zip(self.weights, features, self.centre, self.scale, strict=True)
        )

    def probability(self, features: Sequence[float]) -> float:
        """Calibrated probability, 0 to 1, that the segment needs a change."""
        slope, intercept = self.platt
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, slope * self.score(features) + intercept))))


class RiskModels(msgspec.Struct, frozen=True, kw_only=True):
    """A model for segments that were compared with their sources, and one for the others."""

    plain: RiskModel
    compared: RiskModel

    def of(self, row: Sequence[float]) -> RiskModel:
        """The model for a row of features."""
        return self.compared if len(row) == len(FEATURES) else self.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How likely an engine finds a target.

    Attributes:
        mean: Mean log-probability of its tokens.
        total: Sum of their negative log-probabilities: each token may be a
            fault, so that long segments are riskier than short ones.
    """

    mean: float
    total: float

    @classmethod
    def of(cls, logprobs: Sequence[float]) -> Confidence:
        """From token log-probabilities; of none, neutral values."""
        if not logprobs:
            return cls(mean=-1.5, total=40.0)
        return cls(mean=sum(logprobs) / len(logprobs), total=-sum(logprobs))


def features(
    confidence: Confidence, flags: Sequence[Flag] = (), *, text: str = "", similarity: float | None = None
) -> tuple[float, ...]:
    """The features of a segment, in the order of ``FEATURES``; of each, more is riskier.

    Means, minima and entropies of token probabilities, the probabilities without the source, length ratios, and
    words without a counterpart in the lexicon were tried on the development half of the rated translations and
    left out: beside these they said nothing more.

    Args:
        confidence: What the engine thinks of the target.
        flags: Of the segment.
        text: Chinese.
        similarity: Cosine of source and target; without one, the last feature is missing.
    """
    errors = sum(flag.severity in _ERRORS for flag in flags if flag.state is FlagState.OPEN)
    found = (math.log1p(max(0.0, confidence.total)), float(min(errors, 3)), rarity(text))
    # A share of a long text is more than the same share of a short one.
    return found if similarity is None else (*found, math.log1p(max(0.0, 1 - similarity) * len(text)))


@lru_cache(maxsize=1)
def shipped_models() -> RiskModels:
    """The models that ship."""
    return msgspec.json.decode(files("pipeline.checks").joinpath("risk.json").read_bytes(), type=RiskModels)


def with_risk(document: Document) -> Document:
    """A document with the risk of each segment whose target an engine has scored."""
    return document.with_segments(tuple(map(_with_risk, document.segments)))


def _with_risk(segment: Segment) -> Segment:
    scored = next((one for one in segment.hypotheses if one.mode == SCORED and one.text == segment.target), None)
    if scored is None:
        return segment
    return msgspec.structs.replace(segment, risk=round(segment_risk(segment, scored.token_logprobs), 4))


def segment_risk(segment: Segment, logprobs: Sequence[float]) -> float:
    """Calibrated risk of a segment with its flags, given its target's token log-probabilities."""
    compared = (one.score for one in segment.hypotheses if one.mode == SIMILAR and one.engine == PACKAGED)
    row = features(Confidence.of(logprobs), segment.flags, text=segment.text, similarity=next(compared, None))
    return shipped_models().of(row).probability(row)
