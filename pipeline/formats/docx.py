"""DOCX: paragraphs of body, tables, headers, footers and notes; styles and other parts are untouched."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any, Final

from pipeline.core.document import Block, BlockKind, Document, Inline
from pipeline.core.flags import Span
from pipeline.errors import FormatError
from pipeline.formats.inline import pieces
from pipeline.formats.safety import open_zip, parse_xml, read_member

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_PARTS: Final = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
_KINDS: Final = {
    "header": BlockKind.HEADER,
    "footer": BlockKind.HEADER,
    "footnotes": BlockKind.FOOTNOTE,
    "endnotes": BlockKind.FOOTNOTE,
}
# Children of a run that are content without text; they keep their place.
_OBJECTS: Final = tuple(
    _W + name
    for name in (
        "drawing",
        "pict",
        "object",
        "footnoteReference",
        "endnoteReference",
        "footnoteRef",
        "endnoteRef",
        "fldChar",
        "instrText",
        "sym",
        "lastRenderedPageBreak",
        "br",
    )
)


class DocxFormat:
    """``.docx``; each paragraph with text is a block."""

    name = "docx"
    suffixes = (".docx",)
    output_suffix = ".docx"
    can_write = True
    default_output = "docx"

    def read(self, data: bytes, *, name: str) -> Document:
        """Blocks ``PART.N`` by part and paragraph number."""
        blocks: list[Block] = []
        with open_zip(data, name=name) as archive:
            for part, root in _parts(archive, name):
                blocks += [_block(f"{part}.{number}", part, paragraph) for number, paragraph in _paragraphs(root)]
        return Document(name=name, format=self.name, blocks=tuple(blocks))

    def write(self, document: Document, original: bytes) -> bytes:
        """The original package with the text of its paragraphs replaced."""
        by_id = {block.id: block for block in document.blocks}
        buffer = BytesIO()
        with (
            open_zip(original, name=document.name) as archive,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            changed = {}
            for part, root in _parts(archive, document.name):
                for number, paragraph in list(_paragraphs(root)):
                    block = by_id.get(f"{part}.{number}")
                    if block is not None and block.target:
                        _replace(paragraph, block)
                changed[f"word/{part}.xml"] = root
            for member in archive.infolist():
                root = changed.get(member.filename)
                out.writestr(member, archive.read(member) if root is None else _serialised(root))
        return buffer.getvalue()

    def export(self, document: Document) -> bytes:
        """A new document with headings, list items and paragraphs."""
        import docx

        made = docx.Document()
        for block in document.blocks:
            text = block.target or block.source
            if block.kind is BlockKind.HEADING:
                made.add_heading(text, level=max(1, min(9, block.level or 1)))
            else:
                made.add_paragraph(text, style="List Bullet" if block.kind is BlockKind.LIST_ITEM else None)
        buffer = BytesIO()
        made.save(buffer)
        return buffer.getvalue()


def _parts(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Any]]:
    names = [member for member in archive.namelist() if _PARTS.fullmatch(member)]
    if "word/document.xml" not in names:
        raise FormatError(f"{name}: no Word document inside; save it as .docx again")
    for member in sorted(names, key=lambda member: (member != "word/document.xml", member)):
        data = read_member(archive, member, name=name)
        yield member.removeprefix("word/").removesuffix(".xml"), parse_xml(data, name=f"{name}/{member}")


def _paragraphs(root: Any) -> Iterator[tuple[int, Any]]:
    """Paragraphs with text of their own, numbered over all paragraphs of the part."""
    for number, paragraph in enumerate(root.iter(_W + "p"), 1):
        if any(_text(run).strip() for run in _runs(paragraph)):
            yield number, paragraph


def _runs(paragraph: Any) -> list[Any]:
    """The runs of a paragraph, those in links and smart tags too, but not those of text boxes inside.

    A run that holds text and objects (Word writes a whole address with its
    line breaks as one) is first cut up, so that each object has its place.
    """
    for run in [run for run in paragraph.iter(_W + "r") if next(run.iterancestors(_W + "p")) is paragraph]:
        _cut_at_objects(run)
    return [run for run in paragraph.iter(_W + "r") if next(run.iterancestors(_W + "p")) is paragraph]


def _cut_at_objects(run: Any) -> None:
    content = [child for child in run if child.tag != _W + "rPr"]
    groups: list[list[Any]] = []
    for child in content:
        is_object = child.tag in _OBJECTS
        if groups and is_object == (groups[-1][0].tag in _OBJECTS):
            groups[-1].append(child)
        else:
            groups.append([child])
    properties = run.find(_W + "rPr")
    last = run
    for group in groups[1:]:
        made = run.makeelement(run.tag, dict(run.attrib))
        if properties is not None:
            made.append(deepcopy(properties))
        for child in group:
            made.append(child)
        last.addnext(made)
        last = made


def _text(run: Any) -> str:
    parts = []
    for child in run:
        if child.tag == _W + "t":
            parts.append(child.text or "")
        elif child.tag == _W + "tab":
            parts.append("\t")
    return "".join(parts)


def _block(identifier: str, part: str, paragraph: Any) -> Block:
    runs = _runs(paragraph)
    text, inlines = "", []
    for number, run in enumerate(runs):
        start = len(text)
        text += _text(run)
        kind = _formatting(run)
        if kind:
            inlines.append(Inline(id=f"r{number}", span=Span(start, len(text)), kind=kind))
    kind, level = _kind(part, paragraph)
    return Block(id=identifier, kind=kind, level=level, source=text, inlines=tuple(inlines))


def _kind(part: str, paragraph: Any) -> tuple[BlockKind, int]:
    for prefix, kind in _KINDS.items():
        if part.startswith(prefix):
            return kind, 0
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    value = str(style.get(_W + "val", "")) if style is not None else ""
    heading = re.fullmatch(r"(?:[Hh]eading\s*|标题\s*)?(\d)|Title|a3", value)
    if heading:
        return BlockKind.HEADING, int(heading[1] or 1)
    if next(paragraph.iterancestors(_W + "tc"), None) is not None:
        return BlockKind.TABLE_CELL, 0
    if paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return BlockKind.LIST_ITEM, 1
    return BlockKind.PARAGRAPH, 0


def _formatting(run: Any) -> str:
    """What a run's formatting is called; empty for plain text."""
    if any(child.tag in _OBJECTS for child in run):
        return "note"
    if next(run.iterancestors(_W + "hyperlink"), None) is not None:
        return "link"
    properties = run.find(_W + "rPr")
    if properties is None:
        return ""
    for name, kind in (("b", "bold"), ("i", "italic"), ("u", "other"), ("vertAlign", "other")):
        element = properties.find(_W + name)
        if element is not None and element.get(_W + "val") not in {"0", "false", "none"}:
            return kind
    return ""


