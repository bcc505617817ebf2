"""What a change of a glossary would do to work that is already there.

Only segments that hold a Chinese form of a changed concept can be affected;
they are found in large batches with one automaton. Each of them is then
matched twice, with the glossary as it is and as it would be, because a longer
term hides shorter ones and conditions choose between concepts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, islice
from typing import Any, Final

import msgspec

from pipeline.core.flags import Span
from pipeline.lang.en import first_free, inflected_like, replaced
from pipeline.lang.normaliser import fold
from pipeline.termbase.choose import choose
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import Context
from pipeline.termbase.diff import ConceptChange, diff
from pipeline.termbase.match import Matcher

_BATCH: Final = 16384
# So many forms are found faster one by one than with an automaton.
_FEW: Final = 16
# Renderings that share no beginning of a word so long cannot stand in each other's way.
_STEM: Final = 4
_SETTLED: Final = frozenset({"reviewed", "final"})
# Changes of these kinds alter no text.
_HARMLESS: Final = frozenset({"id changed", "details changed"})


class PastDecision(msgspec.Struct, frozen=True):
    """What a reviewer once did about a rendering.

    Attributes:
        who: Name.
        when: ISO time.
        rendering: The English that the decision made stand; empty where it
            concerned the segment as a whole.
        reason: In the reviewer's words.
        term: The Chinese it was about; empty where it was the whole segment.
    """

    who: str
    when: str = ""
    rendering: str = ""
    reason: str = ""
    term: str = ""


class BilingualSegment(msgspec.Struct, frozen=True):
    """A segment with its translation, wherever it comes from.

    Attributes:
        document: Name of its document.
        id: In the document.
        source: Chinese.
        target: English.
        state: XLIFF 2 state, where known.
        genre: Of the document, where known.
        decisions: What reviewers did about it.
    """

    document: str
    id: str
    source: str
    target: str
    state: str = ""
    genre: str = ""
    decisions: tuple[PastDecision, ...] = ()


class Outcome(StrEnum):
    """What a change does to one occurrence of a term."""

    # Its rendering would no longer be accepted.
    BREAKS = "to change"
    # Its rendering is not accepted now, and would not be.
    STAYS_WRONG = "wrong before and after"
    # Its rendering would become right.
    MENDS = "becomes right"
    # Its rendering is accepted before and after.
    KEEPS = "stays"
    # No known rendering was found in the target.
    UNCLEAR = "rendering not found"
    # It would no longer be matched.
    DROPS = "no longer a term"


class Affected(msgspec.Struct, frozen=True):
    """An occurrence of a term that a change bears on.

    Attributes:
        segment: Where it is.
        term: The Chinese as it stands there.
        concept: Id of the concept it would stand for, or stood for.
        outcome: What happens.
        before: Rendering that is required now; empty for a new term.
        after: Rendering that would be required; empty for one that goes.
        now: How the target renders it; empty where no rendering was found.
        preview: The target with the new rendering, where the outcome is to change.
        contradicts: Decisions of reviewers that the change goes against.
    """

    segment: BilingualSegment
    term: str
    concept: str
    outcome: Outcome
    before: str
    after: str
    now: str = ""
    preview: str = ""
    contradicts: tuple[PastDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does.

    Attributes:
        changes: The change itself, by concept.
        affected: Occurrences, in the order of the segments.
        looked_at: How many segments there were; None where a store was asked
            for those that hold the terms.
        holding: How many of them hold a changed term.
    """

    changes: tuple[ConceptChange, ...]
    affected: tuple[Affected, ...]
    looked_at: int | None
    holding: int

    @property
    def contradictions(self) -> int:
        """Occurrences about which a reviewer decided otherwise."""
        return sum(bool(each.contradicts) for each in self.affected)

    def count(self, outcome: Outcome) -> int:
        """Occurrences with an outcome."""
        return sum(each.outcome is outcome for each in self.affected)


def telling(changes: Iterable[ConceptChange]) -> list[ConceptChange]:
    """The changes that can alter a translation."""
    return [change for change in changes if not set(change.kinds) <= _HARMLESS]


def forms(changes: Iterable[ConceptChange]) -> list[str]:
    """Chinese forms, Simplified, of all concepts that changed in a telling way."""
    entries = [entry for change in telling(changes) for entry in (change.before, change.after) if entry]
    return sorted({fold(zh).lower() for entry in entries for zh in entry.sources})


