"""Document numbers and the numbering of legal provisions, Chinese to English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.numbers import parse_han

_NUM: Final = r"\d+|[一二三四五六七八九十百零〇]+"
_ANNOUNCEMENT: Final = re.compile(
    r"(?P<kind>公告|通告|令|决定)?(?:〔|\[|（)?(?P<year>\d{4})(?:年|〕|\]|）)(?:第)?(?P<number>\d+)号"
)
_PLAIN_NUMBER: Final = re.compile(r"(?<!年)第(?P<number>\d+)号")
_PROVISION: Final = re.compile(
    rf"第(?P<article>{_NUM})条(?:之(?P<sub>{_NUM}))?(?:第(?P<paragraph>{_NUM})款)?(?:第?[（(](?P<item>{_NUM})[）)]项)?"
)
_ENGLISH_NUMBER: Final = re.compile(r"\bNos?\.?\s*(?P<number>\d+)(?:\s+(?:of|in|\()\s*(?P<year>\d{4}))?", re.IGNORECASE)
_ENGLISH_ARTICLE: Final = re.compile(r"\bArt(?:icle|\.)\s*(?P<article>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """Number of an announcement, decree or the like; ``year`` is 0 where none is said."""

    span: Span
    number: int
    year: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """An article with paragraph and item; 0 where not said."""

    span: Span
    article: int
    paragraph: int
    item: int
    text: str

    @property
    def english(self) -> str:
        """Item (1), Paragraph 2, Article 3."""
        parts = [
            f"Item ({self.item})" if self.item else "",
            f"Paragraph {self.paragraph}" if self.paragraph else "",
        ]
        return ", ".join([*filter(None, parts), f"Article {self.article}"])


def document_numbers(text: str) -> list[DocumentNumber]:
    """Document numbers in Chinese text, in order."""
    found = [
        DocumentNumber(
            span=Span(match.start(), match.end()),
            number=int(match["number"]),
            year=int(match["year"]),
            text=match[0],
        )
        for match in _ANNOUNCEMENT.finditer(text)
    ]
    for match in _PLAIN_NUMBER.finditer(text):
        span = Span(match.start(), match.end())
        if not any(span.overlaps(other.span) for other in found):
            found.append(DocumentNumber(span=span, number=int(match["number"]), year=0, text=match[0]))
    return sorted(found, key=lambda item: item.span)


def english_document_numbers(text: str) -> Iterator[DocumentNumber]:
    """Numbers such as "No. 18 of 2025" in English text."""
    for match in _ENGLISH_NUMBER.finditer(text):
        yield DocumentNumber(
            span=Span(match.start(), match.end()),
            number=int(match["number"]),
            year=int(match["year"] or 0),
            text=match[0],
        )


def provisions(text: str) -> list[Provision]:
    """References to articles in Chinese text, in order."""
    return [
        Provision(
            span=Span(match.start(), match.end()),
            article=_value(match["article"]),
            paragraph=_value(match["paragraph"]),
            item=_value(match["item"]),
            text=match[0],
        )
        for match in _PROVISION.finditer(text)
    ]


def english_articles(text: str) -> Iterator[tuple[Span, int]]:
    """Article numbers in English text."""
    for match in _ENGLISH_ARTICLE.finditer(text):
        yield Span(match.start(), match.end()), int(match["article"])


def _value(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isascii() else parse_han(text)
