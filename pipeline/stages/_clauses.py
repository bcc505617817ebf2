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
from pipeline.stages._equations import SIGN

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


def computed(request: Request) -> bool:
    """Whether a request is one clause whose English is known as a whole."""
    match request.constraints:
        case (Constraint(kind="clause", span=span),):
            return span == Span(0, len(request.text))
    return False


def spoken(request: Request) -> Hypothesis:
    """The English of a computed clause; nothing of it is left to chance."""
    [constraint] = request.constraints
    text = constraint.rendering
    return Hypothesis(text=text, score=0.0, mode="direct", aligned=(Span(0, len(text)),))


def clauses(request: Request) -> Iterator[Request]:
    """A request cut at its commas, semicolons and colons, and behind bracketed items, never inside a constraint.

    Pieces shorter than a few characters stay with what follows; a computed clause is a piece of its own. The texts of
    the pieces, joined, are the text of the request.
    """
    start = 0
    edges = _edges(request)
    cuts = sorted({match.start() for match in _CLAUSE.finditer(request.text)} | edges)
    inside = [(constraint.span.start, constraint.span.end) for constraint in request.constraints]
    for cut in [*cuts, len(request.text)]:
        final = cut == len(request.text) or cut in edges
        if not final and (cut - start < _SHORTEST_CLAUSE or any(a < cut < b for a, b in inside)):
            continue
        if cut > start:
            yield part(request, start, cut)
        start = cut


def _edges(request: Request) -> set[int]:
    """Where computed clauses begin and end inside a request."""
    edges = {edge for one in request.constraints if one.kind == "clause" for edge in (one.span.start, one.span.end)}
    return edges - {0, len(request.text)}


def stretches(request: Request, longest: int) -> list[Request]:
    """A long request as runs of clauses of no more than so many characters, where its marks allow it.

    A semicolon ends a run that has a third of the length. Computed clauses stand by themselves.
    """
    if edges := _edges(request):
        ends = [*sorted(edges), len(request.text)]
        return [piece for start, end in pairwise([0, *ends]) for piece in stretches(part(request, start, end), longest)]
    if len(request.text) <= longest or computed(request):
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


def united(first: Request, second: Request) -> Request:
    """Two stretches of a request that follow each other as one."""
    shifted = tuple(msgspec.structs.replace(one, span=one.span.shifted(len(first.text))) for one in second.constraints)
    return msgspec.structs.replace(first, text=first.text + second.text, constraints=first.constraints + shifted)


