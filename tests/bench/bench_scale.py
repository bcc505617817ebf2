"""What a batch costs as it grows: segments, terms, workers, memory; and an SVG plot of cost against size.

    python tests/bench/bench_scale.py [--segments 1,100,10000] [--embedded 1,100,1000] [--terms 100,10000] [--svg FILE]
    python tests/bench/bench_scale.py --memory 1000000 [--per-document 25] [--minutes 90]
    python tests/bench/bench_scale.py --driver 2000

Segments are sentences of the gold corpus with words exchanged, every one
different. Each row runs in a process of its own. Columns of ratios compare with
the row above; processor time is that of the process and its workers, and stays
what it is on a machine that is busy with other work. ``--memory`` runs the
command line over so many segments and prints its resident memory on the way, against the budget of 1.5 GB for a
million; ``--driver`` measures the process
that writes, its workers' results at hand.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import log10
from pathlib import Path

from bench_memory import made

from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.run import Translator, runners
from pipeline.run.batch import Batch
from pipeline.run.inputs import find
from pipeline.run.project import Project
from pipeline.run.stream import Stream
from pipeline.run.tasks import Result, Task, WorkerSpec, pack, unpack

MILESTONES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
MEMORY = 1_500_000_000  # bytes, for a million segments
COLORS = ("#3266a8", "#b3541e", "#3c7a3c", "#7a3c7a")


def generate(folder: Path, segments: int, each: int) -> None:
    """Text files of so many segments each, a thousand to a folder."""
    sentences = made(segments, random.Random(segments))
    for number in range(-(-segments // each)):
        home = folder / f"{number // 1000:04}"
        home.mkdir(parents=True, exist_ok=True)
        lines = list(islice(sentences, each))
        (home / f"d{number:07}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def glossary(path: Path, terms: int) -> None:
    """So many terms, a few of which occur."""
    rng = random.Random(0)
    words = {"".join(chr(rng.randint(0x4E00, 0x9000)) for _ in range(4)) for _ in range(terms + 100)}
    rows = [
        "出口管制,export control",
        "许可,license",
        *(f"{zh},term {i}" for i, zh in enumerate(sorted(words)[:terms])),
    ]
    path.write_text("source,target\n" + "\n".join(rows) + "\n", encoding="utf-8")


def one(arguments: argparse.Namespace) -> dict[str, float]:
    """One row: seconds by the clock and of the processor, and MiB."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        generate(home / "in", arguments.one, arguments.per_document)
        files: tuple[Path, ...] = ()
        if arguments.own_terms:
            glossary(home / "terms.csv", arguments.own_terms)
            files = (home / "terms.csv",)
        config = Config(
            engine=EngineConfig(name=arguments.engine),
            glossary=GlossaryConfig(files=files, shipped=not arguments.own_terms),
        )
        inputs = find([str(home / "in")])
        began, worked, first = time.perf_counter(), time.process_time(), 0.0
        with Translator(config) as translator:
            kind = "processes" if arguments.workers > 1 else "local"
            runner = runners.create(kind, WorkerSpec(config=config), translator, workers=arguments.workers)
            ready = time.process_time()
            for outcome in Batch(translator=translator, runner=runner, folder=str(home / "out")).run(inputs):
                first = first or time.perf_counter() - began
                if outcome.error:
                    raise SystemExit(outcome.error)
            runner.close()
        done = time.perf_counter()
    own = resource.getrusage(resource.RUSAGE_SELF)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "first": first, "seconds": done - began, "start": ready - worked,
        "cpu": time.process_time() - ready + workers.ru_utime + workers.ru_stime,
        "mib": max(own.ru_maxrss, workers.ru_maxrss) / 1024,
    }  # fmt: skip


class Replay:
    """A runner whose workers cost nothing: their results are there already, packed.

    Args:
        packed: One per task, in order.
    """

    def __init__(self, packed: Sequence[bytes]) -> None:
        self._packed = packed

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        for task in tasks:
            yield unpack(self._packed[task.index]) if task else None

    def in_flight(self) -> tuple[float, float]:
        return 0.0, 0.0

    def stop(self) -> None:
        raise NotImplementedError

    abort = close = stop


