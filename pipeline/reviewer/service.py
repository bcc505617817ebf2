"""What a reviewer does, and all that follows from it: the one door for page, command line and imports.

A decision changes a segment, closes its flags, enters the memory, proposes a
glossary change, and may be applied to the document or the project. All of it
is logged; nothing is deleted; undoing is a decision too::

    with Review.open(folder) as review:
        done = review.edit(segment, "…", user="li", revision=3, scope="document")
        review.undo(done.decision, user="li")

Every method takes the revision of the segment that the person saw and raises
:class:`pipeline.errors.ConflictError` where it is no longer the present one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from pipeline.core.document import FuzzyMatch, SegmentState
from pipeline.core.flags import FlagState
from pipeline.errors import ConflictError, UsageError
from pipeline.reviewer import preferences, siblings
from pipeline.reviewer._change import Change, Changer
from pipeline.reviewer._ruling import Ruling
from pipeline.run import load_glossary
from pipeline.run.project import Project
from pipeline.stages.renderings import base_form, changed_renderings
from pipeline.store import decisions, documents, proposals, queue, rows, users
from pipeline.store.database import Connection
from pipeline.store.records import Action, DecisionRow, FlagRow, Proposal, Scope
from pipeline.termbase.concept import ConceptEntry

# Longer English than any sentence has; a paste by mistake is refused.
_MAX_TARGET: Final = 20_000
_MAX_REASON: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a decision did.

    Attributes:
        decision: Its id; what :meth:`Review.undo` takes.
        segment: The segment.
        revision: The segment's revision now.
        changed: Other segments that followed.
        left: Other segments that were left because a person has settled them.
        open_flags: Flags of the segment that still await a person, those that
            the change itself raised included.
        proposals: Glossary proposals that it made or strengthened.
    """

    decision: int
    segment: int
    revision: int
    changed: tuple[int, ...] = ()
    left: int = 0
    open_flags: int = 0
    proposals: tuple[int, ...] = ()


