"""Formulas in words: operators, brackets and figures are computed, and joined with what is translated between them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.document import Hypothesis
from pipeline.stages._clauses import joined
from pipeline.stages._equations import equation_signs

WORDS = st.sampled_from(["完税价格", "适用税率", "保证金比率", "进口环节增值税税率", "数量"])


def signs(text: str) -> list[str]:
    """The English of the computed parts of a text."""
    return [english for _, english in equation_signs(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("应纳税额＝完税价格×适用税率。", ["=", "×"]),
        (
            "按月征收，计算公式为：保证金＝（完税价格×保证金比率）×（1＋增值税税率）。",
            ["calculated according to the following formula:", "= (", "×", ") × (1 +", ")."],
        ),
        ("单价＝（总额－运费）÷数量", ["= (", "-", ") ÷"]),
        ("PM=磁体，XX=其他。", []),
        ("性能优于5×10-6米。", []),
    ],
    ids=["tax", "brackets-and-figure", "division", "codes", "no-formula"],
)
def test_operators_brackets_and_figures_of_a_formula_are_computed(text: str, expected: list[str]) -> None:
    assert signs(text) == expected


def test_the_parts_of_a_formula_are_joined_without_commas() -> None:
    parts = [
        Hypothesis(text="Deposit amount"),
        Hypothesis(text="= (", mode="direct"),
        Hypothesis(text="Dutiable value"),
        Hypothesis(text="×", mode="direct"),
        Hypothesis(text="The deposit rate"),
        Hypothesis(text=") × (1 +", mode="direct"),
        Hypothesis(text="VAT rate"),
        Hypothesis(text=").", mode="direct"),
    ]
    assert joined(parts, ()).text == "Deposit amount = (dutiable value × the deposit rate) × (1 + VAT rate)."


@given(WORDS, st.lists(st.tuples(st.sampled_from("×÷＋"), WORDS), min_size=1, max_size=6))
def test_no_operator_is_lost_or_moved(left: str, rest: list[tuple[str, str]]) -> None:
    text = f"{left}＝" + rest[0][1] + "".join(sign + word for sign, word in [*rest[1:], rest[0]])
    found = "".join(signs(f"{text}。"))
    assert re.sub(r"[^=×÷+]", "", found) == re.sub(r"[^＝×÷＋]", "", text).replace("＝", "=").replace("＋", "+")
    for span, _ in equation_signs(text):
        assert not re.search(r"[一-鿿]", span.of(text))
