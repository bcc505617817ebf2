"""``zhengming translate``: files, folders or standard input, into checked English."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from pipeline.cli._common import configuration, one_line_errors
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.core.document import Document
    from pipeline.run import Outcome, Translator
    from pipeline.run.project import Project


_OUTCOMES: Final = ("kept", "adapted", "reopened", "remembered")


@one_line_errors
def translate(
    paths: Annotated[list[str], typer.Argument(help="Files, folders or globs; - reads standard input.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder for results (default: beside the input).")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Output format (default: the input's own).")] = "",
    project: Annotated[Path | None, typer.Option(help="Project folder or configuration file.")] = None,
    engine: Annotated[str, typer.Option(help="Engine name; see `zhengming engines list`.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    glossary: Annotated[
        list[Path] | None,
        typer.Option("--glossary", help="Additional glossary file, stronger than the shipped ones."),
    ] = None,
    only_glossary: Annotated[bool, typer.Option("--only-glossary", help="Leave the shipped glossaries out.")] = False,
    with_proposed: Annotated[
        bool, typer.Option("--with-proposed", help="Enforce proposed glossary entries too, to try them.")
    ] = False,
    date: Annotated[str, typer.Option(help="Date of the documents (YYYY-MM-DD): resolves 去年, 上月 …")] = "",
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report here.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Translate documents and list what a human should look at."""
    from pipeline.run import Translator, find_inputs
    from pipeline.run.project import Project

    config = configuration(
        project=project,
        engine=engine,
        options=set_,
        glossaries=glossary,
        only_glossary=only_glossary,
        date=date,
        with_proposed=with_proposed,
    )
    _check_format(to)
    if paths == ["-"]:
        with Translator(config) as translator:
            _standard_input(translator, to=to)
        return
    inputs = find_inputs(paths)
    with ExitStack() as stack:
        opened = stack.enter_context(Project.open(project, config=config)) if project else None
        translator = stack.enter_context(Translator(config, units=opened.units if opened else None))
        outcomes = _run(translator, inputs, out=out, to=to, quiet=quiet, project=opened)
    if report is not None:
        _write_report(report, outcomes)
    if not quiet:
        _summarise(outcomes)
    failures = [outcome for outcome in outcomes if outcome.error]
    for outcome in failures:
        typer.echo(f"zhengming: {outcome.error}", err=True)
    if failures:
        raise typer.Exit(1)


def _check_format(to: str) -> None:
    from pipeline import formats

    known = [*formats.writable(), "json", "exchange"]
    if to and to not in known:
        raise UsageError(f"--to {to}: unknown format; known: {', '.join(sorted(set(known)))}")


def _standard_input(translator: Translator, *, to: str) -> None:
    import msgspec

    from pipeline.core.serial import contract

    text = sys.stdin.buffer.read()
    from pipeline import formats

    document = translator.document(formats.by_name("text").read(text, name="-"))
    if to == "json":
        sys.stdout.buffer.write(msgspec.json.encode(contract(document)) + b"\n")
    else:
        sys.stdout.buffer.write(formats.by_name("text").write(document, text))
    sys.stdout.buffer.flush()


def _run(
    translator: Translator,
    inputs: list[tuple[Path, Path]],
    *,
    out: Path | None,
    to: str,
    quiet: bool,
    project: Project | None,
) -> list[Outcome]:
    from pipeline.run import translate_files

    groups: dict[Path, list[tuple[Path, Path]]] = {}
    for path, relative in inputs:
        home = out or Path(*path.parts[: len(path.parts) - len(relative.parts)] or ["."])
        groups.setdefault(home, []).append((path, relative))
    outcomes: list[Outcome] = []
    with _progress(len(inputs), quiet=quiet) as advance:
        for folder, members in groups.items():
            outcomes += translate_files(translator, members, folder=folder, to=to, progress=advance, project=project)
    return outcomes


class _progress:  # noqa: N801  (reads as a function)
    """A bar on a terminal, one plain line per document elsewhere."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._done = 0
        self._bar: object = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._bar = progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = progress.add_task("translating", total=self._total)
            progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        from rich.progress import Progress

        if isinstance(self._bar, Progress):
            self._bar.stop()

    def __call__(self, outcome: Outcome) -> None:
        from rich.progress import Progress

        self._done += 1
        if isinstance(self._bar, Progress):
            self._bar.update(self._task, advance=1, description=Path(outcome.source).name)
        elif not self._quiet:
            state = "failed" if outcome.error else "done"
            typer.echo(f"[{self._done}/{self._total}] {state} {outcome.source}", err=True)


def _write_report(path: Path, outcomes: list[Outcome]) -> None:
    from pipeline.formats.safety import write_atomically
    from pipeline.reviewer.report import render_report
    from pipeline.run import make_folder

    make_folder(path.resolve().parent)
    write_atomically(path, render_report([outcome.document for outcome in outcomes if outcome.document]))


# Groups shown per document; the report and --to json have all of them.
_SHOWN = 5


def _print_groups(documents: list[Document]) -> None:
    from pipeline.core.grouping import flag_groups

    for document in documents:
        groups = flag_groups(document)
        for group in groups[:_SHOWN]:
            typer.echo(f"  {document.name}: {group.code} {group.severity} {group}")
        if len(groups) > _SHOWN:
            typer.echo(f"  {document.name}: {len(groups) - _SHOWN} more kinds of flag (--report, --to json)")


def _summarise(outcomes: list[Outcome]) -> None:
    from rich.console import Console
    from rich.table import Table

    from pipeline.core.mqm import Severity
    from pipeline.core.serial import summary

    levels = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]
    table = Table("document", "segments", "terms honoured", *map(str, levels), "written to", title="Translated")
    for outcome in outcomes:
        if outcome.document is None:
            continue
        counts = summary(outcome.document)
        by_severity = counts["by_severity"]
        table.add_row(
            Path(outcome.source).name,
            str(counts["segments"]),
            f"{counts['honoured']}/{counts['terms']}",
            *(str(by_severity.get(str(level), 0)) for level in levels),
            ", ".join(map(str, outcome.outputs)),
        )
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else 140).print(table)
    _print_groups([outcome.document for outcome in outcomes if outcome.document])
    stored = [outcome.stored for outcome in outcomes if outcome.stored]
    if stored:
        counts = {name: sum(getattr(one, name) for one in stored) for name in _OUTCOMES}
        words = ", ".join(f"{count} {name}" for name, count in counts.items()).replace("reopened", "re-opened")
        typer.echo(f"Earlier decisions: {words}; {sum(one.new for one in stored)} new versions stored.")
