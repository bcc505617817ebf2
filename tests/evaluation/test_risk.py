"""Fitting and judging the risk of segments."""

from __future__ import annotations

import gzip
import math
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.corruption import corrupted
from pipeline.evaluation.risk import (
    auroc,
    calibration_error,
    fit,
    kendall,
    lacks,
    load_mqm,
    reliability,
    reliability_svg,
)

MQM = (
    "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity\n"
    "A\td\t1\t1\tr\t你好。\t<v>Bye</v>.\tAccuracy/Mistranslation\tMajor\n"
    "A\td\t1\t1\tr\t你好。\tBye<v>.</v>\tFluency/Punctuation\tMinor\n"
    "A\td\t1\t2\tr\t早。\tMorning.\tNo-error\tNo-error\n"
    "ref\td\t1\t1\tr\t你好。\tHello.\tNo-error\tNo-error\n"
)


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  (no secret)


def test_rated_segments_are_read_with_their_penalty_and_references_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mqm.tsv.gz"
    path.write_bytes(gzip.compress(MQM.encode()))
    first, second = load_mqm(path)
    assert (first.target, first.bad, first.penalty) == ("Bye.", True, 6.0)
    assert (second.key, second.bad, second.penalty) == ("d:2", False, 0.0)


def test_a_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_text("plain", encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.gz"):
        load_mqm(tmp_path / "x.gz")


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0.0),
        ([1, 1, 1], [0, 1, 0], 0.5),
        ([1], [1], 0.5),
    ],
    ids=["perfect", "reversed", "ties", "one-kind"],
)
def test_auroc_of_known_orders(scores: list[float], labels: list[int], expected: float) -> None:
    assert auroc(scores, [bool(label) for label in labels]) == expected


def test_kendall_of_known_orders() -> None:
    assert kendall([1, 2, 3], [10, 20, 30]) == 1.0
    assert kendall([1, 2, 3], [30, 20, 10]) == -1.0
    assert kendall([1, 1, 1], [1, 2, 3]) == 0.0


def test_a_model_fitted_to_what_a_feature_decides_finds_and_calibrates_it() -> None:
    dice = seeded(7)
    rows = [(dice.gauss(0, 1), dice.gauss(0, 1)) for _ in range(4000)]
    labels = [dice.random() < 1 / (1 + math.exp(-3 * row[0])) for row in rows]
    model = fit(rows, labels, origin="made up")
    risks = [model.probability(row) for row in rows]
    assert auroc(risks, labels) > 0.85
    assert abs(model.weights[1]) < 0.2 * model.weights[0]
    assert calibration_error(reliability(risks, labels)) < 0.08


def test_a_translation_that_lacks_three_content_words_of_its_reference_needs_a_change() -> None:
    reference = "Customs shall release the goods after inspection of the license."
    assert not lacks("After the license has been inspected, customs releases goods.", reference)
    assert not lacks("Customs shall release it after inspection.", reference)
    assert lacks("Customs shall release it.", reference)


def test_the_reliability_plot_has_a_point_for_each_group() -> None:
    assert reliability_svg([(0.2, 0.1, 5), (0.8, 0.9, 5)]).count("<circle") == 2


@given(st.text(max_size=80), st.integers(0, 1000))
def test_a_corrupted_text_is_a_text_and_the_same_seed_gives_the_same(text: str, seed: int) -> None:
    once = corrupted(text, ["Customs shall release the goods."], seeded(seed))
    assert once == corrupted(text, ["Customs shall release the goods."], seeded(seed))


def test_long_translations_get_faults_more_often_than_short_ones() -> None:
    short, long = "Goods are released.", "Operators shall file reports, keep all the records, and pay the duties. " * 8
    others = ["Trade grew quickly."]
    hits = [sum(corrupted(text, others, seeded(seed)) != text for seed in range(200)) for text in (short, long)]
    assert hits[0] < 40
    assert hits[1] > 160
