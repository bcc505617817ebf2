"""Clauses whose English is computed: what they say, where they stop, and how the engine's clauses join them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.document import Hypothesis
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.stages._clauses import clauses, computed, condition, joined, spoken, stretches
from pipeline.stages._set_clauses import set_clauses
from pipeline.testing import places
from tests.stages.computed import said

KNOWN = {
    "中华人民共和国出口管制法": "Export Control Law of the People's Republic of China",
    "两用物项出口管制条例": "Regulations on Export Control of Dual-Use Items",
    "维护国家安全和利益": "safeguard national security and interests",
    "履行防扩散等国际义务": "fulfill international obligations such as nonproliferation",
    "第九条、第十条": "Articles 9 and 10",
    "北极星公司": "Northstar Corp.",
    "海岬公司": "Cape Inc.",
    "出口管制管控名单": "export control list",
    "商务部": "Ministry of Commerce",
    "两用物项": "dual-use item",
    "海关": "customs",
    "海关总署": "General Administration of Customs",
    "国务院商务主管部门": "competent department of commerce of the State Council",
    "商务主管部门": "competent department of commerce",
    "五万元以上二十万元以下": "not less than RMB 50,000 but not more than RMB 200,000",
    "三倍以上五倍以下": "not less than three times but not more than five times",
    "三万元": "RMB 30,000",
    "十万元": "RMB 100,000",
}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "根据《中华人民共和国出口管制法》《两用物项出口管制条例》等法律法规有关规定，商务部另行公布。",
            (
                "in accordance with the relevant provisions of the Export Control Law of the "
                "People's Republic of China, "
                "the Regulations on Export Control of Dual-Use Items, and other laws and regulations,"
            ),
        ),
        (
            "商务部会同海关总署依据《中华人民共和国出口管制法》等法律法规，公布清单。",
            (
                "the Ministry of Commerce, jointly with the General Administration of Customs, in accordance with the "
                "Export Control Law of the People's Republic of China and other laws and regulations,"
            ),
        ),
        (
            "依据《两用物项出口管制条例》第九条、第十条的规定，商务部另行公布。",
            "in accordance with Articles 9 and 10 of the Regulations on Export Control of Dual-Use Items,",
        ),
        (
            "根据《两用物项出口管制条例》及有关规定，商务部另行公布。",
            "in accordance with the Regulations on Export Control of Dual-Use Items and other relevant provisions,",
        ),
        (
            "为维护国家安全和利益，履行防扩散等国际义务，商务部另行公布。",
            (
                "to safeguard national security and interests and fulfill international obligations "
                "such as nonproliferation,"
            ),
        ),
        (
            "决定将北极星公司、海岬公司等12家美国实体列入出口管制管控名单（见附件），并采取以下措施：",
            (
                "it has been decided to add 12 US entities, including Northstar Corp. and Cape Inc., "
                "to the export control "
                "list (see annex) and to take the following measures:"
            ),
        ),
        (
            "商务部决定将海岬公司列入出口管制管控名单。",
            "the Ministry of Commerce has decided to add Cape Inc. to the export control list.",
        ),
        (
            "禁止向上述12家美国实体出口两用物项；",
            "the export of dual-use items to the above 12 US entities is prohibited;",
        ),
        (
            "正在开展的相关出口活动应当立即停止。",
            "any ongoing related export activities shall be stopped immediately.",
        ),
        ("正在进行的交易应当立即终止；", "any ongoing transactions shall be terminated immediately;"),
        ("禁止向前述企业出口两用物项。", "the export of dual-use items to the above enterprises is prohibited."),
        (
            "由海关给予警告，可以并处三万元以下的罚款。",
            "customs shall give a warning and may impose a fine of not more than RMB 30,000.",
        ),
        (
            "由县级以上人民政府商务主管部门责令改正，没收违法所得，并处五万元以上二十万元以下的罚款；",
            (
                "the competent department of commerce of the people's government at or above the "
                "county level shall order "
                "corrections, confiscate the illegal gains, and impose a fine of not less than RMB 50,000 "
                "but not more than RMB 200,000;"
            ),
        ),
        (
            "没有违法所得或者违法所得不足十万元的，并处五万元以上二十万元以下罚款。",
            (
                "where there are no illegal gains or the illegal gains are less than RMB 100,000, a "
                "fine of not less than "
                "RMB 50,000 but not more than RMB 200,000 shall be imposed."
            ),
        ),
        (
            "违法所得十万元以上的，并处违法所得三倍以上五倍以下的罚款。",
            (
                "where the illegal gains are not less than RMB 100,000, a fine of not less than "
                "three times but not more "
                "than five times the illegal gains shall be imposed."
            ),
        ),
        (
            "拒不改正的，责令停产停业，并处五万元以上二十万元以下罚款。",
            (
                "where corrections are refused, production and business shall be ordered to be "
                "suspended and a fine of not "
                "less than RMB 50,000 but not more than RMB 200,000 shall be imposed."
            ),
        ),
    ],
    ids=[
        "laws", "who-goes-by-them",
        "articles", "and-provisions", "aims", "list-and-measures", "who-decides", "ban", "ongoing-exports",
        "ongoing-transactions", "ban-without-count",
        "warning", "local-government", "no-gains", "gains", "refused",
    ],
)  # fmt: skip
def test_a_set_clause_is_computed(text: str, english: str) -> None:
    assert said(text, KNOWN) == [english]


@pytest.mark.parametrize(
    "text",
    [
        "根据《某未知办法》有关规定，商务部另行公布。",
        "为维护国家安全和利益，促进贸易，商务部另行公布。",
        "决定将某不知名公司列入出口管制管控名单。",
        "由某不知名机构责令改正。",
        "由海关责令改正、恢复原状。",
        "责令改正，给予警告。",
        "处五倍罚款。",
        "为了维护国家安全和利益，根据《两用物项出口管制条例》，制定本办法。",
        "商务部可以禁止向上述实体出口两用物项的决定。",
    ],
    ids=[
        "law-unknown", "aim-unknown", "name-unknown", "agent-unknown", "act-unknown", "nobody-acts", "fine-unknown",
        "enactment", "not-a-clause",
    ],
)  # fmt: skip
def test_what_is_not_known_in_full_is_left_to_the_engine(text: str) -> None:
    assert said(text, KNOWN) == []


def test_a_report_has_its_source_without_a_verb() -> None:
    text = "据《北方商报》报道，稀土价格上涨。"
    paper = {Span(2, 6): "Northern Business Daily"}
    assert set_clauses(text, 0, paper) == [(Span(0, 10), "according to Northern Business Daily,")]
    assert set_clauses("据某自媒体报道，价格上涨。", 0, {}) == []


def test_a_run_that_a_new_condition_follows_ends_with_a_semicolon() -> None:
    text = "由海关责令改正，没收违法所得，违法所得十万元以上的，并处违法所得三倍以上五倍以下罚款。"
    first, second = said(text, KNOWN)
    assert first == "customs shall order corrections and confiscate the illegal gains;"
    assert second.startswith("where the illegal gains are not less than RMB 100,000, a fine")


@given(st.text(alphabet="由海关责令改正，。；为根据《》决定将列入禁止向处罚款的", max_size=40))
def test_set_clauses_lie_within_the_text_one_behind_the_other(text: str) -> None:
    at = 0
    for span, english in set_clauses(text, 0, places(text, KNOWN)):
        assert at <= span.start < span.end <= len(text)
        assert english
        at = span.end


TEXT = "未如实申报的，由海关给予警告；情节严重的，移送有关部门。"
CLAUSE = Constraint(span=Span(7, 15), rendering="customs shall give a warning;", kind="clause")


def test_a_computed_clause_is_a_piece_of_its_own() -> None:
    request = Request(text=TEXT, constraints=(CLAUSE,))
    for pieces in (stretches(request, 60), list(clauses(request))):
        assert "".join(piece.text for piece in pieces) == TEXT
        assert [piece.text for piece in pieces if computed(piece)] == ["由海关给予警告；"]


def _joined(parts: Sequence[Hypothesis]) -> str:
    return joined(parts, (CLAUSE,)).text


def test_a_computed_clause_keeps_its_words_and_opens_a_sentence_with_a_capital() -> None:
    whole_span = Constraint(span=Span(0, 8), rendering=CLAUSE.rendering, kind="clause")
    direct = spoken(Request(text="由海关给予警告；", constraints=(whole_span,)))
    first = Hypothesis(text="Where a declaration is untrue,", score=-0.4, engine="embedded")
    assert _joined([first, direct]) == "Where a declaration is untrue, customs shall give a warning;"
    last = Hypothesis(text="Where the circumstances are serious, it is transferred.", score=-0.2, engine="embedded")
    whole = joined([direct, last], (CLAUSE,))
    assert whole.text == "Customs shall give a warning; where the circumstances are serious, it is transferred."
    assert whole.engine == "embedded"
    # The computed clause says nothing about how sure the engine is of a longer rest.
    assert whole.score == pytest.approx(-0.2)
    short = joined([Hypothesis(text="On May 6,", score=-0.9, engine="embedded"), direct], (CLAUSE,))
    assert short.score is not None
    assert -0.3 < short.score < 0


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("An exporter that fails to report the change,", "Where an exporter fails to report the change,"),
        ("Any country takes discriminatory measures,", "Where any country takes discriminatory measures,"),
        ("Violations of these Measures,", "For violations of these Measures,"),
        ("Where an exporter fails to report,", "Where an exporter fails to report,"),
        ("An exporter shall report the change,", "An exporter shall report the change,"),
        ("Production and sale of the goods,", "Production and sale of the goods,"),
        ("China is dissatisfied with the ruling,", "Where China is dissatisfied with the ruling,"),
    ],
    ids=["relative", "plain", "violations", "already", "own-modal", "no-verb", "name"],
)
def test_a_condition_opens_with_where(english: str, expected: str) -> None:
    assert condition([Hypothesis(text=english)]).text == expected


def test_a_hypothesis_that_says_where_is_preferred_to_making_one() -> None:
    best = Hypothesis(text="An exporter fails to report,", score=-0.3)
    other = Hypothesis(text="If the exporter does not report,", score=-0.4)
    far = Hypothesis(text="When there is no report,", score=-0.9)
    assert condition([best, other]) == other
    assert condition([best, far]).text == "Where an exporter fails to report,"


def test_places_of_terms_move_with_the_word_put_before_them() -> None:
    text = "An exporter that fails to report the change,"
    made = condition([Hypothesis(text=text, aligned=(Span(3, 11), Span(26, 32), Span(12, 16)))])
    assert [span and span.of(made.text) for span in made.aligned] == ["exporter", "report", None]
