"""Risk of segments, and places where alternatives or a second engine say something else."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import testing
from pipeline.checks._disagreement import disagreements
from pipeline.checks.risk import (
    ALTERNATIVE,
    SCORED,
    SECOND,
    SIMILAR,
    Confidence,
    RiskModel,
    features,
    shipped_models,
    with_risk,
)
from pipeline.core.document import Document, Hypothesis, SegmentState, TermMatch
from pipeline.core.flags import Span
from pipeline.core.mqm import Severity
from pipeline.testing import flags

ZH = "双方同意延长期限。"
EN = "The two sides agreed to extend the time limit."


def document(*hypotheses: Hypothesis, target: str = EN, terms: tuple[TermMatch, ...] = ()) -> Document:
    return testing.document(testing.segment(ZH, target, hypotheses=hypotheses, terms=terms))


def test_a_second_engine_that_says_another_word_is_flagged_with_both_candidates() -> None:
    other = Hypothesis(text="The two sides agreed to shorten the time limit.", mode=SECOND, engine="hf")
    [flag] = flags(document(other), "U403")
    assert [candidate.text for candidate in flag.candidates] == ["extend", "shorten"]
    assert flag.target is not None
    assert flag.target.of(EN) == "extend"
    assert flag.severity is Severity.MINOR


def test_a_number_or_a_negation_that_a_second_engine_has_otherwise_is_grave() -> None:
    target = "Exports rose by 30 metric tons."
    other = Hypothesis(text="Exports rose by 50 metric tons.", mode=SECOND, engine="hf")
    [flag] = flags(document(other, target=target), "U403")
    assert flag.severity is Severity.MAJOR


@pytest.mark.parametrize(
    "other",
    [
        EN,
        "Both sides agreed on something entirely else about the market.",
        "The two sides agree to extending a time limit.",
    ],
    ids=["equal", "unlike", "inflected"],
)
def test_equal_unlike_and_merely_inflected_versions_mark_no_place(other: str) -> None:
    assert not flags(document(Hypothesis(text=other, mode=SECOND, engine="hf")), "U403")


def test_what_the_glossary_decides_is_in_no_doubt() -> None:
    term = TermMatch(concept="x", span=Span(4, 6), text="延长", rendering="extend", target=Span(24, 30), honoured=True)
    other = Hypothesis(text="The two sides agreed to prolong the time limit.", mode=SECOND, engine="hf")
    assert EN[24:30] == "extend"
    assert not flags(document(other, terms=(term,)), "U403")


def test_alternatives_that_agree_against_the_target_are_flagged_and_a_lone_one_is_not() -> None:
    says = [
        Hypothesis(text=EN.replace("extend", word), mode=ALTERNATIVE, engine="e")
        for word in ("prolong", "prolong", "widen", "extends")
    ]
    [flag] = flags(document(*says), "U402")
    assert flag.candidates[1].text == "prolong"
    assert not flags(document(says[2], *[Hypothesis(text=EN, mode=ALTERNATIVE, engine="e")] * 2), "U402")


def test_a_target_that_its_engine_finds_unlikely_is_riskier_than_one_that_it_finds_likely() -> None:
    def risk(logprob: float) -> float:
        scored = Hypothesis(text=EN, mode=SCORED, engine="e", token_logprobs=(logprob,) * 8)
        [segment] = with_risk(document(scored)).segments
        assert segment.risk is not None
        return segment.risk

    assert 0 <= risk(-0.3) < risk(-3.0) <= 1


def test_a_score_of_another_text_gives_no_risk() -> None:
    scored = Hypothesis(text="Something else.", mode=SCORED, engine="e", token_logprobs=(-1.0,))
    [segment] = with_risk(document(scored)).segments
    assert segment.risk is None


def test_an_open_error_flag_raises_the_error_feature_and_a_dismissed_one_does_not() -> None:
    [flag] = flags(document(target="两 sides agreed to extend the time limit."), "A207")
    confidence = Confidence.of((-1.0,))
    assert features(confidence, [flag])[1] == 1.0
    dismissed = msgspec.structs.replace(flag, state="dismissed")
    assert features(confidence, [dismissed])[1] == 0.0


def test_rare_words_and_unlike_meaning_are_riskier_and_similarity_is_left_out_where_there_is_none() -> None:
    confidence = Confidence.of((-1.0,))
    common, rare = (features(confidence, text=text) for text in ("我们同意。", "我们同意镝铽氢碎。"))
    assert len(common) == 3
    assert common[2] < rare[2]
    near, far = (features(confidence, text=ZH, similarity=cosine) for cosine in (0.9, 0.1))
    assert near[:3] == far[:3]
    assert near[3] < far[3]


@pytest.mark.parametrize("similarity", [None, 0.6], ids=["plain", "compared"])
def test_the_shipped_models_find_an_unlikely_target_with_an_error_riskier(similarity: float | None) -> None:
    [flag] = flags(document(target="两 sides agreed to extend the time limit."), "A207")
    good = features(Confidence.of((-0.2,) * 8), text=ZH, similarity=similarity)
    bad = features(Confidence.of((-3.0,) * 8), [flag], text=ZH, similarity=similarity)
    model = shipped_models().of(good)
    assert 0 <= model.probability(good) < model.probability(bad) <= 1


def compared(score: float, *, model: str = "use-multilingual", count: int = 1) -> Document:
    zh = "双方同意延长谈判的最后期限。"
    segments = [
        testing.segment(
            zh,
            EN,
            id=f"{n}.s1",
            hypotheses=(
                Hypothesis(text=EN, mode=SIMILAR, engine=model, score=score if n == 0 else 0.8 + n / 1000),
                Hypothesis(text="They extended it.", mode=ALTERNATIVE, engine="e"),
            ),
        )
        for n in range(count)
    ]
    return testing.document(*segments)


def test_a_translation_that_the_packaged_model_finds_unlike_its_source_is_flagged_with_the_alternative() -> None:
    [flag] = flags(compared(0.12), "U406")
    assert [candidate.text for candidate in flag.candidates] == [EN, "They extended it."]
    assert not flags(compared(0.45), "U406")


def test_with_another_model_only_what_lies_far_below_the_rest_of_the_document_is_flagged() -> None:
    assert len(flags(compared(0.3, model="labse", count=20), "U406")) == 1
    assert not flags(compared(0.79, model="labse", count=20), "U406")
    assert not flags(compared(0.3, model="labse", count=5), "U406")


@given(st.lists(st.floats(min_value=-40, max_value=0), min_size=2, max_size=2))
def test_a_risk_is_a_probability(row: list[float]) -> None:
    model = RiskModel(origin="", centre=(0.0,) * 2, scale=(1.0,) * 2, weights=(1.0,) * 2, bias=0.0)
    assert 0 <= model.probability(row) <= 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_places_of_disagreement_lie_in_the_target_and_say_what_stands_there(target: str, other: str) -> None:
    for found in disagreements(target, other):
        assert found.span.of(target) == found.here
        assert found.there in other


LONG = "国家建立国家安全审查和监管的制度和机制，对影响或者可能影响国家安全的外商投资、特定物项和关键技术进行审查。"
READ = "The state establishes a system of review of foreign investment, specific items, and key technologies."


def unsure(score: float | None, *, engine: str = "embedded", state: SegmentState = SegmentState.TRANSLATED) -> Document:
    said = Hypothesis(text=READ, score=score, mode="clauses", engine=engine)
    return testing.document(testing.segment(LONG, READ, state=state, hypotheses=[said]))


def test_a_long_sentence_that_the_engine_finds_unlikely_is_flagged_without_a_second_look() -> None:
    [flag] = flags(unsure(-0.4), "U401")
    assert flag.severity is Severity.MINOR
    assert flag.target == Span(0, len(READ))
    [grave] = flags(unsure(-0.7), "U401")
    assert grave.severity is Severity.MAJOR


@pytest.mark.parametrize(
    "made",
    [
        unsure(-0.1),
        unsure(None),
        unsure(-0.7, engine="huggingface"),
        unsure(-0.7, state=SegmentState.REVIEWED),
    ],
    ids=["likely", "no-score", "other-engine", "reviewed"],
)
def test_what_is_likely_or_measured_otherwise_or_reviewed_is_not_called_unsure(made: Document) -> None:
    assert not flags(made, "U401")
