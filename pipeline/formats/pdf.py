"""PDF with a text layer: lines are put together to paragraphs, tables become cells (extra ``pdf``).

A PDF says where characters stand, not what a paragraph is. A line goes on in
the next one when it is full and no sentence end or new item stands between.
Translations come out as Markdown, since nothing can be written back into a
page.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.core.document import Block, BlockKind, Document
from pipeline.errors import FormatError, InputError

MAX_PAGES: Final = 2000
_RULE: Final = r"[-—–－·\s]*"
_PAGE_NUMBER: Final = re.compile(
    rf"{_RULE}(?:第\s*)?\d{{1,4}}(?:\s*[/／]\s*\d{{1,4}})?(?:\s*页(?:\s*共\s*\d+\s*页)?)?{_RULE}"
)
_ENDS: Final = re.compile(r"[。！？；：:;!?][”’」』）)]*$")
_BEGINS: Final = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]+[章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.．、](?!\d)|附件|[问答][：:])"
)
# In widths of a character: what is more than so far from the right margin ends
# a paragraph, what is more than so far from the left one begins a new one.
_RAGGED: Final = 2.5
_INDENT: Final = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page; coordinates in points from the top left."""

    text: str
    x0: float
    x1: float
    top: float
    size: float


class PdfFormat:
    """``.pdf``; read only."""

    name = "pdf"
    suffixes = (".pdf",)
    output_suffix = ".pdf"
    can_write = False
    default_output = "markdown"

    def read(self, data: bytes, *, name: str) -> Document:
        """Paragraphs, headings and table cells in reading order.

        Raises:
            FormatError: Broken, protected by a password, or without a text layer.
            InputError: The extra is not installed.
        """
        pages = _pages(data, name)
        running = _running(pages)
        blocks: list[Block] = []
        body = _body_size(pages)
        for page, (lines, cells) in enumerate(pages, 1):
            kept = [line for line in lines if line.text not in running and not _PAGE_NUMBER.fullmatch(line.text)]
            for number, (text, size) in enumerate(paragraphs(kept), 1):
                kind = BlockKind.HEADING if size > 1.15 * body and len(text) < 60 else BlockKind.PARAGRAPH
                blocks.append(Block(id=f"p{page}.{number}", kind=kind, source=text))
            blocks += [
                Block(id=f"p{page}.t{number}", kind=BlockKind.TABLE_CELL, source=text)
                for number, text in enumerate(cells, 1)
            ]
        if not blocks:
            raise FormatError(f"{name}: no text layer, the pages are images; run OCR first (for example ocrmypdf)")
        return Document(name=name, format=self.name, blocks=tuple(blocks))

    def write(self, document: Document, original: bytes) -> bytes:
        """Refused; the CLI writes :attr:`default_output` instead.

        Raises:
            FormatError: Always.
        """
        del original
        raise FormatError(f"{document.name}: a PDF cannot be written; use --to markdown, docx, html or text")

    def export(self, document: Document) -> bytes:
        """Refused.

        Raises:
            FormatError: Always.
        """
        return self.write(document, b"")


def paragraphs(lines: Sequence[Line]) -> list[tuple[str, float]]:
    """Lines of a page put together, each with the size of its type.

    Args:
        lines: From top to bottom.
    """
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    done: list[tuple[str, float]] = []
    previous: Line | None = None
    for line in lines:
        if previous and _goes_on(previous, line, left=left, right=right):
            text, size = done[-1]
            space = " " if text[-1].isascii() and line.text[0].isascii() and text[-1] not in "-/" else ""
            done[-1] = (text + space + line.text, size)
        else:
            done.append((line.text, line.size))
        previous = line
    return done


def _goes_on(previous: Line, line: Line, *, left: float, right: float) -> bool:
    if abs(previous.size - line.size) > 0.1 * previous.size or _BEGINS.match(line.text):
        return False
    if line.x0 - left > _INDENT * line.size or line.top - previous.top > 3 * line.size:
        return False
    full = right - previous.x1 <= _RAGGED * previous.size
    return full and not (_ENDS.search(previous.text) and right - previous.x1 > previous.size)


def _pages(data: bytes, name: str) -> list[tuple[list[Line], list[str]]]:
    try:
        import pdfplumber
        from pdfminer.pdfexceptions import PDFException
    except ImportError as error:
        raise InputError(f"{name}: reading PDF needs the extra: pip install 'zhengming[pdf]'") from error
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = pdf.pages
            if len(pages) <= MAX_PAGES:
                return [_page(page) for page in pages]
    except (PDFException, ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(f"{name}: not a readable PDF ({_reason(error)})") from error
    except Exception as error:
        # pdfplumber wraps what its parser raises in an exception of its own, which it does not export.
        if type(error).__module__.startswith(("pdfplumber", "pdfminer")):
            raise FormatError(f"{name}: not a readable PDF ({_reason(error)})") from error
        raise
    raise FormatError(f"{name}: {len(pages)} pages, more than {MAX_PAGES}; split the file")


def _reason(error: Exception) -> str:
    inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    kind = type(inner).__name__
    return "it is protected by a password" if "Password" in kind else (str(inner) or kind).splitlines()[0][:80]


def _page(page: Any) -> tuple[list[Line], list[str]]:
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    cells = [text for table in tables for text in _cells(table)]
    outside = page
    for table in tables:
        outside = outside.outside_bbox(table.bbox)
    return list(_lines(outside)), cells


def _cells(table: Any) -> Iterator[str]:
    for row in table.extract():
        for cell in row:
            text = "".join((cell or "").split("\n")).strip()
            if text:
                yield text


def _lines(page: Any) -> Iterator[Line]:
    for line in page.extract_text_lines():
        text = line["text"].strip()
        if text:
            size = max(char["size"] for char in line["chars"])
            yield Line(text=text, x0=line["x0"], x1=line["x1"], top=line["top"], size=size)


def _running(pages: Sequence[tuple[list[Line], list[str]]]) -> set[str]:
    """First and last lines that most pages share: running heads and feet."""
    if len(pages) < 3:
        return set()
    edges = Counter(text for lines, _ in pages for text in {line.text for line in (*lines[:1], *lines[-1:])})
    return {text for text, count in edges.items() if count > len(pages) / 2}


def _body_size(pages: Sequence[tuple[list[Line], list[str]]]) -> float:
    """The size in which most characters are set."""
    sizes: Counter[float] = Counter()
    for lines, _ in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
