"""The second_look stage: how likely the engine finds its targets, what it nearly said, what another engine says.

What is found is added to ``Segment.hypotheses`` with a mode of its own; the
checks U401 to U403, U406 and the risk of segments read it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from pipeline.checks._similarity import unlike
from pipeline.checks.risk import ALTERNATIVE, SCORED, SECOND, SIMILAR, Confidence
from pipeline.core.document import Document, Hypothesis, Segment
from pipeline.engines.base import Engine, Request, Scorer
from pipeline.engines.similarity import Embedder, similarities
from pipeline.stages.base import Stage

# Alternatives are asked for the least likely segments only: decoding them costs as much as translating.
_SHARE: Final = 0.15
_N_BEST: Final = 4


class SecondLook:
    """Adds what the checks of uncertainty read.

    Args:
        engine: Scores targets and gives alternatives, where it can.
        score: Whether to ask it.
        second: Stages that make targets with a second engine; empty without one.
        second_name: Name of that engine.
        embedder: Judges how alike source and target are in meaning; None: nobody does.
    """

    name = "second_look"
    requires = frozenset({"segments", "targets"})
    provides = frozenset({"second look"})

    def __init__(
        self,
        engine: Engine,
        *,
        score: bool = True,
        second: Sequence[Stage] = (),
        second_name: str = "",
        embedder: Embedder | None = None,
    ) -> None:
        self._engine = engine
        self._score = score
        self._second = tuple(second)
        self._second_name = second_name
        self._embedder = embedder

    def __call__(self, document: Document) -> Document:
        """The document with more hypotheses on its segments; their targets stay."""
        segments = list(document.segments)
        if self._score and isinstance(self._engine, Scorer):
            segments = self._scored(segments, self._engine)
        if self._embedder:
            segments = self._with_choices(_compared(segments, self._embedder))
        if self._second:
            segments = [
                _with(segment, Hypothesis(text=other.target, mode=SECOND, engine=self._second_name))
                if other.target and other.target != segment.target
                else segment
                for segment, other in zip(segments, self._others(document), strict=True)
            ]
        return document.with_segments(tuple(segments))

    def _others(self, document: Document) -> tuple[Segment, ...]:
        bare = document.with_segments(
            tuple(msgspec.structs.replace(segment, hypotheses=(), target="", edits=()) for segment in document.segments)
        )
        for stage in self._second:
            bare = stage(bare)
        return bare.segments

    def _scored(self, segments: Sequence[Segment], scorer: Scorer) -> list[Segment]:
        logprobs = scorer.score([(segment.text, segment.target) for segment in segments])
        done = [
            _with(
                segment,
                Hypothesis(
                    text=segment.target,
                    score=Confidence.of(values).mean,
                    token_logprobs=values,
                    mode=SCORED,
                    engine=self._engine.name,
                ),
            )
            if values
            else segment
            for segment, values in zip(segments, logprobs, strict=True)
        ]
        doubtful = sorted(
            (i for i, values in enumerate(logprobs) if values), key=lambda i: Confidence.of(logprobs[i]).mean
        )[: max(1, round(_SHARE * len(segments)))]
        for i, alternatives in zip(doubtful, self._alternatives([segments[i] for i in doubtful]), strict=True):
            done[i] = _with(done[i], *alternatives)
        return done

    def _with_choices(self, segments: list[Segment]) -> list[Segment]:
        """Alternatives for segments that are unlike their sources, where they have none yet."""
        places = {segment.id: i for i, segment in enumerate(segments)}
        low = [one for one, _, _ in unlike(segments) if all(other.mode != ALTERNATIVE for other in one.hypotheses)]
        for segment, found in zip(low, self._alternatives(low), strict=True):
            segments[places[segment.id]] = _with(segment, *found)
        return segments

    def _alternatives(self, segments: Sequence[Segment]) -> list[list[Hypothesis]]:
        if not segments or not self._engine.capabilities.n_best:
            return [[] for _ in segments]
        lists = self._engine.translate([Request(text=segment.text) for segment in segments], n_best=_N_BEST)
        return [
            [
                msgspec.structs.replace(one, mode=ALTERNATIVE, aligned=())
                for one in hypotheses
                if one.text != segment.target
            ]
            for segment, hypotheses in zip(segments, lists, strict=True)
        ]


def _compared(segments: Sequence[Segment], embedder: Embedder) -> list[Segment]:
    found = iter(similarities(embedder, [(one.text, one.target) for one in segments if one.target]))
    return [
        _with(one, Hypothesis(text=one.target, score=next(found), mode=SIMILAR, engine=embedder.name))
        if one.target
        else one
        for one in segments
    ]


def _with(segment: Segment, *hypotheses: Hypothesis) -> Segment:
    return msgspec.structs.replace(segment, hypotheses=(*segment.hypotheses, *hypotheses))
