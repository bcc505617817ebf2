from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.document import BlockKind
from pipeline.lang.style import HouseStyle
from pipeline.stages._rules import RULES
from pipeline.stages.post_edit import PostEditStage
from pipeline.testing import document, segment
from pipeline.testing import post_edited as edited

CHANGED = {
    "typography-full-width": (
        "typography",
        "公告（附件）自即日起施行。",
        "The announcement（Annex）takes effect ，today。",
        "The announcement (Annex) takes effect, today.",
    ),
    "typography-number-sign": ("typography", "第18号公告。", "Announcement No.18.", "Announcement No. 18."),
    "typography-currency": ("typography", "罚款500元。", "A fine of RMB500.", "A fine of RMB 500."),
    "typography-quotes": (
        "typography",
        "“天塌不下来”。",
        'It said "the sky won\'t fall".',
        "It said “the sky won't fall.”",
    ),
    "date-day": ("date", "2025年4月4日公布。", "Published on April 14, 2025.", "Published on April 4, 2025."),
    "date-quarter": (
        "date",
        "2025年第三季度增长。",
        "Growth in the second quarter of 2025.",
        "Growth in the third quarter of 2025.",
    ),
    "date-range": (
        "date",
        "执行期限为2025年4月4日至10月3日。",
        "It applies from April 4 to October 4, 2025.",
        "It applies from April 4 to October 3, 2025.",
    ),
    "date-style": ("date-style", "2025年4月4日公布。", "Published on 4 April 2025.", "Published on April 4, 2025."),
    "preposition-day": (
        "date-preposition",
        "于2025年4月4日公布。",
        "Published in April 4, 2025.",
        "Published on April 4, 2025.",
    ),
    "preposition-year": ("date-preposition", "2025年出口增长。", "On 2025, exports grew.", "In 2025, exports grew."),
    "preposition-opening": (
        "date-preposition",
        "2025年4月4日，商务部发布公告。",
        "April 4, 2025, the Ministry of Commerce issued an announcement.",
        "On April 4, 2025, the Ministry of Commerce issued an announcement.",
    ),
    "preposition-opening-quarter": (
        "date-preposition",
        "第三季度，出口增长。",
        "The third quarter, exports grew.",
        "In the third quarter, exports grew.",
    ),
    "percent": ("percent", "增长5.2%。", "It grew 5.2 per cent.", "It grew 5.2%."),
    "number-magnitude": (
        "number",
        "出口5.54万吨。",
        "Exports were 5.54 metric tons.",
        "Exports were 55,400 metric tons.",
    ),
    "number-tenths": ("number", "占三成以上。", "It accounts for over 3%.", "It accounts for over 30%."),
    "unit-yuan": ("unit", "价值35亿元。", "It is worth 3.5 billion yuan.", "It is worth RMB 3.5 billion."),
    "unit-tons": ("unit", "出口5.54万吨。", "Exports were 55,400 tons.", "Exports were 55,400 metric tons."),
    "unit-bound": ("unit", "价值超过35亿元。", "Worth more than 3.5 billion yuan.", "Worth more than RMB 3.5 billion."),
    "document-number": (
        "document-number",
        "根据商务部公告2025年第18号。",
        "Under MOFCOM Announcement No. 81 of 2025.",
        "Under MOFCOM Announcement No. 18 of 2025.",
    ),
    "provision": (
        "provision",
        "依照第三条第二款处理。",
        "Handled under Article 3, paragraph 1.",
        "Handled under Article 3, paragraph 2.",
    ),
    "code": ("code", "商品编号2805301100。", "Commodity code 2,805,301,100.", "Commodity code 2805301100."),
    "name-hyphen": (
        "name",
        "发言人何亚东表示反对。",
        "Spokesperson He Ya-dong objected.",
        "Spokesperson He Yadong objected.",
    ),
    "name-turned": (
        "name",
        "发言人何亚东表示反对。",
        "Spokesperson Yadong He objected.",
        "Spokesperson He Yadong objected.",
    ),
    "original": (
        "original",
        "将吉布斯公司（Gibbs&Cox, Inc.）列入清单。",
        "Gibbs & Cox, Inc. is listed.",
        "Gibbs&Cox, Inc. is listed.",
    ),
    "doubled-word": (
        "doubled-words",
        "发表涉台言论。",
        "He made remarks remarks on Taiwan.",
        "He made remarks on Taiwan.",
    ),
    "doubled-phrase": (
        "doubled-words",
        "从事冶炼分离。",
        "Smelting and separation smelting and separation.",
        "Smelting and separation.",
    ),
    "doubled-long-name": (
        "doubled-words",
        "报全国人民代表大会常务委员会备案。",
        (
            "It is reported to the Standing Committee of the National People's Congress "
            "Standing Committee of the National People's Congress."
        ),
        "It is reported to the Standing Committee of the National People's Congress.",
    ),
    "lone-quotation-mark": (
        "typography",
        "以下简称出口管制法。",
        'Hereinafter referred to as the Export Control Law".',
        "Hereinafter referred to as the Export Control Law.",
    ),
    "one-year": ("agreement", "有效期不超过1年。", "It is valid for one years.", "It is valid for one year."),
    "only-a-quarter": (
        "bound",
        "获批的不到四分之一。",
        "Only one quarter has been approved.",
        "Less than one quarter has been approved.",
    ),
    "near-two-thirds": (
        "bound",
        "近三分之二的企业停产。",
        "Two-thirds of enterprises halted production.",
        "Nearly two-thirds of enterprises halted production.",
    ),
    "over-half": ("bound", "超过一半用于出口。", "It is half exported.", "It is more than half exported."),
    "two-tenths": ("bound", "产量增长两成以上。", "Output was up 20%.", "Output was up more than 20%."),
    "doubled": ("bound", "价格上涨一倍多。", "Prices doubled.", "Prices more than doubled."),
    "fewer-than-two": (
        "bound",
        "检查人员少于两人。",
        "The inspectors are two people.",
        "The inspectors are fewer than two people.",
    ),
    "money-over": (
        "bound",
        "案值逾800万元。",
        "The case is worth RMB 8 million.",
        "The case is worth more than RMB 8 million.",
    ),
    "rules": (
        "self-reference",
        "本规则由商务部解释。",
        "This Act is interpreted by MOFCOM.",
        "These Rules are interpreted by MOFCOM.",
    ),
    "statute": ("self-reference", "适用本条例。", "This Statute applies.", "These Regulations apply."),
    "possessive-the": (
        "article",
        "向中国台湾地区出售武器。",
        "Weapons are sold to the China's Taiwan region.",
        "Weapons are sold to China's Taiwan region.",
    ),
    "competent-department": (
        "institution",
        "国务院商务主管部门可以批准，或者不予批准。",
        "If competent department of commerce of the State Council may approve or refuse.",
        "If the competent department of commerce of the State Council may approve or refuse.",
    ),
    "competent-department-opens": (
        "institution",
        "商务主管部门可以批准，或者不予批准。",
        "Competent department of commerce may approve or refuse.",
        "The competent department of commerce may approve or refuse.",
    ),
    "moment": (
        "date",
        "自2025年4月10日12时01分起实施。",
        "It takes effect on April 10, 2025.",
        "It takes effect at 12:01 p.m. on April 10, 2025.",
    ),
    "tripled-word": ("doubled-words", "政府储备。", "A stockpile stockpile stockpile.", "A stockpile."),
    "closed-list": (
        "closed-list",
        "对钐、钆、铽等3类物项实施管制。",
        "Controls on samarium, gadolinium, and terbium, etc., were imposed.",
        "Controls on samarium, gadolinium, and terbium, were imposed.",
    ),
    "institution": (
        "institution",
        "商务部会同海关总署发布公告。",
        "The announcement was issued by Ministry of Commerce and General Administration of Customs.",
        "The announcement was issued by the Ministry of Commerce and the General Administration of Customs.",
    ),
    "institution-opening": (
        "institution",
        "商务部决定如下。",
        "Ministry of Commerce has decided as follows.",
        "The Ministry of Commerce has decided as follows.",
    ),
    "union": (
        "institution",
        "对欧盟出口增长。",
        "Exports to European Union have grown.",
        "Exports to the European Union have grown.",
    ),
    "country": (
        "country",
        "对日本的依赖。",
        "Dependence of the Japan, as reported.",
        "Dependence of Japan, as reported.",
    ),
    "us": (
        "country",
        "美方对产自美国的商品另有规定。",
        "U.S. side has other rules for commodities made in the U.S.",
        "The US side has other rules for commodities made in the US.",
    ),
    "state": (
        "state",
        "冻结在我国境内的财产。",
        "Assets in the territory of the ROC are frozen.",
        "Assets in the territory of China are frozen.",
    ),
    "state-in-full": (
        "state",
        "依照中华人民共和国法律处理。",
        "Handled under the laws of the Republic of China.",
        "Handled under the laws of the People's Republic of China.",
    ),
    "article-opening": ("article", "现公布该决定。", "The A decision is published.", "The decision is published."),
    "capital-after-head": (
        "capitals",
        "（一）冻结其财产；",
        "(1) freeze their property;",
        "(1) Freeze their property;",
    ),
    "self-reference": (
        "self-reference",
        "依照本条例的规定执行。",
        "It shall be implemented in accordance with this Act.",
        "It shall be implemented in accordance with these Regulations.",
    ),
    "bracket": ("ending", "（2024年5月21日公布）", "(Promulgated on May 21, 2024", "(Promulgated on May 21, 2024)"),
    "whole-value": ("whole-value", "（2025年3月4日）", "(March 3 4, 2025)", "(March 4, 2025)"),
    "number-sign-twice": ("typography", "公告第13号。", "Announcement No.. 13.", "Announcement No. 13."),
    "taiwan": (
        "state",
        "禁止上述企业高级管理人员入境；",
        "Senior executives are prohibited from entering into the Taiwan Area;",
        "Senior executives are prohibited from entering into China;",
    ),
    "article-two": ("article", "该公告。", "This is the an announcement.", "This is the announcement."),
    "article-an": ("article", "出口许可证。", "It needs a export license.", "It needs an export license."),
    "article-a": ("article", "统一规划。", "It is an unified plan.", "It is a unified plan."),
    "obligation": (
        "obligation",
        "出口经营者应当提出申请。",
        "Exporters should submit an application.",
        "Exporters shall submit an application.",
    ),
    "comma-and": (
        "comma",
        "商务部和海关总署发布公告。",
        "The Ministry of Commerce and , the customs issued it.",
        "The Ministry of Commerce and the customs issued it.",
    ),
    "item-number": (
        "item-number",
        "依法作出处理决定。",
        "7. make decisions in accordance with law.",
        "Make decisions in accordance with law.",
    ),
    "item-bracketed": ("item-number", "应当保存运输记录。", "(2) Transport records.", "Transport records."),
    "comma-doubled": ("comma", "公告、通知。", "The announcement, , and notice.", "The announcement, and notice."),
    "comma-end": ("comma", "发布公告。", "It issued an announcement,.", "It issued an announcement."),
    "spelling": ("spelling", "出口许可证。", "An export licence is needed.", "An export license is needed."),
    "ending-semicolon": ("ending", "加强管理；", "Administration is strengthened.", "Administration is strengthened;"),
    "ending-stop": ("ending", "加强管理。", "Administration is strengthened", "Administration is strengthened."),
}


