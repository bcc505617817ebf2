"""D7xx: markup and structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.checks._numbers import roman
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang.numerals import DIGITS, parse_han

_MARKER: Final = re.compile(
    r"^\s*(?:（(?P<round>[一二三四五六七八九十百]+|\d+)）|\((?P<narrow>[一二三四五六七八九十百]+|\d+)\)|(?P<big>[一二三四五六七八九十]+)、"
    r"|(?P<dot>\d+)[．、.](?!\d)"
    r"|第(?P<article>[一二三四五六七八九十百零〇]+|\d+)条(?=\s|　|[^之第的和至到、，和规]))"
)
_ENGLISH_MARKER: Final = re.compile(
    r"^\W*(?:Article\s+(?P<article>\d+)|(?P<roman>[IVXL]+)[.)]|\(?(?P<digit>\d+)[.)]|\((?P<letter>[a-z])\)"
    r"|(?P<capital>[A-Z])[.)](?=\s)"
    r"|(?P<word>One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|First|Second|Third|Fourth|Fifth|Sixth|Firstly"
    r"|Secondly|Thirdly)\b[.,:]?)",
)
_WORDS: Final = (
    ("one", "first", "firstly"), ("two", "second", "secondly"), ("three", "third", "thirdly"),
    ("four", "fourth"), ("five", "fifth"), ("six", "sixth"), ("seven",), ("eight",), ("nine",), ("ten",),
)  # fmt: skip
_LINK: Final = re.compile(r"https?://[^\s，。；）)\"”]+|www\.[^\s，。；）)\"”]+|[\w.+-]+@[\w-]+\.[\w.]+")
_LEFTOVER: Final = re.compile(r"[⟨⟩⟦⟧]|<unk>|⁇|\{\w+\}|ZM[A-Z]{2,}|</?s>")


@check("D701", category=MqmCategory.DESIGN_STRUCTURE, severity=Severity.MINOR)
def quotes(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Quotation marks are opened and not closed, or the source's quotation has none in the translation.

    A quotation that runs on over several segments may be open in each of them.
    """
    opened, closed = segment.target.count("“"), segment.target.count("”")
    straight = segment.target.count('"')
    source_open, source_closed = _source_quotes(segment.text)
    balanced = source_open == source_closed
    if balanced and (opened != closed or straight % 2):
        at = max(segment.target.rfind(mark) for mark in '“”"')
        yield Finding(message="A quotation mark stands without its partner.", target=Span(at, at + 1))
    elif (
        balanced
        and _long_quotation(segment.text)
        and not (opened or straight or re.search(r"[‘’«»*_]", segment.target))
    ):
        at = next(segment.text.find(mark) for mark in "“「" if mark in segment.text)
        end = min((segment.text.find(mark, at) for mark in "”」" if mark in segment.text[at:]), default=at) + 1
        yield Finding(
            message=f"{segment.text[at:end]} is in quotation marks in the source; the translation has none.",
            source=Span(at, end),
        )


def _long_quotation(text: str) -> bool:
    """A quoted sentence; a quoted name or catchword may lose its marks."""
    return any(len(match[1]) >= 8 for match in re.finditer(r"[“「]([^”」]*)[”」]", text))


def _source_quotes(text: str) -> tuple[int, int]:
    return text.count("“") + text.count("「"), text.count("”") + text.count("」")


@check("D702", category=MqmCategory.DESIGN_STRUCTURE, severity=Severity.MINOR)
def brackets(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """Brackets are opened and not closed, or what the source has in brackets has none in the translation."""
    body = re.sub(r"^\W*\(?\w{1,4}[.)]\s", "", segment.target)
    if body.count("(") != body.count(")") and segment.text.count("（") + segment.text.count("(") == segment.text.count(
        "）"
    ) + segment.text.count(")"):
        at = max(segment.target.rfind("("), segment.target.rfind(")"))
        yield Finding(message="A bracket stands without its partner.", target=Span(at, at + 1))


@check("D703", category=MqmCategory.DESIGN_STRUCTURE, severity=Severity.MAJOR)
def numbering(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """The number of a list item or article at the head of the segment is missing or different.

    （一） is (1), 一、 is I. and 1． is 1.; letters count as numbers, so that (a) may stand for （一）.
    """
    source = _MARKER.match(segment.text)
    if not source:
        return
    wanted = _value(next(group for group in source.groups() if group))
    said = _english_value(segment.target)
    if wanted not in said:
        right = (
            f"Article {wanted}"
            if source["article"]
            else f"({wanted})"
            if source["round"] or source["narrow"]
            else f"{wanted}."
        )
        yield Finding(
            message=f"The item is number {wanted}; the translation "
            + (f"says {min(said)}." if said else "has no number."),
            source=Span(*source.span()),
            severity=None if said else Severity.MINOR,
            candidates=(Candidate(right, "numbering of the source"),),
        )


def _value(text: str) -> int:
    if text.isascii():
        return int(text)
    return DIGITS[text] if text in DIGITS else parse_han(text)


def _english_value(target: str) -> set[int]:
    match = _ENGLISH_MARKER.match(target)
    if not match:
        return set()
    if match["roman"]:
        return (
            {roman(match["roman"]), ord(match["roman"][0]) - 64}
            if len(match["roman"]) == 1
            else {roman(match["roman"])}
        )
    if match["letter"] or match["capital"]:
        return {ord((match["letter"] or match["capital"]).lower()) - 96}
    if match["word"]:
        return {number for number, words in enumerate(_WORDS, 1) if match["word"].lower() in words}
    return {int(match["digit"] or match["article"])}


@check("D704", category=MqmCategory.DESIGN_MARKUP, severity=Severity.MAJOR)
def link(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A web or mail address of the source is missing or different in the translation."""
    for match in _LINK.finditer(segment.text):
        if match[0] not in segment.target:
            yield Finding(
                message=f"{match[0]} does not stand in the translation.",
                source=Span(*match.span()),
                candidates=(Candidate(match[0], "source"),),
            )


@check("D705", category=MqmCategory.DESIGN_STRUCTURE, severity=Severity.MINOR)
def question(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A question of the source is no question in the translation, or the other way round."""
    asked = segment.text.rstrip("”」』）)").endswith(("？", "?"))
    asks = segment.target.rstrip('”"’)').endswith("?")
    told = re.search(r"\b(?:whether|asked|asks|if|inquir\w+)\b", segment.target) is not None
    if asked != asks and (asked or "？" not in segment.text) and not (asked and told):
        yield Finding(
            message="The source asks a question; the translation does not."
            if asked
            else "The translation asks a question; the source does not.",
            source=Span(len(segment.text) - 1, len(segment.text)),
        )


@check("D706", category=MqmCategory.DESIGN_MARKUP, severity=Severity.CRITICAL)
def leftover(segment: Segment, context: CheckContext) -> Iterator[Finding]:
    """A mark that the engine was given, or could not spell, stands in the translation."""
    for match in _LEFTOVER.finditer(segment.target):
        if match[0] not in segment.text:
            yield Finding(message=f"“{match[0]}” is a leftover of the engine.", target=Span(*match.span()))
