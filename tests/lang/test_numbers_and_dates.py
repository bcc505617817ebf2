from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang import dates, numbers
from pipeline.lang.references import document_numbers, provisions

BASE = date(2026, 1, 6)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("5.54万吨", "55,400 metric tons"),
        ("1.2万亿元", "RMB 1.2 trillion"),
        ("3.5亿美元", "US$350 million"),
        ("百分之二十五", "25%"),
        ("3个百分点", "3 percentage points"),
        ("三千吨", "3,000 metric tons"),
        ("人民币1,200元", "RMB 1,200"),
    ],
    ids=["wan-tons", "trillion-yuan", "dollars", "fraction-percent", "points", "han-tons", "yuan"],
)
def test_a_quantity_is_written_by_its_value(chinese: str, english: str) -> None:
    [quantity] = numbers.chinese_quantities(f"出口{chinese}，")
    assert numbers.english_form(quantity) == english


@pytest.mark.parametrize(
    "text",
    ["推进一带一路建设", "一致行动人", "三氧化二镨和四氟化铀", "坚持一个中国原则", "两用物项", "统一领导"],
    ids=["belt-road", "concert-parties", "oxides", "one-china", "dual-use", "unified"],
)
def test_numerals_inside_words_are_no_quantities(text: str) -> None:
    assert list(numbers.chinese_quantities(text)) == []


@given(st.integers(min_value=0, max_value=10**15))
def test_a_formatted_number_reads_back_as_itself(value: int) -> None:
    [quantity] = numbers.english_quantities(numbers.format_number(Decimal(value)))
    assert quantity.value == value


@given(st.integers(min_value=1, max_value=9999))
def test_a_chinese_numeral_reads_as_its_value(value: int) -> None:
    digits = "零一二三四五六七八九"
    text, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            text += ("零" if zero and text else "") + digits[digit] + unit
        zero = digit == 0
    assert numbers.parse_han(text) == value


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("2025年4月4日", "April 4, 2025"),
        ("去年12月4日", "December 4, 2025"),
        ("二〇二五年十月", "October 2025"),
        ("上月", "December 2025"),
        ("昨日", "January 5, 2026"),
    ],
    ids=["full", "last-year", "han", "last-month", "yesterday"],
)
def test_a_date_is_resolved_against_the_document_date(chinese: str, english: str) -> None:
    [mention] = dates.chinese_dates(chinese, BASE)
    assert dates.english_form(mention) == english


def test_a_relative_date_stays_open_without_a_document_date() -> None:
    [mention] = dates.chinese_dates("去年12月4日")
    assert (mention.year, mention.month, mention.day, mention.relative) == (None, 12, 4, "去年")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_survives_the_way_from_chinese_to_english(day: date) -> None:
    [chinese] = dates.chinese_dates(f"{day.year}年{day.month}月{day.day}日")
    [english] = dates.english_dates(dates.english_form(chinese))
    assert english.value == (day.year, day.month, day.day)


def test_document_numbers_and_provisions_are_read_with_year_and_rank() -> None:
    text = "根据商务部公告2025年第18号和国务院令第792号第三条第二款第（一）项"
    assert [(item.number, item.year) for item in document_numbers(text)] == [(18, 2025), (792, 0)]
    assert [item.english for item in provisions(text)] == ["Article 3, paragraph 2, item (1)"]


@pytest.mark.parametrize(
    "text",
    ["RMB 9.2087 million", "US$2050", "RMB 2050", "2,025 items", "2025.5 metric tons", "2030%", "1998 units"],
    ids=["decimals", "dollars", "renminbi", "separator", "tonnes", "percent", "units"],
)
def test_a_quantity_that_looks_like_a_year_is_none(text: str) -> None:
    assert not list(dates.english_dates(f"Exports were {text} in all."))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("占比不足两成。", [20]),
        ("能耗降低四成五，", [45]),
        ("近三成依赖进口", [30]),
        ("已经完成了三项任务。", []),
        ("由三方组成，成为惯例", []),
        ("一成不变", []),
    ],
    ids=["two-tenths", "forty-five", "three-tenths", "finished", "made-up-of", "idiom"],
)
def test_tenths_are_percentages(text: str, values: list[int]) -> None:
    found = [quantity for quantity in numbers.chinese_quantities(text) if quantity.kind == "percent"]
    assert [int(quantity.value) for quantity in found] == values
