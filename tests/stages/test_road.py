"""The whole road with the echo engine, and the stages on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.config import Config, GlossaryConfig
from pipeline.core.document import Document
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.engines.echo import EchoEngine
from pipeline.errors import PipelineError
from pipeline.run import Translator
from pipeline.stages import STAGES
from pipeline.stages.base import check_joins
from pipeline.stages.flag import FlagStage
from pipeline.stages.normalise import Normalise
from pipeline.stages.translate import clauses
from pipeline.testing import ScriptedEngine


def translate(source: str, target: str, *, date: str = "") -> Document:
    engine = ScriptedEngine({source: target}, default="Nothing.")
    with Translator(replace(Config(), date=date), engine=engine) as translator:
        return translator.text(source)


def codes(document: Document) -> list[str]:
    return [flag.code for segment in document.segments for flag in segment.flags]


def test_a_glossary_term_that_is_rendered_is_honoured_and_located() -> None:
    document = translate("对两用物项实施出口管制。", "Export controls are imposed on dual-use items.")
    [segment] = document.segments
    assert {term.text: term.target.of(segment.target) for term in segment.terms if term.target and term.enforced} == {
        "两用物项": "dual-use items",
        "出口管制": "Export controls",
    }
    assert codes(document) == []


def test_two_occurrences_need_two_renderings() -> None:
    document = translate("两用物项和其他两用物项。", "Dual-use items and others.")
    assert [term.honoured for term in document.segments[0].terms] == [True, False]
    assert codes(document) == ["T101"]


def test_a_forbidden_rendering_is_replaced_and_the_edit_recorded() -> None:
    document = translate("对两用物项实施管理。", "Two-use items are administered.")
    [segment] = document.segments
    assert segment.target == "Dual-use items are administered."
    assert ("forbidden", "Two-use items") in [(edit.rule, edit.before) for edit in segment.edits]


def test_a_wrong_magnitude_is_corrected_where_it_is_certain() -> None:
    document = translate("出口稀土5.54万吨。", "Rare earth exports were 5.54 metric tons.")
    assert document.segments[0].target == "Rare earth exports were 55,400 metric tons."


def test_a_number_with_an_untranslated_unit_is_left_alone() -> None:
    assert translate("出口5.54万吨。", "Exports: 5.54万吨.").segments[0].target == "Exports: 5.54万吨."


def test_a_wrong_magnitude_is_flagged_where_it_is_not_certain() -> None:
    document = translate("产量5.54万吨，销量3.2万吨。", "Output was 5.54 tons and sales 3.2 tons.")
    assert codes(document) == ["A201", "A201"]


def test_a_relative_date_becomes_a_full_one_under_the_document_date() -> None:
    document = translate("去年12月4日，会议召开。", "On December 4 last year, a meeting was held.", date="2026-01-06")
    assert document.segments[0].target == "On December 4, 2025, a meeting was held."


def test_a_relative_date_without_document_date_is_flagged() -> None:
    assert "A213" in codes(translate("去年12月4日，会议召开。", "On December 4 last year, a meeting was held."))


def test_a_prohibition_rendered_as_permission_is_flagged() -> None:
    assert "A208" in codes(translate("不得改变用途。", "The use can be changed."))


def test_a_double_negation_is_no_prohibition() -> None:
    assert "A208" not in codes(translate("企业不得不停产。", "Companies had to stop production."))


def test_an_enumeration_closed_by_its_count_is_flagged_when_opened() -> None:
    source = "对钐、钆、铽、镝、镥、钪、钇等7类物项。"
    target = (
        "Seven categories of items including samarium, gadolinium, terbium, dysprosium, lutetium, scandium and yttrium."
    )
    assert "A209" in codes(translate(source, target))


def test_untranslated_chinese_is_flagged_at_its_place() -> None:
    document = translate("会议召开。", "A 会议 was held.")
    [flag] = [flag for flag in document.segments[0].flags if flag.code == "A207"]
    assert flag.target is not None
    assert flag.target.of(document.segments[0].target) == "会议"


def test_one_term_rendered_in_two_ways_is_flagged_once_per_departure() -> None:
    with Translator(
        Config(),
        engine=ScriptedEngine(
            {
                "审查中重稀土。": "Medium and heavy rare earths are reviewed.",
                "中重稀土受限。": "Medium and heavy rare earths are limited.",
                "供应中重稀土。": "Medium-to-heavy rare earths are supplied.",
            }
        ),
    ) as translator:
        document = translator.text("审查中重稀土。中重稀土受限。供应中重稀土。")
    assert [
        (segment.id, flag.code) for segment in document.segments for flag in segment.flags if flag.code == "T103"
    ] == [("l1.s3", "T103")]


def test_stages_in_an_impossible_order_are_refused_by_name() -> None:
    with pytest.raises(PipelineError, match="stage 'flag' needs segments, targets, terms"):
        check_joins([Normalise(), FlagStage()])


def test_the_stages_of_a_run_stand_in_the_published_order_and_none_of_them_can_be_left_out() -> None:
    config = replace(Config(), glossary=GlossaryConfig(shipped=False))
    with Translator(config, engine=EchoEngine()) as translator:
        stages = translator.stages
    names = [stage.name for stage in stages]
    assert names == [name for name in STAGES if name in names]
    for left_out in stages[:-1]:
        with pytest.raises(PipelineError, match="needs"):
            check_joins([stage for stage in stages if stage is not left_out])


def test_clauses_join_to_the_text_and_never_cut_a_term() -> None:
    text = "鉴于日方近期的恶劣表现，过境、转运、通运，以及再出口的管理，应当加强。"
    start = text.index("过境")
    constraint = Constraint(span=Span(start, start + 8), rendering="transit, transshipment and through shipment")
    parts = list(clauses(Request(text=text, constraints=(constraint,))))
    assert "".join(part.text for part in parts) == text
    [held] = [c.span.of(part.text) for part in parts for c in part.constraints]
    assert held == "过境、转运、通运"
