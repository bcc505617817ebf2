from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.stages._clauses import clauses, joined, stretches

LAW = "出口经营者应当如实申报；未经许可，不得出口；违反规定的，依法处罚；构成犯罪的，依法追究刑事责任。"


@given(st.lists(st.sampled_from(["稀土出口", "，", "；", "依法管制", "：", "许可"]), min_size=1), st.integers(1, 40))
def test_stretches_joined_are_the_text(words: list[str], longest: int) -> None:
    request = Request(text="".join(words))
    assert "".join(piece.text for piece in stretches(request, longest)) == request.text


def test_a_short_request_stays_whole() -> None:
    assert [piece.text for piece in stretches(Request(text=LAW), 60)] == [LAW]


def test_a_long_request_is_cut_at_semicolons_first() -> None:
    pieces = [piece.text for piece in stretches(Request(text=LAW), 30)]
    assert pieces[0] == "出口经营者应当如实申报；"
    assert all(len(piece) <= 30 for piece in pieces)


def test_no_cut_falls_into_a_constraint() -> None:
    start = LAW.index("许可，不得")
    constraint = Constraint(span=Span(start, start + 5), rendering="license, shall not")
    pieces = list(clauses(Request(text=LAW, constraints=(constraint,))))
    assert any("许可，不得" in piece.text and piece.constraints for piece in pieces)


def test_a_conjunction_that_ends_a_part_is_not_kept_before_the_comma() -> None:
    parts = [Hypothesis(text="The exporter applies, and"), Hypothesis(text="Customs release the goods.")]
    assert joined(parts, ()).text == "The exporter applies, customs release the goods."


def _two(first: str, second: str, source: str = "申请人未提交材料，") -> str:
    parts = [Hypothesis(text=first), Hypothesis(text=second)]
    return joined(parts, (), [source, "海关不予受理。"]).text


def test_two_sentences_that_a_comma_parts_are_joined_by_and() -> None:
    assert _two("The applicant has filed nothing,", "The request is not accepted.") == (
        "The applicant has filed nothing, and the request is not accepted."
    )
    assert _two("On May 6, the applicant has filed nothing,", "The request is not accepted.").endswith(
        "nothing, and the request is not accepted."
    )


def test_a_condition_or_a_fragment_is_followed_by_a_comma_alone() -> None:
    for first, source in (
        ("Where the applicant has filed nothing,", "申请人未提交材料，"),
        ("The applicant has filed nothing,", "申请人未提交材料的，"),
        ("In accordance with the Customs Law,", "根据海关法，"),
    ):
        assert _two(first, "The request is not accepted.", source) == f"{first} the request is not accepted."
    alone = _two("The applicant has filed nothing,", "Without stating a reason.")
    assert alone == "The applicant has filed nothing, without stating a reason."
