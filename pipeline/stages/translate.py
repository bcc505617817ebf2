"""Segments to hypotheses, with glossary renderings asked for, checked and repaired.

The engine adapter hands the renderings over in its own mode. What a
hypothesis missed is then sought elsewhere, cheapest first: in the other
hypotheses of the n-best list, which a beam search holds anyway, then by
writing the renderings into the source, then by translating the segment clause
by clause, where the engine has less to lose sight of. Where the translation has
lost values of the source even so, the stretch that lost them is looked for further
down the list and in smaller runs (``_regain``). What still misses is left
to the next stage, which knows where the engine put the term's words. What the
memory holds approved for a source is used as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from pipeline.core.document import Document, FuzzyMatch, Hypothesis, MatchKind, Segment, SegmentState
from pipeline.core.flags import Span
from pipeline.core.signature import Signature
from pipeline.engines.base import Constraint, Engine, GlossaryMode, Request, canonical
from pipeline.lang.han import HAN_CHARACTER
from pipeline.stages._choice import by_coverage
from pipeline.stages._clauses import clauses, computed, part, spoken, stretches
from pipeline.stages._formulas import answers, enactment
from pipeline.stages._heads import head
from pipeline.stages._literals import Asked, asked
from pipeline.stages._regain import Losses, Part, cuts
from pipeline.stages._task import Task, chosen_of, fullest

# Characters that a small model translates at once; what is longer goes clause by clause.
_LONGEST: Final = 60
# Hypotheses asked for where the engine gives several: those that its beam holds anyway.
_N_BEST: Final = 4
# And where values are lost: few segments are asked for again, and the right one may be far down the list.
_WIDE: Final = 16


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
            for task, parts in zip(first, (yield from self._whole(requests)), strict=True):
                task.hypotheses = task.together(parts)
        if self._repair:
            yield from self._second_pass(first)
            yield from self._third_pass(first, Losses(document, base))
        done = [_with_hypotheses(segment, tasks.get(i), self._kept) for i, segment in enumerate(segments)]
        document = document.with_segments(tuple(done))
        return msgspec.structs.replace(document, signature=self.signature)

    def _task(self, segments: Sequence[Segment], at: int, title: str, base: date | None) -> Task:
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
        task = Task(
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

    def _whole(self, requests: Sequence[Request]) -> Generator[Ask, Answers, list[list[Part]]]:
        """Whole requests translated; a long one in stretches."""
        divided = [stretches(request, self._longest) for request in requests]
        parts = iter((yield from _answers([piece for pieces in divided for piece in pieces], self._n_best)))
        found = [[by_coverage(piece.text, next(parts)) for piece in pieces] for pieces in divided]
        return [chosen_of(pieces, several) for pieces, several in zip(divided, found, strict=True)]

    def _second_pass(self, tasks: Sequence[Task]) -> Generator[Ask, Answers, None]:
        """Hypotheses that miss renderings give way to ones that miss fewer, where there are any."""
        for task in tasks:
            task.prefer(())
        unlike = {i: task.unlike(task.hypotheses[0]) for i, task in enumerate(tasks)} if self._light else {}
        if chosen := [i for i, terms in unlike.items() if terms]:
            answers = yield from self._whole([tasks[i].asking(unlike[i]) for i in chosen])
            for i, parts in zip(chosen, answers, strict=True):
                tasks[i].prefer(tasks[i].together(parts))
        missing = [task for task in tasks if task.misses(task.hypotheses[0])]
        if self._values and missing:
            # Written out instead of as symbols: the model may copy what it dropped before.
            written = [task.written_out() for task in missing]
            for task, request, hypotheses in zip(missing, written, (yield Ask(written, 1)), strict=True):
                task.prefer(task.together([Part(request, hypotheses)]))
            missing = [task for task in missing if task.misses(task.hypotheses[0])]
        divided = [(task, pieces) for task in missing if len(pieces := list(clauses(task.request))) > 1]
        if not divided:
            return
        wanted = _N_BEST if self._engine.capabilities.n_best else 1
        found = iter((yield from _answers([piece for _, pieces in divided for piece in pieces], wanted)))
        for task, pieces in divided:
            task.prefer(
                task.together(chosen_of(pieces, [fullest(piece, next(found)) for piece in pieces], listed=False))
            )

    def _third_pass(self, tasks: Sequence[Task], losses: Losses) -> Generator[Ask, Answers, None]:
        """Parts of translations that have lost values give way to others that have lost fewer, where there are any."""
        several = self._engine.capabilities.n_best
        lossy = [
            (task, number, place, list(cuts(place, losses, both=task.with_before(number), again=several)))
            for task in tasks
            for number, place in task.lossy(losses)
        ]
        wanted = [run for *_, ways in lossy for cut in ways for run in cut.runs]
        if not wanted:
            return
        found = iter((yield from _answers(wanted, _WIDE if several else 1)))
        answered = [
            (task, number, place, [(cut, [next(found) for _ in cut.runs]) for cut in ways])
            for task, number, place, ways in lossy
        ]
        # From the right, so that the numbers of what is left still hold.
        for task, number, place, ways_answered in reversed(answered):
            task.regain(number, place, ways_answered, losses)


def _answers(pieces: Sequence[Request], n_best: int) -> Generator[Ask, Answers, Answers]:
    """Hypotheses of pieces; the engine is asked for those that are not computed."""
    wanted = [piece for piece in pieces if not computed(piece)]
    found = iter((yield Ask(wanted, n_best)) if wanted else ())
    return [(spoken(piece),) if computed(piece) else next(found) for piece in pieces]


def _cut(one: Span, frame: Span) -> bool:
    """Whether an edge of a frame lies inside a span."""
    return one.start < frame.start < one.end or one.start < frame.end < one.end


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


def _with_hypotheses(segment: Segment, task: Task | None, kept: int) -> Segment:
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
