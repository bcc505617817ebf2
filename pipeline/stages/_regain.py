"""Values that a translation has lost, and other translations of the same words that have them.

A small model drops a clause and the figures in it. What it drops in a long
stretch it mostly has in a shorter one, or further down its list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from pipeline.checks.base import CATALOGUE, CheckContext
from pipeline.core.document import BlockKind, Document, Hypothesis, Segment
from pipeline.core.flags import Span
from pipeline.core.mqm import Severity
from pipeline.engines.base import Request
from pipeline.lang.en import find_inflected
from pipeline.lang.han import HAN_CHARACTER
from pipeline.lang.lexicon import shipped_lexicon
from pipeline.lang.style import HouseStyle
from pipeline.lang.values import Value, chinese_values
from pipeline.stages._choice import by_coverage, unsaid
from pipeline.stages._clauses import clauses, computed, joined, part
from pipeline.stages._literals import Asked, rendered, repeated
from pipeline.stages._rules.base import RuleContext
from pipeline.stages._rules.values import fix_dates, fix_document_numbers, fix_item_numbers, fix_numbers

# How much less of the source's words, and how much less likely per piece, a translation may be that has more values.
_AS_FULL: Final = 0.05
_AS_LIKELY: Final = 0.35
# Numbers, dates and document numbers: what these check is what may not be lost.
_CHECKS: Final = ("A201", "A202", "A203")


class Part(NamedTuple):
    """A stretch of a request that was translated by itself.

    Attributes:
        request: As the engine was asked.
        hypotheses: The chosen one first.
    """

    request: Request
    hypotheses: tuple[Hypothesis, ...]


class Cut(NamedTuple):
    """A request in runs.

    Attributes:
        runs: Their texts, joined by what ``words`` stand for, are the request's.
        words: Per run the English that joins it to the one before; empty where the source's marks do.
        before: Whether the part before is in it too; it is one run then.
    """

    runs: list[Request]
    words: list[str]
    before: bool = False


class Losses:
    """Finds values that a source has and its translation has not, or the other way round, as the checks see them.

    What the rules of the next stage put right is wrong and not lost, and what
    stands there in Chinese is not translated.

    Args:
        document: Where the texts are from.
        base: Date that relative dates count from.
    """

    def __init__(self, document: Document, base: date | None) -> None:
        self.base = base
        self._style = HouseStyle()
        self._context = CheckContext(document=document, date=base)
        self._known: dict[tuple[str, str], list[Span]] = {}

    def __call__(self, source: str, target: str) -> list[Span]:
        """Where the values stand that the English of a Chinese text has lost; of one of its own, the whole text."""
        if (source, target) not in self._known:
            pair = Segment(id="", source=source, text=source, span=Span(0, len(source)), target=target)
            lost = list(self._missed(pair))
            self._known[source, target] = list(self._missed(self._put_right(pair))) if lost else lost
        return self._known[source, target]

    def _missed(self, pair: Segment) -> Iterator[Span]:
        for code in _CHECKS:
            for finding in CATALOGUE[code].function(pair, self._context):
                place = finding.source or Span(0, len(pair.text))
                written = place.of(pair.text)
                untranslated = HAN_CHARACTER.search(written) and written in pair.target
                if finding.severity is not Severity.MINOR and not untranslated:
                    yield place

    def _put_right(self, pair: Segment) -> Segment:
        """A pair with what the next stage's rules are certain about."""
        for rule in (fix_dates, fix_document_numbers, fix_item_numbers, fix_numbers):
            context = RuleContext(segment=pair, kind=BlockKind.PARAGRAPH, style=self._style, date=self.base)
            target = pair.target
            for change in sorted(rule(target, context), key=lambda change: -change.span.start):
                target = target[: change.span.start] + change.text + target[change.span.end :]
            pair = msgspec.structs.replace(pair, target=target)
        return pair


def fuller(place: Part, others: Sequence[Hypothesis], losses: Losses) -> Hypothesis:
    """The hypothesis of a part, or of others the likeliest of those that lose the fewest values.

    One that is worse in another way is none to take: where it lacks a
    negation, a term, a name, a value or a good part of the words that the first
    one has, says a figure too often, or is much less likely.

    Args:
        place: The part.
        others: Other translations of its request.
        losses: Finds values.
    """
    request, first = place.request, place.hypotheses[0]
    lost = len(losses(request.text, first.text))
    faults, has, said = _faults(request, first.text), _has(request, first.text, losses), _said(request.text, first.text)
    ranked: list[tuple[int, float, int]] = []
    for number, one in enumerate(others):
        loses = len(losses(request.text, one.text))
        if loses >= lost or not _likely(one, first):
            continue
        share = _said(request.text, one.text)
        worse = any(new > old for new, old in zip(_faults(request, one.text), faults, strict=True))
        gone = any(old and not new for new, old in zip(_has(request, one.text, losses), has, strict=True))
        if not worse and not gone and share >= said - _AS_FULL:
            ranked.append((loses, -(one.score or 0.0) - share, number))
    return others[min(ranked)[-1]] if ranked else first


def _likely(one: Hypothesis, first: Hypothesis) -> bool:
    return one.score is None or first.score is None or one.score >= first.score - _AS_LIKELY


def _said(source: str, target: str) -> float:
    """Share of a source's words that a translation has a word for; 1 where there is no lexicon."""
    lexicon = shipped_lexicon()
    return lexicon.coverage(source, target) if lexicon else 1.0


