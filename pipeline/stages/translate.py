"""Segments to hypotheses, with glossary renderings asked for, checked and repaired.

The engine adapter hands the renderings over in its own mode. What a
hypothesis missed is then sought elsewhere, cheapest first: in the other
hypotheses of the n-best list, which a beam search holds anyway, then by
writing the renderings into the source, then by translating the segment clause
by clause, where the engine has less to lose sight of. What still misses is left
to the next stage, which knows where the engine put the term's words. What the
memory holds approved for a source is used as it is.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import msgspec

from pipeline.core.document import Document, FuzzyMatch, Hypothesis, MatchKind, Segment, SegmentState
from pipeline.core.flags import Span
from pipeline.core.signature import Signature
from pipeline.engines.base import Constraint, Engine, GlossaryMode, Request, canonical
from pipeline.lang.en import find_inflected
from pipeline.lang.han import HAN_CHARACTER
from pipeline.lang.lexicon import shipped_lexicon
from pipeline.lang.titles import several
from pipeline.stages._choice import unsaid
from pipeline.stages._clauses import clauses, computed, condition, joined, part, spoken, stretches
from pipeline.stages._formulas import answers, enactment, fronted
from pipeline.stages._heads import head
from pipeline.stages._literals import Asked, absent_and_wrong, asked
from pipeline.stages._terms import locate_terms

# Characters that a small model translates at once; what is longer goes clause by clause.
_LONGEST: Final = 60
# Hypotheses asked for where the engine gives several: those that its beam holds anyway.
_N_BEST: Final = 4
# What the share of rendered words weighs beside the mean log-probability of the pieces.
_COVERAGE: Final = 1.0
# What a negation that is lost or added weighs there: more than the hypotheses of one list differ by.
_UNSAID: Final = 0.5


class Ask(NamedTuple):
    """What a document wants of the engine before it can go on.

    Attributes:
        requests: Equal ones may occur.
        n_best: Hypotheses wanted for each.
    """

    requests: list[Request]
    n_best: int


Answers = list[tuple[Hypothesis, ...]]


class Translate:
    """The translate stage.

    Args:
        engine: Where hypotheses come from; the caller closes it.
        signature: Noted on the document.
        notes: Reviewer notes by concept id, for engines that read prose.
        n_best: Hypotheses to keep where the engine can give several.
        repair: Whether missed renderings are sought in a second pass.
    """

    name = "translate"
    requires = frozenset({"segments", "terms"})
    provides = frozenset({"hypotheses"})

    def __init__(
        self,
        engine: Engine,
        *,
        signature: Signature,
        notes: dict[str, str] | None = None,
        n_best: int = 1,
        repair: bool = True,
    ) -> None:
        self._engine = engine
        self.signature = signature
        self._notes = notes or {}
        self._kept = n_best
        self._n_best = max(n_best, _N_BEST if repair else 1) if engine.capabilities.n_best else 1
        self._repair = repair
        self._values = asks_for_values(engine)
        self._longest = _LONGEST if self._values else sys.maxsize
        # Every rendering written into the source costs fluency, and the model knows many of them: it is
        # asked for values first, and for a term where it rendered it otherwise.
        self._light = self._values and repair

    def __call__(self, document: Document) -> Document:
        """Translate what holds Chinese; the rest is its own translation."""
        return drive(self.steps(document), self._engine)

    def steps(self, document: Document) -> Generator[Ask, Answers, Document]:
        """The same in steps: yields what is wanted of the engine, takes the answers in that order.

        Whoever drives the steps may put the requests of many documents
        together.
        """
        segments = list(document.segments)
        base = date.fromisoformat(document.date) if document.date else None
        tasks = {
            i: self._task(segments, i, document.name, base)
            for i, segment in enumerate(segments)
            if HAN_CHARACTER.search(segment.text) and remembered(segment) is None
        }
        first = [task for task in tasks.values() if not task.hypotheses]
        if first:
            requests = [task.asking(()) if self._light else task.request for task in first]
            for task, hypotheses in zip(first, (yield from self._whole(requests)), strict=True):
                task.hypotheses = hypotheses
        if self._repair:
            yield from self._second_pass([task for task in tasks.values() if not task.direct])
        done = [_with_hypotheses(segment, tasks.get(i), self._kept) for i, segment in enumerate(segments)]
        document = document.with_segments(tuple(done))
        return msgspec.structs.replace(document, signature=self.signature)

    def _task(self, segments: Sequence[Segment], at: int, title: str, base: date | None) -> _Task:
        segment = segments[at]
        wanted = asked(segment, base, values=self._values)
        request = Request(
            text=segment.text,
            constraints=tuple(self._constraint(segment, one) for one in wanted),
            previous=segments[at - 1].text if at else "",
            following=segments[at + 1].text if at + 1 < len(segments) else "",
            title=title,
        )
        length, prefix = head(segment.text, segment.source) if self._values else (0, "")
        if any(one.span.start < length < one.span.end for one in wanted):
            length, prefix = 0, ""
        own = Span(length, len(segment.text))
        enacted = enactment(segment.text, length, {one.span: one.rendering for one in wanted}) if self._values else None
        framed = enacted or (answers(segment.text) if self._values else None)
        if framed and not any(_cut(one.span, framed[0]) for one in wanted):
            own, prefix = framed[0], prefix + framed[1]
        task = _Task(
            segment=segment,
            wanted=wanted,
            request=part(request, own.start, own.end),
            prefix=prefix,
            cut=sum(one.span.start < own.start for one in wanted),
            tail=sum(one.span.start >= own.end for one in wanted),
            aim=enacted is not None and own == enacted[0],
            single=self._kept == 1,
        )
        if self._values:
            task.settle()
        return task

    def _constraint(self, segment: Segment, one: Asked) -> Constraint:
        if one.term < 0:
            return Constraint(span=one.span, rendering=one.rendering, kind=one.kind)
        term = segment.terms[one.term]
        return Constraint(
            span=one.span,
            rendering=one.rendering,
            admitted=term.admitted,
            note=self._notes.get(term.concept, ""),
        )

    def _whole(self, requests: Sequence[Request]) -> Generator[Ask, Answers, Answers]:
        """Hypotheses of whole requests; a long one's is joined from those of its stretches."""
        divided = [stretches(request, self._longest) for request in requests]
        parts = iter((yield from _answers([piece for pieces in divided for piece in pieces], self._n_best)))
        found = [[by_coverage(piece.text, next(parts)) for piece in pieces] for pieces in divided]
        return [
            several[0] if len(several) == 1 else (_sentence(request, pieces, _best(pieces, several)),)
            for request, pieces, several in zip(requests, divided, found, strict=True)
        ]

    def _second_pass(self, tasks: Sequence[_Task]) -> Generator[Ask, Answers, None]:
        """Hypotheses that miss renderings give way to ones that miss fewer, where there are any."""
        for task in tasks:
            task.prefer(())
        unlike = {i: task.unlike(task.hypotheses[0]) for i, task in enumerate(tasks)} if self._light else {}
        if chosen := [i for i, terms in unlike.items() if terms]:
            answers = yield from self._whole([tasks[i].asking(unlike[i]) for i in chosen])
            for i, hypotheses in zip(chosen, answers, strict=True):
                tasks[i].prefer(hypotheses)
        missing = [task for task in tasks if task.misses(task.hypotheses[0])]
        if self._values and missing:
            # Written out instead of as symbols: the model may copy what it dropped before.
            answers = yield Ask([task.written_out() for task in missing], 1)
            for task, hypotheses in zip(missing, answers, strict=True):
                task.prefer(hypotheses)
            missing = [task for task in missing if task.misses(task.hypotheses[0])]
        divided = [(task, pieces) for task in missing if len(pieces := list(clauses(task.request))) > 1]
        if not divided:
            return
        wanted = _N_BEST if self._engine.capabilities.n_best else 1
        parts = iter((yield from _answers([piece for _, pieces in divided for piece in pieces], wanted)))
        for task, pieces in divided:
            best = _best(pieces, [[_fullest(piece, next(parts))] for piece in pieces])
            task.prefer([_sentence(task.request, pieces, best)])


