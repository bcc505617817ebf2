"""What the memory finds: the same, the same with other values, and the nearly same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import testing
from pipeline.core.document import MatchKind, Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.memory.index import FuzzyIndex
from pipeline.memory.lookup import Memory
from pipeline.memory.pattern import adapted, pattern, slots
from pipeline.memory.unit import TranslationUnit, UnitTerm, text_hash
from pipeline.store import memory
from pipeline.store.database import Store
from pipeline.store.memory import StoredUnits

APPROVED = [
    TranslationUnit(
        source="根据商务部公告2025年第18号，自2025年4月4日起对氧化镝实施出口管制。",
        target="Under MOFCOM Announcement No. 18 of 2025, dysprosium oxide is subject to export control from "
        "April 4, 2025.",
        previous=text_hash("一、总则。"),
        following=text_hash("三、附则。"),
        glossary="g1",
        terms=(UnitTerm("re-dysprosium-oxide", "氧化镝", "dysprosium oxide", "dysprosium oxide"),),
        user="li",
        document="a.md",
    ),
    TranslationUnit(
        source="出口经营者应当向商务部申请出口许可。",
        target="Exporters shall apply to MOFCOM for an export license.",
        glossary="g1",
        terms=(UnitTerm("ec-license", "许可", "license", "license"),),
        user="li",
    ),
]


@pytest.fixture
def units(store_url: str) -> Iterator[StoredUnits]:
    with Store(store_url) as store:
        project = store.project()
        with store.write() as connection:
            memory.add_units(connection, project, APPROVED)
        yield StoredUnits(store, project)


def segment(text: str, *terms: tuple[str, str, str]) -> Segment:
    matches = tuple(
        TermMatch(concept=concept, span=Span(text.find(zh), text.find(zh) + len(zh)), text=zh, rendering=en)
        for concept, zh, en in terms
    )
    return testing.segment(text, terms=matches)


DYSPROSIUM = ("re-dysprosium-oxide", "氧化镝", "dysprosium oxide")


def test_the_same_source_is_found_and_known_by_its_neighbours(units: StoredUnits) -> None:
    lookup = Memory(units, glossary="g1")
    there = [segment("一、总则。"), segment(APPROVED[0].source, DYSPROSIUM), segment("三、附则。")]
    [match] = lookup.matches(there)[1]
    assert (match.kind, match.score, match.target) == (MatchKind.CONTEXT, 100, APPROVED[0].target)
    [elsewhere] = lookup.matches([segment(APPROVED[0].source, DYSPROSIUM)])[0]
    assert elsewhere.kind is MatchKind.EXACT


def test_other_numbers_and_dates_find_it_and_are_put_into_its_english(units: StoredUnits) -> None:
    text = "根据商务部公告2026年第19号，自2026年1月6日起对氧化镝实施出口管制。"
    [match] = Memory(units, glossary="g1").matches([segment(text, DYSPROSIUM)])[0]
    assert match.kind is MatchKind.ADAPTED
    assert match.target == (
        "Under MOFCOM Announcement No. 19 of 2026, dysprosium oxide is subject to export control from January 6, 2026."
    )


def test_another_glossary_term_in_its_place_is_rendered_by_the_glossary(units: StoredUnits) -> None:
    text = APPROVED[0].source.replace("氧化镝", "氧化铽")
    [match] = Memory(units, glossary="g1").matches([segment(text, ("re-terbium", "氧化铽", "terbium oxide"))])[0]
    assert match.kind is MatchKind.ADAPTED
    assert "2025, terbium oxide is subject" in match.target


def test_the_nearly_same_is_only_proposed(units: StoredUnits) -> None:
    text = "出口经营者应当依法向商务部申请出口许可证。"
    [match] = Memory(units, glossary="g1").matches([segment(text)])[0]
    assert match.kind is MatchKind.FUZZY
    assert 70 <= match.score < 100
    assert not match.usable
    assert Memory(units, glossary="g1").matches([segment("完全无关的句子，谈的是天气。")])[0] == ()


def test_a_unit_that_the_glossary_has_left_behind_is_stale(units: StoredUnits) -> None:
    source = APPROVED[1].source
    changed = segment(source, ("ec-license", "许可", "permit"))
    [match] = Memory(units, glossary="g2").matches([changed])[0]
    assert match.stale
    assert not match.usable
    unchanged = segment(source, ("ec-license", "许可", "license"))
    assert Memory(units, glossary="g2").matches([unchanged])[0][0].usable


def test_units_approved_later_are_found_without_a_restart(units: StoredUnits, store_url: str) -> None:
    lookup = Memory(units, glossary="g1")
    text = "海关依法对两用物项的出口实施监督管理。"
    assert lookup.matches([segment(text)])[0] == ()
    with Store(store_url) as store, store.write() as connection:
        memory.add_units(
            connection,
            store.project(),
            [TranslationUnit(source=text.replace("依法", ""), target="Customs supervises.")],
        )
    assert [match.target for match in lookup.matches([segment(text)])[0]] == ["Customs supervises."]


@pytest.mark.parametrize(
    ("old", "english", "new", "expected"),
    [
        ("第18号", "No. 18", "第19号", "No. 19"),
        ("出口5.54万吨。", "Exports: 55,400 metric tons.", "出口6万吨。", "Exports: 60,000 metric tons."),
        ("增长5.2%。", "It grew by 5.2%.", "增长7%。", "It grew by 7%."),
        ("依照第三条处理。", "Handled under Article 3.", "依照第十二条处理。", "Handled under Article 12."),
        ("自2025年4月4日起。", "From April 4, 2025.", "自2025年12月1日起。", "From December 1, 2025."),
        ("自2025年4月4日起。", "From then on.", "自2025年12月1日起。", None),
        ("有3家企业和3项条件。", "3 firms and 3 conditions.", "有3家企业和4项条件。", None),
        ("出口1吨。", "Exports: 1 metric ton.", "出口2吨。", None),
    ],
    ids=["number", "amount", "percent", "article", "date", "not-found", "two-of-one", "singular"],
)
def test_values_are_replaced_where_the_english_says_them_without_doubt(
    old: str, english: str, new: str, expected: str | None
) -> None:
    assert pattern(old) == pattern(new)
    assert adapted(english, slots(old), slots(new)) == expected


@given(st.text(alphabet="公告第条年月日号吨%一二十万0123456789，。", max_size=40))
def test_a_pattern_of_any_text_holds_all_but_the_values(text: str) -> None:
    found = slots(text)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    left = text
    for slot in reversed(found):
        left = left[: slot.span.start] + left[slot.span.end :]
    marks = "".join(c for c in pattern(text) if c not in "\ue000\ue001\ue002\ue003\ue004")
    assert [c for c in left if c not in marks] == []


@given(st.lists(st.text(alphabet="出口管制物项许可证公告稀土", min_size=4, max_size=12), min_size=1, max_size=30))
def test_every_text_is_found_by_itself(texts: list[str]) -> None:
    index = FuzzyIndex(enumerate(texts))
    for number, text in enumerate(texts):
        found = index.near(text, threshold=99, limit=50)
        assert number in {near.id for near in found}
        assert all(near.score == 100 for near in found if texts[near.id] == text)
