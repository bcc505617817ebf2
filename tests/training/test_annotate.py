from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lang.subword import CLOSE, OPEN, SEPARATOR, SubwordCodec
from pipeline.resources import shipped
from pipeline.training.annotate import Annotator, Example, consistent

SENTENCE = ("商务部公布了出口管制清单。", "The Ministry of Commerce announced the export control lists.")
# Of Chinese pieces with English words, as an aligner would find them.
WORDS = {"商务部": "The Ministry of Commerce", "公布": "announced", "出口管制": "export control", "清单": "lists"}


@pytest.fixture(scope="module")
def codec() -> SubwordCodec:
    return SubwordCodec.load(shipped("models") / "zh-en-compact")


def ids(codec: SubwordCodec, pieces: list[str]) -> list[int]:
    return [
        codec.english.get_piece_size() + codec.chinese.piece_to_id(piece[3:])
        if piece.startswith("zh:")
        else codec.english.piece_to_id(piece)
        for piece in pieces
    ]


def example(codec: SubwordCodec) -> Example:
    """The sentence with every piece of a term linked to every piece of its rendering."""
    source, target = codec.encode_source([SENTENCE[0]]), codec.encode_target(SENTENCE[1])
    links: list[tuple[int, int]] = []
    for term, rendering in WORDS.items():
        wanted = codec.encode_target(rendering)
        first = next(j for j in range(len(target)) if target[j : j + len(wanted)] == wanted)
        at = 0
        for i, piece in enumerate(source[:-1]):
            start, at = at, at + len(piece.removeprefix("zh:"))
            if SENTENCE[0].find(term) < at and start < SENTENCE[0].find(term) + len(term):
                links += [(i, first + k) for k in range(len(wanted))]
    end = int(codec.english.eos_id())
    return Example(source=ids(codec, source), target=[*ids(codec, target), end], links=sorted(set(links)))


def renderings(codec: SubwordCodec, found: Example) -> list[str]:
    """What stands between separator and close in an annotated source."""
    separator, close = codec.english.piece_to_id(SEPARATOR), codec.english.piece_to_id(CLOSE)
    texts: list[str] = []
    rest = found.source
    while separator in rest:
        start, stop = rest.index(separator), rest.index(close)
        texts.append(codec.english.decode(rest[start + 1 : stop]))
        rest = rest[stop + 1 :]
    return texts


def test_an_annotated_source_without_its_annotations_is_the_source(codec: SubwordCodec) -> None:
    plain = example(codec)
    opened, separator, close = (codec.english.piece_to_id(symbol) for symbol in (OPEN, SEPARATOR, CLOSE))
    for seed in range(20):
        annotated = Annotator(codec=codec, share=1.0, foreign=0.0, seed=seed)(plain).source
        assert annotated.count(opened) == annotated.count(separator) == annotated.count(close) > 0
        kept: list[int] = []
        inside = False
        for piece in annotated:
            inside = piece == separator or (inside and piece != close)
            if not inside and piece not in (opened, close):
                kept.append(piece)
        assert kept == plain.source


def test_renderings_are_whole_words_of_the_target_in_their_dictionary_form(codec: SubwordCodec) -> None:
    found: set[str] = set()
    for seed in range(60):
        annotator = Annotator(codec=codec, share=1.0, foreign=0.0, base_form=1.0, seed=seed)
        found.update(renderings(codec, annotator(example(codec))))
    assert "list" in found
    assert "lists" not in found
    assert any(text.endswith("Ministry of Commerce") for text in found)
    assert not found & {"of", "the", "The"}


def test_a_foreign_rendering_replaces_the_words_in_the_target_too(codec: SubwordCodec) -> None:
    annotator = Annotator(codec=codec, share=1.0, foreign=0.0, seed=1)
    for _ in range(20):
        annotator(example(codec))
    annotator.foreign = 1.0
    changed = annotator(example(codec))
    text = codec.english.decode(changed.target)
    assert text != SENTENCE[1]
    assert all(rendering in text for rendering in renderings(codec, changed))


def test_links_of_an_annotated_term_point_at_its_rendering(codec: SubwordCodec) -> None:
    for seed in range(20):
        annotated = Annotator(codec=codec, share=1.0, foreign=0.0, base_form=0.0, seed=seed)(example(codec))
        copied = [(i, j) for i, j in annotated.links if annotated.source[i] == annotated.target[j]]
        assert copied
        assert all(i < len(annotated.source) and j < len(annotated.target) for i, j in annotated.links)


def test_a_dictionary_entry_is_annotated_as_a_whole(codec: SubwordCodec) -> None:
    source, target = codec.encode_source(["氧化镝"]), codec.encode_target("dysprosium oxide")
    entry = Example(source=ids(codec, source), target=[*ids(codec, target), 2], links=[])
    annotated = Annotator(codec=codec, share=1.0, foreign=0.0)(entry, whole=True)
    assert renderings(codec, annotated) == ["dysprosium oxide"]
    assert annotated.target == entry.target


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_no_link_leaves_a_consistent_phrase_pair(links: list[tuple[int, int]]) -> None:
    for phrase in consistent(links, 12):
        inside = [phrase.source[0] <= i < phrase.source[1] for i, _ in links]
        assert inside == [phrase.target[0] <= j < phrase.target[1] for _, j in links]
        assert any(inside)


def test_the_shipped_alphabets_know_the_reserved_symbols_and_every_element() -> None:
    codec = SubwordCodec.load(Path(shipped("models") / "zh-en-compact"))
    unknown = codec.english.unk_id()
    assert all(codec.english.piece_to_id(symbol) != unknown for symbol in (OPEN, SEPARATOR, CLOSE))
    pieces = codec.encode_source(["钪钇镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥"])
    assert not [piece for piece in pieces if piece.startswith("zh:<0x")]
