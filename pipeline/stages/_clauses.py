"""Requests cut into clauses, and clause translations joined into a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request

# A list's items with something in brackets behind each are as good as clauses.
_CLAUSE: Final = re.compile(r"(?<=[，；：])|(?<=[）)]、)")
# Names that keep their capital where a clause begins with them; those of the glossary come with the renderings.
_NAMES: Final = frozenset(
    """
    China Chinese Japan Japanese Beijing Tokyo Washington US U.S. EU American America European Europe Korea Korean
    Taiwan Hong Macao India Australia January February March April May June July August September October November
    December Monday Tuesday Wednesday Thursday Friday Saturday Sunday I
    """.split()
)
# The engine expects another item where the next part begins anew.
_TRAILING: Final = re.compile(r"(?:,? (?:and|or))+$")
# Shorter clauses lack the context that a translation needs.
_SHORTEST_CLAUSE: Final = 6


def clauses(request: Request) -> Iterator[Request]:
    """A request cut at its commas, semicolons and colons, and behind bracketed items, never inside a constraint.

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
            yield part(request, start, cut)
        start = cut


def stretches(request: Request, longest: int) -> list[Request]:
    """A long request as runs of clauses of no more than so many characters, where its marks allow it.

    A semicolon ends a run that has a third of the length.
    """
    if len(request.text) <= longest:
        return [request]
    cuts = [0]
    at = 0
    for clause in clauses(request):
        following = at + len(clause.text)
        size = at - cuts[-1]
        if size and (following - cuts[-1] > longest or (3 * size >= longest and request.text[at - 1] == "；")):
            cuts.append(at)
        at = following
    return [part(request, start, end) for start, end in pairwise([*cuts, len(request.text)])]


def part(request: Request, start: int, end: int) -> Request:
    """A stretch of a request, with the constraints that begin in it."""
    constraints = tuple(
        msgspec.structs.replace(constraint, span=constraint.span.shifted(-start))
        for constraint in request.constraints
        if start <= constraint.span.start < end
    )
    return msgspec.structs.replace(request, text=request.text[start:end], constraints=constraints)


def joined(parts: Sequence[Hypothesis], constraints: Sequence[Constraint]) -> Hypothesis:
    """Clause translations as one sentence: only the last keeps a full stop, only the first its capital."""
    proper = _NAMES | {word for constraint in constraints for word in constraint.rendering.split()}
    text = ""
    aligned: list[Span | None] = []
    for number, part in enumerate(parts):
        lead = len(part.text) - len(part.text.lstrip())
        clause, final = part.text.strip(), number + 1 == len(parts)
        if not final:
            clause = _TRAILING.sub("", clause.rstrip("."))
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
