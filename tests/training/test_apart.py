from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from pipeline.training.apart import NEAR, SENTENCE, Apart

GOLD = "对原产于日本的进口相关产品征收反倾销税，实施期限自2025年起5年。"


def test_a_sentence_with_another_year_is_near() -> None:
    assert GOLD.replace("2025", "2026") in Apart([GOLD])


def test_a_sentence_of_the_same_field_is_not() -> None:
    assert "对原产于美国的进口产品发起反补贴调查，调查通常在1年内结束。" not in Apart([GOLD])


def test_of_short_phrases_only_the_copy_is_kept_apart() -> None:
    apart = Apart(["一、总体要求"])
    assert "一、总体要求" in apart
    assert "一、总体要求如下" not in apart


@given(st.integers(0, 10**6))
def test_what_plain_comparison_finds_near_is_found(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    letters = list(GOLD)
    for _ in range(rng.randrange(6)):
        letters[rng.randrange(len(letters))] = rng.choice("的税中美年第号一")
    changed = "".join(letters)
    if len(changed) >= SENTENCE and fuzz.ratio(changed, GOLD) >= NEAR:
        assert changed in Apart([GOLD, "出口经营者应当向商务部提出出口许可申请，并提交材料。"])
