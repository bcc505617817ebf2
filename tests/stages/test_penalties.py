"""Penalty clauses: who orders, what is confiscated, who is fined, and what is left to the engine."""

from __future__ import annotations

import pytest

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span
from pipeline.stages._authorities import authorities
from pipeline.stages._clauses import condition
from tests.stages.computed import said

PENALTIES = {
    "工业和信息化主管部门": "competent department of industry and information technology",
    "商务主管部门": "competent department of commerce",
    "市场监督管理部门": "market regulation department",
    "海关": "customs",
    "稀土产品": "rare earth product",
    "出口经营者": "export operator",
    "管制物项": "controlled item",
    "出口经营资格": "export operator qualification",
    "出口许可证": "export license",
    "5倍以上10倍以下": "not less than five times but not more than 10 times",
    "5万元以上20万元以下": "not less than RMB 50,000 but not more than RMB 200,000",
    "50万元": "RMB 500,000",
    "2万元": "RMB 20,000",
}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "由自然资源、工业和信息化主管部门按照职责分工责令改正，没收违法生产的稀土产品和违法所得，并处违法所得5倍以上10倍以下的罚款；",
            (
                "the competent department of natural resources and the competent department of industry and "
                "information technology shall, in accordance with their respective duties, order corrections, "
                "confiscate the rare earth products illegally produced and the illegal gains, and impose a fine of "
                "not less than five times but not more than 10 times the illegal gains;"
            ),
        ),
        (
            "由商务主管部门会同有关部门责令停止违法行为，没收非法收购、加工、销售的稀土产品以及直接用于违法活动的工具、设备。",
            (
                "the competent department of commerce, jointly with the relevant departments, shall order the"
                " illegal acts to cease and confiscate the rare earth products illegally purchased, "
                "processed, or sold and the tools and equipment used directly for illegal activities."
            ),
        ),
        (
            "由商务主管部门、海关等有关部门依法予以处罚。",
            (
                "the competent department of commerce, customs, and other relevant departments shall, in "
                "accordance with the law, impose penalties."
            ),
        ),
        (
            "由县级以上人民政府财政、税务部门责令改正，对单位处2万元以下的罚款。",
            (
                "the departments of finance and taxation of the people's government at or above the county "
                "level shall order corrections and impose a fine of not more than RMB 20,000 on the entity."
            ),
        ),
        (
            "拒不改正的，责令停产停业，并对主要负责人、直接负责的主管人员和其他直接责任人员处5万元以上20万元以下的罚款。",
            (
                "where corrections are refused, production and business shall be ordered to be suspended and "
                "a fine of not less than RMB 50,000 but not more than RMB 200,000 shall be imposed on the "
                "principal person in charge, the persons directly in charge, and other persons directly "
                "responsible."
            ),
        ),
        (
            "情节严重的，责令停业整顿，直至吊销相关管制物项出口经营资格。",
            (
                "where the circumstances are serious, business shall be ordered to be suspended for "
                "rectification, up to revocation of the export operator qualification for the relevant "
                "controlled items."
            ),
        ),
        (
            "违反本条例规定，有下列行为之一的，由海关给予警告；",
            (
                "where any of the following acts is committed in violation of these Regulations, customs "
                "shall give a warning;"
            ),
        ),
        (
            "出口经营者有下列情形之一的，由海关吊销其出口许可证：",
            (
                "where an export operator is in any of the following circumstances, customs shall revoke its "
                "export license:"
            ),
        ),
        (
            "违反本法规定，构成违反治安管理行为的，依法给予治安管理处罚；",
            (
                "where a violation of this Law constitutes a violation of public security administration, "
                "public security administration penalties shall be imposed in accordance with the law;"
            ),
        ),
        (
            "情节严重的，依法追究刑事责任。",
            (
                "where the circumstances are serious, criminal liability shall be pursued in accordance with "
                "the law."
            ),
        ),
        (
            "没有违法经营额或者违法经营额不足50万元的，可以处2万元以下罚款。",
            (
                "where there is no illegal turnover or the illegal turnover is less than RMB 500,000, a fine "
                "of not more than RMB 20,000 may be imposed."
            ),
        ),
    ],
    ids=[
        "two-fields", "jointly-and-goods", "among-others", "finance-and-tax-on-an-entity", "on-persons",
        "up-to-revocation",
        "acts-in-violation", "who-is-in-circumstances", "public-security", "criminal", "no-turnover",
    ],
)  # fmt: skip
def test_a_penalty_says_who_orders_it_and_who_bears_it(text: str, english: str) -> None:
    assert said(text, PENALTIES) == [english]


def test_a_run_with_a_subject_ends_where_an_unknown_act_follows() -> None:
    assert said("由海关责令改正，没收走私的货物。", PENALTIES) == ["customs shall order corrections,"]


def test_penalties_behind_a_condition_of_the_engine_stand_in_the_passive_up_to_the_next_condition() -> None:
    text = "未如实申报的，给予警告，没收违法所得，违法所得50万元以上的，处2万元以下罚款。"
    assert said(text, PENALTIES) == [
        "a warning shall be given and the illegal gains shall be confiscated;",
        "where the illegal gains are not less than RMB 500,000, a fine of not more than RMB 20,000 shall be imposed.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "由某委员会、海关责令改正。",
        "由海关对代理人处2万元以下的罚款。",
        "商务部可以给予警告，没收违法所得，另行公布。",
    ],
    ids=["body-unknown", "person-unknown", "not-behind-a-condition"],
)  # fmt: skip
def test_a_penalty_with_an_unknown_part_is_left_to_the_engine(text: str) -> None:
    assert said(text, PENALTIES) == []


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Whoever forges a license,", "Where anyone forges a license,"),
        ("Those who forge licenses,", "Where persons forge licenses,"),
    ],
    ids=["whoever", "those-who"],
)  # fmt: skip
def test_whoever_becomes_where_anyone_before_a_sentence_with_its_own_subject(english: str, expected: str) -> None:
    assert condition([Hypothesis(text=english)], whole=True).text == expected
    assert condition([Hypothesis(text=english)]).text == english


def test_who_lays_down_the_rest_is_computed() -> None:
    text = "具体办法由国务院发展改革、财政部门会同工业和信息化主管部门、粮食和物资储备部门制定。"
    (english,) = said(text, PENALTIES)
    assert english == (
        "the specific measures shall be formulated by the departments of development and reform and of finance of "
        "the State Council, jointly with the competent department of industry and information technology and the "
        "department of food and strategic reserves."
    )
    assert said("具体办法由某委员会会同有关部门制定。", PENALTIES) == []


def test_departments_of_several_fields_are_one_name_in_any_sentence() -> None:
    text = "国务院财政、税务部门应当共享数据，海关部门予以协助。"
    assert list(authorities(text, {})) == [
        (Span(0, 10), "departments of finance and taxation of the State Council"),
    ]
    assert list(authorities("财政、经济部门", {})) == []
