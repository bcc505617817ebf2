"""TBX (TermBase eXchange): version 3 (ISO 30042:2019, TBX-Basic, DCA and DCT) and version 2 (2008), both ways.

What TBX-Basic has no category for (sense conditions, validity, the state of
an entry, parts of speech of ours) stands in notes of the form
``zhengming:condition=after(证)``: any tool shows them, and we read them back.
``forbidden`` is written as ``deprecatedTerm-admn-sts``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.errors import GlossaryError
from pipeline.formats.glossary._tbx import EXTRA, LANG, OURS, POS, Dialect
from pipeline.formats.glossary._tbx_write import write
from pipeline.formats.safety import parse_xml
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import ConditionError
from pipeline.termbase.history import Transaction
from pipeline.termbase.table import MAX_ROWS, chinese, entry_of

__all__ = ["Dialect", "TbxFile", "parse", "read", "write"]

# Old files spell statuses in many ways; "obsolete" and "forbidden" are Weblate's.
_STATUS: Final = {
    "preferred": "preferred", "standardized": "preferred",
    "admitted": "admitted", "legal": "admitted", "regulated": "admitted",
    "deprecated": "forbidden", "superseded": "forbidden", "obsolete": "forbidden", "forbidden": "forbidden",
    "notrecommended": "forbidden",
}  # fmt: skip
_STATUS_NAMES: Final = frozenset({"administrativeStatus", "normativeAuthorization", "administrative-status"})
_SHORT: Final = frozenset({"abbreviation", "acronym", "initialism"})


@dataclass(slots=True)
class _Term:
    """A term of a language section."""

    text: str
    status: str = ""
    pos: str = ""
    kind: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TbxFile:
    """What a TBX file holds.

    Attributes:
        entries: Concepts with Chinese and English.
        left_out: A line for each concept that has only one of them.
        transactions: Who made or changed each concept, by its id.
    """

    entries: tuple[ConceptEntry, ...]
    left_out: tuple[str, ...]
    transactions: dict[str, list[Transaction]]


def read(data: bytes, path: Path) -> list[ConceptEntry]:
    """The concepts of a TBX file that have Chinese and English.

    Raises:
        GlossaryError: No TBX, hostile XML, or no such concept at all.
    """
    return list(parse(data, path).entries)


def parse(data: bytes, path: Path, *, source: str = "zh", target: str = "en") -> TbxFile:
    """A TBX file of any version and style.

    Args:
        data: The file.
        path: Its name, for messages.
        source: Language whose terms are matched.
        target: Language of the renderings.

    Raises:
        GlossaryError: No TBX, or nothing in it has both languages.
        FormatError: Not well-formed, or it declares entities.
    """
    root = parse_xml(data, name=str(path))
    if _local(root) not in {"tbx", "martif"}:
        raise GlossaryError(f"the root element is <{_local(root)}>, not <tbx> or <martif>", path=str(path))
    header = next((child for child in root if _local(child).endswith("Header")), None)
    own = header is not None and "Zhengming" in "".join(header.itertext())
    reader = _Reader(path, own=own, languages=(source, target))
    for concept in root.iter():
        if _local(concept) in {"conceptEntry", "termEntry"}:
            reader.concept(concept)
    if reader.faults:
        raise GlossaryError("; ".join(reader.faults[:20]), path=str(path))
    if not reader.entries:
        raise GlossaryError(f"no concept has terms in both {source} and {target}", path=str(path))
    return TbxFile(tuple(reader.entries), tuple(reader.left_out), reader.transactions)


class _Reader:
    """Concepts to entries."""

    def __init__(self, path: Path, *, own: bool, languages: tuple[str, str]) -> None:
        self._path = path
        self._own = own
        self._languages = languages
        self._seen: set[str] = set()
        self.entries: list[ConceptEntry] = []
        self.left_out: list[str] = []
        self.faults: list[str] = []
        self.transactions: dict[str, list[Transaction]] = {}

    def concept(self, element: Any) -> None:
        """Add a concept, or a line about why it is left out."""
        if len(self.entries) >= MAX_ROWS:
            raise GlossaryError(
                f"more than {MAX_ROWS:,} concepts: split the file", path=str(self._path), line=element.sourceline
            )
        cells = {"id": element.get("id") or f"{self._path.stem}-{element.sourceline}"}
        notes, extra = self._details(element, cells)
        sections: dict[str, list[_Term]] = {language: [] for language in self._languages}
        for section in element:
            if _local(section) in {"langSec", "langSet"}:
                language = (section.get(LANG) or section.get("lang") or "").lower().partition("-")[0]
                # Definitions and sources may stand here as well; the concept's own come first.
                more, _ = self._details(section, cells)
                notes += more
                if language in sections:
                    sections[language] += [self._term(each) for each in section.iter() if _is_term_section(each)]
        zh, en = (sections[language] for language in self._languages)
        if not zh or not en:
            missing = self._languages[0] if not zh else self._languages[1]
            self.left_out.append(f"{self._path.name}:{element.sourceline}: {cells['id']} has no term in {missing}")
            return
        cells |= _chinese_cells(zh) | _english_cells(en)
        cells["pos"] = next((POS.get(term.pos.lower(), "") for term in (*en, *zh) if term.pos), "")
        notes += [f"{term.text}: {note}" for term in (*zh, *en) for note in term.notes]
        cells["note"] = "; ".join(notes)
        cells |= extra
        self._add(cells, element.sourceline)
        made = [self._transaction(child) for child in element if _local(child) == "transacGrp"]
        if made:
            self.transactions[cells["id"]] = made

    def _transaction(self, group: Any) -> Transaction:
        parts = {("date" if _local(child) == "date" else _category(child)): self._text(child) for child in group}
        kind = parts.get("transactionType") or "origination"
        return Transaction(kind, parts.get("date", ""), parts.get("responsibility", ""))

    def _add(self, cells: dict[str, str], line: int) -> None:
        identifier, number = cells["id"], 2
        while cells["id"] in self._seen:
            cells["id"] = f"{identifier}-{number}"
            number += 1
        self._seen.add(cells["id"])
        try:
            self.entries.append(entry_of(cells, origin=f"{self._path.name}:{line}"))
        except ConditionError as error:
            self.faults.append(f"line {line}: condition, {error}")
        except ValueError as error:
            self.faults.append(f"line {line}: {error}")

    def _details(self, element: Any, cells: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        """Put subject, definition and source into cells; notes, and fields of ours in notes."""
        notes: list[str] = []
        extra: dict[str, str] = {}
        for child in _flat(element):
            name, text = _category(child), self._text(child)
            column = {"subjectField": "subject", "definition": "definition", "source": "reference"}.get(name)
            if column and not cells.get(column):
                cells[column] = text
            elif name == "note" and text.startswith(OURS) and "=" in text:
                key, _, value = text.removeprefix(OURS).partition("=")
                if key in EXTRA:
                    extra[key] = value
            elif name == "note" and text:
                notes.append(text)
        return notes, extra

    def _term(self, section: Any) -> _Term:
        term = _Term("")
        for child in section.iter():
            name = _category(child)
            if _local(child) == "term":
                # Our tables separate terms with this sign.
                term.text = " ".join("".join(child.itertext()).replace("|", "/").split())
            elif name in _STATUS_NAMES:
                key = re.sub(r"[-_ ]|admn|sts|term", "", self._text(child).lower())
                term.status = _STATUS.get(key, "")
            elif name == "partOfSpeech":
                term.pos = self._text(child)
            elif name == "termType":
                term.kind = self._text(child)
            elif name in {"note", "context"} and self._text(child):
                term.notes.append(self._text(child))
        return term

    def _text(self, element: Any) -> str:
        text = "".join(element.itertext()).strip()
        # Others indent their texts; ours are as they were.
        return text if self._own else " ".join(text.split())


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _category(element: Any) -> str:
    """Data category: the type attribute (DCA, version 2) or the element's own name (DCT)."""
    name = _local(element)
    if name in {"descrip", "admin", "termNote", "adminNote", "descripNote", "transac", "transacNote", "xref", "ref"}:
        return str(element.get("type", ""))
    return name


