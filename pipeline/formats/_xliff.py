"""What XLIFF 1.2 and 2.1 share: inline codes as inlines, languages, notes of flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.core.document import Block, BlockKind, Document, Inline, Segment, SegmentState, TermMatch
from pipeline.core.flags import Flag, FlagState, Span
from pipeline.errors import FormatError
from pipeline.formats.inline import pieces
from pipeline.formats.safety import xml_text

SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
# What exported files say. The region tells tools which spelling to expect.
SOURCE_LANGUAGE: Final = "zh-CN"
TARGET_LANGUAGE: Final = "en-US"
# Marks what we wrote ourselves, so that a second run replaces it.
AUTHOR: Final = "zhengming"
# XLIFF note priorities, 1 the most urgent.
PRIORITIES: Final = {"critical": "1", "major": "2", "minor": "3", "neutral": "5"}
_SETTLED: Final = frozenset({SegmentState.REVIEWED, SegmentState.FINAL})


@dataclass(frozen=True, slots=True)
class Codes:
    """Which elements inside a source are codes.

    Attributes:
        ranges: Elements around translatable text.
        points: Elements whose content, if any, is native code. All other
            elements are annotations: their text counts, they do not.
    """

    ranges: frozenset[str]
    points: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A unit of a file that was edited elsewhere.

    Attributes:
        id: As it was exported.
        source: Its source as it came back.
        target: Its English as it came back, without codes; empty for none.
        settled: Whether its state says that a person approved it.
        note: What the person wrote beside it.
    """

    id: str
    source: str
    target: str
    settled: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """English that an editor offers beside the target.

    Attributes:
        source: What it translates.
        target: The English.
        origin: Where it comes from.
        score: 0 to 100; 0 where unknown.
        memory: Whether a person approved it, else an engine made it.
    """

    source: str
    target: str
    origin: str
    score: int
    memory: bool


def local(element: Any) -> str:
    """The local name; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(root: Any) -> str:
    """The namespace of a root as a tag prefix, ``{…}`` or empty."""
    head, brace, _ = str(root.tag).rpartition("}")
    return head + brace


def pairs(root: Any, tag: str, letter: str) -> Iterator[tuple[str, Any, Any, Any]]:
    """Id, unit or segment, source and target (None where missing) of all that have a source.

    Args:
        root: Of the file.
        tag: Local name of what holds source and target.
        letter: That ids begin with.
    """
    prefix = namespace(root)
    for number, holder in enumerate(root.iter(prefix + tag), 1):
        source = holder.find(prefix + "source")
        if source is not None:
            yield f"{letter}{number}", holder, source, holder.find(prefix + "target")


def is_empty(target: Any) -> bool:
    """Whether a target is missing or holds no text."""
    return target is None or not "".join(target.itertext()).strip()


def content(source: Any, codes: Codes) -> tuple[str, tuple[Inline, ...], dict[str, Any]]:
    """Text of a source element, its codes as inlines, and the elements by inline id."""
    parts: list[str] = []
    inlines: list[Inline] = []
    markup: dict[str, Any] = {}

    def enter(element: Any) -> None:
        name = local(element)
        start = sum(map(len, parts))
        identifier = f"c{len(markup)}"
        if name in codes.ranges or name in codes.points:
            markup[identifier] = element
        if name in codes.points:
            inlines.append(Inline(id=identifier, span=Span(start, start)))
            return
        parts.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                enter(child)
            parts.append(child.tail or "")
        if name in codes.ranges:
            inlines.append(Inline(id=identifier, span=Span(start, sum(map(len, parts)))))

    enter(source)
    return "".join(parts), tuple(inlines), markup


def fill(target: Any, source: Any, block: Block, codes: Codes) -> None:
    """Replace a target element's content by the block's English with the source's codes in it."""
    from copy import deepcopy

    _, _, markup = content(source, codes)
    for child in list(target):
        target.remove(child)
    target.text = None
    stack: list[tuple[str, Any]] = [("", target)]
    used: set[str] = set()
    for text, over in pieces(block):
        if not text:
            used |= set(over)
            _append(stack[-1][1], _shell(markup[over[-1]], deepcopy))
            continue
        while stack[-1][0] and stack[-1][0] not in over:
            stack.pop()
        # An id may stand only once; a range that others cut apart covers its first part.
        for identifier in over:
            if identifier not in used and identifier in markup:
                used.add(identifier)
                shell = _shell(markup[identifier], deepcopy)
                _append(stack[-1][1], shell)
                stack.append((identifier, shell))
        add_text(stack[-1][1], text)
    for identifier, element in markup.items():
        if identifier not in used:
            _append(target, _shell(element, deepcopy))


def _shell(element: Any, deepcopy: Any) -> Any:
    """A copy of a code: native content kept, translatable content left out."""
    shell = deepcopy(element)
    shell.tail = None
    if local(element) in {"g", "pc"}:
        for child in list(shell):
            shell.remove(child)
        shell.text = None
    return shell


def _append(parent: Any, child: Any) -> None:
    parent.append(child)


