"""Where else a decision applies: equal segments, and other places of the same term."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import msgspec

from pipeline.core.document import Segment, SegmentState
from pipeline.core.flags import Flag, FlagState, Span
from pipeline.errors import UsageError
from pipeline.reviewer._change import Change, Changer
from pipeline.stages.renderings import Rendering, same_word, with_rendering
from pipeline.store import documents, queue, rows
from pipeline.store.database import Connection
from pipeline.store.records import Action, FlagRow, Scope

# One transaction holds the store; at a few milliseconds a segment this is some ten seconds.
MOST_FOLLOWERS: Final = 5_000


def placed(segment: Segment, flag: Flag, candidate: str) -> tuple[str, Rendering | None]:
    """A segment's English with a flag's candidate in place.

    Args:
        segment: With its terms located.
        flag: What the candidate belongs to.
        candidate: English.

    Returns:
        The English, and the rendering that it changes, if the flag stands on
        Chinese words.

    Raises:
        UsageError: Nothing says where the candidate belongs.
    """
    span = flag.target or _by_term(segment, flag)
    zh = flag.source.of(segment.text) if flag.source else ""
    if span is None or span.end > len(segment.target):
        raise UsageError("nothing says where in the English this candidate belongs: edit the segment")
    before = span.of(segment.target)
    whole = span == Span(0, len(segment.target))
    if before[:1].isupper() and not whole and span.start == 0 and candidate[:1].islower():
        candidate = candidate[:1].upper() + candidate[1:]
    target = segment.target[: span.start] + candidate + segment.target[span.end :]
    if not zh or whole or before == candidate:
        return target, None
    concept = next((term.concept for term in segment.terms if flag.source and term.span == flag.source), "")
    return target, Rendering(zh=zh, concept=concept, before=before, after=candidate)


def _by_term(segment: Segment, flag: Flag) -> Span | None:
    """The place of the term that a flag stands on."""
    if flag.source is None:
        return None
    fitting = [term for term in segment.terms if term.target and term.span == flag.source]
    return fitting[0].target if len(fitting) == 1 else None


def rendering_of(segment: Segment, zh: str) -> str:
    """How a segment renders a term now, as the glossary writes it where it does; empty where that is not known."""
    for term in segment.terms:
        if term.text == zh and term.target:
            written = term.target.of(segment.target)
            return next((text for text in (term.rendering, *term.admitted) if same_word(text, written)), written)
    return ""


class Followers:
    """Applies a decision to the other segments of its scope.

    Args:
        changer: Applies changes.
        connection: In the decision's transaction.
        row: The segment decided on, as it was.
        change: The decision.
        decision: Its id.

    Attributes:
        changed: Segments that followed.
        left: How many a person had settled otherwise.
        homes: Their documents.
    """

    def __init__(self, changer: Changer, connection: Connection, row: Any, change: Change, decision: int) -> None:
        self._changer = changer
        self._connection = connection
        self._row = row
        self._change = change
        self._decision = decision
        self.changed: list[int] = []
        self.left = 0
        self.homes: set[int] = set()

    def run(self) -> None:
        """Change all that follow."""
        seen = {self._row.id}
        for other in self._equal():
            seen.add(other.id)
            self._follow(other, self._as_decided(other))
        if self._change.action in {Action.ACCEPT, Action.DISMISS}:
            if self._change.action is Action.DISMISS:
                self._dismiss_elsewhere(seen)
            return
        for rendering in self._change.renderings:
            for other in self._with_term(rendering.zh):
                if other.id not in seen:
                    seen.add(other.id)
                    self._follow(other, self._as_rendered(other, rendering))

    def _candidates(self, **alike: str) -> list[Any]:
        document = self._row.document_id if self._change.scope is Scope.DOCUMENT else None
        found = queue.alike(self._connection, self._row, document=document, limit=MOST_FOLLOWERS + 1, **alike)
        if len(found) > MOST_FOLLOWERS:
            raise UsageError(
                f"more than {MOST_FOLLOWERS:,} segments would follow: make the rendering the glossary's and translate"
                " the project again"
            )
        return found

    def _equal(self) -> list[Any]:
        return self._candidates(source_hash=self._row.source_hash)

    def _with_term(self, zh: str) -> list[Any]:
        return self._candidates(words=zh)

    def _as_decided(self, other: Any) -> Change | None:
        """An equal segment gets the same; its own flags are closed like those of the first."""
        change = self._change
        if change.action is Action.ACCEPT and other.target != self._row.target:
            return None
        if change.action is Action.DISMISS:
            return self._dismissal(other)
        target = change.target
        if target is not None and other.target != self._row.target and change.action is not Action.EDIT:
            target = self._rendered(other, change.renderings)
            if target is None:
                return None
        close = change.close if change.action in {Action.ACCEPT, Action.EDIT} else _still
        return replace(change, action=Action.APPLY, parent=self._decision, target=target, close=close, flag=None)

    def _as_rendered(self, other: Any, rendering: Rendering) -> Change | None:
        target = self._rendered(other, (rendering,))
        if target is None and not self._change.data.get("glossary"):
            return None
        return replace(
            self._change,
            action=Action.APPLY,
            parent=self._decision,
            target=target,
            state=SegmentState(other.state),
            close=_still,
            flag=None,
            written=False,
            renderings=(rendering,),
        )

    def _rendered(self, other: Any, renderings: tuple[Rendering, ...]) -> str | None:
        segment = rows.segment_of(other, [])
        target = segment.target
        for rendering in renderings:
            changed = with_rendering(_with_target(segment, target), rendering)
            target = target if changed is None else changed
        return target if target != segment.target else None

    def _dismissal(self, other: Any) -> Change | None:
        about = {(code, words) for code, words in self._change.data.get("dismissed", ())}
        flags = queue.segment_flags(self._connection, other.id)
        segment = rows.segment_of(other, [])
        ids = {one.id for one in flags if one.flag.state is FlagState.OPEN and _about(one, segment) in about}
        if not ids:
            return None
        return replace(
            self._change,
            action=Action.APPLY,
            parent=self._decision,
            state=SegmentState(other.state),
            close=lambda one: FlagState.DISMISSED if one.id in ids else None,
            flag=None,
        )

    def _dismiss_elsewhere(self, seen: set[int]) -> None:
        """The same flag on the same words of other segments."""
        for _, words in self._change.data.get("dismissed", ()):
            if not words:
                continue
            for other in self._with_term(words):
                if other.id not in seen:
                    seen.add(other.id)
                    self._follow(other, self._dismissal(other))

    def _follow(self, other: Any, change: Change | None) -> None:
        if change is None:
            return
        changes_text = change.target is not None and change.target != other.target
        if other.state in rows.SETTLED and changes_text:
            self.left += 1
            return
        date = documents.date_of(self._connection, other.document_id)
        self._changer.apply(self._connection, other, change, date=date)
        self.changed.append(other.id)
        self.homes.add(other.document_id)


def _still(_: FlagRow) -> None:
    """Leave a flag to whether the checks still raise it."""


def _about(one: FlagRow, segment: Segment) -> tuple[str, str]:
    return one.flag.code, one.flag.source.of(segment.text) if one.flag.source else ""


def _with_target(segment: Segment, target: str) -> Segment:
    return msgspec.structs.replace(segment, target=target)