@pytest.mark.parametrize("case", CHANGED, ids=CHANGED.keys())
def test_a_rule_makes_its_change_and_is_recorded_with_it(case: str) -> None:
    rule, source, english, expected = CHANGED[case]
    segment = edited(source, english)
    assert segment.target == expected
    assert rule in [edit.rule for edit in segment.edits]


UNCHANGED = {
    "object-and-subject": (
        "任何国家对中华人民共和国采取歧视性措施的，中华人民共和国可以采取相应措施。",
        (
            "Where any country takes discriminatory measures against the People's Republic of China, "
            "the People's Republic of China may take corresponding measures."
        ),
    ),
    "country-and-subject": (
        "依据《反外国制裁法》，中方决定反制。",
        "In accordance with the Law of China, China has decided on countermeasures.",
    ),
    "metadata-key": ("type: 商务部令", "type: Order of the Ministry of Commerce"),
    "date-right": ("2025年4月4日公布。", "Published on April 4, 2025."),
    "date-without-year": ("2025年4月4日公布。", "Published on April 4."),
    "two-wrong-dates": ("自2025年4月4日施行，2025年5月5日废止。", "On June 6, 2025, and on July 7, 2025."),
    "date-signature": ("2025年4月4日", "April 4, 2025"),
    "since-year": ("自2025年以来。", "Since 2025."),
    "by-month": ("2025年10月前完成。", "To be completed by October 2025."),
    "may-verb": ("可以申请。", "Applicants may on request apply."),
    "two-numbers-wrong": ("产量5.54万吨，销量3.2万吨。", "Output was 5.54 and sales 3.2."),
    "belt-road": ("共建“一带一路”。", "Building the Belt and Road together."),
    "concert-parties": ("一致行动人应当披露。", "Persons acting in concert shall disclose."),
    "oxide": ("三氧化二镨的价格。", "The price of praseodymium oxide."),
    "had-had": ("此前已有。", "It had had that that it needed."),
    "very-very": ("非常重要。", "It is important, important for all."),
    "money-twice": ("报价升至每千克850美元。", "The quotation rose to US$850 per kilogram."),
    "limit-of-tenths": ("对价格设定不超过两成的上限。", "Prices are capped at 20%."),
    "neighboring": ("向邻近两国出口。", "Exports go to the two neighboring countries."),
    "quarter-bounded": ("占比不到四分之一。", "It accounts for less than a quarter."),
    "two-halves": ("近一半来自中国，超过一半用于出口。", "Half comes from China and half is exported."),
    "three-years": ("近三年产量增长。", "Output has grown for three years."),
    "minimum": ("罚款一万元以上。", "The minimum fine is RMB 10,000."),
    "another-announcement": ("该公告依照本办法发布。", "This Announcement is made in accordance with these Measures."),
    "japanese-decision": ("日本决定提高税率。", "Japan decides: this Act raises tariff rates."),
    "two-self-references": ("本法和本条例。", "This Law and these Regulations."),
    "these-items": ("本条例所称物项。", "These items are those of these Regulations."),
    "taiwan-named": ("对台湾地区军售。", "Arms sales to the Taiwan region."),
    "state-named": ("中华民国时期的文献。", "Literature of the Republic of China period."),
    "attributive": ("商务部发言人表示。", "A Ministry of Commerce spokesperson said so."),
    "possessive": ("中国商务部的公告。", "It is China's Ministry of Commerce."),
    "heading-no-article": ("商务部公告", "Ministry of Commerce Announcement"),
    "annex-a": ("附件A是清单。", "Annex A is the list."),
    "a-university": ("一所大学。", "It is a university and an hour away."),
    "an-eu": ("欧盟官员。", "It is an EU official and a US one."),
    "open-list": ("镝、铽等重稀土。", "Dysprosium, terbium, etc., are heavy rare earths."),
    "list-count-differs": ("镝、铽等7类物项。", "Dysprosium, terbium, etc., are controlled."),
    "should-without-duty": ("各方不应升级局势。", "The parties should not escalate."),
    "if-necessary": ("必要时可以，并且。", "It may do so, and, if necessary, more."),
    "the-japanese": ("日方表示。", "It was said by the Japan side."),
    "code-right": ("商品编号2805301100。", "Commodity code 2805301100."),
    "ton-deadweight": ("5万吨级货轮。", "A 50,000-ton freighter."),
    "item-number-of-the-source": ("（二）保存运输记录。", "(2) Keep transport records."),
    "item-number-spelled": ("七是加强监管。", "7. Strengthen oversight."),
    "number-that-opens": ("相关企业有12家。", "12 companies are concerned."),
    "ellipsis": ("等等……", "And so on..."),
}