def _best(pieces: Sequence[Request], found: Sequence[Sequence[Hypothesis]]) -> list[Hypothesis]:
    """Of each piece of a sentence the hypothesis that goes with the others."""
    return [
        condition(hypotheses, whole=computed(pieces[number + 1])) if _conditional(pieces, number) else hypotheses[0]
        for number, hypotheses in enumerate(found)
    ]


def _conditional(pieces: Sequence[Request], number: int) -> bool:
    """Whether a piece opens a sentence and says when or to whom the next one applies: 未如实申报的，."""
    text, following = pieces[number].text, "".join(piece.text for piece in pieces[number + 1 : number + 2])
    opens = number == 0 or pieces[number - 1].text.endswith("；")
    return opens and text.endswith("的，") and "是指" not in text and bool(following) and not _GOES_ON.match(following)


def _sentence(request: Request, pieces: Sequence[Request], best: Sequence[Hypothesis]) -> Hypothesis:
    """The hypotheses of a request's pieces as one."""
    return joined(best, request.constraints, [piece.text for piece in pieces])


def _answers(pieces: Sequence[Request], n_best: int) -> Generator[Ask, Answers, Answers]:
    """Hypotheses of pieces; the engine is asked for those that are not computed."""
    wanted = [piece for piece in pieces if not computed(piece)]
    found = iter((yield Ask(wanted, n_best)) if wanted else ())
    return [(spoken(piece),) if computed(piece) else next(found) for piece in pieces]


