"""Everything goes wrong at once: does every input end delivered or as a named failure, exactly once?

    python tests/bench/faults.py [DOCUMENTS]

Documents in all formats that can be written, some of them damaged, go through
two runs of one project. In the first the engine raises, hangs, returns
garbage, the disk is full now and then, the store is locked now and then, and
a worker process is killed; in the second nothing goes wrong. Prints what
happened and the violations; exits 1 where there are any.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from pipeline import formats
from pipeline.config import Config, EngineConfig, GlossaryConfig
from pipeline.core.document import Block, BlockKind, Document, Hypothesis
from pipeline.engines.base import Request
from pipeline.engines.echo import EchoEngine
from pipeline.errors import EngineError, StoreBusy
from pipeline.run import Translator, places, runners
from pipeline.run.batch import Batch, Outcome
from pipeline.run.cache import Cache
from pipeline.run.inputs import Input, find
from pipeline.run.project import Project
from pipeline.run.stream import Stream
from pipeline.run.tasks import Limits, WorkerSpec

FORMATS = ("text", "markdown", "html", "docx", "xliff12", "xliff21", "exchange")
SUFFIXES = {"xliff12": ".xlf", "xliff21": ".xliff"}
SENTENCES = (
    "商务部公告2025年第{n}号公布对部分中重稀土相关物项实施出口管制的决定。",
    "出口经营者应当依法申请第{n}号许可。",
    "2025年第{n}批出口配额为{n}万吨。",
    "任何组织和个人不得违反规定转移两用物项。",
    "本公告自公布之日起正式实施。",
)
# What makes the faulty engine misbehave; each stands in some documents.
RAISE, HANG, GARBAGE = "引发异常", "长期停顿", "返回乱码"


def generate(folder: Path, count: int, rng: random.Random) -> None:
    """Documents in all formats; every twentieth is damaged, every tenth holds a sentence that the engine hates."""
    folder.mkdir(parents=True)
    for number in range(count):
        texts = [rng.choice(SENTENCES).format(n=rng.randint(1, 60)) for _ in range(rng.randint(1, 6))]
        if number % 10 == 3:
            texts.append(f"第{number}项{rng.choice((RAISE, GARBAGE))}。")
        if number == count // 2:
            texts.append(f"第{number}项{HANG}。")
        name = FORMATS[number % len(FORMATS)]
        blocks = tuple(Block(id=f"b{i}", kind=BlockKind.PARAGRAPH, source=text) for i, text in enumerate(texts))
        form = formats.by_name(name)
        data = form.export(Document(name=f"d{number}", format=name, blocks=blocks))
        if number % 20 == 7:
            data = rng.choice((b"", data[: len(data) // 2], b"\xff\xfe\x00\x81" + data[:40], rng.randbytes(300)))
        suffix = SUFFIXES.get(name) or form.suffixes[0]
        (folder / f"{number % 5}").mkdir(exist_ok=True)
        (folder / f"{number % 5}" / f"d{number:04}{suffix}").write_bytes(data)


class FaultyEngine(EchoEngine):
    """Raises, hangs and returns garbage on some texts, and now and then for no reason."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        text = "".join(request.text for request in requests)
        if HANG in text:
            time.sleep(1.5)
        if RAISE in text or (len(requests) > 20 and self._rng.random() < 0.2):
            raise self._rng.choice((EngineError("out of order"), ValueError("index"), MemoryError()))
        if GARBAGE in text:
            return self._rng.choice(([], [()] * len(requests), None, [(Hypothesis(text="\x00"),)] * len(requests)))  # type: ignore[return-value]
        return super().translate(requests, n_best=n_best)


@contextmanager
def faults(rng: random.Random) -> Iterator[Counter[str]]:
    """A full disk and a locked store, now and then."""
    happened: Counter[str] = Counter()
    fsync, busy = os.fsync, __import__("pipeline.store.database", fromlist=["Store"]).Store.write

    def full(handle: int) -> None:
        if rng.random() < 0.05:
            happened["disk full"] += 1
            raise OSError(28, os.strerror(28))
        fsync(handle)

    @contextmanager
    def locked(store: Any) -> Iterator[Any]:
        if rng.random() < 0.1:
            happened["store locked"] += 1
            raise StoreBusy("the project's store is busy (database is locked); try again")
        with busy(store) as connection:
            yield connection

    with (
        mock.patch("pipeline.formats.safety.os.fsync", full),
        mock.patch("pipeline.store.database.Store.write", locked),
    ):
        yield happened


