"""Changes of trade by partner keep their figures apart."""

from __future__ import annotations

import pytest

from tests.stages.computed import said

FIGURES = {"11.3%": "11.3%", "4.9%": "4.9%", "逾四成": "more than 40%", "两成": "20%"}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "对日本出口同比减少11.3%，对韩国出口增长4.9%，对美国出口下降逾四成。",
            (
                "exports to Japan fell 11.3% year on year, exports to South Korea rose 4.9%, and exports to the United "
                "States fell by more than 40%."
            ),
        ),
        ("按来源地看，自澳大利亚进口环比增长4.9%；", "imports from Australia rose 4.9% month on month;"),
        (
            "对东盟出口增长4.9%，对欧盟出口下降11.3%，机电产品表现突出。",
            "exports to ASEAN rose 4.9% and exports to the EU fell 11.3%,",
        ),
    ],
    ids=["three-partners", "imports", "run-that-others-follow"],
)
def test_every_partner_has_its_own_figure(text: str, english: str) -> None:
    assert said(text, FIGURES) == [english]


@pytest.mark.parametrize(
    "text",
    ["对日本出口大幅下降。", "对某地出口增长4.9%。", "自日本出口增长4.9%。", "对日本出口的依赖下降11.3%。"],
    ids=["no-figure", "partner-unknown", "from-and-exports", "something-else-falls"],
)
def test_what_is_no_change_of_trade_is_left_to_the_engine(text: str) -> None:
    assert said(text, FIGURES) == []
