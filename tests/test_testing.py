"""What is offered to people who write engines, checks and formats: it tells what is kept from what is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.core.document import Document, Hypothesis
from pipeline.core.flags import Span
from pipeline.engines import create
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.formats.text import TextFormat
from pipeline.stages.normalise import Normalise
from pipeline.stages.segment import SegmentStage
from pipeline.testing import ScriptedEngine, check_engine, check_format, document, flags, places, post_edited, segment

Answers = list[tuple[Hypothesis, ...]]
LINES = "# 公告\n\n对两用物项实施**出口管制**。\n\n- 第一项\n\n| 名称 | 数量 |\n|---|---|\n| 氧化镝 | 5吨 |\n"


class Spoilt(ScriptedEngine):
    """An engine whose answers are put through a function before they go out."""

    def __init__(
        self, spoil: Callable[[Sequence[Request], Answers], Answers], capabilities: Capabilities | None = None
    ) -> None:
        super().__init__(capabilities=capabilities)
        self._spoil = spoil

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> Answers:
        return self._spoil(requests, super().translate(requests, n_best=n_best))


class Scoring(ScriptedEngine):
    """An engine that scores with one number per word."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self._number = number

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, ...]]:
        return [(self._number,) * len(target.split()) for _, target in pairs]


def placed(requests: Sequence[Request], answers: Answers) -> Answers:
    """The same answers, with a place outside the text for each rendering."""
    return [
        (Hypothesis(text=one.text, aligned=(Span(0, 10_000),) * len(request.constraints)),)
        for request, (one,) in zip(requests, answers, strict=True)
    ]


def with_text(text: str) -> Callable[[Sequence[Request], Answers], Answers]:
    return lambda _, answers: [(Hypothesis(text=text),) for _ in answers]


PROMPT = Capabilities(glossary=GlossaryMode.PROMPT)
SEVERAL = Capabilities(glossary=GlossaryMode.PROMPT, n_best=True)
PROBABLE = (Hypothesis(text="A", score=0.7),)
BROKEN = {
    "sorted": (lambda _, answers: sorted(answers, key=lambda one: one[0].text), None, "order of the requests"),
    "one-missing": (lambda _, answers: answers[1:], None, "answers to"),
    "empty": (lambda _, answers: [() for _ in answers], None, "never empty"),
    "too-many": (lambda _, answers: [one * 2 for one in answers], None, "too many"),
    "probability": (lambda requests, _: [PROBABLE for _ in requests], None, "mean logarithms"),
    "no-text": (with_text(" "), None, "no line of text"),
    "two-lines": (with_text("One.\nTwo."), None, "no line of text"),
    "outside": (placed, None, "lie outside"),
    "no-logprobs": (
        lambda _, answers: answers,
        Capabilities(glossary=GlossaryMode.PROMPT, token_logprobs=True),
        "promises token_logprobs",
    ),
    "no-batch": (lambda _, answers: answers, Capabilities(glossary=GlossaryMode.PROMPT, batch_size=0), "at least 1"),
}


@pytest.mark.parametrize("case", BROKEN, ids=BROKEN.keys())
def test_an_engine_that_breaks_a_promise_is_told_which_one(case: str) -> None:
    spoil, capabilities, message = BROKEN[case]
    with pytest.raises(AssertionError, match=message):
        check_engine(Spoilt(spoil, capabilities))  # type: ignore[arg-type]


def test_an_engine_that_counts_its_calls_passes_only_where_answers_may_differ() -> None:
    engine = ScriptedEngine(lambda _: f"Answer {engine.calls}.")
    check_engine(engine, repeatable=False)
    with pytest.raises(AssertionError, match="depend on their company"):
        check_engine(engine)


@pytest.mark.parametrize(("number", "fine"), [(-0.5, True), (0.5, False)], ids=["logarithms", "probabilities"])
def test_scores_are_logarithms_of_probabilities(number: float, *, fine: bool) -> None:
    if fine:
        check_engine(Scoring(number))
    else:
        with pytest.raises(AssertionError, match="never above 0"):
            check_engine(Scoring(number))


@pytest.mark.parametrize("options", [{}, {"glossary": False}], ids=["renderings", "source"])
def test_the_echo_engine_keeps_the_contract(options: dict[str, object]) -> None:
    with create("echo", options) as engine:
        check_engine(engine)


def test_a_scripted_engine_says_what_its_table_has_and_else_echoes() -> None:
    table = {"同意。": "Agreed.", "反对。": ("Opposed.", "Against.")}
    engine = ScriptedEngine(table, capabilities=SEVERAL)
    requests = [Request(text=text) for text in ("反对。", "弃权。", "同意。")]
    texts = [[one.text for one in several] for several in engine.translate(requests, n_best=2)]
    assert texts == [["Opposed.", "Against."], ["弃权。"], ["Agreed."]]
    assert (engine.asked, engine.wanted, engine.calls) == (requests, [2], 1)
    assert ScriptedEngine(table, default="Nothing.").translate(requests[1:2])[0][0].text == "Nothing."


@pytest.mark.parametrize("name", [name for name in formats.writable() if name != "xliff"])
def test_every_format_that_is_written_keeps_the_contract(name: str) -> None:
    form, lines = formats.by_name(name), formats.by_name("markdown").read(LINES.encode(), name="公告.md")
    data = LINES.encode() if name == "markdown" else form.export(SegmentStage()(Normalise()(lines)))
    assert any("两用物项" in block.source for block in check_format(form, data).blocks)


class Lossy(TextFormat):
    """Plain text, but what is written loses its last line."""

    def write(self, document: Document, original: bytes) -> bytes:
        return super().write(document, original).rpartition(b"\n")[0]


def test_a_format_that_loses_a_line_is_told() -> None:
    with pytest.raises(AssertionError, match="write changed its blocks"):
        check_format(Lossy(), "第一条\n第二条".encode())
    with pytest.raises(AssertionError, match="nothing to translate"):
        check_format(TextFormat(), b"")


def test_a_document_is_made_of_texts_pairs_and_segments() -> None:
    made = document("公告", ("同意。", "Agreed."), segment("两用物项", id="x", terms={"物项": "item"}))
    assert [(one.id, one.target) for one in made.segments] == [("1.s1", ""), ("2.s1", "Agreed."), ("x", "")]
    assert made.segments[2].terms[0].span == Span(2, 4)
    [block] = document("甲。", "乙。", together=True, date="2026-01-06").blocks
    assert (block.source, len(block.segments)) == ("甲。乙。", 2)


@given(st.text(alphabet="出口许可证", max_size=20))
def test_pieces_are_placed_from_the_left_and_the_longest_of_those_that_overlap(text: str) -> None:
    renderings = {"出口": "export", "许可": "license", "出口许可": "export license", "可证": "never"}
    found = list(places(text, renderings).items())
    assert all(renderings[span.of(text)] == english for span, english in found)
    assert all(one.end <= other.start for (one, _), (other, _) in pairwise(found))
    assert text.count("出口许可") == [english for _, english in found].count("export license")


def test_flags_of_a_pair_and_edits_of_a_hypothesis_are_seen_without_a_run() -> None:
    [flag] = flags(document(("出口5.54万吨。", "Exports were 5.54 metric tons.")), "A201")
    assert flag.candidates[0].text == "55,400 metric tons"
    done = post_edited("有效期不超过1年。", "It is valid for one years.")
    assert (done.target, [edit.rule for edit in done.edits]) == ("It is valid for one year.", ["agreement"])
