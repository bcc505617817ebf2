from __future__ import annotations

import pytest

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.core.signature import Signature
from pipeline.engines.base import Capabilities, GlossaryMode
from pipeline.stages._formulas import enactment, formula, fronted
from pipeline.stages.translate import Translate
from pipeline.testing import ScriptedEngine, document, segment


def known(text: str, **english: str) -> dict[Span, str]:
    """English by the place of its Chinese, given as keyword."""
    return {Span(text.index(zh), text.index(zh) + len(zh)): en for zh, en in english.items()}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "（2023年6月5日中华人民共和国外交部令第30号公布）",
            "(Promulgated by Order No. 30 of the Ministry of Foreign Affairs on June 5, 2023)",
        ),
        (
            "（2022年3月1日商务部令2022年第2号公布）",
            "(Promulgated by Order No. 2 of 2022 of the Ministry of Commerce on March 1, 2022)",
        ),
        (
            "1980年5月8日 第五届全国人民代表大会常务委员会第二十八次会议通过",
            (
                "Adopted at the 28th Meeting of the Standing Committee of the Fifth National People's Congress "
                "on May 8, 1980"
            ),
        ),
        (
            "（1996年2月3日第八届全国人民代表大会第四次会议通过",
            "(Adopted at the Fourth Meeting of the Eighth National People's Congress on February 3, 1996",
        ),
        (
            "2009年5月7日第十届全国人民代表大会第三次会议第二次修订）",
            "Revised for the second time at the Third Meeting of the Tenth National People's Congress on May 7, 2009)",
        ),
        ("（海关总署代章）", "(Sealed by the General Administration of Customs on its behalf)"),
        ("目 录", "Contents"),
        ("中华人民共和国外交部令", "Order of the Ministry of Foreign Affairs of the People's Republic of China"),
        ("海关总署公告", "Announcement of the General Administration of Customs"),
        ("本公告自2026年3月1日12时01分起实施。", "This Announcement shall take effect at 12:01 on March 1, 2026."),
    ],
    ids=["promulgated", "ministry", "adopted", "congress", "revised", "seal", "contents", "order", "notice", "hour"],
)  # fmt: skip
def test_a_formula_of_official_texts_has_one_english(text: str, english: str) -> None:
    assert formula(text, {}) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("单位：吨、万美元", "Units: metric tons, US$10,000"),
        ("（单位：亿元）", "(Unit: RMB 100 million)"),
        ("单位：美元", "Unit: US$"),
        ("单位：商务部", ""),
        ("单位：千克", ""),
        ("单位：美元/吨", ""),
    ],
    ids=["tons-and-money", "bracketed", "dollars", "an-office", "kilograms", "per-ton"],
)
def test_the_units_above_a_table_are_computed_where_all_are_known(text: str, english: str) -> None:
    assert formula(text, {}) == english


def test_a_promulgation_note_says_from_when_it_has_effect() -> None:
    text = "（2023年6月5日国务院令第30号公布，自2023年7月1日起施行）"
    assert formula(text, {}).endswith("on June 5, 2023, and effective as of July 1, 2023)")


def test_an_amendment_names_the_decision_that_made_it_where_its_title_is_known() -> None:
    text = "根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议《关于修改〈矿产法〉的决定》第一次修正"
    assert formula(text, {}) == ""
    assert formula(text, known(text, **{"关于修改〈矿产法〉的决定": "Decision on Amending the Minerals Law"})) == (
        "Amended for the first time in accordance with the Decision on Amending the Minerals Law adopted at the Tenth "
        "Meeting of the Standing Committee of the Thirteenth National People's Congress on April 23, 2019"
    )


def test_a_decision_whose_title_is_known_is_promulgated() -> None:
    title = "关于对两家企业采取反制措施的决定"
    text = f"现公布《{title}》，自2024年5月6日起施行。"
    assert formula(text, {}) == ""
    assert formula(text, known(text, **{title: "Decision on Two Companies"})) == (
        "The Decision on Two Companies is hereby promulgated and shall take effect as of May 6, 2024."
    )


