from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.flags import Span
from pipeline.lang.en import inflected_like, replaced
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.impact import Assessor, BilingualSegment, Outcome, PastDecision, holding
from pipeline.termbase.impact_report import impact_json, impact_markdown


def entry(zh: str, en: str, **more: object) -> ConceptEntry:
    return ConceptEntry(**{"id": zh, "zh": zh, "preferred": en, **more})  # type: ignore[arg-type]


def segment(source: str, target: str, **more: object) -> BilingualSegment:
    return BilingualSegment("公告.docx", "s1", source, target, **more)  # type: ignore[arg-type]


LICENSE = entry("出口许可", "export license", admitted=("export licensing",))
PERMIT = msgspec.structs.replace(LICENSE, preferred="export permit", admitted=(), forbidden=("export license",))
LIST = entry("清单", "list")


def outcomes(old: list[ConceptEntry], new: list[ConceptEntry], *segments: BilingualSegment) -> list[tuple[str, str]]:
    return [(each.term, str(each.outcome)) for each in Assessor(old, new).assess(segments).affected]


APPLY = segment("应当申请出口许可。", "An export license shall be applied for.")


def test_a_rendering_that_is_no_longer_accepted_is_shown_before_and_after() -> None:
    [found] = Assessor([LICENSE, LIST], [PERMIT, LIST]).assess([APPLY]).affected
    assert (found.outcome, found.now, found.before, found.after) == (
        Outcome.BREAKS,
        "export license",
        "export license",
        "export permit",
    )
    assert found.preview == "An export permit shall be applied for."


def test_all_occurrences_of_a_segment_change_in_one_preview_with_number_capitals_and_article() -> None:
    both = segment("出口许可由商务部颁发，出口许可不得转让。", "Export licenses are issued; an Export License is not.")
    found = Assessor([LICENSE], [msgspec.structs.replace(PERMIT, preferred="dual permit")]).assess([both]).affected
    assert {each.preview for each in found} == {"Dual permits are issued; a Dual Permit is not."}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("An export permit shall be applied for.", Outcome.MENDS),
        ("An export license shall be applied for.", Outcome.BREAKS),
        ("Permission shall be applied for.", Outcome.UNCLEAR),
    ],
    ids=["mended", "broken", "unclear"],
)
def test_each_occurrence_is_judged_by_what_stands_in_the_target(target: str, outcome: Outcome) -> None:
    assert outcomes([LICENSE], [PERMIT], segment(APPLY.source, target)) == [("出口许可", str(outcome))]


def test_a_rendering_that_both_versions_accept_stays() -> None:
    wider = msgspec.structs.replace(LICENSE, admitted=("export permit",))
    assert outcomes([LICENSE], [wider], APPLY) == [("出口许可", "stays")]


def test_a_rendering_wrong_before_and_after_is_no_damage() -> None:
    wrong = msgspec.structs.replace(LICENSE, forbidden=("outlet permission",))
    new = msgspec.structs.replace(wrong, preferred="export permit")
    bad = segment(APPLY.source, "Outlet permission shall be applied for.")
    assert outcomes([wrong], [new], bad) == [("出口许可", "wrong before and after")]


def test_a_removed_concept_frees_its_segments() -> None:
    assert outcomes([LICENSE, LIST], [LIST], APPLY) == [("出口许可", "no longer a term")]


def test_a_new_longer_term_takes_the_place_of_those_inside_it() -> None:
    longer = entry("出口管制清单", "export control list")
    old, new = [entry("出口管制", "export control"), LIST], [entry("出口管制", "export control"), LIST, longer]
    text = segment("列入出口管制清单。", "Included in the Export Control List.")
    assert outcomes(old, new, text) == [("出口管制清单", "becomes right")]