def _replace(paragraph: Any, block: Block) -> None:
    """Put the target into runs that look as the source's did.

    Plain text looks like the longest plain run. Runs that hold objects keep
    them and lose their text.
    """
    runs = _runs(paragraph)
    plain = max((run for run in runs if not _formatting(run)), key=lambda run: len(_text(run)), default=runs[0])
    patterns = {f"r{number}": deepcopy(run) for number, run in enumerate(runs)}
    base = deepcopy(plain)
    anchor = next(run for run in runs if _text(run).strip())
    for text, over in pieces(block):
        model = patterns[over[-1]] if over else base
        made = _made(model, text, keep_objects=bool(over))
        link = next(runs[int(over[-1][1:])].iterancestors(_W + "hyperlink"), None) if over else None
        if link is not None:
            shell = deepcopy(link)
            for child in list(shell):
                shell.remove(child)
            shell.append(made)
            made = shell
        top = next(anchor.iterancestors(_W + "hyperlink"), anchor)
        top.addprevious(made)
    for run in runs:
        parent = run.getparent()
        parent.remove(run)
        if parent.tag == _W + "hyperlink" and not len(parent):
            parent.getparent().remove(parent)


def _made(model: Any, text: str, *, keep_objects: bool) -> Any:
    run = deepcopy(model)
    for child in list(run):
        if child.tag != _W + "rPr" and not (keep_objects and child.tag in _OBJECTS):
            run.remove(child)
    fonts = run.find(f"{_W}rPr/{_W}rFonts")
    if fonts is not None:
        # The hint makes Word set English in the East Asian font.
        fonts.attrib.pop(_W + "hint", None)
    if text:
        element = run.makeelement(_W + "t", {_SPACE: "preserve"})
        element.text = "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
        run.append(element)
    return run


def _serialised(root: Any) -> bytes:
    from lxml import etree

    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
