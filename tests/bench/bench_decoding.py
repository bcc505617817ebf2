"""Decoding settings of an embedded model, one varied at a time, on the gold corpus.

    python tests/bench/bench_decoding.py [MODEL FOLDER] [--documents N]

Prints BLEU and chrF with the shipped glossaries, and the time of each run as
a ratio to the first row's.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from pipeline.config import Config
from pipeline.engines.embedded import DEFAULT_MODEL, EmbeddedEngine
from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.metrics import score
from pipeline.resources import shipped
from pipeline.run import Translator

BASE = {"beam_size": 4, "length_penalty": 1.0, "repetition_penalty": 1.0}
VARIED = [
    {},
    {"beam_size": 1},
    {"beam_size": 2},
    {"beam_size": 6},
    {"length_penalty": 0.6},
    {"length_penalty": 1.4},
    {"repetition_penalty": 1.05},
    {"repetition_penalty": 1.1},
]


def variant(model: Path, folder: Path, settings: dict[str, float]) -> Path:
    """The model under another card."""
    folder.mkdir()
    for file in model.iterdir():
        if file.name != "card.toml":
            (folder / file.name).symlink_to(file.resolve())
    before, _, rest = (model / "card.toml").read_text(encoding="utf-8").partition("[decoding]")
    kept = [line for line in rest.split("\n") if line.partition("=")[0].strip() not in settings]
    lines = [f"{name} = {value}" for name, value in settings.items()]
    (folder / "card.toml").write_text("\n".join([before, "[decoding]", *lines, *kept]), encoding="utf-8")
    return folder


def main() -> None:
    """Run all settings and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", nargs="?", type=Path, default=shipped("models") / DEFAULT_MODEL)
    parser.add_argument("--documents", type=int, default=40)
    arguments = parser.parse_args()
    documents = load_gold(shipped("corpus") / "gold")[: arguments.documents]
    references = [line for document in documents for line in document.en]
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, change in enumerate(VARIED):
            model = variant(arguments.model, Path(folder) / str(number), {**BASE, **change})
            with EmbeddedEngine(model=model) as engine, Translator(Config(), engine=engine) as translator:
                translator.lines(["预热。"])
                began = time.perf_counter()
                outputs = [line for document in documents for line in translator.lines(document.zh, date=document.date)]
                seconds = time.perf_counter() - began
            first = first or seconds
            quality = score(str(number), outputs, references)
            name = ", ".join(f"{name} {value}" for name, value in change.items()) or f"base {BASE}"
            print(f"{name:90} BLEU {quality.bleu:5.1f}  chrF {quality.chrf:5.1f}  time {seconds / first:4.2f}")


if __name__ == "__main__":
    main()
