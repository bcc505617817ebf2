"""Where a report has what it says."""

from __future__ import annotations

import pytest

from pipeline.core.document import Hypothesis
from pipeline.stages._clauses import joined
from tests.stages.computed import said

KNOWN = {
    "海关总署": "General Administration of Customs",
    "10月13日": "October 13",
    "青木研究所": "Aoki Research Institute",
    "北方商报": "Northern Business Daily",
    "机构": "institution",
}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("据《北方商报》报道，稀土价格上涨。", "according to Northern Business Daily,"),
        (
            "海关总署10月13日公布的数据显示，出口下降。",
            ("data released by the General Administration of Customs on October 13 show that"),
        ),
        ("日本青木研究所的评估显示，供应紧张。", "an assessment by Japan's Aoki Research Institute shows that"),
        ("青木研究所最新报告指出，供应紧张。", "the latest report by the Aoki Research Institute points out that"),
    ],
    ids=["newspaper", "figures-of-a-day", "assessment", "latest-report"],
)
def test_whose_figures_show_it_is_computed(text: str, english: str) -> None:
    assert said(text, KNOWN) == [english]


@pytest.mark.parametrize(
    "text",
    [
        "据某自媒体报道，价格上涨。",
        "某协会的评估显示，供应紧张。",
        "机构数据显示，出口下降。",
        "海关总署的数据，出口下降。",
    ],
    ids=["paper-unknown", "body-unknown", "no-name", "no-verb"],
)
def test_a_source_that_is_not_known_is_left_to_the_engine(text: str) -> None:
    assert said(text, KNOWN) == []


def test_what_is_shown_follows_without_a_comma() -> None:
    parts = [Hypothesis(text="data from customs show that", mode="direct"), Hypothesis(text="Exports fell by 3%.")]
    assert joined(parts, ()).text == "Data from customs show that exports fell by 3%."
