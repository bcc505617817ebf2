"""Whom countermeasures are taken against: rows of bodies and of persons with their posts."""

from __future__ import annotations

import pytest

from tests.stages.computed import said

NAMES = {
    "中方": "China",
    "北极星公司": "Northstar Corp.",
    "海岬系统公司": "Cape Systems LLC",
    "约翰·沃克": "John Q. Walker",
    "安妮·霍尔曼": "Anne Holman",
    "首席执行官": "chief executive officer",
}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "对北极星公司、海岬系统公司等2家后附《反制清单》列明的企业，冻结在我国境内的财产。",
            (
                "with respect to the two enterprises listed in the annexed Countermeasure List, namely "
                "Northstar Corp. and Cape Systems LLC,"
            ),
        ),
        (
            "对约翰·沃克（北极星公司副总裁、导弹系统总裁）等12名后附《反制清单》列明的企业高级管理人员，不予签发签证。",
            (
                "with respect to the 12 senior executives listed in the annexed Countermeasure List, "
                "including John Q. Walker (vice president and president of missile systems of Northstar Corp.),"
            ),
        ),
        (
            "对北极星公司董事长、首席执行官约翰·沃克、首席运营官安妮·霍尔曼，禁止入境。",
            (
                "with respect to John Q. Walker (chairman and chief executive officer of Northstar Corp.) and "
                "Anne Holman (chief operating officer of Northstar Corp.),"
            ),
        ),
        (
            "中方决定对约翰·沃克等后附《反制裁清单》列明的个人采取以下反制裁措施：",
            (
                "China has decided to take the following countersanction measures against individuals listed in "
                "the annexed Countersanction List, including John Q. Walker:"
            ),
        ),
        (
            "对约翰·沃克（海岬系统公司亚太区总经理）、安妮·霍尔曼（海岬系统公司负责全球运营的高级副总裁）、",
            (
                "with respect to John Q. Walker (general manager for the Asia-Pacific region of Cape Systems LLC), "
                "Anne Holman (senior vice president in charge of global operations of Cape Systems LLC),"
            ),
        ),
        (
            "约翰·沃克（海岬系统公司创始人）等10名后附《反制清单》列明的企业高级管理人员，冻结财产。",
            (
                "John Q. Walker (founder of Cape Systems LLC), the 10 senior executives listed in the annexed "
                "Countermeasure List,"
            ),
        ),
    ],
    ids=["bodies", "posts-in-brackets", "posts-before-names", "decision", "row-cut-open", "end-of-a-cut-row"],
)
def test_a_row_keeps_every_member_and_its_post(text: str, english: str) -> None:
    assert said(text, NAMES) == [english]


def test_property_is_frozen_dealings_are_prohibited_and_entry_is_denied() -> None:
    freeze, dealings, entry = said(
        "冻结在我国境内的动产、不动产和其他各类财产；禁止我国境内的组织、个人与其本人进行有关交易、合作等活动；"
        "对其本人及其配偶、子女不予签发签证、不准入境（包括香港、澳门）。",
        NAMES,
    )
    assert freeze.startswith("movable property, immovable property, and")
    assert freeze.endswith("within the territory of China shall be frozen;")
    assert dealings.endswith("prohibited from conducting transactions, cooperation, and other activities with them;")
    assert entry == (
        "visas and entry into China (including Hong Kong and Macao) shall be denied to the persons concerned and their "
        "spouses and children."
    )
    assert said("冻结在我国境内的银行账户。", NAMES) == []


@pytest.mark.parametrize(
    "text",
    [
        "对北极星公司、无名公司等2家后附《反制清单》列明的企业，冻结在我国境内的财产。",
        "对约翰·沃克（无名公司总裁），不予签发签证。",
        "对北极星公司，商务部表示关切。",
        "某国决定对北极星公司采取以下反制措施：",
        "约翰·沃克，冻结财产。",
    ],
    ids=["body-unknown", "post-unknown", "no-measure", "who-decides-unknown", "no-row"],
)
def test_a_row_with_an_unknown_member_is_left_to_the_engine(text: str) -> None:
    assert said(text, NAMES) == []
