"""Markdown: every line keeps its place; markers, code, tags of HTML and front matter are untouched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from itertools import accumulate
from typing import Any, Final

from pipeline.core.document import Block, BlockKind, Document, Inline
from pipeline.core.flags import Span
from pipeline.formats.encoding import decode
from pipeline.formats.inline import pieces
from pipeline.formats.text import split_lines
from pipeline.lang.han import HAN, HAN_CHARACTER, is_han

_MARKER: Final = re.compile(
    r"^(?P<marker>\s*(?:>\s?)*(?:(?P<heading>#{1,6})\s+|(?P<list>(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)"
    r"|(?P<note>\[\^[^\]\s]+\]:\s+))?)"
    r"(?P<text>.*?)(?P<tail>\s*(?:\s#+)?\s*)$",
    re.DOTALL,
)
_DASHES: Final = r":?-+:?"
_RULE: Final = re.compile(
    rf"^\s*(?:\|?\s*{_DASHES}\s*(?:\|\s*{_DASHES}\s*)+\|?|\|?\s*:?-{{2,}}:?\s*\|?|\|\s*{_DASHES}\s*\|"
    r"|(?:[-*_]\s*){3,}|=+|\[(?!\^)[^\]]+\]:\s.*)\s*$"
)
_NOTE_MARK: Final = re.compile(r"(\[\^[^\]\s]+\])")
# CommonMark sees no emphasis in 根据**《办法》**处理: a mark between punctuation and a letter opens or closes nothing.
# A letter that is taken out again, between mark and punctuation, makes it one.
_LETTER: Final = "\uf8f0"
_BEFORE_MARK: Final = re.compile(rf"(?<=[》〉”’）」』】。，；：！？、%])(?:\*{{1,3}}|~~)(?=[{HAN}A-Za-z0-9])")
_AFTER_MARK: Final = re.compile(rf"(?<=[{HAN}A-Za-z0-9])(?:\*{{1,3}}|~~)(?=[《〈“‘（「『【])")
_CELL: Final = re.compile(r"((?:[^|\\]|\\.)*)(\||$)")
_ALT: Final = re.compile(r"(?<!\\)!\[(?P<alt>[^\[\]]+)\](?=[(\[])")
# Comments and tags, or the text between them.
_HTML_PART: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[^>]*(?:>|\Z)|(?P<text>[^<]+)", re.DOTALL)
_HTML_PLACE: Final = re.compile(r"l\d+h\d+$")
_UNREAD: Final = re.compile(r"\s*<(?:script|style|pre|textarea|[!?])", re.IGNORECASE)
_WRAP: Final = {"strong": "**", "em": "*", "s": "~~"}
_KINDS: Final = {"strong": "bold", "em": "italic", "s": "other"}


@dataclass(frozen=True, slots=True)
class _Raw:
    """Markup that markdown-it does not know: it is written as it was read."""

    content: str
    type: str = "raw"
    tag: str = ""


class MarkdownFormat:
    """``.md``; each line, or table cell, is a block."""

    name = "markdown"
    suffixes = (".md", ".markdown")
    output_suffix = ".md"
    can_write = True
    default_output = "markdown"

    def read(self, data: bytes, *, name: str) -> Document:
        """Blocks ``l3`` by line number, ``l3c2`` for a row's second cell, ``l3a1`` for an image's text.

        ``l3h1`` is the first text between tags in a line of HTML.
        """
        text = decode(data, name=name)
        blocks = []
        for place, kind, level, raw, _ in _places(text):
            if _HTML_PLACE.match(place):
                blocks.append(Block(id=place, kind=kind, source=unescape(raw)))
                continue
            blocks.append(_parse(place, kind, level, raw)[0])
            blocks += [
                Block(id=name, kind=BlockKind.ATTRIBUTE, source=match["alt"]) for name, match in _alts(place, raw)
            ]
        return Document(name=name, format=self.name, blocks=tuple(block for block in blocks if block.source.strip()))

    def write(self, document: Document, original: bytes) -> bytes:
        """The original with the text of each line or cell replaced."""
        text = decode(original, name=document.name)
        by_id = {block.id: block for block in document.blocks}
        out, at = [], 0
        for place, kind, level, raw, start in _places(text):
            described = _with_alts(place, raw, by_id)
            block = by_id.get(place)
            if block is not None and block.target and _HTML_PLACE.match(place):
                described = escape(block.target, quote=False)
            elif block is not None and block.target:
                _, markup = _parse(place, kind, level, described)
                described = _rendered(block, markup, table=kind is BlockKind.TABLE_CELL)
            out += [text[at:start], described]
            at = start + len(raw)
        return "".join([*out, text[at:]]).encode("utf-8", "surrogatepass")

    def export(self, document: Document) -> bytes:
        """Headings, list items and paragraphs from any document."""
        lines = []
        for block in document.blocks:
            text = block.target or block.source
            if block.kind is BlockKind.HEADING:
                lines.append(f"{'#' * max(1, min(6, block.level))} {text}")
            elif block.kind is BlockKind.LIST_ITEM:
                lines.append(f"{'  ' * max(0, block.level - 1)}- {text}")
            else:
                lines.append(text)
        return ("\n\n".join(lines) + "\n").encode()


def _places(text: str) -> Iterator[tuple[str, BlockKind, int, str, int]]:
    """Id, kind, level, raw Markdown and offset of each text-bearing stretch."""
    skipped, html = _verbatim_lines(text)
    at = 0
    lines = split_lines(text)
    texts = _html_texts(lines, html)
    for number, (line, end) in enumerate(lines, 1):
        start, at = at, at + len(line) + len(end)
        for nth, (raw, offset) in enumerate(texts.get(number - 1, ()), 1):
            yield f"l{number}h{nth}", BlockKind.PARAGRAPH, 0, raw, start + offset
        if number - 1 in skipped or not line.strip() or _RULE.match(line):
            continue
        if _in_table(lines, number - 1):
            yield from _cells(line, number, start)
            continue
        match = _MARKER.match(line)
        if match is None or not match["text"].strip():
            continue
        heading, listed = match["heading"], match["list"]
        kind = BlockKind.HEADING if heading else BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH
        kind = BlockKind.FOOTNOTE if match["note"] else kind
        level = (
            len(heading)
            if heading
            else 1 + (len(match["marker"]) - len(match["marker"].lstrip())) // 2
            if listed
            else 0
        )
        yield f"l{number}", kind, level, match["text"], start + match.start("text")


def _html_texts(lines: list[tuple[str, str]], html: list[range]) -> dict[int, list[tuple[str, int]]]:
    """Chinese texts between tags, with their places in their lines, by 0-based line."""
    found: dict[int, list[tuple[str, int]]] = {}
    for block in html:
        numbers = range(block.start, min(block.stop, len(lines)))
        starts = list(accumulate((len(lines[i][0]) + 1 for i in numbers), initial=0))
        for match in _HTML_PART.finditer("\n".join(lines[i][0] for i in numbers)):
            at = match.start()
            for raw in (match["text"] or "").split("\n"):
                text = raw.strip()
                if HAN_CHARACTER.search(text):
                    index = bisect_right(starts, at) - 1
                    where = at - starts[index] + raw.index(text)
                    found.setdefault(numbers[index], []).append((text, where))
                at += len(raw) + 1
    return found


def _in_table(lines: list[tuple[str, str]], index: int) -> bool:
    """Whether a line belongs to a pipe table: a delimiter row stands in its run of piped lines."""
    if "|" not in lines[index][0]:
        return False
    low = high = index
    while low and "|" in lines[low - 1][0]:
        low -= 1
    while high + 1 < len(lines) and "|" in lines[high + 1][0]:
        high += 1
    return any(_RULE.match(lines[i][0]) and "-" in lines[i][0] for i in range(low, high + 1))


def _cells(line: str, number: int, start: int) -> Iterator[tuple[str, BlockKind, int, str, int]]:
    column = 0
    for match in _CELL.finditer(line):
        cell = match[1]
        if cell.strip():
            column += 1
            lead = len(cell) - len(cell.lstrip())
            yield f"l{number}c{column}", BlockKind.TABLE_CELL, 0, cell.strip(), start + match.start(1) + lead
        if match.end() == len(line):
            break


def _alts(place: str, raw: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Chinese texts that stand for images, with the ids of their blocks."""
    for number, match in enumerate(_ALT.finditer(raw) if "![" in raw and "`" not in raw else (), 1):
        if HAN_CHARACTER.search(match["alt"]):
            yield f"{place}a{number}", match


