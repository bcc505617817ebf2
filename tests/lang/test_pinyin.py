from __future__ import annotations

import os

import pytest

from pipeline.lang.pinyin import syllables


@pytest.mark.parametrize(
    ("text", "reading"),
    [("国函", "guo han"), ("银行", "yin hang"), ("行政", "xing zheng"), ("农行政", "nong xing zheng"), ("吕", "lü")],
    ids=["code", "bank", "administration", "administration-of-agriculture", "umlaut"],
)
def test_a_character_has_its_commonest_reading_and_a_bank_its_own(text: str, reading: str) -> None:
    assert " ".join(syllables(text)) == reading


def test_reading_pinyin_leaves_the_environment_as_it_was() -> None:
    before = dict(os.environ)
    syllables("商务部")
    assert dict(os.environ) == before
