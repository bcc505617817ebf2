from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.testing import post_edited as edited

WORDS = st.sampled_from(
    ["the", "export", "control", "list", "dual-use", "Ministry's", "rare", "earths", "of", "state’s"]
)


def rules(english: str) -> set[str]:
    return {edit.rule for edit in edited("两用物项。", english).edits}


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, min_size=1, max_size=8), st.lists(WORDS, max_size=6))
def test_a_phrase_twice_in_a_row_is_found_whatever_stands_around_it(
    before: list[str], phrase: list[str], after: list[str]
) -> None:
    assert "doubled-words" in rules(" ".join(["Under", *before, *phrase, *phrase, *after, "today."]))


@pytest.mark.parametrize("joint", [" to", " and to", ", and to", " and", " or"])
@given(phrase=st.lists(WORDS, min_size=3, max_size=8))
def test_a_phrase_joined_to_itself_is_found(joint: str, phrase: list[str]) -> None:
    said = " ".join(phrase)
    assert "doubled-words" in rules(f"It decided {said}{joint} {said}.")


def test_words_that_recur_in_other_company_are_left_alone() -> None:
    english = "The list of items and the list of licenses are kept by the state and by the states."
    assert "doubled-words" not in rules(english)
