"""A batch on the command line: progress, failures as they happen, Ctrl-C, reports."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

import typer

from pipeline.lang.plurals import counted
from pipeline.run.tasks import Limits

if TYPE_CHECKING:
    from pipeline.reviewer.report import ReportPage
    from pipeline.run import Translator
    from pipeline.run.batch import Batch, Outcome
    from pipeline.run.inputs import Input
    from pipeline.run.progress import Progress
    from pipeline.run.project import Project
    from pipeline.run.tally import Tally

# Groups of flags shown per document; the report and --to json have all of them.
_MOST_GROUPS: Final = 5
# Failures shown once more at the end.
_MOST_ERRORS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the options say about the run itself; names as on the command line."""

    out: str
    to: str
    runner: str
    workers: int
    address: str
    max_errors: int
    limits: Limits
    report: Path | None
    json_log: Path | None
    metrics: Path | None
    run_report: Path | None
    quiet: bool

    @property
    def files(self) -> dict[str, Path]:
        """Files that are to be written, by option."""
        named = {"report": self.report, "run-report": self.run_report, "json-log": self.json_log}
        return {option: path for option, path in {**named, "metrics": self.metrics}.items() if path is not None}


def run(translator: Translator, paths: list[str], project: Project | None, settings: Settings) -> None:
    """Translate, tell, and end with the exit code that fits."""
    from pipeline.run.inputs import find
    from pipeline.run.tally import Tally

    inputs = find(paths)
    tally = Tally(total=len(inputs))
    with Reports(settings) as reports, opened(translator, project, settings) as batch:
        for outcome in translate(batch, inputs, settings):
            tally.add(outcome)
            reports.add(outcome)
        reports.write(tally, signature=str(translator.signature))
    if not settings.quiet:
        summarise(tally)
    _end(tally, settings, project)


def _end(tally: Tally, settings: Settings, project: Project | None) -> None:
    """Say what is left, and end with the exit code that fits."""
    failures = tally.counts["failed"]
    if tally.left:
        too_many = bool(settings.max_errors) and failures >= settings.max_errors
        why = f"stopped after {counted(failures, 'failure')}" if too_many else "interrupted"
        again = "; the same command goes on from here" if project else ""
        typer.echo(f"zhengming: {why}; {tally.done - failures} done, {tally.left} not tried{again}", err=True)
        raise typer.Exit(1 if too_many else 130)
    if failures:
        raise typer.Exit(1)


def dry_run(translator: Translator, paths: list[str], project: Project | None, settings: Settings) -> None:
    """Say what a run would do."""
    from pipeline.run.forecast import forecast
    from pipeline.run.inputs import find
    from pipeline.run.progress import clock

    found = forecast(translator, _shown(find(paths), settings), project=project, to=settings.to, folder=settings.out)
    typer.echo(f"documents: {found.new} new, {found.changed} changed, {found.unchanged} unchanged")
    typer.echo(
        f"segments:  {found.segments} to deliver, {found.known} known already, {found.to_translate} to translate"
    )
    took = f"about {clock(found.seconds)} at {found.rate:.1f} segments/s" if found.rate else "not known for this engine"
    typer.echo(f"time:      {took if found.to_translate else 'seconds; the engine is not needed'}")
    for failure in found.failures:
        typer.echo(f"zhengming: {failure}", err=True)
    if found.failures:
        raise typer.Exit(1)


def _shown(inputs: list[Input], settings: Settings) -> Iterable[Input]:
    """Inputs behind a bar, on a terminal."""
    if not sys.stderr.isatty() or settings.quiet:
        return inputs
    from rich.console import Console
    from rich.progress import track

    return track(inputs, "looking at documents", console=Console(stderr=True), transient=True)


@contextmanager
def opened(translator: Translator, project: Project | None, settings: Settings) -> Iterator[Batch]:
    """A batch whose first Ctrl-C ends it in good order; the second ends the program."""
    from pipeline.run import runners
    from pipeline.run.batch import Batch
    from pipeline.run.cache import Cache
    from pipeline.run.tasks import WorkerSpec

    spec = WorkerSpec(
        config=translator.config, project=project.folder.resolve() if project else None, limits=settings.limits
    )
    runner = runners.create(
        settings.runner,
        spec,
        translator,
        cache=Cache(project.store if project else None),
        workers=settings.workers,
        address=settings.address,
        report=lambda line: typer.echo(f"zhengming: {line}", err=True),
    )
    batch = Batch(
        translator=translator,
        runner=runner,
        folder=settings.out,
        to=settings.to,
        project=project,
        max_errors=settings.max_errors,
        keep_documents=settings.report is not None,
        command=" ".join(sys.argv[1:]),
    )
    handlers: dict[int, Any] = {}

    def interrupt(*_: object) -> None:
        for each, handler in handlers.items():
            signal.signal(each, handler)
        typer.echo("zhengming: finishing what is in flight; once more to stop at once", err=True)
        batch.stop()

    try:
        for wanted in (signal.SIGINT, signal.SIGTERM):
            handlers[wanted] = signal.signal(wanted, interrupt)
    except ValueError:
        # Not the main thread: whoever runs us there has handlers of their own.
        handlers.clear()
    try:
        yield batch
    except KeyboardInterrupt:
        if handlers:
            # A thread in the middle of the engine's call cannot be ended otherwise.
            runner.abort()
            typer.echo("zhengming: stopped at once; what was delivered stays", err=True)
            os._exit(130)
        raise
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
        runner.close()


