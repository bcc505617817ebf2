"""What the checks cost: flag stage against the whole road, on the gold corpus with the embedded engine.

Budget: at most a tenth of the pipeline's time. Run: ``.venv/bin/python tests/bench/bench_checks.py [DOCUMENTS]``.
Processor seconds of this process are compared, so that other work on the machine does not count.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time

import msgspec

from pipeline.config import Config
from pipeline.core.document import Document
from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.pairs import pair_document
from pipeline.resources import shipped
from pipeline.run import Translator
from pipeline.stages.base import run_stage


def main(count: int) -> None:
    """Print a table of seconds per stage and the share of the checks."""
    gold = load_gold(shipped("corpus") / "gold")[:count]
    made = [pair_document(item.zh, item.en, name=item.slug, date=item.date)[0] for item in gold]
    seconds: dict[str, float] = {}
    with Translator(Config()) as translator:
        road(translator, made[:1], {})
        flagged = road(translator, made, seconds)
        stage = translator.stages[-1]
        bare = [msgspec.structs.replace(document, provides=document.provides - stage.provides) for document in flagged]
        profile = cProfile.Profile()
        profile.enable()
        for document in bare:
            run_stage(stage, document)
        profile.disable()
    total = sum(seconds.values())
    characters = sum(len(document.text) for document in flagged)
    print(f"{len(made)} documents, {characters:,} characters, {total:.2f} processor seconds")
    for name, spent in seconds.items():
        print(f"{name:12} {spent:8.2f} s {100 * spent / total:5.1f}%")
    print("dearest checks:")
    statistics = pstats.Stats(profile).get_stats_profile().func_profiles
    own = {name: item.cumtime for name, item in statistics.items() if "checks/" in item.file_name}
    for name, spent in sorted(own.items(), key=lambda item: -item[1])[:12]:
        print(f"{name:28} {1000 * spent:8.0f} ms")


def road(translator: Translator, documents: list[Document], seconds: dict[str, float]) -> list[Document]:
    """The documents through all stages, the processor time of each stage added up."""
    for stage in translator.stages:
        start = time.process_time()
        documents = [run_stage(stage, document) for document in documents]
        seconds[stage.name] = seconds.get(stage.name, 0.0) + time.process_time() - start
    return documents


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