def _faults(request: Request, target: str) -> tuple[int, int]:
    """Of a translation: negations and bans amiss, figures said too often."""
    values = [one for one in _asked(request) if one.kind != "clause"]
    return unsaid(request.text, target), sum(repeated(target, values))


def _has(request: Request, target: str, losses: Losses) -> list[bool]:
    """Whether a translation has each term, each other rendering that was asked for and each value of its source."""
    terms = [one for one in request.constraints if one.kind == "term"]
    asked = _asked(request)
    values = [
        Asked(span=one.span, text=one.text, rendering=one.rendering, kind=one.kind)
        for one in chinese_values(request.text, losses.base, words=True)
        if not any(one.span.overlaps(other.span) for other in asked)
    ]
    return [
        *(any(find_inflected(text, target) for text in (one.rendering, *one.admitted)) for one in terms),
        *rendered(target, [*asked, *values]),
    ]


def _asked(request: Request) -> list[Asked]:
    """What a request asks for beside terms."""
    return [
        Asked(span=one.span, text=one.span.of(request.text), rendering=one.rendering, kind=one.kind)
        for one in request.constraints
        if one.kind != "term"
    ]


def cuts(place: Part, losses: Losses, *, both: Part | None, again: bool) -> Iterator[Cut]:
    """The ways to ask for a part once more.

    Whole, its lossy clauses apart, in what is alike within them, and with the
    part before it, which may have its subject.

    Args:
        place: A part whose chosen translation has lost values.
        losses: Finds them.
        both: The part with the one before it; None where there is none.
        again: Whether the whole is one of them: for engines that give a longer list.
    """
    request = place.request
    if again:
        yield Cut([request], [""])
    runs = list(_apart(request, losses(request.text, place.hypotheses[0].text)))
    if len(runs) > 1:
        yield Cut(runs, [""] * len(runs))
    if both:
        yield Cut([both.request], [""], before=True)
    finest = [_alike(run) or Cut([run], [""]) for run in runs]
    if any(len(cut.runs) > 1 for cut in finest):
        yield Cut([run for cut in finest for run in cut.runs], [word for cut in finest for word in cut.words])


def _apart(request: Request, lost: Sequence[Span]) -> Iterator[Request]:
    """A request cut before and behind the clauses that hold what is lost; those between them stay together."""
    start = at = 0
    for clause in clauses(request):
        end = at + len(clause.text)
        if any(span.overlaps(Span(at, end)) for span in lost) or computed(clause):
            if at > start:
                yield part(request, start, at)
            yield part(request, at, end)
            start = end
        at = end
    if at > start:
        yield part(request, start, at)


# What stands between things that are alike.
_BETWEEN: Final = re.compile("以及|[、和及与或]")
_WORDS: Final = {"、": ",", "或": " or"}
# So many characters beside its values make a run something to translate by itself.
_LEAST: Final = 3


def _alike(request: Request) -> Cut | None:
    """A clause cut between things that are alike: 对甲类商品加征15%的关税 | 和 | 对乙类商品加征10%的关税.

    All of them have values of the same kinds in the same order and end in the same character, so that 15%和10%的关税 is
    not cut. None where there are no such things.
    """
    text = request.text
    values = [one for one in chinese_values(text, words=True) if one.kind != "name"]
    held = [*(one.span for one in values), *(one.span for one in request.constraints)]
    marks = [Span(*match.span()) for match in _BETWEEN.finditer(text)]
    runs: list[Span] = []
    words: list[str] = [""]
    start = 0
    for mark in marks:
        if any(mark.overlaps(span) for span in held):
            continue
        inside = any(start <= one.span.start < mark.start for one in values)
        after = any(one.span.start >= mark.end for one in values)
        if inside and after:
            runs.append(Span(start, mark.start))
            words.append(_WORDS.get(mark.of(text), " and"))
            start = mark.end
    runs.append(Span(start, len(text)))
    if len(runs) < 2 or len({_shape(text, run, values) for run in runs}) > 1:
        return None
    return Cut([part(request, run.start, run.end) for run in runs], words)


def _shape(text: str, run: Span, values: Sequence[Value]) -> tuple[object, ...]:
    """What runs that are alike have in common; of one with few words beside its values, what no other has."""
    own = [one for one in values if run.start <= one.span.start < run.end]
    words = len(HAN_CHARACTER.findall(run.of(text))) - sum(len(HAN_CHARACTER.findall(one.text)) for one in own)
    if words < _LEAST:
        return (run,)
    return (*(one.kind for one in own), run.of(text).rstrip("，。；：")[-1:])


def put_together(cut: Cut, answers: Sequence[tuple[Hypothesis, ...]], losses: Losses) -> Sequence[Hypothesis]:
    """Translations of a cut request: the list of one run, or one that is joined from the fullest of each run.

    Args:
        cut: The runs.
        answers: Hypotheses of each, best first.
        losses: Finds values.
    """
    if len(cut.runs) == 1:
        return answers[0]
    best = [
        min(by_coverage(run.text, several), key=lambda one, run=run: len(losses(run.text, one.text)))  # type: ignore[misc]
        for run, several in zip(cut.runs, answers, strict=True)
    ]
    constraints = [one for run in cut.runs for one in run.constraints]
    return [joined(best, constraints, [run.text for run in cut.runs], cut.words)]
