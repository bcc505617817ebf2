"""What a batch costs as it grows: segments, terms, workers, memory; and an SVG plot of cost against size.

    python tests/bench/bench_scale.py [--segments 1,100,10000,100000] [--terms 100,10000,100000] [--svg FILE]
    python tests/bench/bench_scale.py --memory 1000000

Each row runs in a process of its own, with the echo engine unless it says
otherwise, so that the figures are those of the pipeline and not of a model.
``--memory`` prints the resident memory of one run over so many segments.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.run import Translator, runners
from pipeline.run.batch import Batch
from pipeline.run.inputs import find
from pipeline.run.tasks import WorkerSpec

PER_DOCUMENT = 100
SENTENCES = (
    "商务部公告2025年第{n}号公布对部分中重稀土相关物项实施出口管制的决定。",
    "出口经营者出口上述物项，应当依照有关规定向国务院商务主管部门申请第{n}号许可。",
    "2025年前三季度，我国进出口总值{n}.61亿元，同比增长4%。",
    "任何组织和个人不得违反第{n}条规定转移两用物项。",
)


def generate(folder: Path, segments: int) -> None:
    """Text files of a hundred segments, every one different."""
    for start in range(0, segments, PER_DOCUMENT):
        lines = [SENTENCES[n % 4].format(n=n) for n in range(start, min(start + PER_DOCUMENT, segments))]
        (folder / f"d{start:08}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def glossary(path: Path, terms: int) -> None:
    """So many terms, a few of which occur."""
    rng = random.Random(0)
    made = {"".join(chr(rng.randint(0x4E00, 0x9000)) for _ in range(4)) for _ in range(terms + 100)}
    rows = ["出口管制,export control", "许可,license", *(f"{zh},term {i}" for i, zh in enumerate(sorted(made)[:terms]))]
    path.write_text("source,target\n" + "\n".join(rows) + "\n", encoding="utf-8")


def one(arguments: argparse.Namespace) -> dict[str, float]:
    """One row: seconds and MiB."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "in").mkdir()
        generate(home / "in", arguments.one)
        files: tuple[Path, ...] = ()
        if arguments.own_terms:
            glossary(home / "terms.csv", arguments.own_terms)
            files = (home / "terms.csv",)
        config = Config(
            engine=EngineConfig(name=arguments.engine),
            glossary=GlossaryConfig(files=files, shipped=not arguments.own_terms),
        )
        inputs = find([str(home / "in")])
        began = time.perf_counter()
        with Translator(config) as translator:
            ready = time.perf_counter()
            kind = "processes" if arguments.workers > 1 else "local"
            runner = runners.create(kind, WorkerSpec(config=config), translator, workers=arguments.workers)
            first, segments = 0.0, 0
            for outcome in Batch(translator=translator, runner=runner, folder=str(home / "out")).run(inputs):
                first = first or time.perf_counter()
                segments += outcome.summary.get("segments", 0)
                if outcome.error:
                    raise SystemExit(outcome.error)
            done = time.perf_counter()
            runner.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "segments": segments, "start": ready - began, "first": first - began, "seconds": done - began, "mib": memory,
    }  # fmt: skip


def row(segments: int, *, terms: int = 0, workers: int = 1, engine: str = "echo") -> dict[str, float]:
    """Run one row in a process of its own and print it."""
    command = [sys.executable, __file__, "--one", str(segments), "--own-terms", str(terms)]
    command += ["--workers", str(workers), "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    label = f"{terms:,}" if terms else "shipped"
    each = 1e6 * found["seconds"] / segments
    print(
        f"{engine:9} {segments:>9,} segments  {label:>8} terms  {workers} workers"
        f"   first document {found['first']:6.2f} s   all {found['seconds']:8.2f} s"
        f"   {each:9.0f} µs/segment   {found['mib']:5.0f} MiB",
        flush=True,
    )
    return found


def plot(rows: list[tuple[int, float]], path: Path) -> None:
    """Seconds against segments, both logarithmic, as SVG."""
    from math import log10

    left, top, width, height = 60, 20, 480, 260
    xs = [log10(size) for size, _ in rows]
    ys = [log10(seconds) for _, seconds in rows]
    low_x, span_x = min(xs), max(max(xs) - min(xs), 1e-9)
    low_y, span_y = min(ys), max(max(ys) - min(ys), 1e-9)
    points = [
        (left + width * (x - low_x) / span_x, top + height - height * (y - low_y) / span_y)
        for x, y in zip(xs, ys, strict=True)
    ]
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        f'<text x="{x + 6:.1f}" y="{y - 6:.1f}">{size:,}: {seconds:.1f} s</text>'
        for (x, y), (size, seconds) in zip(points, rows, strict=True)
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 320" font-family="sans-serif" font-size="12">'
        f'<polyline points="{line}" fill="none" stroke="#3266a8" stroke-width="2"/>{marks}'
        f'<text x="{left}" y="310">seconds against segments, both axes logarithmic</text></svg>\n',
        encoding="utf-8",
    )
    print(f"plot: {path}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", default="1,100,10000,100000")
    parser.add_argument("--terms", default="100,10000,100000")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--own-terms", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--engine", default="echo")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments)))
    elif arguments.memory:
        row(arguments.memory)
    else:
        sizes = [int(size) for size in arguments.segments.split(",")]
        rows = [(size, row(size, engine=arguments.engine)["seconds"]) for size in sizes]
        for terms in (int(count) for count in arguments.terms.split(",") if count):
            row(5000, terms=terms)
        row(sizes[-1], workers=2, engine=arguments.engine)
        if arguments.svg:
            plot(rows, arguments.svg)


if __name__ == "__main__":
    main()
