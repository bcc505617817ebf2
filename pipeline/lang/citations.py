"""Titles of laws, ordinals, codes and back-references: words that tie a text to another place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.numerals import DIGITS, parse_han, spelled

# What kind of document a Chinese title names, and the English heads that render it, the official one first.
TITLE_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "管理条例": ("Regulations", "Regulation"),
    "实施条例": ("Regulations", "Regulation"),
    "条例": ("Regulations", "Regulation"),
    "实施细则": ("Rules", "Detailed Rules"),
    "细则": ("Rules", "Detailed Rules"),
    "暂行办法": ("Measures",),
    "管理办法": ("Measures",),
    "办法": ("Measures",),
    "若干规定": ("Provisions",),
    "规定": ("Provisions",),
    "规则": ("Rules",),
    "准则": ("Guidelines", "Standards", "Norms", "Code"),
    "决定": ("Decision",),
    "通知": ("Notice", "Circular"),
    "公告": ("Announcement", "Notice"),
    "通告": ("Circular", "Notice", "Announcement"),
    "目录": ("Catalogue", "Catalog", "List"),
    "清单": ("List", "Inventory"),
    "名录": ("List", "Directory", "Catalogue"),
    "意见": ("Opinions", "Guidelines"),
    "解释": ("Interpretation", "Explanation"),
    "公约": ("Convention", "Covenant"),
    "协定": ("Agreement",),
    "议定书": ("Protocol",),
    "宪章": ("Charter",),
    "宪法": ("Constitution",),
    "法典": ("Code",),
    "法": ("Law", "Act", "Code"),
    "税则": ("Tariff", "Tariff Schedule"),
    "白皮书": ("White Paper",),
    "规划": ("Plan", "Program"),
    "指南": ("Guide", "Guidelines"),
}
_HEADS: Final = "|".join(sorted(TITLE_HEADS, key=len, reverse=True))
_TITLE: Final = re.compile(rf"《(?P<title>[^《》]{{2,60}}?(?P<head>{_HEADS}))(?:（[^）]{{1,12}}）|\([^)]{{1,12}}\))?》")

_ORDINAL_NOUNS: Final = (
    "次|届|批|季度|阶段|轮|大|章|节|名|位|期|组|款|项|部分|步|产业|方|三方|国|代|版|年|天|个|类|机械|号公告"
)
_ORDINAL: Final = re.compile(rf"第(?P<n>\d+|[一二三四五六七八九十百零〇]+)(?=(?:{_ORDINAL_NOUNS}))(?!号|条|款|项|年)")
ORDINAL_WORDS: Final = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
_TENS: Final = {
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
}
# The greatest number that is looked for in words.
_SPELLED: Final = 10
_ROMAN: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

_CODE: Final = re.compile(
    r"(?<![\dA-Za-z.])(?:\d[A-E]\d{3}(?:\.[a-z0-9]+)*|\d{8}(?:\d{2})?|\d{4}\.\d{2}(?:\.\d{2,4})*|\d{2,7}-\d{2}-\d"
    r"|[A-Z]{2,}[A-Za-z]*-?\d+[A-Z0-9-]*)(?![\dA-Za-z])"
)
_CODE_CUE: Final = re.compile(r"编号|编码|税则|税号|代码|型号|牌号|CAS|归入|归在|：|项下|控制码")

# Where a text points back, and the English that does so.
BACK_REFERENCES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "前款": (
        (
            r"(?:preceding|previous|foregoing|above|last|prior) (?:\w+ )?paragraph|paragraph above|[Pp]aragraph \d"
            r"|(?:first|second|third) paragraph"
        ),
        ("the preceding paragraph",),
    ),
    "前两款": (
        (
            r"(?:preceding|previous|foregoing|above) (?:two )?paragraphs|two (?:preceding|previous) paragraphs"
            r"|two paragraphs"
        ),
        ("the preceding two paragraphs",),
    ),
    "前条": (r"(?:preceding|previous|foregoing) article|Article \d", ("the preceding article",)),
    "前项": (
        r"(?:preceding|previous|foregoing|above) (?:item|subparagraph|paragraph)|item \(?\d",
        ("the preceding item",),
    ),
    "本条": (r"this article|the present article|hereof|this section", ("this Article",)),
    "本款": (r"this paragraph|the present paragraph", ("this Paragraph",)),
    "上述": (
        (
            r"above|aforementioned|aforesaid|foregoing|\bsaid\b|\bthese\b|\bthose\b|\bsuch\b|preceding|\bthey\b|\bthem\b"
            r"|\bthe\b"
        ),
        ("the above", "the aforementioned"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleMention:
    """A title in 《》 with the word that says what kind of document it is."""

    span: Span
    title: str
    head: str


def titles(text: str) -> Iterator[TitleMention]:
    """Titles of laws and other documents in Chinese text, from the left."""
    for match in _TITLE.finditer(text):
        yield TitleMention(span=Span(match.start(), match.end()), title=match["title"], head=match["head"])


def ordinals(text: str) -> Iterator[tuple[Span, int]]:
    """Ordinals in Chinese text that are no article, document number or list marker."""
    for match in _ORDINAL.finditer(text):
        yield Span(match.start(), match.end()), _value(match["n"])


def has_ordinal(text: str, value: int) -> bool:
    """Whether English text has an ordinal, or a numbered thing (Chapter II, Round 3)."""
    words = [rf"\b{value}(?:st|nd|rd|th)\b", rf"(?<![\d.,]){value}(?![\d.,]\d|%)"]
    if value < len(ORDINAL_WORDS):
        words.append(rf"\b{ORDINAL_WORDS[value]}(?:ly)?\b")
    elif ones := value % 10:
        tens = next((word for word, number in _TENS.items() if number == value - ones and not word.endswith("th")), "")
        words.append(rf"\b{tens}-{ORDINAL_WORDS[ones]}\b")
    if value <= _SPELLED:
        words.append(rf"\b{spelled(value)}\b")
    if value < len(_ROMAN):
        words.append(rf"\b{_ROMAN[value]}\b")
    return re.search("|".join(words), text, re.IGNORECASE) is not None


def has_quarter(text: str, value: int) -> bool:
    """Whether English text names a quarter of the year."""
    word = ORDINAL_WORDS[value]
    pattern = rf"\b{word}\b|\bQ{value}\b|\b{value}(?:st|nd|rd|th) quarter|\bthree quarters\b"
    return re.search(pattern, text, re.IGNORECASE) is not None


def ordinal_word(value: int) -> str:
    """third; 21st."""
    if value < len(ORDINAL_WORDS):
        return ORDINAL_WORDS[value]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th") if value % 100 not in {11, 12, 13} else "th"
    return f"{value}{ending}"


def codes(text: str) -> Iterator[tuple[Span, str]]:
    """Commodity codes, control codes, CAS numbers and models in Chinese text."""
    for match in _CODE.finditer(text):
        code = match[0]
        plain_number = code.isdigit()
        if plain_number and not _CODE_CUE.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        if plain_number and text[match.end() : match.end() + 1] in set("万亿元吨件个年月"):
            continue
        yield Span(match.start(), match.end()), code


def has_code(text: str, code: str) -> bool:
    """Whether English text has a code, whatever its separators."""
    return re.sub(r"[\s.\-]", "", code).lower() in re.sub(r"[\s.\-]", "", text).lower()


def back_references(text: str) -> Iterator[tuple[Span, str]]:
    """前款, 上述 and the like in Chinese text, with their key in ``BACK_REFERENCES``."""
    keys = "|".join(sorted(BACK_REFERENCES, key=len, reverse=True))
    # 本条例 is these Regulations.
    for match in re.finditer(rf"(?:{keys})(?!例)", text):
        yield Span(match.start(), match.end()), match[0]


def _value(text: str) -> int:
    if text.isascii():
        return int(text)
    return DIGITS[text] if text in DIGITS else parse_han(text)
