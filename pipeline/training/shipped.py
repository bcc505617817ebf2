"""What the shipped model is trained on besides public pairs, and the recipe's weights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pipeline.errors import InputError
from pipeline.resources import shipped
from pipeline.termbase.glossary import read_entries
from pipeline.training.corpus import Pair

# How often an epoch sees each file's pairs: law and policy up, software manuals down.
RECIPE: Final = MappingProxyType(
    {
        "prc_constitution_laws": 6.0,
        "hk_pdpo": 3.0,
        "tw_ai_pdpa": 3.0,
        "un_v1_devtest": 5.0,
        "sdg": 4.0,
        "todogroup": 2.0,
        "ud_pud": 4.0,
        "tico19": 3.0,
        "xquad": 2.0,
        "python_docs": 0.3,
        "django_docs": 0.3,
        "libreoffice_help": 0.3,
        "react_docs": 0.3,
        "vue_docs": 0.3,
        "rust_book": 0.3,
        "hf_course": 0.3,
        "apache_docs_ds": 0.3,
        "apache_docs_st": 0.3,
        "apache_docs_fcdc": 0.3,
        "d2l_book": 0.5,
        "mozilla_www": 0.5,
        "mozilla_www_tw": 0.5,
        "astro_titles": 0.5,
        "lctt_open": 0.7,
        "cc_cedict": 0.5,
        "glossaries": 40.0,
        "synthetic": 4.0,
    }
)

IN_DOMAIN: Final = 30.0


def recipe(in_domain: float = IN_DOMAIN) -> dict[str, float]:
    """:data:`RECIPE` with every file of our own in-domain pairs weighed up.

    Args:
        in_domain: How often an epoch sees them, for each prepared folder that holds them.
    """
    return {**RECIPE, **{path.stem: in_domain for path in training_files()}}


def training_files() -> list[Path]:
    """The in-domain pairs that ship in ``corpus/training``."""
    return sorted((shipped("corpus") / "training").glob("*.tsv"))


def glossary_pairs() -> Iterator[Pair]:
    """Every approved concept of the shipped glossaries: each Chinese term with the preferred rendering."""
    for path in sorted(shipped("glossaries").glob("*.csv")):
        for entry in read_entries(path):
            for zh in (entry.zh, *entry.variants):
                yield Pair(zh, entry.preferred, "glossaries")


def adopt_alphabets(model: Path, folder: Path) -> None:
    """Copy a model's alphabets into a folder that is about to be prepared, so that the model can be trained on.

    Raises:
        InputError: The model folder lacks them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("zh.spm", "en.spm"):
        if not (model / name).is_file():
            raise InputError(f"{model / name} does not exist: name a model folder")
        shutil.copyfile(model / name, folder / name)
