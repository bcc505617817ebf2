from __future__ import annotations

import json
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import fsspec
import msgspec
import pytest

from pipeline.config import ReviewConfig
from pipeline.core.document import Document, Hypothesis
from pipeline.core.serial import dumps
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.errors import EngineError, EngineUnavailable, UsageError
from pipeline.reviewer.run_report import render_run_report
from pipeline.run import Translator, runners
from pipeline.run.batch import Batch, Outcome, dependency
from pipeline.run.forecast import forecast
from pipeline.run.inputs import find, refuse_clashes
from pipeline.run.progress import JsonLog, Metrics, Progress
from pipeline.run.project import Project
from pipeline.run.runners.processes import Processes, _Worker
from pipeline.run.runners.worker import STOP, Line
from pipeline.run.stream import Stream
from pipeline.run.tally import Tally
from pipeline.run.tasks import Limits, Pulse, Result, Task, WorkerSpec, unpack_message
from tests.run.conftest import CountingEngine, config, contents, hang, run_batch


def test_a_sentence_that_many_documents_share_is_translated_once(documents: Path, tmp_path: Path) -> None:
    engine = CountingEngine()
    outcomes = run_batch(documents, tmp_path / "out", engine=engine)
    texts = [request.text for request in engine.asked]
    assert len(texts) == len(set(texts)) == 5 + 7
    assert sum(outcome.origins.get("engine", 0) for outcome in outcomes) == 12
    assert sum(outcome.origins.get("cache", 0) for outcome in outcomes) == 7 * 4 - 12
    assert engine.calls <= 2


