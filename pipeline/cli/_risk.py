"""The tables of ``zhengming evaluate risk``."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import typer

from pipeline.checks.risk import FEATURES, Confidence, RiskModel, features, shipped_model
from pipeline.cli.evaluate import plain
from pipeline.core.document import Segment
from pipeline.engines.base import Scorer
from pipeline.errors import UsageError
from pipeline.evaluation.challenge import load_challenge
from pipeline.evaluation.corruption import corrupted
from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.pairs import pair_document
from pipeline.evaluation.risk import (
    Labelled,
    auroc,
    calibration_error,
    fit,
    kendall,
    load_mqm,
    reliability,
    reliability_svg,
)
from pipeline.run import Checker, Translator

ORIGIN = (
    "corpus/challenge/pairs.tsv, both sides; references of corpus/gold, three times with faults made by program at a "
    "rate per word (pipeline.evaluation.corruption); scored by models/zh-en-compact"
)
# Draws of faults per reference.
_DRAWS = 3
_HELD_OUT = "heldout.tsv"


@dataclass(slots=True, kw_only=True)
class Sample:
    """Checked segments with labels, and their features once an engine has scored them."""

    segments: list[Segment]
    bad: list[bool]
    rows: list[tuple[float, ...]]

    @classmethod
    def of(cls, segments: Sequence[Segment], bad: Sequence[bool], scorer: Scorer) -> Sample:
        """Score segments and read their features."""
        logprobs = scorer.score([(segment.text, segment.target) for segment in segments])
        rows = [
            features(Confidence.of(values), segment.flags) for segment, values in zip(segments, logprobs, strict=True)
        ]
        return cls(segments=list(segments), bad=list(bad), rows=rows)


def evaluate(folder: Path, checker: Checker, *, mqm: Path | None, out: Path | None, plot: Path | None) -> None:
    """Fit, if asked to, and judge the risk on what it was not fitted to."""
    with Translator(checker.config) as translator:
        scorer: object = translator.engine
        if not isinstance(scorer, Scorer):
            raise UsageError(f"engine {checker.config.engine.name!r} does not score translations; choose embedded")
        if out is not None:
            sample = _fitting(folder, checker, scorer)
            model = fit(sample.rows, sample.bad, origin=ORIGIN)
            out.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n")
            typer.echo(f"{out}: fitted to {len(sample.bad)} segments, {sum(sample.bad)} of them bad")
        else:
            model = shipped_model()
        for name, weight in zip(FEATURES, model.weights, strict=True):
            typer.echo(f"{name:10} {weight:+.3f}")
        held = _pairs(folder, checker, scorer, held_out=True)
        _print_held_out(model, held, plot)
        if mqm is not None:
            _print_mqm(model, mqm, Checker(plain(checker.config)), scorer)


def _checked(checker: Checker, rows: Sequence[tuple[str, str]]) -> list[Segment]:
    return [checker.document(*pair_document([zh], [en], name="pair", date="2026-01-06")).segments[0] for zh, en in rows]


def _pairs(folder: Path, checker: Checker, scorer: Scorer, *, held_out: bool) -> Sample:
    pairs = [p for p in load_challenge(folder / "challenge") if p.where.startswith(_HELD_OUT) == held_out]
    right = list(dict.fromkeys((pair.source, pair.right) for pair in pairs))
    wrong = [(pair.source, pair.wrong) for pair in pairs]
    labels = [False] * len(right) + [True] * len(wrong)
    return Sample.of(_checked(checker, [*right, *wrong]), labels, scorer)


def _fitting(folder: Path, checker: Checker, scorer: Scorer) -> Sample:
    first = _pairs(folder, checker, scorer, held_out=False)
    dice = random.Random(1)  # noqa: S311  (faults for fitting, no secret)
    segments: list[Segment] = []
    bad: list[bool] = []
    for item in load_gold(folder / "gold"):
        document, references = pair_document(item.zh, item.en, name=item.slug, date=item.date, genre=item.genre)
        for _ in range(_DRAWS):
            faulty = [corrupted(text, references, dice) for text in references]
            segments += checker.document(document, faulty).segments
            bad += [made != text for made, text in zip(faulty, references, strict=True)]
    second = Sample.of(segments, bad, scorer)
    return Sample(segments=first.segments + second.segments, bad=first.bad + second.bad, rows=first.rows + second.rows)


def _print_held_out(model: RiskModel, held: Sample, plot: Path | None) -> None:
    risks = [model.probability(row) for row in held.rows]
    lengths = [float(len(segment.text)) for segment in held.segments]
    typer.echo(
        f"held-out pairs: AUROC {auroc(risks, held.bad):.3f}; length alone {auroc(lengths, held.bad):.3f}; "
        f"total log-probability alone {auroc([row[0] for row in held.rows], held.bad):.3f}"
    )
    curve = reliability(risks, held.bad, bins=6)
    for predicted, observed, size in curve:
        typer.echo(f"  predicted {predicted:.2f}  observed {observed:.2f}  ({size})")
    typer.echo(f"  expected calibration error {calibration_error(curve):.3f}")
    if plot is not None:
        plot.write_text(reliability_svg(curve), encoding="utf-8")


def _print_mqm(model: RiskModel, path: Path, checker: Checker, scorer: Scorer) -> None:
    """The odd half of the rated segments; features were chosen on the even one, nothing was fitted on either."""
    rated = [row for row in load_mqm(path) if zlib.crc32(row.key.encode()) % 2]
    distinct = list(dict.fromkeys((row.source, row.target) for row in rated))
    sample = Sample.of(_checked(checker, distinct), [False] * len(distinct), scorer)
    by_pair = {pair: (row, model.score(row)) for pair, row in zip(distinct, sample.rows, strict=True)}
    bad = [row.bad for row in rated]
    typer.echo(
        f"{path.name}: held-out half, {len(rated)} rated translations, {sum(bad)} with a Major accuracy or term error"
    )
    for name, scores in (
        ("risk", [by_pair[row.source, row.target][1] for row in rated]),
        ("length of the source alone", [float(len(row.source)) for row in rated]),
        ("total log-probability alone", [by_pair[row.source, row.target][0][0] for row in rated]),
    ):
        typer.echo(f"  {name:28} AUROC {auroc(scores, bad):.3f}  Kendall tau {_mean_tau(rated, scores):.3f}")


def _mean_tau(rated: Sequence[Labelled], scores: Sequence[float]) -> float:
    """Kendall's tau-b within each system, averaged over systems."""
    taus = []
    for system in sorted({row.system for row in rated}):
        own = [i for i, row in enumerate(rated) if row.system == system]
        taus.append(kendall([scores[i] for i in own], [rated[i].penalty for i in own]))
    return sum(taus) / len(taus) if taus else 0.0
