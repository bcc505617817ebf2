"""A document as JSON and back, with a published schema version.

Two forms: the *exchange* form keeps everything and reads back; the *report*
form is the contract of ``--to json`` (offsets count code points of
``source`` and ``target``).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from pipeline.core.document import SCHEMA_VERSION, Document, Segment
from pipeline.core.flags import Flag, Span
from pipeline.core.grouping import flag_groups
from pipeline.core.verdict import tally
from pipeline.errors import FormatError


class Envelope(msgspec.Struct, frozen=True):
    """A document with the version of the schema that wrote it."""

    schema: int
    document: Document


def dumps(document: Document) -> bytes:
    """The exchange form: UTF-8 JSON, keys in a fixed order."""
    return msgspec.json.encode(Envelope(SCHEMA_VERSION, document), order="deterministic")


def loads(data: bytes) -> Document:
    """Read the exchange form.

    Raises:
        FormatError: Not JSON of this schema, or of a newer version.
    """
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"not a Zhengming document: {error}") from error
    if envelope.schema > SCHEMA_VERSION:
        raise FormatError(f"schema {envelope.schema} is newer than this Zhengming reads ({SCHEMA_VERSION}): upgrade")
    return envelope.document


def schema() -> dict[str, Any]:
    """The JSON Schema of the exchange form."""
    return msgspec.json.schema(Envelope)


def summary(document: Document) -> dict[str, Any]:
    """Counts that the command line, the JSON contract and the report share.

    ``review`` is there only where an engine reviewed; see :func:`pipeline.core.verdict.tally`.
    """
    segments = document.segments
    terms = [term for segment in segments for term in segment.terms if term.enforced]
    flags = [flag for segment in segments for flag in segment.flags]
    verdicts = [segment.verdict for segment in segments if segment.verdict]
    return {
        "segments": len(segments),
        "terms": len(terms),
        "honoured": sum(term.honoured for term in terms),
        "edits": sum(len(segment.edits) for segment in segments),
        "flags": len(flags),
        "by_severity": dict(sorted(Counter(str(flag.severity) for flag in flags).items())),
        "by_code": dict(sorted(Counter(flag.code for flag in flags).items())),
        "groups": [
            {
                "code": group.code,
                "severity": str(group.severity),
                "text": group.text,
                "places": group.places,
                "renderings": list(group.renderings),
                "segments": list(group.segments),
                "summary": str(group),
            }
            for group in flag_groups(document)
        ],
        **({"review": tally(verdicts)} if verdicts else {}),
    }


def contract(document: Document) -> dict[str, Any]:
    """The object that ``--to json`` writes for one document."""
    return {
        "schema": SCHEMA_VERSION,
        "document": document.name,
        "signature": str(document.signature) if document.signature else "",
        "segments": [_segment(segment) for segment in document.segments],
        "summary": summary(document),
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "source": segment.source,
        "target": segment.target,
        "state": str(segment.state),
        "risk": segment.risk,
        "terms": [
            {
                "concept": term.concept,
                "source": _pair(segment.source_span(term.span)),
                "text": term.text,
                "rendering": term.rendering,
                "target": _pair(term.target),
                "honoured": term.honoured,
                "mode": term.mode,
                "enforced": term.enforced,
            }
            for term in segment.terms
        ],
        "flags": [_flag(flag, segment) for flag in segment.flags],
        "edits": [msgspec.to_builtins(edit) for edit in segment.edits],
        "hypotheses": [msgspec.to_builtins(hypothesis) for hypothesis in segment.hypotheses],
    }


def _flag(flag: Flag, segment: Segment) -> dict[str, Any]:
    return {
        "code": flag.code,
        "severity": str(flag.severity),
        "mqm": str(flag.category),
        "source": _pair(segment.source_span(flag.source)) if flag.source else None,
        "target": _pair(flag.target),
        "message": flag.message,
        "candidates": [candidate.text for candidate in flag.candidates],
        "evidence": [candidate.evidence for candidate in flag.candidates],
        "state": str(flag.state),
    }


def _pair(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span else None
