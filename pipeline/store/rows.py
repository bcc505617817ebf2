"""Documents to rows and back."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

import msgspec

from pipeline.core.document import (
    Document,
    FuzzyMatch,
    Hypothesis,
    OffsetMap,
    PostEdit,
    Segment,
    SegmentState,
    TermMatch,
)
from pipeline.core.flags import Candidate, Flag, FlagState, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.core.verdict import Verdict
from pipeline.memory.unit import context_hash, text_hash

SETTLED: Final = frozenset({SegmentState.REVIEWED, SegmentState.FINAL})
# A critical flag outranks any number of minor ones that a segment can have.
WEIGHTS: Final = {Severity.CRITICAL: 10_000, Severity.MAJOR: 1_000, Severity.MINOR: 10, Severity.NEUTRAL: 1}
# What no reviewer or later stage reads, and what would fill the store.
_DROPPED: Final[dict[str, Any]] = {"token_logprobs": (), "aligned": ()}


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment row keeps compressed."""

    text: str
    span: Span
    offsets: OffsetMap = OffsetMap()
    terms: tuple[TermMatch, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    edits: tuple[PostEdit, ...] = ()
    matches: tuple[FuzzyMatch, ...] = ()
    verdict: Verdict | None = None


_decode_payload: Final = msgspec.json.Decoder(Payload).decode
_decode_document: Final = msgspec.json.Decoder(Document).decode
_decode_candidates: Final = msgspec.json.Decoder(list[tuple[str, str]]).decode


def packed(value: Any) -> bytes:
    """A value as compressed JSON."""
    return zlib.compress(msgspec.json.encode(value, order="deterministic"), 1)


def skeleton(document: Document) -> bytes:
    """A document without its segments."""
    bare = tuple(msgspec.structs.replace(block, segments=()) for block in document.blocks)
    return packed(msgspec.structs.replace(document, blocks=bare))


def with_segments(data: bytes, segments: Iterable[tuple[str, Segment]]) -> Document:
    """A document of its skeleton and its segments, each with the id of its block."""
    document = _decode_document(zlib.decompress(data))
    by_block: dict[str, list[Segment]] = {}
    for block, segment in segments:
        by_block.setdefault(block, []).append(segment)
    blocks = tuple(
        msgspec.structs.replace(block, segments=tuple(by_block.get(block.id, ()))) for block in document.blocks
    )
    return msgspec.structs.replace(document, blocks=blocks)


def payload(segment: Segment) -> bytes:
    """What a segment row keeps compressed."""
    slim = tuple(msgspec.structs.replace(hypothesis, **_DROPPED) for hypothesis in segment.hypotheses)
    return packed(
        Payload(
            text=segment.text,
            span=segment.span,
            offsets=segment.offsets,
            terms=segment.terms,
            hypotheses=slim,
            edits=segment.edits,
            matches=segment.matches,
            verdict=segment.verdict,
        )
    )


def segment_of(row: Any, flags: list[Flag]) -> Segment:
    """A segment of its row."""
    kept = _decode_payload(zlib.decompress(row.data))
    return Segment(
        id=row.name,
        source=row.source,
        target=row.target,
        state=SegmentState(row.state),
        flags=tuple(flags),
        **{name: getattr(kept, name) for name in kept.__struct_fields__},
    )


def segment_values(document: Document) -> list[dict[str, Any]]:
    """Values of the segment rows of a document, without the ids of what they belong to."""
    segments = document.segments
    homes = {segment.id: block for block in document.blocks for segment in block.segments}
    texts = ["", *(segment.text for segment in segments), ""]
    return [
        {
            "position": position,
            "name": segment.id,
            "block": homes[segment.id].id,
            "kind": str(homes[segment.id].kind),
            "source": segment.source,
            "initial": segment.target,
            "target": segment.target,
            "state": str(segment.state),
            "source_hash": text_hash(segment.text),
            "context_hash": context_hash(texts[position], texts[position + 2]),
            "terms_hash": terms_hash(segment),
            "data": payload(segment),
            **weight(segment.flags),
        }
        for position, segment in enumerate(segments)
    ]


def weight(flags: tuple[Flag, ...] | list[Flag]) -> dict[str, int]:
    """Risk and number of the flags that are open."""
    waiting = [flag for flag in flags if flag.state is FlagState.OPEN]
    return {"risk": sum(WEIGHTS[flag.severity] for flag in waiting), "open_flags": len(waiting)}


def terms_hash(segment: Segment) -> str:
    """What the glossary says about a segment's terms, as a hash."""
    said = sorted(
        (term.text, term.concept, term.rendering, term.admitted, term.forbidden)
        for term in segment.terms
        if term.enforced
    )
    return blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()


def fingerprints(segment: Segment, flags: tuple[Flag, ...] | list[Flag]) -> list[str]:
    """What each flag is recognised by in a later run: its code and the words it stands on, counted."""
    seen: Counter[tuple[str, str, str]] = Counter()
    made = []
    for flag in flags:
        source = flag.source.of(segment.text) if flag.source else ""
        target = flag.target.of(segment.target) if flag.target else ""
        key = (flag.code, source, target)
        seen[key] += 1
        made.append(blake2b(msgspec.json.encode([*key, seen[key]]), digest_size=16).hexdigest())
    return made


def flag_values(segment: Segment, flags: tuple[Flag, ...] | list[Flag]) -> list[dict[str, Any]]:
    """Values of the flag rows of a segment, without its id."""
    return [
        {
            "code": flag.code,
            "severity": str(flag.severity),
            "category": str(flag.category),
            "message": flag.message,
            "source_start": flag.source.start if flag.source else None,
            "source_end": flag.source.end if flag.source else None,
            "target_start": flag.target.start if flag.target else None,
            "target_end": flag.target.end if flag.target else None,
            "candidates": msgspec.json.encode([(one.text, one.evidence) for one in flag.candidates]).decode(),
            "state": str(flag.state),
            "fingerprint": fingerprint,
        }
        for flag, fingerprint in zip(flags, fingerprints(segment, flags), strict=True)
    ]


def flag_of(row: Any) -> Flag:
    """A flag of its row."""
    return Flag(
        code=row.code,
        category=MqmCategory(row.category),
        severity=Severity(row.severity),
        message=row.message,
        source=None if row.source_start is None else Span(row.source_start, row.source_end),
        target=None if row.target_start is None else Span(row.target_start, row.target_end),
        candidates=tuple(Candidate(text, evidence) for text, evidence in _decode_candidates(row.candidates)),
        state=FlagState(row.state),
    )
