"""Rules of grammar: each with sentences that it mends and sentences that it must leave alone."""

from __future__ import annotations

import pytest

from pipeline.testing import post_edited as edited

MENDED = {
    "article-before-plural": (
        "plural-article",
        "中方将调整部分非关税措施。",
        "China will adjust a non-tariff measures.",
        "China will adjust non-tariff measures.",
    ),
    "article-before-adjective": (
        "plural-article",
        "日方公然发表错误言论。",
        "Japan openly made an erroneous remarks.",
        "Japan openly made erroneous remarks.",
    ),
    "article-opens": ("plural-article", "新措施已生效。", "A new measures are in force.", "New measures are in force."),
    "verb-joined": (
        "coordinated-verbs",
        "国家鼓励和支持企业回收稀土。",
        "The state encourages and support enterprises that recycle rare earths.",
        "The state encourages and supports enterprises that recycle rare earths.",
    ),
    "be-and-object": (
        "verb-after-modal",
        "企业应当全面落实主体责任。",
        "Enterprises shall be fully implement the responsibility that is theirs.",
        "Enterprises shall fully implement the responsibility that is theirs.",
    ),
    "to-behind-insertion": (
        "verb-after-modal",
        "海关应当在10日内审查申请。",
        "Customs shall, within 10 days, to review the application.",
        "Customs shall, within 10 days, review the application.",
    ),
    "nobody": (
        "nobody",
        "任何组织和个人不得转让许可证。",
        "Any organization and individual shall not transfer the license.",
        "No organization or individual shall transfer the license.",
    ),
    "resumed-subject": (
        "resumed-subject",
        "规避，是指改变产品外观的行为。",
        "Circumvention, it refers to acts that change the look of a product.",
        "Circumvention refers to acts that change the look of a product.",
    ),
    "opening-and": (
        "opening-and",
        "（二）及时报告线索；",
        "(2) And timely reporting of leads;",
        "(2) Timely reporting of leads;",
    ),
    "said-twice-with-to": (
        "doubled-words",
        "敦促对方纠正错误做法。",
        "It urged the other side to correct its wrong practices to correct its wrong practices.",
        "It urged the other side to correct its wrong practices.",
    ),
    "said-twice-with-or": (
        "doubled-words",
        "由合并后的法人承担。",
        "It is borne by the merged legal person or the merged legal person.",
        "It is borne by the merged legal person.",
    ),
    "gerund": (
        "gerund",
        "欧方正考虑放宽限制。",
        "The EU side is considering relax the restrictions.",
        "The EU side is considering relaxing the restrictions.",
    ),
    "space-in-quote": (
        "typography",
        "“单一窗口”已开通。",
        'The " single window" is open.',
        "The “single window” is open.",
    ),
}


@pytest.mark.parametrize("case", MENDED, ids=MENDED.keys())
def test_what_has_one_mending_is_mended_and_recorded(case: str) -> None:
    rule, source, english, expected = MENDED[case]
    segment = edited(source, english)
    assert segment.target == expected
    assert rule in [edit.rule for edit in segment.edits]


KEPT = {
    "list-of-goods": ("公布货物清单。", "A list of goods is published."),
    "measures-as-adjective": ("召开物项会议。", "A goods vehicle carries it."),
    "verb-with-the": ("纳税人欠缴税款的，应当补缴。", "Where a taxpayer owes the duties, it shall pay."),
    "number-of": ("调整一批措施。", "China will adjust a number of measures."),
    "further-three": ("再列入三家实体。", "A further three entities are listed."),
    "noun-after-and": ("国家加强审查和监督。", "The state strengthens review and supervision."),
    "passive": ("应当全面落实责任。", "The responsibility shall be fully implemented."),
    "shall-be-report": ("应当有报告。", "There shall be report forms."),
    "infinitive-of-insertion": (
        "海关可以提取货样，检验货物。",
        "Customs may, if it decides, take samples, to inspect the goods.",
    ),
    "any-may": ("任何组织和个人可以举报。", "Any organization or individual may report it."),
    "where-it-is": ("被认定为倾销的，应当征税。", "Where dumping is found, it is subject to duties."),
    "consider-a-noun": ("委员会考虑救济措施。", "The committee considers relief measures."),
    "considered-passive": ("应予考虑。", "It is considered in adopting measures."),
    "and-of-the-source": ("并向社会公布。", "And it shall be made public."),
    "two-clauses-with-and": (
        "延长临时管制，临时管制不超过2次。",
        "It may extend the temporary control and the temporary control shall not exceed two times.",
    ),
}


@pytest.mark.parametrize("case", KEPT, ids=KEPT.keys())
def test_what_is_right_is_left_alone(case: str) -> None:
    source, english = KEPT[case]
    assert edited(source, english).target == english


@pytest.mark.parametrize(
    ("zh", "title", "one", "several"),
    [
        ("进出口关税条例", "Regulations on Import and Export Duties", "is repealed", "are repealed"),
        ("海关查验指南", "Customs Inspection Guidelines", "takes effect", "take effect"),
        ("稳外贸若干意见", "Several Opinions on Keeping Foreign Trade Stable", "enters into force", "enter into force"),
    ],
    ids=["regulations", "guidelines", "opinions"],
)
def test_a_title_of_several_takes_their_verb(zh: str, title: str, one: str, several: str) -> None:
    done = edited(f"《{zh}》同时适用。", f"The {title} {one} at the same time.", terms={zh: title})
    assert done.target == f"The {title} {several} at the same time."


@pytest.mark.parametrize(
    ("zh", "title"),
    [
        ("关于修改部分规定的决定", "Decision Concerning the Amendment of Some Provisions"),
        ("贸易救济措施案", "Case of Measures"),
        ("原产地规则委员会", "Rules Committee"),
    ],
    ids=["decision", "case", "committee"],
)
def test_a_title_that_is_one_thing_keeps_its_verb(zh: str, title: str) -> None:
    english = f"The {title} is known at the same time."
    assert edited(f"《{zh}》同时公布。", english, terms={zh: title}).target == english


def test_a_title_that_is_no_subject_leaves_the_verb_alone() -> None:
    source, title = (
        "本公告与《两用物项出口管制条例》不一致的，以本公告为准。",
        "Regulations on Export Control of Dual-Use Items",
    )
    english = f"A notice that differs from the {title} is void."
    assert edited(source, english, terms={"两用物项出口管制条例": title}).target == english


def test_two_terms_that_share_a_rendering_both_stay() -> None:
    source = "由发包人或者总承包人承担。"
    english = "It is borne by the general contract party or the general contract party."
    terms = {"发包人": "general contract party", "总承包人": "general contract party"}
    assert edited(source, english, terms=terms).target == english
