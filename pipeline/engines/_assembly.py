"""A request to source pieces, and target pieces to text with its values written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.core.flags import Span
from pipeline.engines._attention import Word, aligned_spans
from pipeline.engines.base import Request
from pipeline.lang.subword import SYMBOLS, Part, SubwordCodec


@dataclass(slots=True, kw_only=True)
class Encoded:
    """A request as the model sees it.

    Attributes:
        pieces: Source pieces, end symbol included.
        symbols: Rendering by the symbol that stands for it.
        places: Per constraint its symbol, or empty where it was annotated.
    """

    pieces: list[str]
    symbols: dict[str, str] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


def encode(request: Request, codec: SubwordCodec, *, values: bool) -> Encoded:
    """Renderings are annotated, values become symbols as far as symbols last.

    Args:
        request: With its constraints in order.
        codec: The model's alphabets.
        values: Whether the model was trained with value symbols.
    """
    free = {kind: iter(symbols) for kind, symbols in SYMBOLS.items()} if values else {}
    done = Encoded(pieces=[])
    parts: list[Part] = []
    at = 0
    for constraint in request.constraints:
        parts.append(request.text[at : constraint.span.start])
        symbol = next(free.get(constraint.kind, iter(())), "")
        done.places.append(symbol)
        if symbol:
            done.symbols[symbol] = constraint.rendering
            parts.append(symbol)
        else:
            parts.append((constraint.span.of(request.text), constraint.rendering))
        at = constraint.span.end
    parts.append(request.text[at:])
    done.pieces = codec.encode_source([part for part in _merged(parts) if part])
    return done


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring plain texts as one, so that a symbol stands inside its text."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


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
    text, words, found = "", [], dict[str, Span]()
    for word, members in codec.words(pieces):
        written, places = _written(word, encoded.symbols)
        if not written:
            continue
        text += " " if text else ""
        for symbol, span in places:
            found.setdefault(symbol, span.shifted(len(text)))
        words.append(Word(span=Span(len(text), len(text) + len(written)), pieces=members))
        text += written
    annotated = iter(aligned_spans(encoded.pieces, words, text, attention) if attention else ())
    return text, tuple(found.get(symbol) if symbol else next(annotated, None) for symbol in encoded.places)


def _written(word: str, symbols: dict[str, str]) -> tuple[str, list[tuple[str, Span]]]:
    """A word with its symbols written out; a symbol that the source has not is dropped."""
    text, places = "", []
    for character in word:
        if character in symbols:
            rendering = symbols[character]
            places.append((character, Span(len(text), len(text) + len(rendering))))
            text += rendering
        elif not "\ue000" <= character <= "\ue0ff":
            text += character
    return text, places
