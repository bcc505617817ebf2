from __future__ import annotations

from pipeline.lang.values import chinese_values, english_values, paired_values


def texts(zh: str, en: str) -> list[tuple[str, str]]:
    return [(one.text, other.text) for one, other in paired_values(zh, en)]


def test_values_of_a_pair_meet_with_their_units_and_currencies() -> None:
    assert texts(
        "2025年4月4日，出口5.54万吨，价值3.5亿美元，增长12.5%。",
        "On April 4, 2025, exports of 55,400 metric tons worth US$350 million were up 12.5%.",
    ) == [
        ("2025年4月4日", "April 4, 2025"),
        ("5.54万吨", "55,400 metric tons"),
        ("3.5亿美元", "US$350 million"),
        ("12.5%", "12.5%"),
    ]


def test_another_value_is_no_pair() -> None:
    assert texts("出口5.54万吨。", "Exports were 5.54 metric tons.") == []


def test_more_than_belongs_to_the_value_only_where_the_chinese_value_says_so() -> None:
    assert texts("1400余吨，超过80%。", "More than 1,400 tons, over 80%.") == [
        ("1400余吨", "More than 1,400 tons"),
        ("80%", "80%"),
    ]
    assert texts("1400余吨。", "1,400 tons.") == []


def test_document_numbers_and_articles_meet() -> None:
    assert texts(
        "根据公告2025年第18号和第三条第二款办理。",
        "It shall be handled under Announcement No. 18 of 2025 and Paragraph 2 of Article 3.",
    ) == [("公告2025年第18号", "Announcement No. 18 of 2025"), ("第三条第二款", "Paragraph 2 of Article 3")]


def test_a_sentence_without_figures_has_no_values() -> None:
    assert chinese_values("一带一路与一致行动人") == []
    assert english_values("Belt and Road") == []


def test_a_currency_s_letters_may_stand_close_to_the_figure() -> None:
    assert texts("总额1218亿元，其中日方500万日元", "a total of RMB121.8 billion, JPY5 million of it Japanese") == [
        ("1218亿元", "RMB121.8 billion"),
        ("500万日元", "JPY5 million"),
    ]


def test_letters_of_a_code_are_no_currency() -> None:
    assert texts("零件编号ABC500", "part number ABC500") == []