def _with_alts(place: str, raw: str, by_id: dict[str, Block]) -> str:
    """Raw Markdown with the English of the texts that stand for images."""
    for name, match in reversed(list(_alts(place, raw))):
        block = by_id.get(name)
        if block is not None and block.target:
            english = re.sub(r"[\[\]\\]", "", block.target)
            raw = raw[: match.start("alt")] + english + raw[match.end("alt") :]
    return raw


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _verbatim_lines(text: str) -> tuple[set[int], list[range]]:
    """0-based lines of code, HTML blocks and front matter; and those of them that are HTML which people read."""
    skipped: set[int] = set()
    html: list[range] = []
    front = re.match(r"---[ \t]*\r?\n.*?\n---[ \t]*(?:\r?\n|$)", text, re.DOTALL)
    if front:
        skipped |= set(range(front[0].count("\n")))
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    for token in _parser().parse(normal):
        if token.type == "code_block" and _prose(token.content):
            continue
        if token.type in {"fence", "code_block", "html_block"} and token.map:
            skipped |= set(range(*token.map))
            if token.type == "html_block" and not _UNREAD.match(token.content):
                html.append(range(*token.map))
    return skipped, html


def _prose(content: str) -> bool:
    """Whether indented lines are Chinese text set in by spaces, and no code."""
    letters = [character for character in content if not character.isspace()]
    han = sum(is_han(character) or character in "，。、；：（）《》“”" for character in letters)
    return 2 * han > len(letters)


