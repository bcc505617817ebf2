"""``zhengming memory``: the translation memory in and out."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli._common import Verbs, one_line_errors
from pipeline.cli.review import Folder, whoami
from pipeline.lang.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.memory.unit import TranslationUnit

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="Import, export and count approved translations.")
_HERE: Final = Path()
_BATCH: Final = 2000


@app.command("import")
@one_line_errors
def import_(
    file: Annotated[Path, typer.Argument(help="TMX file.")],
    project: Folder = _HERE,
    user: Annotated[str, typer.Option(help="Who vouches for units that name nobody.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")] = False,
) -> None:
    """Take approved translations from a TMX file; what is known already is left out."""
    from pipeline.errors import InputError
    from pipeline.formats.tmx import TmxReport, read_units
    from pipeline.run.project import Project
    from pipeline.store import memory

    report, new, known = TmxReport(), 0, 0
    try:
        stream = file.open("rb")
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    with stream, Project.open(project) as opened, opened.store.write() as connection:
        units = read_units(stream, name=str(file), report=report)
        for batch in _batches(_signed(units, whoami(user))):
            fresh = memory.new_units(connection, opened.id, batch)
            new, known = new + len(fresh), known + len(batch) - len(fresh)
            if not dry_run:
                memory.add_units(connection, opened.id, fresh)
    verb = "would be imported" if dry_run else "imported"
    typer.echo(
        f"{file}: {counted(new, 'unit')} {verb}, {known} known already, {report.skipped} without Chinese or English"
    )


def _signed(units: Iterator[TranslationUnit], user: str) -> Iterator[TranslationUnit]:
    import msgspec

    from pipeline.lang.normaliser import normalise

    for unit in units:
        yield msgspec.structs.replace(unit, source=normalise(unit.source)[0].strip(), user=unit.user or user, id=0)


def _batches(units: Iterator[TranslationUnit]) -> Iterator[list[TranslationUnit]]:
    while batch := list(islice(units, _BATCH)):
        yield batch


@app.command()
@one_line_errors
def export(
    file: Annotated[Path, typer.Argument(help="TMX file to write.")],
    project: Folder = _HERE,
) -> None:
    """Write the approved translations as TMX 1.4b."""
    from pipeline.formats.safety import replacing
    from pipeline.formats.tmx import write_units
    from pipeline.run.project import Project
    from pipeline.store import memory

    with Project.open(project) as opened, opened.store.read() as connection, replacing(file) as stream:
        count = write_units(memory.all_units(connection, opened.id), stream)
    typer.echo(f"{file}: {counted(count, 'unit')}")


@app.command()
@one_line_errors
def stats(project: Folder = _HERE) -> None:
    """Count units, sources, documents and reviewers."""
    from pipeline.run.project import Project
    from pipeline.store import memory

    with Project.open(project) as opened, opened.store.read() as connection:
        for name, count in memory.count(connection, opened.id).items():
            typer.echo(f"{name:<10} {count:>10,}")
