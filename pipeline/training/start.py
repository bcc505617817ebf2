"""An exported model as the beginning of a training run.

A checkpoint is some 270 MB and stays with whoever trained; the exported int8
weights travel with the repository. Read back they are close enough to train
on from: a warm-up heals what the rounding to 8 bits took.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pipeline.errors import InputError
from pipeline.training.model import Shape

# CTranslate2's numbers of element types (include/ctranslate2/types.h).
_TYPES: Final[dict[int, type]] = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_NORMS: Final = {"self_attention/layer_norm": "n1", "attention/layer_norm": "n2", "ffn/layer_norm": "n3"}
_LINEARS: Final = {
    "self_attention/linear_0": "a.qkv",
    "self_attention/linear_1": "a.o",
    "attention/linear_0": "c.q",
    "attention/linear_1": "c.kv",
    "attention/linear_2": "c.o",
    "ffn/linear_0": "f1",
    "ffn/linear_1": "f2",
}


def exported_weights(model: Path, shape: Shape) -> dict[str, Tensor]:
    """The weights of an exported model under the names of :class:`pipeline.training.model.Model`.

    Args:
        model: Folder with ``model.bin`` that :func:`pipeline.training.export.export` wrote.
        shape: Sizes of the network to be trained.

    Raises:
        InputError: The file is missing, damaged or of another shape.
    """
    path = model / "model.bin"
    try:
        found = _variables(path.read_bytes())
        weights = _named(found, shape)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (KeyError, ValueError, struct.error) as error:
        raise InputError(f"{path} is no model of this shape that `train export` wrote: {error}") from error
    if weights["emb.weight"].shape != (shape.english + shape.chinese, shape.width):
        raise InputError(f"{path} has other alphabets than the prepared data: prepare with --alphabets {model}")
    return weights


def _named(found: dict[str, Any], shape: Shape) -> dict[str, Tensor]:
    weights = {"emb.weight": found["encoder/embeddings_0/weight"], "ob": found["decoder/projection/bias"]}
    for side, prefix, layers in (("encoder", "e", shape.encoder), ("decoder", "d", shape.decoder)):
        weights |= _norm(found, f"{side}/layer_norm", f"{prefix}n")
        for number in range(layers):
            at, name = f"{side}/layer_{number}", f"{prefix}{'nc' if prefix == 'e' else 'ec'}.{number}"
            for place, short in _NORMS.items():
                if side == "decoder" or short != "n2":
                    weights |= _norm(found, f"{at}/{place}", f"{name}.{short}")
            for place, short in _LINEARS.items():
                if side == "decoder" or not short.startswith("c."):
                    weights[f"{name}.{short}.weight"] = found[f"{at}/{place}/weight"]
                    weights[f"{name}.{short}.bias"] = found[f"{at}/{place}/bias"]
    return {name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in weights.items()}


def _norm(found: dict[str, Any], place: str, name: str) -> dict[str, Any]:
    return {f"{name}.weight": found[f"{place}/gamma"], f"{name}.bias": found[f"{place}/beta"]}


def _variables(data: bytes) -> dict[str, Any]:
    """The arrays of CTranslate2's binary format, version 6, dequantised."""
    reader = _Reader(data)
    reader.number("I")
    reader.text()
    reader.number("I")
    arrays = dict(reader.array() for _ in range(reader.number("I")))
    for _ in range(reader.number("I")):
        alias, name = reader.text(), reader.text()
        arrays[alias] = arrays[name]
    for name in [name for name in arrays if name.endswith("weight_scale")]:
        whole = name.removesuffix("_scale")
        scale = arrays.pop(name)
        arrays[whole] = arrays[whole].astype(np.float32) / (scale[:, None] if scale.ndim else scale)
    return arrays


class _Reader:
    """Reads the format's parts one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self._data, self._at)
        self._at += struct.calcsize(kind)
        return int(value)

    def text(self) -> str:
        length = self.number("H")
        text = self._data[self._at : self._at + length - 1].decode("utf-8")
        self._at += length
        return text

    def array(self) -> tuple[str, Any]:
        name = self.text()
        sizes = [self.number("I") for _ in range(self.number("B"))]
        kind, length = _TYPES[self.number("B")], self.number("I")
        values = np.frombuffer(self._data, dtype=kind, count=length // np.dtype(kind).itemsize, offset=self._at)
        self._at += length
        return name, values.reshape(sizes)
