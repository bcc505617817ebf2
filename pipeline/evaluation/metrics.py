"""BLEU and chrF, with the signatures that make a figure comparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MtScore:
    """A system's scores on a test set.

    Attributes:
        system: Its name.
        segments: How many were scored.
        bleu: 0 to 100.
        chrf: chrF2, 0 to 100.
        chrf_words: chrF2++ (word order 2), 0 to 100.
        signatures: sacrebleu's signatures of the three.
    """

    system: str
    segments: int
    bleu: float
    chrf: float
    chrf_words: float
    signatures: tuple[str, str, str]


def score(system: str, hypotheses: Sequence[str], references: Sequence[str]) -> MtScore:
    """Corpus scores against one reference, by sacrebleu (Post 2018) with its defaults.

    Raises:
        ValueError: The numbers of segments differ.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses for {len(references)} references")
    metrics = (BLEU(), CHRF(), CHRF(word_order=2))
    values = [metric.corpus_score(list(hypotheses), [list(references)]).score for metric in metrics]
    return MtScore(
        system=system,
        segments=len(hypotheses),
        bleu=values[0],
        chrf=values[1],
        chrf_words=values[2],
        signatures=tuple(str(metric.get_signature()) for metric in metrics),  # type: ignore[arg-type]
    )
