"""Words of a text and its translation are linked by the word lexicon."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.flags import Span
from pipeline.errors import FormatError
from pipeline.lang.lexicon import Lexicon, content_words, shipped_lexicon

LINES = [
    "出口\t95\texport",
    "出口管制\t90\texport control",
    "管制\t90\tcontrol restrict",
    "稀土\t97\trare earth",
    "搬\t60\trelocat mov",
    "迁\t60\trelocat",
    "诺\t50\tpromi",
    "尔\t50\tyou",
    "登\t50\tregist",
    "export\t95",
]


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon.parse(LINES)


def words(lexicon: Lexicon, text: str) -> list[str]:
    return [span.of(text) for span in lexicon.cut(text)]


def unlinked(lexicon: Lexicon, zh: str, en: str) -> tuple[list[str], list[str]]:
    links = lexicon.align(zh, en)
    return (
        [word.span.of(zh) for word in links.source if not word.linked],
        [word.span.of(en) for word in links.target if not word.linked],
    )


def test_the_longest_known_word_at_a_place_is_taken_and_unknown_ones_are_passed_over(lexicon: Lexicon) -> None:
    assert words(lexicon, "对稀土实施出口管制。") == ["稀土", "出口管制"]


def test_three_lone_characters_in_a_row_are_a_name_and_two_are_words(lexicon: Lexicon) -> None:
    assert words(lexicon, "诺尔登公司出口稀土") == ["出口", "稀土"]
    assert words(lexicon, "将搬迁") == ["搬", "迁"]


def test_a_word_left_out_has_no_link_and_its_neighbor_keeps_its_own(lexicon: Lexicon) -> None:
    assert unlinked(lexicon, "稀土出口", "exports of rare earths") == ([], [])
    assert unlinked(lexicon, "稀土出口", "exports of metals") == (["稀土"], [])


def test_what_the_source_does_not_say_has_no_link(lexicon: Lexicon) -> None:
    left, right = unlinked(lexicon, "稀土出口", "Exports of rare earths and control of exports")
    assert left == []
    assert sorted(word.lower() for word in right) == ["control", "exports"]


def test_neighbors_may_share_an_english_word_and_others_may_not(lexicon: Lexicon) -> None:
    assert unlinked(lexicon, "搬迁", "relocate") == ([], [])
    assert unlinked(lexicon, "搬了稀土，再迁", "relocated rare earths") == (["迁"], [])


def test_a_settled_place_is_linked_and_takes_its_words_from_no_other(lexicon: Lexicon) -> None:
    links = lexicon.align("稀土与管制", "minerals and controls", settled=[(Span(0, 2), Span(0, 8))])
    assert [word.linked for word in links.source] == [True, True]
    taken = lexicon.align("稀土与管制", "minerals and controls", settled=[(Span(0, 2), Span(13, 21))])
    assert [word.linked for word in taken.source] == [True, False]


def test_an_unlinked_word_speaks_for_a_loss_the_more_the_more_reliable_it_is(lexicon: Lexicon) -> None:
    weak, strong = (word.evidence for word in lexicon.align("搬了稀土", "").source)
    assert 0 < weak < strong
    assert all(word.evidence < 0 for word in lexicon.align("搬了稀土", "relocate rare earths").source)


def test_grammar_and_values_are_no_content() -> None:
    text = "It shall take effect on May 5, and 20 metric tons were of the rare earth."
    assert [form for _, form in content_words(text)] == ["take", "effect", "rare", "earth"]


@given(
    st.dictionaries(
        st.text("稀土出口管制镓锗", min_size=1, max_size=4),
        st.tuples(st.integers(1, 99), st.lists(st.text("abcdef", min_size=2), min_size=1, max_size=4, unique=True)),
        max_size=8,
    )
)
def test_a_lexicon_comes_back_from_its_lines(entries: dict[str, tuple[int, list[str]]]) -> None:
    made = Lexicon.parse(f"{word}\t{rate}\t{' '.join(forms)}" for word, (rate, forms) in entries.items())
    again = Lexicon.parse(made.lines())
    assert (again.pairs, again.chinese, again.english) == (made.pairs, made.chinese, made.english)


@given(st.text("稀土出口管制诺尔登，a", max_size=30), st.text("export rare earth control,", max_size=40))
def test_links_lie_in_the_texts_in_order(zh: str, en: str) -> None:
    links = Lexicon.parse(LINES).align(zh, en)
    for found, text in ((links.source, zh), (links.target, en)):
        spans = [word.span for word in found]
        assert spans == sorted(spans)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress("稀土\trare".encode())], ids=["no-gzip", "no-columns"])
def test_a_file_that_is_no_lexicon_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "lexicon.tsv.gz").write_bytes(data)
    with pytest.raises(FormatError, match=r"lexicon\.tsv\.gz"):
        Lexicon.read(tmp_path / "lexicon.tsv.gz")


def test_the_shipped_lexicon_links_a_faithful_sentence_nearly_whole() -> None:
    lexicon = shipped_lexicon()
    assert lexicon is not None
    zh = "商务部对稀土磁体的出口申请依法审查，并将加强与有关国家的沟通。"
    en = (
        "The Ministry of Commerce reviews export applications for rare earth magnets in accordance with law "
        "and will strengthen communication with the countries concerned."
    )
    left, _ = unlinked(lexicon, zh, en)
    assert len(left) <= 2
    assert len(list(lexicon.cut(zh))) >= 8
