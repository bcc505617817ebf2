from __future__ import annotations

import pytest

from pipeline.core.flags import Span
from pipeline.engines._assembly import assemble, encode
from pipeline.engines.base import Constraint, Request
from pipeline.lang.subword import OPEN, SYMBOLS, SubwordCodec
from pipeline.resources import shipped

TEXT = "2025年4月4日，商务部公布清单。"
REQUEST = Request(
    text=TEXT,
    constraints=(
        Constraint(span=Span(0, 9), rendering="April 4, 2025", kind="date"),
        Constraint(span=Span(10, 13), rendering="Ministry of Commerce"),
    ),
)
SYMBOL = SYMBOLS["date"][0]


@pytest.fixture(scope="module")
def codec() -> SubwordCodec:
    return SubwordCodec.load(shipped("models") / "zh-en-compact")


def test_a_value_is_one_piece_and_a_term_is_annotated(codec: SubwordCodec) -> None:
    encoded = encode(REQUEST, codec, values=True)
    assert encoded.symbols == {SYMBOL: "April 4, 2025"}
    assert encoded.places[0] == SYMBOL
    assert encoded.pieces[encoded.places[1][0]] == OPEN
    assert encoded.pieces[0] == codec.encode_target(SYMBOL)[0]
    assert encoded.pieces.count(OPEN) == 1


def test_a_model_without_symbols_gets_values_like_terms(codec: SubwordCodec) -> None:
    encoded = encode(REQUEST, codec, values=False)
    assert encoded.symbols == {}
    assert encoded.pieces.count(OPEN) == 2


def test_the_value_is_written_out_and_its_place_known(codec: SubwordCodec) -> None:
    encoded = encode(REQUEST, codec, values=True)
    pieces = codec.encode_target(f"On {SYMBOL}, it was published.")
    text, spans = assemble(encoded, pieces, codec, ())
    assert text == "On April 4, 2025, it was published."
    assert spans == (Span(3, 16), None)


def test_a_symbol_that_the_source_has_not_is_dropped(codec: SubwordCodec) -> None:
    encoded = encode(REQUEST, codec, values=True)
    pieces = codec.encode_target(f"It rose by {SYMBOLS['percent'][3]} in all.")
    assert assemble(encoded, pieces, codec, ())[0] == "It rose by in all."


def test_values_beyond_the_symbols_of_their_kind_are_annotated(codec: SubwordCodec) -> None:
    text = "4月4日" * 8
    constraints = tuple(Constraint(span=Span(4 * i, 4 * i + 4), rendering="April 4", kind="date") for i in range(8))
    encoded = encode(Request(text=text, constraints=constraints), codec, values=True)
    assert [isinstance(place, str) for place in encoded.places] == [True] * 6 + [False] * 2


def test_a_term_that_is_not_asked_for_is_plain_text_whose_pieces_are_known(codec: SubwordCodec) -> None:
    text = "对两用物项实施出口管制"
    term = Constraint(span=Span(1, 5), rendering="dual-use item", asked=False)
    encoded = encode(Request(text=text, constraints=(term,)), codec, values=True)
    assert encoded.pieces == codec.encode_source([text])
    first, last = encoded.places[0]
    assert "".join(encoded.pieces[int(first) : int(last) + 1]).replace("zh:", "") == "两用物项"
