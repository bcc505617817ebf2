from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.flags import Span
from pipeline.lang.han import is_han
from pipeline.lang.normaliser import fold, normalise
from pipeline.lang.segmenter import LONGEST, segment_spans

ALPHABET = st.text(alphabet="商务部公告第18号，。；：“”《》（）！？… a１Ａ\u3000\u200b\u0301.\n", max_size=60)
CASES = (Path(__file__).parents[1] / "golden" / "segments.txt").read_text(encoding="utf-8").strip().split("\n\n")


@given(ALPHABET)
def test_offsets_are_monotone_and_end_at_the_end(source: str) -> None:
    text, offsets = normalise(source)
    places = [offsets(i) for i in range(len(text) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(source)


@given(ALPHABET)
def test_normalising_twice_changes_nothing_more(source: str) -> None:
    text, _ = normalise(source)
    assert normalise(text)[0] == text


@given(st.characters())
def test_a_chinese_character_is_what_unicode_calls_an_ideograph(character: str) -> None:
    name = unicodedata.name(character, "")
    assert is_han(character) or not name.startswith(("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH"))


@pytest.mark.parametrize("character", list("a1，。《々あ한䷀"))
def test_letters_signs_and_hexagrams_are_no_chinese_characters(character: str) -> None:
    assert not is_han(character)


def test_rare_characters_of_names_are_chinese_ones() -> None:
    assert all(map(is_han, "䶮㼆镕淼鿍𬭊"))


def test_width_and_spaces_are_normalised_and_the_map_leads_back() -> None:
    source = "国 务院令第７９２号　公布"
    text, offsets = normalise(source)
    assert text == "国务院令第792号公布"
    at = text.index("792")
    assert offsets.span(Span(at, at + 3)).of(source) == "７９２"


@given(st.text(alphabet="對於兩用物項實施出口管制的公告，乾坤後面里長", max_size=40))
def test_folding_the_script_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_traditional_text_folds_to_simplified() -> None:
    assert fold("兩用物項出口管制") == "两用物项出口管制"


@given(ALPHABET)
def test_segments_are_disjoint_and_cover_all_but_white_space(text: str) -> None:
    spans = segment_spans(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    covered = "".join(span.of(text) for span in spans)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=[f"case-{number:03d}" for number in range(1, len(CASES) + 1)])
def test_a_golden_case_is_segmented_as_written(case: str) -> None:
    line, *expected = case.split("\n")
    assert [span.of(line) for span in segment_spans(line)] == [text.removeprefix("| ") for text in expected]


def test_a_long_run_without_any_mark_is_cut_and_nothing_of_it_is_lost() -> None:
    text = "镝" * 1000
    spans = segment_spans(text)
    assert max(span.end - span.start for span in spans) <= 400
    assert "".join(span.of(text) for span in spans) == text


def test_a_long_list_of_names_with_their_originals_is_one_segment() -> None:
    names = "、".join(f"北极星{i}航空公司（Northstar Aeronautics Company {i}）" for i in "ABCDEFGHIJ")
    text = f"决定将{names}列入清单。"
    assert len(text) > LONGEST
    assert segment_spans(text) == [Span(0, len(text))]


def test_a_long_list_is_cut_between_its_items_and_not_within_brackets() -> None:
    items = "、".join(f"约翰·沃克{i}（北极星公司董事长、首席执行官、总裁、首席运营官）" for i in "甲乙丙丁戊己庚辛壬癸")
    text = f"对{items}不予签发签证。"
    pieces = [span.of(text) for span in segment_spans(text)]
    assert len(pieces) > 1
    assert all(piece.count("（") == piece.count("）") for piece in pieces)