@dataclass(slots=True)
class Report:
    """What a run gave, and what is wrong with it."""

    delivered: int = 0
    skipped: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def judge(inputs: list[Input], outcomes: list[Outcome], out: Path) -> Report:
    """Hold outcomes against the invariant."""
    report = Report()
    seen = Counter(outcome.source for outcome in outcomes)
    report.violations += [f"{one.location}: {seen[one.location]} outcomes" for one in inputs if seen[one.location] != 1]
    written = {str(path) for path in out.rglob("*") if path.is_file()}
    for outcome in outcomes:
        if outcome.error:
            report.failed += 1
            report.reasons[outcome.error.removeprefix(outcome.source).strip(": ")[:60]] += 1
            if Path(outcome.source).name not in outcome.error:
                report.violations.append(f"{outcome.source}: not named in {outcome.error!r}")
            continue
        report.skipped += outcome.skipped
        report.delivered += not outcome.skipped
        report.violations += [
            f"{outcome.source}: {file} is not there" for file in outcome.outputs if file not in written
        ]
    if leftovers := [file for file in written if file.endswith(".tmp")]:
        report.violations.append(f"left behind: {leftovers}")
    return report


def local(folder: Path, out: Path, project: Path, rng: random.Random | None) -> Report:
    """One run in this process, faulty where a generator is given."""
    config = Config(engine=EngineConfig(name="echo"), glossary=GlossaryConfig(shipped=False))
    engine = FaultyEngine(rng) if rng else EchoEngine()
    inputs = find([str(folder)])
    limits = Limits(timeout=0.5, backoff=0.0, window=200)
    with (
        Project.open(project, config=config) as opened,
        Translator(config, engine=engine, units=opened.units) as made,
        Stream(made, cache=Cache(opened.store), limits=limits) as stream,
    ):
        batch = Batch(translator=made, runner=stream, folder=str(out), project=opened)
        if rng is None:
            return judge(inputs, list(batch.run(inputs)), out)
        with opened_then_faulty(batch, inputs, rng) as (outcomes, happened):
            report = judge(inputs, outcomes, out)
            report.reasons.update({f"({name})": count for name, count in happened.items()})
            return report


@contextmanager
def opened_then_faulty(
    batch: Batch, inputs: list[Input], rng: random.Random
) -> Iterator[tuple[list[Outcome], Counter[str]]]:
    """The journal is opened in peace: without it there is no run that could be judged."""
    opening = batch._open
    stack = []

    def then(given: Any) -> None:
        opening(given)
        stack.append(faults(rng))
        happened.append(stack[0].__enter__())

    happened: list[Counter[str]] = []
    with mock.patch.object(Batch, "_open", lambda _, given: then(given)):
        try:
            outcomes = list(batch.run(inputs))
        finally:
            for one in stack:
                one.__exit__(None, None, None)
    yield outcomes, happened[0]


def killed(folder: Path, out: Path) -> Report:
    """Worker processes, one of them killed in the middle."""
    config = Config(engine=EngineConfig(name="echo"), glossary=GlossaryConfig(shipped=False))
    inputs = find([str(folder)])
    with Translator(config) as made:
        runner: Any = runners.create("processes", WorkerSpec(config=config), made, workers=2)
        try:
            outcomes = []
            for outcome in Batch(translator=made, runner=runner, folder=str(out)).run(inputs):
                outcomes.append(outcome)
                if len(outcomes) == len(inputs) // 4:
                    runner._workers[0].process.kill()
        finally:
            runner.close()
    return judge(inputs, outcomes, out)


def main(count: int) -> int:
    """Run all and print."""
    rng = random.Random(7)
    violations = 0
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        generate(home / "in", count, rng)
        (home / "project").mkdir()
        (home / "project" / "zhengming.toml").write_text("", encoding="utf-8")
        size = sum(places.size(str(path)) for path in (home / "in").rglob("*"))
        print(f"{count} documents, {size / 1024:.0f} KiB")
        runs = {
            "everything goes wrong": lambda: local(home / "in", home / "out", home / "project", rng),
            "nothing goes wrong, same project": lambda: local(home / "in", home / "out", home / "project", None),
            "a worker is killed": lambda: killed(home / "in", home / "out2"),
        }
        for title, run in runs.items():
            report = run()
            counts = f"{report.delivered} delivered, {report.skipped} unchanged, {report.failed} failed"
            print(f"{title}: {counts}, {len(report.violations)} violations")
            for reason, times in report.reasons.most_common(8):
                print(f"    {times:4} {reason}")
            for violation in report.violations:
                print(f"  ! {violation}")
            violations += len(report.violations)
    print("no violations" if not violations else f"{violations} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
