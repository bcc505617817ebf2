from __future__ import annotations

import pytest

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span
from pipeline.stages._placement import place_renderings
from pipeline.testing import segment


def placed(text: str, *terms: tuple[str, str, str | None], joint: str = "，") -> tuple[str, list[str]]:
    """The target and the placed renderings; a term is Chinese, rendering, and the words that stand for it."""
    source = joint.join(zh for zh, _, _ in terms)
    aligned = []
    for _, _, words in terms:
        start = text.index(words) if words else 0
        aligned.append(Span(start, start + len(words)) if words else None)
    renderings = {zh: rendering for zh, rendering, _ in terms}
    made = segment(source, terms=renderings, hypotheses=[Hypothesis(text=text, aligned=tuple(aligned))])
    done, edits = place_renderings(made, {}, None)
    return done.target, [edit.after for edit in edits]


def test_a_mangled_rendering_is_replaced_where_the_engine_put_it() -> None:
    target, edits = placed(
        "on lutesprosium and dysprosium", ("镥", "lutetium", "lutesprosium"), ("镝", "dysprosium", "dysprosium")
    )
    assert target == "on lutetium and dysprosium"
    assert edits == ["lutetium"]


def test_an_honoured_rendering_is_left_alone_inflected_too() -> None:
    assert placed("two export licenses", ("出口许可证", "export license", "export licenses"))[1] == []


def test_a_term_that_the_engine_dropped_is_not_forced_in() -> None:
    assert placed("controls apply", ("镥", "lutetium", None)) == ("controls apply", [])


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("the Ministry of Trade said", "Trade", "the Ministry of Commerce said"),
        ("Trade Ministry said", "Trade Ministry", "Ministry of Commerce said"),
        ("the Trade of Commerce said", "Trade", "the Ministry of Commerce said"),
    ],
    ids=["head-stands-before", "sentence-start", "tail-stands-behind"],
)
def test_words_the_rendering_brings_along_do_not_stand_twice(text: str, words: str, expected: str) -> None:
    assert placed(text, ("商务部", "Ministry of Commerce", words))[0] == expected


def test_a_conjunction_behind_the_replaced_words_stays() -> None:
    target, _ = placed(
        "the department of industry and other departments",
        ("工业和信息化主管部门", "department of industry and information technology", "department of industry and"),
    )
    assert target == "the department of industry and information technology and other departments"


def test_the_article_before_follows_the_rendering() -> None:
    assert placed("needs a license of export now", ("出口许可", "export license", "license of export"))[0] == (
        "needs an export license now"
    )


def test_a_span_far_longer_than_the_rendering_is_not_trusted() -> None:
    text = "a long stretch of words that cannot all stand for one short element name here"
    assert placed(text, ("镝", "dysprosium", text))[0] == text


def test_two_terms_never_take_the_same_words() -> None:
    target, edits = placed(
        "control lists apply", ("管制", "export control", "control lists"), ("清单", "list of items", "control lists")
    )
    assert len(edits) == 1
    assert target == "export control apply"


ELEMENTS = (("金属钐", "samarium", "samarium"), ("金属钆", "gadolinium", "gadol"), ("金属铽", "terbium", "tebrium"))


def test_a_garbled_enumeration_is_written_anew_in_the_order_of_the_source() -> None:
    target, edits = placed("Controls on samarium, gadol, gadol, tebrium apply", *ELEMENTS, joint="、")
    assert target == "Controls on samarium, gadolinium, and terbium apply"
    assert edits == ["samarium, gadolinium, and terbium"]


def test_a_right_enumeration_is_left_alone() -> None:
    terms = tuple((zh, en, en) for zh, en, _ in ELEMENTS)
    assert placed("on samarium, gadolinium and terbium", *terms, joint="、")[1] == []


def test_an_enumeration_scattered_over_the_sentence_is_not_written_anew() -> None:
    text = "samarium is controlled by a long rule that was made in spring and gadol also falls under it as does tebrium"
    assert "is controlled by a long rule" in placed(text, *ELEMENTS, joint="、")[0]


def test_a_date_and_an_amount_that_the_engine_missed_are_put_in() -> None:
    source = "2025年4月4日，出口5.54万吨。"
    text = "On 4 of April 20025, exports were 5.54 tons."
    aligned = (Span(0, 19), Span(34, 43))
    made = segment(source, hypotheses=[Hypothesis(text=text, aligned=aligned)])
    done, edits = place_renderings(made, {}, None)
    assert done.target == "On April 4, 2025, exports were 55,400 metric tons."
    assert {edit.rule for edit in edits} == {"date", "number"}
