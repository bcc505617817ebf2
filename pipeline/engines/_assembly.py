"""A request to source pieces, and target pieces to text with its values written out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.core.flags import Span
from pipeline.engines._attention import aligned_spans
from pipeline.engines.base import Constraint, Request
from pipeline.lang.subword import END, RESERVED, SYMBOLS, SubwordCodec

_RESERVED: Final = re.compile(f"[{''.join(sorted(RESERVED))}]")


@dataclass(slots=True, kw_only=True)
class Encoded:
    """A request as the model sees it.

    Attributes:
        pieces: Source pieces, end symbol included.
        symbols: Rendering by the symbol that stands for it.
        places: Per constraint its symbol, or its first and last source piece.
    """

    pieces: list[str] = field(default_factory=list)
    symbols: dict[str, str] = field(default_factory=dict)
    places: list[str | tuple[int, int]] = field(default_factory=list)


def encode(request: Request, codec: SubwordCodec, *, values: bool) -> Encoded:
    """Renderings are annotated, values become symbols as far as symbols last.

    Args:
        request: With its constraints in order.
        codec: The model's alphabets.
        values: Whether the model was trained with value symbols.
    """
    free = {kind: iter(symbols) for kind, symbols in SYMBOLS.items()} if values else {}
    done = Encoded()
    unasked: list[Constraint] = []
    at = 0
    for constraint in request.constraints:
        if not constraint.asked:
            unasked.append(constraint)
            continue
        _plain(done, request.text, Span(at, constraint.span.start), unasked, codec=codec)
        symbol = next(free.get(constraint.kind, iter(())), "")
        if symbol:
            done.symbols[symbol] = constraint.rendering
            done.places.append(symbol)
            done.pieces += codec.encode_target(symbol)
        else:
            start = len(done.pieces)
            done.pieces += codec.encode_source([(constraint.span.of(request.text), constraint.rendering)])[:-1]
            done.places.append((start, len(done.pieces) - 1))
        at = constraint.span.end
    _plain(done, request.text, Span(at, len(request.text)), unasked, codec=codec)
    done.pieces.append(END)
    return done


def _plain(done: Encoded, text: str, span: Span, unasked: list[Constraint], *, codec: SubwordCodec) -> None:
    """Add a stretch of plain text, and the places of the terms in it; they are used up."""
    if not unasked:
        done.pieces += codec.encode_plain(span.of(text))
        return
    base = len(done.pieces)
    located = codec.encode_located(span.of(text))
    done.pieces += [piece for piece, _, _ in located]
    for constraint in unasked:
        members = [
            base + i
            for i, (_, first, last) in enumerate(located)
            if span.start + first < constraint.span.end and constraint.span.start < span.start + last
        ]
        done.places.append((members[0], members[-1]) if members else (base, base - 1))
    unasked.clear()


def assemble(
    encoded: Encoded, pieces: Sequence[str], codec: SubwordCodec, attention: Sequence[Sequence[float]]
) -> tuple[str, tuple[Span | None, ...]]:
    """The text of target pieces, and where each constraint's words stand in it.

    Args:
        encoded: The request.
        pieces: Target pieces.
        codec: The model's alphabets.
        attention: (target, source) weights of the alignment head; empty where they were not asked for.
    """
    words, found = codec.words(pieces), dict[str, Span]()
    text = " ".join(word for word, _ in words)
    if _RESERVED.search(text):
        text, words, found = _written(words, encoded.symbols)
    ranges = [place for place in encoded.places if not isinstance(place, str)] if attention else []
    aligned = iter(aligned_spans(ranges, words, text, attention))
    return text, tuple(found.get(place) if isinstance(place, str) else next(aligned, None) for place in encoded.places)


def _written(
    words: Sequence[tuple[str, range]], symbols: dict[str, str]
) -> tuple[str, list[tuple[str, range]], dict[str, Span]]:
    """Words with their symbols written out: their text, the words, and where each symbol's rendering stands first.

    A symbol that the source has not is dropped.
    """
    text, done, found = "", list[tuple[str, range]](), dict[str, Span]()
    for word, members in words:
        start = len(text) + bool(text)
        written = ""
        for character in word:
            if character not in RESERVED:
                written += character
            elif character in symbols:
                at, rendering = start + len(written), symbols[character]
                found.setdefault(character, Span(at, at + len(rendering)))
                written += rendering
        if written:
            text += " " + written if text else written
            done.append((written, members))
    return text, done, found
