from __future__ import annotations

import pytest

from pipeline.core.document import Hypothesis
from pipeline.stages._choice import unsaid
from pipeline.stages.translate import by_coverage


@pytest.mark.parametrize(
    ("source", "target", "faults"),
    [
        ("禁止向上述实体出口两用物项。", "Exports of dual-use items to the above entities are made.", 1),
        ("禁止向上述实体出口两用物项。", "Exports of dual-use items to the above entities are prohibited.", 0),
        ("未经许可，企业不得转让配额。", "No enterprise shall transfer its quota without permission.", 0),
        ("企业没有提交申请。", "The enterprise submitted an application.", 1),
        ("企业提交了申请。", "The enterprise did not submit an application.", 1),
    ],
    ids=["ban-lost", "ban-kept", "double", "negation-lost", "negation-added"],
)
def test_negations_and_bans_that_one_side_lacks_are_counted(source: str, target: str, faults: int) -> None:
    assert unsaid(source, target) == faults


def test_a_likelier_hypothesis_that_loses_the_ban_gives_way() -> None:
    lost = Hypothesis(text="Operators transfer the license to other enterprises.", score=-0.3)
    kept = Hypothesis(text="Operators shall not transfer the license to other enterprises.", score=-0.4)
    assert by_coverage("经营者不得向其他企业转让许可证。", (lost, kept))[0] == kept
