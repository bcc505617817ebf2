"""``zhengming translate``: files, folders or standard input, into checked English."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import configuration, one_line_errors
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.run import Translator


@one_line_errors
def translate(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs or URLs; - reads standard input.")],
    out: Annotated[
        str, typer.Option("-o", "--out", help="Folder or URL for results (default: beside the input).")
    ] = "",
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
    uncertainty: Annotated[
        bool | None,
        typer.Option(
            "--uncertainty/--no-uncertainty",
            help="Let the engine score its targets: risk of segments, U401, U402 [default: no; costs no time].",
        ),
    ] = None,
    second_engine: Annotated[
        str, typer.Option("--second-engine", help="Engine whose disagreement is flagged (U403).")
    ] = "",
    review_engine: Annotated[
        str, typer.Option("--review-engine", help="Engine that reads source and translation and queries (U407).")
    ] = "",
    review_set: Annotated[
        list[str] | None, typer.Option("--review-set", help="Option NAME=VALUE of the review engine; repeatable.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report here.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and how long it takes.")] = False,
    runner: Annotated[str, typer.Option(help="Where to translate: local, processes, ray.")] = "local",
    workers: Annotated[
        int, typer.Option(min=0, help="Processes or actors [default: one per CPU].", show_default=False)
    ] = 0,
    ray_address: Annotated[str, typer.Option(help="Ray cluster: auto, HOST:PORT [default: this machine].")] = "",
    max_errors: Annotated[
        int, typer.Option(min=0, help="Start nothing more after so many failures; 0: never stop.")
    ] = 0,
    engine_timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that one call of the engine may take.")
    ] = 300.0,
    retries: Annotated[
        int, typer.Option(min=0, help="Further attempts where an engine's server is busy or away, 2 s to 2 min apart.")
    ] = 8,
    json_log: Annotated[Path | None, typer.Option(help="Append events here, one JSON object a line.")] = None,
    metrics: Annotated[Path | None, typer.Option(help="Keep figures for Prometheus in this text file.")] = None,
    run_report: Annotated[Path | None, typer.Option(help="Write an HTML page about the run here.")] = None,
    watch: Annotated[
        float | None, typer.Option(min=0.1, help="Look for new and changed files every so many seconds.")
    ] = None,
) -> None:
    """Translate documents and list what a human should look at."""
    from pipeline.cli import _batch, _places
    from pipeline.cli._watch import watch as watching
    from pipeline.run import Translator
    from pipeline.run.project import Project
    from pipeline.run.tasks import Limits

    configure = partial(
        configuration,
        project=project,
        engine=engine,
        options=set_,
        glossaries=glossary,
        only_glossary=only_glossary,
        date=date,
        with_proposed=with_proposed,
        uncertainty=uncertainty,
        second=second_engine,
        review=review_engine,
        review_options=review_set,
    )
    config = configure()
    _check_format(to)
    if only_glossary and not config.glossary.files:
        typer.echo("zhengming: --only-glossary without --glossary: no term is enforced", err=True)
    if "-" in paths:
        files = (report, json_log, metrics, run_report)
        _check_standard_input(paths, other=bool(out or watch or dry_run or runner != "local" or any(files)))
        with Translator(config) as translator:
            _standard_input(translator, to=to)
        return
    if out == "-":
        raise UsageError("--out -: results are written to a folder; to see one on standard output: translate - < FILE")
    if watch and project is None:
        raise UsageError("--watch needs --project: its journal says which files are done")
    settings = _batch.Settings(
        out=out,
        to=to,
        runner=runner,
        workers=workers,
        address=ray_address,
        max_errors=max_errors,
        limits=Limits(timeout=engine_timeout, retries=retries),
        report=report,
        json_log=json_log,
        metrics=metrics,
        run_report=run_report,
        quiet=quiet,
    )
    _places.check(settings)
    with ExitStack() as stack:
        opened = stack.enter_context(Project.open(project, config=config)) if project else None
        if watch and opened and not dry_run:
            watching(configure, paths, opened, settings, every=watch)
            return
        units, evidence = (opened.units, opened.evidence) if opened else (None, None)
        translator = stack.enter_context(Translator(config, units=units, evidence=evidence))
        if dry_run:
            _batch.dry_run(translator, paths, opened, settings)
        else:
            _batch.run(translator, paths, opened, settings)


def _check_format(to: str) -> None:
    from pipeline import formats

    known = [*formats.writable(), "json"]
    if to and to not in known:
        raise UsageError(f"--to {to}: unknown format; known: {', '.join(sorted(set(known)))}")


def _check_standard_input(paths: list[str], *, other: bool) -> None:
    if paths != ["-"]:
        raise UsageError("- (standard input) stands alone: translate the files in a run of their own")
    if other:
        raise UsageError(
            "- goes from standard input to standard output, without --out, --report, --run-report, --json-log, "
            "--metrics, --dry-run, --watch and --runner: save the text as a file to use them"
        )


def _standard_input(translator: Translator, *, to: str) -> None:
    import msgspec

    from pipeline import formats
    from pipeline.core.serial import contract
    from pipeline.run import render

    text = sys.stdin.buffer.read()
    document = translator.document(formats.by_name("text").read(text, name="-"))
    # One line, so that the documents of several calls make JSON Lines.
    one_line = to == "json"
    sys.stdout.buffer.write(
        msgspec.json.encode(contract(document)) + b"\n" if one_line else render(document, text, to=to)[0]
    )
    sys.stdout.buffer.flush()