def test_a_change_of_condition_bears_only_on_the_contexts_that_it_moves() -> None:
    plain = entry("许可", "license", id="noun")
    old = [plain, entry("许可", "permit", id="verb", condition="after(的)")]
    new = [plain, entry("许可", "permit", id="verb", condition="after(的/后)")]
    moved = segment("经许可后出口。", "Exported under a license.")
    still = segment("经许可的出口。", "Exported under a permit.")
    assert outcomes(old, new, moved, still) == [("许可", "to change")]


def test_changes_of_notes_and_ids_touch_no_segment() -> None:
    other = msgspec.structs.replace(LICENSE, note="as a document", id="ec-1", definition="x")
    found = Assessor([LICENSE], [other]).assess([APPLY])
    assert (found.holding, found.affected) == (0, ())


def test_a_traditional_source_is_found_too() -> None:
    assert outcomes([LICENSE], [PERMIT], segment("應當申請出口許可。", APPLY.target)) == [("出口許可", "to change")]


def test_decisions_that_the_change_goes_against_are_named() -> None:
    chose = PastDecision("li", "2026-01-06T09:00:00Z", "export license", "as in Decree 792", "出口许可")
    decided = msgspec.structs.replace(APPLY, decisions=(chose,), state="reviewed")
    impact = Assessor([LICENSE], [PERMIT]).assess([decided])
    assert impact.affected[0].contradicts == (chose,)
    assert impact.contradictions == 1
    assert "**against li, 2026-01-06, “export license”, as in Decree 792**" in impact_markdown(impact)
    agrees = PastDecision("li", rendering="export permit", term="出口许可")
    assert (
        Assessor([LICENSE], [PERMIT]).assess([msgspec.structs.replace(APPLY, decisions=(agrees,))]).contradictions == 0
    )


def test_a_segment_that_a_person_approved_counts_as_decided_even_without_a_log() -> None:
    approved = msgspec.structs.replace(APPLY, state="final")
    assert Assessor([LICENSE], [PERMIT]).assess([approved]).contradictions == 1
    assert Assessor([LICENSE], [PERMIT]).assess([APPLY]).contradictions == 0


def test_the_report_counts_renderings_and_is_cut_with_a_word_about_the_rest() -> None:
    many = [msgspec.structs.replace(APPLY, id=f"s{i}") for i in range(5)]
    impact = Assessor([LICENSE], [PERMIT]).assess(many)
    text = impact_markdown(impact, limit=2)
    assert "hold a changed term: 5 of 5; occurrences concerned: 5, in documents: 1." in text
    assert "| 出口许可 | export license | 5 |" in text
    assert "… segments not shown: 3" in text
    assert len(impact_json(impact)["affected"]) == 5


SOURCES = st.lists(st.text(alphabet="出口许可管制清單單a\n。", min_size=1, max_size=12), max_size=30)


@settings(max_examples=60)
@given(SOURCES, st.lists(st.text(alphabet="出口许可清单", min_size=1, max_size=3), min_size=1, max_size=3, unique=True))
def test_exactly_the_segments_that_hold_a_form_are_kept(sources: list[str], wanted: list[str]) -> None:
    from pipeline.lang.normaliser import fold

    made = [segment(source, "x") for source in sources]
    kept = [each for _, hits in holding(made, wanted) for each in hits]
    assert kept == [each for each in made if any(form in fold(each.source) for form in wanted)]


@pytest.mark.parametrize(
    ("found", "base", "expected"),
    [
        ("export license", "export license", "export permit"),
        ("export licenses", "export license", "export permits"),
        ("Export licenses", "export license", "Export permits"),
        ("Export Licenses", "export license", "Export Permits"),
        ("Export License", "Export License", "export permit"),
    ],
    ids="plain plural sentence heading name".split(),
)
def test_a_rendering_takes_over_number_and_capitals(found: str, base: str, expected: str) -> None:
    assert inflected_like("export permit", found=found, base=base) == expected


def test_the_article_follows_the_rendering() -> None:
    assert replaced("Apply for a license.", Span(12, 19), "export permit") == "Apply for an export permit."
    assert replaced("An export permit lapses.", Span(3, 16), "license") == "A license lapses."
