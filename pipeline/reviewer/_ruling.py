"""A rendering made preferred or forbidden: the glossary entry, and what becomes of a segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.core.document import Segment, TermMatch
from pipeline.errors import UsageError
from pipeline.reviewer import preferences, siblings
from pipeline.reviewer._change import Change
from pipeline.stages.renderings import Rendering, with_rendering
from pipeline.store import proposals
from pipeline.store.database import Connection
from pipeline.store.records import Action, Scope
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.glossary import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a reviewer wants of the glossary.

    Attributes:
        action: ``prefer`` or ``forbid``.
        zh: Chinese term.
        rendering: English that is preferred or forbidden.
        user: Who.
        reason: Why.
    """

    action: Action
    zh: str
    rendering: str
    user: str
    reason: str = ""

    def entry(self, glossary: Glossary, segment: Segment) -> ConceptEntry:
        """The glossary entry as it shall be.

        Raises:
            UsageError: The term is not in the segment, or the rendering
                cannot be forbidden.
        """
        if not self.zh.strip() or not self.rendering:
            raise UsageError("name the Chinese term and the English rendering")
        if self.zh not in segment.text:
            raise UsageError(f"{self.zh} is not in this segment")
        concept = next((term.concept for term in segment.terms if term.text == self.zh), "")
        make = preferences.preferred if self.action is Action.PREFER else preferences.forbidden
        reference = f"{self.user}, in review"
        return make(glossary, zh=self.zh, concept=concept, rendering=self.rendering, reference=reference)

    def change(self, segment: Segment, entry: ConceptEntry, noted: dict[str, Any]) -> Change:
        """What becomes of a segment with the term; what it renders rightly already stays."""
        wrong = self.rendering if self.action is Action.FORBID else siblings.rendering_of(segment, self.zh)
        rendering = Rendering(zh=self.zh, concept=entry.id, before=wrong, after=entry.preferred)
        differs = bool(wrong) and wrong.lower() != entry.preferred.lower()

        def terms(term: TermMatch) -> TermMatch:
            if term.concept != entry.id and term.text not in entry.sources:
                return term
            return msgspec.structs.replace(
                term,
                concept=entry.id,
                rendering=entry.preferred,
                admitted=entry.admitted,
                forbidden=entry.forbidden,
            )

        return Change(
            action=self.action,
            user=self.user,
            scope=Scope.PROJECT,
            reason=self.reason,
            target=with_rendering(segment, rendering) if differs else None,
            state=segment.state,
            renderings=(rendering,),
            terms=terms,
            data={"glossary": noted},
        )

    def propose(self, connection: Connection, project: int, entry: ConceptEntry, decision: int) -> int:
        """Note it among the glossary proposals, approved."""
        prefer = self.action is Action.PREFER
        return proposals.propose(
            connection,
            project,
            kind=str(self.action),
            concept=entry.id,
            zh=self.zh,
            before="" if prefer else self.rendering,
            after=self.rendering if prefer else "",
            user=self.user,
            evidence=[decision],
            state="approved",
        )
