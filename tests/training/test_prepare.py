"""Pairs that are no translations of each other are seen by their word alignment."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest

from pipeline.lang.subword import CHINESE_PREFIX, SubwordCodec
from pipeline.resources import shipped
from pipeline.training.batches import Pairs
from pipeline.training.prepare import prepare
from pipeline.training.shipped import adopt_alphabets
from pipeline.training.vocabulary import piece_lists

pytest.importorskip("systran_align", reason="the extra train is not installed")

WHO = {"商务部": "the Ministry of Commerce", "海关总署": "the customs administration", "法院": "the court"}
DOES = {"公布": "announced", "修订": "revised", "暂停": "suspended", "批准": "approved"}
WHAT = {"清单": "the list", "稀土配额": "the rare earth quota", "许可证": "the license", "预算": "the budget"}
STRAY = {
    "zh": "海关总署于二月暂停许可证，法院于五月批准预算，商务部于八月修订清单。",
    "en": "In January, the court announced the list.",
}


def _pairs(folder: Path, least_linked: float, sampled: float = 0.0) -> int:
    rows = [
        {"zh": f"{zhs[0]}于{month}{zhs[1]}{zhs[2]}。", "en": f"In {name}, {ens[0]} {ens[1]} {ens[2]}."}
        for month, name in {"一月": "January", "二月": "February", "五月": "May", "八月": "August"}.items()
        for triple in itertools.product(WHO.items(), DOES.items(), WHAT.items())
        for zhs, ens in [list(zip(*triple, strict=True))]
    ]
    adopt_alphabets(shipped("models") / "zh-en-compact", folder)
    (folder / "pairs.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, [*rows, STRAY])))
    return prepare([folder / "pairs.jsonl"], folder, least_linked=least_linked, sampled=sampled).pairs


def test_a_pair_of_which_little_is_linked_is_left_out_when_asked(tmp_path: Path) -> None:
    everything, linked = tmp_path / "all", tmp_path / "linked"
    everything.mkdir()
    linked.mkdir()
    assert _pairs(everything, 0.0) - _pairs(linked, 0.85) == 1
    assert len(Pairs.load(linked)) == len(Pairs.load(everything)) - 1


def test_sampled_pieces_stand_for_the_same_sentences_cut_otherwise(tmp_path: Path) -> None:
    usual, drawn = tmp_path / "usual", tmp_path / "drawn"
    usual.mkdir()
    drawn.mkdir()
    assert _pairs(usual, 0.0) == _pairs(drawn, 0.0, sampled=0.2)
    codec = SubwordCodec.load(usual)
    chinese = piece_lists(codec)[1]

    def sentences(folder: Path) -> tuple[list[list[int]], list[str]]:
        pairs = Pairs.load(folder)
        rows = [pairs.example(n).source[:-1] for n in range(len(pairs))]
        pieces = [[chinese[i - pairs.english].removeprefix(CHINESE_PREFIX) for i in row] for row in rows]
        return rows, ["".join(row) for row in pieces]

    (rows, texts), (other_rows, other_texts) = sentences(usual), sentences(drawn)
    assert texts == other_texts
    assert sum(map(len, other_rows)) > sum(map(len, rows))