@pytest.mark.parametrize("case", UNCHANGED, ids=UNCHANGED.keys())
def test_what_is_right_or_uncertain_is_left_alone(case: str) -> None:
    source, english = UNCHANGED[case]
    assert edited(source, english).target == english


def test_a_heading_is_in_the_case_that_the_house_chooses() -> None:
    source, english = "对稀土出口的许可审查", "Review of export licenses for rare earths: the rules"
    assert edited(source, english, kind=BlockKind.HEADING).target == (
        "Review of Export Licenses for Rare Earths: The Rules"
    )
    sentence = HouseStyle(headings="sentence")
    titled = "Export Control Law and Export Licenses in China"
    done = edited(
        "出口管制法与许可证", titled, kind=BlockKind.HEADING, style=sentence, terms={"出口管制法": "Export Control Law"}
    )
    assert done.target == "Export Control Law and export licenses in China"


def test_a_sentence_that_goes_on_behind_a_semicolon_has_no_capital() -> None:
    texts = ("由商务部负责；", "但是，海关另有规定的除外。")
    english = ("The Ministry of Commerce is responsible;", "However, what customs provides otherwise is excepted.")
    segments = [
        segment(text, id=f"s{i}", hypotheses=[answer])
        for i, (text, answer) in enumerate(zip(texts, english, strict=True))
    ]
    done = PostEditStage()(document(*segments, together=True)).segments
    assert done[1].target == "however, what customs provides otherwise is excepted."


