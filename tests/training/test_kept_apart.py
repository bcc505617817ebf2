"""What the shipped model is trained on does not hold what it is measured on."""

from __future__ import annotations

import re

import pytest
from rapidfuzz import fuzz, process

from pipeline.resources import shipped
from pipeline.training.corpus import normal, read_pairs
from pipeline.training.shipped import training_files

_MARKS = re.compile(r"^[#>*\s-]+|\*\*")
# Characters; shorter lines (headings, table cells) are phrases of the language.
_SENTENCE = 16
_NEAR = 80


@pytest.fixture(scope="module")
def measured() -> list[str]:
    paths = [*(shipped("corpus") / "gold").glob("*.zh.md"), *(shipped("corpus") / "demo").glob("*.md")]
    lines = {normal(_MARKS.sub("", line)) for path in paths for line in path.read_text(encoding="utf-8").splitlines()}
    return [line for line in lines if len(line) >= _SENTENCE]


def test_no_training_pair_is_near_a_gold_sentence(measured: list[str]) -> None:
    trained = [normal(pair.zh) for path in training_files() for pair in read_pairs(path)]
    scores = process.cdist(trained, measured, scorer=fuzz.ratio, score_cutoff=_NEAR, workers=2)
    near = [(trained[i], measured[j]) for i, j in zip(*scores.nonzero(), strict=True)]
    assert len(measured) > 300
    assert near == []


def test_every_training_file_holds_two_columns_of_one_language_each() -> None:
    han = re.compile(r"[一-鿿]")
    for path in training_files():
        for number, pair in enumerate(read_pairs(path), 1):
            assert han.search(pair.zh), f"{path.name}:{number}: {pair.zh}"
            assert not han.search(pair.en), f"{path.name}:{number}: {pair.en}"
