"""Writing TBX: version 3 in both styles, and version 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pipeline import __version__
from pipeline.formats.glossary._tbx import BASIC, EXTRA, LANG, MIN, NAMESPACE, OURS, POS, Dialect
from pipeline.formats.safety import xml_text
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.history import Transaction

_XCS: Final = "TBXBasicXCSV02.xcs"
_MODULE: Final = {
    "administrativeStatus": MIN, "partOfSpeech": MIN, "subjectField": MIN, "customerSubset": MIN,
    "definition": BASIC, "source": BASIC, "termType": BASIC, "context": BASIC, "transactionType": BASIC,
    "responsibility": BASIC,
}  # fmt: skip
_PICKLIST: Final = {
    "noun": "noun", "proper": "noun", "verb": "verb", "adjective": "adjective", "adverb": "adverb",
    "phrase": "other", "formula": "other",
}  # fmt: skip
_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def write(
    entries: Iterable[ConceptEntry],
    *,
    dialect: Dialect = "dca",
    title: str = "glossary",
    transactions: Mapping[str, Sequence[Transaction]] | None = None,
) -> bytes:
    """A TBX file.

    Args:
        entries: One concept each.
        dialect: ``dca`` or ``dct`` (version 3), or ``v2``.
        title: Stands in the header.
        transactions: Who made or changed concepts, by id.
    """
    from lxml import etree

    writer = _Writer(dialect, transactions or {})
    root = writer.root(title)
    body = root[-1][0]
    for entry in entries:
        body.append(writer.concept(entry))
    etree.indent(root, "  ")
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


class _Writer:
    """Entries to concepts; the three dialects differ in names only."""

    def __init__(self, dialect: Dialect, transactions: Mapping[str, Sequence[Transaction]]) -> None:
        self._dialect = dialect
        self._transactions = transactions
        self._old = dialect == "v2"
        self._ids: set[str] = set()

    def _make(self, name: str, parent: Any = None, text: str = "", **attributes: str) -> Any:
        from lxml import etree

        tag = name if self._old or name.startswith("{") else f"{{{NAMESPACE}}}{name}"
        element: Any = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
        if text:
            element.text = xml_text(text)
        return element

    def root(self, title: str) -> Any:
        """The file without concepts: header and an empty body."""
        from lxml import etree

        made = f"{title}: written by Zhengming {__version__}"
        prefixes: Any = {None: NAMESPACE}
        if self._old:
            root: Any = etree.Element("martif", {"type": "TBX-Basic", LANG: "en"})
            header = self._make("martifHeader", root)
        else:
            if self._dialect == "dct":
                prefixes |= {"min": MIN, "basic": BASIC}
            attributes = {"type": "TBX-Basic", "style": self._dialect, LANG: "en"}
            root = etree.Element(f"{{{NAMESPACE}}}tbx", attributes, nsmap=prefixes)
            header = self._make("tbxHeader", root)
        self._make("p", self._make("sourceDesc", self._make("fileDesc", header)), made)
        if self._old:
            self._make("p", self._make("encodingDesc", header), _XCS, type="XCSURI")
        self._make("body", self._make("text", root))
        return root

    def concept(self, entry: ConceptEntry) -> Any:
        """A concept with its two language sections."""
        identifier = self._identifier(entry.id)
        concept = self._make("termEntry" if self._old else "conceptEntry", id=identifier)
        for transaction in self._transactions.get(entry.id, ()):
            group = self._make("transacGrp", concept)
            self._data("transac", "transactionType", transaction.kind, group)
            self._make("date", group, transaction.date)
            self._data("transacNote", "responsibility", transaction.who, group)
        if entry.subject:
            self._data("descrip", "subjectField", entry.subject, concept)
        if entry.definition:
            self._data("descrip", "definition", entry.definition, concept)
        if entry.reference:
            self._data("admin", "source", entry.reference, concept)
        note_is_plain = entry.note and not entry.note.startswith(OURS)
        if note_is_plain:
            self._make("note", concept, entry.note)
        for name in EXTRA:
            value = str(getattr(entry, name))
            said = {
                "id": value == identifier,
                "pos": POS.get(_PICKLIST.get(value, "")) == value,
                "state": value == "approved",
                "note": bool(note_is_plain),
            }
            if value and not said.get(name):
                self._make("note", concept, f"{OURS}{name}={value}")
        self._chinese(concept, entry)
        self._english(concept, entry)
        return concept

    def _identifier(self, wanted: str) -> str:
        """An id that XML allows and nothing else has."""
        base = wanted if _NCNAME.fullmatch(wanted) else "c-" + re.sub(r"[^A-Za-z0-9._-]", "-", wanted)
        made, number = base, 2
        while made in self._ids:
            made, number = f"{base}-{number}", number + 1
        self._ids.add(made)
        return made

    def _data(self, element: str, category: str, text: str, parent: Any) -> None:
        if self._dialect == "dct":
            self._make(f"{{{_MODULE[category]}}}{category}", parent, text)
        else:
            self._make(element, parent, text, type=category)

    def _section(self, concept: Any, language: str) -> Any:
        return self._make("langSet" if self._old else "langSec", concept, **{LANG: language})

    def _term(self, section: Any, text: str, *, status: str, pos: str, kind: str = "") -> None:
        term = self._make("tig" if self._old else "termSec", section)
        self._make("term", term, text)
        if status:
            self._data("termNote", "administrativeStatus", f"{status}Term-admn-sts", term)
        if pos in _PICKLIST:
            self._data("termNote", "partOfSpeech", _PICKLIST[pos], term)
        if kind:
            self._data("termNote", "termType", kind, term)

    def _chinese(self, concept: Any, entry: ConceptEntry) -> None:
        section = self._section(concept, "zh")
        self._term(section, entry.zh, status="preferred", pos=entry.pos)
        for variant in entry.variants:
            self._term(section, variant, status="admitted", pos=entry.pos, kind="variant")

    def _english(self, concept: Any, entry: ConceptEntry) -> None:
        section = self._section(concept, "en")
        self._term(section, entry.preferred, status="preferred", pos=entry.pos)
        for text in entry.admitted:
            kind = "abbreviation" if text == entry.abbr else ""
            self._term(section, text, status="admitted", pos=entry.pos, kind=kind)
        if entry.abbr and entry.abbr not in entry.admitted:
            # Without a status it is an abbreviation for later mentions and no rendering of its own.
            self._term(section, entry.abbr, status="", pos=entry.pos, kind="abbreviation")
        for text in entry.forbidden:
            self._term(section, text, status="deprecated", pos=entry.pos)
