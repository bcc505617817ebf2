"""A segment on its way through the engine: what is asked for, and what came back."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pipeline.core.document import Hypothesis, Segment
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.lang.en import find_inflected
from pipeline.lang.titles import several
from pipeline.stages._clauses import computed, condition, joined, united
from pipeline.stages._formulas import fronted
from pipeline.stages._literals import Asked, absent_and_wrong, repeated
from pipeline.stages._regain import Cut, Losses, Part, fuller, put_together
from pipeline.stages._terms import locate_terms


@dataclass(slots=True)
class Task:
    """A segment on its way through the engine.

    Attributes:
        segment: The segment.
        wanted: What is asked for in the whole segment.
        request: The segment without its head.
        prefix: English of the head.
        cut: Requested renderings inside the head.
        tail: Requested renderings behind the request, whose English the prefix has too.
        aim: Whether the request is an aim, whose English follows "These Measures are formulated".
        hypotheses: Of the request, best first.
        direct: Whether no engine was needed.
        single: Whether only the best hypothesis is kept.
    """

    segment: Segment
    wanted: list[Asked]
    request: Request
    prefix: str
    cut: int
    tail: int = 0
    aim: bool = False
    hypotheses: tuple[Hypothesis, ...] = ()
    direct: bool = False
    single: bool = False
    _found: dict[str, Segment] = field(default_factory=dict)
    _likeliest: set[str] = field(default_factory=set)
    _missed: dict[str, int] = field(default_factory=dict)
    _unlike: dict[str, set[int]] = field(default_factory=dict)
    _parts: dict[str, list[Part]] = field(default_factory=dict)

    def settle(self) -> None:
        """A request that is one known rendering and nothing else needs no engine: a table's cell, a list's item."""
        match self.request.constraints:
            case (Constraint(span=span, rendering=text),) if span == Span(0, len(self.request.text)):
                text = several(text) if self.wanted[0].kind != "clause" and _OF_A_PART.match(self.prefix) else text
                text = text if text[:1].isdigit() else text[:1].upper() + text[1:]
                self.hypotheses = (Hypothesis(text=text, mode="direct", aligned=(Span(0, len(text)),)),)
                self.direct = True

    def asking(self, terms: Collection[int]) -> Request:
        """The request with only these terms asked for, and all values."""
        constraints = tuple(
            msgspec.structs.replace(constraint, asked=one.term < 0 or one.term in terms)
            for constraint, one in zip(self.request.constraints, self._own(), strict=True)
        )
        return msgspec.structs.replace(self.request, constraints=constraints)

    def written_out(self) -> Request:
        """The request with nothing asked for."""
        constraints = tuple(msgspec.structs.replace(one, asked=False) for one in self.request.constraints)
        return msgspec.structs.replace(self.request, constraints=constraints)

    def _own(self) -> list[Asked]:
        """What is asked for within the request."""
        return self.wanted[self.cut : len(self.wanted) - self.tail]

    def unlike(self, hypothesis: Hypothesis) -> set[int]:
        """Enforced terms that a hypothesis renders otherwise than with the preferred rendering, or not at all."""
        if hypothesis.text not in self._unlike:
            located = self._located(hypothesis)
            self._unlike[hypothesis.text] = {
                i
                for i, term in enumerate(located.terms)
                if term.enforced and term.target not in find_inflected(term.rendering, located.target)
            }
        return self._unlike[hypothesis.text]

    def misses(self, hypothesis: Hypothesis) -> int:
        """How much of the terms and values a hypothesis does not render as asked, or says too often; 0: nothing."""
        wanted = self._own()
        if not wanted:
            return 0
        if hypothesis.text not in self._missed:
            values = [one for one in wanted if one.term < 0]
            terms = self._located(hypothesis).terms
            absent, wrong = absent_and_wrong(hypothesis.text, values)
            # A value that is not there at all went with its clause; a wrong one can be put right.
            self._missed[hypothesis.text] = (
                2 * sum(term.enforced and not term.honoured for term in terms)
                + 3 * absent
                + 2 * wrong
                + sum(repeated(hypothesis.text, values))
            )
        return self._missed[hypothesis.text]

    def _located(self, hypothesis: Hypothesis) -> Segment:
        """The segment with a hypothesis as target and its terms found there; looked for once per text."""
        if hypothesis.text not in self._found:
            target = self.prefix + hypothesis.text
            self._found[hypothesis.text] = locate_terms(msgspec.structs.replace(self.segment, target=target))
        return self._found[hypothesis.text]

    def together(self, parts: list[Part]) -> tuple[Hypothesis, ...]:
        """The hypotheses of the only part, or one that is joined from the first ones of the parts."""
        hypotheses = parts[0].hypotheses
        if len(parts) > 1:
            sources = [piece.request.text for piece in parts]
            hypotheses = (joined([piece.hypotheses[0] for piece in parts], self.request.constraints, sources),)
        for one in hypotheses:
            self._parts.setdefault(one.text, parts)
        return hypotheses

    def lossy(self, losses: Losses) -> list[tuple[int, Part]]:
        """The parts of the first hypothesis that have lost values, with their numbers, after a look at their lists."""
        if not losses(self.request.text, self.hypotheses[0].text):
            return []
        for number, place in enumerate(self._made()):
            if losses(place.request.text, place.hypotheses[0].text):
                self._put(number, place, fuller(place, place.hypotheses[1:], losses))
        return [
            (number, place)
            for number, place in enumerate(self._made())
            if losses(place.request.text, place.hypotheses[0].text) and not computed(place.request)
        ]

    def with_before(self, number: int) -> Part | None:
        """A part of the first hypothesis and the part before it as one; None where none was translated before it."""
        parts = self._made()[max(0, number - 1) : number + 1]
        if number == 0 or computed(parts[0].request):
            return None
        request = united(parts[0].request, parts[1].request)
        sources = [one.request.text for one in parts]
        return Part(request, (joined([one.hypotheses[0] for one in parts], request.constraints, sources),))

    def regain(
        self, number: int, place: Part, answered: Sequence[tuple[Cut, list[tuple[Hypothesis, ...]]]], losses: Losses
    ) -> None:
        """Take for a lossy part what was translated once more, where it has lost fewer values.

        Args:
            number: Of the part.
            place: The part, as it was when it was asked for again.
            answered: The ways it was asked for, each with the answers to its runs.
            losses: Finds values.
        """
        if self._made()[number].request is not place.request:
            return
        own = [one for cut, answers in answered if not cut.before for one in put_together(cut, answers, losses)]
        chosen = fuller(place, own, losses)
        self._put(number, place, chosen)
        pair = self.with_before(number) if losses(place.request.text, chosen.text) else None
        if pair:
            both = [one for cut, answers in answered if cut.before for one in answers[0]]
            self._put(number, pair, fuller(pair, both, losses), first=number - 1)

    def _made(self) -> list[Part]:
        """What the first hypothesis is made of."""
        first, parts = self.hypotheses[0], self._parts[self.hypotheses[0].text]
        if len(parts) > 1:
            return parts
        return [Part(parts[0].request, (first, *(one for one in self.hypotheses if one is not first)))]

    def _put(self, number: int, place: Part, other: Hypothesis, *, first: int | None = None) -> None:
        """Another hypothesis in the place of the parts from the first one to a numbered one."""
        if other is place.hypotheses[0]:
            return
        start = number if first is None else first
        parts = list(self._made())
        parts[start : number + 1] = [place]
        pieces = [one.request for one in parts]
        if conditional(pieces, start):
            other = condition([other], whole=computed(pieces[start + 1]))
        parts[start] = Part(place.request, (other, *place.hypotheses))
        [best, *_] = self.together(parts)
        self.hypotheses = (best, *(one for one in self.hypotheses if one.text != best.text))

    def prefer(self, others: Sequence[Hypothesis]) -> None:
        """Rank other hypotheses with what there is: fewest misses first.

        Where as many are missed, the likeliest of each answer go before the
        rest of its list, and of them the one with the fewest variants: a
        variant of a rendering is no reason to take what the engine finds less likely.
        """
        self._likeliest |= {answer[0].text for answer in (self.hypotheses, others) if answer}
        pool = [*self.hypotheses, *others]
        first = [one for one in pool if one.text in self._likeliest]
        ranked = sorted(first, key=lambda one: (self.misses(one), len(self.unlike(one))))
        rest = [one for one in pool if one.text not in self._likeliest]
        if not self.single or not ranked or self.misses(ranked[0]):
            # Stable: of equals the likeliest stay before the rest.
            ranked = sorted([*ranked, *rest], key=self.misses)
        else:
            # The best is found, and nobody will see the others.
            ranked += rest
        self.hypotheses = tuple({hypothesis.text: hypothesis for hypothesis in reversed(ranked)}.values())[::-1]

    def finished(self) -> tuple[Hypothesis, ...]:
        """The hypotheses with the head put before them."""
        if not self.prefix:
            return self.hypotheses
        return tuple(self._with_prefix(hypothesis) for hypothesis in self.hypotheses)

    def _with_prefix(self, hypothesis: Hypothesis) -> Hypothesis:
        text = fronted(hypothesis.text) if self.aim else hypothesis.text
        shift = len(self.prefix) + (len(text.rstrip(".")) - len(hypothesis.text.rstrip(" .,;")) if self.aim else 0)
        outside = Span(0, len(self.prefix) - 1)
        moved = tuple(span.shifted(shift) if span else None for span in hypothesis.aligned)
        aligned = (*(outside,) * self.cut, *moved, *(outside,) * self.tail)
        if not hypothesis.aligned and self.request.constraints:
            aligned = ()
        return msgspec.structs.replace(hypothesis, text=self.prefix + text, aligned=aligned)


# The part behind goes on with what the one before began.
_GOES_ON: Final = re.compile("[并或及和且]|以及|而")
# Behind it a category is named: 第二章 对外贸易经营者, 二、高级管理人员.
_OF_A_PART: Final = re.compile(r"Chapter |Part |[IVX]+\. ")


def chosen_of(pieces: Sequence[Request], found: Sequence[tuple[Hypothesis, ...]], *, listed: bool = True) -> list[Part]:
    """The pieces of a sentence, of each the hypothesis first that goes with the others.

    Args:
        pieces: They follow each other.
        found: The hypotheses of each, best first.
        listed: Whether another one than the best may be chosen.
    """
    chosen = [
        condition(hypotheses if listed else hypotheses[:1], whole=computed(pieces[number + 1]))
        if conditional(pieces, number)
        else hypotheses[0]
        for number, hypotheses in enumerate(found)
    ]
    return [
        Part(piece, (best, *(one for one in hypotheses if one is not best)))
        for piece, hypotheses, best in zip(pieces, found, chosen, strict=True)
    ]


def conditional(pieces: Sequence[Request], number: int) -> bool:
    """Whether a piece opens a sentence and says when or to whom the next one applies: 未如实申报的，."""
    text, following = pieces[number].text, "".join(piece.text for piece in pieces[number + 1 : number + 2])
    opens = number == 0 or pieces[number - 1].text.endswith("；")
    return opens and text.endswith("的，") and "是指" not in text and bool(following) and not _GOES_ON.match(following)


def fullest(piece: Request, hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """A clause's hypotheses, those that have the most of what the clause asks for first."""

    def missed(hypothesis: Hypothesis) -> int:
        low = hypothesis.text.lower()
        return sum(constraint.rendering.lower() not in low for constraint in piece.constraints)

    return tuple(sorted(hypotheses, key=missed))