def test_chapters_of_a_law_carry_roman_numerals() -> None:
    done = edited("第十四章　法律责任", "Chapter 14 Legal Liability", kind=BlockKind.HEADING)
    assert done.target == "Chapter XIV Legal Liability"


def test_the_house_may_write_licence_and_keeps_the_verb() -> None:
    done = edited(
        "许可证。",
        "A license is needed to license exports, and two licenses exist.",
        style=HouseStyle(license_noun="licence"),
    )
    assert done.target == "A licence is needed to license exports, and two licences exist."


def test_the_house_list_of_spellings_is_applied_with_the_capital_kept() -> None:
    style = HouseStyle(spellings={"antidumping": "anti-dumping", "co-operation": "cooperation"})
    done = edited("反倾销调查与合作。", "Antidumping duties and co-operation.", style=style)
    assert done.target == "Anti-dumping duties and cooperation."


def test_the_house_may_write_must_for_a_duty() -> None:
    done = edited("申请人应当提交材料。", "The applicant shall submit documents.", style=HouseStyle(obligation="must"))
    assert done.target == "The applicant must submit documents."


@pytest.mark.parametrize("serial", [True, False], ids=["with", "without"])
def test_the_serial_comma_of_an_enumeration_is_the_houses(*, serial: bool) -> None:
    terms = {"钐": "samarium", "钆": "gadolinium", "铽": "terbium"}
    texts = ("Samarium, gadolinium and terbium are controlled.", "Samarium, gadolinium, and terbium are controlled.")
    done = edited("对钐、钆、铽实施管制。", texts[not serial], terms=terms, style=HouseStyle(serial_comma=serial))
    assert done.target == texts[serial]


