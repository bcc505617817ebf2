"""S5xx: style and register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity

_CONTRACTION: Final = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|wo|ca|could|should|would|must|need)n['’]t|(?:it|that|there"
    r"|what|who|let)['’]s(?=\s+(?:a|an|the|not|been|going|to|no|be)\b)"
    r"|(?:we|you|they|I)['’](?:re|ve|ll|d|m))\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
_FULL: Final = {"won't": "will not", "can't": "cannot", "let's": "let us"}
_COLLOQUIAL: Final = {
    "a lot of": "many",
    "lots of": "many",
    "a bunch of": "several",
    "kids": "children",
    "stuff": "material",
    "guys": "persons",
    "get rid of": "eliminate",
    "huge": "substantial",
    "gonna": "going to",
    "okay": "acceptable",
    "crack down hard": "take strict measures against",
    "pretty much": "largely",
    "sort of": "to some extent",
    "kind of like": "similar to",
    "big shots": "senior officials",
}
_INFORMAL: Final = re.compile(r"\b(?:" + "|".join(map(re.escape, _COLLOQUIAL)) + r")\b", re.IGNORECASE)
_TWICE: Final = re.compile(r"\b(?P<word>[A-Za-z]+)\s+(?P=word)\b", re.IGNORECASE)
_MAY_STAND_TWICE: Final = frozenset({"that", "had", "bye", "very"})


@check("S501", category=MqmCategory.STYLE_REGISTER, severity=Severity.MINOR)
def contraction(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A contraction stands outside a quotation; official texts write words in full."""
    quoted = [Span(*match.span()) for match in _QUOTED.finditer(segment.target)]
    for match in _CONTRACTION.finditer(segment.target):
        span = Span(*match.span())
        if not any(span.overlaps(other) for other in quoted):
            yield Finding(
                message=f"“{match[0]}” is a contraction.",
                target=span,
                candidates=(Candidate(_in_full(match[0]), "register of official texts"),),
            )


def _in_full(text: str) -> str:
    low = text.lower().replace("’", "'")
    if low in _FULL:
        return _FULL[low]
    for ending, full in (
        ("n't", " not"),
        ("'re", " are"),
        ("'ve", " have"),
        ("'ll", " will"),
        ("'s", " is"),
        ("'d", " would"),
        ("'m", " am"),
    ):
        if low.endswith(ending):
            return text[: -len(ending)] + full
    return text


@check("S502", category=MqmCategory.STYLE_REGISTER, severity=Severity.MINOR)
def colloquial(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A colloquial word stands outside a quotation in a text of official register."""
    quoted = [Span(*match.span()) for match in _QUOTED.finditer(segment.target)]
    for match in _INFORMAL.finditer(segment.target):
        span = Span(*match.span())
        if not any(span.overlaps(other) for other in quoted):
            yield Finding(
                message=f"“{match[0]}” is colloquial.",
                target=span,
                candidates=(Candidate(_COLLOQUIAL[match[0].lower()], "register of official texts"),),
            )


@check("S503", category=MqmCategory.FLUENCY_GRAMMAR, severity=Severity.MINOR)
def repeated_word(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A word stands twice in a row."""
    for match in _TWICE.finditer(segment.target):
        if match["word"].lower() not in _MAY_STAND_TWICE:
            yield Finding(
                message=f"“{match[0]}” repeats a word.",
                target=Span(*match.span()),
                candidates=(Candidate(match["word"], "once"),),
            )


@check("S504", category=MqmCategory.STYLE_REGISTER, severity=Severity.MINOR)
def point_of_view(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """我国 has become "our country": English for foreign readers says China."""
    found = re.search(r"\b(?:our|my) (?:country|nation|government)\b|\bour side\b", segment.target, re.IGNORECASE)
    if found and re.search(r"我国|我方|我", segment.text):
        yield Finding(
            message=f"“{found[0]}” is the writer's point of view.",
            target=Span(*found.span()),
            candidates=(
                Candidate("China", "usage of official English"),
                Candidate("the Chinese side", "diplomatic usage"),
            ),
        )
