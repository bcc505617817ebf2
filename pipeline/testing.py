"""Helpers for tests of an engine, a check, a rule or a format of your own; the project's own tests use them too.

========================  =============================================================
:func:`check_engine`      holds an engine against what the pipeline relies on
:func:`check_format`      does so with a format and one of its files
:class:`ScriptedEngine`   answers from a table, and notes what it was asked
:func:`segment`           a segment of Chinese and English text, with terms and hypotheses
:func:`document`          a document of segments, texts or pairs of texts
:func:`places`            where pieces of Chinese stand in a text, with their English
:func:`flags`             what the checks find in a document
:func:`post_edited`       a hypothesis after the rules of post-editing
========================  =============================================================

Nothing here needs a model, a network or pytest; what is broken is an :class:`AssertionError` that says where::

    from pipeline.testing import check_engine

    def test_my_engine_keeps_the_contract():
        with MyEngine() as engine:
            check_engine(engine)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from pipeline.checks.base import CheckContext, run_checks
from pipeline.core.document import Block, BlockKind, Document, Hypothesis, Segment, TermMatch
from pipeline.core.flags import Flag, Span
from pipeline.engines.base import Capabilities, Constraint, Engine, Request, Scorer
from pipeline.engines.echo import EchoEngine
from pipeline.formats.base import Format
from pipeline.lang.style import HouseStyle
from pipeline.stages.normalise import Normalise
from pipeline.stages.post_edit import PostEditStage
from pipeline.stages.segment import SegmentStage

SENTENCES: Final = (
    "对两用物项实施出口管制。",
    "出口经营者出口上述物项，应当依照有关规定向国务院商务主管部门申请许可。",
    "2025年前三季度，我国进出口总值33.61万亿元，同比增长4%。",
    "任何组织和个人不得违反规定转移两用物项。",
    "同意。",
)
"""What engines are tried with, short and long."""
_TERM: Final = ("两用物项", "dual-use items")
_N_BEST: Final = 3

Answer = str | Sequence[str]


class ScriptedEngine(EchoEngine):
    """Answers from a table, and notes what it was asked.

    Args:
        answers: English by Chinese, or a function of the request: one text,
            or several, best first.
        default: What it says to other texts; None: the text itself, with
            renderings put in place as the echo engine does.
        capabilities: What it says that it can do; None: what the echo engine says.

    Attributes:
        asked: All requests, in order.
        wanted: How many hypotheses each call wanted.
    """

    name = "scripted"

    def __init__(
        self,
        answers: Mapping[str, Answer] | Callable[[Request], Answer] | None = None,
        *,
        default: str | None = None,
        capabilities: Capabilities | None = None,
    ) -> None:
        super().__init__()
        self._answers = answers or {}
        self._default = default
        self._capabilities = capabilities
        self.asked: list[Request] = []
        self.wanted: list[int] = []

    @property
    def calls(self) -> int:
        """How often it was called."""
        return len(self.wanted)

    @property
    def capabilities(self) -> Capabilities:
        """Those that were given."""
        return self._capabilities or super().capabilities

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        """The answers of the table, at most ``n_best`` to each request."""
        self.asked += requests
        self.wanted.append(n_best)
        return [self._answer(request)[:n_best] for request in requests]

    def _answer(self, request: Request) -> tuple[Hypothesis, ...]:
        if callable(self._answers):
            answer: Answer | None = self._answers(request)
        else:
            answer = self._answers.get(request.text, self._default)
        if answer is None:
            return super().translate([request])[0]
        texts = [answer] if isinstance(answer, str) else answer
        return tuple(Hypothesis(text=text, engine=self.name) for text in texts)


def segment(
    zh: str,
    en: str = "",
    *,
    id: str = "1.s1",  # noqa: A002  (that is what the field is called)
    terms: Mapping[str, str] | Sequence[TermMatch] = (),
    hypotheses: Sequence[str | Hypothesis] = (),
    **fields: Any,
) -> Segment:
    """A segment.

    Args:
        zh: Source, taken as normalised.
        en: Target.
        id: Unique in its document.
        terms: Renderings by their Chinese, terms wherever it stands (:func:`places`); or terms as they are.
        hypotheses: What the engine said, best first.
        **fields: More fields of :class:`pipeline.core.document.Segment`.
    """
    return Segment(
        id=id,
        source=zh,
        text=zh,
        span=Span(0, len(zh)),
        target=en,
        terms=tuple(_terms(zh, terms) if isinstance(terms, Mapping) else terms),
        hypotheses=tuple(Hypothesis(text=one) if isinstance(one, str) else one for one in hypotheses),
        **fields,
    )


def _terms(zh: str, renderings: Mapping[str, str]) -> Iterator[TermMatch]:
    for span, rendering in places(zh, renderings).items():
        term = span.of(zh)
        yield TermMatch(concept=term, span=span, text=term, rendering=rendering)


def places(text: str, renderings: Mapping[str, str]) -> dict[Span, str]:
    """Where pieces of Chinese stand in a text, with their English, from the left; of those that overlap the longest."""
    found: dict[Span, str] = {}
    for zh in sorted(renderings, key=len, reverse=True):
        for match in re.finditer(re.escape(zh), text):
            span = Span(*match.span())
            if not any(span.overlaps(other) for other in found):
                found[span] = renderings[zh]
    return dict(sorted(found.items()))


def document(
    *parts: Segment | str | tuple[str, str],
    kind: BlockKind = BlockKind.PARAGRAPH,
    together: bool = False,
    **fields: Any,
) -> Document:
    """A document.

    Args:
        *parts: Segments as they are; Chinese texts, or pairs of a text and
            its English, which become segments ``1.s1``, ``2.s1`` and so on.
        kind: Of its blocks.
        together: Whether all segments stand in one block; else each has its own.
        **fields: More fields of :class:`pipeline.core.document.Document`.
    """
    segments = [_segment(number, part) for number, part in enumerate(parts, 1)]
    groups = [segments] if together else [[one] for one in segments]
    blocks = []
    for number, group in enumerate(groups, 1):
        text = "".join(one.text for one in group)
        blocks.append(Block(id=str(number), kind=kind, source=text, text=text, segments=tuple(group)))
    return Document(**{"name": "test", "format": "text", **fields}, blocks=tuple(blocks))


def _segment(number: int, part: Segment | str | tuple[str, str]) -> Segment:
    match part:
        case Segment():
            return part
        case str():
            return segment(part, id=f"{number}.s1")
        case _:
            return segment(*part, id=f"{number}.s1")


def flags(checked: Document, *codes: str, **context: Any) -> list[Flag]:
    """What the checks find in a document, in its order.

    Args:
        checked: With targets.
        *codes: Only flags of codes that begin so; none: all.
        **context: More fields of :class:`pipeline.checks.base.CheckContext`.
    """
    kinds = {one.id: block.kind for block in checked.blocks for one in block.segments}
    done = run_checks(CheckContext(document=checked, **{"kinds": kinds, **context}))
    return [flag for one in done.segments for flag in one.flags if flag.code.startswith(codes or "")]


def post_edited(
    zh: str,
    english: str,
    *,
    kind: BlockKind = BlockKind.PARAGRAPH,
    style: HouseStyle | None = None,
    date: str = "",
    terms: Mapping[str, str] | None = None,
) -> Segment:
    """A segment after the rules of post-editing; its ``edits`` say which one did what.

    Args:
        zh: Source.
        english: What the engine made of it.
        kind: Of its block.
        style: House style; None: the usual one.
        date: ISO date that relative dates count from.
        terms: Renderings that the glossary wants, by their Chinese.
    """
    made = document(segment(zh, terms=terms or {}, hypotheses=[english]), kind=kind, date=date)
    return PostEditStage(style=style)(made).segments[0]


def check_engine(engine: Engine, *, texts: Sequence[str] = SENTENCES, repeatable: bool = True) -> None:
    """Hold an engine against what the pipeline relies on; it stays open.

    It must answer every request in its place with at least one text and no
    more than were wanted, best first, say of itself what holds, and answer a
    request alike whatever it is batched with.

    Args:
        engine: Ready to translate.
        texts: Chinese to try it with.
        repeatable: False where a server may answer differently each time.

    Raises:
        AssertionError: Says what it does not keep.
    """
    _must(isinstance(engine, Engine), f"{type(engine).__name__} lacks a member of pipeline.engines.base.Engine")
    can = engine.capabilities
    _must(isinstance(can, Capabilities), f"{engine.name}: capabilities are a pipeline.engines.base.Capabilities")
    for text in (engine.name, engine.revision, engine.settings):
        _must(isinstance(text, str), f"{engine.name}: name, revision and settings go into signatures and are texts")
    _must(bool(engine.name), "an engine has a name")
    _must(min(can.batch_size, can.parallel) >= 1, f"{engine.name}: batch_size and parallel are at least 1")
    requests = [Request(text=text) for text in texts]
    _must(engine.translate([]) == [], f"{engine.name}: nothing asked, nothing answered")
    for n_best in (1, _N_BEST):
        _check_answers(engine, [*requests, *_with_terms(texts)], n_best)
    if repeatable:
        _check_order(engine, requests)
    if isinstance(engine, Scorer):
        _check_scores(engine, texts)


def _with_terms(texts: Sequence[str]) -> Iterator[Request]:
    """Requests for a rendering of the known term, where a text has it."""
    zh, en = _TERM
    for text in texts:
        if (at := text.find(zh)) >= 0:
            for asked in (True, False):
                constraint = Constraint(span=Span(at, at + len(zh)), rendering=en, asked=asked)
                yield Request(text=text, constraints=(constraint,))


def _check_answers(engine: Engine, requests: Sequence[Request], n_best: int) -> None:
    answers = engine.translate(requests, n_best=n_best)
    _must(isinstance(answers, list), f"{engine.name}: translate returns a list")
    _must(len(answers) == len(requests), f"{engine.name}: {len(answers)} answers to {len(requests)} requests")
    can = engine.capabilities
    for request, hypotheses in zip(requests, answers, strict=True):
        where = f"{engine.name}: {request.text!r} with n_best={n_best}"
        _must(isinstance(hypotheses, tuple) and len(hypotheses) > 0, f"{where}: an answer is a tuple, never empty")
        _must(len(hypotheses) <= (n_best if can.n_best else 1), f"{where}: {len(hypotheses)} hypotheses are too many")
        scores = [one.score for one in hypotheses if one.score is not None]
        # A length penalty may rank a less likely one first, so the order of scores says nothing.
        _must(max(scores, default=0.0) <= 0, f"{where}: scores are mean logarithms of probabilities, not {scores}")
        for one in hypotheses:
            _must(bool(one.text.strip()) and one.text.isprintable(), f"{where}: {one.text!r} is no line of text")
            places = [place for place in one.aligned if place is not None]
            _must(
                len(one.aligned) in {0, len(request.constraints)}, f"{where}: one place per rendering, or none at all"
            )
            _must(all(place.end <= len(one.text) for place in places), f"{where}: {places} lie outside {one.text!r}")
            _must(bool(one.token_logprobs) or not can.token_logprobs, f"{where}: it promises token_logprobs")


def _check_order(engine: Engine, requests: Sequence[Request]) -> None:
    together = [hypotheses[0].text for hypotheses in engine.translate(requests)]
    backwards = [hypotheses[0].text for hypotheses in engine.translate([*requests[::-1], *requests])]
    for number, request in enumerate(requests):
        (alone, *_), *_ = engine.translate([request])
        again = (backwards[len(requests) - 1 - number], backwards[len(requests) + number], alone.text)
        _must(
            {together[number]} == set(again),
            f"{engine.name}: {request.text!r} is {together[number]!r}, and among other requests one of {again}: "
            "answers must stand in the order of the requests and not depend on their company",
        )


def _check_scores(scorer: Scorer, texts: Sequence[str]) -> None:
    scores = scorer.score([*((text, "They agreed.") for text in texts), (texts[0], "")])
    _must(len(scores) == len(texts) + 1, f"score: {len(scores)} answers to {len(texts) + 1} pairs")
    _must(all(scores[:-1]) and not scores[-1], "score: one number per token of a target, and none where it is empty")
    _must(max(map(max, scores[:-1])) <= 0, "score: logarithms of probabilities are never above 0")


def check_format(form: Format, data: bytes, *, name: str = "document") -> Document:
    """Hold a format against what the pipeline relies on.

    Its blocks must have ids of their own; what it writes into the original
    must be read again with the same kinds of blocks, and what it writes anew
    with no fewer.

    Args:
        form: The format.
        data: One of its files, with Chinese in it.
        name: Name of the file.

    Returns:
        The document that was read.

    Raises:
        AssertionError: Says what it does not keep.
    """
    made = form.read(data, name=name)
    where = f"{form.name}: {name}"
    _must(any(block.translate for block in made.blocks), f"{where}: there is nothing to translate in it")
    _must(len({block.id for block in made.blocks}) == len(made.blocks), f"{where}: two blocks have one id")
    for block in made.blocks:
        inside = all(0 <= one.span.start <= one.span.end <= len(block.source) for one in block.inlines)
        _must(inside, f"{where}: formatting of block {block.id} lies outside its text")
    if form.can_write:
        translated = _translated(made)
        written, anew = (form.read(one, name=name) for one in (form.write(translated, data), form.export(translated)))
        _must(_kinds(written) == _kinds(made), f"{where}: write changed its blocks")
        filled = sum(bool(block.target) for block in translated.blocks)
        _must(len(anew.blocks) >= filled, f"{where}: export lost blocks")
    return made


def _kinds(made: Document) -> list[tuple[BlockKind, bool]]:
    return [(block.kind, block.translate) for block in made.blocks]


def _translated(made: Document) -> Document:
    ready = SegmentStage()(Normalise()(made))
    english = (msgspec.structs.replace(one, target="English stands here.") for one in ready.segments)
    return ready.with_segments(tuple(english))


def _must(holds: bool, message: str) -> None:  # noqa: FBT001  (it is what is asserted)
    if not holds:
        raise AssertionError(message)
