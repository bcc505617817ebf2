from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.lang.subword import SYMBOLS
from pipeline.resources import shipped
from pipeline.training.model import Model, Shape
from pipeline.training.start import exported_weights
from pipeline.training.symbols import with_symbols

MODEL = shipped("models") / "zh-en-compact"


def test_both_sides_carry_the_same_symbols() -> None:
    pairs = [
        with_symbols(f"2025年{month}月4日，出口{month}.5万吨。", f"On {name} 4, 2025, exports were {month}5,000 tons.")
        for month, name in ((1, "January"), (2, "February"), (3, "March"), (4, "April"), (5, "May"), (6, "June"))
    ]
    symbols = set("".join(SYMBOLS.values()))
    found = [(sorted(symbols & set(zh)), sorted(symbols & set(en))) for zh, en in pairs]
    assert all(left == right for left, right in found)
    assert max(len(left) for left, _ in found) == 2


def test_a_pair_is_treated_the_same_way_each_time() -> None:
    pair = ("税率为5.2%。", "The rate is 5.2%.")
    assert with_symbols(*pair) == with_symbols(*pair)


def test_the_shipped_model_can_be_trained_on() -> None:
    model = Model(Shape(english=7000, chinese=12000))
    model.load_state_dict(exported_weights(MODEL, model.shape))
    assert 0.01 < float(model.emb.weight.detach().std()) < 1


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes((MODEL / "model.bin").read_bytes()[:5000])
    with pytest.raises(InputError, match=r"model\.bin is no model"):
        exported_weights(tmp_path, Shape(english=7000, chinese=12000))
