"""Shares, multiples and what bounds them, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang.bounds import Bound, chinese_bounds, english_bounds
from pipeline.lang.fractions import chinese_fractions, english_fraction, english_shares, has_fraction


@pytest.mark.parametrize(
    ("text", "bound", "span", "figure"),
    [
        ("获批的不到四分之一。", Bound.LESS, "不到四分之一", "one quarter"),
        ("近三分之二的企业停产。", Bound.NEARLY, "近三分之二", "two thirds"),
        ("超过一半用于出口。", Bound.MORE, "超过一半", "one half"),
        ("会员过半数出席。", Bound.MORE, "过半数", "one half"),
        ("股东所持表决权的三分之二以上通过。", Bound.AT_LEAST, "三分之二以上", "two thirds"),
        ("约五分之一。", Bound.ABOUT, "约五分之一", "one fifth"),
        ("占三分之一强。", Bound.MORE, "三分之一强", "one third"),
        ("三成以上。", Bound.AT_LEAST, "三成以上", "30%"),
        ("九成多用于出口。", Bound.MORE, "九成多", "90%"),
        ("为去年的两倍多。", Bound.MORE, "两倍多", "2 times"),
        ("不超过百分之五点五。", Bound.AT_MOST, "不超过百分之五点五", "5.5%"),
    ],
    ids=[
        "under-a-quarter", "near-two-thirds", "over-half", "majority", "two-thirds-at-least", "about-a-fifth",
        "a-good-third", "tenths", "nine-tenths-odd", "twice-odd", "hundredths",
    ],
)  # fmt: skip
def test_a_share_is_read_with_its_bound(text: str, bound: Bound, span: str, figure: str) -> None:
    [found] = chinese_bounds(text)
    assert (found.bound, found.span.of(text), found.figure) == (bound, span, figure)


@pytest.mark.parametrize(
    "text",
    ["三分之二。", "最近三个年度。", "占比突破两位数。", "邻近两县。", "一半会儿完不成。", "风速超过十级。"],
    ids=["bare", "last-three", "double-digits", "neighbors", "idiom", "force"],
)
def test_what_is_no_bound_is_none(text: str) -> None:
    assert not chinese_bounds(text)


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("less than a quarter of applications", "0.25", Bound.LESS),
        ("nearly half of imports", "0.5", Bound.NEARLY),
        ("more than one in five orders", "0.2", Bound.MORE),
        ("at least two-thirds of the members", "0.6667", Bound.AT_LEAST),
        ("Prices more than doubled.", "2", Bound.MORE),
        ("almost three times the level", "3", Bound.NEARLY),
        ("no more than NT$100", "100", Bound.AT_MOST),
        ("tariffs capped at 20%", "20", Bound.AT_MOST),
    ],
    ids=["quarter", "half", "ratio", "two-thirds", "doubled", "three-times", "taiwan-dollars", "capped"],
)
def test_english_says_shares_and_multiples_in_words(text: str, value: str, bound: Bound) -> None:
    assert [(round(one.value, 4), how) for one, how, _ in english_bounds(text)] == [(Decimal(value), bound)]


@pytest.mark.parametrize(
    "text",
    ["a third party", "in the first half", "for half a year", "the third quarter", "two in 2025", "the second round"],
)
def test_ordinals_and_periods_are_no_shares(text: str) -> None:
    assert list(english_shares(text)) == []


@given(below=st.integers(2, 10), above=st.integers(1, 9))
def test_what_the_chinese_says_the_english_has(below: int, above: int) -> None:
    digits = "零一二三四五六七八九十"
    text = f"占{digits[below]}分之{digits[above]}。"
    found = [(above_, below_) for _, above_, below_ in chinese_fractions(text)]
    assert found == ([(above, below)] if above < below else [])
    if above < below:
        assert has_fraction(f"It is {english_fraction(above, below)} of it.", above, below)
        assert not has_fraction("It is one eleventh of it.", above, below)
