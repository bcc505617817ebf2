from __future__ import annotations

from collections import Counter

from pipeline.lang.numbers import chinese_quantities, english_quantities
from pipeline.stages._rules import source_quantities, target_quantities
from pipeline.training.synthetic import synthetic_pairs


def test_every_quantity_of_the_chinese_stands_in_the_english() -> None:
    for pair in synthetic_pairs(400, seed=3):
        wanted = Counter(quantity.value for quantity in source_quantities(pair.zh))
        found = Counter(quantity.value for quantity in target_quantities(pair.en))
        assert wanted <= found, f"{pair.zh} | {pair.en}"


def test_pairs_are_distinct_filled_and_the_same_for_the_same_seed() -> None:
    pairs = list(synthetic_pairs(300, seed=1))
    assert pairs == list(synthetic_pairs(300, seed=1))
    assert len({pair.zh for pair in pairs}) == 300
    assert not [pair for pair in pairs if "{" in pair.zh + pair.en]


def test_magnitudes_are_written_out() -> None:
    million = [pair for pair in synthetic_pairs(400) if "万吨" in pair.zh]
    assert million
    for pair in million:
        weight = max(quantity.value for quantity in chinese_quantities(pair.zh) if quantity.value >= 10_000)
        assert weight in {quantity.value for quantity in english_quantities(pair.en)}
