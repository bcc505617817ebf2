"""Offices of states with their holders."""

from __future__ import annotations

import pytest

from pipeline.stages._officials import officials
from pipeline.testing import places

NAMES = {"山本春子": "Haruko Yamamoto", "约翰·沃克": "John Walker"}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("日本首相山本春子公然发表错误言论。", "Japanese Prime Minister Haruko Yamamoto"),
        ("美国前国务卿约翰·沃克访问东京。", "former US Secretary of State John Walker"),
    ],
    ids=["prime-minister", "former-secretary"],
)
def test_office_and_holder_are_one(text: str, english: str) -> None:
    ((span, said),) = officials(text, places(text, NAMES))
    assert said == english
    assert span.of(text).endswith(tuple(NAMES))


@pytest.mark.parametrize(
    "text", ["日本首相表示遗憾。", "日本首相办公室山本春子", "某国首相山本春子"], ids=["nobody", "office", "state"]
)
def test_without_a_known_holder_or_state_nothing_is_made(text: str) -> None:
    assert list(officials(text, places(text, NAMES))) == []