def holding(
    segments: Iterable[BilingualSegment], wanted: Sequence[str]
) -> Iterator[tuple[int, list[BilingualSegment]]]:
    """Batch by batch, how many segments it had and those that hold any of the forms."""
    cased = any(form != form.upper() for form in wanted)
    places = _finder(wanted)
    stream = iter(segments)
    while batch := list(islice(stream, _BATCH)):
        sources = [segment.source for segment in batch]
        starts = [0, *accumulate(len(source) + 1 for source in sources)]
        text = fold("\n".join(sources))
        hits = {bisect_right(starts, at) - 1 for at in places(text.lower() if cased else text)}
        yield len(batch), [batch[i] for i in sorted(hits)]


def _finder(wanted: Sequence[str]) -> Callable[[str], Iterator[int]]:
    """What gives the places of any of some forms in a text."""
    if len(wanted) <= _FEW:
        return lambda text: (at for form in wanted for at in _places(text, form))
    from ahocorasick_rs import AhoCorasick, Implementation

    automaton: Any = AhoCorasick(list(wanted), implementation=Implementation.ContiguousNFA)
    return lambda text: (hit[1] for hit in automaton.find_matches_as_indexes(text))


def _places(text: str, form: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + 1)


class Assessor:
    """Compares what two glossaries demand of segments.

    Args:
        old: Entries in force now.
        new: Entries that would be in force.
    """

    def __init__(self, old: Sequence[ConceptEntry], new: Sequence[ConceptEntry]) -> None:
        self.changes = tuple(diff(old, new))
        self.forms = forms(self.changes)
        entries = [entry for change in telling(self.changes) for entry in (change.before, change.after) if entry]
        self._ids = frozenset(entry.id for entry in entries)
        stems = frozenset(stem for entry in entries for stem in _stems(entry))
        same = {fold(zh) for entry in old for zh in entry.sources} == {
            fold(zh) for entry in new for zh in entry.sources
        }
        matcher = Matcher(old)
        self._old = _Side(old, matcher, stems)
        # Where no Chinese changed, what is a word for one side is one for the other.
        self._new = _Side(new, matcher if same else Matcher(new), stems)

    def assess(self, segments: Iterable[BilingualSegment], *, counted: bool = True) -> Impact:
        """The impact on some segments.

        Args:
            segments: In any number; only those that hold a changed term are kept.
            counted: Whether their number means anything to the reader.
        """
        total, held = 0, 0
        affected: list[Affected] = []
        for size, hits in holding(segments, self.forms):
            total += size
            held += len(hits)
            for segment in hits:
                affected += self._segment(segment)
        return Impact(self.changes, tuple(affected), total if counted else None, held)

    def _segment(self, segment: BilingualSegment) -> Iterator[Affected]:
        before, after = self._old.terms(segment), self._new.terms(segment)
        taken: list[Span] = []
        found: dict[Span, tuple[Span, str]] = {}
        spans = sorted(before.keys() | after.keys())
        # Longer renderings claim their words first, as everywhere.
        for span in sorted(spans, key=lambda span: -_length(before.get(span), after.get(span))):
            place = first_free(_renderings(before.get(span), after.get(span)), segment.target, taken)
            if place:
                taken.append(place[0])
                found[span] = place
        changed: list[_Changed] = []
        for span in spans:
            old, new = before.get(span), after.get(span)
            touched = (old and old.id in self._ids) or (new and new.id in self._ids)
            if touched and _demands(old) != _demands(new):
                changed.append((span, old, new, found.get(span)))
        yield from _affected(segment, changed)


class _Side:
    """A glossary as it would be used.

    Args:
        entries: In force.
        matcher: Of their Chinese.
        stems: Beginnings of words; terms whose renderings have none of them are not looked at.
    """

    def __init__(self, entries: Sequence[ConceptEntry], matcher: Matcher, stems: frozenset[str]) -> None:
        self._matcher = matcher
        self._stems = stems
        self._by_form: dict[str, list[ConceptEntry]] = {}
        for entry in entries:
            for form in dict.fromkeys(fold(zh).lower() for zh in entry.sources):
                self._by_form.setdefault(form, []).append(entry)
        self._telling: dict[str, bool] = {}

    def terms(self, segment: BilingualSegment) -> dict[Span, ConceptEntry]:
        """The concept that each term of a segment stands for, where it matters."""
        terms = {}
        for span, form in self._matcher.spans(segment.source):
            if not self._matters(form) or not self._matcher.is_word(segment.source, span):
                continue
            context = Context(
                text=segment.source, start=span.start, end=span.end, document=segment.source, genre=segment.genre
            )
            chosen = choose(self._by_form[form], context)
            if chosen:
                terms[span] = chosen[0]
        return terms

    def _matters(self, form: str) -> bool:
        known = self._telling.get(form)
        if known is None:
            stems = (stem for entry in self._by_form.get(form, ()) for stem in _stems(entry))
            known = self._telling[form] = any(stem in self._stems for stem in stems)
        return known


