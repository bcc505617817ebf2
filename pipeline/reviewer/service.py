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

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import msgspec

from pipeline.core.document import FuzzyMatch, SegmentState
from pipeline.core.flags import FlagState
from pipeline.errors import ConflictError, UsageError
from pipeline.reviewer import siblings
from pipeline.reviewer._applied import Applied
from pipeline.reviewer._asked import candidate_of, clean_reason, clean_target, flag_of
from pipeline.reviewer._book import Book
from pipeline.reviewer._change import Change, Changer
from pipeline.reviewer._ruling import Ruling
from pipeline.reviewer._undo import take_back
from pipeline.reviewer.learning import learn
from pipeline.run.project import Project
from pipeline.stages.renderings import changed_renderings
from pipeline.store import decisions, documents, proposals, queue, rows, users
from pipeline.store.database import Connection
from pipeline.store.records import Action, Proposal, Scope

__all__ = ["Applied", "Review"]


class Review:
    """A project under review.

    Args:
        project: Open; closed with the review.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.book = Book(project)
        self.book.catch_up()

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
        return self.book.changer

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
            reason=clean_reason(reason),
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
        target = clean_target(target)
        with self.project.store.read() as connection:
            shown = queue.segment_detail(connection, segment).segment
            terms = {term.text for term in shown.terms}
            known = proposals.known_renderings(connection, self.project.id, terms)
        for zh in terms:
            others = self.changer.glossary.standing_for(zh)
            known.setdefault(zh, set()).update(text for entry in others for text in (entry.preferred, *entry.admitted))
        renderings = tuple(changed_renderings(self.changer.located(shown), target, known=known))
        change = Change(
            action=Action.EDIT,
            user=user,
            scope=Scope(scope),
            reason=clean_reason(reason),
            target=target,
            written=True,
            close=lambda _: FlagState.CORRECTED,
            renderings=renderings,
            chosen=tuple((one.zh, one.after) for one in renderings),
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
        one = flag_of(shown.flags, flag)
        text = candidate_of(one, candidate)
        target, rendering = siblings.placed(self.changer.located(shown.segment), one.flag, text)
        change = Change(
            action=Action.CHOOSE,
            user=user,
            scope=Scope(scope),
            reason=clean_reason(reason),
            target=target,
            flag=flag,
            close=lambda other: FlagState.CORRECTED if other.id == flag else None,
            renderings=(rendering,) if rendering else (),
            chosen=((one.flag.source.of(shown.segment.text), text),) if one.flag.source else (),
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
        about = [flag_of(shown.flags, flag)] if flag is not None else list(shown.flags)
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
            reason=clean_reason(reason),
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
                reason=clean_reason(reason),
                data={"assigned": asked, "assigned_before": row.assigned_id, "decision": row.decision_id},
            )
            decisions.change_segment(connection, row, revision=revision, assigned_id=asked)
            return Applied.of(connection, segment, decision)

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
                reason=clean_reason(reason),
                state=SegmentState(row.state),
                match=match,
                data={"offered": True},
            )
            decision = self.changer.apply(connection, row, change, date=date)
            documents.recount(connection, row.document_id)
            return Applied.of(connection, segment, decision)

    def rule(
        self,
        segment: int,
        action: Action | str,
        *,
        zh: str,
        rendering: str,
        user: str,
        revision: int | None = None,
        reason: str = "",
    ) -> Applied:
        """Make a rendering the glossary's, or forbid one, in the whole project.

        The project's own glossary file gets the entry. Where a forbidden
        rendering stands, the preferred one takes its place; segments that a
        person has settled are left as they are and counted.

        Args:
            segment: Where the term stands.
            action: ``prefer`` or ``forbid``.
            zh: Chinese term.
            rendering: English.
            user: Who rules.
            revision: What they saw.
            reason: Why.

        Raises:
            UsageError: The term is not in the segment, or the rendering
                cannot be forbidden.
        """
        ruling = Ruling(
            action=Action(action), zh=zh, rendering=rendering.strip(), user=user, reason=clean_reason(reason)
        )
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
            done = take_back(connection, self.changer, made, user=user, reason=clean_reason(reason))
            result = Applied.of(connection, made.segment_id, done.decision, changed=done.changed, left=done.left)
            if done.glossary:
                self.book.put_back(done.glossary, who=user, why=f"decision {decision} was taken back")
        return result

    def settle_proposal(
        self, proposal: int, *, approve: bool, user: str, revision: int | None = None, reason: str = ""
    ) -> Proposal:
        """Approve or reject a glossary proposal; what is approved is written to the project's glossary."""
        with self.project.store.write() as connection:
            made = proposals.settle(connection, proposal, approve=approve, user=user, revision=revision, reason=reason)
            if approve:
                self.book.approve(made, user=user, reason=reason)
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
            learned = learn(connection, row, change, decision, self.changer.glossary)
            followed = siblings.Followers(self.changer, connection, row, change, decision)
            if change.scope is not Scope.THIS:
                followed.run()
            for home in {row.document_id, *followed.homes}:
                documents.recount(connection, home)
            return Applied.of(
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

    def _rule(self, segment: int, ruling: Ruling, revision: int | None) -> Applied:
        with self._changing(segment, revision) as (connection, row, date):
            shown = self.changer.located(rows.segment_of(row, []))
            entry = ruling.entry(self.changer.glossary, shown)
            noted = {"id": entry.id, "before": self.book.row_of(entry.id), "after": msgspec.to_builtins(entry)}
            change = ruling.change(shown, entry, noted)
            decision = self.changer.apply(connection, row, change, revision=revision, date=date)
            followed = siblings.Followers(self.changer, connection, row, change, decision)
            followed.run()
            for home in {row.document_id, *followed.homes}:
                documents.recount(connection, home)
            made = ruling.propose(connection, row.project_id, entry, decision)
            result = Applied.of(
                connection, segment, decision, changed=followed.changed, left=followed.left, proposals=(made,)
            )
            # Last, so that a refused transaction writes no row; what a crash between the two leaves out is
            # caught up with when the project is opened again.
            self.book.put(entry, who=ruling.user, why=ruling.reason)
        return result