class Review:
    """A project under review.

    Args:
        project: Open; closed with the review.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._changer: Changer | None = None
        self._catch_up()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the project in a folder.

        Raises:
            UsageError: There is none.
        """
        return cls(Project.open(folder))

    @property
    def changer(self) -> Changer:
        """Applies changes with the glossary as it is now."""
        # Another visitor's ruling may take it away between two looks.
        changer = self._changer
        if changer is None:
            config = self.project.config
            changer = self._changer = Changer(load_glossary(config), rules=config.checks.rules)
        return changer

    def reload(self) -> None:
        """Read the glossary again before the next decision."""
        self._changer = None

    def accept(
        self, segment: int, *, user: str, revision: int | None = None, scope: str = "this", reason: str = ""
    ) -> Applied:
        """Settle a segment as it stands; its open flags are accepted.

        Args:
            segment: Segment id.
            user: Who decides.
            revision: What they saw; None: whatever is there.
            scope: ``this``, ``document`` or ``project``: equal segments with
                the same English are settled too.
            reason: Why, in their words.
        """
        change = Change(
            action=Action.ACCEPT,
            user=user,
            scope=Scope(scope),
            reason=_reason(reason),
            state=SegmentState.REVIEWED,
            close=lambda _: FlagState.ACCEPTED,
        )
        return self._decide(segment, change, revision)

    def edit(
        self,
        segment: int,
        target: str,
        *,
        user: str,
        revision: int | None = None,
        scope: str = "this",
        reason: str = "",
    ) -> Applied:
        """Replace a segment's English; see :meth:`accept` for the arguments.

        The segment is settled, unless a grave flag about what it says (a
        number, a name) still holds: then that flag stays open. Equal segments
        of the scope get the same English; in others, the terms whose rendering
        the correction changed are changed likewise.
        """
        target = _target(target)
        with self.project.store.read() as connection:
            shown = queue.segment_detail(connection, segment).segment
            terms = {term.text for term in shown.terms}
            known = proposals.known_renderings(connection, self.project.id, terms)
        change = Change(
            action=Action.EDIT,
            user=user,
            scope=Scope(scope),
            reason=_reason(reason),
            target=target,
            written=True,
            close=lambda _: FlagState.CORRECTED,
            renderings=tuple(changed_renderings(self.changer.located(shown), target, known=known)),
        )
        return self._decide(segment, change, revision)

    def choose(
        self,
        segment: int,
        flag: int,
        candidate: int | str,
        *,
        user: str,
        revision: int | None = None,
        scope: str = "this",
        reason: str = "",
    ) -> Applied:
        """Put a flag's candidate in place; the segment is settled once no flag is open.

        Args:
            segment: Segment id.
            flag: Flag id.
            candidate: Its number from 0, or its text.
            user: Who decides.
            revision: What they saw.
            scope: How far the same choice is made.
            reason: Why.

        Raises:
            UsageError: There is no such candidate, or nothing says where it
                belongs: the segment must be edited.
        """
        with self.project.store.read() as connection:
            shown = queue.segment_detail(connection, segment)
        one = _flag(shown.flags, flag)
        text = _candidate(one, candidate)
        target, rendering = siblings.placed(self.changer.located(shown.segment), one.flag, text)
        change = Change(
            action=Action.CHOOSE,
            user=user,
            scope=Scope(scope),
            reason=_reason(reason),
            target=target,
            flag=flag,
            close=lambda other: FlagState.CORRECTED if other.id == flag else None,
            renderings=(rendering,) if rendering else (),
        )
        return self._decide(segment, change, revision)

    def dismiss(
        self,
        segment: int,
        flag: int | None = None,
        *,
        user: str,
        reason: str,
        revision: int | None = None,
        scope: str = "this",
    ) -> Applied:
        """Say that a flag (or all of a segment's) is none, and why.

        Raises:
            UsageError: No reason is given, or there is no such flag.
        """
        if not reason.strip():
            raise UsageError("a flag is dismissed with a reason: it is what the next reviewer reads")
        with self.project.store.read() as connection:
            shown = queue.segment_detail(connection, segment)
        about = [_flag(shown.flags, flag)] if flag is not None else list(shown.flags)
        ids = {one.id for one in about if one.flag.state is FlagState.OPEN}
        text = shown.segment.text
        data = {
            "dismissed": [
                [one.flag.code, one.flag.source.of(text) if one.flag.source else ""] for one in about if one.id in ids
            ]
        }
        change = Change(
            action=Action.DISMISS,
            user=user,
            scope=Scope(scope),
            reason=_reason(reason),
            state=SegmentState(shown.item.state),
            flag=flag,
            close=lambda other: FlagState.DISMISSED if other.id in ids else None,
            data=data,
        )
        return self._decide(segment, change, revision)

    def assign(self, segment: int, to: str, *, user: str, revision: int | None = None, reason: str = "") -> Applied:
        """Ask a colleague to decide; an empty name takes the question back.

        Raises:
            UsageError: There is no such user.
        """
        with self.project.store.write() as connection:
            row = self._held(connection, segment, revision)
            asked = users.user_id(connection, to) if to else None
            decision = decisions.append(
                connection,
                row,
                Action.ASSIGN,
                user=user,
                reason=_reason(reason),
                data={"assigned": asked, "assigned_before": row.assigned_id, "decision": row.decision_id},
            )
            decisions.change_segment(connection, row, revision=revision, assigned_id=asked)
            return self._result(connection, segment, decision)

    def offer(
        self, segment: int, match: FuzzyMatch, *, user: str, revision: int | None = None, reason: str = ""
    ) -> Applied:
        """Keep another person's English as a proposal, with a flag that says so; the target stays.

        Args:
            segment: Segment id.
            match: The proposal.
            user: Whose it is.
            revision: What they saw.
            reason: Where it comes from.
        """
        with self._changing(segment, revision) as (connection, row, date):
            change = Change(
                action=Action.OFFER,
                user=user,
                reason=_reason(reason),
                state=SegmentState(row.state),
                match=match,
                data={"offered": True},
            )
            decision = self.changer.apply(connection, row, change, date=date)
            documents.recount(connection, row.document_id)
            return self._result(connection, segment, decision)

    def prefer(
        self,
        segment: int,
        *,
        zh: str,
        rendering: str,
        user: str,
        revision: int | None = None,
        reason: str = "",
    ) -> Applied:
        """Make a rendering the glossary's, and use it in the whole project.

        The project's own glossary file gets the entry; segments that a person
        has settled are left as they are and counted.
        """
        ruling = Ruling(action=Action.PREFER, zh=zh, rendering=rendering.strip(), user=user, reason=_reason(reason))
        return self._rule(segment, ruling, revision)

    def forbid(
        self,
        segment: int,
        *,
        zh: str,
        rendering: str,
        user: str,
        revision: int | None = None,
        reason: str = "",
    ) -> Applied:
        """Forbid a rendering; where it stands, the preferred one takes its place.

        Raises:
            UsageError: It is the preferred one, or the term is in no glossary.
        """
        ruling = Ruling(action=Action.FORBID, zh=zh, rendering=rendering.strip(), user=user, reason=_reason(reason))
        return self._rule(segment, ruling, revision)

    def undo(self, decision: int, *, user: str, reason: str = "") -> Applied:
        """Take a decision back, with what followed from it.

        What was changed again since is left as it is and counted.

        Raises:
            ConflictError: The segment itself was changed again since.
            UsageError: It was taken back already, or is an undo itself.
        """
        with self.project.store.write() as connection:
            made = decisions.decision(connection, decision)
            if made.undone or made.action is Action.UNDO:
                raise UsageError(f"decision {decision} was taken back already or is an undo; edit the segment instead")
            followed = decisions.log(connection, None, children_of=decision, oldest_first=True, limit=None)
            undone = self._undo_one(connection, made, user=user, reason=_reason(reason), parent=None)
            if undone is None:
                raise decisions.conflict(connection, made.segment_id)
            changed, left = [], 0
            for child in followed:
                if self._undo_one(connection, child, user=user, reason="", parent=undone) is None:
                    left += 1
                else:
                    changed.append(child.segment_id)
            proposals.withdraw(connection, self.project.id, decision)
            data = decisions.decision_data(connection, decision)
            for home in {made.document_id, *(child.document_id for child in followed)}:
                documents.recount(connection, home)
            result = self._result(connection, made.segment_id, undone, changed=changed, left=left)
            if "glossary" in data:
                self._write_back(data["glossary"], who=user, why=f"decision {decision} was taken back")
        return result

    def settle_proposal(
        self, proposal: int, *, approve: bool, user: str, revision: int | None = None, reason: str = ""
    ) -> Proposal:
        """Approve or reject a glossary proposal; what is approved is written to the project's glossary."""
        with self.project.store.write() as connection:
            made = proposals.settle(connection, proposal, approve=approve, user=user, revision=revision, reason=reason)
            if approve:
                make = preferences.forbidden if made.kind == "forbid" else preferences.preferred
                entry = make(
                    self.changer.glossary,
                    zh=made.zh,
                    concept=made.concept,
                    rendering=made.before if made.kind == "forbid" else made.after,
                    reference=f"{user}, proposal {proposal}",
                )
                preferences.write(self.project.glossary_file, [entry], who=user, why=reason)
        self.reload()
        return made

    def close(self) -> None:
        """Close the project."""
        self.project.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _decide(self, segment: int, change: Change, revision: int | None) -> Applied:
        with self._changing(segment, revision) as (connection, row, date):
            decision = self.changer.apply(connection, row, change, revision=revision, date=date)
            learned = self._learn(connection, row, change, decision)
            followed = siblings.Followers(self.changer, connection, row, change, decision)
            if change.scope is not Scope.THIS:
                followed.run()
            for home in {row.document_id, *followed.homes}:
                documents.recount(connection, home)
            return self._result(
                connection, segment, decision, changed=followed.changed, left=followed.left, proposals=learned
            )

    @contextmanager
    def _changing(self, segment: int, revision: int | None) -> Iterator[tuple[Connection, Any, str]]:
        # The glossary is read before the database is held.
        _ = self.changer
        with self.project.store.write() as connection:
            row = self._held(connection, segment, revision)
            if not row.current:
                raise ConflictError(
                    "a newer version of this document was translated meanwhile; open the segment again", current=row
                )
            yield connection, row, documents.date_of(connection, row.document_id)

    @staticmethod
    def _held(connection: Connection, segment: int, revision: int | None) -> Any:
        row = queue.segment_row(connection, segment, hold=True)
        if revision is not None and row.revision != revision:
            raise decisions.conflict(connection, segment)
        return row

    def _learn(self, connection: Connection, row: Any, change: Change, decision: int) -> tuple[int, ...]:
        """Note the renderings that a correction changed as glossary proposals."""
        if change.action not in {Action.EDIT, Action.CHOOSE}:
            return ()
        known = {entry.id: entry.preferred for entry in self.changer.glossary.entries}
        made = []
        for rendering in change.renderings:
            based = base_form(rendering, known.get(rendering.concept, ""))
            made.append(
                proposals.propose(
                    connection,
                    row.project_id,
                    kind="learned",
                    concept=rendering.concept,
                    zh=based.zh,
                    before=based.before,
                    after=based.after,
                    user=change.user,
                    evidence=[decision],
                )
            )
        return tuple(made)

    def _rule(self, segment: int, ruling: Ruling, revision: int | None) -> Applied:
        file = self.project.glossary_file
        with self._changing(segment, revision) as (connection, row, date):
            shown = self.changer.located(rows.segment_of(row, []))
            entry = ruling.entry(self.changer.glossary, shown)
            noted = {"id": entry.id, "before": preferences.row_of(file, entry.id), "after": msgspec.to_builtins(entry)}
            change = ruling.change(shown, entry, noted)
            decision = self.changer.apply(connection, row, change, revision=revision, date=date)
            followed = siblings.Followers(self.changer, connection, row, change, decision)
            followed.run()
            for home in {row.document_id, *followed.homes}:
                documents.recount(connection, home)
            made = ruling.propose(connection, row.project_id, entry, decision)
            result = self._result(
                connection, segment, decision, changed=followed.changed, left=followed.left, proposals=(made,)
            )
            # Last, so that a refused transaction writes no row; what a crash between the two leaves out is
            # caught up with when the project is opened again.
            preferences.write(file, [entry], who=ruling.user, why=ruling.reason)
        self.reload()
        return result

    def _undo_one(
        self, connection: Connection, made: DecisionRow, *, user: str, reason: str, parent: int | None
    ) -> int | None:
        """Take back one decision on one segment; None where the segment was changed again."""
        row = queue.segment_row(connection, made.segment_id)
        data = decisions.decision_data(connection, made.id)
        latest = decisions.log(connection, None, segments=[row.id], limit=1)
        moved = row.target != made.after or row.state != made.state_after
        if made.undone or moved or (latest and not _untouched(latest[0], made)):
            return None
        undone = decisions.append(
            connection,
            row,
            Action.UNDO,
            user=user,
            reason=reason,
            after=made.before,
            state_after=made.state_before,
            parent=parent,
            undoes=made.id,
        )
        if made.action is Action.ASSIGN:
            decisions.change_segment(connection, row, assigned_id=data.get("assigned_before"))
        else:
            self.changer.undo(connection, row, made.id, data, target=made.before, state=made.state_before)
        return undone

    def _write_back(self, noted: dict[str, Any], *, who: str, why: str) -> None:
        before = noted["before"]
        put = [msgspec.convert(before, ConceptEntry)] if before else []
        remove = [] if before else [noted["id"]]
        preferences.write(self.project.glossary_file, put, remove, who=who, why=why)
        self.reload()

    def _catch_up(self) -> None:
        """Write the glossary row of a last decision that a crash kept from the file."""
        with self.project.store.read() as connection:
            last = decisions.last_ruling(connection, self.project.id)
            data = decisions.decision_data(connection, last) if last is not None else {}
        noted = data.get("glossary")
        if noted and preferences.row_of(self.project.glossary_file, noted["id"]) == noted["before"]:
            entry = msgspec.convert(noted["after"], ConceptEntry)
            preferences.write(self.project.glossary_file, [entry], who="zhengming", why="written late: a run broke off")

    def _result(
        self,
        connection: Connection,
        segment: int,
        decision: int,
        *,
        changed: Sequence[int] = (),
        left: int = 0,
        proposals: tuple[int, ...] = (),
    ) -> Applied:
        row = queue.segment_row(connection, segment)
        return Applied(
            decision=decision,
            segment=segment,
            revision=row.revision,
            changed=tuple(changed),
            left=left,
            open_flags=row.open_flags,
            proposals=proposals,
        )


