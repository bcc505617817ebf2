"""Segments to hypotheses, with glossary renderings asked for, checked and repaired.

The engine adapter hands the renderings over in its own mode. What a
hypothesis missed is then sought elsewhere, cheapest first: in the other
hypotheses of the n-best list, then by translating the segment clause by
clause, where the engine has less to lose sight of. What still misses is left
to the next stage, which knows where the engine put the term's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from pipeline.core.document import Document, Hypothesis, Segment, SegmentState
from pipeline.core.flags import Span
from pipeline.core.signature import Signature
from pipeline.engines.base import Constraint, Engine, GlossaryMode, Request
from pipeline.stages._literals import Asked, asked
from pipeline.stages._terms import locate_terms

_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_CLAUSE: Final = re.compile(r"(?<=[，；：])")
# Names that keep their capital where a clause begins with them; those of the glossary come with the renderings.
_NAMES: Final = frozenset(
    """
    China Chinese Japan Japanese Beijing Tokyo Washington US U.S. EU American America European Europe Korea Korean
    Taiwan Hong Macao India Australia January February March April May June July August September October November
    December Monday Tuesday Wednesday Thursday Friday Saturday Sunday I
    """.split()
)
# Shorter clauses lack the context that a translation needs.
_SHORTEST_CLAUSE: Final = 6


class Translate:
    """The translate stage.

    Args:
        engine: Where hypotheses come from; the caller closes it.
        signature: Noted on the document.
        notes: Reviewer notes by concept id, for engines that read prose.
        n_best: Hypotheses to ask for where the engine can give several.
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
        self._signature = signature
        self._notes = notes or {}
        self._n_best = n_best if engine.capabilities.n_best else 1
        self._repair = repair
        self._values = asks_for_values(engine)

    def __call__(self, document: Document) -> Document:
        """Translate what holds Chinese; the rest is its own translation."""
        segments = list(document.segments)
        wanted = [i for i, segment in enumerate(segments) if _HAN.search(segment.text)]
        base = date.fromisoformat(document.date) if document.date else None
        requests = {i: self._request(segments, i, document.name, base) for i in wanted}
        found = self._translate([requests[i] for i in wanted])
        best = dict(zip(wanted, found, strict=True))
        if self._repair:
            self._second_pass(segments, requests, best)
        done = [_with_hypotheses(segment, best.get(i)) for i, segment in enumerate(segments)]
        document = document.with_segments(tuple(done))
        return msgspec.structs.replace(document, signature=self._signature)

    def _request(self, segments: Sequence[Segment], at: int, title: str, base: date | None) -> Request:
        segment = segments[at]
        return Request(
            text=segment.text,
            constraints=tuple(self._constraint(segment, one) for one in asked(segment, base, values=self._values)),
            previous=segments[at - 1].text if at else "",
            following=segments[at + 1].text if at + 1 < len(segments) else "",
            title=title,
        )

    def _constraint(self, segment: Segment, one: Asked) -> Constraint:
        if one.term < 0:
            return Constraint(span=one.span, rendering=one.rendering)
        term = segment.terms[one.term]
        return Constraint(
            span=one.span,
            rendering=one.rendering,
            admitted=term.admitted,
            note=self._notes.get(term.concept, ""),
        )

    def _translate(self, requests: Sequence[Request], *, n_best: int = 0) -> list[tuple[Hypothesis, ...]]:
        """One call for all distinct requests; equal ones share their result."""
        distinct: dict[tuple[str, tuple[Constraint, ...]], Request] = {}
        for request in requests:
            distinct.setdefault((request.text, request.constraints), request)
        results = self._engine.translate(list(distinct.values()), n_best=n_best or self._n_best)
        by_key = dict(zip(distinct, results, strict=True))
        return [by_key[request.text, request.constraints] for request in requests]

    def _second_pass(
        self,
        segments: Sequence[Segment],
        requests: dict[int, Request],
        best: dict[int, tuple[Hypothesis, ...]],
    ) -> None:
        """Replace hypotheses that miss renderings by ones that miss fewer, where there are any."""
        for i, hypotheses in best.items():
            best[i] = _ranked(segments[i], hypotheses)
        missing = [i for i in best if _missed(segments[i], best[i][0])]
        pieces = {i: list(clauses(requests[i])) for i in missing}
        divided = [i for i in missing if len(pieces[i]) > 1]
        flat = [piece for i in divided for piece in pieces[i]]
        if not flat:
            return
        answers = iter(self._translate(flat, n_best=1))
        for i in divided:
            joined = _joined([next(answers)[0] for _ in pieces[i]], requests[i].constraints)
            if _missed(segments[i], joined) < _missed(segments[i], best[i][0]):
                best[i] = (joined, *best[i])


