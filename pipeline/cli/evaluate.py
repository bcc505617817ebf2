"""``zhengming evaluate``: how good, measured on annotated documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import configuration, one_line_errors

app = typer.Typer(no_args_is_help=True, help="Measure translation, terms and flags.")


@app.callback()
def _group() -> None:
    """Measure translation, terms and flags."""


@app.command()
@one_line_errors
def terms(
    corpus: Annotated[Path | None, typer.Option(help="Folder of gold documents [default: the shipped one].")] = None,
    engine: Annotated[str, typer.Option(help="Engine name.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Score the references: the ceiling.")] = False,
    missed: Annotated[int, typer.Option(help="How many missed occurrences to list.")] = 0,
) -> None:
    """Share of annotated term occurrences rendered as annotated, per document and in all."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.evaluation.gold import load_gold
    from pipeline.evaluation.terms import score_document
    from pipeline.resources import shipped
    from pipeline.run import Translator

    documents = load_gold(corpus or shipped("corpus") / "gold")
    base = configuration(engine=engine, options=set_)
    table = Table("document", "genre", "lines", "occurrences", "honoured", "%", title="Term success")
    scores = []
    with Translator(base) as translator:
        for document in documents:
            target = document.en if reference else translator.lines(document.zh, date=document.date)
            score = score_document(document, target)
            scores.append(score)
            lines = str(sum(bool(line.strip()) for line in document.zh))
            counts = (lines, str(score.occurrences), str(score.honoured), f"{100 * score.rate:.1f}")
            table.add_row(document.slug, document.genre, *counts)
            for line, term, rendering in score.missed[:missed]:
                typer.echo(f"{document.slug}:{line}: {term} → {rendering} missed")
    occurrences = sum(score.occurrences for score in scores)
    honoured = sum(score.honoured for score in scores)
    rate = honoured / occurrences if occurrences else 1.0
    table.add_row(f"{len(documents)} documents", "", "", str(occurrences), str(honoured), f"{100 * rate:.1f}")
    Console(width=110).print(table)
