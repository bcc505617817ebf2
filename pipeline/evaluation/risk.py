"""Fitting and judging the risk of segments: logistic regression, AUROC, Kendall's tau, reliability."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.checks.risk import RiskModel
from pipeline.errors import InputError
from pipeline.lang.lexicon import content_words

_TAGS: Final = re.compile(r"</?v>")
_WEIGHT: Final = {"Major": 5.0, "Minor": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A segment of a rated translation.

    Attributes:
        key: Document and segment, for splitting.
        system: Whose translation.
        source: Chinese.
        target: English.
        bad: Whether a rater found a Major accuracy or terminology error.
        penalty: MQM penalty: 5 per Major, 1 per Minor.
    """

    key: str
    system: str
    source: str
    target: str
    bad: bool
    penalty: float


def load_mqm(path: Path) -> list[Labelled]:
    """Rated translations of systems, from a gzipped TSV of the WMT MQM evaluations; references are left out.

    Raises:
        InputError: The file cannot be read or lacks a column.
    """
    found: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if not row["system"].startswith("ref"):
                    found[row["system"], row["doc"], row["seg_id"]].append(row)
    except (OSError, KeyError, csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    return [_labelled(key, rows) for key, rows in found.items()]


def _labelled(key: tuple[str, str, str], rows: Sequence[dict[str, str]]) -> Labelled:
    system, document, number = key
    severe = [row for row in rows if row["severity"] == "Major"]
    return Labelled(
        key=f"{document}:{number}",
        system=system,
        source=_TAGS.sub("", rows[0]["source"]),
        target=_TAGS.sub("", rows[0]["target"]),
        bad=any(row["category"].startswith(("Accuracy", "Terminology")) for row in severe),
        penalty=sum(_WEIGHT.get(row["severity"], 0.0) for row in rows),
    )


# From so many content words of the reference that are missing, a translation needs a change.
LACKING: Final = 3


def lacks(target: str, reference: str) -> bool:
    """Whether a translation lacks several of the reference's content words, whatever their form."""
    said = {form for _, form in content_words(target)}
    return len({form for _, form in content_words(reference)} - said) >= LACKING


def fit(rows: Sequence[Sequence[float]], labels: Sequence[bool], *, origin: str, ridge: float = 1.0) -> RiskModel:
    """Logistic regression by Newton's method, with Platt calibration on a fifth of the data.

    Features are oriented so that more is riskier; one whose weight comes out negative beside the
    others, with which it overlaps, is left out.

    Args:
        rows: Features.
        labels: Whether the segment needs a change.
        origin: What the data are, for the model's file.
        ridge: L2 penalty on standardised weights.
    """
    x, y = np.asarray(rows, dtype=float), np.asarray(labels, dtype=float)
    held = np.arange(len(y)) % 5 == 0
    centre, scale = x[~held].mean(axis=0), x[~held].std(axis=0)
    scale = np.where(scale < 1e-9, 1.0, scale)
    beta = _without_negatives((x[~held] - centre) / scale, y[~held], ridge)
    scores = np.column_stack([(x[held] - centre) / scale, np.ones(held.sum())]) @ beta
    platt = _newton(scores[:, None], _smoothed(y[held]), 0.0)
    return RiskModel(
        origin=origin,
        centre=tuple(round(float(value), 6) for value in centre),
        scale=tuple(round(float(value), 6) for value in scale),
        weights=tuple(round(float(value), 6) for value in beta[:-1]),
        bias=round(float(beta[-1]), 6),
        platt=(round(float(platt[0]), 6), round(float(platt[1]), 6)),
    )


def _without_negatives(x: Any, y: Any, ridge: float) -> Any:
    """Weights of the features that keep a weight above zero, bias last; the others have none."""
    kept = np.arange(x.shape[1])
    while True:
        beta = _newton(x[:, kept], y, ridge)
        if len(kept) == 0 or beta[:-1].min() >= 0:
            break
        kept = np.delete(kept, int(beta[:-1].argmin()))
    full = np.zeros(x.shape[1] + 1)
    full[kept], full[-1] = beta[:-1], beta[-1]
    return full


def _smoothed(labels: Any) -> Any:
    """Platt's targets, which keep certainty away from 0 and 1."""
    positive, negative = labels.sum(), len(labels) - labels.sum()
    return np.where(labels > 0.5, (positive + 1) / (positive + 2), 1 / (negative + 2))


def _newton(x: Any, y: Any, ridge: float) -> Any:
    design = np.column_stack([x, np.ones(len(x))])
    beta = np.zeros(design.shape[1])
    penalty = ridge * np.eye(len(beta))
    penalty[-1, -1] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (y - p) - penalty @ beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Chance that a bad segment scores higher than a good one; ties count half. 0.5 where one kind is missing."""
    values, bad = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    positive, negative = int(bad.sum()), int((~bad).sum())
    if not positive or not negative:
        return 0.5
    return float((_ranks(values)[bad].sum() - positive * (positive + 1) / 2) / (positive * negative))


def _ranks(values: Any) -> Any:
    """Ranks from 1, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def kendall(scores: Sequence[float], penalties: Sequence[float]) -> float:
    """Kendall's tau-b between risk and MQM penalty."""
    a, b = np.asarray(scores, dtype=float), np.asarray(penalties, dtype=float)
    upper = np.triu_indices(len(a), 1)
    if not len(upper[0]):
        return 0.0
    x, y = np.sign(a[upper[0]] - a[upper[1]]), np.sign(b[upper[0]] - b[upper[1]])
    norm = float(np.sqrt((x != 0).sum() * (y != 0).sum()))
    return float((x * y).sum() / norm) if norm else 0.0


def reliability(
    probabilities: Sequence[float], labels: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Mean predicted risk, observed share and size of equally large groups in order of risk."""
    order = np.argsort(np.asarray(probabilities))
    p, y = np.asarray(probabilities, dtype=float)[order], np.asarray(labels, dtype=float)[order]
    groups = [group for group in np.array_split(np.arange(len(p)), bins) if len(group)]
    return [(float(p[group].mean()), float(y[group].mean()), len(group)) for group in groups]


def calibration_error(curve: Sequence[tuple[float, float, int]]) -> float:
    """Expected calibration error of a reliability curve."""
    total = sum(size for _, _, size in curve)
    return sum(size * abs(predicted - observed) for predicted, observed, size in curve) / total if total else 0.0


def reliability_svg(curve: Sequence[tuple[float, float, int]]) -> str:
    """The reliability plot, 320 by 320: predicted against observed share, with the diagonal."""
    points = [(30 + 280 * predicted, 300 - 280 * observed) for predicted, observed, _ in curve]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f5fa8"/>' for x, y in points)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="330" height="330" font-family="sans-serif" font-size="11">'
        '<rect width="330" height="330" fill="white"/><path d="M30 300H310M30 300V20" stroke="#444" fill="none"/>'
        '<path d="M30 300L310 20" stroke="#bbb" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8"/>{dots}'
        '<text x="120" y="322">predicted risk</text><text x="8" y="14">share that needs a change</text></svg>\n'
    )