def add_text(element: Any, text: str) -> None:
    """Put text behind all that an element holds; characters that XML forbids are left out."""
    text = xml_text(text)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def translatable(element: Any) -> bool:
    """What the nearest ``translate`` attribute on an element or around it says."""
    for node in (element, *element.iterancestors()):
        value = node.get("translate")
        if value:
            return bool(value == "yes")
    return True


def check_languages(source: str, target: str, *, name: str) -> None:
    """Refuse what is not Chinese into English.

    Raises:
        FormatError: Names the language found.
    """
    if not source.lower().startswith(("zh", "cmn", "yue")):
        raise FormatError(f"{name}: the source language is {source or 'not given'}; Zhengming reads Chinese (zh)")
    if target and not target.lower().startswith("en"):
        raise FormatError(f"{name}: the target language is {target}; Zhengming writes English (en)")


def make_block(identifier: str, source: Any, codes: Codes, *, translate: bool) -> Block | None:
    """A unit's source as a block; None where it has no text."""
    text, inlines, _ = content(source, codes)
    if not text.strip():
        return None
    return Block(id=identifier, kind=BlockKind.PARAGRAPH, source=text, inlines=inlines, translate=translate)


def settled(block: Block, target: str, state: SegmentState) -> Block:
    """A block with the target that a person has approved."""
    import msgspec

    segment = Segment(
        id=f"{block.id}.s1",
        source=block.source,
        text=block.source,
        span=Span(0, len(block.source)),
        target=target,
        state=state,
    )
    return msgspec.structs.replace(block, text=block.source, segments=(segment,))


def state_of(segments: Iterable[Segment]) -> SegmentState:
    """The state of a unit: that of its least advanced segment."""
    order = list(SegmentState)
    return min((segment.state for segment in segments), key=order.index, default=SegmentState.INITIAL)


def open_flags(segments: Iterable[Segment]) -> list[Flag]:
    """Flags that still await a person."""
    return [
        flag
        for segment in segments
        for flag in segment.flags
        if flag.state is FlagState.OPEN and segment.state not in _SETTLED
    ]


def note_text(flag: Flag) -> str:
    """A flag as a line that any editor can show."""
    choices = " | ".join(candidate.text for candidate in flag.candidates)
    return xml_text(f"{flag.code}: {flag.message}" + (f" [{choices}]" if choices else ""))


def proposals(segment: Segment) -> Iterable[Proposal]:
    """What the memory and the engine have besides the target, without repetition."""
    seen = {segment.target}
    for match in segment.matches:
        if match.target not in seen:
            seen.add(match.target)
            origin = xml_text(", ".join(filter(None, (match.document, match.user)))) or "memory"
            yield Proposal(source=match.source, target=match.target, origin=origin, score=match.score, memory=True)
    for hypothesis in segment.hypotheses[1:]:
        if hypothesis.text not in seen:
            seen.add(hypothesis.text)
            origin = xml_text(hypothesis.engine) or "engine"
            yield Proposal(source=segment.source, target=hypothesis.text, origin=origin, score=0, memory=False)


def first_note(notes: Iterable[Any]) -> str:
    """The first note that a person wrote."""
    for note in notes:
        ours = note.get("from") == AUTHOR or note.get("id", "").startswith(f"{AUTHOR}-")
        text = "".join(note.itertext()).strip()
        if text and not ours:
            return text
    return ""


def with_terms(element: Any, segment: Segment, make: Any) -> list[TermMatch]:
    """Write a segment's source with its terms in markers.

    Args:
        element: An empty source element.
        segment: What it shall hold.
        make: From number (from 1) and term to an empty marker element.

    Returns:
        The terms that got a marker, in order.
    """
    at, marked = 0, []
    for term in sorted(segment.terms, key=lambda term: term.span):
        span = segment.source_span(term.span)
        if span.start < at or span.end <= span.start or not term.enforced:
            continue
        add_text(element, segment.source[at : span.start])
        marked.append(term)
        marker = make(len(marked), term)
        add_text(marker, span.of(segment.source))
        element.append(marker)
        at = span.end
    add_text(element, segment.source[at:])
    return marked


def export_units(document: Document) -> Iterable[tuple[str, Segment, bool]]:
    """Id, segment and whether it is to be translated, for each unit of an exported file."""
    for block in document.blocks:
        if block.translate or block.segments:
            yield from ((segment.id, segment, True) for segment in block.segments)
        else:
            whole = Span(0, len(block.source))
            yield block.id, Segment(id=block.id, source=block.source, text=block.source, span=whole), False


def serialised(root: Any, *, indent: Sequence[str] = ()) -> bytes:
    """The whole file, comments around the root included.

    Args:
        root: Root element.
        indent: Local names of elements whose children go on lines of their own.
    """
    from lxml import etree

    for element in root.iter():
        if local(element) in indent and len(element):
            depth = sum(1 for _ in element.iterancestors())
            element.text = "\n" + "  " * (depth + 1)
            for child in element:
                child.tail = element.text
            element[-1].tail = "\n" + "  " * depth
    data: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    return data + b"\n"
