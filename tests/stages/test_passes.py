"""What the translate stage asks of the engine, and which hypothesis it keeps."""

from __future__ import annotations

from pipeline.config import Config
from pipeline.core.document import Hypothesis
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.run import Translator
from pipeline.stages.translate import by_coverage
from pipeline.testing import ScriptedEngine

_SOURCE = "有关部门加强两用物项管理。"
_WRONG = "The relevant departments strengthen the management of two-use articles."
_RIGHT = "The relevant departments shall strengthen the management of dual-use items."
_WRITTEN = "Relevant departments strengthen management of dual-use items."


def beam(*plain: str) -> ScriptedEngine:
    """An engine with a beam: a list of answers without renderings written in, one answer with them."""
    return ScriptedEngine(
        lambda request: _WRITTEN if _written(request) else plain,
        capabilities=Capabilities(glossary=GlossaryMode.ANNOTATE, n_best=True),
    )


def _written(request: Request) -> bool:
    return any(constraint.asked for constraint in request.constraints)


def _asked(engine: ScriptedEngine) -> list[tuple[int, bool]]:
    """How many answers each call wanted, and whether renderings were written into its one request."""
    return list(zip(engine.wanted, map(_written, engine.asked), strict=True))


def _translated(engine: ScriptedEngine) -> tuple[Hypothesis, ...]:
    with Translator(Config(), engine=engine) as translator:
        [segment] = translator.text(_SOURCE).segments
        return segment.hypotheses


def test_a_rendering_is_first_sought_in_the_list_that_the_beam_holds_anyway() -> None:
    engine = beam(_WRONG, _RIGHT)
    [kept] = _translated(engine)
    assert kept.text == _RIGHT
    assert _asked(engine) == [(4, False)]


def test_a_rendering_that_no_hypothesis_has_is_written_into_the_source() -> None:
    engine = beam(_WRONG)
    [kept] = _translated(engine)
    assert kept.text == _WRITTEN
    assert _asked(engine) == [(4, False), (4, True)]


def test_of_like_scores_the_hypothesis_that_leaves_no_word_out_is_first() -> None:
    source = "经营者应当按照国家规定保存运输记录。"
    short = Hypothesis(text="Operators shall keep records.", score=-0.5)
    full = Hypothesis(text="Operators shall keep transport records in accordance with state provisions.", score=-0.55)
    assert by_coverage(source, (short, full)) == (full, short)


def test_without_scores_the_order_is_the_engine_s() -> None:
    short, full = Hypothesis(text="Keep records."), Hypothesis(text="Operators shall keep transport records.")
    assert by_coverage("经营者应当保存运输记录。", (short, full)) == (short, full)
