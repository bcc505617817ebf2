"""One self-contained HTML page of translated documents: text, terms, flags, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from pipeline.core.document import BlockKind, Document, Segment
from pipeline.core.flags import Flag, Span
from pipeline.core.grouping import flag_groups
from pipeline.core.mqm import Severity
from pipeline.core.serial import summary

_RANK: Final = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2, Severity.NEUTRAL: 3}


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of text to be marked: CSS class and tool-tip."""

    span: Span
    css: str
    title: str


def render_report(documents: Sequence[Document]) -> bytes:
    """The page, as UTF-8 HTML without scripts or outside references.

    Args:
        documents: Translated and flagged.
    """
    environment = Environment(
        loader=PackageLoader("pipeline.reviewer"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html").render(documents=[_document(document) for document in documents])
    return page.encode()


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
