"""The adapter runs on tiny random models that these tests build: weights cannot be had, the code path can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the hf extra is not installed")

import sentencepiece as spm

from pipeline import engines
from pipeline.core.flags import Span
from pipeline.engines.base import Constraint, Request
from pipeline.engines.huggingface import FAMILIES, HuggingFaceEngine
from pipeline.errors import EngineUnavailable

TEXT = [
    "商务部会同海关总署发布公告，对中重稀土相关物项实施出口管制措施。",
    "出口经营者应当依照规定申请出口许可，不得擅自改变最终用途。",
    "The Ministry of Commerce issued an announcement on export control measures.",
    "Exporters shall apply for a license and shall not change the end use [T1] [T2].",
]


def _sentencepiece(folder: Path, name: str) -> Path:
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(TEXT * 20), encoding="utf-8")
    spm.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(folder / name),
        vocab_size=140,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return folder / f"{name}.model"


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian model with random weights, saved as opus-mt models are."""
    import json

    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    folder = tmp_path_factory.mktemp("marian")
    model = _sentencepiece(folder, "spm")
    processor = spm.SentencePieceProcessor(model_file=str(model))
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"]))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    tokenizer = MarianTokenizer(
        source_spm=str(model),
        target_spm=str(model),
        vocab=str(folder / "vocab.json"),
        source_lang="zh",
        target_lang="en",
    )
    config = MarianConfig(
        vocab_size=len(vocabulary), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=64,
        pad_token_id=vocabulary["<pad>"], eos_token_id=0, forced_eos_token_id=0,
        decoder_start_token_id=vocabulary["<pad>"],
    )  # fmt: skip
    out = folder / "model"
    MarianMTModel(config).save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses:UserWarning")


def _requests() -> list[Request]:
    constraint = Constraint(span=Span(0, 3), rendering="Ministry of Commerce")
    return [Request(text=TEXT[0], constraints=(constraint,)), Request(text=TEXT[1]), Request(text="海关总署")]


def test_a_marian_folder_translates_each_request_in_order(marian: Path) -> None:
    with HuggingFaceEngine(model=str(marian), max_new_tokens=12, batch_size=2) as engine:
        together = engine.translate(_requests())
        alone = [engine.translate([request])[0] for request in _requests()]
    assert len(together) == 3
    assert [found[0].text for found in together] == [found[0].text for found in alone]


def test_n_best_gives_as_many_scored_hypotheses_best_first(marian: Path) -> None:
    with HuggingFaceEngine(model=str(marian), max_new_tokens=12) as engine:
        [hypotheses] = engine.translate([Request(text=TEXT[1])], n_best=3)
    scores = [hypothesis.score for hypothesis in hypotheses]
    assert len(scores) == 3
    assert all(score is not None for score in scores)
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_a_lost_placeholder_leaves_a_plain_translation(marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def generate(texts: list[str], *, n_best: int) -> list[list[tuple[str, float | None]]]:
        assert n_best == 1
        asked.append(texts)
        return [[("An announcement.", -1.0)] for _ in texts]

    with HuggingFaceEngine(model=str(marian)) as engine:
        monkeypatch.setattr(engine, "_generate", generate)
        [(first,), *_] = engine.translate(_requests())
    assert asked[0][0].startswith("[T1]会同海关总署")
    assert asked[1] == [TEXT[0]]
    assert first.mode == ""


def test_a_kept_placeholder_becomes_the_rendering(marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(texts: list[str], *, n_best: int) -> list[list[tuple[str, float | None]]]:
        return [[("the [T1] announced", -1.0)] * n_best for _ in texts]

    with HuggingFaceEngine(model=str(marian)) as engine:
        monkeypatch.setattr(engine, "_generate", generate)
        [(hypothesis,)] = engine.translate(_requests()[:1])
    assert hypothesis.text == "the Ministry of Commerce announced"
    assert hypothesis.mode == "placeholder"


def test_m2m100_is_told_its_languages(tmp_path: Path) -> None:
    import json

    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer

    model = _sentencepiece(tmp_path, "spm")
    processor = spm.SentencePieceProcessor(model_file=str(model))
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    order = ["<s>", "<pad>", "</s>", "<unk>", *(piece for piece in pieces if not piece.startswith("<"))]
    vocabulary = tmp_path / "vocab.json"
    vocabulary.write_text(json.dumps({piece: i for i, piece in enumerate(order)}), encoding="utf-8")
    tokenizer = M2M100Tokenizer(vocab_file=str(vocabulary), spm_file=str(model))
    config = M2M100Config(
        vocab_size=len(tokenizer) + 200, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=64,
    )  # fmt: skip
    out = tmp_path / "model"
    M2M100ForConditionalGeneration(config).save_pretrained(out)
    tokenizer.save_pretrained(out)
    with HuggingFaceEngine(model=str(out), max_new_tokens=8, beam_size=1) as engine:
        options = _captured(engine)
        assert len(engine.translate([Request(text=TEXT[0])])) == 1
    assert options["forced_bos_token_id"] == tokenizer.get_lang_id("en")


def _captured(engine: HuggingFaceEngine) -> dict[str, Any]:
    options: dict[str, Any] = {}
    generate = engine._model.generate

    def spy(**given: Any) -> Any:
        options.update(given)
        return generate(**given)

    engine._model.generate = spy
    return options


def test_a_missing_model_is_one_line_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"no model folder at .*nowhere: name one, or fetch a model"):
        engines.create("huggingface", {"model": str(tmp_path / "nowhere")})


def test_every_family_with_a_target_code_has_a_source_code() -> None:
    assert all(bool(family.source) == bool(family.target) for family in FAMILIES.values())
