"""A model that reviews: what is listened to, what is dropped and counted, and what it costs when it is off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks import CATALOGUE
from pipeline.config import Config, EngineConfig, ReviewConfig
from pipeline.core.document import Document, TermMatch
from pipeline.core.flags import Candidate, Flag, Span
from pipeline.core.mqm import Severity
from pipeline.core.serial import summary
from pipeline.core.verdict import Verdict
from pipeline.engines.base import Capabilities, GlossaryMode, ReviewRequest
from pipeline.errors import EngineUnavailable
from pipeline.run import Translator
from pipeline.stages.model_review import ModelReview, judged
from pipeline.store.rows import Payload, payload
from pipeline.testing import document, flags, segment

ZH = "未经许可，不得出口本公告所列物项。"
EN = "Without a license, the items listed in this announcement may be exported."
NEGATION: dict[str, Any] = {
    "code": "A201",
    "message": "The prohibition has become a permission.",
    "source": "不得出口",
    "target": "may be exported",
    "candidates": ["shall not be exported", "must not be exported"],
}
CODES = {"A201": "a title", "T101": "another"}


class Scripted:
    """A review engine that plays its answers in turn and remembers what it was asked."""

    name = "scripted"
    capabilities = Capabilities(glossary=GlossaryMode.PROMPT, batch_size=2)

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[list[ReviewRequest]] = []

    def review(self, requests: Sequence[ReviewRequest]) -> list[str | None]:
        self.asked.append(list(requests))
        return [self.answers.pop(0) for _ in requests]


WHOLE = segment(ZH, EN)


def issues(*found: dict[str, Any]) -> str:
    return json.dumps({"issues": found}, ensure_ascii=False)


def queried(made: Document) -> list[Flag]:
    return flags(made, "U407")


def test_a_valid_issue_becomes_a_flag_with_the_suggested_code_spans_and_evidence() -> None:
    made = ModelReview(Scripted(issues(NEGATION)))(document(WHOLE))
    [flag] = queried(made)
    assert flag.message == "A201, says scripted: The prohibition has become a permission."
    assert flag.source is not None
    assert flag.source.of(ZH) == "不得出口"
    assert flag.target is not None
    assert flag.target.of(EN) == "may be exported"
    assert flag.candidates == (
        Candidate("shall not be exported", "review engine scripted"),
        Candidate("must not be exported", "review engine scripted"),
        Candidate("may be exported", "as translated"),
    )
    assert flag.severity is not Severity.CRITICAL
    assert summary(made)["review"] == {"segments": 1, "remarks": 1, "dropped": {}}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"code": "Z999"}, "code"),
        ({"source": "不得进口"}, "source span"),
        ({"target": "may be imported"}, "target span"),
        ({"source": "", "target": " "}, "no span"),
        ({"candidates": []}, "candidates"),
        ({"candidates": ["may be exported", "  "]}, "candidates"),
        ({"target": "", "candidates": ["shall not"]}, "candidates"),
        ({"candidates": ["x" * 501]}, "candidates"),
        ({"candidates": "shall not be exported"}, "schema"),
        ({"message": ""}, "schema"),
        ({"message": "a\u0000b"}, "schema"),
        ({"source": None}, "schema"),
        ({"severity": "critical"}, "schema"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_an_issue_that_cannot_be_verified_is_dropped_and_counted_and_the_others_stay(
    changed: dict[str, Any], reason: str
) -> None:
    verdict = judged(issues({**NEGATION, **changed}, NEGATION), WHOLE, codes=CODES, engine="scripted")
    assert verdict.dropped == ((reason, 1),)
    assert [remark.target for remark in verdict.remarks] == ["may be exported"]


@pytest.mark.parametrize(
    "answer",
    ["", "Looks good to me!", "[]", '{"issues": 3}', '{"flags": []}', '{"issues": [', "[" * 100_000, '"\ud800"'],
    ids=["empty", "prose", "list", "number", "no-issues", "cut", "deep", "surrogate"],
)
def test_a_malformed_answer_is_counted_once_and_is_no_error(answer: str) -> None:
    verdict = judged(answer, WHOLE, codes=CODES, engine="scripted")
    assert verdict == Verdict(engine="scripted", dropped=(("malformed answer", 1),))


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*NEGATION, "issues"]), inner),
    ).map(lambda value: json.dumps({"issues": [value]}))
)
def test_whatever_a_model_answers_what_stays_stands_in_the_segment(answer: str) -> None:
    for remark in judged(answer, WHOLE, codes=CODES, engine="scripted").remarks:
        assert remark.code in CODES
        assert remark.source in ZH
        assert remark.target in EN
        assert remark.candidates


def test_a_model_that_repeats_itself_or_rewrites_the_sentence_is_cut_short() -> None:
    words = EN.replace(",", "").rstrip(".").split()
    many = [{**NEGATION, "source": "", "target": word} for word in dict.fromkeys(words)]
    verdict = judged(issues(NEGATION, NEGATION, *many), WHOLE, codes=CODES, engine="scripted")
    assert len(verdict.remarks) == 5
    assert dict(verdict.dropped) == {"repeated": 1, "too many": len(many) - 4}


def test_the_model_is_given_both_texts_the_terms_and_the_codes_that_are_on() -> None:
    term = TermMatch(concept="c", span=Span(2, 4), text="许可", rendering="license")
    engine = Scripted(issues())
    ModelReview(engine, off=("S5",))(document(segment(ZH, EN, terms=[term])))
    [[request]] = engine.asked
    assert (request.text, request.target, request.terms) == (ZH, EN, (("许可", "license"),))
    offered = dict(request.codes)
    assert offered["A201"] == CATALOGUE["A201"].title
    assert not [code for code in offered if code.startswith(("S5", "U401", "U403", "U407", "U411"))]


def test_equal_segments_are_asked_about_once_and_copied_ones_never() -> None:
    engine = Scripted(issues(NEGATION))
    made = ModelReview(engine)(document((ZH, EN), (ZH, EN), ("GB/T 1", "GB/T 1"), ZH))
    assert [len(batch) for batch in engine.asked] == [1]
    assert [one.verdict is not None for one in made.segments] == [True, True, False, False]
    assert len(queried(made)) == 2


def test_a_server_that_gives_no_answer_is_left_alone_and_every_segment_is_counted() -> None:
    engine = Scripted(None, None)
    made = ModelReview(engine)(document(*[(f"第{number}条。", f"Article {number}.") for number in range(5)]))
    assert len(engine.asked) == 1
    assert summary(made)["review"] == {"segments": 5, "remarks": 0, "dropped": {"no answer": 5}}


def test_a_remark_on_words_that_were_corrected_since_is_gone() -> None:
    made = ModelReview(Scripted(issues(NEGATION)))(document(WHOLE))
    [reviewed] = made.segments
    corrected = msgspec.structs.replace(reviewed, target=EN.replace("may", "shall not"))
    assert queried(made)
    assert not queried(made.with_segments((corrected,)))


def test_a_verdict_is_kept_with_its_segment_in_the_store() -> None:
    import zlib

    [reviewed] = ModelReview(Scripted(issues(NEGATION)))(document(WHOLE)).segments
    kept = msgspec.json.decode(zlib.decompress(payload(reviewed)), type=Payload)
    assert kept.verdict == reviewed.verdict
    assert kept.verdict is not None


def test_an_engine_that_translates_only_is_refused_by_name() -> None:
    config = replace(Config(), engine=EngineConfig(name="echo", review=ReviewConfig(name="echo")))
    with pytest.raises(EngineUnavailable, match="'echo' cannot review"):
        Translator(config)


def test_without_a_review_engine_there_is_no_stage_and_no_count() -> None:
    with Translator(replace(Config(), engine=EngineConfig(name="echo"))) as translator:
        assert not any(isinstance(stage, ModelReview) for stage in translator.stages)
        assert "review" not in summary(translator.text("对两用物项实施出口管制。"))
