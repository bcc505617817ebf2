from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.engines.base import Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.errors import InputError
from pipeline.training.corpus import Pair, clean, read_pairs
from pipeline.training.prepare import prepare, split

torch = pytest.importorskip("torch", reason="the extra train is not installed")

SUBJECTS = {
    "商务部": "the Ministry of Commerce",
    "海关总署": "the General Administration of Customs",
    "国务院": "the State Council",
}
VERBS = {"公布": "announced", "修订": "revised", "暂停": "suspended", "批准": "approved"}
OBJECTS = {"出口管制清单": "the export control list", "稀土配额": "the rare earth quotas", "许可证": "the license"}


def sentences() -> Iterator[tuple[str, str]]:
    for day in range(1, 29):
        for a, b in SUBJECTS.items():
            for c, d in VERBS.items():
                for e, f in OBJECTS.items():
                    yield f"4月{day}日，{a}{c}{e}。", f"On April {day}, {b} {d} {f}."


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    pairs = list(sentences())
    random.Random(0).shuffle(pairs)  # noqa: S311  (not for secrets)
    # Held-out sentences come in groups that differ only in digits; every letter string here is one group.
    fillers = [
        (f"第{a}条、{b}与{c}", f"Article {a}, {d} and {e}")
        for a in range(300)
        for b, d in SUBJECTS.items()
        for c, e in OBJECTS.items()
    ]
    (folder / "pairs.jsonl").write_bytes(
        b"\n".join(msgspec.json.encode({"zh": zh, "en": en}) for zh, en in [*pairs, *fillers])
    )
    prepare([folder / "pairs.jsonl"], folder, align=False)
    dev = [msgspec.json.encode({"zh": zh, "en": en, "source": "pairs"}) for zh, en in pairs[:16]]
    (folder / "dev.jsonl").write_bytes(b"\n".join(dev))
    return folder


def trained(folder: Path, prepared: Path, steps: int) -> Any:
    from pipeline.training.loop import Settings, train
    from pipeline.training.model import Shape

    small = functools.partial(Shape, width=32, heads=2, inner=64, encoder=1, decoder=1)
    settings = Settings(time_budget=600, steps=steps, batch_tokens=256, report_every=0.0, threads=1)
    reports: list[Any] = []
    progress = train(folder, [prepared], settings, reports.append, shape=small)
    return progress, reports


def test_a_run_that_was_cut_off_goes_on_and_its_export_loads_in_the_engine(prepared: Path, tmp_path: Path) -> None:
    from pipeline.training.export import export

    first, reports = trained(tmp_path, prepared, 30)
    second, _ = trained(tmp_path, prepared, 2)
    assert (first.step, second.step) == (30, 32)
    assert second.seconds > first.seconds
    assert reports[-1].loss < reports[0].loss
    assert len((tmp_path / "log.jsonl").read_bytes().splitlines()) > len(reports)
    sums = export(tmp_path / "checkpoint.pt", prepared, tmp_path / "model", quantization="float32")
    assert set(sums) == {path.name for path in (tmp_path / "model").iterdir()} - {"card.toml"}
    with EmbeddedEngine(model=tmp_path / "model") as engine:
        assert len(engine.translate([Request(text="商务部公布许可证。")])) == 1


def test_the_exported_model_gives_the_networks_own_greedy_words(prepared: Path, tmp_path: Path) -> None:
    import ctranslate2

    from pipeline.lang.subword import SubwordCodec
    from pipeline.training.export import export
    from pipeline.training.loop import source_id
    from pipeline.training.model import Model, Shape

    trained(tmp_path, prepared, 30)
    export(tmp_path / "checkpoint.pt", prepared, tmp_path / "model", quantization="float32")
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    model = Model(Shape(**saved["shape"]))
    model.load_state_dict(saved["mean"])
    codec = SubwordCodec.load(prepared)
    pieces = codec.encode_source(["4月5日，商务部公布稀土配额。"])
    source = torch.tensor([[source_id(piece, codec, model.shape.english) for piece in pieces]])
    target = torch.tensor([[1]])
    with torch.no_grad():
        memory, mask = model.encode(source)
        for _ in range(12):
            logits = model.logits(model.decode(target, memory, mask)[0][0, -1:])
            target = torch.cat([target, logits.argmax(-1, keepdim=True)], 1)
    expected = [codec.english.id_to_piece(int(i)) for i in target[0, 1:]]
    translator = ctranslate2.Translator(str(tmp_path / "model"), compute_type="float32")
    found = translator.translate_batch([pieces], beam_size=1, max_decoding_length=12)[0].hypotheses[0]
    translator.unload_model()
    assert found == expected[: len(found)]
    assert found