def driver(segments: int, each: int) -> None:
    """What the process that writes costs, with and without a project: how many workers it can keep busy."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        generate(home / "in", segments, each)
        (home / "zhengming.toml").write_text("", encoding="utf-8")
        config = Config(engine=EngineConfig(name="echo"))
        inputs = find([str(home / "in")])
        tasks = [Task(index=index, location=one.location) for index, one in enumerate(inputs)]
        with Translator(config) as translator, Project.open(home, config=config) as project:
            with Stream(translator) as stream:
                results = sorted((one for one in stream.run(tasks) if one), key=lambda one: one.index)
                packed = [pack(one) for one in results]
            for label, kept in (("without a project", None), ("with a project", project)):
                began = time.process_time()
                batch = Batch(translator=translator, runner=Replay(packed), folder=str(home / "out"), project=kept)
                failed = [outcome.error for outcome in batch.run(inputs) if outcome.error]
                cost = (time.process_time() - began) / segments
                if failed:
                    raise SystemExit(failed[0])
                print(
                    f"driver, {segments:,} segments in {len(inputs):,} documents, {label}: "
                    f"{1e3 * cost:.2f} ms of processor time a segment, {1 / cost:,.0f} segments/s",
                    flush=True,
                )
        size = sum(file.stat().st_size for file in home.glob("*.db*"))
        print(f"the project's store: {size / segments / 1024:.1f} KiB a segment")


def row(
    segments: int, *, terms: int = 0, workers: int = 1, engine: str = "echo", each: int = 25, before: float = 0.0
) -> dict[str, float]:
    """Run one row in a process of its own and print it.

    Args:
        segments: How many.
        terms: Of a glossary made for it; 0: the shipped ones.
        workers: Processes.
        engine: Name.
        each: Segments to a document.
        before: Processor seconds of a segment in the row to compare with.
    """
    command = [sys.executable, __file__, "--one", str(segments), "--own-terms", str(terms)]
    command += ["--workers", str(workers), "--engine", engine, "--per-document", str(each)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    found["each"] = found["cpu"] / segments
    label, ratio = f"{terms:,}" if terms else "shipped", f" x{found['each'] / before:4.2f}" if before else ""
    print(
        f"{engine:9}{segments:>9,} segments{label:>9} terms {workers} workers  start {found['start']:5.2f} s"
        f"  first document {found['first']:6.2f} s  all {found['seconds']:8.2f} s  processor {found['cpu']:8.2f} s"
        f" = {1e3 * found['each']:7.2f} ms/segment{ratio:6}"
        f"  {found['mib']:5.0f} MiB",
        flush=True,
    )
    return found


def table(sizes: Sequence[int], engine: str, each: int) -> list[tuple[int, float]]:
    """Rows of growing size; sizes with their processor seconds, start included."""
    points, before = [], 0.0
    for size in sizes:
        found = row(size, engine=engine, each=each, before=before)
        before = found["each"]
        points.append((size, found["start"] + found["cpu"]))
    return points


def plot(lines: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Processor seconds against size, both logarithmic, as SVG."""
    left, top, width, height = 60, 20, 480, 260
    every = [(log10(size), log10(seconds)) for points in lines.values() for size, seconds in points]
    low_x, low_y = (int(min(axis)) if min(axis) >= 0 else int(min(axis)) - 1 for axis in zip(*every, strict=True))
    span_x, span_y = (max(axis) - low for axis, low in zip(zip(*every, strict=True), (low_x, low_y), strict=True))

    def place(size: float, seconds: float) -> tuple[float, float]:
        x = left + width * (log10(size) - low_x) / max(span_x, 1e-9)
        return x, top + height - height * (log10(seconds) - low_y) / max(span_y, 1e-9)

    drawn = [
        f'<text x="{place(10**power, 10**low_y)[0]:.1f}" y="296" text-anchor="middle">{10**power:,}</text>'
        for power in range(low_x, int(low_x + span_x) + 1)
    ]
    drawn += [
        f'<text x="{left - 8}" y="{place(10**low_x, 10.0**power)[1] + 4:.1f}" text-anchor="end">'
        f"{10.0**power:g} s</text>"
        for power in range(low_y, int(low_y + span_y) + 1)
    ]
    for color, (name, points) in zip(COLORS, lines.items(), strict=False):
        at = [place(*point) for point in points]
        drawn.append(
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in at)}" fill="none" stroke="{color}"'
            f' stroke-width="2"/><text x="{at[-1][0] + 8:.1f}" y="{at[-1][1] + 4:.1f}" fill="{color}">{name}</text>'
        )
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in at]
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 325" font-family="sans-serif" font-size="12">'
        f'<path d="M{left} {top}V{top + height}H{left + width}" fill="none" stroke="#9aa5b1"/>{"".join(drawn)}'
        f'<text x="{left}" y="318">processor seconds against size, both axes logarithmic</text></svg>\n',
        encoding="utf-8",
    )
    print(f"plot: {path}")


