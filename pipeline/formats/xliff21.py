"""XLIFF 2.0, 2.1 and 2.2 core: ``segment`` elements read and written back; 2.1 made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pipeline.core.document import Block, Document, Segment, SegmentState, TermMatch
from pipeline.core.flags import Flag
from pipeline.formats import _xliff as xl
from pipeline.formats.safety import xml_text

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:2.0"
MATCHES: Final = "urn:oasis:names:tc:xliff:matches:2.0"
GLOSSARY: Final = "urn:oasis:names:tc:xliff:glossary:2.0"
CODES: Final = xl.Codes(frozenset({"pc"}), frozenset({"ph", "sc", "ec", "cp"}))
_BLOCKS: Final = ("xliff", "file", "unit", "notes", "segment", "glossary")
_REVIEW: Final = f"{xl.AUTHOR}:needs-review"
_SETTLED: Final = {"reviewed": SegmentState.REVIEWED, "final": SegmentState.FINAL}


def blocks(root: Any, *, name: str) -> list[Block]:
    """A block for each ``segment`` with text, ``s1`` … in document order.

    Raises:
        pipeline.errors.FormatError: Not from Chinese into English.
    """
    xl.check_languages(root.get("srcLang", ""), root.get("trgLang", ""), name=name)
    found = []
    for identifier, segment, source, target in xl.pairs(root, "segment", "s"):
        block = xl.make_block(identifier, source, CODES, translate=xl.translatable(segment))
        if block is None:
            continue
        state = _approved(segment, target)
        if state is not None:
            block = xl.settled(block, xl.content(target, CODES)[0], state)
        found.append(block)
    return found


def write(root: Any, document: Document) -> None:
    """Put targets, states and notes into the segments, in place."""
    by_id = {block.id: block for block in document.blocks}
    flags: dict[Any, list[Flag]] = {}
    for identifier, segment, source, old in list(xl.pairs(root, "segment", "s")):
        block = by_id.get(identifier)
        if block is None or not block.target or _approved(segment, old) is not None:
            continue
        target = old
        if target is None:
            target = segment.makeelement(xl.namespace(root) + "target")
            source.addnext(target)
        xl.fill(target, source, block, CODES)
        flags.setdefault(segment.getparent(), []).extend(_mark(segment, block.segments))
    for unit, found in flags.items():
        _notes(unit, found)
    if not root.get("trgLang"):
        root.set("trgLang", xl.TARGET_LANGUAGE)


def _approved(segment: Any, target: Any) -> SegmentState | None:
    """The state of a target that a person approved; None where there is no such target."""
    if xl.is_empty(target):
        return None
    return _SETTLED.get(segment.get("state", ""))


def _mark(segment: Any, translated: tuple[Segment, ...]) -> list[Flag]:
    """Set the state of a segment; its open flags."""
    flags = xl.open_flags(translated)
    segment.set("state", str(xl.state_of(translated)))
    segment.attrib.pop("subState", None)
    if flags:
        segment.set("subState", _REVIEW)
    return flags


def _notes(unit: Any, flags: list[Flag]) -> None:
    """Flags as notes of a unit; our notes of an earlier run go."""
    prefix = xl.namespace(unit)
    notes = unit.find(prefix + "notes")
    if notes is not None:
        for note in notes.findall(prefix + "note"):
            if note.get("id", "").startswith(f"{xl.AUTHOR}-"):
                notes.remove(note)
    elif flags:
        notes = unit.makeelement(prefix + "notes")
        first = next(child for child in unit if xl.local(child) in {"originalData", "segment", "ignorable"})
        first.addprevious(notes)
    for number, flag in enumerate(flags, 1):
        attributes = {
            "id": f"{xl.AUTHOR}-{number}",
            "appliesTo": "target",
            "category": flag.code,
            "priority": xl.PRIORITIES.get(str(flag.severity), "4"),
        }
        note = unit.makeelement(prefix + "note", attributes)
        note.text = xl.note_text(flag)
        notes.append(note)
    if notes is not None and not len(notes):
        unit.remove(notes)


def export(document: Document, *, version: str = "") -> bytes:
    """A new 2.1 file: one unit per segment, terms in ``mrk`` and glossary, flags as notes, proposals as matches.

    Args:
        document: With or without targets.
        version: Kept in the file's id, by which a returned file is known.
    """
    from lxml import etree

    attributes = {"version": "2.1", "srcLang": xl.SOURCE_LANGUAGE, "trgLang": xl.TARGET_LANGUAGE}
    prefixes: Any = {None: NAMESPACE, "gls": GLOSSARY, "mtc": MATCHES}
    root: Any = etree.Element(f"{{{NAMESPACE}}}xliff", attributes, nsmap=prefixes)
    original = xml_text(document.name) or "document"
    identity = {"id": f"v{version}" if version else "f1", "original": original}
    file = etree.SubElement(root, f"{{{NAMESPACE}}}file", identity)
    for identifier, segment, wanted in xl.export_units(document):
        _unit(file, identifier, segment, wanted=wanted)
    if not len(file):
        # The standard wants a unit in every file.
        file.append(root.makeelement(f"{{{NAMESPACE}}}unit", {"id": "empty"}))
        etree.SubElement(etree.SubElement(file[0], f"{{{NAMESPACE}}}segment"), f"{{{NAMESPACE}}}source")
    return xl.serialised(root, indent=(*_BLOCKS, "glossEntry", "matches", "match"))


def _unit(file: Any, identifier: str, segment: Segment, *, wanted: bool) -> None:
    from lxml import etree

    tag = f"{{{NAMESPACE}}}"
    unit: Any = etree.SubElement(file, tag + "unit", {"id": token(identifier), xl.SPACE: "preserve"})
    element: Any = etree.SubElement(unit, tag + "segment", {"id": "s1"})
    source: Any = etree.SubElement(element, tag + "source")
    terms = xl.with_terms(source, segment, _marker(source))
    if not wanted:
        unit.set("translate", "no")
    elif segment.target:
        target: Any = etree.SubElement(element, tag + "target")
        xl.add_text(target, segment.target)
        _notes(unit, _mark(element, (segment,)))
    if terms:
        unit.insert(0, _glossary(unit, terms))
    found = list(xl.proposals(segment)) if wanted else []
    if found:
        unit.insert(0, _matches(unit, found))


def token(identifier: str) -> str:
    """A segment's id as the XML Schema type that unit ids have."""
    return re.sub(r"[^\w.\-]", "_", identifier, flags=re.ASCII)


