"""What one changed term costs in a project: only the segments that hold it may go to the engine again.

    python tests/bench/bench_change.py [SEGMENTS]

Sentences of the gold corpus, with words exchanged, are translated into a project; then the rendering of one term
changes and the run is repeated; then it is repeated once more with nothing changed. Prints how many segments hold the
term and how many were asked of the engine. Ends with 1 where these are not the same segments, or where an unchanged
run asked anything.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bench_memory import made

from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.run import Translator
from pipeline.run.batch import Batch
from pipeline.run.cache import Cache
from pipeline.run.inputs import find
from pipeline.run.project import Project
from pipeline.run.stream import Stream
from pipeline.testing import ScriptedEngine

PER_DOCUMENT = 25
TERMS = (("出口管制", "export control"), ("海关", "customs"), ("许可证", "license"))
CHANGED, BEFORE, AFTER = "许可证", "license", "permit"


def run(folder: Path, glossary: Path) -> tuple[float, set[str], set[str]]:
    """Processor seconds of a run, the texts that the engine was asked for, and those that hold the changed term."""
    config = Config(engine=EngineConfig(name="echo"), glossary=GlossaryConfig(files=(glossary,), shipped=False))
    engine = ScriptedEngine()
    with Translator(config, engine=engine) as translator, Project.open(folder, config=config) as project:
        inputs = find([str(folder / "in")])
        began = time.process_time()
        with Stream(translator, cache=Cache(project.store)) as stream:
            batch = Batch(translator=translator, runner=stream, folder=str(folder / "out"), project=project)
            failed = [outcome.error for outcome in batch.run(inputs) if outcome.error]
        seconds = time.process_time() - began
        if failed:
            raise SystemExit(failed[0])
        asked = {request.text for request in engine.asked}
        holding = {
            segment.text
            for one in inputs
            for segment in translator.text(Path(one.location).read_text(encoding="utf-8")).segments
            if any(term.text == CHANGED for term in segment.terms)
        }
    return seconds, asked, holding


def main(segments: int) -> int:
    """Print the table; 1 where other segments were asked than those that hold the term."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "zhengming.toml").write_text("", encoding="utf-8")
        sentences = made(segments, random.Random(segments))
        for number in range(-(-segments // PER_DOCUMENT)):
            lines = "\n".join(islice(sentences, PER_DOCUMENT))
            (folder / "in" / f"d{number:05}.txt").write_text(f"{lines}\n", encoding="utf-8")
        glossary = folder / "terms.csv"
        rows = "\n".join(",".join(term) for term in TERMS)
        glossary.write_text(f"source,target\n{rows}\n", encoding="utf-8")
        first, every, _ = run(folder, glossary)
        glossary.write_text(f"source,target\n{rows.replace(BEFORE, AFTER)}\n", encoding="utf-8")
        second, again, holding = run(folder, glossary)
        third, idle, _ = run(folder, glossary)
    print(f"first run           {len(every):>8,} texts asked of the engine  {first:7.2f} processor seconds")
    print(
        f"one term changed    {len(again):>8,} asked, {len(holding):,} hold the term  {second:7.2f} processor seconds"
    )
    print(f"nothing changed     {len(idle):>8,} asked  {third:7.2f} processor seconds")
    exact = again == holding and holding and not idle
    print(
        f"budget: exactly the segments that hold the term, none of an unchanged run: {'kept' if exact else 'NOT kept'}"
    )
    return int(not exact)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
