"""What the page and the JSON API can do to a segment: one request, one decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import UsageError
from pipeline.reviewer.desk import need
from pipeline.reviewer.people import Visitor
from pipeline.reviewer.service import Applied, Review
from pipeline.store import decisions, proposals, queue

ACTIONS: Final = ("accept", "edit", "choose", "dismiss", "assign", "prefer", "forbid", "undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A request to decide.

    Attributes:
        action: One of ``ACTIONS``.
        segment: Segment id.
        revision: What the visitor saw; None: whatever is there.
        scope: ``this``, ``document`` or ``project``.
        target: For ``edit``: the English.
        reason: Why.
        flag: For ``choose`` and ``dismiss``: flag id; None dismisses all.
        candidate: For ``choose``: number from 0, or the text.
        zh: For ``prefer`` and ``forbid``: the Chinese term.
        rendering: For these: the English.
        to: For ``assign``: who; empty takes the question back.
        decision: For ``undo``: what is taken back.
    """

    action: str
    segment: int
    revision: int | None = None
    scope: str = "this"
    target: str = ""
    reason: str = ""
    flag: int | None = None
    candidate: int | str | None = None
    zh: str = ""
    rendering: str = ""
    to: str = ""
    decision: int | None = None


def perform(review: Review, act: Act, visitor: Visitor) -> Applied:
    """Decide.

    Raises:
        ConflictError: Someone was faster.
        UsageError: It cannot be done, and why.
        fastapi.HTTPException: The visitor's role does not include it.
    """
    need(visitor, "decide")
    common: dict[str, Any] = {"user": visitor.name, "revision": act.revision, "reason": act.reason}
    match act.action:
        case "accept":
            return review.accept(act.segment, scope=act.scope, **common)
        case "edit":
            return review.edit(act.segment, act.target, scope=act.scope, **common)
        case "choose":
            if act.flag is None or act.candidate is None:
                raise UsageError("choose: name the flag and its candidate")
            return review.choose(act.segment, act.flag, act.candidate, scope=act.scope, **common)
        case "dismiss":
            return review.dismiss(act.segment, act.flag, scope=act.scope, **common)
        case "assign":
            return review.assign(act.segment, act.to.strip(), **common)
        case "prefer" | "forbid":
            return _ruled(review, act, visitor)
        case "undo":
            if act.decision is None:
                raise UsageError("undo: name the decision")
            return undo(review, act.decision, act.reason, visitor)
        case _:
            raise UsageError(f"unknown action {act.action!r}; known: {', '.join(ACTIONS)}")


def undo(review: Review, decision: int, reason: str, visitor: Visitor) -> Applied:
    """Take a decision back; one that changed the glossary needs who may change it."""
    need(visitor, "decide")
    with review.project.store.read() as connection:
        made = decisions.decision(connection, decision)
        if "glossary" in decisions.decision_data(connection, decision):
            need(visitor, "rule")
    if made.parent_id is not None:
        raise UsageError(f"decision {decision} followed from {made.parent_id}: take that one back, or edit the segment")
    return review.undo(decision, user=visitor.name, reason=reason)


def _ruled(review: Review, act: Act, visitor: Visitor) -> Applied:
    """A linguist's ruling changes the glossary; a reviewer's is proposed to one."""
    common: dict[str, Any] = {
        "zh": act.zh.strip(),
        "rendering": act.rendering.strip(),
        "user": visitor.name,
        "reason": act.reason,
    }
    if visitor.may("rule"):
        return review.rule(act.segment, act.action, revision=act.revision, **common)
    if not common["zh"] or not common["rendering"]:
        raise UsageError("name the Chinese term and the English rendering")
    with review.project.store.write() as connection:
        shown = queue.segment_detail(connection, act.segment)
        prefer = act.action == "prefer"
        made = proposals.propose(
            connection,
            review.project.id,
            kind=act.action,
            zh=common["zh"],
            concept=next((term.concept for term in shown.segment.terms if term.text == common["zh"]), ""),
            before="" if prefer else common["rendering"],
            after=common["rendering"] if prefer else "",
            user=visitor.name,
        )
    return Applied(
        decision=0,
        segment=act.segment,
        revision=shown.item.revision,
        open_flags=shown.item.open_flags,
        proposals=(made,),
    )