def memory(segments: int, each: int, minutes: float) -> None:
    """Resident memory of ``zhengming translate`` as it goes through so many segments."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        generate(home / "in", segments, each)
        figures = home / "run.prom"
        command = [sys.executable, "-m", "pipeline", "translate", str(home / "in"), "-o", str(home / "out"), "-q"]
        command += ["--engine", "echo", "--metrics", str(figures), "--run-report", str(home / "run.html")]
        print(f"{segments:,} segments in {-(-segments // each):,} documents, engine echo, all stages", flush=True)
        began, left = time.monotonic(), [*(size for size in MILESTONES if size < segments)]
        process = subprocess.Popen(command)
        stopped = False
        while process.poll() is None:
            time.sleep(1)
            delivered = _delivered(figures)
            while left and delivered >= left[0]:
                _tell(process.pid, delivered, time.monotonic() - began)
                left = [size for size in left if size > delivered]
            if minutes and not stopped and time.monotonic() - began > 60 * minutes:
                stopped = True
                process.send_signal(signal.SIGINT)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, delivered = usage.ru_utime + usage.ru_stime, _delivered(figures)
        print(
            f"{delivered:>10,} segments{' (stopped)' if stopped else ''}: peak {usage.ru_maxrss / 1024:,.0f} MiB "
            f"(budget of a million: {MEMORY / 2**20:,.0f} MiB, ratio {usage.ru_maxrss * 1024 / MEMORY:.2f}), "
            f"{seconds:,.0f} processor seconds, {1e3 * seconds / max(delivered, 1):.2f} ms/segment, "
            f"{time.monotonic() - began:,.0f} s by the clock; exit code {process.returncode}",
            flush=True,
        )


def _delivered(figures: Path) -> int:
    """Segments that the run has told of so far."""
    if not figures.exists():
        return 0
    lines = figures.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("zhengming_run_segments "))


def _tell(process: int, delivered: int, seconds: float) -> None:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    now, peak = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    worked = sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]))
    print(
        f"{delivered:>10,} segments: {now:,.0f} MiB, peak {peak:,.0f} MiB, "
        f"{worked / os.sysconf('SC_CLK_TCK'):,.0f} processor seconds, {seconds:,.0f} s by the clock",
        flush=True,
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", default="1,100,10000,100000", help="Sizes with the engine echo.")
    parser.add_argument("--embedded", default="1,100,1000", help="Sizes with the embedded engine.")
    parser.add_argument("--terms", default="100,10000,100000", help="Sizes of a glossary.")
    parser.add_argument("--workers", default="1,2", help="Worker processes.")
    parser.add_argument("--per-document", type=int, default=25)
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--driver", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=0, help="End the run of --memory in good order after so long.")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--own-terms", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--engine", default="echo", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        arguments.workers = int(arguments.workers)
        print(json.dumps(one(arguments)))
        return
    if arguments.driver:
        driver(arguments.driver, arguments.per_document)
        return
    if arguments.memory:
        memory(arguments.memory, arguments.per_document, arguments.minutes)
        return
    sizes, embedded, terms, workers = (
        [int(size) for size in text.split(",") if size]
        for text in (arguments.segments, arguments.embedded, arguments.terms, arguments.workers)
    )
    lines = {}
    for engine, wanted in (("echo", sizes), ("embedded", embedded)):
        if wanted:
            lines[f"{engine}, segments"] = table(wanted, engine, arguments.per_document)
    before = 0.0
    for count in terms:
        before = row(2000, terms=count, before=before)["each"]
    for count in workers:
        row(max(embedded or sizes), workers=count, engine="embedded" if embedded else "echo")
    if arguments.svg:
        plot(lines, arguments.svg)


if __name__ == "__main__":
    main()
