"""``zhengming glossary diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import one_line_errors


@one_line_errors
def diff(
    old: Annotated[str, typer.Argument(help="File, folder, or REV:PATH of a git revision.")],
    new: Annotated[str, typer.Argument(help="Likewise.")],
    json: Annotated[bool, typer.Option("--json", help="JSON instead of Markdown.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it there.")] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where anything changed.")] = False,
) -> None:
    """Compare two versions of a glossary by concept: added, removed, renamed, status or condition changed."""
    import msgspec

    from pipeline.formats.glossary.revision import read_any
    from pipeline.formats.safety import write_atomically
    from pipeline.termbase.diff import diff as compare
    from pipeline.termbase.diff import to_json, to_markdown

    changes = compare(read_any(old), read_any(new))
    if json:
        text = msgspec.json.format(msgspec.json.encode(to_json(changes)), indent=2).decode() + "\n"
    else:
        text = to_markdown(changes, old=old, new=new)
    if output:
        write_atomically(output, text.encode())
    else:
        typer.echo(text, nl=False)
    if exit_code and changes:
        raise typer.Exit(1)