def licensed(folder: Path, *, documents: int, lines: int) -> Path:
    """Documents below ``in`` whose lines hold two terms each, and the glossary that has them."""
    (folder / "in").mkdir()
    for number in range(documents):
        texts = [f"对第{number}号公告第{i}项两用物项，出口经营者应当申请许可，海关予以监管。" for i in range(lines)]
        (folder / "in" / f"d{number:02}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    glossary = folder / "mine.csv"
    glossary.write_text("source,target\n两用物项,dual-use item\n许可,license\n", encoding="utf-8")
    return glossary


def test_documents_are_delivered_one_after_the_other_while_others_wait_for_the_engine(tmp_path: Path) -> None:
    class Small(CountingEngine):
        @property
        def capabilities(self) -> Capabilities:
            return msgspec.structs.replace(super().capabilities, batch_size=8)

    def forgets_terms(requests: Sequence[Request]) -> list[tuple[Hypothesis, ...]]:
        written.append(len(contents(tmp_path / "out")))
        return [(Hypothesis(text="Operators are supervised."),) for _ in requests]

    glossary = licensed(tmp_path, documents=12, lines=8)
    written: list[int] = []
    run_batch(tmp_path / "in", tmp_path / "out", engine=Small(forgets_terms), settings=config(glossary))
    # The missed terms are asked for once more, clause by clause.
    assert len(written) > 24
    assert written[len(written) // 2] >= 3


def test_the_first_document_does_not_wait_until_the_batch_went_through_the_engine(tmp_path: Path) -> None:
    asked: list[int] = []

    class Slow(CountingEngine):
        """Two calls at once and two lists of hypotheses, as the embedded engine has."""

        @property
        def capabilities(self) -> Capabilities:
            return msgspec.structs.replace(super().capabilities, batch_size=512, parallel=2, n_best=True)

    def forgets_terms(requests: Sequence[Request]) -> list[tuple[Hypothesis, ...]]:
        asked.append(len(requests))
        written.append(len(contents(tmp_path / "out")))
        # An engine that took no time would leave none for the documents to be written.
        time.sleep(0.02)
        return [(Hypothesis(text="Operators are supervised."),) for _ in requests]

    glossary = licensed(tmp_path, documents=36, lines=20)
    written: list[int] = []
    run_batch(tmp_path / "in", tmp_path / "out", engine=Slow(forgets_terms), settings=config(glossary))
    first = next(i for i, count in enumerate(written) if count)
    assert sum(asked[:first]) < sum(asked) / 4
    half = next(i for i, count in enumerate(written) if count >= 18)
    assert half < len(asked) - 1
    # Calls are worth making all the same.
    assert sum(asked) / len(asked) > 64


def test_results_do_not_depend_on_order_or_on_how_much_is_open(documents: Path, tmp_path: Path) -> None:
    settings = config()
    tasks = [Task(index=i, location=str(path)) for i, path in enumerate(sorted(documents.iterdir()))]
    seen = set()
    for seed, window in ((0, 1), (1, 5), (2, 4096)):
        shuffled = tasks[:]
        random.Random(seed).shuffle(shuffled)  # noqa: S311  (not for secrets)
        with Translator(settings) as translator, Stream(translator, limits=Limits(window=window)) as stream:
            results = sorted(filter(None, stream.run(shuffled)), key=lambda result: result.index)
        seen.add(tuple(dumps(result.document) for result in results if result.document))
        assert len(results) == len(tasks)
    assert len(seen) == 1


def test_processes_write_the_same_bytes_as_one_process(documents: Path, tmp_path: Path) -> None:
    run_batch(documents, tmp_path / "local", to="json")
    settings = config()
    spec = WorkerSpec(config=settings)
    with Translator(settings) as translator:
        runner = runners.create("processes", spec, translator, workers=2)
        try:
            batch = Batch(translator=translator, runner=runner, folder=str(tmp_path / "processes"), to="json")
            outcomes = list(batch.run(find([str(documents)])))
        finally:
            runner.close()
    assert not [outcome.error for outcome in outcomes if outcome.error]
    assert contents(tmp_path / "processes") == contents(tmp_path / "local")


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(documents: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    settings = config()
    with Translator(settings) as translator:
        runner = runners.create("processes", WorkerSpec(config=settings), translator, workers=1, report=lines.append)
        try:
            results = runner.run([Task(index=i, location=str(p)) for i, p in enumerate(sorted(documents.iterdir()))])
            found = [next(filter(None, results))]
            runner._workers[0].process.kill()  # type: ignore[attr-defined]
            found += filter(None, results)
        finally:
            runner.close()
    assert sorted(result.index for result in found) == list(range(7))
    assert all(result.document for result in found)


def test_a_worker_that_is_told_to_stop_finishes_its_engine_call_and_leaves_the_rest(documents: Path) -> None:
    ours, theirs = multiprocessing.Pipe()

    def told(_: Sequence[Request]) -> None:
        if engine.calls == 2:
            ours.send(STOP)
            assert stream._calls._stop.wait(30)

    tasks = [Task(index=i, location=str(path)) for i, path in enumerate(sorted(documents.iterdir()))]
    engine = CountingEngine(told)
    with (
        Translator(config(), engine=engine) as translator,
        Stream(translator, limits=Limits(window=1)) as stream,
        Line(theirs, stream) as line,
    ):
        ours.send(tasks)
        results = list(filter(None, stream.run(line.tasks())))
    assert engine.calls == 2
    assert [result.index for result in results] == [0, 1]
    assert all(result.document for result in results)


def test_a_worker_tells_how_far_it_is_within_a_document_and_forgets_what_is_delivered(documents: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    pulses: list[Pulse] = []

    def heard(_: Sequence[Request]) -> None:
        if engine.calls == 3:
            while not pulses or not pulses[-1].segments:
                assert ours.poll(30)
                message = unpack_message(ours.recv_bytes())
                assert isinstance(message, Pulse)
                pulses.append(message)

    class Slow(CountingEngine):
        @property
        def capabilities(self) -> Capabilities:
            return msgspec.structs.replace(super().capabilities, batch_size=8)

    long = documents / "long.txt"
    long.write_text("".join(f"第{i}号公告自公布之日起施行。\n" for i in range(40)), encoding="utf-8")
    engine = Slow(heard)
    with (
        Translator(config(), engine=engine) as translator,
        Stream(translator) as stream,
        Line(theirs, stream) as line,
    ):
        ours.send([Task(index=0, location=str(long))])
        ours.send(None)
        for result in filter(None, stream.run(line.tasks())):
            line.send(result)
        line.end()
    assert 0 < pulses[0].segments < 40
    assert 0 < pulses[0].size < long.stat().st_size
    answers = [unpack_message(message) for message in iter(ours.recv_bytes, b"")]
    assert [answer.index for answer in answers if isinstance(answer, Result)] == [0]
    assert [answer for answer in answers if isinstance(answer, Pulse)][-1] == Pulse()


def test_workers_share_documents_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(40):
        text = f"第{number}号公告自公布之日起施行。\n" * 20 + f"附件{number}。\n" * 60
        (tmp_path / "in" / f"d{number:02}.txt").write_text(text, encoding="utf-8")
    given: Counter[int] = Counter()

    class Shares(Processes):
        def _listen(self, busy: list[_Worker], *, wait_for: float) -> Iterator[Result]:
            given.update({worker.process.pid or 0: 0 for worker in busy})
            assert all(worker.ahead < 80 * 1024 for worker in busy)
            for worker in busy:
                given[worker.process.pid or 0] = max(given[worker.process.pid or 0], len(worker.tasks))
            yield from super()._listen(busy, wait_for=wait_for)

    runner = Shares(WorkerSpec(config=config()), workers=2)
    inputs = sorted((tmp_path / "in").iterdir())
    try:
        results = list(filter(None, runner.run([Task(index=i, location=str(p)) for i, p in enumerate(inputs)])))
    finally:
        runner.close()
    assert sorted(result.index for result in results) == list(range(40))
    assert len(given) == 2
    assert abs(given.most_common()[0][1] - given.most_common()[1][1]) <= 2


def test_an_unchanged_document_is_left_alone_and_a_changed_one_costs_only_its_new_sentences(
    documents: Path, project: Path, tmp_path: Path
) -> None:
    with Project.open(project, config=config()) as opened:
        run_batch(documents, tmp_path / "out", project=opened, engine=CountingEngine())
        engine = CountingEngine()
        again = run_batch(documents, tmp_path / "out", project=opened, engine=engine)
        assert all(outcome.skipped for outcome in again)
        assert engine.calls == 0
        with (documents / "d3.txt").open("a", encoding="utf-8") as file:
            file.write("违反本公告规定的，依法给予处罚。\n")
        third = run_batch(documents, tmp_path / "out", project=opened, engine=engine)
        assert [Path(outcome.source).name for outcome in third if not outcome.skipped] == ["d3.txt"]
        assert [request.text for request in engine.asked] == ["违反本公告规定的，依法给予处罚。"]


def test_a_review_engine_makes_delivered_documents_be_done_again_but_not_its_speed() -> None:
    def depends(**options: object) -> str:
        chosen = (
            ReviewConfig(name="openai_compatible", options=MappingProxyType(options)) if options else ReviewConfig()
        )
        settings = replace(config(), engine=replace(config().engine, review=chosen))
        with Translator(settings) as translator:
            return dependency(translator, to="", folder="", mark="")

    assert depends(model="a") == depends(model="a", concurrency=9)
    assert len({depends(), depends(model="a"), depends(model="b")}) == 3


@pytest.mark.parametrize("kind", ["local", "processes"])
def test_what_is_left_alone_is_told_of_before_the_last_document_is_done(
    kind: str, documents: Path, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.batch._TELL_SECONDS", 0.0)
    settings = config()
    with Project.open(project, config=settings) as opened:
        run_batch(documents, tmp_path / "out", project=opened)
        (documents / "d6.txt").write_text("海关总署公布新的税则号列。\n", encoding="utf-8")
        with Translator(settings) as translator:
            runner = runners.create(kind, WorkerSpec(config=settings), translator, workers=1)
            try:
                batch = Batch(translator=translator, runner=runner, folder=str(tmp_path / "out"), project=opened)
                running = batch.run(find([str(documents)]))
                first = next(running)
                assert (first.skipped, Path(first.source).name) == (True, "d0.txt")
                assert not (tmp_path / "out" / "d6.en.txt").read_text(encoding="utf-8").startswith("海关")
                assert [outcome.skipped for outcome in running] == [True] * 5 + [False]
            finally:
                runner.close()


def test_a_result_that_someone_deleted_or_edited_is_written_again(
    documents: Path, project: Path, tmp_path: Path
) -> None:
    with Project.open(project, config=config()) as opened:
        run_batch(documents, tmp_path / "out", project=opened)
        before = contents(tmp_path / "out")
        (tmp_path / "out" / "d0.en.txt").unlink()
        (tmp_path / "out" / "d1.en.txt").write_text("changed", encoding="utf-8")
        engine = CountingEngine()
        again = run_batch(documents, tmp_path / "out", project=opened, engine=engine)
        assert sorted(Path(one.source).stem for one in again if not one.skipped) == ["d0", "d1"]
        assert engine.calls == 0
    assert contents(tmp_path / "out") == before


def test_a_changed_rendering_costs_exactly_the_segments_that_hold_the_term(
    documents: Path, project: Path, tmp_path: Path
) -> None:
    glossary = tmp_path / "mine.csv"
    glossary.write_text("source,target\n出口管制,export control\n许可,license\n", encoding="utf-8")
    with Project.open(project, config=config(glossary)) as opened:
        run_batch(documents, tmp_path / "out", project=opened, settings=config(glossary), engine=CountingEngine())
        glossary.write_text("source,target\n出口管制,export control\n许可,permit\n", encoding="utf-8")
        engine = CountingEngine()
        run_batch(documents, tmp_path / "out", project=opened, settings=config(glossary), engine=engine)
    assert {request.text for request in engine.asked} == {
        "出口经营者出口上述物项，应当依照有关规定向国务院商务主管部门申请许可。"
    }
    assert "permit" in (tmp_path / "out" / "d0.en.txt").read_text(encoding="utf-8")


def test_an_interrupted_run_goes_on_where_it_stopped(documents: Path, project: Path, tmp_path: Path) -> None:
    with Project.open(project, config=config()) as opened, Translator(config()) as translator:
        for stop in (2, None):
            with Stream(translator, limits=Limits(window=1)) as stream:
                batch = Batch(translator=translator, runner=stream, folder=str(tmp_path / "out"), project=opened)
                outcomes = []
                for outcome in batch.run(find([str(documents)])):
                    outcomes.append(outcome)
                    if len(outcomes) == stop:
                        batch.stop()
            if stop:
                assert 2 <= len(outcomes) < 7
                first = {outcome.source for outcome in outcomes}
        assert {outcome.source for outcome in outcomes if outcome.skipped} == first
        assert len(outcomes) == len(contents(tmp_path / "out")) == 7


def test_a_dry_run_counts_what_a_run_would_do(documents: Path, project: Path, tmp_path: Path) -> None:
    with Project.open(project, config=config()) as opened, Translator(config()) as translator:
        found = forecast(translator, find([str(documents)]), project=opened, to="", folder=str(tmp_path / "out"))
        assert (found.new, found.unchanged, found.segments, found.to_translate) == (7, 0, 28, 12)
        assert found.seconds > 0
        run_batch(documents, tmp_path / "out", project=opened)
        (documents / "d6.txt").write_text("海关总署公布新的税则号列。\n", encoding="utf-8")
        found = forecast(translator, find([str(documents)]), project=opened, to="", folder=str(tmp_path / "out"))
        assert (found.new, found.changed, found.unchanged, found.to_translate) == (0, 1, 6, 1)
        (tmp_path / "out" / "d0.en.txt").write_text("Edited by hand.\n", encoding="utf-8")
        found = forecast(translator, find([str(documents)]), project=opened, to="", folder=str(tmp_path / "out"))
        assert (found.changed, found.unchanged, found.to_translate) == (2, 5, 1)
    assert not (tmp_path / "out" / "d6.en.txt").read_text(encoding="utf-8").startswith("海关")


def test_a_dry_run_times_all_stages_and_not_the_engine_alone(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed: list[Document] = []

    def document(self: Translator, one: Document) -> Document:
        timed.append(one)
        return original(self, one)

    original = Translator.document
    monkeypatch.setattr(Translator, "document", document)
    with Translator(config()) as translator:
        found = forecast(translator, find([str(documents)]), project=None, to="", folder=str(tmp_path / "out"))
    blocks = [block.source for block in timed[-1].blocks]
    assert set(blocks) <= {line for path in documents.iterdir() for line in path.read_text("utf-8").splitlines()}
    assert len({block.id for block in timed[-1].blocks}) == len(blocks) > 0
    assert 0 < found.rate < float("inf")


def _refuses(requests: Sequence[Request]) -> None:
    if any("三季度" in request.text for request in requests):
        raise EngineError("too difficult")


def _nonsense(requests: Sequence[Request]) -> list[object] | None:
    return [()] * len(requests) if any("三季度" in request.text for request in requests) else None


@pytest.mark.parametrize("fail", [_refuses, _nonsense], ids=["raises", "returns_garbage"])
def test_a_segment_that_the_engine_cannot_do_fails_its_documents_only(
    fail: object, documents: Path, tmp_path: Path
) -> None:
    outcomes = run_batch(documents, tmp_path / "out", engine=CountingEngine(fail))  # type: ignore[arg-type]
    failed = {Path(outcome.source).stem for outcome in outcomes if outcome.error}
    hold = {path.stem for path in documents.iterdir() if "三季度" in path.read_text(encoding="utf-8")}
    assert failed == hold != set()
    assert {name.removesuffix(".en.txt") for name in contents(tmp_path / "out")} == {f"d{n}" for n in range(7)} - hold


def test_an_engine_that_hangs_is_given_up_and_every_document_is_named(documents: Path, tmp_path: Path) -> None:
    outcomes = run_batch(
        documents, tmp_path / "out", engine=CountingEngine(hang), limits=Limits(timeout=0.05, backoff=0.0)
    )
    assert len(outcomes) == 7
    assert [one for one in outcomes if "no answer" not in one.error or one.source not in one.error] == []


class PairedEngine(CountingEngine):
    """Takes two calls at once, and answers its first calls only when there are two."""

    def __init__(self) -> None:
        super().__init__()
        self.met = threading.Barrier(2)
        self.paired = False

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(glossary=GlossaryMode.PLACEHOLDER, batch_size=512, parallel=2)

    def translate(self, requests: Sequence[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        if not self.paired:
            self.met.wait(timeout=60)
            self.paired = True
        return super().translate(requests, n_best=n_best)


def test_an_engine_that_takes_two_calls_at_once_has_its_next_one_waiting(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(10):
        lines = [f"第{number * 40 + line + 1}项为两用物项。" for line in range(40)]
        (tmp_path / "in" / f"d{number}.txt").write_text("\n".join(lines), encoding="utf-8")
    engine = PairedEngine()
    outcomes = run_batch(tmp_path / "in", tmp_path / "out", engine=engine)
    assert [outcome for outcome in outcomes if outcome.error] == []
    assert not engine.met.broken
    assert len(engine.asked) == 400
    run_batch(tmp_path / "in", tmp_path / "alone", engine=CountingEngine())
    assert contents(tmp_path / "out") == contents(tmp_path / "alone")


def test_an_engine_that_is_not_there_is_asked_once(documents: Path, tmp_path: Path) -> None:
    def gone(_: Sequence[Request]) -> None:
        raise EngineUnavailable("no model")

    engine = CountingEngine(gone)
    outcomes = run_batch(documents, tmp_path / "out", engine=engine)
    assert engine.calls == 1
    assert len([outcome for outcome in outcomes if "no model" in outcome.error]) == 7


def test_nothing_more_is_started_after_too_many_failures(documents: Path, tmp_path: Path) -> None:
    for path in documents.iterdir():
        path.write_bytes(b"\xff\xfe\x00")
    outcomes = run_batch(documents, tmp_path / "out", max_errors=2)
    assert len(outcomes) < 7
    assert all(outcome.error for outcome in outcomes)


def test_a_result_that_cannot_be_written_is_a_named_failure(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("pipeline.formats.safety.os.fsync", full)
    outcomes = run_batch(documents, tmp_path / "out")
    assert len(outcomes) == 7
    assert all("No space left on device" in outcome.error for outcome in outcomes)
    assert contents(tmp_path / "out") == {}


def test_urls_go_in_and_out(documents: Path, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    for path in documents.iterdir():
        memory.pipe_file(f"/b1/in/sub/{path.name}", path.read_bytes())
    with Translator(config()) as translator, Stream(translator) as stream:
        batch = Batch(translator=translator, runner=stream, folder="memory://b1/out")
        outcomes = list(batch.run(find(["memory://b1/in"])))
    run_batch(documents, tmp_path / "out")
    written = {f"/b1/out/sub/{name}": data for name, data in contents(tmp_path / "out").items()}
    assert {str(name): memory.cat_file(name) for name in memory.find("/b1/out")} == written
    assert len(outcomes) == 7
    memory.rm("/b1", recursive=True)
    with Translator(config()) as translator, Stream(translator) as stream:
        batch = Batch(translator=translator, runner=stream, folder=f"file://{tmp_path}/file-out")
        assert not [one.error for one in batch.run(find([f"file://{documents}/*.txt"])) if one.error]
    assert contents(tmp_path / "file-out") == contents(tmp_path / "out")


def test_progress_is_told_to_machines_and_in_a_page(documents: Path, tmp_path: Path) -> None:
    (documents / "broken.docx").write_bytes(b"no archive")
    outcomes = run_batch(documents, tmp_path / "out")
    progress = Progress(total=9, size=10)
    for outcome in outcomes:
        progress.add(outcome)
    Metrics(tmp_path / "run.prom")(progress, final=True)
    figures = dict(
        line.rsplit(" ", 1) for line in (tmp_path / "run.prom").read_text().splitlines() if not line.startswith("#")
    )
    assert (figures["zhengming_run_delivered"], figures["zhengming_run_failed"]) == ("7", "1")
    assert (figures["zhengming_run_left"], figures["zhengming_run_segments"]) == ("1", "28")
    with (tmp_path / "log.jsonl").open("w", encoding="utf-8") as file:
        for outcome in outcomes:
            JsonLog(file).outcome(outcome)
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted({event["event"] for event in events}) == ["document_delivered", "document_failed"]
    tally = Tally(total=9)
    for outcome in outcomes:
        tally.add(outcome)
    page = render_run_report(tally, signature="engine:echo").decode()
    assert "broken.docx" in page
    assert page.count("<svg") == 3
    assert "<script" not in page


def test_what_a_batch_keeps_of_its_outcomes_does_not_grow_with_their_number() -> None:
    tally = Tally(total=5000)
    counts = {"segments": 3, "by_code": {"A201": 1}, "by_severity": {}}
    for number in range(4000):
        tally.add(Outcome(source=f"d{number}.txt", summary=counts, seconds=float(number % 997)))
    for number in range(900):
        tally.add(Outcome(source=f"e{number}.txt", error=f"e{number}.txt: no archive"))
    assert (tally.segments, tally.codes["A201"], tally.left) == (12_000, 4000, 100)
    assert len(tally.rows) <= 60
    assert len(tally.curve) <= 400
    assert tally.curve[-1][1] == 12_000
    assert [outcome.seconds for outcome in tally.slowest[:4]] == [996.0] * 4
    page = render_run_report(tally, signature="engine:echo").decode()
    assert "e899.txt: no archive" in page


def test_the_remaining_time_does_not_take_what_was_left_alone_for_work() -> None:
    progress = Progress(total=4, size=4000)
    assert progress.line().endswith("so far")
    progress.began -= 10
    progress.add(Outcome(source="a.txt", skipped=True, size=1000))
    progress.add(Outcome(source="b.txt", error="b.txt: broken", size=1000))
    assert progress.remaining == 0
    progress.add(Outcome(source="c.txt", summary={"segments": 50}, size=1000))
    assert progress.remaining == pytest.approx(10, rel=0.1)
    assert progress.line() == "5.0 segments/s, 0:10 left"
    halfway = Progress(total=1, size=1000, in_flight=lambda: (25.0, 500.0))
    halfway.began -= 10
    assert halfway.share == pytest.approx(0.5)
    assert halfway.line() == "2.5 segments/s, 0:10 left"


@pytest.mark.parametrize(
    ("names", "to"),
    [(("a/n.txt", "b/n.txt"), ""), (("n.txt", "n.md"), "html"), (("n.htm", "n.html"), ""), (("n.md", "n.pdf"), "")],
    ids=["two-folders", "one-format", "two-suffixes", "default-output"],
)
def test_inputs_of_which_one_result_would_take_the_place_of_another_are_refused_before_the_run(
    names: tuple[str, str], to: str, tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("商务部\n", encoding="utf-8")
    inputs = find([str(tmp_path / name) for name in names])
    with pytest.raises(UsageError, match="would both be written to"):
        refuse_clashes(inputs, folder=str(tmp_path / "out"), to=to)


def test_documents_of_one_name_in_two_folders_below_the_one_named_are_no_clash(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.txt").write_text("商务部\n", encoding="utf-8")
    refuse_clashes(find([str(tmp_path)]), folder=str(tmp_path / "out"), to="")


def test_inputs_are_found_in_the_order_of_their_names_with_their_places_below_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("in/b.txt", "in/a/z.md", "in/a/b/c.txt", "in/a.txt", "in/.git/x.txt", "in/b.en.txt", "in/n.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("公告。", encoding="utf-8")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "a")
    found = find([str(tmp_path / "in"), str(tmp_path / "in" / "b.txt")])
    assert [one.relative.as_posix() for one in found] == ["a/b/c.txt", "a/z.md", "a.txt", "b.txt"]
    assert {one.home for one in found} == {str(tmp_path / "in")}
    monkeypatch.chdir(tmp_path / "in")
    assert [one.location for one in find(["."])] == ["a/b/c.txt", "a/z.md", "a.txt", "b.txt"]
    assert [(one.home, one.output("", ".txt")) for one in find(["a/b/*.txt"])] == [
        ("a/b", str(tmp_path / "in" / "a" / "b" / "c.en.txt"))
    ]
    assert [(one.home, one.relative.as_posix()) for one in find(["../in/a"])] == [
        ("../in/a", "b/c.txt"),
        ("../in/a", "z.md"),
    ]


def test_a_configuration_travels_to_a_worker() -> None:
    import pickle

    spec = WorkerSpec(config=config())
    assert pickle.loads(pickle.dumps(spec)).config == spec.config  # noqa: S301  (our own bytes)
    assert msgspec.structs.asdict(Task(index=1, location="a.txt")) == {"index": 1, "location": "a.txt"}
