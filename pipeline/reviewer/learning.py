"""What decisions teach: glossary proposals from corrections, and which sense a term has in which context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.core.document import Segment
from pipeline.core.flags import FlagState, Span
from pipeline.lang.en import stem
from pipeline.reviewer._change import Change
from pipeline.stages.renderings import Rendering, base_form, same_word
from pipeline.store import proposals, queue, rows, senses
from pipeline.store.database import Connection
from pipeline.store.records import Action
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.evidence import SenseChoice, SenseContext, sense_of
from pipeline.termbase.glossary import Glossary

_CORRECTIONS: Final = frozenset({Action.EDIT, Action.CHOOSE})
_SEVERAL_SENSES: Final = "T104"


def learn(connection: Connection, row: Any, change: Change, decision: int, glossary: Glossary) -> tuple[int, ...]:
    """Note what a person's decision teaches.

    Args:
        connection: In the decision's transaction, the change applied.
        row: The segment's row as it was.
        change: The decision.
        decision: Its id.
        glossary: As it is now.

    Returns:
        Glossary proposals that it made or strengthened.
    """
    segment = rows.segment_of(row, [])
    chosen = list(_senses(connection, segment, row, change, glossary))
    if chosen:
        senses.add(connection, row.project_id, chosen, decision=decision, line=queue.line(connection, row))
    return _proposed(connection, segment, row, change, decision=decision, glossary=glossary)


def unlearn(connection: Connection, project: int, decision: int) -> None:
    """Forget what a decision taught."""
    proposals.withdraw(connection, project, decision)
    senses.withdraw(connection, decision)


def _proposed(
    connection: Connection, segment: Segment, row: Any, change: Change, *, decision: int, glossary: Glossary
) -> tuple[int, ...]:
    """The renderings that a correction changed, as proposals."""
    if change.action not in _CORRECTIONS:
        return ()
    enforced = {term.text for term in segment.terms if term.enforced}
    made = []
    for rendering in change.renderings:
        entries = glossary.standing_for(rendering.zh)
        preferred = next((entry.preferred for entry in entries if entry.id == rendering.concept), "")
        based = base_form(rendering, preferred)
        # English syntax said it, and no glossary can.
        if (rendering.concept and rendering.zh not in enforced) or not _new(rendering, entries):
            continue
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


def _new(rendering: Rendering, entries: Sequence[ConceptEntry]) -> bool:
    """Whether a correction tells the glossary something: another sense's words, or fewer of the same, are no news."""
    known = [text for entry in entries for text in (entry.preferred, entry.abbr) if text]
    after = _stems(rendering.after)
    said = [_stems(rendering.before), *(_stems(entry.preferred) for entry in entries if entry.id == rendering.concept)]
    return not any(same_word(text, rendering.after) for text in known) and not any(after <= one for one in said)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in text.split()}


def _senses(
    connection: Connection, segment: Segment, row: Any, change: Change, glossary: Glossary
) -> Iterator[SenseChoice]:
    """The concepts that a person chose, of terms that may stand for several."""
    if change.action in _CORRECTIONS:
        chosen = [(zh, _span(segment, zh), english) for zh, english in change.chosen]
    elif change.action is Action.ACCEPT:
        chosen = list(_accepted(connection, segment, row))
    else:
        return
    for zh, span, english in chosen:
        entries = glossary.standing_for(zh)
        if span is None or len({entry.preferred for entry in entries}) < 2:
            continue
        concept = sense_of(entries, english)
        if concept:
            yield SenseChoice(zh=zh, concept=concept, context=SenseContext.of(segment.text, span))


def _span(segment: Segment, zh: str) -> Span | None:
    return next((term.span for term in segment.terms if term.text == zh), None)


def _accepted(connection: Connection, segment: Segment, row: Any) -> Iterator[tuple[str, Span, str]]:
    """Terms whose several senses a person was shown, and whose English they let stand."""
    asked = {
        one.flag.source
        for one in queue.segment_flags(connection, row.id)
        if one.flag.code == _SEVERAL_SENSES and one.flag.state is FlagState.ACCEPTED
    }
    for term in segment.terms:
        if term.span in asked and term.target:
            yield term.text, term.span, term.target.of(row.target)