def test_the_learning_rate_falls_over_a_cooldown(prepared: Path, tmp_path: Path) -> None:
    from pipeline.training.loop import Settings, train
    from pipeline.training.model import Shape

    small = functools.partial(Shape, width=32, heads=2, inner=64, encoder=1, decoder=1)
    settings = Settings(time_budget=1.0, cooldown=True, batch_tokens=256, report_every=0.0, threads=1)
    reports: list[Any] = []
    train(tmp_path, [prepared], settings, reports.append, shape=small)
    per_step = [report.lr / report.step for report in reports]
    assert per_step[-1] < 0.5 * per_step[0]


def test_a_signal_ends_a_run_after_its_step_with_a_checkpoint(prepared: Path, tmp_path: Path) -> None:
    import os
    import signal

    from pipeline.training.loop import Settings, train
    from pipeline.training.model import Shape

    small = functools.partial(Shape, width=32, heads=2, inner=64, encoder=1, decoder=1)
    settings = Settings(time_budget=600, batch_tokens=256, report_every=0.0, threads=1)
    done = train(
        tmp_path,
        [prepared],
        settings,
        lambda report: os.kill(os.getpid(), signal.SIGTERM) if report.step == 3 else None,
        shape=small,
    )
    assert done.step == 3
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["progress"]["step"] == 3


def test_pairs_of_several_folders_are_trained_on_as_one(prepared: Path) -> None:
    from pipeline.training.batches import Pairs

    one, two = Pairs.load(prepared), Pairs.load_all([prepared, prepared])
    assert len(two) == 2 * len(one)
    assert two.example(len(one) + 3) == one.example(3)
    assert two.names == one.names