def test_two_clauses_are_no_enumeration() -> None:
    terms = {"中国": "China", "日本": "Japan"}
    english = "On Monday, China and Japan met."
    assert edited("周一，中国和日本会谈。", english, terms=terms).target == english


def test_an_enumerations_word_said_twice_is_said_once() -> None:
    terms = {"镝": "dysprosium", "铽": "terbium"}
    done = edited("镝、铽等元素。", "Elements such as dysprosium dysprosium, terbium, terbium.", terms=terms)
    assert done.target == "Elements such as dysprosium, terbium."


def test_a_relative_year_is_written_out_under_the_document_date() -> None:
    done = edited("去年12月4日召开。", "It was held on December 4 last year.", date="2026-01-06")
    assert done.target == "It was held on December 4, 2025."


@given(st.text(alphabet="ab AN,.;:\"”“’'()-0159%$the and of on In April Ministry", max_size=60))
def test_whatever_an_engine_writes_is_changed_only_with_a_record(english: str) -> None:
    done = edited("商务部表示。", english or "x")
    assert (done.target != (english or "x")) == bool(done.edits)
    assert "  " not in done.target


def test_every_rule_says_what_it_does() -> None:
    assert all((rule.__doc__ or "").strip() for rule in RULES.values())


def test_a_title_that_its_format_does_not_mark_is_in_title_case() -> None:
    done = edited("关于对两家企业采取反制措施的决定", "Decision on taking countermeasures against two companies")
    assert done.target == "Decision on Taking Countermeasures Against Two Companies"
    assert edited("第四章 国际服务贸易", "Chapter IV international trade in services").target == (
        "Chapter IV International Trade in Services"
    )


def test_a_term_written_in_the_singular_and_again_in_the_plural_is_written_once() -> None:
    done = edited(
        "两用物项出口管制工作。", "Export control of dual-use item dual-use items.", terms={"两用物项": "dual-use item"}
    )
    assert done.target == "Export control of dual-use items."


def test_a_term_doubled_inside_a_longer_one_is_written_once() -> None:
    done = edited(
        "两用物项出口管制工作。",
        "Export control of dual-use item export control of dual-use items is strengthened.",
        terms={"两用物项出口管制": "export control of dual-use items"},
    )
    assert done.target == "Export control of dual-use items is strengthened."


def test_terms_of_two_clauses_get_no_serial_comma() -> None:
    done = edited(
        "违反法律和本条例的，由商务主管部门、海关处罚。",
        "Whoever violates laws, the competent department of commerce and customs shall punish.",
        terms={"法律": "laws", "商务主管部门": "competent department of commerce", "海关": "customs"},
    )
    assert "commerce and customs" in done.target
