"""``zhengming glossary merge``: also a git merge driver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import one_line_errors
from pipeline.lang.plurals import counted


@one_line_errors
def merge(
    base: Annotated[Path, typer.Argument(help="The version that both began with (git: %O).")],
    ours: Annotated[Path, typer.Argument(help="Our version (git: %A).")],
    theirs: Annotated[Path, typer.Argument(help="Their version (git: %B).")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the result goes [default: OURS].")
    ] = None,
    path: Annotated[str, typer.Option(help="What to call the file in messages (git: %P).")] = "",
) -> None:
    """Merge two edits of a glossary by concept; ends with 1 where conflicts are left between marks.

    As a git merge driver: git config merge.zhengming-glossary.driver "zhengming glossary merge %O %A %B --path %P",
    and in .gitattributes: glossaries/*.csv merge=zhengming-glossary
    """
    from pipeline.formats.safety import write_atomically
    from pipeline.termbase.edit import GlossaryFile
    from pipeline.termbase.merge import merge_files
    from pipeline.termbase.table import COLUMNS, format_row, read_text

    ours_file = GlossaryFile.read(ours)
    # Git gives an empty file where both sides added the glossary.
    base_text = read_text(base) or format_row(COLUMNS)
    conflicts = merge_files(GlossaryFile(base, base_text), ours_file, GlossaryFile.read(theirs))
    write_atomically(output or ours, ours_file.data)
    name = path or str(output or ours)
    for conflict in conflicts:
        typer.echo(f"{name}: {conflict}", err=True)
    if conflicts:
        typer.echo(
            f"{name}: {counted(len(conflicts), 'conflict')}; keep one of the rows of each, delete the marks", err=True
        )
        raise typer.Exit(1)
