from __future__ import annotations

import pytest

from pipeline.core.flags import Span
from pipeline.stages._literals import asked
from pipeline.stages._posts import posts
from pipeline.testing import segment

BODY = "北极星公司"


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "约翰·沃克（北极星公司董事长、首席执行官、总裁）",
            "chairman, chief executive officer, and president of Northstar",
        ),
        ("张三，男，北极星公司前首席运营官", "former chief operating officer of Northstar"),
        (
            "张三，女，北极星公司副总裁、北极星公司总裁",
            "vice president of Northstar and president of Northstar",
        ),
    ],
    ids=["brackets", "former", "two-bodies"],
)
def test_posts_of_known_bodies_are_composed(text: str, english: str) -> None:
    places = [at for at in range(len(text)) if text.startswith(BODY, at)]
    known = {Span(at, at + len(BODY)): "Northstar" for at in places}
    if "首席执行官" in text:
        # The glossary has posts too.
        known[Span(text.index("首席执行官"), text.index("首席执行官") + 5)] = "chief executive officer"
    assert [found for _, found in posts(text, known)] == [english]


@pytest.mark.parametrize(
    "text",
    ["（北极星公司种子业务总裁）", "（南极星公司总裁）", "北极星公司总裁表示", "（见附件）"],
    ids=["unknown-part", "unknown-body", "running-text", "no-post"],
)
def test_what_is_not_known_in_full_is_left_to_the_engine(text: str) -> None:
    known = {Span(text.index(BODY), text.index(BODY) + len(BODY)): "Northstar"} if BODY in text else {}
    assert list(posts(text, known)) == []


def test_a_persons_line_in_a_list_is_asked_for_as_one() -> None:
    text = "（二）约翰·沃克（John Q. Walker），男，北极星公司董事长、总裁"
    assert [one.rendering for one in asked(segment(text, terms={BODY: "Northstar"}), None, values=True)] == [
        "John Q. Walker, male, chairman and president of Northstar"
    ]
