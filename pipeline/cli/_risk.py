"""The tables of ``zhengming evaluate risk``."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import typer

from pipeline.checks.risk import FEATURES, PACKAGED, Confidence, RiskModel, RiskModels, features, shipped_models
from pipeline.cli.evaluate import plain
from pipeline.core.document import Document, Segment
from pipeline.engines.base import Scorer
from pipeline.engines.similarity import Embedder, embedder, similarities
from pipeline.errors import EngineUnavailable, UsageError
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
    lacks,
    load_mqm,
    reliability,
    reliability_svg,
)
from pipeline.formats.safety import write_atomically
from pipeline.lang.plurals import counted
from pipeline.run import Checker, Translator

ORIGIN = (
    "translations by models/zh-en-compact of corpus/gold and corpus/challenge, needing a change where three or more "
    "content words of the reference are lacking; corpus/challenge/pairs.tsv, both sides; references of corpus/gold "
    "with faults made by program at a rate per word (pipeline.evaluation.corruption); scored by models/zh-en-compact"
)
_HELD_OUT = "heldout.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """What reads a translation: an engine that scores, and an embedding model where the extra is installed."""

    scorer: Scorer
    embedder: Embedder | None


@dataclass(slots=True, kw_only=True)
class Sample:
    """Checked segments with labels, and their features once an engine has scored them.

    Attributes:
        rows: Features, with that of similarity last where there is an embedding model.
    """

    segments: list[Segment]
    bad: list[bool]
    rows: list[tuple[float, ...]]

    @classmethod
    def of(cls, segments: Sequence[Segment], bad: Sequence[bool], judges: Judges) -> Sample:
        """Score segments and read their features."""
        pairs = [(segment.text, segment.target) for segment in segments]
        cosines: Sequence[float | None] = (
            similarities(judges.embedder, pairs) if judges.embedder else [None] * len(pairs)
        )
        rows = [
            features(Confidence.of(values), segment.flags, text=segment.text, similarity=cosine)
            for segment, values, cosine in zip(segments, judges.scorer.score(pairs), cosines, strict=True)
        ]
        return cls(segments=list(segments), bad=list(bad), rows=rows)

    def __add__(self, other: Sample) -> Sample:
        return Sample(segments=self.segments + other.segments, bad=self.bad + other.bad, rows=self.rows + other.rows)

    @property
    def plain(self) -> list[tuple[float, ...]]:
        """The features without similarity."""
        return [row[: len(FEATURES) - 1] for row in self.rows]


def evaluate(folder: Path, checker: Checker, *, mqm: Path | None, out: Path | None, plot: Path | None) -> None:
    """Fit, if asked to, and judge the risk on what it was not fitted to."""
    with Translator(checker.config) as translator:
        scorer: object = translator.engine
        if not isinstance(scorer, Scorer):
            raise UsageError(f"engine {checker.config.engine.name!r} does not score translations; choose embedded")
        judges = Judges(scorer=scorer, embedder=_embedder(needed=out is not None))
        models = shipped_models() if out is None else _fitted(folder, checker, translator, judges, out)
        held = _pairs(folder, checker, judges, held_out=True)
        rated = _rated(mqm, Checker(plain(checker.config)), judges) if mqm is not None else None
        for title, model, rows in _variants(models, held):
            typer.echo(title)
            for name, weight in zip(FEATURES, model.weights, strict=False):
                typer.echo(f"  {name:10} {weight:+.3f}")
            _print_held_out(model, held, rows, plot)
            if mqm is not None and rated is not None:
                _print_mqm(model, mqm.name, *rated)


def _embedder(*, needed: bool) -> Embedder | None:
    try:
        return embedder(PACKAGED)
    except EngineUnavailable:
        if needed:
            raise
        return None


def _variants(models: RiskModels, held: Sample) -> list[tuple[str, RiskModel, list[tuple[float, ...]]]]:
    found = [("without similarity:", models.plain, held.plain)]
    return [*found, ("with similarity:", models.compared, held.rows)] if held.plain != held.rows else found


def _fitted(folder: Path, checker: Checker, translator: Translator, judges: Judges, out: Path) -> RiskModels:
    sample = _fitting(folder, checker, translator, judges)
    models = RiskModels(
        plain=fit(sample.plain, sample.bad, origin=ORIGIN), compared=fit(sample.rows, sample.bad, origin=ORIGIN)
    )
    write_atomically(out, msgspec.json.format(msgspec.json.encode(models), indent=2) + b"\n")
    typer.echo(f"{out}: fitted to {counted(len(sample.bad), 'segment')}, {sum(sample.bad)} of them bad")
    return models


def _checked(checker: Checker, rows: Sequence[tuple[str, str]]) -> list[Segment]:
    return [checker.document(*pair_document([zh], [en], name="pair", date="2026-01-06")).segments[0] for zh, en in rows]


def _pairs(folder: Path, checker: Checker, judges: Judges, *, held_out: bool) -> Sample:
    pairs = [p for p in load_challenge(folder / "challenge") if p.where.startswith(_HELD_OUT) == held_out]
    right = list(dict.fromkeys((pair.source, pair.right) for pair in pairs))
    wrong = [(pair.source, pair.wrong) for pair in pairs]
    labels = [False] * len(right) + [True] * len(wrong)
    return Sample.of(_checked(checker, [*right, *wrong]), labels, judges)


def _fitting(folder: Path, checker: Checker, translator: Translator, judges: Judges) -> Sample:
    """Translations as they come, then pairs and references with faults that somebody put there."""
    dice = random.Random(1)  # noqa: S311  (faults for fitting, no secret)
    segments: list[Segment] = []
    bad: list[bool] = []
    faulty: list[Segment] = []
    fault: list[bool] = []
    for item in load_gold(folder / "gold"):
        document, references = pair_document(item.zh, item.en, name=item.slug, date=item.date, genre=item.genre)
        own, labels = _translated(translator, document, references)
        segments, bad = segments + own, bad + labels
        made = [corrupted(text, references, dice) for text in references]
        faulty += checker.document(document, made).segments
        fault += [one != text for one, text in zip(made, references, strict=True)]
    rows = dict.fromkeys((pair.source, pair.right) for pair in load_challenge(folder / "challenge"))
    lines = pair_document([zh for zh, _ in rows], [en for _, en in rows], name="challenge", date="2026-01-06")
    own, labels = _translated(translator, *lines)
    first = Sample.of([*segments, *own], [*bad, *labels], judges)
    return first + _pairs(folder, checker, judges, held_out=False) + Sample.of(faulty, fault, judges)


def _translated(
    translator: Translator, document: Document, references: Sequence[str]
) -> tuple[list[Segment], list[bool]]:
    """Translations of blocks that are one segment each, and whether they need a change."""
    blocks = zip(translator.document(document).blocks, references, strict=True)
    kept = [(block.segments[0], reference) for block, reference in blocks if len(block.segments) == 1]
    return [segment for segment, _ in kept], [lacks(segment.target, reference) for segment, reference in kept]


def _print_held_out(model: RiskModel, held: Sample, rows: Sequence[Sequence[float]], plot: Path | None) -> None:
    risks = [model.probability(row) for row in rows]
    lengths = [float(len(segment.text)) for segment in held.segments]
    typer.echo(
        f"  held-out pairs: AUROC {auroc(risks, held.bad):.3f}; length alone {auroc(lengths, held.bad):.3f}; "
        f"total log-probability alone {auroc([row[0] for row in held.rows], held.bad):.3f}"
    )
    curve = reliability(risks, held.bad, bins=6)
    for predicted, observed, size in curve:
        typer.echo(f"    predicted {predicted:.2f}  observed {observed:.2f}  ({size})")
    typer.echo(f"  expected calibration error {calibration_error(curve):.3f}")
    if plot is not None:
        write_atomically(plot, reliability_svg(curve).encode())


def _rated(path: Path, checker: Checker, judges: Judges) -> tuple[list[Labelled], dict[tuple[str, str], Any]]:
    """The odd half of the rated segments; features were chosen on the even one, nothing was fitted on either."""
    rated = [row for row in load_mqm(path) if zlib.crc32(row.key.encode()) % 2]
    distinct = list(dict.fromkeys((row.source, row.target) for row in rated))
    sample = Sample.of(_checked(checker, distinct), [False] * len(distinct), judges)
    return rated, dict(zip(distinct, sample.rows, strict=True))


def _print_mqm(
    model: RiskModel, name: str, rated: Sequence[Labelled], rows: dict[tuple[str, str], tuple[float, ...]]
) -> None:
    bad = [row.bad for row in rated]
    found = [rows[row.source, row.target] for row in rated]
    compared = len(model.weights) == len(FEATURES)
    typer.echo(
        f"  {name}: held-out half, {counted(len(rated), 'rated translation')}, "
        f"{sum(bad)} with a Major accuracy or term error"
    )
    for title, scores in (
        ("risk", [model.score(row[: len(model.weights)]) for row in found]),
        ("length of the source alone", [float(len(row.source)) for row in rated]),
        ("total log-probability alone", [row[0] for row in found]),
        *([("similarity and length alone", [row[-1] for row in found])] if compared else []),
    ):
        typer.echo(f"    {title:28} AUROC {auroc(scores, bad):.3f}  Kendall tau {_mean_tau(rated, scores):.3f}")


def _mean_tau(rated: Sequence[Labelled], scores: Sequence[float]) -> float:
    """Kendall's tau-b within each system, averaged over systems."""
    taus = []
    for system in sorted({row.system for row in rated}):
        own = [i for i, row in enumerate(rated) if row.system == system]
        taus.append(kendall([scores[i] for i in own], [rated[i].penalty for i in own]))
    return sum(taus) / len(taus) if taus else 0.0