@dataclass(slots=True)
class _Task:
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
                + sum(_too_often(hypothesis.text, values))
            )
        return self._missed[hypothesis.text]

    def _located(self, hypothesis: Hypothesis) -> Segment:
        """The segment with a hypothesis as target and its terms found there; looked for once per text."""
        if hypothesis.text not in self._found:
            target = self.prefix + hypothesis.text
            self._found[hypothesis.text] = locate_terms(msgspec.structs.replace(self.segment, target=target))
        return self._found[hypothesis.text]

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


def _cut(one: Span, frame: Span) -> bool:
    """Whether an edge of a frame lies inside a span."""
    return one.start < frame.start < one.end or one.start < frame.end < one.end


def _fullest(piece: Request, hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    """Of a clause's hypotheses the first that has the most of what the clause asks for."""

    def missed(hypothesis: Hypothesis) -> int:
        low = hypothesis.text.lower()
        return sum(constraint.rendering.lower() not in low for constraint in piece.constraints)

    return min(hypotheses, key=missed)


def _too_often(text: str, values: Sequence[Asked]) -> Iterator[bool]:
    """Per value with figures of its own whether the English says it more often than the Chinese."""
    counts = Counter(one.rendering for one in values if one.kind in {"number", "percent", "name"})
    for rendering, count in counts.items():
        yield text.count(rendering) > count


def by_coverage(source: str, hypotheses: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Hypotheses with scores, the best of score and share of the source's words rendered first."""
    scores = [one.score for one in hypotheses if one.score is not None]
    if len(hypotheses) < 2 or len(scores) < len(hypotheses) or (lexicon := shipped_lexicon()) is None:
        return hypotheses
    ranks = [
        score + _COVERAGE * lexicon.coverage(source, one.text) - _UNSAID * unsaid(source, one.text)
        for score, one in zip(scores, hypotheses, strict=True)
    ]
    return tuple(hypotheses[i] for i in sorted(range(len(ranks)), key=lambda i: -ranks[i]))


def drive(steps: Generator[Ask, Answers, Document], engine: Engine) -> Document:
    """Go through the steps of one document; equal requests of a step are translated once."""
    try:
        ask = next(steps)
        while True:
            keys = [canonical(request, engine.capabilities) for request in ask.requests]
            distinct = dict.fromkeys(keys)
            found = dict(zip(distinct, engine.translate(list(distinct), n_best=ask.n_best), strict=True))
            ask = steps.send([found[key] for key in keys])
    except StopIteration as done:
        finished: Document = done.value
        return finished


def asks_for_values(engine: Engine) -> bool:
    """Whether dates, amounts and the like are asked for: of engines that copy what is written into the source."""
    return engine.capabilities.glossary is GlossaryMode.ANNOTATE


def remembered(segment: Segment) -> FuzzyMatch | None:
    """The approved English that stands as it is, no engine asked; None where the memory has none."""
    best = segment.matches[0] if segment.matches else None
    return best if best is not None and best.usable else None


def _with_hypotheses(segment: Segment, task: _Task | None, kept: int) -> Segment:
    match = remembered(segment)
    state = SegmentState.TRANSLATED
    if task is not None:
        hypotheses = task.finished()[:kept]
    elif match is not None:
        hypotheses = (Hypothesis(text=match.target, mode="memory", engine="memory"),)
        # Approved for this very place, between the same neighbours.
        state = SegmentState.REVIEWED if match.kind is MatchKind.CONTEXT else state
    else:
        hypotheses = (Hypothesis(text=segment.text, mode="copy"),)
    mode = hypotheses[0].mode
    terms = tuple(msgspec.structs.replace(term, mode=mode) for term in segment.terms)
    return msgspec.structs.replace(segment, hypotheses=hypotheses, terms=terms, state=state)
