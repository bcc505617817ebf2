"""TMX 1.4b: translation memories in and out.

Source of the format: LISA OSCAR, TMX 1.4b Specification (2005). What other
tools do not know (neighbours, glossary terms) travels in ``prop`` elements,
as the specification provides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, Final

import msgspec

from pipeline import __version__
from pipeline.errors import FormatError
from pipeline.formats.safety import xml_problem, xml_text
from pipeline.memory.unit import TranslationUnit, UnitTerm

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# Elements whose content is native code, not text.
_CODES: Final = frozenset({"bpt", "ept", "it", "ph", "ut", "sub"})
_PREVIOUS, _FOLLOWING, _TERMS = "x-previous", "x-following", "x-terms"
_GLOSSARY, _DOCUMENT = "x-glossary", "x-document"
_terms: Final = msgspec.json.Decoder(tuple[UnitTerm, ...]).decode


@dataclass(slots=True)
class TmxReport:
    """What a file held besides usable units.

    Attributes:
        skipped: Units without Chinese or without English text.
    """

    skipped: int = 0
    _seen: bool = field(default=False, repr=False)


def read_units(source: BinaryIO | bytes, *, name: str, report: TmxReport | None = None) -> Iterator[TranslationUnit]:
    """The units of a TMX file, one by one.

    Args:
        source: The file.
        name: For messages.
        report: Filled with what was left out.

    Raises:
        FormatError: Not well-formed, no TMX, or it declares entities.
    """
    from lxml import etree

    report = report if report is not None else TmxReport()
    stream = BytesIO(source) if isinstance(source, bytes) else source
    events = etree.iterparse(
        stream, events=("start", "end"), no_network=True, load_dtd=False, resolve_entities=False, huge_tree=False
    )
    try:
        for event, element in events:
            if not report._seen:  # noqa: SLF001  (the report is this function's own)
                _check_root(element, name)
                report._seen = True  # noqa: SLF001
            if event == "end" and element.tag == "tu":
                unit = _unit(element)
                if unit is None:
                    report.skipped += 1
                else:
                    yield unit
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise FormatError(f"{name}: not well-formed XML ({xml_problem(error)})") from error
    if not report._seen:  # noqa: SLF001
        raise FormatError(f"{name}: the file is empty")


def _check_root(root: Any, name: str) -> None:
    if root.tag != "tmx":
        raise FormatError(f"{name}: the root element is <{root.tag}>, not <tmx>")
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise FormatError(f"{name}: declares XML entities; refused as unsafe")


def _forget(element: Any) -> None:
    """Free what was read; a memory of a gigabyte must not be held as a tree."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _unit(element: Any) -> TranslationUnit | None:
    texts: dict[str, str] = {}
    for variant in element.iterchildren("tuv"):
        language = (variant.get(_LANG) or variant.get("lang") or "").lower()[:2]
        segment = variant.find("seg")
        if segment is not None:
            texts.setdefault(language, _text(segment).strip())
    if not texts.get("zh") or not texts.get("en"):
        return None
    props = {prop.get("type", ""): prop.text or "" for prop in element.iterchildren("prop")}
    return TranslationUnit(
        source=texts["zh"],
        target=texts["en"],
        previous=_hash(props.get(_PREVIOUS, "")),
        following=_hash(props.get(_FOLLOWING, "")),
        glossary=props.get(_GLOSSARY, "")[:64],
        terms=_decoded(props.get(_TERMS, "")),
        document=props.get(_DOCUMENT, "")[:500],
        user=(element.get("changeid") or element.get("creationid") or "")[:200],
        at=_iso(element.get("changedate") or element.get("creationdate") or ""),
    )


def _hash(text: str) -> str:
    return text if re.fullmatch(r"[0-9a-f]{32}", text) else ""


def _decoded(text: str) -> tuple[UnitTerm, ...]:
    try:
        return _terms(text) if text else ()
    except msgspec.DecodeError:
        # A tool has changed what it did not know; the texts are still good.
        return ()


def _text(segment: Any) -> str:
    parts = [segment.text or ""]
    for child in segment:
        if isinstance(child.tag, str) and child.tag not in _CODES:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _iso(stamp: str) -> str:
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", stamp)
    return "{}-{}-{}T{}:{}:{}.000Z".format(*match.groups()) if match else ""


def write_units(units: Iterable[TranslationUnit], stream: BinaryIO) -> int:
    """Write units as a TMX file, one by one.

    Returns:
        How many.
    """
    from lxml import etree

    count = 0
    header = {
        "creationtool": "Zhengming",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "zhengming",
        "adminlang": "en",
        "srclang": "zh-CN",
        "datatype": "plaintext",
    }
    with etree.xmlfile(stream, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element("tmx", {"version": "1.4"}):
            file.write("\n", etree.Element("header", header), "\n")
            with file.element("body"):
                for unit in units:
                    file.write("\n", _element(unit))
                    count += 1
                file.write("\n")
    stream.write(b"\n")
    return count


def _element(unit: TranslationUnit) -> Any:
    from lxml import etree

    attributes = {"tuid": str(unit.id)} if unit.id else {}
    stamp = re.sub(r"[-:]|\.\d+", "", unit.at)
    if re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        attributes["creationdate"] = stamp
    if unit.user:
        attributes["creationid"] = xml_text(unit.user)
    element: Any = etree.Element("tu", attributes)
    props = {
        _PREVIOUS: unit.previous,
        _FOLLOWING: unit.following,
        _GLOSSARY: unit.glossary,
        _DOCUMENT: unit.document,
        _TERMS: msgspec.json.encode(unit.terms).decode() if unit.terms else "",
    }
    for kind, value in props.items():
        if value:
            etree.SubElement(element, "prop", {"type": kind}).text = xml_text(value)
    for language, text in (("zh-CN", unit.source), ("en-US", unit.target)):
        variant = etree.SubElement(element, "tuv", {_LANG: language})
        etree.SubElement(variant, "seg").text = xml_text(text)
    return element
