"""Which concept a term stands for in its context."""

from __future__ import annotations

from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import Context


def choose(entries: list[ConceptEntry], context: Context) -> list[ConceptEntry]:
    """The entry for a context, followed by those that it could not be told from.

    An entry whose condition holds beats one without condition. Where several
    conditions hold, or none does and there is no entry without, the first is
    used and the others remain open. A single conditional entry whose condition
    fails is no match.
    """
    fitting = [entry for entry in entries if entry.parsed_condition and entry.parsed_condition.holds(context)]
    if fitting:
        return fitting
    default = [entry for entry in entries if not entry.condition]
    if default:
        return default
    return entries if len(entries) > 1 else []
