"""A checkpoint to a model folder that the embedded engine can load."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from pipeline.errors import InputError
from pipeline.lang.subword import CLOSE, END, OPEN, SEPARATOR, SubwordCodec
from pipeline.training.model import Shape, positions
from pipeline.training.vocabulary import piece_lists

_FILES: Final = ("model.bin", "config.json", "source_vocabulary.json", "target_vocabulary.json", "zh.spm", "en.spm")
_START: Final = "<s>"


def export(checkpoint: Path, prepared: Path, folder: Path, *, quantization: str = "int8") -> dict[str, str]:
    """Write CTranslate2 weights and the alphabets.

    The running mean of the weights is exported. Vocabularies of the two sides
    differ, so the specification is built here and not by one of CTranslate2's
    converters, which assume a shared one.

    Args:
        checkpoint: What :func:`pipeline.training.loop.train` saved.
        prepared: The folder it was trained from.
        folder: Made if missing; an existing ``card.toml`` is kept, its checksums renewed.
        quantization: CTranslate2's name, or ``float32``.

    Returns:
        SHA-256 by file name.

    Raises:
        InputError: The checkpoint is missing or belongs to other alphabets.
    """
    if not checkpoint.is_file():
        raise InputError(f"{checkpoint} does not exist: run `zhengming train run` first")
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    english, chinese = piece_lists(SubwordCodec.load(prepared))
    weights = {name: tensor.float().numpy() for name, tensor in saved["mean"].items()}
    shape = Shape(**saved["shape"]) if saved["shape"] else Shape(english=len(english), chinese=len(chinese))
    if (shape.english, shape.chinese) != (len(english), len(chinese)):
        raise InputError(f"{checkpoint} was trained with other alphabets than those in {prepared}")
    spec = _specification(weights, shape)
    spec.register_source_vocabulary([*english, *chinese])
    spec.register_target_vocabulary(english)
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "<unk>", _START, END
    spec.config.decoder_start_token = _START
    spec.config.add_source_bos = spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    for name in ("zh.spm", "en.spm"):
        shutil.copyfile(prepared / name, folder / name)
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _FILES}
    _write_card(folder / "card.toml", sums, tokens=int(saved["progress"]["tokens"]))
    return sums


def _specification(weights: dict[str, Any], shape: Shape) -> Any:
    from ctranslate2.specs import TransformerSpec, common_spec

    spec = TransformerSpec.from_config(
        (shape.encoder, shape.decoder), shape.heads, pre_norm=True, activation=common_spec.Activation.RELU
    )
    for number, layer in enumerate(spec.encoder.layer):
        _layer(layer, weights, f"enc.{number}.")
    for number, layer in enumerate(spec.decoder.layer):
        _layer(layer, weights, f"dec.{number}.")
        _norm(layer.attention.layer_norm, weights, f"dec.{number}.n2")
        for part, name in zip(layer.attention.linear, ("q", "kv", "o"), strict=True):
            _linear(part, weights, f"dec.{number}.c.{name}")
    _norm(spec.encoder.layer_norm, weights, "en")
    _norm(spec.decoder.layer_norm, weights, "dn")
    table, encodings = weights["emb.weight"], positions(shape.width).numpy().astype(np.float32)
    spec.encoder.embeddings[0].weight = table
    spec.decoder.embeddings.weight = table[: shape.english].copy()
    spec.decoder.projection.weight = table[: shape.english].copy()
    spec.decoder.projection.bias = weights["ob"]
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = True
        side.position_encodings.encodings = encodings
    return spec


def _layer(layer: Any, weights: dict[str, Any], prefix: str) -> None:
    _norm(layer.self_attention.layer_norm, weights, prefix + "n1")
    _linear(layer.self_attention.linear[0], weights, prefix + "a.qkv")
    _linear(layer.self_attention.linear[1], weights, prefix + "a.o")
    _norm(layer.ffn.layer_norm, weights, prefix + "n3")
    _linear(layer.ffn.linear_0, weights, prefix + "f1")
    _linear(layer.ffn.linear_1, weights, prefix + "f2")


def _linear(part: Any, weights: dict[str, Any], name: str) -> None:
    part.weight, part.bias = weights[name + ".weight"], weights[name + ".bias"]


def _norm(part: Any, weights: dict[str, Any], name: str) -> None:
    part.gamma, part.beta = weights[name + ".weight"], weights[name + ".bias"]


def _write_card(path: Path, sums: dict[str, str], *, tokens: int) -> None:
    """Renew the checksums of a card, or begin a new card."""
    if path.is_file():
        text = path.read_text(encoding="utf-8").partition("[sha256]")[0]
    else:
        text = f"""name = "{path.parent.name}"
revision = "{tokens} target tokens"
languages = ["zh", "en"]

[symbols]
open = "{OPEN}"
separator = "{SEPARATOR}"
close = "{CLOSE}"
values = true

[decoding]
beam_size = 4
length_penalty = 1.0
max_length_ratio = 2.5

"""
    lines = "".join(f'"{name}" = "{value}"\n' for name, value in sums.items())
    path.write_text(f"{text}[sha256]\n{lines}", encoding="utf-8")
