"""Checks that look at a document, or at more than one glossary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import formats
from pipeline.config import Config, GlossaryConfig
from pipeline.core.document import Document
from pipeline.evaluation.pairs import pair_document
from pipeline.lang.style import HouseStyle
from pipeline.run import Checker


def test_a_conflict_between_glossaries_is_flagged_once_with_both_renderings(tmp_path: Path) -> None:
    path = tmp_path / "project.csv"
    path.write_text("source,target\n出口经营者,exporter\n", encoding="utf-8")
    checker = Checker(replace(Config(), glossary=GlossaryConfig(files=(path,))))
    zh = ["出口经营者应当申报。", "出口经营者应当备案。"]
    en = ["Exporters shall make a declaration.", "Exporters shall file for the record."]
    document = checker.document(*pair_document(zh, en, name="t"))
    [flag] = [flag for segment in document.segments for flag in segment.flags if flag.code == "T105"]
    assert [candidate.text for candidate in flag.candidates] == ["exporter", "export operator"]
    assert "export-control.csv" in flag.message


def test_a_recurrent_phrase_that_no_glossary_has_is_flagged_where_its_rendering_varies(
    checked: Callable[..., Document],
) -> None:
    zh = "建立星级联评机制。\n完善星级联评机制，明确责任。\n企业对星级联评机制负责。\n评估星级联评机制。"
    en = (
        "Set up a star rating mechanism.\nImprove the star rating mechanism and clarify duties.\n"
        "Companies answer for the joint appraisal scheme.\nAssess the joint appraisal scheme."
    )
    flags = [flag for segment in checked(zh, en).segments for flag in segment.flags if flag.code == "T106"]
    assert len(flags) <= 1
    for flag in flags:
        assert {candidate.text for candidate in flag.candidates} >= {"star rating mechanism", "joint appraisal scheme"}
    assert flags


def test_renderings_seen_as_often_as_each_other_are_offered_in_the_same_order_on_every_run(
    checked: Callable[..., Document],
) -> None:
    nouns = ["procedure", "mechanism", "framework", "apparatus"]
    zh = "\n".join(["建立星级联评机制。", "评估星级联评机制。"] * len(nouns))
    verbs = iter("Launch Assess Draft Revise Adopt Explain Test Publish".split())
    en = "\n".join(f"{next(verbs)} the star rating {noun}." for noun in nouns for _ in range(2))
    [flag] = [flag for segment in checked(zh, en).segments for flag in segment.flags if flag.code == "T106"]
    offered = [candidate.text for candidate in flag.candidates]
    assert offered == ["star rating apparatus", "star rating framework", "star rating mechanism"]


def test_a_choice_is_flagged_once_in_a_document(checked: Callable[..., Document]) -> None:
    document = checked(
        "日方公然挑衅。\n对方公然违反承诺。", "Japan blatantly provokes.\nThe other side openly breaks its promise."
    )
    flags = [flag for segment in document.segments for flag in segment.flags if flag.code == "T104"]
    assert [candidate.text for candidate in flags[0].candidates][:2] == ["blatantly", "openly"]
    assert len(flags) == 1


def test_what_the_house_spells_so_is_no_british_spelling() -> None:
    config = Config(style=HouseStyle(license_noun="licence", spellings={"program": "programme"}))
    zh, en = ["取得许可证，参加该计划。"], ["Obtain a licence and join the programme of labour."]
    document = Checker(config).document(*pair_document(zh, en, name="t"))
    flags = [flag for segment in document.segments for flag in segment.flags if flag.code == "C603"]
    assert [candidate.text for flag in flags for candidate in flag.candidates] == ["labor"]


@pytest.mark.parametrize(
    ("digits", "codes"),
    [("285000", []), ("100731", []), ("13800000000", []), ("94580", ["C602"]), ("1248600", ["C602"])],
    ids=["subheading", "post-code", "telephone", "quota", "value"],
)
def test_digits_that_a_cell_copies_are_queried_where_no_code_has_so_many(digits: str, codes: list[str]) -> None:
    document = formats.by_name("markdown").read(f"| 一 | 二 |\n|---|---|\n| {digits} | 无 |\n".encode(), name="t.md")
    checked = Checker(Config()).document(document, [block.source for block in document.blocks])
    assert [flag.code for s in checked.segments for flag in s.flags if flag.code == "C602"] == codes


def test_digits_that_a_sentence_writes_in_one_are_queried_however_many(checked: Callable[..., Document]) -> None:
    [segment] = checked("全年配额为285000吨。", "The quota of the year is 285000 metric tons.").segments
    assert "C602" in [flag.code for flag in segment.flags]
