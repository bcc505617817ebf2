"""What an engine is: capabilities, requests, and the protocol that all adapters keep."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, Self, runtime_checkable

import msgspec

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span


class GlossaryMode(StrEnum):
    """How an engine takes glossary renderings."""

    ANNOTATE = "annotate"
    PROMPT = "prompt"
    PLACEHOLDER = "placeholder"


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine can do.

    Attributes:
        glossary: How it takes renderings.
        n_best: Whether it can return more than one hypothesis.
        token_logprobs: Whether hypotheses carry token log-probabilities.
        local: Whether text stays on this machine.
        batch_size: Segments that one call should hold.
        context: Whether neighbours, title and notes shape its output.
        parallel: Calls that may run at once, so that one is prepared while another is worked on.
    """

    glossary: GlossaryMode
    n_best: bool = False
    token_logprobs: bool = False
    local: bool = True
    batch_size: int = 64
    context: bool = False
    parallel: int = 1


class Constraint(msgspec.Struct, frozen=True, kw_only=True):
    """A rendering that the engine is asked to use.

    Attributes:
        span: Where the term stands in ``Request.text``; spans never overlap.
        rendering: English to use; the engine may inflect it.
        kind: ``term``, or the kind of a value (:class:`pipeline.lang.values.Value`), which is never inflected.
        asked: False where an engine that copies need not use the rendering, but say where the term's words went.
        admitted: Other renderings that would be accepted.
        note: Sense note for engines that read prose.
    """

    span: Span
    rendering: str
    kind: str = "term"
    asked: bool = True
    admitted: tuple[str, ...] = ()
    note: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One segment to translate.

    Attributes:
        text: Normalised Chinese of one segment.
        constraints: Renderings to use, in order of their spans.
        previous: Normalised source of the segment before, for context.
        following: Normalised source of the segment after.
        title: What document it is from.
    """

    text: str
    constraints: tuple[Constraint, ...] = ()
    previous: str = ""
    following: str = ""
    title: str = ""


def canonical(request: Request, capabilities: Capabilities) -> Request:
    """A request with only what shapes the engine's output: equal ones have equal answers."""
    if capabilities.context:
        return request
    bare = tuple(
        Constraint(span=one.span, rendering=one.rendering, kind=one.kind, asked=one.asked)
        for one in request.constraints
    )
    return Request(text=request.text, constraints=bare)


@runtime_checkable
class Scorer(Protocol):
    """An engine that says how likely it finds a given translation."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, ...]]:
        """Natural-log probabilities of the target's tokens, given source and the tokens before.

        Args:
            pairs: Source and target of segments; no renderings are asked for.

        Returns:
            One tuple per pair, end symbol included; empty where a target is.

        Raises:
            pipeline.errors.EngineError: The engine failed for good.
        """


class ReviewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One translated segment to review.

    Attributes:
        text: Normalised Chinese.
        target: Its English.
        terms: Glossary terms in it, each with its rendering.
        codes: Flag codes that the answer may use, each with its title.
    """

    text: str
    target: str
    terms: tuple[tuple[str, str], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()


@runtime_checkable
class Reviewer(Protocol):
    """An engine that also says what it would query in a translation."""

    name: str

    @property
    def capabilities(self) -> Capabilities:
        """Whether text stays on this machine, and how many segments a call should hold."""

    def review(self, requests: Sequence[ReviewRequest]) -> list[str | None]:
        """Review segments.

        Args:
            requests: Segments, in any order and number.

        Returns:
            One answer per request as the model wrote it, meant to be a JSON
            object ``{"issues": [{"code", "message", "source", "target",
            "candidates"}]}`` but not validated; None where none came.

        Raises:
            pipeline.errors.EngineError: The server refuses to answer at all.
        """


@runtime_checkable
class Engine(Protocol):
    """An adapter to one translation engine.

    Adapters are context managers; leaving one frees the model (CTranslate2
    must be unloaded before the interpreter ends).
    """

    name: str

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""

    @property
    def revision(self) -> str:
        """Version of the weights or of the remote model."""

    @property
    def settings(self) -> str:
        """Decoding settings for the signature, e.g. ``beam:4``."""

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        """Translate segments.

        Args:
            requests: Segments, in any order and number.
            n_best: Hypotheses wanted for each; fewer may come.

        Returns:
            One tuple per request, in the order of the requests, best first,
            never empty.

        Raises:
            pipeline.errors.EngineError: The engine failed for good.
        """

    def close(self) -> None:
        """Free the model; the engine is not used afterwards."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