def joined(
    parts: Sequence[Hypothesis],
    constraints: Sequence[Constraint],
    sources: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Hypothesis:
    """Clause translations as one sentence: only the last keeps a full stop, only the first its capital.

    Args:
        parts: The translations.
        constraints: Of the whole; words of their renderings keep their capitals.
        sources: The Chinese of each part; with it, two sentences that a comma parts are joined by "and".
        words: Per part the English between it and the one before, where no mark of the source stands there; else empty.
    """
    proper = _NAMES | {word for one in constraints if one.kind != "clause" for word in one.rendering.split()}
    text = ""
    aligned: list[Span | None] = []
    for number, part in enumerate(parts):
        lead = len(part.text) - len(part.text.lstrip())
        clause, final = part.text.strip(), number + 1 == len(parts)
        coordinate = final and bool(sources) and number > 0 and not sources[number - 1].endswith(_CONDITIONAL)
        if not final:
            clause = _TRAILING.sub("", clause.rstrip("."))
        if clause and text:
            first = clause.split(maxsplit=1)[0].rstrip(",.;:").removesuffix("'s")
            if part.mode != "direct" and first not in proper and not first[1:2].isupper():
                clause = clause[:1].lower() + clause[1:]
            if word := words[number] if words else "":
                comma = "," if _sentence(parts[number - 1].text) and _sentence(part.text) else ""
                text = f"{text.rstrip(' ,;:.')}{comma}{word} "
            else:
                text += _joint(text, clause, parts[number - 1].text if coordinate else "")
        shift, limit = len(text) - lead, len(text) + len(clause)
        text += clause
        moved = [span.shifted(shift) if span else None for span in part.aligned]
        aligned += [span if span and span.end <= limit else None for span in moved]
    return Hypothesis(
        text=text[:1].upper() + text[1:] if parts[0].mode == "direct" else text,
        score=_mean(parts),
        mode="clauses",
        engine=next((part.engine for part in parts if part.engine), ""),
        aligned=tuple(aligned),
    )


_SAID: Final = r"(?:shall|may|will|must|is|are|was|were|has|have|had|can|would|could|should|bears?)"
_CONDITIONAL: Final = ("的，", "时，", "后，", "前，", "外，", "下，")
_MAIN: Final = re.compile(
    rf"(?:[Tt]h(?:e|is|ese|ose)|[Ii]ts?|[Tt]hey|[Aa]n?|[Aa]ny|[Nn]o|[Aa]ll|customs|[A-Z]\w+)\b"
    rf"(?: (?!that|which|who)[\w'’.%-]+){{0,9}}? {_SAID}\b"
)
_INTRODUCTION: Final = re.compile(r"(?:(?:On|In|To|Under|By|At|For|According|Based|With|Since|From)\b[^,]*, )*")


def _joint(text: str, clause: str, before: str) -> str:
    """What stands between what is joined so far and the next clause: "and" where a comma would splice two sentences.

    Args:
        text: Joined so far.
        clause: The next clause.
        before: The clause before it, where it is the last.
    """
    if clause[0] == ")" or text[-1] == "(":
        return ""
    if text.endswith(" that") or SIGN.match(clause) or SIGN.match(text[-1]):
        return " "
    if text[-1] not in ",;:.":
        return ", "
    return " and " if before and text[-1] == "," and _sentence(before) and _sentence(clause) else " "


def _sentence(clause: str) -> bool:
    """Whether a clause has a subject and a verb of its own and depends on nothing."""
    introduction = _INTRODUCTION.match(clause)
    bare = clause[introduction.end() :] if introduction else clause
    return not _OPENS.match(bare[:1].upper() + bare[1:]) and _MAIN.match(bare) is not None


# What opens a condition or leaves the subject to the next clause.
_OPENS: Final = re.compile(
    r"(?:Where|If|When|Whenever|In|For|Under|Upon|After|Before|Except|Unless|To|On|At|As|With|Without|Those|Whoever|Once|While"
    r"|Until|During|Within|By|From|Based|According|Pursuant|Subject)\b"
)
_RELATIVE: Final = re.compile(r"^(?:Any|An?|The|[A-Z]\w+)(?: [\w-]+){0,5}?(?P<that> (?:that|who|which))(?= \w)")
_MODAL: Final = re.compile(r" (?:shall|may|will|must|should|can|would|could)\b")
_FINITE: Final = re.compile(
    r" (?:is|are|was|were|has|have|had|do|does|did|fails?|failed|violates?|violated|takes?|took|needs?|refuses?"
    r"|provides?|makes?|uses?|exports?|imports?|transfers?|obstructs?|discovers?|finds?|applies|apply|commits?|causes?|evades?"
    r"|submits?|conceals?|accepts?|engages?|exceeds?|meets?|owes?)\b"
)
# How much less likely a hypothesis may be that opens as a condition does.
_AS_GOOD: Final = 0.15


# Whoever acts, where the sentence that follows has a subject of its own.
_ANYONE: Final = {"Whoever ": "Where anyone ", "Those who ": "Where persons ", "Anyone who ": "Where anyone "}


def condition(hypotheses: Sequence[Hypothesis], *, whole: bool = False) -> Hypothesis:
    """Of a clause that ends in 的， and on which others depend, the hypothesis that says "where", made so if need be.

    "An exporter that fails to report, a warning shall be given" is no
    sentence; "Where an exporter fails to report, a warning shall be given" is.

    Args:
        hypotheses: Of the clause, best first.
        whole: Whether a sentence with its own subject follows, beside which "Whoever fails to report," would hang in
            the air.
    """
    best = hypotheses[0]
    for who, where in _ANYONE.items() if whole else ():
        if best.text.startswith(who):
            return _opened(best, where, Span(0, len(who)))
    if _OPENS.match(best.text):
        return best
    for other in hypotheses[1:]:
        likely = None not in (best.score, other.score) and other.score >= best.score - _AS_GOOD  # type: ignore[operator]
        if likely and _OPENS.match(other.text):
            return other
    if _MODAL.search(best.text) or not re.match(r"[A-Z][a-z]", best.text):
        return best
    if re.match(r"Violations? of|[A-Z][a-z]+ing\b", best.text):
        return _opened(best, "For ")
    if not _FINITE.search(best.text):
        return best
    relative = _RELATIVE.match(best.text)
    return _opened(best, "Where ", Span(*relative.span("that")) if relative else None)


def _opened(hypothesis: Hypothesis, word: str, without: Span | None = None) -> Hypothesis:
    """A hypothesis with a word before it, its first letter small, and a part left out."""
    text, gone = hypothesis.text, without or Span(0, 0)
    first = text.split(maxsplit=1)[0]
    lowered = text if first.removesuffix("'s") in _NAMES or first[1:2].isupper() else text[:1].lower() + text[1:]
    cut = gone.end - gone.start
    moved = tuple(
        None
        if span is None or span.overlaps(gone)
        else span.shifted(len(word) - (cut if cut and span.start >= gone.end else 0))
        for span in hypothesis.aligned
    )
    text = word + lowered[: gone.start] + lowered[gone.end :]
    return msgspec.structs.replace(hypothesis, text=text, aligned=moved)


def _mean(parts: Sequence[Hypothesis]) -> float | None:
    """The mean of the parts' scores by their lengths; None where none has one.

    Computed parts are sure. Beside a longer rest they would hide how unsure the engine is of it, so they do not count.
    """
    made = [part for part in parts if part.mode != "direct"]
    counted = made if 2 * sum(len(part.text) for part in made) > sum(len(part.text) for part in parts) else parts
    scored = [(part.score, max(1, len(part.text))) for part in counted if part.score is not None]
    return sum(score * length for score, length in scored) / sum(length for _, length in scored) if scored else None
