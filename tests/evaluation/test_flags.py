"""The challenge set and the scoring of flags on annotated documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import testing
from pipeline.config import Config
from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.errors import InputError
from pipeline.evaluation.challenge import KINDS, load_challenge, score_challenge
from pipeline.evaluation.flags import score_gold
from pipeline.evaluation.gold import GoldAmbiguity, GoldDocument, load_gold
from pipeline.evaluation.pairs import line_of, pair_document
from pipeline.resources import shipped
from pipeline.run import Checker


def flag(code: str, source: Span | None = None, severity: Severity = Severity.MAJOR) -> Flag:
    return Flag(code=code, category=MqmCategory.UNCERTAIN, severity=severity, message="m", source=source)


def segment(text: str, target: str, *flags: Flag, id: str = "1.s1") -> Segment:  # noqa: A002
    return testing.segment(text, target, id=id, flags=flags)


def test_the_shipped_challenge_set_is_large_and_names_every_kind() -> None:
    pairs = load_challenge(shipped("corpus") / "challenge")
    assert len(pairs) >= 400
    assert {pair.kind for pair in pairs} == set(KINDS)


def test_no_sentence_of_the_challenge_set_stands_in_the_tests_of_checks_or_in_the_gold_corpus() -> None:
    sources = {pair.source for pair in load_challenge(shipped("corpus") / "challenge")}
    cases = (Path(__file__).parents[1] / "checks" / "cases.tsv").read_text(encoding="utf-8")
    assert not {source for source in sources if source in cases}
    gold = {line for document in load_gold(shipped("corpus") / "gold") for line in document.zh}
    assert not sources & gold


def test_the_checks_catch_what_rules_decide_and_leave_right_translations_alone() -> None:
    """Magnitudes, dates and the like on the held-out pairs; the whole set is `zhengming evaluate flags`."""
    checker = Checker(Config())
    pairs = [pair for pair in load_challenge(shipped("corpus") / "challenge") if pair.where.startswith("heldout")]

    def side(*, wrong: bool) -> list[Segment]:
        documents = [
            pair_document([p.source], [p.wrong if wrong else p.right], name="c", date="2026-01-06") for p in pairs
        ]
        return [checker.document(*one).segments[0] for one in documents]

    score = score_challenge(pairs, side(wrong=False), side(wrong=True))
    assert sum(row.caught for row in score.kinds) / len(pairs) >= 0.95
    assert score.alarmed / score.right <= 0.05


@pytest.mark.parametrize(
    "text",
    [
        "zh\ten\n",
        "kind\tsource\tright\twrong\nnumber\t一\tOne\tOne\n",
        "kind\tsource\tright\twrong\nspelling\t一\tOne\tTwo\n",
    ],
    ids=["header", "no-fault", "unknown-kind"],
)
def test_a_malformed_challenge_file_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.tsv:[12]"):
        load_challenge(tmp_path)


def test_a_fault_is_caught_only_by_a_flag_that_the_right_side_lacks(tmp_path: Path) -> None:
    rows = "kind\tsource\tright\twrong\ndate\t五月\tMay\tJune\ndate\t六月\tJune\tJuly\n"
    (tmp_path / "pairs.tsv").write_text(rows, encoding="utf-8")
    pairs = load_challenge(tmp_path)
    right = [segment("五月", "May"), segment("六月", "June", flag("A202"))]
    wrong = [segment("五月", "June", flag("A202")), segment("六月", "July", flag("A202"))]
    score = score_challenge(pairs, right, wrong)
    [dates] = score.kinds
    assert (dates.caught, dates.pairs, dates.false, score.alarmed) == (1, 2, 1, 1)
    [code] = score.codes
    assert (code.raised, code.true, code.precision) == (1, 1, 0.5)


def gold(*ambiguities: GoldAmbiguity, clean: frozenset[int] = frozenset()) -> GoldDocument:
    return GoldDocument(
        slug="g",
        title="",
        genre="",
        date="",
        zh=("甲乙丙丁",),
        en=("A",),
        terms=(),
        ambiguities=ambiguities,
        clean=clean,
    )


def document(*flags: Flag) -> Document:
    return testing.document(segment("甲乙丙丁", "A", *flags))


def test_a_flag_on_an_annotated_place_is_useful_whatever_its_code() -> None:
    done = document(flag("U404", Span(1, 3)), flag("A201", Span(3, 4)))
    score = score_gold([gold(GoldAmbiguity(1, "乙丙", "T104", (), ""))], [done], [done])
    assert (score.flagged, score.listed) == (1, 1)
    assert dict(score.useful) == {"U404": 1}
    assert score.useful_share == 0.5


def test_a_fault_of_a_machine_translation_that_its_reference_has_not_is_useful() -> None:
    done = document(flag("A201", Span(0, 1)), flag("A202", Span(1, 2)))
    score = score_gold([gold()], [done], [document(flag("A202", Span(1, 2)))])
    assert dict(score.useful) == {"A201": 1}


def test_flags_on_clean_lines_are_counted_by_a_thousand_characters() -> None:
    done = document(flag("A201", Span(0, 1)))
    score = score_gold([gold(clean=frozenset({1}))], [done], [done])
    assert score.clean_cost == 250.0


def test_a_table_row_becomes_a_block_per_cell_and_keeps_its_line() -> None:
    made, targets = pair_document(
        ["# 表", "| 国别 | 税率 |", "|---|---|"], ["# Table", "| Country | Rate |", "|---|---|"], name="t"
    )
    assert [(block.id, block.source) for block in made.blocks] == [("1", "表"), ("2.1", "国别"), ("2.2", "税率")]
    assert targets == ("Table", "Country", "Rate")
    assert line_of("2.1.s1") == 2
