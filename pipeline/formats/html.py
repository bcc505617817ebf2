"""HTML: text between tags and in a few attributes; everything else is kept."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, Final

from pipeline.core.document import Block, BlockKind, Document, Inline
from pipeline.core.flags import Span
from pipeline.errors import FormatError
from pipeline.formats.encoding import decode
from pipeline.formats.inline import pieces

# fmt: off
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
})
# fmt: on
_SKIPPED: Final = frozenset({"script", "style", "pre", "textarea", "svg", "math", "noscript", "template"})
_ATTRIBUTES: Final = ("title", "alt", "placeholder", "aria-label")
# What search engines and other sites show of a page; its ``content`` is text.
_META: Final = frozenset(
    {"description", "keywords", "og:title", "og:description", "og:site_name", "twitter:title", "twitter:description"}
)
_KINDS: Final = {
    "a": "link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "code": "code",
    "img": "image",
}
# Pages are some dozens deep; reading and writing recurse.
_DEEPEST: Final = 250
_BLOCKS: Final = {"li": BlockKind.LIST_ITEM, "td": BlockKind.TABLE_CELL, "th": BlockKind.TABLE_CELL}


class HtmlFormat:
    """``.html``; a run of text and inline elements inside one block element is a block."""

    name = "html"
    suffixes = (".html", ".htm")
    output_suffix = ".html"
    can_write = True
    default_output = "html"

    def read(self, data: bytes, *, name: str) -> Document:
        """Blocks ``b1`` … in document order, attributes as ``a1`` …."""
        soup = _soup(decode(data, name=name), name)
        blocks = [_block(f"b{number}", run) for number, run in enumerate(_runs(soup), 1)]
        attributes = [
            Block(id=f"a{number}", kind=BlockKind.ATTRIBUTE, source=element[attribute])
            for number, (element, attribute) in enumerate(_attributes(soup), 1)
        ]
        return Document(name=name, format=self.name, blocks=(*blocks, *attributes))

    def write(self, document: Document, original: bytes) -> bytes:
        """The original with its text replaced, ``lang`` and charset set to what is written."""
        soup = _soup(decode(original, name=document.name), document.name)
        by_id = {block.id: block for block in document.blocks}
        for number, (element, attribute) in enumerate(list(_attributes(soup)), 1):
            block = by_id.get(f"a{number}")
            if block and block.target:
                element[attribute] = block.target
        for number, run in enumerate(list(_runs(soup)), 1):
            block = by_id.get(f"b{number}")
            if block and block.target:
                _replace(soup, run, block)
        _declare(soup)
        return str(soup).encode()

    def export(self, document: Document) -> bytes:
        """A plain page from any document."""
        from html import escape

        tags = {BlockKind.HEADING: "h2", BlockKind.LIST_ITEM: "li"}
        body = "\n".join(
            f"<{tag}>{escape(block.target or block.source)}</{tag}>"
            for block in document.blocks
            for tag in (tags.get(block.kind, "p"),)
        )
        head = f'<meta charset="utf-8"><title>{escape(document.name)}</title>'
        page = f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'
        return page.encode()


def _soup(text: str, name: str) -> Any:
    from bs4 import BeautifulSoup

    try:
        soup = BeautifulSoup(text, "html.parser")
    except (ValueError, AssertionError, RecursionError) as error:
        raise FormatError(f"{name}: not readable as HTML ({error})") from error
    if soup.find() is None:
        raise FormatError(f"{name}: holds no HTML element; rename it to .txt if it is plain text")
    if (depth := _depth(soup)) > _DEEPEST:
        raise FormatError(f"{name}: elements nested {depth} deep; {_DEEPEST} can be read")
    return soup


def _depth(soup: Any) -> int:
    """How deep elements are nested, without recursion."""
    depths = {id(soup): 0}
    deepest = 0
    for node in soup.descendants:
        if _is_tag(node):
            depths[id(node)] = depths[id(node.parent)] + 1
            deepest = max(deepest, depths[id(node)])
    return deepest


def _is_tag(node: Any) -> bool:
    return getattr(node, "name", None) is not None


def _runs(root: Any) -> Iterator[list[Any]]:
    """Runs of sibling nodes that are text or inline elements and hold some text."""
    run: list[Any] = []
    for node in [*root.children, None]:
        if node is not None and _belongs(node):
            run.append(node)
            continue
        if any(_text_of(member).strip() for member in run):
            yield run
        run = []
        if node is not None and _is_tag(node) and node.name not in _SKIPPED:
            yield from _runs(node)


def _belongs(node: Any) -> bool:
    """Whether a node is part of running text."""
    if not _is_tag(node):
        return type(node).__name__ == "NavigableString"
    if node.name not in _INLINE:
        return False
    return all(_belongs(child) for child in node.children)


def _text_of(node: Any) -> str:
    return str(node.get_text()) if _is_tag(node) else str(node)


def _block(identifier: str, run: list[Any]) -> Block:
    """A run as a block; its inlines are numbered in document order."""
    inlines: list[Inline] = []
    text = _collected(run, "", inlines)
    parent = run[0].parent.name if run[0].parent is not None else ""
    heading = len(parent) == 2 and parent[0] == "h" and parent[1].isdigit()
    kind = BlockKind.HEADING if heading or parent == "title" else _BLOCKS.get(parent, BlockKind.PARAGRAPH)
    return Block(id=identifier, kind=kind, source=text, inlines=tuple(inlines), level=int(parent[1]) if heading else 0)


def _collected(nodes: list[Any], text: str, inlines: list[Inline]) -> str:
    for node in nodes:
        if not _is_tag(node):
            text += str(node)
            continue
        at, place = len(inlines), len(text)
        inlines.append(Inline(id="", span=Span(0, 0)))
        text = _collected(list(node.children), text, inlines)
        inlines[at] = Inline(id=f"i{at}", span=Span(place, len(text)), kind=_KINDS.get(node.name, "other"))
    return text


def _elements(nodes: list[Any]) -> list[Any]:
    """The inline elements of a run, in the order in which :func:`_collected` numbers them."""
    found = []
    for node in nodes:
        if _is_tag(node):
            found += [node, *_elements(list(node.children))]
    return found


def _replace(soup: Any, run: list[Any], block: Block) -> None:
    elements = _elements(run)
    made: list[Any] = []
    for text, over in pieces(block):
        node: Any = soup.new_string(text)
        for identifier in reversed(over):
            shell = copy(elements[int(identifier[1:])])
            shell.clear()
            if node != "" or _is_tag(node):
                shell.append(node)
            node = shell
        made.append(node)
    lead = _text_of(run[0])[: len(_text_of(run[0])) - len(_text_of(run[0]).lstrip())] if not _is_tag(run[0]) else ""
    anchor = run[0]
    for node in [soup.new_string(lead), *made] if lead else made:
        anchor.insert_before(node)
    for node in run:
        node.extract()


def _attributes(soup: Any) -> Iterator[tuple[Any, str]]:
    for element in soup.find_all(True):
        described = element.name == "meta" and str(element.get("name") or element.get("property")).lower() in _META
        for attribute in (*_ATTRIBUTES, "content") if described else _ATTRIBUTES:
            if isinstance(element.get(attribute), str) and element[attribute].strip():
                yield element, attribute


def _declare(soup: Any) -> None:
    if soup.html is not None:
        soup.html["lang"] = "en"
    for meta in soup.find_all("meta"):
        if meta.get("charset"):
            meta["charset"] = "utf-8"
        elif "charset=" in str(meta.get("content", "")).lower():
            meta["content"] = "text/html; charset=utf-8"