def _stems(entry: ConceptEntry) -> set[str]:
    """The beginnings of the words that may render an entry."""
    words = (word for text in _renderings(entry, None) for word in re.findall(r"\w+", text))
    # "of" and the like stand in no one's way.
    return {word[:_STEM].lower() for word in words if len(word) > 3 or word[0].isupper()}


def _demands(entry: ConceptEntry | None) -> tuple[object, ...] | None:
    if entry is None:
        return None
    return (entry.preferred, frozenset(entry.admitted), frozenset(entry.forbidden), entry.abbr, entry.enforced)


def _accepted(entry: ConceptEntry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    return (entry.preferred, *sorted(entry.admitted, key=len, reverse=True), *((entry.abbr,) if entry.abbr else ()))


def _renderings(old: ConceptEntry | None, new: ConceptEntry | None) -> list[str]:
    """All that is known to render either, the longest first: "dual-use item" before "item"."""
    known = [text for entry in (old, new) if entry for text in (*_accepted(entry), *entry.forbidden)]
    return sorted(dict.fromkeys(known), key=len, reverse=True)


def _length(old: ConceptEntry | None, new: ConceptEntry | None) -> int:
    return max(map(len, _renderings(old, new)), default=0)


# Where a term stands, its concept before and after, and the place and kind of its rendering.
_Changed = tuple[Span, ConceptEntry | None, ConceptEntry | None, tuple[Span, str] | None]


def _affected(segment: BilingualSegment, changed: Sequence[_Changed]) -> Iterator[Affected]:
    preview = _preview(segment.target, changed)
    for span, old, new, place in changed:
        entry = new or old
        assert entry is not None  # noqa: S101  (spans come from one of the two)
        outcome, term = _outcome(place[1] if place else "", old, new), span.of(segment.source)
        yield Affected(
            segment,
            term,
            entry.id,
            outcome,
            old.preferred if old else "",
            new.preferred if new else "",
            place[0].of(segment.target) if place else "",
            preview if outcome is Outcome.BREAKS else "",
            tuple(_contradicted(segment, term, outcome, old, new)),
        )


def _preview(target: str, changed: Sequence[_Changed]) -> str:
    """The target with the new rendering wherever one must change."""
    # From the right, so that the places further left stay what they are.
    for _, old, new, place in sorted(changed, key=lambda each: each[3] or (Span(0, 0), ""), reverse=True):
        if place and new and _outcome(place[1], old, new) is Outcome.BREAKS:
            rendering = inflected_like(new.preferred, found=place[0].of(target), base=place[1])
            target = replaced(target, place[0], rendering)
    return target


def _outcome(base: str, old: ConceptEntry | None, new: ConceptEntry | None) -> Outcome:
    if new is None:
        return Outcome.DROPS
    if not base:
        return Outcome.UNCLEAR
    was, will = base in _accepted(old), base in _accepted(new)
    if will:
        return Outcome.KEEPS if was else Outcome.MENDS
    return Outcome.BREAKS if was or old is None else Outcome.STAYS_WRONG


def _contradicted(
    segment: BilingualSegment, term: str, outcome: Outcome, old: ConceptEntry | None, new: ConceptEntry | None
) -> Iterator[PastDecision]:
    """Decisions that made stand what the change would no longer accept."""
    if new is None:
        return
    named = False
    accepted = {text.lower() for text in _accepted(new)}
    sources = {fold(zh) for entry in (old, new) if entry for zh in (*entry.sources, term)}
    for decision in segment.decisions:
        if decision.term and fold(decision.term) in sources and decision.rendering:
            if decision.rendering.lower() not in accepted:
                named = True
                yield decision
        elif not decision.term and outcome is Outcome.BREAKS:
            named = True
            yield decision
    if not named and outcome is Outcome.BREAKS and segment.state in _SETTLED:
        yield PastDecision("(unnamed)", reason=f"the segment is {segment.state}")
