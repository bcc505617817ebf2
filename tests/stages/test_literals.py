from __future__ import annotations

from datetime import date

import pytest

from pipeline.lang.values import chinese_values
from pipeline.stages._literals import Asked, absent_and_wrong, asked, rendered
from pipeline.testing import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("商务部公告2025年第18号自即日起施行。", ["MOFCOM Announcement No. 18 of 2025"]),
        ("依照第三条第二款第（一）项处理。", ["Article 3, paragraph 2, item (1)"]),
        ("2025年4月4日公布，税率为5.2%。", ["April 4, 2025", "5.2%"]),
        ("去年12月4日，何亚东表示。", ["December 4, 2025"]),
        ("出口5.54万吨，价值3.5亿美元。", ["55,400 metric tons", "US$350 million"]),
        ("提高1.5个百分点。", ["1.5 percentage points"]),
        ("1400余个税号，1.2万余家企业", ["more than 1,400", "more than 12,000"]),
        ("7类物项，50家实体", []),
    ],
    ids=["announcement", "provision", "date-percent", "relative", "amounts", "points", "more-than", "plain-numbers"],
)
def test_values_with_one_right_english_are_found(text: str, expected: list[str]) -> None:
    assert [one.rendering for one in chinese_values(text, date(2026, 1, 6))] == expected


def test_a_relative_date_without_a_base_date_is_not_asked_for() -> None:
    assert not chinese_values("去年12月4日，何亚东表示。")


def test_a_term_inside_a_value_is_rendered_with_it() -> None:
    made = segment("商务部公告2025年第18号", terms={"商务部": "Ministry of Commerce", "公告": "announcement"})
    assert [one.rendering for one in asked(made, None, values=True)] == ["MOFCOM Announcement No. 18 of 2025"]
    assert [one.kind for one in asked(made, None, values=False)] == ["term", "term"]


@pytest.mark.parametrize(
    ("source", "target", "has"),
    [
        ("2025年4月4日", "effective 4 April 2025", True),
        ("2025年4月4日", "effective 5 April 2025", False),
        ("5.54万吨", "55,400 tons", True),
        ("5.54万吨", "5.54 tons", False),
        ("5.2%", "5.2 per cent", True),
        ("公告2025年第18号", "Announcement (No. 18 of 2025)", True),
        ("第十二条", "under article 12", True),
        ("第十二条", "under Article 21", False),
    ],
    ids=["date", "wrong-date", "tons", "wrong-tons", "percent", "number", "article", "wrong-article"],
)
def test_a_value_counts_as_rendered_in_any_form_but_not_with_another_value(
    source: str, target: str, *, has: bool
) -> None:
    wanted = [
        Asked(span=one.span, text=one.text, rendering=one.rendering, kind=one.kind) for one in chinese_values(source)
    ]
    assert rendered(target, wanted) == [has]


def test_a_listed_name_with_its_original_in_brackets_is_the_original() -> None:
    text = "1. 莱多斯公司（Leidos）"
    made = segment(text, terms={"公司": "company"})
    assert [(one.rendering, one.span.of(text)) for one in asked(made, None, values=True)] == [
        ("Leidos", "莱多斯公司（Leidos）")
    ]


def test_a_person_whom_the_glossary_knows_is_rendered_as_it_says() -> None:
    made = segment("发言人何亚东表示", terms={"何亚东": "He Yadong"})
    assert [(one.kind, one.rendering) for one in asked(made, None, values=True)] == [("term", "He Yadong")]


def test_a_term_with_a_value_inside_it_is_rendered_as_the_glossary_says() -> None:
    title, rendering = "《2018年银行业（披露）规则》", "Banking (Disclosure) Rules 2018"
    made = segment(f"{title}自2018年6月30日起生效", terms={title: rendering})
    assert [one.rendering for one in asked(made, None, values=True)] == [rendering, "June 30, 2018"]


def row(text: str, **english: str) -> list[str]:
    return [
        one.rendering for one in asked(segment(text, terms=english), None, values=True) if one.kind in {"name", "term"}
    ]


def test_bodies_and_titles_in_a_row_are_asked_for_as_one() -> None:
    assert row("将蓝湾公司（Blue Bay Inc.）、北星集团（North Star）和海岸实验室（Coastal Lab）等3家列入清单") == [
        "Blue Bay Inc., North Star, and Coastal Lab"
    ]
    assert row("根据《海关法》《矿产法》等有关法律", 海关法="Customs Law", 矿产法="Minerals Law") == [
        "Customs Law, the Minerals Law"
    ]
    assert row("依据《海关法》和《矿产法》", 海关法="Customs Law", 矿产法="Minerals Law") == [
        "Customs Law and the Minerals Law"
    ]


def test_elements_and_their_kind_are_one() -> None:
    terms = {"镝": "dysprosium", "铽": "terbium", "重稀土": "heavy rare earths", "物项": "item"}
    one = segment("磁铁所需的镝、铽等重稀土元素依赖进口。", terms=terms)
    assert [(asking.text, asking.rendering) for asking in asked(one, None, values=True)] == [
        ("镝、铽等重稀土元素", "dysprosium, terbium, and other heavy rare earths")
    ]
    counted = segment("镝、铽等7类物项。", terms=terms)
    assert "dysprosium" in [asking.rendering for asking in asked(counted, None, values=True)]


def test_elements_in_a_row_are_one_from_three_on_and_other_terms_never() -> None:
    assert row("对钐、钆或者铽", 钐="samarium", 钆="gadolinium", 铽="terbium") == ["samarium, gadolinium, or terbium"]
    assert row("对钐、钆", 钐="samarium", 钆="gadolinium") == ["samarium", "gadolinium"]
    assert row("货物、技术和服务", 货物="good", 技术="technology", 服务="service") == ["good", "technology", "service"]


def test_a_value_that_is_gone_is_told_from_one_that_is_wrong() -> None:
    wanted = asked(segment("出口稀土5.54万吨，增长5.2%。"), None, values=True)
    assert absent_and_wrong("Exports of rare earths, up 5.2%.", wanted) == (1, 0)
    assert absent_and_wrong("Exports were 5.54 million metric tons, up 5.2%.", wanted) == (0, 1)
    assert absent_and_wrong("Exports were 55,400 metric tons, up 5.2%.", wanted) == (0, 0)
