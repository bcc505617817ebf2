"""Where the shipped glossaries, models and corpus are.

The three data folders stand beside the package in a checkout and inside it,
as ``pipeline/_data/KIND``, in a wheel. ``ZHENGMING_GLOSSARIES``,
``ZHENGMING_MODELS`` and ``ZHENGMING_CORPUS`` override either.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Literal

Kind = Literal["glossaries", "models", "corpus"]


def shipped(kind: Kind) -> Path:
    """The folder that holds the shipped data of a kind.

    Args:
        kind: ``glossaries``, ``models`` or ``corpus``.

    Returns:
        An existing folder.

    Raises:
        FileNotFoundError: The installation lacks the folder, or the override
            names one that does not exist.
    """
    override = os.environ.get(f"ZHENGMING_{kind.upper()}")
    if override:
        folder = Path(override)
    else:
        package = Path(str(files("pipeline")))
        inside = package / "_data" / kind
        folder = inside if inside.is_dir() else package.parent / kind
    if not folder.is_dir():
        raise FileNotFoundError(f"no {kind} at {folder}: reinstall zhengming or set ZHENGMING_{kind.upper()}")
    return folder
