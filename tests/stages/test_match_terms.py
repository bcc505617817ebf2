from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.document import Block, BlockKind, Document, Segment
from pipeline.core.flags import Span
from pipeline.stages.match_terms import MatchTerms
from pipeline.termbase.glossary import Glossary

ROWS = """id,zh,en,pos,subject,condition,reference,state
x-trade,办法,measures,noun,laws,after(》|第),usage:,approved
x-way,办法,way,noun,laws,before(没有/想),usage:,approved
"""


def rendering(text: str, folder: Path) -> list[str]:
    path = folder / "x.csv"
    path.write_text(ROWS, encoding="utf-8")
    segment = Segment(id="s", source=text, text=text, span=Span(0, len(text)))
    block = Block(id="b", kind=BlockKind.PARAGRAPH, source=text, text=text, segments=(segment,))
    done = MatchTerms(Glossary.load([path]))(Document(name="d", format="text", blocks=(block,)))
    return [term.rendering for term in done.segments[0].terms]


@pytest.mark.parametrize("text", ["企业没有办法出口", "企業沒有辦法出口"], ids=["simplified", "traditional"])
def test_a_condition_holds_in_either_script(text: str, tmp_path: Path) -> None:
    assert rendering(text, tmp_path) == ["way"]
