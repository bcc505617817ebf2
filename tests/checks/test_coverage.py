"""A206 and A220: clauses that a translation lost or made up, by the word lexicon."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline import testing
from pipeline.core.document import Hypothesis
from pipeline.core.flags import Flag

Flags = Callable[..., list[Flag]]

KEPT = [
    (
        "企业应当妥善保存交易记录，定期培训从业人员，并接受主管部门的监督检查。",
        (
            "Enterprises shall properly keep transaction records, train their personnel regularly, and accept "
            "supervision and inspection by the competent departments."
        ),
        ", train their personnel regularly",
        "定期培训从业人员，",
    ),
    (
        "双方同意建立联合工作组，就市场准入问题开展磋商，并尽快公布结果。",
        (
            "The two sides agreed to set up a joint working group, hold consultations on market access, and announce "
            "the results as soon as possible."
        ),
        ", and announce the results as soon as possible",
        "并尽快公布结果。",
    ),
]
ADDED = " which protects farmers and fishing villages near the coast"


@pytest.mark.parametrize(("zh", "en", "clause", "lost"), KEPT, ids=["training", "results"])
def test_a_clause_left_out_is_flagged_on_its_chinese(flags: Flags, zh: str, en: str, clause: str, lost: str) -> None:
    assert clause in en
    [flag] = [flag for flag in flags(zh, en.replace(clause, "")) if flag.code == "A206"]
    assert flag.source is not None
    assert flag.source.of(zh) == lost


@pytest.mark.parametrize(("zh", "en"), [row[:2] for row in KEPT], ids=["training", "results"])
def test_a_whole_translation_is_not_flagged(flags: Flags, zh: str, en: str) -> None:
    assert not [flag for flag in flags(zh, en) if flag.code in {"A206", "A220"}]


@pytest.mark.parametrize(("zh", "en"), [row[:2] for row in KEPT], ids=["training", "results"])
def test_a_clause_that_the_source_does_not_have_is_flagged_on_its_english(flags: Flags, zh: str, en: str) -> None:
    target = en.removesuffix(".") + "," + ADDED + "."
    [flag] = [flag for flag in flags(zh, target) if flag.code == "A220"]
    assert flag.target is not None
    assert flag.target.of(target) == ADDED.strip()


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("这种做法无异于饮鸩止渴。", "This is tantamount to seeking relief at the cost of disaster."),
        ("清单涵盖车床、磨床和镗床。", "The list covers lathes, grinding machines, and boring machines."),
        (
            "经营者可以申请出口许可，申请出口许可的经营者名单由主管部门公布。",
            (
                "Operators may apply for export licenses; the list of those who do is published by the competent "
                "department."
            ),
        ),
        (
            "一切国家机关应当依靠群众的支持，经常保持同群众的密切联系，倾听群众的意见。",
            (
                "All state organs shall rely on the support of the people, stay engaged with them day by day, and "
                "listen to their opinions."
            ),
        ),
        ("诺尔登生物工艺公司提交了答卷。", "Norden Bioprocess AB submitted a response."),
    ],
    ids=["set-phrase", "lone-characters", "said-once", "rendered-freely", "foreign-name"],
)  # fmt: skip
def test_what_no_word_list_renders_is_not_taken_for_lost(flags: Flags, zh: str, en: str) -> None:
    assert not [flag for flag in flags(zh, en) if flag.code in {"A206", "A220"}]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        (
            "老街坊们张灯结彩，敲锣打鼓，迎接凯旋的健儿。",
            (
                "Neighbors of the old quarter hung up lanterns, beat drums and gongs, and welcomed the national "
                "athletes who had come home victorious."
            ),
        ),
        (
            "骑手们顶着烈日穿街走巷，把热腾腾的饭菜送到千家万户。",
            (
                "Delivery riders go through streets and lanes under the burning sun to bring hot meals to thousands "
                "of households."
            ),
        ),
        (
            "他从小跟着祖父学木雕，如今已是远近闻名的匠人。",
            "He learned wood carving from his grandfather as a child and is now a craftsman known far and wide.",
        ),
    ],
    ids=["welcome", "riders", "carver"],
)
def test_what_renders_chinese_that_no_lexicon_has_is_not_taken_for_added(flags: Flags, zh: str, en: str) -> None:
    assert not [flag for flag in flags(zh, en) if flag.code == "A220"]


@pytest.mark.parametrize(("mode", "codes"), [("direct", []), ("plain", ["A206"])])
def test_a_name_that_is_computed_as_its_latin_letters_has_lost_nothing(mode: str, codes: list[str]) -> None:
    zh, en = "吉光航空航天技术研究开发股份有限公司（JG Tech Inc.）", "JG Tech Inc."
    made = testing.document(testing.segment(zh, en, hypotheses=[Hypothesis(text=en, mode=mode)]))
    assert [flag.code for flag in testing.flags(made, "A206", "A220")] == codes