def test_a_pages_line_of_labels_is_rendered_where_every_value_is_known() -> None:
    text = "来源：商务部新闻办公室类型：原创分类：新闻2024-03-05 10:30"
    assert formula(text, {}) == ""
    assert formula(text, known(text, 商务部新闻办公室="Information Office of the Ministry of Commerce")) == (
        "Source: Information Office of the Ministry of Commerce; Type: original; Category: news; 2024-03-05 10:30"
    )


@pytest.mark.parametrize(
    "text",
    ["本条例自公布之日起施行。", "第十届会议通过了决议", "目录管理", "商务部令第7号公布了名单"],
    ids=["commencement", "meeting", "catalogue", "list"],
)
def test_a_sentence_that_only_resembles_a_formula_is_none(text: str) -> None:
    assert formula(text, {}) == ""


@pytest.mark.parametrize(
    ("text", "terms", "prefix"),
    [
        (
            "为了规范进出口秩序，根据《海关法》（以下简称海关法），制定本细则。",
            {"海关法》": "", "海关法）": ""},
            (
                "These Rules are formulated in accordance with the Customs Law "
                "(hereinafter referred to as the Customs Law) "
            ),
        ),
        ("为了保护资源，根据宪法，制定本法。", {}, "This Law is enacted in accordance with the Constitution "),
        (
            "为了保护资源，根据有关法律、行政法规，制定本规定。",
            {},
            "These Provisions are formulated in accordance with relevant laws and administrative regulations ",
        ),
        ("为加强监管，制定本办法。", {}, "These Measures are formulated "),
    ],
    ids=["title-with-short-name", "constitution", "regulations", "no-basis"],
)
def test_an_enactment_clause_opens_the_sentence(text: str, terms: dict[str, str], prefix: str) -> None:
    places = {Span(text.index(zh), text.index(zh) + 3): "Customs Law" for zh in terms}
    found = enactment(text, 0, places)
    assert found is not None
    assert found[1] == prefix
    assert found[0].of(text) == text[: text.index("，")]


def test_an_enactment_with_an_unknown_basis_is_left_to_the_engine() -> None:
    assert enactment("为了规范秩序，根据部门职责分工，制定本办法。", 0, {}) is None
    assert enactment("商务部根据职责制定本办法。", 0, {}) is None


@pytest.mark.parametrize(
    ("aim", "expected"),
    [
        ("In order to protect resources,", "in order to protect resources."),
        ("To protect resources.", "to protect resources."),
        ("Protect resources.", "in order to protect resources."),
    ],
    ids=["in-order-to", "to", "bare"],
)
def test_an_aim_goes_on_behind_what_is_formulated(aim: str, expected: str) -> None:
    assert fronted(aim) == expected


def translated(source: str, terms: dict[str, str]) -> Segment:
    """A segment from an engine that is asked for values, and puts renderings in place."""
    engine = ScriptedEngine(capabilities=Capabilities(glossary=GlossaryMode.ANNOTATE))
    signature = Signature(engine="echo", version="0")
    return Translate(engine, signature=signature)(document(segment(source, terms=terms))).segments[0]


def test_the_first_article_is_translated_from_its_aim_behind_the_enactment() -> None:
    done = translated("第一条 为了管理稀土，根据宪法，制定本法。", {"稀土": "rare earths"})
    assert done.hypotheses[0].text == (
        "Article 1 This Law is enacted in accordance with the Constitution in order to 为了管理 rare earths."
    )


def test_a_promulgation_note_needs_no_engine() -> None:
    done = translated("（2022年3月1日商务部令2022年第2号公布）", {"商务部": "Ministry of Commerce"})
    assert done.hypotheses[0].mode == "direct"
    assert done.hypotheses[0].text.startswith("(Promulgated by Order No. 2 of 2022")


def test_a_chapters_title_that_is_a_term_names_several() -> None:
    done = translated("第二章 出口经营者", {"出口经营者": "export operator"})
    assert done.hypotheses[0].text == "Chapter II Export operators"


def test_a_spokespersons_answers_are_titled_as_the_ministry_does() -> None:
    done = translated("商务部新闻发言人就稀土出口答记者问", {"稀土出口": "rare earth exports"})
    assert done.hypotheses[0].text == "MOFCOM Spokesperson Answers Questions from the Press on Rare earth exports"
