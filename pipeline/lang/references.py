"""Document numbers and the numbering of legal provisions, Chinese to English and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN
from pipeline.lang.issuers import BEFORE_NUMBER, ENGLISH_FULL, ENGLISH_SHORT, english_issuers, issuers, joined
from pipeline.lang.numerals import ORDINALS, parse_han
from pipeline.lang.pinyin import syllables

_NUM: Final = r"\d+|[一二三四五六七八九十百零〇]+"
_KINDS: Final = {
    "公告": "Announcement",
    "通告": "Circular",
    "令": "Order",
    "决定": "Decision",
    "公报": "Bulletin",
    "通知": "Notice",
}
_KIND: Final = "|".join(_KINDS)
_NUMBER: Final = re.compile(
    rf"(?P<kind>{_KIND})?(?P<open>〔|\[|（|\(|【)?(?P<year>\d{{4}})(?P<close>年|〕|\]|）|\)|】)(?P<di>第)?(?P<number>\d+)号(?P<after>{_KIND})?"
    rf"|(?P<kind2>{_KIND})?(?<!年)第(?P<number2>\d+|[一二三四五六七八九十百零〇]{{2,6}})号(?P<after2>{_KIND})?"
)
# 国函〔2025〕12号: the issuer's code word before the bracket, written in pinyin.
_CODE_WORD: Final = re.compile(
    rf"(?:国|中|工信|发改|商|财|署|税|外|自然资|环|科|公|建|农|交|人|银|汇|海关|安|质检|京|沪|粤|川|浙|苏|鲁|闽|豫|冀|鄂|湘|皖|赣|最高法|法|高检)[{HAN}]{{0,7}}?(?:发|函|办|字|规|令|公告|通|财|税|原|价格|产业|贸|电|号|明电|资|关|法|综|政|人|监|会|联|科|装|运行|外经|安管|管|救)$"
)
_PROVISION: Final = re.compile(
    rf"(?:第(?P<article>{_NUM})条(?:之(?P<sub>{_NUM}))?)?(?:第(?P<paragraph>{_NUM})款)?"
    rf"(?:第?[（(](?P<item>{_NUM})[）)]项|第(?P<item2>{_NUM})项)?(?P<point>第?(?P<number>\d+|[一二三四五六七八九十]+)目)?"
)
_STANDS_ALONE: Final = re.compile("[规定的、，。；和或及中所至第]|$")
_PROVISION_CUE: Final = re.compile("[条款项]")
_ENGLISH_KIND: Final = {
    "Announcement": "公告", "Public Notice": "公告", "Circular": "通告", "Order": "令", "Decree": "令",
    "Decision": "决定", "Notice": "通知", "Bulletin": "公报",
}  # fmt: skip
_ENGLISH_KIND_BEFORE: Final = re.compile(
    rf"(?<![\w.])(?P<names>(?:{ENGLISH_SHORT})(?:(?:,\s(?:and\s)?|\sand\s)(?:{ENGLISH_SHORT}))*\s)?"
    rf"(?P<kind>{'|'.join(_ENGLISH_KIND)})\s\(?$",
    re.IGNORECASE,
)
_ENGLISH_NAMES_AFTER: Final = re.compile(
    rf"\)?\s(?:of|by|issued\sby)\s(?:the\s)?(?:{ENGLISH_FULL})(?:(?:,\s(?:and\s)?|\sand\s)(?:the\s)?(?:{ENGLISH_FULL}))*"
)
_ENGLISH_NUMBER: Final = re.compile(
    r"(?:\b(?P<code>(?:[A-Z][a-z]{0,5}\s){1,7}|(?:Announcement|Circular|Decision|Notice)\s)[\[〔(](?P<year1>\d{4})[\]〕)]\s?)?"
    r"(?P<no>\b[Nn]os?\.?\s*)(?P<number>\d+)(?!\d|[,.]\d)(?:\s*(?:of|in|,)?\s*[\[(〔]?(?P<year>(?:19|20)\d{2})\b[\])〕]?)?",
    re.IGNORECASE,
)
_ENGLISH_NUMBER_CUE: Final = re.compile(r"[Nn]os?\.?\s*\d")
_ENGLISH_PROVISION_CUE: Final = re.compile("rticle|aragraph|tem|ndent")
_ENGLISH_ARTICLE: Final = re.compile(
    r"\b[Aa]rt(?:icle|\.)s?\s*(?P<article>\d+)(?P<more>(?:,\s*\d+)*,?\s(?:and|to|or|through)\s\d+)?", re.IGNORECASE
)
_PARAGRAPH: Final = (
    r"(?:[Pp]aragraphs?\s\(?(?P<p{0}>\d+|one|two|three|four|five|six)\)?"
    rf"|the\s(?P<o{{0}}>{'|'.join(list(ORDINALS)[:9])})\sparagraph)"
)
_ITEM: Final = r"(?:[Ii]tem|[Ss]ub-?paragraph|[Ss]ubitem|[Ii]ndent)s?\s\(?(?P<i{0}>\d+|[a-z])\)"
_ENGLISH_PROVISION: Final = re.compile(
    r"\b[Aa]rticle\s(?P<a1>\d+)(?:-(?P<sub>\d)\b)?"
    r"(?:\((?P<p3>\d+)\)(?:\((?P<i3>\d+)\))?"
    rf"|(?:,?\s{_PARAGRAPH.format(1)})?(?:,?\s{_ITEM.format(1)})?)"
    rf"|\b(?:{_ITEM.format(2)}(?:,\s|\sof\s)(?:the\s)?)?(?:{_PARAGRAPH.format(2)}(?:,\s|\sof\s))?\b[Aa]rticle\s(?P<a2>\d+)"
    rf"|\b{_PARAGRAPH.format(4)}(?:,\s{_ITEM.format(4)})?"
    rf"|\b{_ITEM.format(5)}(?:(?:,\s|\sof\s)(?:the\s)?{_PARAGRAPH.format(5)})?"
)
_SMALL_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """Number of an announcement, decree or the like; ``year`` is 0 where none is said.

    Attributes:
        span: Where kind, year and number stand.
        extent: The same with the issuers before it.
        number: Its number.
        year: Of issue; 0 where none is said.
        text: What stands at ``span``.
        english: MOFCOM Announcement No. 18 of 2025.
        kind: Announcement, Order, …; empty where none is said.
        issuers: English names in full of those who issued it, where said.
    """

    span: Span
    extent: Span
    number: int
    year: int
    text: str
    english: str = ""
    kind: str = ""
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """An article with paragraph and item; 0 where not said."""

    span: Span
    article: int
    paragraph: int
    item: int
    text: str
    sub: int = 0
    point: int = 0

    @property
    def english(self) -> str:
        """Article 3, paragraph 2, item (1)."""
        parts = [
            f"Article {self.article}" + (f"-{self.sub}" if self.sub else "") if self.article else "",
            f"paragraph {self.paragraph}" if self.paragraph else "",
            f"item ({self.item})" if self.item else "",
            f"point {self.point}" if self.point else "",
        ]
        return ", ".join(filter(None, parts))

    @property
    def key(self) -> tuple[int, int, int, int, int]:
        """Article, its sub-number, paragraph, item, point."""
        return (self.article, self.sub, self.paragraph, self.item, self.point)


def document_numbers(text: str) -> list[DocumentNumber]:
    """Document numbers in Chinese text, in order."""
    if "号" not in text:
        return []
    return [_document_number(text, match) for match in _NUMBER.finditer(text)]


def _document_number(text: str, match: re.Match[str]) -> DocumentNumber:
    number, year = _value(match["number"] or match["number2"]), int(match["year"] or 0)
    before = match["kind"] or match["kind2"] or ""
    kind = before or match["after"] or match["after2"] or ""
    start = match.start()
    of_year = f"No. {number}" + (f" of {year}" if year else "")
    english = f"{_KINDS[kind]} {of_year}" if kind else of_year
    bodies: tuple[str, ...] = ()
    if kind and (named := BEFORE_NUMBER.search(text, max(0, start - 60), start)):
        start, english = named.start(), _with_issuers(named[0], kind, of_year)
        bodies = tuple(body.english for body in issuers(named[0]))
    elif not kind and match["open"] and (named := BEFORE_NUMBER.search(text, max(0, start - 60), start)):
        start, bodies = named.start(), tuple(body.english for body in issuers(named[0]))
        english = f"{of_year} of {joined(['the ' + body for body in bodies])}"
    elif (
        match["open"]
        and not match["di"]
        and (code := _code_word(text[max(0, match.start() - 9) : match.end("kind") if before else start]))
    ):
        start = (match.end("kind") if before else start) - len(code)
        english = f"{_pinyin(code)} [{year}] No. {number}"
    return DocumentNumber(
        span=Span(match.start(), match.end()), extent=Span(start, match.end()), number=number, year=year,
        text=match[0], english=english, kind=_KINDS.get(kind, ""), issuers=bodies,
    )  # fmt: skip


def _with_issuers(names: str, kind: str, number: str) -> str:
    bodies = issuers(names)
    if kind == "令" and any(body.english == "State Council" for body in bodies):
        return f"State Council Decree {number}"
    if kind != "令" and all(body.short for body in bodies):
        return f"{joined([body.short for body in bodies])} {_KINDS[kind]} {number}"
    return f"{_KINDS[kind]} {number} of {joined(['the ' + body.english for body in bodies])}"


def _code_word(before: str) -> str:
    match = _CODE_WORD.search(before)
    return match[0] if match and len(match[0]) > 1 else ""


def _pinyin(code: str) -> str:
    """国函 as Guo Han."""
    return " ".join(syllable.capitalize() for syllable in syllables(code))


def english_document_numbers(text: str) -> Iterator[DocumentNumber]:
    """Numbers such as "No. 18 of 2025" in English text."""
    if not _ENGLISH_NUMBER_CUE.search(text):
        return
    for match in _ENGLISH_NUMBER.finditer(text):
        start = match.start("no")
        extent, kind, bodies = (
            (Span(match.start(), match.end()), match["code"].strip(), ())
            if match["code"]
            else _english_extent(text, match)
        )
        yield DocumentNumber(
            span=Span(start, match.end()),
            extent=extent,
            number=int(match["number"]),
            year=int(match["year"] or match["year1"] or 0),
            text=text[start : match.end()],
            kind=kind,
            issuers=bodies,
        )


def _english_extent(text: str, match: re.Match[str]) -> tuple[Span, str, tuple[str, ...]]:
    """Range with kind and issuers on either side, the kind, the issuers in full."""
    start, end, named = match.start(), match.end(), ""
    kind = ""
    if before := _ENGLISH_KIND_BEFORE.search(text, max(0, start - 80), start):
        start, kind, named = before.start(), before["kind"], before["names"] or ""
    if not named and (after := _ENGLISH_NAMES_AFTER.match(text, end)):
        end, named = after.end(), after[0]
    return Span(start, end), kind, tuple(body.english for body in english_issuers(named))


def provisions(text: str) -> list[Provision]:
    """References to articles, paragraphs and items in Chinese text, in order."""
    if not _PROVISION_CUE.search(text):
        return []
    return [
        Provision(
            span=Span(match.start(), match.end()),
            article=_value(match["article"]),
            sub=_value(match["sub"]),
            paragraph=_value(match["paragraph"]),
            item=_value(match["item"] or match["item2"]),
            point=_value(match["number"]),
            text=match[0],
        )
        for match in _PROVISION.finditer(text)
        if match["article"] or match["item"] or (match["paragraph"] and _STANDS_ALONE.match(text, match.end()))
    ]


def english_articles(text: str) -> Iterator[tuple[Span, int]]:
    """Article numbers in English text, each of those in "Articles 10, 11, and 12" too."""
    for match in _ENGLISH_ARTICLE.finditer(text):
        yield Span(match.start(), match.end("article")), int(match["article"])
        for number in re.finditer(r"\d+", match["more"] or ""):
            start = match.start("more") + number.start()
            yield Span(start, start + len(number[0])), int(number[0])


def english_provisions(text: str) -> Iterator[Provision]:
    """References to articles, paragraphs and items in English text, whichever way round they are written."""
    if not _ENGLISH_PROVISION_CUE.search(text):
        return
    for match in _ENGLISH_PROVISION.finditer(text):
        groups = match.groupdict()
        paragraph = next((groups[name] for name in _PARAGRAPH_GROUPS if groups[name]), "0")
        item = next((groups[name] for name in _ITEM_GROUPS if groups[name]), "0")
        if item.isalpha():
            continue
        yield Provision(
            span=Span(match.start(), match.end()),
            article=int(match["a1"] or match["a2"] or 0),
            sub=int(match["sub"] or 0),
            paragraph=_SMALL_NUMBERS.get(paragraph) or ORDINALS.get(paragraph) or int(paragraph),
            item=int(item),
            text=match[0],
        )


_PARAGRAPH_GROUPS: Final = ("p1", "o1", "p2", "o2", "p3", "p4", "o4", "p5", "o5")
_ITEM_GROUPS: Final = ("i1", "i2", "i3", "i4", "i5")


def _value(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdecimal() else parse_han(text)
