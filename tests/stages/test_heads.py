from __future__ import annotations

import pytest

from pipeline.stages._heads import head, roman


@pytest.mark.parametrize(
    ("text", "english", "rest"),
    [
        ("一、总体要求", "I. ", "总体要求"),
        ("十四、附则", "XIV. ", "附则"),
        ("（三）对物项实施管制", "(3) ", "对物项实施管制"),
        ("(2) 申请材料", "(2) ", "申请材料"),
        ("2．重量不足250克", "2. ", "重量不足250克"),
        ("第四章 国际服务贸易", "Chapter IV ", "国际服务贸易"),
        ("答： 属实。", "Answer: ", "属实。"),
        ("document_id: 国务院令", "document_id: ", "国务院令"),
        ("第十二条 出口经营者应当", "Article 12 ", "出口经营者应当"),
    ],
    ids=["chapter", "fourteen", "bracketed", "ascii-bracket", "plain", "chapter-title", "answer", "key", "article"],
)
def test_the_head_of_an_item_is_cut_off_with_its_english(text: str, english: str, rest: str) -> None:
    length, found = head(text)
    assert (found, text[length:]) == (english, rest)


@pytest.mark.parametrize(
    "text",
    [
        "一带一路倡议",
        "2.5万吨稀土",
        "第三条第二款所称物项",
        "第三条规定的物项",
        "第三章规定的措施",
        "三氧化二镨",
        "一、",
    ],
    ids=["belt", "decimal", "reference", "provision", "chapter", "oxide", "nothing-behind"],
)
def test_what_only_looks_like_a_head_stays(text: str) -> None:
    assert head(text) == (0, "")


def test_numbers_of_chapters_are_roman() -> None:
    assert [roman(number) for number in (4, 9, 19, 24)] == ["IV", "IX", "XIX", "XXIV"]


def test_an_articles_head_that_only_the_originals_space_shows_is_one() -> None:
    assert head("第三条倾销，是指低价出口。", "第三条　倾销，是指低价出口。") == (3, "Article 3 ")
    assert head("第三条规定的物项", "第三条规定的物项") == (0, "")


def test_a_documents_number_before_its_title_and_a_pages_labels_are_heads() -> None:
    title = "商务部公告2025年第13号 公布将15家实体列入名单"
    assert head(title.replace(" ", ""), title) == (14, "MOFCOM Announcement No. 13 of 2025: ")
    assert head("商务部公告2025年第13号公布", "商务部公告2025年第13号公布") == (0, "")
    assert head("【发布文号】商务部公告2025年第13号", "") == (6, "Document number: ")
