"""The model_review stage: an engine reads source and target and answers in a fixed schema, or is not listened to.

Of its answers only what can be verified stays: codes of the catalogue that
were offered, words that stand in the segment, at least one other rendering.
The rest is dropped and counted by reason; no answer, however bad, is an
error. What stays is kept on the segment, and the check U407 makes flags of
it, so that a remark on words that have been corrected since is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from pipeline.checks import CATALOGUE
from pipeline.core.document import Document, Segment
from pipeline.core.verdict import Remark, Verdict
from pipeline.engines.base import Reviewer, ReviewRequest
from pipeline.errors import EngineUnavailable

# Checks of an engine's signals, of other engines and of the memory: nothing that a reader could find.
_SIGNALS: Final = ("U401", "U402", "U403", "U407", "U41")
_LONGEST: Final = 500
# A model that finds more in one sentence is rewriting it.
_MOST: Final = 5


class _Answer(msgspec.Struct, frozen=True):
    issues: list[msgspec.Raw]


class _Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    message: str
    source: str = ""
    target: str = ""
    candidates: list[str] = []


class _Dropped(Exception):  # noqa: N818  (never leaves this module)
    """An issue that is not listened to; ``str()`` is the reason that is counted."""


class ModelReview:
    """Lets an engine review targets.

    Args:
        engine: What reviews.
        off: Codes or code prefixes that are not run, hence not offered.

    Raises:
        EngineUnavailable: The engine translates only.
    """

    name = "model_review"
    requires = frozenset({"segments", "terms", "targets"})
    provides = frozenset({"model review"})

    def __init__(self, engine: object, *, off: tuple[str, ...] = ()) -> None:
        if not isinstance(engine, Reviewer):
            name = getattr(engine, "name", type(engine).__name__)
            raise EngineUnavailable(f"engine {name!r} cannot review; openai_compatible can (--review-engine)")
        self._engine = engine
        self._codes = {
            code: check.title
            for code, check in sorted(CATALOGUE.items())
            if not code.startswith(_SIGNALS) and not code.startswith(off)
        }

    def __call__(self, document: Document) -> Document:
        """The document with verdicts on its segments; equal segments are asked about once.

        Raises:
            pipeline.errors.EngineError: The server refuses to answer at all.
        """
        asked = [self._request(segment) for segment in document.segments]
        answers = self._answers(list(dict.fromkeys(request for request in asked if request)))
        return document.with_segments(
            tuple(
                msgspec.structs.replace(
                    segment, verdict=judged(answers[request], segment, codes=self._codes, engine=self._engine.name)
                )
                if request
                else segment
                for segment, request in zip(document.segments, asked, strict=True)
            )
        )

    def _request(self, segment: Segment) -> ReviewRequest | None:
        """What is asked about a segment; nothing where it was only copied."""
        if not segment.target or segment.target == segment.text:
            return None
        terms = dict.fromkeys((term.text, term.rendering) for term in segment.terms if term.enforced)
        return ReviewRequest(
            text=segment.text, target=segment.target, terms=tuple(terms), codes=tuple(self._codes.items())
        )

    def _answers(self, requests: Sequence[ReviewRequest]) -> dict[ReviewRequest, str | None]:
        answers: dict[ReviewRequest, str | None] = dict.fromkeys(requests)
        size = self._engine.capabilities.batch_size
        for start in range(0, len(requests), size):
            batch = requests[start : start + size]
            found = self._engine.review(batch)
            answers.update(zip(batch, found, strict=True))
            # A server that is down would cost its retries and time-outs once more with each batch.
            if all(answer is None for answer in found):
                break
        return answers


def judged(answer: str | None, segment: Segment, *, codes: Mapping[str, str], engine: str) -> Verdict:
    """What remains of a model's answer.

    Args:
        answer: As it came, JSON or not; None where none came.
        segment: What it is about.
        codes: The codes that were offered.
        engine: Who answered.

    Returns:
        The valid remarks, and how many were dropped for which reason.
    """
    if answer is None:
        return Verdict(engine=engine, dropped=(("no answer", 1),))
    try:
        issues = msgspec.json.decode(answer, type=_Answer).issues
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Verdict(engine=engine, dropped=(("malformed answer", 1),))
    remarks: list[Remark] = []
    dropped: Counter[str] = Counter()
    for raw in issues:
        try:
            remark = _remark(raw, segment, codes)
            if any(_place(one) == _place(remark) for one in remarks):
                raise _Dropped("repeated")  # noqa: TRY301  (one way out for all reasons)
            if len(remarks) == _MOST:
                raise _Dropped("too many")  # noqa: TRY301
        except _Dropped as reason:
            dropped[str(reason)] += 1
        else:
            remarks.append(remark)
    return Verdict(engine=engine, remarks=tuple(remarks), dropped=tuple(sorted(dropped.items())))


def _place(remark: Remark) -> tuple[str, str, str]:
    return remark.code, remark.source, remark.target


def _remark(raw: msgspec.Raw, segment: Segment, codes: Mapping[str, str]) -> Remark:
    """An issue as a remark.

    Raises:
        _Dropped: Something about it cannot be.
    """
    try:
        issue = msgspec.json.decode(raw, type=_Issue)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _Dropped("schema") from error
    message = " ".join(issue.message.split())
    if not _is_line(message):
        raise _Dropped("schema")
    if issue.code not in codes:
        raise _Dropped("code")
    source, target = issue.source.strip(), issue.target.strip()
    if source not in segment.text:
        raise _Dropped("source span")
    if target not in segment.target:
        raise _Dropped("target span")
    if not source and not target:
        raise _Dropped("no span")
    texts = (" ".join(text.split()) for text in issue.candidates)
    candidates = tuple(dict.fromkeys(text for text in texts if _is_line(text) and text != target))
    # With what stands there, a reviewer has two to choose from.
    if len(candidates) + bool(target) < 2:
        raise _Dropped("candidates")
    return Remark(code=issue.code, message=message, source=source, target=target, candidates=candidates)


def _is_line(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()
