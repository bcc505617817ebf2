from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang.numerals import ORDINALS, ordinal, parse_han
from pipeline.lang.values import chinese_values, english_values, paired_values, same

BASE = date(2026, 1, 6)
WRITTEN = {
    "date-range": ("自2025年4月4日至10月3日执行", ["April 4 to October 3, 2025"]),
    "days": ("4月4日至8日在北京举行", ["April 4 to 8"]),
    "day-list": ("2025年4月5日、6日和7日", ["April 5, 6, and 7, 2025"]),
    "month": ("3月份单月进出口增长6%", ["March", "6%"]),
    "months": ("2025年1—10月", ["January to October 2025"]),
    "half": ("2025年上半年", ["the first half of 2025"]),
    "quarter": ("第三季度", ["the third quarter"]),
    "quarters": ("今年前三季度", ["the first three quarters of 2026"]),
    "years": ("2021—2025年", ["2021 to 2025"]),
    "decade": ("20世纪90年代", ["the 1990s"]),
    "decade-by-its-year": ("1970年代的矿山", ["the 1970s"]),
    "decade-alone": ("自90年代起", ["the 1990s"]),
    "decade-of-either-century": ("20年代的产能", ["20"]),
    "lunar-month": ("农历九月举行", []),
    "end-of-day": ("2025年12月31日24时之前进口的货物", ["24:00 on December 31, 2025"]),
    "clock": ("2025年4月10日12时01分起", ["12:01 p.m. on April 10, 2025"]),
    "afternoon": ("下午3点举行发布会", ["3 p.m."]),
    "percent-range": ("税率为10%—15%", ["10% to 15%"]),
    "weight-range": ("增加5万至8万吨", ["50,000 to 80,000 metric tons"]),
    "shared-scale": ("年产5—8万吨", ["50,000 to 80,000 metric tons"]),
    "fine": ("处五万元以上五十万元以下罚款", ["not less than RMB 50,000 but not more than RMB 500,000"]),
    "fine-in-times": ("一倍以上五倍以下", ["not less than one time but not more than five times"]),
    "nearly": ("增加近3万家", ["nearly 30,000"]),
    "about": ("降至60%左右", ["about 60%"]),
    "more-than": ("涉及10多万吨、1.2万余家企业", ["more than 100,000 metric tons", "more than 12,000"]),
    "growth": ("同比增长2倍", ["200%"]),
    "times": ("是上年的3倍", ["three times"]),
    "points": ("提高2.4个百分点", ["2.4 percentage points"]),
    "late-fee": ("加收万分之五的滞纳金", ["0.05%"]),
    "third": ("约占三分之一", ["one third"]),
    "two-units": ("罚款3亿5000万元", ["RMB 350 million"]),
    "han-amount": ("三亿五千万美元", ["US$350 million"]),
    "yen-euro": ("8000亿日元和500万欧元", ["JPY 800 billion", "€5 million"]),
    "renminbi": ("100亿元人民币", ["RMB 10 billion"]),
    "cubic": ("1.5亿立方米", ["150 million cubic meters"]),
    "per-year": ("产能300吨/年", ["300 metric tons per year"]),
    "latin-units": ("100MW、5nm、20ppm", ["100 MW", "5 nm", "20 ppm"]),
    "session": ("第十四届全国人民代表大会第三次会议", ["14th", "third"]),
    "issuer": ("商务部公告2025年第18号", ["MOFCOM Announcement No. 18 of 2025"]),
    "joint": ("商务部 海关总署公告2025年第18号", ["MOFCOM and GACC Announcement No. 18 of 2025"]),
    "three-issuers": (
        "商务部、海关总署、国家国防科工局公告2024年第21号",
        ["MOFCOM, GACC, and SASTIND Announcement No. 21 of 2024"],
    ),
    "kind-behind": ("商务部发布2024年第33号公告", ["Announcement No. 33 of 2024"]),
    "order": ("商务部令2024年第7号", ["Order No. 7 of 2024 of the Ministry of Commerce"]),
    "decree": ("国务院令第792号", ["State Council Decree No. 792"]),
    "president": (
        "中华人民共和国主席令第五十八号",
        ["Order No. 58 of the President of the People's Republic of China"],
    ),
    "letter": ("国函〔2025〕12号", ["Guo Han [2025] No. 12"]),
    "tariff-commission": (
        "税委会公告2025年第4号",
        ["Announcement No. 4 of 2025 of the Customs Tariff Commission"],
    ),
    "bracketed-year": ("公告〔2025〕第61号", ["Announcement No. 61 of 2025"]),
    "provision": ("第三条第二款第（一）项", ["Article 3, paragraph 2, item (1)"]),
    "articles": ("第二十四条至第二十六条、第四十条", ["Articles 24 to 26", "Article 40"]),
    "article-list": ("第三条、第五条和第七条", ["Articles 3, 5, and 7"]),
    "item-alone": ("前款第（二）项", ["item (2)"]),
    "page-date": ("分类：新闻 2025-08-12 09:00", ["2025-08-12 09:00"]),
    "mechanism": (
        "不可靠实体清单工作机制公告〔2025〕3号",
        ["Announcement No. 3 of 2025 of the Unreliable Entity List Working Mechanism"],
    ),
    "codes": ("编号3801100030，编码1C902.a，CAS号7440-05-3", ["3801100030", "1C902.a", "7440-05-3"]),
}


