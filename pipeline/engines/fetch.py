"""Hub models brought to a local folder, for machines that translate without a network."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from pipeline.errors import EngineUnavailable
from pipeline.resources import shipped

# Weights in one form and what the tokenizer needs; no copies for other frameworks.
_WANTED: Final = ("*.json", "*.safetensors", "*.bin", "*.spm", "*.model", "*.txt", "README.md")
_UNWANTED: Final = ("tf_model*", "flax_model*", "rust_model*", "*.onnx")


def card(model: str) -> dict[str, Any]:
    """The card of a known hub model; empty where there is none of that name."""
    path = shipped("models") / f"{model}.toml"
    if "/" in model or not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fetch(model: str, folder: Path, *, revision: str = "") -> Path:
    """Download a model.

    Args:
        model: Name of a card in ``models/``, or hub id.
        folder: Gets a folder of the model's name.
        revision: Hub revision; default: the card's, else ``main``.

    Returns:
        The model's folder, for ``--engine huggingface --set model=FOLDER``.

    Raises:
        EngineUnavailable: No such model, or no network.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    known = card(model)
    name = str(known.get("id", model))
    target = folder / name.rpartition("/")[2]
    try:
        snapshot_download(
            name,
            revision=revision or str(known.get("revision", "main")),
            local_dir=target,
            allow_patterns=list(_WANTED),
            ignore_patterns=list(_UNWANTED),
        )
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineUnavailable(f"cannot fetch {name!r}: {first}; check the name and the network") from error
    return target
