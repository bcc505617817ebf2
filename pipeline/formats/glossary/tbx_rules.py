"""The rules of TBX-Basic that no grammar states: which data category may stand where, with which values.

They are those of the official Schematron (``TBX-Basic_DCA.sch``), which needs
XSLT 2 and is therefore checked here, for both styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pipeline.formats.glossary._tbx import BASIC, MIN, NAMESPACE

_CONCEPT: Final = "conceptEntry"
_LANG: Final = "langSec"
_TERM: Final = "termSec"
_TERM_LEVELS: Final = frozenset({_TERM})
_ALL: Final = frozenset({_CONCEPT, _LANG, _TERM})
# Category: element that carries it in DCA, levels, values (empty: any).
CATEGORIES: Final[dict[str, tuple[str, frozenset[str], frozenset[str]]]] = {
    "administrativeStatus": (
        "termNote",
        _TERM_LEVELS,
        frozenset(f"{status}Term-admn-sts" for status in ("preferred", "admitted", "deprecated", "superseded")),
    ),
    "partOfSpeech": ("termNote", _TERM_LEVELS, frozenset({"noun", "verb", "adjective", "adverb", "other"})),
    "geographicalUsage": ("termNote", _TERM_LEVELS, frozenset()),
    "grammaticalGender": ("termNote", _TERM_LEVELS, frozenset({"masculine", "feminine", "neuter", "other"})),
    "termLocation": (
        "termNote",
        _TERM_LEVELS,
        frozenset(
            "checkBox comboBox comboBoxElement dialogBox groupBox informativeMessage interactiveMessage menuItem "
            "progressBar pushButton radioButton slider spinBox tab tableText textBox toolTip user-definedType".split()
        ),
    ),
    "termType": (
        "termNote",
        _TERM_LEVELS,
        frozenset({"fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase"}),
    ),
    "subjectField": ("descrip", frozenset({_CONCEPT}), frozenset()),
    "definition": ("descrip", frozenset({_CONCEPT, _LANG}), frozenset()),
    "context": ("descrip", _TERM_LEVELS, frozenset()),
    "customerSubset": ("admin", frozenset({_CONCEPT, _TERM}), frozenset()),
    "projectSubset": ("admin", frozenset({_CONCEPT, _TERM}), frozenset()),
    "source": ("admin", _ALL, frozenset()),
    "crossReference": ("ref", frozenset({_CONCEPT, _TERM}), frozenset()),
    "externalCrossReference": ("xref", _ALL, frozenset()),
    "xGraphic": ("xref", frozenset({_CONCEPT, _LANG}), frozenset()),
    "transactionType": ("transac", _ALL, frozenset({"origination", "modification"})),
    "responsibility": ("transacNote", _ALL, frozenset()),
}
_CARRIERS: Final = frozenset(carrier for carrier, _, _ in CATEGORIES.values())


def violations(root: Any) -> list[str]:
    """Broken rules of a TBX-Basic file of version 3, with their lines; empty where it keeps them."""
    found = []
    style = root.get("style", "")
    if root.get("type") != "TBX-Basic":
        found.append(f"line {root.sourceline}: the dialect is {root.get('type')!r}, not 'TBX-Basic'")
    if style not in {"dca", "dct"}:
        found.append(f"line {root.sourceline}: the style is {style!r}, not 'dca' or 'dct'")
    identifiers = {element.get("id") for element in root.iter() if isinstance(element.tag, str)}
    for element in root.iter():
        if isinstance(element.tag, str):
            found += [f"line {element.sourceline}: {message}" for message in _element(element, style, identifiers)]
    return found


def _element(element: Any, style: str, identifiers: set[str | None]) -> Iterator[str]:
    namespace, _, name = element.tag.rpartition("}")
    foreign = namespace.lstrip("{") != NAMESPACE
    target = element.get("target")
    if target is not None and target not in identifiers and not re.match(r"https?://.+", target):
        yield f"target {target!r} is neither an id in this file nor an http address"
    if foreign and style == "dca":
        yield f"<{name}> is of another namespace, which the style dca does not allow"
        return
    if foreign and namespace.lstrip("{") not in {MIN, BASIC}:
        yield f"<{name}> belongs to no module of TBX-Basic"
        return
    if element.get("type") == "":
        yield f"<{name}> has an empty type"
    if foreign:
        yield from _category(element, name)
    elif name in _CARRIERS:
        category = element.get("type", "")
        known = CATEGORIES.get(category)
        if known is None or known[0] != name:
            yield f"<{name}> cannot carry {category!r}"
            return
        yield from _category(element, category)


def _category(element: Any, category: str) -> Iterator[str]:
    if category not in CATEGORIES:
        yield f"{category!r} is no data category of TBX-Basic"
        return
    _, levels, values = CATEGORIES[category]
    level = _level(element)
    if level not in levels:
        yield f"{category} may stand at {', '.join(sorted(levels))} only, not at {level}"
    text = "".join(element.itertext()).strip()
    if values and text not in values:
        yield f"{category} is {text!r}; it may be {', '.join(sorted(values))}"


def _level(element: Any) -> str:
    """The nearest ancestor that is no group."""
    for parent in element.iterancestors():
        name = str(parent.tag).rpartition("}")[2]
        if not name.endswith("Grp"):
            return name
    return ""
