"""Glossary proposals from the page: what is proposed, and what it would do."""

from __future__ import annotations

from itertools import islice
from typing import Final

from pipeline.errors import UsageError
from pipeline.lang.han import HAN_CHARACTER
from pipeline.reviewer import preferences
from pipeline.reviewer.service import Review
from pipeline.store import proposals
from pipeline.store.holding import segments_holding
from pipeline.termbase.glossary import overruled
from pipeline.termbase.impact import Assessor, Impact, Outcome

# What one page looks at; the command line looks at all.
MOST_SEGMENTS: Final = 5_000


def propose(review: Review, *, kind: str, zh: str, rendering: str, user: str) -> int:
    """Note a proposal.

    Args:
        review: Open.
        kind: ``prefer`` or ``forbid``.
        zh: Chinese term.
        rendering: English to prefer or to forbid.
        user: Who proposes it.

    Returns:
        Its id.

    Raises:
        UsageError: A field is empty, or the change is none.
    """
    _checked(zh, rendering)
    glossary = review.changer.glossary
    make = preferences.preferred if kind == "prefer" else preferences.forbidden
    entry = make(glossary, zh=zh, concept="", rendering=rendering, reference=user)
    if any(
        known.preferred == entry.preferred and known.forbidden == entry.forbidden and known.id == entry.id
        for known in glossary.entries
    ):
        raise UsageError(f"the glossary says so already: {zh} → {entry.preferred}")
    with review.project.store.write() as connection:
        return proposals.propose(
            connection,
            review.project.id,
            kind=kind,
            concept=entry.id,
            zh=zh,
            before=rendering if kind == "forbid" else "",
            after="" if kind == "forbid" else rendering,
            user=user,
        )


def impact(review: Review, *, kind: str, zh: str, rendering: str) -> tuple[Impact, bool]:
    """What a change would do to the project's segments.

    Returns:
        The impact on at most ``MOST_SEGMENTS`` of them, and whether there are
        more.

    Raises:
        UsageError: A field is empty, or the rendering cannot be forbidden.
    """
    _checked(zh, rendering)
    glossary = review.changer.glossary
    make = preferences.preferred if kind == "prefer" else preferences.forbidden
    entry = make(glossary, zh=zh, concept="", rendering=rendering, reference="")
    assessor = Assessor(glossary.entries, overruled(glossary.entries, [entry])[0])
    with review.project.store.read() as connection:
        holding = segments_holding(connection, review.project.id, assessor.forms)
        found = list(islice(holding, MOST_SEGMENTS + 1))
    return assessor.assess(found[:MOST_SEGMENTS], counted=False), len(found) > MOST_SEGMENTS


def counts(made: Impact) -> dict[str, int]:
    """Occurrences by outcome; those that are none are left out."""
    return {str(outcome): number for outcome in Outcome if (number := made.count(outcome))}


def _checked(zh: str, rendering: str) -> None:
    if not HAN_CHARACTER.search(zh):
        raise UsageError("name the Chinese term")
    if not rendering:
        raise UsageError("name the English rendering")
    if not (zh + rendering).isprintable():
        raise UsageError("a term is printable text on one line")
