"""The review stage: what reviewers decided before, applied to a new translation.

A decision outlives a re-run. It is re-opened only where its source changed,
where the glossary now says something else about its terms, or where the words
that it was about are no longer there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pipeline.core.document import Document, FuzzyMatch, MatchKind, PostEdit, Segment, SegmentState
from pipeline.core.flags import Flag, FlagState
from pipeline.memory.lookup import is_stale
from pipeline.memory.unit import TranslationUnit, UnitTerm
from pipeline.stages._terms import locate_terms
from pipeline.stages.align import Continued, align
from pipeline.stages.renderings import Rendering, with_decision

SETTLED: Final = frozenset({SegmentState.REVIEWED, SegmentState.FINAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A segment of the version before, as it stands.

    Attributes:
        segment: With target, terms and flags as decided.
        initial: What the program had delivered.
        terms: Hash of what the glossary said about its terms.
        decision: Id of the decision that its target rests on; None: none.
        user: Who decided.
        glossary: Digest of the glossary of its version.
    """

    segment: Segment
    initial: str
    terms: str
    decision: int | None = None
    user: str = ""
    glossary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was decided so far, as far as a document is concerned.

    Attributes:
        segments: Of its version before, in order.
        renderings: Terms whose English was changed for the whole project, with
            the decisions' ids, oldest first.
        dismissed: Code and Chinese words of flags dismissed for the project.
    """

    segments: tuple[Known, ...] = ()
    renderings: tuple[tuple[int, Rendering], ...] = ()
    dismissed: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A document with earlier decisions applied.

    Attributes:
        document: With targets, states and flags.
        continued: What each segment continues, in order.
        decisions: The decision that each target rests on, or None.
        outcomes: Per segment ``kept`` (stands as decided), ``adapted`` (its
            terms or numbers follow a decision elsewhere), ``reopened`` (was
            decided and needs a person again), ``remembered`` (approved
            elsewhere for the same source), or empty.
    """

    document: Document
    continued: tuple[Continued, ...]
    decisions: tuple[int | None, ...]
    outcomes: tuple[str, ...]

    def count(self, outcome: str) -> int:
        """How many segments had an outcome."""
        return self.outcomes.count(outcome)


