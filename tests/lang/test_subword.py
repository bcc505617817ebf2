from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang.subword import SYMBOLS, SubwordCodec
from pipeline.resources import shipped

DATE, NUMBER = SYMBOLS["date"][0], SYMBOLS["number"][0]


@pytest.fixture(scope="module")
def codec() -> SubwordCodec:
    return SubwordCodec.load(shipped("models") / "zh-en-compact")


@pytest.mark.parametrize(
    "text",
    [f"On {DATE}, exports of {NUMBER} (up {NUMBER}) fell.", f"{DATE}", f"{NUMBER}’s share", "Ōta said “naïve”"],
    ids=["sentence", "alone", "possessive", "bytes"],
)
def test_text_with_symbols_survives_the_pieces(codec: SubwordCodec, text: str) -> None:
    assert " ".join(word for word, _ in codec.words(codec.encode_target(text))) == text


@given(st.lists(st.sampled_from(["export", "control", "(", f"{DATE}", f"{NUMBER},", "Ministry’s", "55"]), min_size=1))
def test_words_carry_every_piece_once(words: list[str]) -> None:
    codec = SubwordCodec.load(shipped("models") / "zh-en-compact")
    pieces = codec.encode_target(" ".join(words))
    assert [i for _, members in codec.words(pieces) for i in members] == list(range(len(pieces)))


def test_a_symbol_is_the_same_piece_on_both_sides(codec: SubwordCodec) -> None:
    assert codec.encode_target(DATE)[0] in codec.encode_source([f"自{DATE}起施行。"])


def test_no_symbol_is_a_piece_of_utf8_text(codec: SubwordCodec) -> None:
    pieces = {piece for symbol in "".join(SYMBOLS.values()) for piece in codec.encode_target(symbol)}
    assert len(pieces) == sum(map(len, SYMBOLS.values()))
    assert not pieces & set(codec.encode_source(["镝、铽、镥与Ōta—“”…\n"]))


@given(st.text("对镝两用（）物项US 12Ō…①、/　", max_size=20))
def test_located_pieces_are_the_pieces_and_their_ranges_are_in_order(text: str) -> None:
    codec = SubwordCodec.load(shipped("models") / "zh-en-compact")
    located = codec.encode_located(text)
    assert [piece for piece, _, _ in located] == codec.encode_source([text])[:-1]
    assert all(0 <= start <= end <= len(text) for _, start, end in located)
    assert [start for _, start, _ in located] == sorted(start for _, start, _ in located)
