"""What the translate stage asks of the engine, and which hypothesis it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.config import Config
from pipeline.core.document import Hypothesis
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.engines.echo import EchoEngine
from pipeline.run import Translator
from pipeline.stages.translate import by_coverage

_SOURCE = "有关部门加强两用物项管理。"
_WRONG = "The relevant departments strengthen the management of two-use articles."
_RIGHT = "The relevant departments shall strengthen the management of dual-use items."
_WRITTEN = "Relevant departments strengthen management of dual-use items."


class Beam(EchoEngine):
    """An engine with a beam: a list of answers without renderings written in, one answer with them."""

    name = "beam"
    capabilities = Capabilities(glossary=GlossaryMode.ANNOTATE, n_best=True)

    def __init__(self, *plain: str) -> None:
        self._plain = plain
        self.asked: list[tuple[int, bool]] = []

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        lists = []
        for request in requests:
            written = any(constraint.asked for constraint in request.constraints)
            self.asked.append((n_best, written))
            texts = (_WRITTEN,) if written else self._plain[:n_best]
            lists.append(tuple(Hypothesis(text=text, engine=self.name) for text in texts))
        return lists


def _translated(engine: Beam) -> tuple[Hypothesis, ...]:
    with Translator(Config(), engine=engine) as translator:
        [segment] = translator.text(_SOURCE).segments
        return segment.hypotheses


def test_a_rendering_is_first_sought_in_the_list_that_the_beam_holds_anyway() -> None:
    engine = Beam(_WRONG, _RIGHT)
    [kept] = _translated(engine)
    assert kept.text == _RIGHT
    assert engine.asked == [(4, False)]


def test_a_rendering_that_no_hypothesis_has_is_written_into_the_source() -> None:
    engine = Beam(_WRONG)
    [kept] = _translated(engine)
    assert kept.text == _WRITTEN
    assert engine.asked == [(4, False), (4, True)]


def test_of_like_scores_the_hypothesis_that_leaves_no_word_out_is_first() -> None:
    source = "经营者应当按照国家规定保存运输记录。"
    short = Hypothesis(text="Operators shall keep records.", score=-0.5)
    full = Hypothesis(text="Operators shall keep transport records in accordance with state provisions.", score=-0.55)
    assert by_coverage(source, (short, full)) == (full, short)


def test_without_scores_the_order_is_the_engine_s() -> None:
    short, full = Hypothesis(text="Keep records."), Hypothesis(text="Operators shall keep transport records.")
    assert by_coverage("经营者应当保存运输记录。", (short, full)) == (short, full)