def _is_term_section(element: Any) -> bool:
    return _local(element) in {"termSec", "tig", "ntig"}


def _flat(element: Any) -> Iterable[Any]:
    """Children, those of groups included, without language sections and history."""
    for child in element:
        name = _local(child)
        if name in {"descripGrp", "adminGrp"}:
            yield from child
        elif name not in {"langSec", "langSet", "transacGrp", "termSec", "tig", "ntig", ""}:
            yield child


def _chinese_cells(terms: list[_Term]) -> dict[str, str]:
    ordered = sorted(terms, key=lambda term: ("preferred", "", "admitted", "forbidden").index(term.status))
    # A term that must not be used in writing may still be met in reading.
    texts = list(dict.fromkeys(chinese(term.text) for term in ordered if term.text))
    return {"zh": texts[0] if texts else "", "zh_variants": "|".join(texts[1:])}


def _english_cells(terms: list[_Term]) -> dict[str, str]:
    usable = [term for term in terms if term.status != "forbidden"]
    short = [term for term in usable if term.kind.lower() in _SHORT and term.status != "preferred"][:1]
    full = [term for term in usable if term not in short] or usable
    preferred = next((term for term in full if term.status == "preferred"), None) or next(iter(full), None)
    # An abbreviation that is marked as admitted counts as a rendering of its own too.
    others = (term for term in usable if term is not preferred and (term not in short or term.status == "admitted"))
    return {
        "en": preferred.text if preferred else "",
        "en_admitted": "|".join(term.text for term in others),
        "en_forbidden": "|".join(term.text for term in terms if term.status == "forbidden"),
        "abbr": short[0].text if short and short[0] is not preferred else "",
    }