@dataclass(slots=True)
class ReviewStage:
    """Applies recorded decisions.

    Args:
        recorded: What was decided.
        terms_hash: What the glossary says about a segment's terms, as a hash.
        check: Raises the flags of a whole document anew.
        abbreviations: Abbreviation by concept id.
    """

    recorded: Recorded
    terms_hash: Callable[[Segment], str]
    check: Callable[[Document], Document]
    abbreviations: dict[str, str] = field(default_factory=dict)

    name = "review"
    requires = frozenset({"targets", "flags"})
    provides = frozenset({"reviewed"})

    def __call__(self, document: Document) -> Document:
        """The document with earlier decisions applied."""
        return self.recall(document).document

    def recall(self, document: Document) -> Recalled:
        """The document with earlier decisions applied, and what became of them."""
        segments = list(document.segments)
        old = self.recorded.segments
        continued = align([known.segment.text for known in old], [segment.text for segment in segments])
        outcomes: list[str] = []
        rests: list[int | None] = []
        done: list[Segment] = []
        for segment, link in zip(segments, continued, strict=True):
            earlier = [old[i] for i in link.old]
            new, decision, outcome = self._one(segment, earlier, link.relation)
            outcomes.append(outcome)
            done.append(new)
            rests.append(decision)
        changed = any(a.target != b.target for a, b in zip(segments, done, strict=True))
        reviewed = document.with_segments(tuple(done))
        if changed or any(a.matches != b.matches for a, b in zip(segments, done, strict=True)):
            reviewed = self.check(reviewed)
        flagged = tuple(
            self._with_states(segment, [old[i] for i in link.old], outcome)
            for segment, link, outcome in zip(reviewed.segments, continued, outcomes, strict=True)
        )
        return Recalled(
            document=reviewed.with_segments(flagged),
            continued=tuple(continued),
            decisions=tuple(rests),
            outcomes=tuple(outcomes),
        )

    def _one(self, segment: Segment, earlier: Sequence[Known], relation: str) -> tuple[Segment, int | None, str]:
        """A segment, the decision that it rests on, and what became of that."""
        known = earlier[0] if earlier else None
        settled = known is not None and known.segment.state in SETTLED
        if known is not None and relation in {"same", "moved"}:
            if settled or (known.decision is not None and known.initial == segment.target):
                segment = _with_senses(segment, known.segment)
                if self._still_fits(segment, known):
                    return self._kept(segment, known), known.decision, "kept"
                return self._reopened(segment, earlier), None, "reopened"
        elif any(one.segment.state in SETTLED for one in earlier):
            adapted = segment.hypotheses and segment.hypotheses[0].mode == "memory"
            return self._reopened(segment, earlier), None, "adapted" if adapted else "reopened"
        if segment.hypotheses and segment.hypotheses[0].mode == "memory":
            kind = segment.matches[0].kind
            return segment, None, "adapted" if kind is MatchKind.ADAPTED else "remembered"
        return self._follow(segment)

    def _still_fits(self, segment: Segment, known: Known) -> bool:
        if self.terms_hash(segment) == known.terms:
            return True
        terms = tuple(UnitTerm(term.concept, term.text, term.rendering) for term in known.segment.terms)
        unit = TranslationUnit(source=known.segment.text, target=known.segment.target, terms=terms)
        return not is_stale(unit, segment, known.segment.target)

    def _kept(self, segment: Segment, known: Known) -> Segment:
        decided = msgspec.structs.replace(
            segment,
            target=known.segment.target,
            state=known.segment.state,
            edits=known.segment.edits,
            hypotheses=segment.hypotheses if segment.hypotheses[0].mode != "memory" else known.segment.hypotheses,
        )
        return locate_terms(decided, self.abbreviations)

    def _reopened(self, segment: Segment, earlier: Sequence[Known]) -> Segment:
        """Translated anew; what had been decided is offered."""
        offered = [
            FuzzyMatch(
                source=known.segment.text,
                target=known.segment.target,
                score=100 if known.segment.text == segment.text else 0,
                kind=MatchKind.EXACT if known.segment.text == segment.text else MatchKind.FUZZY,
                user=known.user,
                document="the version before",
                stale=known.segment.text == segment.text,
            )
            for known in earlier
            if known.segment.state in SETTLED
        ]
        have = {match.target for match in segment.matches}
        new = tuple(match for match in offered if match.target not in have)
        return msgspec.structs.replace(segment, matches=(*segment.matches, *new))

    def _follow(self, segment: Segment) -> tuple[Segment, int | None, str]:
        """A segment that nobody decided on, with the renderings decided for the project."""
        edits, decision, target = list(segment.edits), None, segment.target
        for identifier, rendering in self.recorded.renderings:
            changed = with_decision(msgspec.structs.replace(segment, target=target), rendering)
            if changed is not None and changed != target:
                reason = f"{rendering.before} → {rendering.after}, decided for the project"
                edits.append(PostEdit(rule=f"decision:{identifier}", before=target, after=changed, reason=reason))
                target, decision = changed, identifier
        if decision is None:
            return segment, None, ""
        followed = msgspec.structs.replace(segment, target=target, edits=tuple(edits))
        return locate_terms(followed, self.abbreviations), decision, "adapted"

    def _with_states(self, segment: Segment, earlier: Sequence[Known], outcome: str) -> Segment:
        """Flags that were judged before, on the same words, keep their state."""
        settled = outcome == "kept" and segment.state in SETTLED
        judged: Counter[tuple[str, str, str]] = Counter()
        waiting: Counter[tuple[str, str, str]] = Counter()
        for known in earlier:
            for flag in known.segment.flags:
                words = _words(flag, known.segment, known.segment.target)
                judged[words] += flag.state is FlagState.DISMISSED
                waiting[words] += flag.state is FlagState.OPEN
        flags = tuple(self._judged(flag, segment, judged, waiting, settled=settled) for flag in segment.flags)
        return msgspec.structs.replace(segment, flags=flags)

    def _judged(
        self,
        flag: Flag,
        segment: Segment,
        judged: Counter[tuple[str, str, str]],
        waiting: Counter[tuple[str, str, str]],
        *,
        settled: bool,
    ) -> Flag:
        words = _words(flag, segment, segment.target)
        if (words[1] and words[:2] in self.recorded.dismissed) or judged[words]:
            judged[words] -= 1
            return msgspec.structs.replace(flag, state=FlagState.DISMISSED)
        if settled and not waiting[words]:
            # English that stands as a person left it: they saw what the checks say about it.
            return msgspec.structs.replace(flag, state=FlagState.ACCEPTED)
        return flag


def _with_senses(segment: Segment, known: Segment) -> Segment:
    """A segment whose terms have the senses that a person saw, where only choices elsewhere speak for others."""
    seen = {(term.span, term.text): term for term in known.terms}
    terms = tuple(seen.get((term.span, term.text), term) if term.votes else term for term in segment.terms)
    return msgspec.structs.replace(segment, terms=terms)


def _words(flag: Flag, segment: Segment, target: str) -> tuple[str, str, str]:
    """What a flag is about: its code and the words it stands on."""
    source = flag.source.of(segment.text) if flag.source else ""
    return flag.code, source, flag.target.of(target) if flag.target else ""
