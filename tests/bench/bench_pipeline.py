"""Whole pipeline against CTranslate2 alone on the same calls; budget 1.10. Unchanged re-run; budget 1/20.

python tests/bench/bench_pipeline.py [ROUNDS] [SEGMENTS]

Both run the same model object, so threads and compute type are the same, and CTranslate2 is given the very calls that
the pipeline made: same pieces, batches and decoding options, retries and the rows that fill a batch up included. It
gets all of them at once, while the pipeline has to wait for answers before it can ask again: in wall time that favours
CTranslate2, most so with few segments. Processor time of the whole process has no such waiting in it, and other work
on the machine counts less.

The rounds of a run translate the same texts, so each is printed: the first also reads dictionaries and compiles
patterns, which a long run does once; in later ones what was found out about a Chinese sentence is sometimes
remembered, which favours the pipeline. The summary is of the medians.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.evaluation.gold import load_gold
from pipeline.resources import shipped
from pipeline.run import Translator
from pipeline.run.batch import Batch
from pipeline.run.cache import Cache
from pipeline.run.inputs import find
from pipeline.run.project import Project
from pipeline.run.stream import Stream

PER_DOCUMENT = 25


class Recorded:
    """A CTranslate2 model that notes its calls."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def translate_batch(self, *arguments: Any, **options: Any) -> Any:
        self.calls.append((arguments, options))
        return self.model.translate_batch(*arguments, **options)

    def replay(self) -> tuple[float, float]:
        """Seconds, and those of the processor, for the same calls, all handed over at once."""
        began, worked = time.perf_counter(), time.process_time()
        started = [self.model.translate_batch(*arguments, **options) for arguments, options in self.calls]
        for batch in started:
            for one in batch:
                one.result()
        return time.perf_counter() - began, time.process_time() - worked


def main(rounds: int, segments: int) -> None:
    """Print seconds of both, their ratio, segments and words per second, memory, and the re-run."""
    lines = [line for document in load_gold(shipped("corpus") / "gold") for line in document.zh if line][:segments]
    with tempfile.TemporaryDirectory() as name, EmbeddedEngine() as engine:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "zhengming.toml").write_text("", encoding="utf-8")
        for start in range(0, len(lines), PER_DOCUMENT):
            text = "\n".join(lines[start : start + PER_DOCUMENT]) + "\n"
            (folder / "in" / f"d{start:05}.txt").write_text(text, encoding="utf-8")
        inputs = find([str(folder / "in")])
        with Translator(Config(), engine=engine) as translator:
            translator.text(lines[0])
            model = engine._translator
            print(f"model, dictionaries and glossary after one segment: {_resident():.0f} MiB resident at most")
            rows = []
            for number in range(rounds):
                recorded = engine._translator = Recorded(model)
                began, worked = time.perf_counter(), time.process_time()
                with Stream(translator) as stream:
                    batch = Batch(translator=translator, runner=stream, folder=str(folder / f"out{number}"))
                    outcomes = list(batch.run(inputs))
                whole, busy = time.perf_counter() - began, time.process_time() - worked
                engine._translator = model
                count = sum(outcome.summary["segments"] for outcome in outcomes)
                if not number:
                    print(f"after its first round the pipeline: {_resident():.0f} MiB resident at most")
                raw, raw_busy = recorded.replay()
                rows.append((raw, raw_busy, whole, busy, count))
                print(f"round {number + 1}: ratio {whole / raw:.2f}, of processor time {busy / raw_busy:.2f}")
            raw, raw_busy, whole, busy, count = (statistics.median(column) for column in zip(*rows, strict=True))
            words = sum(len(path.read_text(encoding="utf-8").split()) for path in (folder / "out0").iterdir())
            print(f"{count:.0f} segments: CTranslate2 {raw:.2f} s, pipeline {whole:.2f} s, budget 1.10:", end=" ")
            print(f"ratio {whole / raw:.2f}; of processor time {busy / raw_busy:.2f}")
            print(f"{count / whole:.1f} segments/s, {words / whole:.0f} words/s on {len(inputs)} documents")
            with Project.open(folder, config=Config()) as project:
                times = [_in_project(translator, project, inputs, folder) for _ in range(2)]
            print(f"first run in a project {times[0]:.2f} s, unchanged re-run {times[1]:.2f} s:", end=" ")
            print(f"{times[0] / times[1]:.0f} times faster (budget 20)")
    print(f"{_resident():.0f} MiB resident at most, all answers of the last replay and the project's store included")


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_project(translator: Translator, project: Project, inputs: list[Any], folder: Path) -> float:
    began = time.perf_counter()
    with Stream(translator, cache=Cache(project.store)) as stream:
        batch = Batch(translator=translator, runner=stream, folder=str(folder / "out"), project=project)
        list(batch.run(inputs))
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
