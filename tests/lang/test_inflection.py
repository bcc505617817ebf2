from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected, forms, inflected_pattern
from pipeline.lang.plurals import counted

WORDS = [
    "export", "control", "Control", "policy", "is", "person", "end-user", "U.S.", "People’s", "dual-use", "of", "and",
    "the", "analysis", "Türkiye", "TÜRKİYE", "ΣΑΣ", "supply", "license", "Ⅲ", "oxide", "a",
]  # fmt: skip
JOINTS = [" ", "  ", "-", " - ", " -", "- ", " ", "\n", ", ", "_", "", "--", "'s "]
renderings = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join) | st.text("ab-' s", max_size=6)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """English that holds pieces of renderings in many forms."""
    known = sorted({form for word in WORDS for form in forms(word)} | set(WORDS))
    words = st.sampled_from(known) | st.text("asıſİK -_", max_size=3)
    cased = st.tuples(words, st.sampled_from([str.lower, str.upper, str.title])).map(lambda pair: pair[1](pair[0]))
    return "".join(draw(st.lists(cased | st.sampled_from(JOINTS), max_size=14)))


@given(renderings, texts())
@example("export control of person", "Exports  controls of people and export-control of persons")
@example("is", "was")
@example("-", "a - b")
def test_renderings_are_found_where_the_pattern_finds_them(rendering: str, text: str) -> None:
    expected = [Span(*match.span()) for match in inflected_pattern(rendering).finditer(text)]
    assert list(find_inflected(rendering, text)) == (expected if rendering.strip() else [])


@pytest.mark.parametrize(
    ("rendering", "text", "found"),
    [
        ("export control", "Export  Controls, export-controls, export - control", 3),
        ("export control", "exporting controls of reexport control", 1),
        ("letter of credit", "Letters of credit and letter-of-credits", 2),
        ("metric ton", "metric tons/metric tonnes", 1),
    ],
    ids=["joined", "inside-words", "before-of", "other-words"],
)
def test_inflected_renderings_are_found_between_word_boundaries_only(rendering: str, text: str, found: int) -> None:
    assert len(list(find_inflected(rendering, text))) == found


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "flag", "0 flags"),
        (1, "more kind", "1 more kind"),
        (2, "entry", "2 entries"),
        (12_000, "segment", "12,000 segments"),
        (3, "match", "3 matches"),
        (2, "day", "2 days"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, noun: str, text: str) -> None:
    assert counted(number, noun) == text
