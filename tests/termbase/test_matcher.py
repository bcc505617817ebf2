from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.flags import Span
from pipeline.errors import GlossaryError
from pipeline.resources import shipped
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.condition import ConditionError, Context, ContextTest, Junction, Not, parse_condition
from pipeline.termbase.glossary import Glossary, read_entries
from pipeline.termbase.match import Matcher

TERMS = st.lists(st.text(alphabet="出口管制清单两用物项", min_size=1, max_size=5), min_size=1, max_size=12, unique=True)


def entry(zh: str, en: str = "x", **more: object) -> ConceptEntry:
    return ConceptEntry(id=zh, zh=zh, preferred=en, **more)  # type: ignore[arg-type]


def oracle(text: str, terms: list[str]) -> list[tuple[Span, str]]:
    """A plain dictionary, longest first at each place."""
    found, at = [], 0
    while at < len(text):
        term = max((term for term in terms if text.startswith(term, at)), key=len, default="")
        if term:
            found.append((Span(at, at + len(term)), term))
        at += len(term) or 1
    return found


@settings(max_examples=200)
@given(TERMS, st.text(alphabet="出口管制清单两用物项，的", max_size=60))
def test_the_automaton_finds_what_a_longest_first_dictionary_finds(terms: list[str], text: str) -> None:
    assert Matcher([entry(term) for term in terms]).spans(text) == oracle(text, terms)


def test_the_longest_term_wins_and_hides_those_inside_it() -> None:
    matcher = Matcher([entry("出口管制"), entry("出口管制清单"), entry("管制清单")])
    assert [span.of("列入出口管制清单的物项") for span, _ in matcher.find("列入出口管制清单的物项")] == ["出口管制清单"]


def test_a_traditional_text_matches_a_simplified_term_at_its_own_offsets() -> None:
    text = "對兩用物項實施管制"
    assert [span.of(text) for span, _ in Matcher([entry("两用物项")]).find(text)] == ["兩用物項"]


def test_a_short_term_that_cuts_through_a_word_is_vetoed() -> None:
    matcher = Matcher([entry("管制"), entry("关系")])
    assert [span.of("这没有关系") for span, _ in Matcher([entry("有关")]).find("这没有关系")] == []
    assert len(matcher.find("实施管制")) == 1


def test_elements_match_in_a_list_and_not_inside_other_words() -> None:
    matcher = Matcher([entry("钐"), entry("钆"), entry("铽")])
    assert len(matcher.find("对钐、钆、铽等7类物项")) == 3
    assert matcher.find("陈铽先生出席") == []


def test_a_matcher_survives_pickling() -> None:
    matcher = pickle.loads(pickle.dumps(Matcher([entry("出口管制")])))  # noqa: S301
    assert len(matcher.find("实施出口管制措施")) == 1


WORDS = st.tuples(
    st.sampled_from(["before", "after", "near", "segment", "document", "genre"]),
    st.lists(st.text(alphabet="管制许可清单", min_size=1, max_size=3), min_size=1, max_size=3),
)
CONDITIONS = st.recursive(
    WORDS.map(lambda pair: ContextTest(pair[0], tuple(pair[1]))),
    lambda inner: st.one_of(
        inner.map(Not),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda pair: Junction(pair[0], tuple(pair[1]))
        ),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_a_condition_reads_back_with_the_same_meaning(condition: ContextTest | Not | Junction) -> None:
    context = Context(text="出口管制许可清单", start=2, end=4, document="许可", genre="管制")
    again = parse_condition(str(condition))
    assert str(parse_condition(str(again))) == str(again)
    assert again.holds(context) == condition.holds(context)


@pytest.mark.parametrize(
    "text", ["after()", "beside(许可)", "after(许可) and", "(after(许可)"], ids=["empty", "unknown", "open", "bracket"]
)
def test_a_malformed_condition_is_refused_with_its_column(text: str) -> None:
    with pytest.raises(ConditionError, match=r"column \d+"):
        parse_condition(text)


def test_faults_of_a_glossary_are_named_together_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("id,zh,en,condition\na,出口管制,export control,\nb,,x,\na,许可,license,after(\n", encoding="utf-8")
    with pytest.raises(GlossaryError, match=r"line 3: zh empty; line 4: condition, column 1"):
        read_entries(path)


def test_two_columns_make_a_glossary_and_repeated_sources_alternatives(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("source,target\n许可,license\n许可,permit\n", encoding="utf-8")
    [made] = Glossary.load([path]).entries
    assert (made.preferred, made.admitted) == ("license", ("permit",))


def test_a_later_glossary_overrules_and_the_conflict_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("source,target\n两用物项,dual-use product\n", encoding="utf-8")
    glossary = Glossary.load([*sorted(shipped("glossaries").glob("*.csv")), path])
    assert [conflict.overruled.preferred for conflict in glossary.conflicts] == ["dual-use item"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("随着镝、铽价格走高，企业开始囤货。", ["镝", "铽"]),
        ("目前再生镝占比不足两成。", ["镝"]),
        ("三氧化二镨用作颜料。", []),
        ("采用钕铁硼永磁。", []),
        ("镝铁合金", []),
        ("钨酸钠", []),
    ],
    ids=["prices", "recycled", "sesquioxide", "magnet", "alloy", "tungstate"],
)
def test_an_element_stands_alone_but_not_inside_a_compound(text: str, found: list[str]) -> None:
    entries = [ConceptEntry(id=zh, zh=zh, preferred=zh) for zh in ("镝", "铽", "镨", "钕", "铁", "钨")]
    assert [span.of(text) for span, _ in Matcher(entries).find(text)] == found
