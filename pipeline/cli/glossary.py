"""``zhengming glossary``: everything a linguist does with glossaries; the verbs stand in ``glossary_*.py``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import (
    glossary_check,
    glossary_diff,
    glossary_exchange,
    glossary_extract,
    glossary_impact,
    glossary_merge,
    glossary_review,
)
from pipeline.cli._common import Verbs, configuration, one_line_errors

if TYPE_CHECKING:
    from pipeline.termbase.concept import ConceptEntry

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="Find, check, compare, exchange and grow glossaries.")

Files = Annotated[list[Path] | None, typer.Option("--glossary", help="Additional glossary file.")]
Only = Annotated[bool, typer.Option("--only-glossary", help="Leave the shipped ones out.")]


@app.command("list")
@one_line_errors
def list_(
    glossary: Files = None,
    only_glossary: Only = False,
    subject: Annotated[str, typer.Option(help="Only this subject field.")] = "",
    concepts: Annotated[bool, typer.Option("--concepts", help="One line per concept instead of counts.")] = False,
) -> None:
    """Count concepts by subject field, or list them."""
    from collections import Counter

    from pipeline.run import load_glossary

    loaded = load_glossary(configuration(glossaries=glossary, only_glossary=only_glossary))
    entries = [entry for entry in loaded.entries if not subject or entry.subject == subject]
    if concepts:
        for entry in entries:
            typer.echo(f"{entry.id}\t{entry.zh}\t{entry.preferred}\t{entry.origin}")
        return
    for name, count in sorted(Counter(entry.subject or "(none)" for entry in entries).items()):
        typer.echo(f"{count:6d}  {name}")
    typer.echo(f"{len(entries):6d}  concepts; {sum(bool(entry.condition) for entry in entries)} with a sense condition")


@app.command()
@one_line_errors
def find(
    query: Annotated[str, typer.Argument(help="Chinese, or an English word.")],
    glossary: Files = None,
    only_glossary: Only = False,
    limit: Annotated[int, typer.Option(help="Most entries to show.")] = 20,
) -> None:
    """Show the concepts whose Chinese or English holds the query."""
    from rich.console import Console

    from pipeline.run import load_glossary

    loaded = load_glossary(configuration(glossaries=glossary, only_glossary=only_glossary))
    entries = loaded.find(query)
    if not entries:
        typer.echo(f"zhengming: no concept holds {query!r}", err=True)
        raise typer.Exit(1)
    console = Console(highlight=False, soft_wrap=True)
    for entry in entries[:limit]:
        _show(entry, console.print)
    if len(entries) > limit:
        console.print(f"… and {len(entries) - limit} more")


def _show(entry: ConceptEntry, show: object) -> None:
    from rich.markup import escape

    assert callable(show)  # noqa: S101  (Console.print, whose type the vendor keeps wide)
    names = escape("、".join((entry.zh, *entry.variants)))
    show(f"[bold]{names}[/bold] → {escape(entry.preferred)}  ({escape(entry.id)})")
    for label, texts in (("also", entry.admitted), ("never", entry.forbidden)):
        if texts:
            show(f"    {label}: {'; '.join(texts)}", markup=False)
    for label, text in (
        ("abbreviation", entry.abbr),
        ("when", entry.condition),
        ("note", entry.note),
        ("authority", entry.reference),
    ):
        if text:
            show(f"    {label}: {text}", markup=False)


_VERBS: dict[str, Callable[..., None]] = {
    "lint": glossary_check.lint,
    "diff": glossary_diff.diff,
    "impact": glossary_impact.impact,
    "import": glossary_exchange.import_,
    "export": glossary_exchange.export,
    "propose": glossary_review.propose,
    "approve": glossary_review.approve,
    "reject": glossary_review.reject,
    "history": glossary_review.history,
    "merge": glossary_merge.merge,
    "extract": glossary_extract.extract,
}
for _verb, _function in _VERBS.items():
    app.command(_verb)(_function)
