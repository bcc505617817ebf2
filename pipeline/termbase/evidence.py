"""What reviewers chose for terms with several senses, used again where the context is similar.

Two contexts of a term are similar where the same word stands directly before
or after it, or where two words near it are the same. A concept is chosen by
evidence once it was chosen twice in similar contexts, and twice as often as all
others together: nearest neighbours with a reject option, so that what was
chosen, and how often, can be shown to whoever doubts it.
``tests/bench/bench_senses.py`` measures how often that is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected
from pipeline.lang.han import HAN_RUN
from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import NEAR
from pipeline.termbase.match import words

Votes = tuple[tuple[str, int], ...]

ENOUGH: Final = 2
# So often without a dissenting choice, and nobody needs to be asked again.
SETTLED: Final = 5
_SHARED: Final = 2
# The newest choices of a term that are looked at.
_MOST: Final = 200
# Words that stand beside anything.
_ANYWHERE: Final = frozenset("的了在是和及与或对将被由为以于其该等并不应可之者有所向经各从至")


class SenseContext(msgspec.Struct, frozen=True):
    """The words around a term, Simplified.

    Attributes:
        before: The word directly before it; empty where there is none, or one that stands beside anything.
        after: The word directly after it, likewise.
        near: Words of two characters and more at most twelve characters away.
    """

    before: str
    after: str
    near: tuple[str, ...]

    @classmethod
    def of(cls, text: str, span: Span) -> SenseContext:
        """The context of a term in a sentence, in either script."""
        folded = fold(text)
        left, right = folded[max(0, span.start - NEAR) : span.start], folded[span.end : span.end + NEAR]
        before, after = (list(words().cut(side, HMM=False)) for side in (left, right))
        near = sorted({word for word in (*before, *after) if len(word) > 1 and HAN_RUN.fullmatch(word)})
        return cls(_telling(before[-1:]), _telling(after[:1]), tuple(near))

    def similar(self, other: SenseContext) -> bool:
        """Whether the same sense is to be expected."""
        beside = (self.before and self.before == other.before) or (self.after and self.after == other.after)
        return bool(beside) or len(set(self.near) & set(other.near)) >= _SHARED


def _telling(side: Sequence[str]) -> str:
    return next((word for word in side if HAN_RUN.fullmatch(word) and word not in _ANYWHERE), "")


class SenseChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of a person.

    Attributes:
        zh: The term as it stood.
        concept: The concept chosen for it.
        context: What stood around it.
    """

    zh: str
    concept: str
    context: SenseContext


class SenseEvidence:
    """The choices so far.

    Args:
        choices: Newest first.
    """

    def __init__(self, choices: Iterable[SenseChoice] = ()) -> None:
        self._by_term: dict[str, list[SenseChoice]] = defaultdict(list)
        for choice in choices:
            known = self._by_term[fold(choice.zh)]
            if len(known) < _MOST:
                known.append(choice)

    def votes(self, text: str, span: Span, entries: Sequence[ConceptEntry]) -> Votes:
        """How often each concept was chosen for a term in similar contexts, the most chosen first.

        Args:
            text: The sentence.
            span: The term in it.
            entries: What it may stand for; other concepts are not counted.
        """
        known = self._by_term.get(fold(span.of(text)))
        if not known:
            return ()
        here, ids = SenseContext.of(text, span), {entry.id for entry in entries}
        found = Counter(one.concept for one in known if one.concept in ids and one.context.similar(here))
        return tuple(found.most_common())


def leading(votes: Votes) -> str:
    """The concept that the votes choose; empty where they are too few or too divided."""
    if not votes:
        return ""
    (concept, most), *others = votes
    return concept if most >= ENOUGH and most >= 2 * sum(count for _, count in others) else ""


def settled(votes: Votes) -> bool:
    """Whether the votes leave nothing to ask."""
    return len(votes) == 1 and votes[0][1] >= SETTLED


def told(votes: Votes, concept: str) -> str:
    """What the votes say about a concept, as a reviewer reads it; empty where nobody chose it."""
    count = dict(votes).get(concept, 0)
    times = {0: "", 1: "once", 2: "twice"}.get(count, f"{count} times")
    return f"chosen {times} in similar context" if times else ""


def sense_of(entries: Sequence[ConceptEntry], rendering: str) -> str:
    """The one concept among several that an English rendering belongs to; empty where none or more than one does."""
    for texts in (lambda entry: (entry.preferred,), lambda entry: entry.admitted):
        found = {entry.id for entry in entries if any(_same(text, rendering) for text in texts(entry))}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _same(one: str, other: str) -> bool:
    return any(span == Span(0, len(other)) for span in find_inflected(one, other))
