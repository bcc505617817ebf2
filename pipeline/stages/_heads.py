"""What stands at the head of a list item or an article: 一、, （一）, 1．, 第三条; its English is computed."""

from __future__ import annotations

import re
from typing import Final

from pipeline.lang.han import HAN
from pipeline.lang.numbers import parse_han
from pipeline.lang.references import document_numbers

_HAN: Final = "[一二三四五六七八九十]{1,3}"
_HEAD: Final = re.compile(
    rf"(?P<chapter>{_HAN})、\s*"
    rf"|[（(](?P<bracketed>{_HAN}|\d{{1,2}})[）)]、?\s*"
    r"|(?P<plain>\d{1,2})(?:[.．]\s*(?!\d)|、\s*)"
    r"|第(?P<article>[一二三四五六七八九十百零]{1,6}|\d{1,3})条(?:\s+|[:：]\s*)"
)
_SPACED_ARTICLE: Final = re.compile(r"(?P<head>第(?P<article>[一二三四五六七八九十百零]{1,6}|\d{1,3})条)[\s　]")
# Labels on a ministry's page.
_LABELS: Final = {
    "发布单位": "Issued by",
    "发布文号": "Document number",
    "发文日期": "Date of issue",
    "发布日期": "Date of publication",
    "成文日期": "Date of the document",
    "实施日期": "Effective date",
    "发文机关": "Issuing authority",
    "索引号": "Index number",
    "文号": "Document number",
}
_ASIDES: Final = {"问": "Question: ", "答": "Answer: "}
_ASIDE: Final = re.compile(r"(?P<who>[问答])[:：]\s*")
_CHAPTER: Final = re.compile(
    r"第(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})(?P<kind>[章编])[\s　]*(?![规所的中第])"
)
_CHAPTERS: Final = {"章": "Chapter", "编": "Part"}
# document_id: of a file's metadata.
_KEY: Final = re.compile(rf"(?P<key>[A-Za-z][A-Za-z_-]{{1,30}}):\s*(?=[{HAN}])")
_LABEL: Final = re.compile(rf"[【\[]({'|'.join(_LABELS)})[】\]]\s*")
# 第三章规定的措施 is a sentence's beginning; a chapter's title is short and has no mark.
_LONGEST_TITLE: Final = 30
_ROMAN: Final = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def head(text: str, source: str = "") -> tuple[int, str]:
    """Characters that the head takes, and its English with a space behind; (0, "") where there is none.

    A line that is nothing but a head has none.

    Args:
        text: Normalised: the space between 第三条 and what follows may be gone.
        source: The original, where that space still shows that 第三条 is a head.
    """
    spaced = _SPACED_ARTICLE.match(source)
    if spaced and text.startswith(spaced["head"]) and len(text) > len(spaced["head"]):
        return len(spaced["head"]), f"Article {_number(spaced['article'])} "
    if (titled := _numbered(text, source))[0]:
        return titled
    if (labelled := _labelled(text))[0]:
        return labelled
    match = _HEAD.match(text)
    if match is None or match.end() == len(text):
        return 0, ""
    if match["chapter"]:
        return match.end(), f"{roman(parse_han(match['chapter']))}. "
    if match["bracketed"]:
        return match.end(), f"({_number(match['bracketed'])}) "
    if match["plain"]:
        return match.end(), f"{match['plain']}. "
    return match.end(), f"Article {_number(match['article'])} "


def _labelled(text: str) -> tuple[int, str]:
    """【发文日期】, 问：, 第三章 and a key of metadata, where something follows."""
    for pattern in (_LABEL, _ASIDE, _CHAPTER, _KEY):
        match = pattern.match(text)
        if match is None or match.end() == len(text):
            continue
        if pattern is _LABEL:
            return match.end(), f"{_LABELS[match[1]]}: "
        if pattern is _ASIDE:
            return match.end(), _ASIDES[match["who"]]
        if pattern is _KEY:
            return match.end(), f"{match['key']}: "
        if len(text) <= _LONGEST_TITLE:
            return match.end(), f"{_CHAPTERS[match['kind']]} {roman(_number(match['number']))} "
    return 0, ""


def _numbered(text: str, source: str) -> tuple[int, str]:
    """A document's number before its title, as on a ministry's page: 商务部公告2025年第13号 公布将15家实体列入名单."""
    for number in document_numbers(source)[:1]:
        written, rest = number.extent.of(source), source[number.extent.end :]
        if number.extent.start == 0 and rest[:1].isspace() and rest.strip() and text.startswith(written):
            return len(written), f"{number.english}: "
    return 0, ""


def roman(number: int) -> str:
    """A number below 40 in Roman numerals."""
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _number(text: str) -> int:
    return int(text) if text.isascii() else parse_han(text)
