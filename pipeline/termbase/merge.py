"""Merging two linguists' edits of a glossary: three-way, concept by concept and cell by cell.

Renderings are merged by their status: one linguist may admit what the other
leaves alone. Only where both changed the same thing differently, or both made
a concept for the same Chinese, is there a conflict; it is shown with the two
rows between git's marks, which no reader of glossaries accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from pipeline.errors import GlossaryError
from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry, TermStatus
from pipeline.termbase.diff import statuses
from pipeline.termbase.edit import GlossaryFile

_PLAIN: Final = (
    "zh", "abbr", "pos", "subject", "definition", "note", "reference", "valid_from", "valid_to", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """What a person must settle.

    Attributes:
        concept: Its id.
        reason: One sentence.
        ours: The concept here; None where it was deleted.
        theirs: The concept there; None where it was deleted.
    """

    concept: str
    reason: str
    ours: ConceptEntry | None
    theirs: ConceptEntry | None

    def __str__(self) -> str:
        return f"{self.concept}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge of one concept: its entry (None: deleted), or why it cannot be merged."""

    entry: ConceptEntry | None = None
    reasons: tuple[str, ...] = ()


def merge_concept(base: ConceptEntry | None, ours: ConceptEntry | None, theirs: ConceptEntry | None) -> Merged:
    """One concept of three versions."""
    if _same(ours, theirs) or _same(base, theirs):
        return Merged(ours)
    if _same(base, ours):
        return Merged(theirs)
    if ours is None or theirs is None:
        return Merged(None, ("deleted on one side, changed on the other",))
    reasons: list[str] = []
    values: dict[str, Any] = {}
    for name in _PLAIN:
        values[name] = _scalar(name, base, ours, theirs, reasons)
    values["condition"] = _condition(base, ours, theirs, reasons)
    values["variants"] = _joined(base.variants if base else (), ours.variants, theirs.variants)
    values |= _renderings(base, ours, theirs, reasons)
    if reasons:
        return Merged(None, tuple(reasons))
    return Merged(msgspec.structs.replace(ours, **values))


def _same(one: ConceptEntry | None, other: ConceptEntry | None) -> bool:
    if one is None or other is None:
        return one is other
    return msgspec.structs.replace(one, origin="") == msgspec.structs.replace(other, origin="")


def _scalar(name: str, base: ConceptEntry | None, ours: ConceptEntry, theirs: ConceptEntry, reasons: list[str]) -> Any:
    was, here, there = (getattr(each, name) if each else "" for each in (base, ours, theirs))
    if here in (there, was):
        return there
    if there != was:
        reasons.append(f"{name}: {str(here) or '(empty)'} here, {str(there) or '(empty)'} there")
    return here


def _condition(base: ConceptEntry | None, ours: ConceptEntry, theirs: ConceptEntry, reasons: list[str]) -> str:
    """By meaning: spacing is no change."""
    was, here, there = (str(each.parsed_condition or "") if each else "" for each in (base, ours, theirs))
    if there in {here, was}:
        return ours.condition
    if here != was:
        reasons.append(f"condition: {here or '(none)'} here, {there or '(none)'} there")
    return theirs.condition


def _joined(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """A set of three versions, in our order, then theirs."""
    gone = (set(base) - set(ours)) | (set(base) - set(theirs))
    return tuple(text for text in dict.fromkeys((*ours, *theirs)) if text not in gone)


def _renderings(
    base: ConceptEntry | None, ours: ConceptEntry, theirs: ConceptEntry, reasons: list[str]
) -> dict[str, Any]:
    """Renderings by status."""
    was, here, there = (statuses(each) if each else {} for each in (base, ours, theirs))
    found: dict[str, TermStatus] = {}
    for text in dict.fromkeys((*here, *there)):
        old, our, their = was.get(text), here.get(text), there.get(text)
        status = their if our in (old, their) else our
        if our != their and old not in (our, their):
            reasons.append(f"“{text}”: {our or 'no rendering'} here, {their or 'no rendering'} there")
        if status:
            found[text] = status
    preferred = [text for text, status in found.items() if status is TermStatus.PREFERRED]
    if len(preferred) != 1 and not reasons:
        choice = (
            f"{' and '.join(map(repr, preferred))} are both preferred" if preferred else "no rendering is preferred"
        )
        reasons.append(choice)
    return {
        "preferred": preferred[0] if preferred else ours.preferred,
        "admitted": tuple(text for text, status in found.items() if status is TermStatus.ADMITTED),
        "forbidden": tuple(text for text, status in found.items() if status is TermStatus.FORBIDDEN),
    }


def merge_files(
    base: GlossaryFile, ours: GlossaryFile, theirs: GlossaryFile, *, labels: tuple[str, str] = ("ours", "theirs")
) -> list[MergeConflict]:
    """Bring their changes into our file.

    Args:
        base: The version that both began with.
        ours: Is changed in place.
        theirs: The other version.
        labels: Names of the two sides in the marks.

    Returns:
        Conflicts; each stands in the file between marks.

    Raises:
        GlossaryError: The tables cannot be merged: two columns only, or
            columns of theirs that ours has not.
    """
    if ours.simple or theirs.simple:
        raise GlossaryError("a file of two columns cannot be merged by concept: merge it as text", path=str(ours.path))
    missing = [name for name in theirs.header if name and name not in ours.header]
    if missing:
        raise GlossaryError(f"lacks the columns {', '.join(missing)} of the other version", path=str(ours.path), line=1)
    before, here, there = ({entry.id: entry for entry in each.entries} for each in (base, ours, theirs))
    conflicts: list[MergeConflict] = []
    previous = ""
    for concept in dict.fromkeys((*there, *here, *before)):
        mine, other = here.get(concept), there.get(concept)
        merged = merge_concept(before.get(concept), mine, other)
        reasons = merged.reasons or _twins(merged.entry, before, here, there)
        if reasons:
            conflicts.append(MergeConflict(concept, "; ".join(reasons), mine, other))
            ours.conflict(concept, other, labels=labels, after=previous)
        elif merged.entry is None:
            ours.remove(concept)
        elif not _same(mine, merged.entry):
            ours.put(merged.entry, after=previous)
        if concept in there and (merged.entry is not None or reasons):
            previous = concept
    return conflicts


def _twins(
    entry: ConceptEntry | None,
    before: dict[str, ConceptEntry],
    here: dict[str, ConceptEntry],
    there: dict[str, ConceptEntry],
) -> tuple[str, ...]:
    """Whether a concept that is new there says what another one that is new here does."""
    if entry is None or entry.id in before or entry.id in here or entry.id not in there:
        return ()
    for other in here.values():
        if other.id not in before and other.id not in there and _key(other) == _key(entry):
            return (f"{entry.zh} was made here as {other.id} ({other.preferred}): keep one of them",)
    return ()


def _key(entry: ConceptEntry) -> tuple[str, str]:
    return fold(entry.zh).lower(), str(entry.parsed_condition or "")