def translate(batch: Batch, inputs: list[Input], settings: Settings) -> Iterator[Outcome]:
    """Outcomes as they become known, each shown and logged."""
    from pipeline.run import places
    from pipeline.run.progress import JsonLog, Metrics, Progress

    progress = Progress(
        total=len(inputs), size=sum(places.size(one.location) for one in inputs), in_flight=batch.runner.in_flight
    )
    with ExitStack() as stack:
        log = JsonLog(stack.enter_context(_appended(settings.json_log))) if settings.json_log else None
        metrics = Metrics(settings.metrics) if settings.metrics else None
        show = stack.enter_context(_Display(progress, quiet=settings.quiet))
        if log:
            log("run_started", documents=len(inputs), signature=str(batch.translator.signature))
        for outcome in batch.run(inputs):
            progress.add(outcome)
            show(outcome)
            if log:
                log.outcome(outcome)
            if metrics:
                metrics(progress)
            yield outcome
        if metrics:
            metrics(progress, final=True)
        if log:
            seconds = round(time.monotonic() - progress.began, 3)
            log("run_finished", left=progress.total - progress.done, seconds=seconds, **batch.totals)


@contextmanager
def _appended(path: Path) -> Iterator[IO[str]]:
    from pipeline.errors import OutputError

    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    with file:
        yield file


class _Display:
    """A bar on a terminal, one plain line per document elsewhere; failures as they happen, on both."""

    def __init__(self, progress: Progress, *, quiet: bool) -> None:
        self._progress = progress
        self._quiet = quiet
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self._quiet:
            from pipeline.cli._bar import Bar

            self._bar = Bar(self._progress)
            self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, outcome: Outcome) -> None:
        if outcome.error:
            if self._bar is not None:
                self._bar.console.print(f"zhengming: {outcome.error}", markup=False, highlight=False, soft_wrap=True)
            else:
                typer.echo(f"zhengming: {outcome.error}", err=True)
        if self._bar is not None:
            self._bar.name = outcome.source.rpartition("/")[2]
        elif not self._quiet:
            state = "failed" if outcome.error else "unchanged" if outcome.skipped else "done"
            line = f"[{self._progress.done}/{self._progress.total}] {state} {outcome.source} ({self._progress.line()})"
            typer.echo(line, err=True)


class Reports:
    """The pages that were asked for.

    Args:
        settings: Say which.
    """

    def __init__(self, settings: Settings) -> None:
        from pipeline.cli._places import make_folders

        make_folders(settings)
        self._run = settings.run_report
        self._page: ReportPage | None = None
        if settings.report is not None:
            from pipeline.reviewer.report import ReportPage

            self._page = ReportPage(settings.report)

    def add(self, outcome: Outcome) -> None:
        """Put a document on its page; nothing of it is kept in memory."""
        if self._page is not None and outcome.document is not None:
            self._page.add(outcome.source, outcome.document)

    def write(self, tally: Tally, *, signature: str) -> None:
        """Write the pages as they are now.

        Raises:
            OutputError: One cannot be written.
        """
        if self._page is not None:
            self._page.publish()
        if self._run is not None:
            from pipeline.formats.safety import write_atomically
            from pipeline.reviewer.run_report import render_run_report

            write_atomically(self._run, render_run_report(tally, signature=signature))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._page is not None:
            self._page.close()


def summarise(tally: Tally) -> None:
    from rich.console import Console
    from rich.table import Table

    from pipeline.core.mqm import Severity

    levels = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]
    table = Table("document", "segments", "terms honored", *map(str, levels), "written to", title="Translated")
    for outcome in tally.rows:
        counts = outcome.summary
        by_severity = counts["by_severity"]
        table.add_row(
            outcome.source.rpartition("/")[2],
            str(counts["segments"]),
            f"{counts['honoured']}/{counts['terms']}",
            *(str(by_severity.get(str(level), 0)) for level in levels),
            ", ".join(outcome.outputs),
        )
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else 140).print(table)
    for outcome in tally.rows:
        name = outcome.source.rpartition("/")[2]
        for line in outcome.groups[:_MOST_GROUPS]:
            typer.echo(f"  {name}: {line}")
        if len(outcome.groups) > _MOST_GROUPS:
            typer.echo(
                f"  {name}: {counted(len(outcome.groups) - _MOST_GROUPS, 'more kind')} of flag (--report, --to json)"
            )
    _tell_totals(tally)


def _tell_totals(tally: Tally) -> None:
    if tally.review:
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(tally.dropped.items()))
        typer.echo(
            f"Review engine: {counted(tally.review['segments'], 'segment')}, "
            f"{counted(tally.review['remarks'], 'remark')} kept, "
            f"{tally.dropped.total()} dropped{f' ({why})' if why else ''}."
        )
    more = tally.counts["delivered"] - len(tally.rows)
    if more > 0:
        typer.echo(f"… and {more:,} more; {counted(tally.segments, 'segment')} in all.")
    if tally.counts["skipped"]:
        typer.echo(f"{tally.counts['skipped']:,} unchanged since they were delivered.")
    if tally.errors and sys.stdout.isatty():
        # What was said while the bar ran has scrolled away.
        typer.echo(f"{tally.counts['failed']:,} failed:")
        for line in tally.errors[:_MOST_ERRORS]:
            typer.echo(f"  {line}")
        if tally.counts["failed"] > _MOST_ERRORS:
            typer.echo(f"  … and {tally.counts['failed'] - _MOST_ERRORS:,} more (--run-report, --json-log)")
    if tally.stored:
        names = ("kept", "adapted", "reopened", "remembered")
        words = ", ".join(f"{tally.stored[name]} {name}" for name in names).replace("reopened", "re-opened")
        typer.echo(f"Earlier decisions: {words}; {counted(tally.stored['new'], 'new version')} stored.")
