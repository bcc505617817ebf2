"""Which concept a term stands for in its context."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.flags import Span
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import Context
from pipeline.termbase.evidence import SenseEvidence, Votes, leading, settled


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a term may stand for.

    Attributes:
        entries: The one chosen, followed by those that it could not be told from.
        votes: What reviewers chose in similar contexts, where no written condition decides.
    """

    entries: list[ConceptEntry]
    votes: Votes = ()


def choose(entries: list[ConceptEntry], context: Context) -> list[ConceptEntry]:
    """The entry for a context, followed by those that it could not be told from.

    An entry whose condition holds beats one without condition. Where several
    conditions hold, or none does and there is no entry without, the first is
    used and the others remain open. A single conditional entry whose condition
    fails is no match.
    """
    fitting = _fitting(entries, context)
    if fitting:
        return fitting
    default = [entry for entry in entries if not entry.condition]
    if default:
        return default
    return entries if len(entries) > 1 else []


def weigh(entries: list[ConceptEntry], context: Context, evidence: SenseEvidence) -> Weighed:
    """The entry for a context, with what reviewers chose in similar ones where no written condition decides.

    Args:
        entries: What the term may stand for.
        context: Where it stands.
        evidence: What reviewers chose.
    """
    chosen, fitting = choose(entries, context), _fitting(entries, context)
    if len(entries) < 2 or len(fitting) == 1:
        return Weighed(chosen)
    votes = evidence.votes(context.text, Span(context.start, context.end), fitting or entries)
    best = leading(votes)
    if not best:
        return Weighed(chosen, votes)
    first = next(entry for entry in entries if entry.id == best)
    others = [entry for entry in chosen if entry.id != best]
    return Weighed([first] if settled(votes) else [first, *others], votes)


def _fitting(entries: list[ConceptEntry], context: Context) -> list[ConceptEntry]:
    return [entry for entry in entries if entry.parsed_condition and entry.parsed_condition.holds(context)]