@pytest.mark.parametrize("case", WRITTEN, ids=WRITTEN.keys())
def test_a_value_is_written_in_english_and_read_back_as_the_same(case: str) -> None:
    chinese, english = WRITTEN[case]
    values = chinese_values(chinese, BASE, words=True)
    assert [value.rendering for value in values] == english
    for value in values:
        assert value.key in [other.key for other in english_values(f"It was {value.rendering} in all.", words=True)]


@pytest.mark.parametrize(
    "text",
    [
        "推进一带一路建设",
        "一致行动人应当披露",
        "三氧化二镨和四氟化铀",
        "坚持一个中国原则",
        "五六千吨",
        "数百万美元",
        "3D打印与5G网络",
        "L3哈里斯公司和F-35战机",
        "第三方机构",
        "最近几年",
        "一元化领导",
        "完成任务",
        "统一市场、万一、千方百计",
    ],
    ids=[
        "belt-road", "concert-parties", "oxides", "one-china", "approximate", "hundreds", "3d", "names",
        "third-party", "recent", "unified", "finished", "idioms",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_none(text: str) -> None:
    assert chinese_values(text, words=True) == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("at least 3.5 billion yuan", "35亿元"),
        ("55,400 tonnes", "5.54万吨"),
        ("$350 million", "3.5亿美元"),
        ("about 60 per cent", "约60%"),
        ("over 12,000 enterprises", "1.2万余家企业"),
        ("twenty-five percent", "百分之二十五"),
        ("two-thirds of the total", "三分之二"),
        ("on 4 April 2025", "2025年4月4日"),
        ("from 14 to 18 October 2013", "2013年10月14日至18日"),
        ("in Q3 2025", "2025年第三季度"),
        ("January–October 2025", "2025年1至10月"),
        ("at 15:00", "15时，"),
        ("item (1) of paragraph 2 of Article 3", "第三条第二款第一项"),
        ("the second paragraph of Article 5", "第五条第二款"),
        ("Articles 10 through 12", "第十条至第十二条"),
        ("Order No. 16 of the Ministry of Foreign Affairs", "外交部令第16号"),
        ("US$5 million to 8 million", "500万至800万美元"),
        ("Exports at 4,000 Metric Tons", "4000吨"),
        ("in the First Quarter of 2025", "2025年一季度"),
        ("from November 9, 2025 to November 27, 2026", "2025年11月9日起至2026年11月27日"),
        ("the twenty-first session", "第二十一届会议"),
    ],
    ids=[
        "yuan", "tonnes", "dollar", "per-cent", "over", "words", "fraction", "british", "british-range", "q3", "dash",
        "24h", "inverted", "ordinal-paragraph", "through", "order", "one-sign",
        "heading-unit", "heading-quarter", "from-to", "ordinal-words",
    ],
)  # fmt: skip
def test_what_other_translators_write_is_read_as_the_same_value(english: str, chinese: str) -> None:
    [wanted] = chinese_values(chinese, words=True)
    assert wanted.key in [value.key for value in english_values(english, words=True)]


def test_a_relative_date_is_a_value_only_with_a_base_date() -> None:
    assert chinese_values("去年12月4日") == []
    assert [value.rendering for value in chinese_values("去年12月4日", BASE)] == ["December 4, 2025"]


def test_a_year_that_is_not_said_is_not_written() -> None:
    values = chinese_values("2025年4月4日公告发布，5月1日施行。", BASE)
    assert [value.rendering for value in values] == ["April 4, 2025", "May 1"]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三亿五千万", 350_000_000),
        ("十二", 12),
        ("一百零八", 108),
        ("二〇二五", 2025),
        ("两万亿", 2 * 10**12),
        ("五十八", 58),
    ],
    ids=["hundred-millions", "twelve", "with-zero", "year", "trillion", "tens"],
)
def test_a_chinese_numeral_with_large_units_is_read(numeral: str, value: int) -> None:
    assert parse_han(numeral) == value


@given(st.integers(min_value=1, max_value=999))
def test_an_ordinal_reads_back_as_its_number(number: int) -> None:
    text = ordinal(number)
    assert (ORDINALS[text] if number < 10 else int(text[:-2])) == number
    assert ("ordinal", number) in [value.key for value in english_values(f"the {text} session", words=True)]


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=99999, places=2),
    st.sampled_from(["万吨", "亿元", "%", "亿美元", "个百分点", "万立方米", "兆瓦"]),
    st.sampled_from(["", "约", "近"]),
)
def test_any_amount_survives_the_way_to_english_and_back(number: Decimal, unit: str, before: str) -> None:
    [value] = chinese_values(f"共{before}{number}{unit}，")
    assert [value.key] == [other.key for other in english_values(f"a total of {value.rendering}.")]


