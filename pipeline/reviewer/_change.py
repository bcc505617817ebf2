"""One segment changed by a decision: target, state, terms, flags, memory and log, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from pipeline.checks import CATALOGUE
from pipeline.checks.noise import NoiseRules
from pipeline.core.document import (
    Block,
    BlockKind,
    Document,
    FuzzyMatch,
    PostEdit,
    Segment,
    SegmentState,
    TermMatch,
)
from pipeline.core.flags import Flag, FlagState, Span
from pipeline.core.mqm import Severity
from pipeline.lang.style import HouseStyle
from pipeline.memory.unit import TranslationUnit, UnitTerm, text_hash
from pipeline.stages._terms import locate_terms
from pipeline.stages.flag import FlagStage
from pipeline.stages.renderings import Rendering
from pipeline.store import decisions, memory, queue, rows
from pipeline.store.database import Connection
from pipeline.store.records import Action, FlagRow, Scope
from pipeline.termbase.glossary import Glossary

# Guessed from lengths and words; a person who rewrites a sentence knows what they leave out.
_GUESSED: Final = frozenset({"A206", "A220"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a decision does to one segment.

    Attributes:
        action: For the log.
        user: Who.
        scope: How far the decision reaches.
        reason: Why.
        target: English from now on; None leaves it.
        state: Segment state from now on; None: reviewed once no flag is open,
            else as before.
        close: From an open flag to its new state; None leaves it to whether
            the checks still raise it.
        flag: The flag that it is about.
        parent: The decision that it follows from.
        renderings: Terms whose English it changes.
        chosen: Terms with the English that a person chose for them, changed or not.
        written: Whether a person wrote the whole English.
        match: A proposal that is kept beside the target, and flagged.
        terms: What becomes of the segment's terms, where the glossary changes.
        data: More to note.
    """

    action: Action
    user: str
    scope: Scope = Scope.THIS
    reason: str = ""
    target: str | None = None
    state: SegmentState | None = None
    close: Callable[[FlagRow], FlagState | None] = field(default=lambda _: None)
    flag: int | None = None
    parent: int | None = None
    renderings: tuple[Rendering, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    written: bool = False
    match: FuzzyMatch | None = None
    terms: Callable[[TermMatch], TermMatch] = field(default=lambda term: term)
    data: dict[str, Any] = field(default_factory=dict)


class Changer:
    """Applies changes.

    Args:
        glossary: What the checks hold targets against.
        rules: Which flags are not raised.
        style: House style.
    """

    def __init__(self, glossary: Glossary, *, rules: NoiseRules | None = None, style: HouseStyle | None = None) -> None:
        rules = rules or NoiseRules()
        self.glossary = glossary
        # A check of the whole document would judge one segment as if it were one.
        whole = tuple(code for code, check in CATALOGUE.items() if check.whole_document)
        self._flags = FlagStage(glossary, rules=replace(rules, off=(*rules.off, *whole)), style=style)

    def located(self, segment: Segment) -> Segment:
        """A segment with the places of its terms in its target."""
        return locate_terms(segment, self.glossary.abbreviations)

    def check(self, segment: Segment, *, kind: str, date: str) -> list[Flag]:
        """The flags that the checks raise on a segment alone."""
        block = Block(
            id="b", kind=BlockKind(kind or "paragraph"), source=segment.source, text=segment.text, segments=(segment,)
        )
        document = Document(name="", format="text", blocks=(block,), date=date)
        return list(self._flags(document).segments[0].flags)

    def apply(self, connection: Connection, row: Any, change: Change, *, revision: int | None = None, date: str) -> int:
        """Change a segment and log it.

        Args:
            connection: In a write transaction.
            row: The segment's row, read in it.
            change: What to do.
            revision: What the person saw.
            date: The document's date.

        Returns:
            The decision's id.

        Raises:
            ConflictError: The segment changed since.
        """
        flags = queue.segment_flags(connection, row.id)
        before = rows.segment_of(row, [one.flag for one in flags])
        segment = self._changed(before, change)
        closed, added = self._judged(segment, row, flags, change, date)
        left = [flag for flag in (*closed.values(), *added) if flag.state is FlagState.OPEN]
        state = change.state or (before.state if left else SegmentState.REVIEWED)
        data = self._noted(connection, row, flags, change)
        new = decisions.add_flags(connection, row.id, segment, added)
        noted = {**data, "added": new}
        decision = _logged(connection, row, change, target=segment.target, state=state, data=noted)
        values: dict[str, Any] = rows.weight(left)
        if segment != before:
            values["data"] = rows.payload(segment)
        if segment.target != row.target or state in rows.SETTLED:
            values["decision_id"] = decision
        decisions.change_segment(connection, row, revision=revision, target=segment.target, state=str(state), **values)
        moved = {one.id: _columns(closed[one.id]) for one in flags if closed[one.id] != one.flag}
        decisions.change_flags(connection, moved)
        if state in rows.SETTLED and (segment.target != row.target or row.state != str(state)):
            self._remember(connection, row, segment, decision, user=change.user, instead=data["retired"])
        return decision

    def _changed(self, before: Segment, change: Change) -> Segment:
        if change.match is not None:
            before = msgspec.structs.replace(before, matches=(*before.matches, change.match))
        terms = tuple(map(change.terms, before.terms))
        if change.target is None or change.target == before.target:
            return before if terms == before.terms else self.located(msgspec.structs.replace(before, terms=terms))
        edit = PostEdit(rule=f"review:{change.user}", before=before.target, after=change.target, reason=change.reason)
        replaced = msgspec.structs.replace(before, target=change.target, terms=terms, edits=(*before.edits, edit))
        return self.located(replaced)

    def _judged(
        self, segment: Segment, row: Any, flags: Sequence[FlagRow], change: Change, date: str
    ) -> tuple[dict[int, Flag], list[Flag]]:
        """The segment's flags after the change, by id, and those that it newly raises."""
        untouched = segment.target == row.target and not change.renderings and change.match is None
        found = [] if untouched else self.check(segment, kind=row.kind, date=date)
        by_key: dict[tuple[str, str], list[Flag]] = {}
        for flag in found:
            by_key.setdefault(_key(flag, segment.text), []).append(flag)
        after: dict[int, Flag] = {}
        for one in flags:
            again = by_key.get(_key(one.flag, segment.text), [])
            fresh = again.pop(0) if again else None
            after[one.id] = _after(one, fresh, change.close(one), untouched=untouched)
        # A person who chooses a term's English does not want to hear that the glossary says another.
        chosen = {rendering.zh for rendering in change.renderings}
        added = [
            flag
            for rest in by_key.values()
            for flag in rest
            if not (flag.code.startswith("T") and flag.source and flag.source.of(segment.text) in chosen)
        ]
        if change.written:
            # A person wrote this English: only what it says is asked about once more, not how.
            added = [
                flag if _grave(flag) else msgspec.structs.replace(flag, state=FlagState.ACCEPTED) for flag in added
            ]
        return after, added

    def _noted(self, connection: Connection, row: Any, flags: Sequence[FlagRow], change: Change) -> dict[str, Any]:
        """What undoing needs, and what re-applying does."""
        return {
            **change.data,
            "flags": [[one.id, _columns(one.flag)] for one in flags],
            "decision": row.decision_id,
            "renderings": [msgspec.to_builtins(one) for one in change.renderings],
            "retired": memory.units_of_segments(connection, queue.line(connection, row)),
        }

    def _remember(
        self, connection: Connection, row: Any, segment: Segment, decision: int, *, user: str, instead: list[int]
    ) -> None:
        """Only what a person has settled enters the memory."""
        detail = queue.neighbours(connection, row)
        unit = TranslationUnit(
            source=segment.text,
            target=segment.target,
            previous=text_hash(detail[0]),
            following=text_hash(detail[1]),
            glossary=self.glossary.digest[:12],
            terms=tuple(
                UnitTerm(term.concept, term.text, term.rendering, term.target.of(segment.target) if term.target else "")
                for term in segment.terms
            ),
            document=detail[2],
            user=user,
        )
        memory.add_units(connection, row.project_id, [unit], segment=row.id, decision=decision, instead=instead)

    def undo(self, connection: Connection, row: Any, decision: int, data: dict[str, Any], **values: Any) -> None:
        """Put a segment back to what it was before a decision.

        Args:
            connection: In a write transaction.
            row: The segment's row as it stands.
            decision: What is taken back.
            data: What was noted with it.
            **values: ``target`` and ``state`` of before.
        """
        decisions.remove_flags(connection, data.get("added", []))
        decisions.change_flags(connection, {int(i): columns for i, columns in data.get("flags", [])})
        flags = [one.flag for one in queue.segment_flags(connection, row.id)]
        segment = rows.segment_of(row, flags)
        edits = segment.edits[:-1] if values["target"] != row.target else segment.edits
        matches = segment.matches[:-1] if data.get("offered") else segment.matches
        segment = self.located(msgspec.structs.replace(segment, target=values["target"], edits=edits, matches=matches))
        decisions.change_segment(
            connection,
            row,
            data=rows.payload(segment),
            decision_id=data.get("decision"),
            **rows.weight(flags),
            **values,
        )
        memory.retire(connection, memory.units_of_decision(connection, decision))
        memory.restore(connection, data.get("retired", []))


def _logged(
    connection: Connection, row: Any, change: Change, *, target: str, state: SegmentState, data: dict[str, Any]
) -> int:
    first = change.renderings[0] if change.renderings else None
    return decisions.append(
        connection,
        row,
        change.action,
        user=change.user,
        scope=change.scope,
        reason=change.reason,
        after=target,
        state_after=str(state),
        flag=change.flag,
        parent=change.parent,
        term=first.zh if first else "",
        rendering=(first.before, first.after) if first else ("", ""),
        data=data,
    )


def _after(one: FlagRow, fresh: Flag | None, closed: FlagState | None, *, untouched: bool) -> Flag:
    """A flag after a change: closed by it, gone with it, or still there with its new place."""
    flag = one.flag
    whole = flag.code not in CATALOGUE or CATALOGUE[flag.code].whole_document
    if flag.state is FlagState.CORRECTED and fresh is not None:
        # What was mended once is broken again.
        return msgspec.structs.replace(fresh, state=FlagState.OPEN)
    if flag.state is not FlagState.OPEN or (untouched and closed is None):
        return flag
    if untouched and closed is not None:
        return msgspec.structs.replace(flag, state=closed)
    if closed is FlagState.CORRECTED and fresh is not None:
        state = FlagState.OPEN if _grave(fresh) else FlagState.ACCEPTED
        return msgspec.structs.replace(flag, state=state, target=fresh.target)
    if closed is not None:
        return msgspec.structs.replace(flag, state=closed, target=None)
    if fresh is not None:
        return msgspec.structs.replace(flag, target=fresh.target)
    # Of a check of the whole document, only a whole run can say whether it still holds.
    return msgspec.structs.replace(flag, target=None, state=flag.state if whole else FlagState.CORRECTED)


def _grave(flag: Flag) -> bool:
    """Whether a flag that still holds after an edit needs an explicit word: it is about facts."""
    facts = flag.code[0] in "AN" and flag.code not in _GUESSED
    return facts and flag.severity in {Severity.CRITICAL, Severity.MAJOR}


def _key(flag: Flag, text: str) -> tuple[str, str]:
    return flag.code, flag.source.of(text) if flag.source else ""


def _columns(flag: Flag) -> dict[str, Any]:
    def pair(side: str, span: Span | None) -> dict[str, int | None]:
        return {f"{side}_start": span.start if span else None, f"{side}_end": span.end if span else None}

    return {"state": str(flag.state), **pair("source", flag.source), **pair("target", flag.target)}