def _matches(unit: Any, found: list[xl.Proposal]) -> Any:
    from lxml import etree

    matches = unit.makeelement(f"{{{MATCHES}}}matches")
    for one in found:
        attributes = {"ref": "#s1", "type": "tm" if one.memory else "mt", "origin": one.origin}
        if one.score:
            attributes["matchQuality"] = str(one.score)
        element: Any = etree.SubElement(matches, f"{{{MATCHES}}}match", attributes)
        for name, text in (("source", one.source), ("target", one.target)):
            xl.add_text(etree.SubElement(element, f"{{{NAMESPACE}}}{name}"), text)
    return matches


def returned(root: Any) -> Iterator[xl.Returned]:
    """The units of a file that was edited elsewhere, by their own ids; segments of one unit are joined."""
    prefix = xl.namespace(root)
    for unit in root.iter(prefix + "unit"):
        segments = [child for child in unit if xl.local(child) in {"segment", "ignorable"}]
        sides: dict[str, list[str]] = {"source": [], "target": []}
        for segment in segments:
            for name, parts in sides.items():
                element = segment.find(prefix + name)
                parts.append("" if element is None else xl.content(element, CODES)[0])
        states = [segment.get("state", "") for segment in segments if xl.local(segment) == "segment"]
        yield xl.Returned(
            id=unit.get("id", ""),
            source="".join(sides["source"]),
            target=" ".join(part.strip() for part in sides["target"] if part.strip()),
            settled=bool(states) and all(state in _SETTLED for state in states),
            note=xl.first_note(unit.findall(f"{prefix}notes/{prefix}note")),
        )


def version_of(root: Any) -> tuple[str, str]:
    """Name and version of the document that a file was exported from."""
    file = next(root.iter(xl.namespace(root) + "file"))
    return file.get("original", ""), file.get("id", "").removeprefix("v")


def _marker(source: Any) -> Any:
    def make(number: int, term: TermMatch) -> Any:
        attributes = {"id": f"m{number}", "type": "term", "value": xml_text(term.rendering)}
        return source.makeelement(f"{{{NAMESPACE}}}mrk", attributes)

    return make


def _glossary(unit: Any, terms: list[TermMatch]) -> Any:
    from lxml import etree

    glossary = unit.makeelement(f"{{{GLOSSARY}}}glossary")
    for number, term in enumerate(terms, 1):
        entry = etree.SubElement(glossary, f"{{{GLOSSARY}}}glossEntry", {"ref": f"#m{number}"})
        etree.SubElement(entry, f"{{{GLOSSARY}}}term", {"source": xml_text(term.concept)}).text = xml_text(term.text)
        for text in dict.fromkeys((term.rendering, *term.admitted)):
            if text:
                etree.SubElement(entry, f"{{{GLOSSARY}}}translation").text = xml_text(text)
        if len(entry) == 1:
            glossary.remove(entry)
    return glossary
