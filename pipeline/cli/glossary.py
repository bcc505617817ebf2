"""``zhengming glossary``: look terms up and check glossary files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import configuration, one_line_errors

app = typer.Typer(no_args_is_help=True, help="Find terms and check glossaries.")


@app.command()
@one_line_errors
def find(
    query: Annotated[str, typer.Argument(help="Chinese, or an English word.")],
    glossary: Annotated[list[Path] | None, typer.Option("--glossary", help="Additional glossary file.")] = None,
    only_glossary: Annotated[bool, typer.Option("--only-glossary", help="Leave the shipped ones out.")] = False,
    limit: Annotated[int, typer.Option(help="Most entries to show.")] = 20,
) -> None:
    """Show the concepts whose Chinese or English holds the query."""
    from rich.console import Console

    from pipeline.errors import UsageError
    from pipeline.run import load_glossary

    loaded = load_glossary(configuration(glossaries=glossary, only_glossary=only_glossary))
    entries = loaded.find(query)
    if not entries:
        raise UsageError(f"no concept holds {query!r}")
    console = Console(highlight=False, soft_wrap=True)
    for entry in entries[:limit]:
        console.print(f"[bold]{'、'.join((entry.zh, *entry.variants))}[/bold] → {entry.preferred}  ({entry.id})")
        for label, texts in (("also", entry.admitted), ("never", entry.forbidden)):
            if texts:
                console.print(f"    {label}: {'; '.join(texts)}", markup=False)
        for label, text in (("when", entry.condition), ("note", entry.note), ("authority", entry.reference)):
            if text:
                console.print(f"    {label}: {text}", markup=False)
    if len(entries) > limit:
        console.print(f"… and {len(entries) - limit} more")


@app.command()
@one_line_errors
def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Glossary files [default: the shipped ones].")] = None,
) -> None:
    """Check glossary files; each finding has a code, a file and a line."""
    from pipeline.resources import shipped
    from pipeline.termbase.lint import lint_files

    findings = lint_files(files or sorted(shipped("glossaries").glob("*.csv")))
    for finding in findings:
        typer.echo(str(finding))
    typer.echo(f"{len(findings)} findings")
    if findings:
        raise typer.Exit(1)