def test_the_command_passes_on_how_much_is_annotated_and_how_often_our_own_pairs_are_seen(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from pipeline.cli.train import app
    from pipeline.training import loop
    from pipeline.training.shipped import training_files

    given: list[Any] = []

    def remember(folder: Path, folders: Any, settings: Any, report: Any) -> Any:
        given.append(settings)
        return loop.Progress()

    monkeypatch.setattr(loop, "train", remember)
    options = ["--annotated", "0.4", "--foreign", "0.15", "--in-domain", "6", "--weight", "law=9"]
    result = CliRunner().invoke(app, ["run", str(prepared), "-o", str(tmp_path), *options])
    assert result.exit_code == 0, result.output
    (settings,) = given
    assert (settings.annotated, settings.foreign) == (0.4, 0.15)
    assert settings.weights["law"] == 9
    assert {settings.weights[path.stem] for path in training_files() if path.stem != "law"} == {6}


def test_a_checkpoint_of_other_alphabets_is_refused(prepared: Path, tmp_path: Path) -> None:
    from pipeline.training.loop import Settings, train

    trained(tmp_path, prepared, 1)
    with pytest.raises(InputError, match="another shape or other alphabets"):
        train(tmp_path, [prepared], Settings(time_budget=1.0), lambda _: None)


def test_the_network_sees_no_target_piece_before_its_turn() -> None:
    from pipeline.training.model import Model, Shape

    torch.manual_seed(0)
    model = Model(Shape(english=20, chinese=20, width=16, heads=2, inner=32, encoder=1, decoder=2))
    source = torch.tensor([[25, 31, 2]])
    one, other = torch.tensor([[1, 5, 6, 7]]), torch.tensor([[1, 5, 6, 9]])
    with torch.no_grad():
        memory, mask = model.encode(source)
        a, b = (model.decode(target, memory, mask)[0] for target in (one, other))
    assert torch.equal(a[:, :3], b[:, :3])
    assert not torch.equal(a[:, 3], b[:, 3])


def test_hidden_pieces_are_predicted_but_not_shown_to_the_decoder() -> None:
    from pipeline.training.annotate import Example
    from pipeline.training.loop import losses
    from pipeline.training.model import BEGIN, PAD, Model, Shape

    class Watched(Model):
        def decode(self, shifted: Any, memory: Any, mask: Any) -> Any:
            shown.append(shifted.tolist())
            return super().decode(shifted, memory, mask)

    shown: list[list[list[int]]] = []
    model = Watched(Shape(english=20, chinese=20, width=16, heads=2, inner=32, encoder=1, decoder=1))
    example = Example(source=[25, 31, 2], target=[5, 6, 7, 2], links=[])
    counted = [losses(model, (4, 4), [example], hidden=share)[2] for share in (0.0, 1.0)]
    assert shown == [[[BEGIN, 5, 6, 7]], [[BEGIN, PAD, PAD, PAD]]]
    assert counted == [4, 4]


def test_guided_alignment_loss_is_zero_where_attention_sits_on_the_link_and_large_elsewhere() -> None:
    from pipeline.training.annotate import Example
    from pipeline.training.loop import guided_loss

    example = Example(source=[5, 6, 2], target=[7, 2], links=[(1, 0)])
    attention = torch.full((1, 2, 3), -9.0)
    attention[0, 0, 1] = 0.0
    assert guided_loss(attention, [example]).item() == pytest.approx(0.0)
    attention[0, 0, 1] = -9.0
    assert guided_loss(attention, [example]).item() == pytest.approx(9.0)


def test_versions_of_an_article_that_differ_in_a_number_fall_on_the_same_side() -> None:
    pairs = [
        Pair(f"第{n}条出口经营者应当于{m}日内报告{chr(0x4E00 + k)}", "…", "x")
        for n in range(5)
        for m in (3, 5)
        for k in range(500)
    ]
    kept, held = split(pairs)
    assert held

    def letters(part: list[Pair]) -> set[str]:
        return {"".join(c for c in pair.zh if not c.isdigit()) for pair in part}

    assert not letters(kept) & letters(held)


def test_traditional_pairs_become_simplified_and_copies_and_misaligned_pairs_go() -> None:
    pairs = [
        Pair("兩用物項出口管制條例", "Regulations on Export Control of Dual-Use Items", "a"),
        Pair("两用物项出口管制条例", "Regulations on Export Control of Dual-Use Items", "b"),
        Pair("出口经营者应当在出口前向国务院商务主管部门申请许可，并提交规定的文件。", "No.", "a"),
        Pair("氧化镝", "dysprosium oxide", "a"),
        Pair(
            "本法所称主管机关为经济部。",
            "The competent authority of the R.O.C. is the Ministry of Economic Affairs.",
            "a",
        ),
    ]
    assert [pair.zh for pair in clean(pairs, excluded=frozenset())] == ["两用物项出口管制条例", "氧化镝"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "source\ttarget\n稀土\trare earths\n"),
        ("a.csv", "稀土,rare earths\n"),
        ("a.jsonl", '{"zh": "稀土", "en": "rare earths"}\n'),
        (
            "a.tmx",
            '<tmx version="1.4"><header/><body><tu><tuv xml:lang="zh"><seg>稀土</seg></tuv>'  # noqa: ISC004
            '<tuv xml:lang="en"><seg>rare earths</seg></tuv></tu></body></tmx>',
        ),
    ],
    ids=["tsv", "csv", "jsonl", "tmx"],
)
def test_pairs_are_read_from_what_users_have(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(read_pairs(tmp_path / name)) == [Pair("稀土", "rare earths", "a")]


def test_a_quotation_mark_in_a_tsv_file_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text('“稀土”\t"Rare earths" rose\n', encoding="utf-8")
    assert [pair.en for pair in read_pairs(tmp_path / "a.tsv")] == ['"Rare earths" rose']


def test_a_table_row_without_two_columns_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("稀土\trare earths\n镝\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.tsv:2: expected two columns"):
        list(read_pairs(tmp_path / "a.tsv"))
