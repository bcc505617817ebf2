"""Whole pipeline against CTranslate2 alone on the same segments and settings; budget 1.10.

python tests/bench/bench_pipeline.py [ROUNDS]
"""

from __future__ import annotations

import resource
import statistics
import sys
import time

from pipeline.config import Config
from pipeline.core.document import Document
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.evaluation.gold import load_gold
from pipeline.resources import shipped
from pipeline.run import Translator


def main(rounds: int) -> None:
    """Print seconds of both, their ratio, segments per second and memory, medians over rounds."""
    lines = [line for document in load_gold(shipped("corpus") / "gold") for line in document.zh if line]
    text = "\n".join(lines)
    with EmbeddedEngine() as engine, Translator(Config(), engine=engine) as translator:
        translator.text(text)
        ratios, rates, totals = [], [], []
        for _ in range(rounds):
            raw, whole, count = measure(engine, translator, text)
            ratios.append(whole / raw)
            rates.append(count / whole)
            totals.append((raw, whole))
        raw, whole = (statistics.median(column) for column in zip(*totals, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"CTranslate2 {raw:.2f} s, pipeline {whole:.2f} s, ratio {statistics.median(ratios):.2f} (budget 1.10)")
    print(f"{statistics.median(rates):.0f} segments/s, {memory:.0f} MiB resident at most")


def measure(engine: EmbeddedEngine, translator: Translator, text: str) -> tuple[float, float, int]:
    """Seconds in CTranslate2, seconds of the pipeline, segments; the same calls, counted from inside."""
    spent = 0.0
    model = engine._model()
    original = model.translate_batch

    class Timed:
        """The model with a stop-watch."""

        def translate_batch(self, *args: object, **options: object) -> object:
            nonlocal spent
            began = time.perf_counter()
            result = original(*args, **options)
            spent += time.perf_counter() - began
            return result

    engine._translator = Timed()
    began = time.perf_counter()
    document: Document = translator.text(text)
    whole = time.perf_counter() - began
    engine._translator = model
    return spent, whole, len(document.segments)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
