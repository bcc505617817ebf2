"""One self-contained HTML page of translated documents: text, terms, flags, counts.

It is written piece by piece: a document's section waits in a file without a
name until the page is published, so that a page of a million documents takes
no more memory than one of ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, Self

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from pipeline.core.document import BlockKind, Document, Segment
from pipeline.core.flags import Flag, Span
from pipeline.core.grouping import flag_groups
from pipeline.core.mqm import Severity
from pipeline.core.serial import summary
from pipeline.errors import OutputError
from pipeline.formats.safety import replacing

_DOCUMENTS: Final = "<!-- documents -->\n"
_RANK: Final = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2, Severity.NEUTRAL: 3}


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of text to be marked: CSS class and tool-tip."""

    span: Span
    css: str
    title: str


class ReportPage:
    """The page, growing.

    Args:
        path: Where it goes.

    Raises:
        OutputError: There is no room beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        environment = Environment(
            loader=PackageLoader("pipeline.reviewer"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._head, _, self._tail = environment.get_template("report.html").render().partition(_DOCUMENTS)
        self._section = environment.get_template("report_document.html")
        # Where each document's section begins in the file, and how long it is.
        self._places: dict[str, tuple[int, int]] = {}
        with self._named():
            self._sections = TemporaryFile(dir=path.parent)  # noqa: SIM115  (closed in close)

    def add(self, location: str, document: Document) -> None:
        """Add a document, or put it in place of what there was of it.

        Args:
            location: Of the input; the page is in the order of these.
            document: Translated and flagged.

        Raises:
            OutputError: The disk is full.
        """
        section = self._section.render(document=_document(document)).encode()
        with self._named():
            start = self._sections.seek(0, SEEK_END)
            self._sections.write(section)
        self._places[location] = (start, len(section))

    def publish(self) -> None:
        """Write the page as it is now, UTF-8 HTML without scripts or outside references; it may grow on.

        Raises:
            OutputError: It cannot be written.
        """
        with replacing(self._path) as page:
            page.write(self._head.encode())
            for _, (start, length) in sorted(self._places.items()):
                self._sections.seek(start)
                page.write(self._sections.read(length))
            page.write(self._tail.encode())

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

    def close(self) -> None:
        """Forget what is not published."""
        self._sections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _document(document: Document) -> dict[str, Any]:
    flags = [flag for segment in document.segments for flag in segment.flags]
    return {
        "name": document.name,
        "signature": str(document.signature or ""),
        "summary": summary(document),
        "groups": _groups(flags),
        "kinds": flag_groups(document),
        "blocks": [
            {
                "kind": str(block.kind),
                "heading": block.kind is BlockKind.HEADING,
                "segments": [_segment(segment) for segment in block.segments],
            }
            for block in document.blocks
            if block.segments
        ],
    }


def _groups(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    counts = Counter((flag.code, str(flag.severity)) for flag in flags)
    return [{"code": code, "severity": severity, "count": count} for (code, severity), count in sorted(counts.items())]


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "source": marked(segment.text, _source_marks(segment)),
        "target": marked(segment.target, _target_marks(segment)),
        "flags": [
            _flag(flag, segment) for flag in sorted(segment.flags, key=lambda flag: (_RANK[flag.severity], flag.code))
        ],
        "edits": segment.edits,
    }


def _flag(flag: Flag, segment: Segment) -> dict[str, Any]:
    return {
        "code": flag.code,
        "severity": str(flag.severity),
        "message": flag.message,
        "on": flag.source.of(segment.text) if flag.source else "",
        "candidates": flag.candidates,
    }


def _source_marks(segment: Segment) -> list[Mark]:
    marks = [
        Mark(term.span, "term" if term.honoured else "term missed", f"{term.concept}: {term.rendering}")
        for term in segment.terms
        if term.enforced
    ]
    return marks + [
        Mark(flag.source, f"flag {flag.severity}", f"{flag.code} {flag.message}")
        for flag in segment.flags
        if flag.source
    ]


def _target_marks(segment: Segment) -> list[Mark]:
    marks = [Mark(term.target, "term", f"{term.text} ({term.concept})") for term in segment.terms if term.target]
    return marks + [
        Mark(flag.target, f"flag {flag.severity}", f"{flag.code} {flag.message}")
        for flag in segment.flags
        if flag.target
    ]


def marked(text: str, marks: Sequence[Mark]) -> Markup:
    """Text with marks as ``<mark>`` elements; overlapping ones are merged piece by piece.

    Args:
        text: Untrusted.
        marks: Spans of ``text``; those that reach outside are cut.

    Returns:
        Escaped HTML whose text content is ``text``.
    """
    edges = sorted(
        {
            0,
            len(text),
            *(min(max(at, 0), len(text)) for mark in marks for at in (mark.span.start, mark.span.end)),
        }
    )
    pieces = Markup()
    for start, end in pairwise(edges):
        over = [mark for mark in marks if mark.span.start <= start and end <= mark.span.end]
        if not over:
            pieces += escape(text[start:end])
            continue
        css = " ".join(dict.fromkeys(name for mark in over for name in mark.css.split()))
        title = "\n".join(mark.title for mark in over)
        pieces += Markup('<mark class="{}" title="{}">{}</mark>').format(css, title, text[start:end])
    return pieces
