"""Plain text: one block per line, as many lines out as in."""

from __future__ import annotations

import re
from typing import Final

from pipeline.core.document import Block, BlockKind, Document
from pipeline.formats.encoding import decode

_LINES: Final = re.compile(r"[^\r\n]+|\r\n|\r|\n")


class TextFormat:
    """``.txt``; written as UTF-8 with the original's line ends."""

    name = "text"
    suffixes = (".txt",)
    output_suffix = ".txt"
    can_write = True
    default_output = "text"

    def read(self, data: bytes, *, name: str) -> Document:
        """Each line that is not blank is a block, ``l1`` … by line number."""
        blocks = [
            Block(id=f"l{number}", kind=BlockKind.PARAGRAPH, source=line.strip())
            for number, (line, _) in enumerate(split_lines(decode(data, name=name)), 1)
            if line.strip()
        ]
        return Document(name=name, format=self.name, blocks=tuple(blocks))

    def write(self, document: Document, original: bytes) -> bytes:
        """Line *n* of the result translates line *n* of the original; indents are kept."""
        targets = {block.id: block.target for block in document.blocks}
        parts = []
        for number, (line, end) in enumerate(split_lines(decode(original, name=document.name)), 1):
            target = targets.get(f"l{number}", "")
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            parts.append((indent + target if target else line) + end)
        return "".join(parts).encode("utf-8", "surrogatepass")

    def export(self, document: Document) -> bytes:
        """One line per block."""
        return "".join(f"{block.target or block.source}\n" for block in document.blocks).encode()


def split_lines(text: str) -> list[tuple[str, str]]:
    """Lines with their ends, only at CR, LF and CRLF; joined they are the text."""
    lines: list[tuple[str, str]] = []
    pending = ""
    for token in _LINES.findall(text):
        if token in ("\r\n", "\r", "\n"):
            lines.append((pending, token))
            pending = ""
        else:
            pending = token
    if pending:
        lines.append((pending, ""))
    return lines
