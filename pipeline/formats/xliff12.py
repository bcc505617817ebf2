"""XLIFF 1.2 (OASIS Standard, 2008): ``trans-unit`` elements read, written back and made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline import __version__
from pipeline.core.document import Block, Document, Segment, SegmentState, TermMatch
from pipeline.formats import _xliff as xl
from pipeline.formats.safety import xml_text

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:1.2"
CODES: Final = xl.Codes(frozenset({"g"}), frozenset({"x", "bx", "ex", "bpt", "ept", "it", "ph"}))
_STATES: Final = {"final": SegmentState.FINAL, "signed-off": SegmentState.FINAL}


def blocks(root: Any, *, name: str) -> list[Block]:
    """A block for each ``trans-unit`` with text, ``u1`` … in document order.

    Raises:
        pipeline.errors.FormatError: Not from Chinese into English.
    """
    for file in root.iter(xl.namespace(root) + "file"):
        xl.check_languages(file.get("source-language", ""), file.get("target-language", ""), name=name)
    found = []
    for identifier, unit, source, target in xl.pairs(root, "trans-unit", "u"):
        block = xl.make_block(identifier, source, CODES, translate=xl.translatable(unit))
        if block is None:
            continue
        state = _approved(unit, target)
        if state is not None:
            block = xl.settled(block, xl.content(target, CODES)[0], state)
        found.append(block)
    return found


def write(root: Any, document: Document) -> None:
    """Put targets, states and notes into the units, in place."""
    by_id = {block.id: block for block in document.blocks}
    for identifier, unit, source, old in list(xl.pairs(root, "trans-unit", "u")):
        block = by_id.get(identifier)
        if block is None or not block.target or _approved(unit, old) is not None:
            continue
        target = old
        if target is None:
            target = unit.makeelement(xl.namespace(root) + "target")
            anchor = unit.find(xl.namespace(root) + "seg-source")
            (source if anchor is None else anchor).addnext(target)
        xl.fill(target, source, block, CODES)
        _mark(unit, target, block.segments)
    for file in root.iter(xl.namespace(root) + "file"):
        if not file.get("target-language"):
            file.set("target-language", xl.TARGET_LANGUAGE)


def _approved(unit: Any, target: Any) -> SegmentState | None:
    """The state of a target that a person approved; None where there is no such target."""
    if xl.is_empty(target):
        return None
    state = _STATES.get(target.get("state", ""))
    return state or (SegmentState.REVIEWED if unit.get("approved") == "yes" else None)


def _mark(unit: Any, target: Any, segments: tuple[Segment, ...]) -> None:
    """State and notes for what was written; our notes of an earlier run go."""
    flags, state = xl.open_flags(segments), xl.state_of(segments)
    names = {SegmentState.FINAL: "final", SegmentState.REVIEWED: "signed-off", SegmentState.TRANSLATED: "translated"}
    target.set("state", "needs-review-translation" if flags else names.get(state, "needs-translation"))
    target.attrib.pop("state-qualifier", None)
    if state in (SegmentState.FINAL, SegmentState.REVIEWED):
        unit.set("approved", "yes")
    else:
        target.set("state-qualifier", "mt-suggestion")
    prefix = xl.namespace(unit)
    for note in unit.findall(prefix + "note"):
        if note.get("from") == xl.AUTHOR:
            unit.remove(note)
    last = target
    for flag in flags:
        attributes = {"from": xl.AUTHOR, "annotates": "target", "priority": xl.PRIORITIES.get(str(flag.severity), "4")}
        note = unit.makeelement(prefix + "note", attributes)
        note.text = xl.note_text(flag)
        note.tail, last.tail = last.tail, None
        last.addnext(note)
        last = note


def export(document: Document, *, version: str = "") -> bytes:
    """A new file with one ``trans-unit`` per segment, terms in ``mrk``, flags as notes, proposals as ``alt-trans``.

    Args:
        document: With or without targets.
        version: Kept in ``build-num``, by which a returned file is known.
    """
    from lxml import etree

    prefixes: Any = {None: NAMESPACE}
    root: Any = etree.Element(f"{{{NAMESPACE}}}xliff", {"version": "1.2"}, nsmap=prefixes)
    tag = f"{{{NAMESPACE}}}"
    attributes = {
        "original": xml_text(document.name) or "document",
        "source-language": xl.SOURCE_LANGUAGE,
        "target-language": xl.TARGET_LANGUAGE,
        "datatype": "plaintext",
        "tool-id": xl.AUTHOR,
        **({"build-num": version} if version else {}),
    }
    file = etree.SubElement(root, tag + "file", attributes)
    tool = {"tool-id": xl.AUTHOR, "tool-name": "Zhengming", "tool-version": __version__}
    etree.SubElement(etree.SubElement(file, tag + "header"), tag + "tool", tool)
    body = etree.SubElement(file, tag + "body")
    for identifier, segment, wanted in xl.export_units(document):
        unit: Any = etree.SubElement(body, tag + "trans-unit", {"id": xml_text(identifier), xl.SPACE: "preserve"})
        source: Any = etree.SubElement(unit, tag + "source")
        xl.with_terms(source, segment, _marker(source))
        if not wanted:
            unit.set("translate", "no")
        elif segment.target:
            target: Any = etree.SubElement(unit, tag + "target")
            xl.add_text(target, segment.target)
            _mark(unit, target, (segment,))
        if wanted:
            _proposals(unit, segment)
    return xl.serialised(root, indent=("xliff", "file", "header", "body", "trans-unit", "alt-trans"))


def _proposals(unit: Any, segment: Segment) -> None:
    """What the memory and the engine proposed besides the target."""
    from lxml import etree

    tag = f"{{{NAMESPACE}}}"
    for one in xl.proposals(segment):
        attributes = {"origin": one.origin} | ({"match-quality": f"{one.score}%"} if one.score else {})
        element: Any = etree.SubElement(unit, tag + "alt-trans", attributes)
        for name, text in (("source", one.source), ("target", one.target)):
            xl.add_text(etree.SubElement(element, tag + name), text)


def returned(root: Any) -> Iterator[xl.Returned]:
    """The units of a file that was edited elsewhere, by their own ids."""
    for _, unit, source, target in xl.pairs(root, "trans-unit", "u"):
        yield xl.Returned(
            id=unit.get("id", ""),
            source=xl.content(source, CODES)[0],
            target="" if target is None else xl.content(target, CODES)[0].strip(),
            settled=_approved(unit, target) is not None,
            note=xl.first_note(unit.findall(xl.namespace(root) + "note")),
        )


def version_of(root: Any) -> tuple[str, str]:
    """Name and version of the document that a file was exported from."""
    file = next(root.iter(xl.namespace(root) + "file"))
    return file.get("original", ""), file.get("build-num", "")


def _marker(source: Any) -> Any:
    def make(number: int, term: TermMatch) -> Any:
        attributes = {"mtype": "term", "mid": f"m{number}", "comment": xml_text(term.rendering)}
        return source.makeelement(f"{{{NAMESPACE}}}mrk", attributes)

    return make
