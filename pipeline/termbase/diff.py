"""Two versions of a glossary, compared concept by concept instead of line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.termbase.concept import ConceptEntry, TermStatus

# What a reader wants to hear about first.
KINDS: Final = (
    "added", "removed", "renamed", "id changed", "status changed", "renderings changed", "variants changed",
    "condition changed", "validity changed", "state changed", "details changed",
)  # fmt: skip
_DETAILS: Final = ("abbr", "pos", "subject", "definition", "note", "reference")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing about a concept that is not what it was.

    Attributes:
        kind: One of ``KINDS``.
        what: Column, or the rendering or variant that changed.
        before: Empty where there was nothing.
        after: Empty where there is nothing.
    """

    kind: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.kind == "status changed":
            return f"“{self.what}”: {self.before} → {self.after}"
        if not self.before:
            return f"{self.what}: + {self.after}"
        if not self.after:
            return f"{self.what}: − {self.before}"
        return f"{self.what}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class ConceptChange:
    """What happened to one concept; ``before`` or ``after`` is None where it was added or removed."""

    before: ConceptEntry | None
    after: ConceptEntry | None
    fields: tuple[FieldChange, ...] = field(default=())

    @property
    def entry(self) -> ConceptEntry:
        """The concept as it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  (one of them always is there)
        return found

    @property
    def kinds(self) -> tuple[str, ...]:
        """What kinds of change these are, the weightiest first."""
        if self.before is None:
            return ("added",)
        if self.after is None:
            return ("removed",)
        return tuple(kind for kind in KINDS if any(change.kind == kind for change in self.fields))


def diff(old: Iterable[ConceptEntry], new: Iterable[ConceptEntry]) -> list[ConceptChange]:
    """Changes by concept, in the order of the new version, removed ones last.

    Concepts are matched by id; of the others, those with the same Chinese
    and the same rendering (or, where there is one only, the same Chinese) are
    one concept whose id changed.
    """
    before = {entry.id: entry for entry in old}
    after = {entry.id: entry for entry in new}
    removed = [entry for entry in before.values() if entry.id not in after]
    added = [entry for entry in after.values() if entry.id not in before]
    partners = _partners(removed, added)
    changes = []
    for entry in after.values():
        known = before.get(entry.id) or partners.get(entry.id)
        fields = tuple(compare(known, entry)) if known else ()
        if known is None or fields:
            changes.append(ConceptChange(known, entry, fields))
    taken = {entry.id for entry in partners.values()}
    return [*changes, *(ConceptChange(entry, None) for entry in removed if entry.id not in taken)]


def _partners(removed: Sequence[ConceptEntry], added: Sequence[ConceptEntry]) -> dict[str, ConceptEntry]:
    """Old entries by the id of the new ones that they became."""
    found: dict[str, ConceptEntry] = {}
    free = {entry.id: entry for entry in removed}
    for alike in (_same_pair, _same_condition, _same_zh):
        old_keys = Counter(map(alike, free.values()))
        waiting = [entry for entry in added if entry.id not in found]
        new_keys = Counter(map(alike, waiting))
        by_key = {alike(entry): entry for entry in free.values()}
        for entry in waiting:
            key = alike(entry)
            # Only where both sides have one such entry is there no doubt.
            if old_keys[key] == new_keys[key] == 1 and by_key[key].id in free:
                found[entry.id] = free.pop(by_key[key].id)
    return found


def _same_pair(entry: ConceptEntry) -> tuple[str, ...]:
    return (entry.zh, entry.preferred)


def _same_condition(entry: ConceptEntry) -> tuple[str, ...]:
    return (entry.zh, str(entry.parsed_condition or ""))


def _same_zh(entry: ConceptEntry) -> tuple[str, ...]:
    return (entry.zh,)


def compare(old: ConceptEntry, new: ConceptEntry) -> Iterator[FieldChange]:
    """What differs between two versions of a concept; order, spacing and origin do not count."""
    if old.id != new.id:
        yield FieldChange("id changed", "id", old.id, new.id)
    if old.zh != new.zh:
        yield FieldChange("renamed", "zh", old.zh, new.zh)
    yield from _renderings(old, new)
    for gone in old.variants:
        if gone not in new.variants:
            yield FieldChange("variants changed", "zh_variants", before=gone)
    for come in new.variants:
        if come not in old.variants:
            yield FieldChange("variants changed", "zh_variants", after=come)
    before, after = str(old.parsed_condition or ""), str(new.parsed_condition or "")
    if before != after:
        yield FieldChange("condition changed", "condition", before, after)
    for name in ("valid_from", "valid_to"):
        yield from _plain("validity changed", name, old, new)
    yield from _plain("state changed", "state", old, new)
    for name in _DETAILS:
        yield from _plain("details changed", name, old, new)


def _plain(kind: str, name: str, old: ConceptEntry, new: ConceptEntry) -> Iterator[FieldChange]:
    before, after = str(getattr(old, name)), str(getattr(new, name))
    if before != after:
        yield FieldChange(kind, name, before, after)


def statuses(entry: ConceptEntry) -> dict[str, TermStatus]:
    """Status of each rendering of an entry."""
    return (
        {entry.preferred: TermStatus.PREFERRED}
        | dict.fromkeys((text for text in entry.admitted if text != entry.preferred), TermStatus.ADMITTED)
        | dict.fromkeys(
            (text for text in entry.forbidden if text not in (entry.preferred, *entry.admitted)), TermStatus.FORBIDDEN
        )
    )


def _renderings(old: ConceptEntry, new: ConceptEntry) -> Iterator[FieldChange]:
    before, after = statuses(old), statuses(new)
    for text in dict.fromkeys([*after, *before]):
        was, now = before.get(text), after.get(text)
        if was is now:
            continue
        if was and now:
            yield FieldChange("status changed", text, str(was), str(now))
        elif now:
            yield FieldChange("renderings changed", str(now), after=text)
        else:
            yield FieldChange("renderings changed", str(was), before=text)


def counts(changes: Iterable[ConceptChange]) -> dict[str, int]:
    """How many concepts changed in each way; one concept may count several times."""
    found = Counter(kind for change in changes for kind in change.kinds)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def to_json(changes: Iterable[ConceptChange]) -> dict[str, Any]:
    """The comparison as an object for ``--json``."""
    changes = list(changes)
    return {
        "counts": counts(changes),
        "changes": [
            {
                "concept": change.entry.id,
                "zh": change.entry.zh,
                "en": change.entry.preferred,
                "origin": change.entry.origin,
                "kinds": change.kinds,
                "fields": [
                    {"kind": each.kind, "what": each.what, "before": each.before, "after": each.after}
                    for each in change.fields
                ],
            }
            for change in changes
        ],
    }


def to_markdown(changes: Iterable[ConceptChange], *, old: str, new: str) -> str:
    """The comparison for people: counts, then a table row per concept."""
    changes = list(changes)
    lines = [f"# Glossary changes: {old} → {new}", ""]
    if not changes:
        return "\n".join([*lines, "No concept changed.", ""])
    lines += [f"- {number} {kind}" for kind, number in counts(changes).items()]
    lines += ["", "| concept | Chinese | rendering | change |", "| --- | --- | --- | --- |"]
    for change in changes:
        what = "<br>".join(cell(str(each)) for each in change.fields) or change.kinds[0]
        entry = change.entry
        lines.append(f"| {cell(entry.id)} | {cell(entry.zh)} | {cell(entry.preferred)} | {what} |")
    return "\n".join([*lines, ""])


def cell(text: str) -> str:
    """Text as it may stand in a Markdown table."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