@given(st.text(alphabet="2025年4月第一二三十条款（）项至、万亿元吨%近约余多上下半季度号公告〔〕—.,", max_size=40))
def test_values_of_any_text_are_disjoint_and_in_order(text: str) -> None:
    values = chinese_values(text, BASE)
    assert all(value.span.of(text) == value.text and value.rendering for value in values)
    assert all(one.span.end <= other.span.start for one, other in pairwise(values))


@given(st.text(alphabet="0123456789.,-– to and of RMBUS$%metrictonsAprilNo.Articlefirsthalf()", max_size=50))
def test_reading_any_english_text_ends_without_an_error(text: str) -> None:
    values = english_values(text)
    assert all(one.span.end <= other.span.start for one, other in pairwise(values))


@pytest.mark.parametrize(
    ("zh", "renderings"),
    [
        ("对钐等7类物项和29家企业采取措施", ["seven", "29"]),
        ("期限5年，5个工作日内答复", ["five", "five"]),
        ("附件1列出了产品", ["1"]),
        ("每月10日前报送，自收到之日起30日内答复", ["the 10th of each month", "30"]),
        ("第二次会议", ["second"]),
    ],
    ids=["types", "years", "annex", "day-of-month", "ordinal"],
)
def test_counts_are_words_below_ten_and_no_days_of_the_month(zh: str, renderings: list[str]) -> None:
    assert [value.rendering for value in chinese_values(zh, words=True)] == renderings


def test_a_count_meets_its_word_in_english() -> None:
    pairs = paired_values("7类物项", "seven categories of items", words=True)
    assert [(one.text, other.text) for one, other in pairs] == [("7", "seven")]


def test_last_month_of_every_month_is_no_date() -> None:
    base = date(2026, 1, 6)
    assert [value.rendering for value in chinese_values("应当于每月10日前录入上月信息", base)] == [
        "the 10th of each month"
    ]
    assert [value.rendering for value in chinese_values("录入上月信息", base)] == ["December 2025"]


@pytest.mark.parametrize(
    ("text", "english", "target"),
    [
        ("美国2026财年预算", "fiscal year 2026", "in FY 2026"),
        ("应当于每月15日前报送。", "the 15th of each month", "by the 15th day of every month"),
        ("依照本条第一款至第三款的规定", "paragraphs 1 to 3 of this Article", "paragraphs 1 through 3 of this Article"),
        ("依据本条例第十六条的规定", "Article 16 of these Regulations", "under Article 16 of these Regulations"),
        ("第（一）项、第（二）项和第（五）项规定", "items (1), (2), and (5)", "items (1), (2), and (5)"),
        (
            "公告（不可靠实体清单工作机制〔2024〕3号）",
            "No. 3 of 2024 of the Unreliable Entity List Working Mechanism",
            "(No. 3 of 2024 of the Unreliable Entity List Working Mechanism)",
        ),
    ],
    ids=["fiscal-year", "day-of-month", "paragraphs", "own-article", "items", "mechanism"],
)
def test_a_value_of_documents_has_one_english_that_is_read_back(text: str, english: str, target: str) -> None:
    [value] = chinese_values(text)
    assert value.rendering == english
    assert any(same(value, other) for other in english_values(target))


def test_a_bare_year_has_no_thousands_comma() -> None:
    assert [value.rendering for value in chinese_values("对外贸易法 2025", words=True)] == ["2025"]
    assert [value.rendering for value in chinese_values("2025家企业", words=True)] == ["2,025"]


def test_a_person_in_a_list_is_male_or_female() -> None:
    text = "（三）朴英泰（Yeong-Tae Pak），男，副总裁"
    assert [value.rendering for value in chinese_values(text)] == ["Yeong-Tae Pak, male"]
    assert [value.rendering for value in chinese_values("一、余茂林，女")] == ["Yu Maolin, female"]


def test_paragraphs_of_one_article_stay_with_it_in_english() -> None:
    assert [value.key for value in english_values("Article 3, paragraph 2")] == [("provision", 3, 0, 2, 0, 0)]
    assert ("paragraphs", "and", 2, 4) not in [value.key for value in english_values("Article 3, paragraphs 2 and 4")]


def test_an_hour_and_its_day_are_one_moment_in_either_language() -> None:
    [moment] = chinese_values("自2025年4月10日12时01分起，")
    assert moment.rendering == "12:01 p.m. on April 10, 2025"
    for english in ("as of 12:01 p.m. on April 10, 2025", "from 12:01 on April 10, 2025"):
        assert any(same(moment, other) for other in english_values(english))
    assert not any(same(moment, other) for other in english_values("from April 10, 2025"))