def _untouched(latest: DecisionRow, made: DecisionRow) -> bool:
    """Whether a decision is the last one that counts on its segment."""
    return latest.id == made.id or latest.action in {Action.ASSIGN, Action.UNDO}


def _flag(flags: Sequence[FlagRow], wanted: int) -> FlagRow:
    found = [one for one in flags if one.id == wanted]
    if not found:
        raise UsageError(f"this segment has no flag {wanted}")
    return found[0]


def _candidate(one: FlagRow, candidate: int | str) -> str:
    texts = [option.text for option in one.flag.candidates]
    if isinstance(candidate, str):
        return _target(candidate)
    if not 0 <= candidate < len(texts):
        raise UsageError(f"flag {one.flag.code} has {len(texts)} candidates; there is no number {candidate + 1}")
    return texts[candidate]


def _target(text: str) -> str:
    if len(text) > _MAX_TARGET:
        raise UsageError(f"{len(text):,} characters are no translation of one segment")
    cleaned = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not cleaned:
        raise UsageError("the English is empty; to leave a segment untranslated, accept it as it is")
    return cleaned


def _reason(text: str) -> str:
    if len(text) > _MAX_REASON:
        raise UsageError(f"a reason of {len(text):,} characters; keep it below {_MAX_REASON:,}")
    return text.strip()