def asks_for_values(engine: Engine) -> bool:
    """Whether dates, amounts and the like are asked for: of engines that copy what is written into the source."""
    return engine.capabilities.glossary is GlossaryMode.ANNOTATE


def clauses(request: Request) -> Iterator[Request]:
    """A request cut at its commas, semicolons and colons, never inside a constraint.

    Pieces shorter than a few characters stay with what follows. The texts of
    the pieces, joined, are the text of the request.
    """
    start = 0
    cuts = [match.start() for match in _CLAUSE.finditer(request.text)]
    inside = [(constraint.span.start, constraint.span.end) for constraint in request.constraints]
    for cut in [*cuts, len(request.text)]:
        final = cut == len(request.text)
        if not final and (cut - start < _SHORTEST_CLAUSE or any(a < cut < b for a, b in inside)):
            continue
        if cut > start:
            yield _part(request, start, cut)
        start = cut


def _part(request: Request, start: int, end: int) -> Request:
    constraints = tuple(
        msgspec.structs.replace(constraint, span=constraint.span.shifted(-start))
        for constraint in request.constraints
        if start <= constraint.span.start < end
    )
    return msgspec.structs.replace(request, text=request.text[start:end], constraints=constraints)


def _joined(parts: Sequence[Hypothesis], constraints: Sequence[Constraint]) -> Hypothesis:
    """Clause translations as one sentence: only the last keeps a full stop, only the first its capital."""
    proper = _NAMES | {word for constraint in constraints for word in constraint.rendering.split()}
    text = ""
    aligned: list[Span | None] = []
    for number, part in enumerate(parts):
        lead = len(part.text) - len(part.text.lstrip())
        clause, final = part.text.strip(), number + 1 == len(parts)
        if not final:
            clause = clause.rstrip(".")
        if clause and text:
            first = clause.split(maxsplit=1)[0].rstrip(",.;:").removesuffix("'s")
            if first not in proper and not first[1:2].isupper():
                clause = clause[:1].lower() + clause[1:]
            text += " " if text[-1] in ",;:." else ", "
        shift, limit = len(text) - lead, len(text) + len(clause)
        text += clause
        moved = [span.shifted(shift) if span else None for span in part.aligned]
        aligned += [span if span and span.end <= limit else None for span in moved]
    scores = [part.score for part in parts if part.score is not None]
    return Hypothesis(
        text=text,
        score=sum(scores) / len(scores) if scores else None,
        mode="clauses",
        engine=parts[0].engine,
        aligned=tuple(aligned),
    )


def _missed(segment: Segment, hypothesis: Hypothesis) -> int:
    """How many enforced terms a hypothesis does not render as the glossary says."""
    if not segment.terms:
        return 0
    located = locate_terms(msgspec.structs.replace(segment, target=hypothesis.text))
    return sum(term.enforced and not term.honoured for term in located.terms)


def _ranked(segment: Segment, hypotheses: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Fewest missed renderings first; the engine's order decides between equals."""
    if len(hypotheses) == 1 or not segment.terms:
        return hypotheses
    return tuple(sorted(hypotheses, key=lambda hypothesis: _missed(segment, hypothesis)))


def _with_hypotheses(segment: Segment, hypotheses: tuple[Hypothesis, ...] | None) -> Segment:
    if hypotheses is None:
        hypotheses = (Hypothesis(text=segment.text, mode="copy"),)
    mode = hypotheses[0].mode
    terms = tuple(msgspec.structs.replace(term, mode=mode) for term in segment.terms)
    return msgspec.structs.replace(segment, hypotheses=hypotheses, terms=terms, state=SegmentState.TRANSLATED)
