"""When two renderings of a term are one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.checks._renderings import form_of, known_form
from pipeline.core.flags import Flag


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("growth", "grow"),
        ("violation", "violate"),
        ("export controls", "controls on exports"),
        ("tariff rate", "rate"),
        ("decision", "decided"),
    ],
)
def test_parts_of_speech_word_order_and_shorter_forms_are_one_rendering(one: str, other: str) -> None:
    assert known_form(form_of(one), [form_of(other)]) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("recycling", "recovery"),
        ("control", "contract"),
        ("license", "permit"),
        ("medium and heavy", "medium to heavy"),
    ],
)
def test_other_words_are_another_rendering(one: str, other: str) -> None:
    assert known_form(form_of(one), [form_of(other)]) == form_of(one)


def test_an_entry_that_says_either_will_do_raises_no_inconsistency(flags: Callable[..., list[Flag]]) -> None:
    zh = "前三季度，进出口33.6万亿元。\n上半年，进出口21.8万亿元。"
    en = (
        "In the first three quarters, imports and exports totaled RMB 33.6 trillion.\n"
        "In the first half, trade totaled RMB 21.8 trillion."
    )
    assert not [flag for flag in flags(zh, en) if flag.code == "T103"]
