"""Importing concepts into a glossary: what is new, what is known, what would change, and nothing overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry, EntryState
from pipeline.termbase.diff import FieldChange, compare

_PLAIN = ("abbr", "pos", "subject", "condition", "definition", "note", "reference", "valid_from", "valid_to")


class Fate(StrEnum):
    """What an import does with a concept."""

    NEW = "new"
    SAME = "same"
    CHANGE = "change"
    # Another file has it already; where that differs, the change is one of that file.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A concept that is imported.

    Attributes:
        fate: What becomes of it.
        entry: As it would stand in the glossary.
        known: As it stands there now, or in another file; None where it is new.
        changes: What differs.
    """

    fate: Fate
    entry: ConceptEntry
    known: ConceptEntry | None = None
    changes: tuple[FieldChange, ...] = ()


def plan(
    existing: Sequence[ConceptEntry],
    incoming: Iterable[ConceptEntry],
    *,
    source: str,
    others: Sequence[ConceptEntry] = (),
) -> list[Incoming]:
    """What an import would do.

    A concept is known by its id, or, where one concept alone has its Chinese
    and condition, by that. What an incoming concept leaves empty stays as it
    is; its lists are joined to those that are there.

    Args:
        existing: Of the file that it goes into.
        incoming: From elsewhere.
        source: Named as the authority of concepts that name none.
        others: Concepts of other files, so that none is made twice.
    """
    by_id = {entry.id: entry for entry in existing}
    by_zh = _by_zh(existing)
    elsewhere = _by_zh(others)
    taken = set(by_id) | {entry.id for entry in others}
    planned = []
    for entry in incoming:
        known = _known(entry, by_id, by_zh)
        if known is not None:
            merged = joined(known, entry)
            changes = tuple(compare(known, merged))
            planned.append(Incoming(Fate.CHANGE if changes else Fate.SAME, merged, known, changes))
            continue
        other = next(iter(elsewhere.get(_key(entry), ())), None)
        if other is not None:
            merged = joined(other, entry)
            changes = tuple(compare(other, merged))
            planned.append(Incoming(Fate.ELSEWHERE, merged, other, changes))
            continue
        made = msgspec.structs.replace(
            entry,
            id=_free(entry.id, taken),
            reference=entry.reference or f"import: {source}",
            state=EntryState.PROPOSED,
            origin="",
        )
        taken.add(made.id)
        planned.append(Incoming(Fate.NEW, made))
    return planned


def _key(entry: ConceptEntry) -> tuple[str, str]:
    return fold(entry.zh).lower(), str(entry.parsed_condition or "")


def _by_zh(entries: Iterable[ConceptEntry]) -> dict[tuple[str, str], list[ConceptEntry]]:
    found: dict[tuple[str, str], list[ConceptEntry]] = defaultdict(list)
    for entry in entries:
        found[_key(entry)].append(entry)
    return found


def _known(
    entry: ConceptEntry, by_id: dict[str, ConceptEntry], by_zh: dict[tuple[str, str], list[ConceptEntry]]
) -> ConceptEntry | None:
    same = by_id.get(entry.id)
    # The same id for quite another term is chance: two files that number their rows.
    if same is not None and (set(same.sources) & set(entry.sources) or same.preferred == entry.preferred):
        return same
    alike = by_zh.get(_key(entry), [])
    return alike[0] if len(alike) == 1 else None


def joined(known: ConceptEntry, entry: ConceptEntry) -> ConceptEntry:
    """A concept with what another version of it adds or says differently."""
    preferred = entry.preferred
    admitted = dict.fromkeys((*known.admitted, *entry.admitted))
    if preferred != known.preferred:
        # The rendering that was preferred so far stays right, unless the newcomer forbids it.
        admitted = dict.fromkeys((known.preferred, *admitted))
    forbidden = tuple(text for text in dict.fromkeys((*known.forbidden, *entry.forbidden)) if text != preferred)
    newly = set(entry.forbidden)
    values = {name: getattr(entry, name) or getattr(known, name) for name in _PLAIN}
    if preferred == known.preferred:
        # Whoever agrees with a rendering does not become its authority.
        values["reference"] = known.reference or entry.reference
    variants = dict.fromkeys((*known.variants, *entry.variants, *((entry.zh,) if entry.zh != known.zh else ())))
    return msgspec.structs.replace(
        known,
        preferred=preferred,
        variants=tuple(zh for zh in variants if zh != known.zh),
        admitted=tuple(text for text in admitted if text != preferred and text not in newly),
        forbidden=tuple(text for text in forbidden if text in newly or text not in entry.admitted),
        **values,
    )


def _free(identifier: str, taken: set[str]) -> str:
    made, number = identifier, 2
    while made in taken:
        made, number = f"{identifier}-{number}", number + 1
    return made
