"""The word lexicon is counted from aligned pairs."""

from __future__ import annotations

import itertools
import tomllib
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import InputError
from pipeline.lang.lexicon import FILE, Lexicon
from pipeline.training.lexicon import build, measured
from pipeline.training.prepare import prepare

pytest.importorskip("systran_align", reason="the extra train is not installed")

WHO = {"商务部": "the Ministry of Commerce", "海关": "customs", "法院": "the court", "企业": "the enterprise"}
DOES = {"公布": "announced", "修订": "revised", "暂停": "suspended", "批准": "approved", "核查": "inspected"}
WHAT = {
    "清单": "the list",
    "稀土": "rare earths",
    "许可证": "the license",
    "合同": "the contract",
    "预算": "the budget",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    rows = [
        {"zh": f"{zhs[0]}于{month}月{zhs[1]}{zhs[2]}。", "en": f"In month {month}, {ens[0]} {ens[1]} {ens[2]}."}
        for month in range(1, 10)
        for triple in itertools.product(WHO.items(), DOES.items(), WHAT.items())
        for zhs, ens in [list(zip(*triple, strict=True))]
    ]
    (folder / "pairs.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    prepare([folder / "pairs.jsonl"], folder)
    return folder


def test_words_that_stand_for_each_other_are_found_and_the_card_says_what_was_counted(
    prepared: Path, tmp_path: Path
) -> None:
    made = build([prepared], tmp_path, weights={})
    again = Lexicon.read(tmp_path / FILE)
    assert set(again.pairs) == set(made.pairs)
    zh, en = "法院于3月暂停合同。", "In month 3, the court suspended the contract."
    links = again.align(zh, en)
    assert len(links.source) >= 2
    assert all(word.linked for word in links.source)
    lost = again.align(zh, "In month 3, customs inspected the license.")
    assert not any(word.linked for word in lost.source)
    card = tomllib.loads((tmp_path / "card.toml").read_text(encoding="utf-8"))
    assert card["sha256"][FILE] == sha256((tmp_path / FILE).read_bytes()).hexdigest()
    assert card["counted"]["sources"] == ["pairs"]
    assert card["counted"]["words"] == len(made.pairs)


def test_a_card_that_is_there_keeps_its_head(prepared: Path, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text('name = "mine"\n\n[counted]\nwords = 1\n', encoding="utf-8")
    build([prepared], tmp_path, weights={})
    card = tomllib.loads((tmp_path / "card.toml").read_text(encoding="utf-8"))
    assert card["name"] == "mine"
    assert card["counted"]["words"] > 1


def test_a_file_of_weight_zero_is_left_out(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="weight"):
        build([prepared], tmp_path, weights={"pairs": 0.0})


def test_words_that_right_translations_leave_out_are_less_reliable() -> None:
    lexicon = Lexicon.parse(["合同\t70\tcontract", "上述\t70\tabov"])
    sample = [("上述合同", "the contract")] * 12 + [("上述合同", "the above contract")] * 4
    made = measured(lexicon, sample)
    assert made.chinese["合同"] > 0.9
    assert made.chinese["上述"] < 0.4


def test_pairs_without_alignment_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_bytes(
        msgspec.json.encode({"zh": "海关公布清单。", "en": "Customs released the list."})
    )
    prepare([tmp_path / "pairs.jsonl"], tmp_path, align=False)
    with pytest.raises(InputError, match="word alignment"):
        build([tmp_path], tmp_path, weights={})
