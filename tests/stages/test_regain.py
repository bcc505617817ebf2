"""What a translation loses of its source's values, and where they are found again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.core.document import Document, Hypothesis, Segment
from pipeline.core.flags import Span
from pipeline.engines.base import Capabilities, Constraint, GlossaryMode, Request
from pipeline.engines.echo import EchoEngine
from pipeline.run import Translator
from pipeline.stages._clauses import clauses, united
from pipeline.stages._regain import Losses, Part, cuts

# Hypotheses that are asked for where nothing is lost.
_USUAL = 4
_Answer = str | Sequence[str | tuple[str, float]]


class Scripted(EchoEngine):
    """An engine with a list of answers per text; what it was asked is written down.

    Args:
        answers: Per Chinese text its English, or several, the likeliest first, with their scores or without.
        glossary: How it takes renderings.
        n_best: Whether it gives lists.
    """

    name = "scripted"

    def __init__(
        self,
        answers: dict[str, _Answer],
        *,
        glossary: GlossaryMode = GlossaryMode.ANNOTATE,
        n_best: bool = True,
    ) -> None:
        self._answers = answers
        self._capabilities = Capabilities(glossary=glossary, n_best=n_best)
        self.asked: list[tuple[str, int]] = []

    @property
    def capabilities(self) -> Capabilities:
        """As it was made."""
        return self._capabilities

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        self.asked += [(request.text, n_best) for request in requests]
        return [self._list(request.text)[:n_best] for request in requests]

    @property
    def again(self) -> list[str]:
        """What it was asked for once more, with a longer list."""
        return [text for text, n_best in self.asked if n_best > _USUAL]

    def _list(self, text: str) -> tuple[Hypothesis, ...]:
        answer = self._answers.get(text, "Nothing.")
        scored = [
            (one, None) if isinstance(one, str) else one for one in ([answer] if isinstance(answer, str) else answer)
        ]
        return tuple(Hypothesis(text=english, score=score, engine=self.name) for english, score in scored)


def _segment(source: str, engine: Scripted) -> Segment:
    with Translator(Config(), engine=engine) as translator:
        [segment] = translator.text(source).segments
        return segment


def _codes(segment: Segment) -> set[str]:
    return {flag.code for flag in segment.flags}


_FINE = "海关没收走私货物，并处35万元罚款。"
_NO_FINE = "Customs confiscated the smuggled goods and imposed a fine."
_WITH_FINE = "Customs confiscated the smuggled goods and imposed a fine of RMB 350,000."


def test_a_value_is_first_sought_further_down_the_list() -> None:
    engine = Scripted({_FINE: [_NO_FINE, _WITH_FINE]})
    assert _segment(_FINE, engine).target == _WITH_FINE
    assert not engine.again


def test_a_translation_that_has_all_values_is_asked_for_once() -> None:
    engine = Scripted({_FINE: [_WITH_FINE, _NO_FINE]})
    assert _segment(_FINE, engine).target == _WITH_FINE
    assert not engine.again


_COUNT = "部门会商后报送两部备案。"


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        (("After consultation, the departments shall submit it to the two ministries for filing.", -0.6), True),
        # So unlikely that the figure is no reason to believe the rest.
        (("After consultation, the departments shall submit it to the two ministries for filing.", -1.4), False),
        # The figure is there and the clause before it is not.
        (("Submitted to the two.", -0.6), False),
    ],
)
def test_a_count_is_no_reason_to_take_a_worse_hypothesis(other: tuple[str, float], *, taken: bool) -> None:
    first = ("After consultation, the departments shall submit it to the ministry for filing.", -0.5)
    segment = _segment(_COUNT, Scripted({_COUNT: [first, other]}))
    assert ("two ministries" in segment.target) is taken
    assert ("A201" in _codes(segment)) is not taken


def test_a_figure_is_no_reason_to_lose_a_ban() -> None:
    source = "外国组织不得向两家公司提供样品。"
    kept = "Foreign organizations shall not provide samples to companies."
    segment = _segment(source, Scripted({source: [kept, "Foreign organizations provide samples to two companies."]}))
    assert segment.target == kept
    assert "A201" in _codes(segment)


_QUOTA = "企业应当分解指标，并报送两部备案。"
_CLAUSES = {
    "企业应当分解指标，": "Enterprises shall break down the quotas,",
    "并报送两部备案。": "and report to both ministries for filing.",
}


def test_a_value_is_no_reason_to_lose_another() -> None:
    source = "上述措施暂停1年，涉及两部公告。"
    kept = "The above measures are suspended for one year, and the announcement is involved."
    engine = Scripted({source: [kept, "The above measures are suspended, and the two announcements are involved."]})
    assert _segment(source, engine).target == kept


def test_the_clause_that_was_dropped_is_translated_by_itself() -> None:
    lost = "Enterprises shall break down the quotas and report for filing."
    engine = Scripted({_QUOTA: lost, **_CLAUSES})
    segment = _segment(_QUOTA, engine)
    assert segment.target == "Enterprises shall break down the quotas, and report to both ministries for filing."
    assert segment.hypotheses[0].mode == "clauses"
    assert "A201" not in _codes(segment)


@pytest.mark.parametrize("n_best", [True, False])
def test_an_engine_that_is_asked_for_no_values_finds_them_again_too(*, n_best: bool) -> None:
    lost = "Enterprises shall break down the quotas and report for filing."
    engine = Scripted({_QUOTA: lost, **_CLAUSES}, glossary=GlossaryMode.PROMPT, n_best=n_best)
    assert "both ministries" in _segment(_QUOTA, engine).target


def test_what_no_run_has_stays_as_it_was_and_is_flagged() -> None:
    lost = "Enterprises shall break down the quotas and report for filing."
    segment = _segment(_QUOTA, Scripted({_QUOTA: lost}))
    assert segment.target == lost
    assert "A201" in _codes(segment)


def test_only_the_segment_that_has_lost_values_is_asked_for_again() -> None:
    other = "企业应当建立台账，并妥善保存记录。"
    english = "Enterprises shall establish ledgers and keep records properly."
    engine = Scripted(
        {_QUOTA: "Enterprises shall break down the quotas and report for filing.", other: english, **_CLAUSES}
    )
    with Translator(Config(), engine=engine) as translator:
        translator.text(f"{_QUOTA}\n{other}")
    assert engine.again == [_QUOTA, *_CLAUSES]


def test_a_number_that_a_rule_puts_right_is_wrong_and_not_lost() -> None:
    source = "稀土出口量为5.54万吨，同比下降。"
    engine = Scripted({source: "Rare earth exports were 5.54 tons, down year on year."}, glossary=GlossaryMode.PROMPT)
    assert "55,400" in _segment(source, engine).target
    assert not engine.again


def test_a_translation_with_a_number_of_its_own_gives_way_to_one_without() -> None:
    source = "有关主管部门依法作出处理决定。"
    own, plain = (
        "7. The competent departments make decisions under law.",
        "The competent departments make decisions under law.",
    )
    assert _segment(source, Scripted({source: [own, plain]})).target == plain


def test_a_value_that_stands_there_in_chinese_is_not_lost() -> None:
    assert not _losses()("进出口总值33.61万亿元。", "The total value was 33.61万亿元.")
    assert _losses()("进出口总值33.61万亿元。", "The total value rose.") == [Span(5, 13)]


_TARIFFS = "对机电产品加征15%的关税和对化工产品加征10%的关税"


def _losses() -> Losses:
    return Losses(Document(name="公告", format="text", blocks=()), None)


def _ways(text: str, target: str) -> list[list[str]]:
    place = Part(Request(text=text), (Hypothesis(text=target),))
    return [[run.text for run in cut.runs] for cut in cuts(place, _losses(), both=None, again=False)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (_TARIFFS, ["对机电产品加征15%的关税", "对化工产品加征10%的关税"]),
        (
            "出口永磁材料5200吨、出口稀土合金830吨和出口抛光粉910吨",
            ["出口永磁材料5200吨", "出口稀土合金830吨", "出口抛光粉910吨"],
        ),
    ],
)
def test_a_clause_is_cut_between_things_that_are_alike(text: str, runs: list[str]) -> None:
    assert _ways(text, "Exports.") == [runs]


@pytest.mark.parametrize(
    "text",
    [
        "对上述产品分别加征15%和10%的关税",  # the percentages share their tariff
        "向12家和15家企业发出通知",
        "2024年和2025年出口量分别为3100吨和2900吨",
        "对机电产品和化工产品加征15%的关税",  # one value
        "对机电产品加征15%的关税和暂停8家企业的资格",  # of different kinds
    ],
)
def test_a_clause_whose_parts_share_their_words_is_not_cut(text: str) -> None:
    assert _ways(text, "Exports.") == []


def test_what_is_alike_is_joined_by_what_stood_between() -> None:
    source = f"{_TARIFFS}。"
    engine = Scripted(
        {
            source: "An additional tariff of 15% is imposed on mechanical, electrical and chemical products.",
            "对机电产品加征15%的关税": "An additional tariff of 15% is imposed on mechanical and electrical products",
            "对化工产品加征10%的关税。": "An additional tariff of 10% is imposed on chemical products.",
        }
    )
    segment = _segment(source, engine)
    assert segment.target.count(", and an additional tariff of 10%") == 1
    assert "A201" not in _codes(segment)


def test_a_clause_without_a_subject_is_translated_with_the_stretch_that_has_it() -> None:
    first = "为落实双方在吉隆坡达成的各项经贸共识，商务部会同海关总署、国家税务总局和有关行业主管部门研究决定，"
    second = "自公布之日起一年内暂停实施上述六项公告，并按照规定办理有关退税手续。"
    english = (
        "To implement the consensus reached by both sides in Kuala Lumpur, the Ministry of Commerce, together with the "
        "General Administration of Customs, the State Taxation Administration and other departments, has decided"
    )
    engine = Scripted(
        {
            first: f"{english},",
            second: "Within one year of publication announcements are suspended, tax refunds handled under provisions.",
            first + second: f"{english} to suspend the six announcements above within one year of publication, and to "
            "handle tax refunds under provisions.",
        }
    )
    segment = _segment(first + second, engine)
    assert "to suspend the six announcements" in segment.target
    assert "A201" not in _codes(segment)


_PIECES = [
    "企业应当提交申请书，",
    "涉及12家公司的，",
    "罚款30万元；",
    "海关总署负责解释，",
    "自2026年1月1日起施行。",
    "共3项",
]


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6), st.integers(0, 5))
def test_runs_are_the_request_and_keep_its_constraints(pieces: list[str], lost: int) -> None:
    text = "".join(pieces)
    spans = [Span(i, i + 2) for i in range(0, len(text) - 1, 7)]
    request = Request(text=text, constraints=tuple(Constraint(span=span, rendering="x") for span in spans))
    place = Part(request, (Hypothesis(text=f"{lost} RMB 300,000"),))
    for cut in cuts(place, _losses(), both=None, again=True):
        assert "".join(run.text for run in cut.runs) == text
        assert len(cut.words) == len(cut.runs)
        assert sum(len(run.constraints) for run in cut.runs) == len(spans)


@given(st.lists(st.sampled_from(_PIECES), min_size=2, max_size=4))
def test_stretches_that_are_put_together_are_what_they_were_cut_from(pieces: list[str]) -> None:
    text = "".join(pieces)
    spans = (Span(0, 2), Span(len(text) - 2, len(text)))
    request = Request(text=text, constraints=tuple(Constraint(span=span, rendering="x") for span in spans))
    whole, *rest = clauses(request)
    for one in rest:
        whole = united(whole, one)
    assert whole == request
