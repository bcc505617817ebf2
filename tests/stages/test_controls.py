"""What is placed under control, in the announcement's own words."""

from __future__ import annotations

import pytest

from tests.stages.computed import said

KNOWN = {
    "2025年10月9日": "October 9, 2025",
    "2026年3月1日": "March 1, 2026",
    "商务部": "Ministry of Commerce",
    "海关总署": "General Administration of Customs",
    "出口管制法": "Export Control Law",
    "钬": "holmium",
    "铒": "erbium",
    "铥": "thulium",
    "稀土物项": "rare earth item",
    "超硬材料": "superhard material",
}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "2025年10月9日，商务部会同海关总署发布公告，决定对钬、铒、铥等3类稀土物项实施出口管制措施，并自发布之日起实施。",
            [
                (
                    "deciding to implement export control measures on three categories of rare earth "
                    "items, namely holmium, erbium, and thulium, effective as of the date of issuance."
                )
            ],
        ),
        (
            "2025年10月9日，商务部经国务院批准，发布公告，决定对钬、铒、铥等3类稀土物项实施出口管制措施，并自发布之日起实施。",
            [
                (
                    "issued an announcement and decided to implement export control measures on three "
                    "categories of rare earth items, namely holmium, erbium, and thulium, effective as of "
                    "the date of issuance."
                )
            ],
        ),
        (
            "经国务院批准，现决定对超硬材料实行临时管制，自公布之日起实施。",
            [
                (
                    "it has been decided to implement temporary control on superhard materials, effective "
                    "as of the date of issuance."
                )
            ],
        ),
        (
            "经国务院批准，决定自2026年3月1日起对钬等稀土物项实施出口管制；",
            [
                (
                    "it has been decided to implement export control on holmium and other rare earth items"
                    " from March 1, 2026;"
                )
            ],
        ),
        (
            "经国务院批准，决定对钬等12项稀土物项实施出口管制。",
            ["it has been decided to implement export control on 12 rare earth items, including holmium."],
        ),
    ],
    ids=["announcement-in-the-engine-s-clause", "announcement", "temporary", "from-a-day", "some-of-them"],
)
def test_a_decision_to_control_names_everything_that_is_controlled(text: str, english: list[str]) -> None:
    assert said(text, KNOWN) == english


@pytest.mark.parametrize(
    "text",
    [
        "经国务院批准，决定对某种材料实施出口管制。",
        "商务部表示，决定对超硬材料实施出口管制。",
        "经国务院批准，决定对钬等若干物质实施出口管制。",
        "各方决定对超硬材料实施联合评审。",
    ],
    ids=["unknown", "whose-decision", "kind-unknown", "no-control"],
)
def test_what_is_not_known_in_full_is_left_to_the_engine(text: str) -> None:
    assert said(text, KNOWN) == []