def _parse(place: str, kind: BlockKind, level: int, raw: str) -> tuple[Block, dict[str, Any]]:
    """A stretch of raw Markdown as a block, and the tokens of its inlines by id."""
    text = ""
    inlines: list[Inline] = []
    markup: dict[str, Any] = {}
    open_at: list[tuple[str, int, Any]] = []
    marked = raw
    # Not where the letter could get into code or an address.
    if "`" not in raw and "](" not in raw and "<" not in raw:
        marked = _AFTER_MARK.sub(rf"\g<0>{_LETTER}", _BEFORE_MARK.sub(rf"{_LETTER}\g<0>", raw))
    children = _parser().parseInline(marked)[0].children or []
    for token in children:
        if token.type in {"text", "text_special"}:
            for part in _NOTE_MARK.split(token.content.replace(_LETTER, "")):
                if _NOTE_MARK.fullmatch(part):
                    identifier = f"i{len(markup)}"
                    markup[identifier] = _Raw(part)
                    inlines.append(Inline(id=identifier, span=Span(len(text), len(text)), kind="note"))
                else:
                    text += part
        elif token.nesting == 1:
            open_at.append((f"i{len(markup)}", len(text), token))
            markup[open_at[-1][0]] = token
        elif token.nesting == -1 and open_at:
            identifier, start, opening = open_at.pop()
            inlines.append(Inline(id=identifier, span=Span(start, len(text)), kind=_KINDS.get(opening.tag, "link")))
        else:
            identifier = f"i{len(markup)}"
            markup[identifier] = token
            content = token.content if token.type == "code_inline" else ""
            inlines.append(Inline(id=identifier, span=Span(len(text), len(text) + len(content)), kind=_kind(token)))
            text += content
    return Block(id=place, kind=kind, level=level, source=text, inlines=tuple(inlines)), markup


def _kind(token: Any) -> str:
    return {"code_inline": "code", "image": "image"}.get(token.type, "other")


def _rendered(block: Block, markup: dict[str, Any], *, table: bool) -> str:
    """The target as Markdown, with its inlines' markup around their places."""
    out: list[str] = []
    current: tuple[str, ...] = ()
    for text, over in pieces(block):
        out += _moved(current, over, markup)
        current = over
        code = any(markup[i].type == "code_inline" for i in over)
        out.append(text if code else _escaped(text, table=table))
    out += _moved(current, (), markup)
    return "".join(out)


def _moved(before: tuple[str, ...], after: tuple[str, ...], markup: dict[str, Any]) -> list[str]:
    """Closing and opening marks between two runs."""
    common = 0
    while common < min(len(before), len(after)) and before[common] == after[common]:
        common += 1
    closing = [_mark(markup[i], opening=False) for i in reversed(before[common:])]
    return closing + [_mark(markup[i], opening=True) for i in after[common:]]


def _mark(token: Any, *, opening: bool) -> str:
    if token.tag in _WRAP:
        return str(_WRAP[token.tag])
    if token.type == "link_open":
        title = f' "{token.attrGet("title")}"' if token.attrGet("title") else ""
        return "[" if opening else f"]({token.attrGet('href')}{title})"
    if token.type == "code_inline":
        return "`"
    if not opening:
        return ""
    if token.type == "image":
        return f"![{token.content}]({token.attrGet('src')})"
    return "  " if token.type == "hardbreak" else str(token.content)


def _escaped(text: str, *, table: bool) -> str:
    """Text that Markdown would read as markup, made plain."""
    text = re.sub(r"([\\`*\[\]<])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return text.replace("|", "\\|") if table else text
