from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lang.normaliser import fold
from pipeline.stages.match_terms import MatchTerms
from pipeline.termbase.glossary import Glossary
from pipeline.testing import document

ROWS = """id,zh,en,pos,subject,condition,reference,state
x-trade,办法,measures,noun,laws,after(》|第),usage:,approved
x-way,办法,way,noun,laws,before(没有/想),usage:,approved
"""


def rendering(text: str, folder: Path) -> list[str]:
    path = folder / "x.csv"
    path.write_text(ROWS, encoding="utf-8")
    done = MatchTerms(Glossary.load([path]))(document(text))
    return [term.rendering for term in done.segments[0].terms]


@pytest.mark.parametrize("text", ["企业没有办法出口", "企業沒有辦法出口"], ids=["simplified", "traditional"])
def test_a_condition_holds_in_either_script(text: str, tmp_path: Path) -> None:
    assert rendering(text, tmp_path) == ["way"]


GIVEN = """id,zh,en,pos,subject,condition,reference,state
x-missile,导弹,missile,noun,laws,,usage:,approved
x-blue,蓝湾公司,Blue Bay Company,proper,laws,,usage:,approved
"""


def terms_of(texts: list[str], folder: Path) -> list[list[tuple[str, str, str]]]:
    path = folder / "x.csv"
    path.write_text(GIVEN, encoding="utf-8")
    done = MatchTerms(Glossary.load([path]))(document(*texts, together=True))
    return [[(term.text, term.rendering, term.concept) for term in segment.terms] for segment in done.segments]


def test_a_name_spelt_out_in_the_annex_is_a_term_of_the_whole_document(tmp_path: Path) -> None:
    body, annex = terms_of(["对北极星导弹公司采取措施", "一、北极星导弹公司（Northstar Missiles）"], tmp_path)
    assert body == [("北极星导弹公司", "Northstar Missiles", "name:北极星导弹公司")]
    assert annex == []


def test_the_glossary_settles_a_name_that_both_have(tmp_path: Path) -> None:
    body, _ = terms_of(["对蓝湾公司的导弹采取措施", "一、蓝湾公司（Blue Bay Inc.）"], tmp_path)
    assert [rendering for _, rendering, _ in body] == ["Blue Bay Company", "missile"]


def test_a_segment_is_folded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []
    for module in ("pipeline.stages.match_terms", "pipeline.termbase.match"):
        monkeypatch.setattr(f"{module}.fold", lambda text: folded.append(text) or fold(text))
    assert rendering("企業沒有辦法出口。", tmp_path) == ["way"]
    # Once as the document's text, once as the segment's; the rest are terms of the glossary.
    assert folded.count("企業沒有辦法出口。") == 2
