"""``zhengming engines``: what can translate, and whether it works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import Verbs, configuration, one_line_errors

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="List, check and fetch translation engines.")


@app.command("list")
@one_line_errors
def list_() -> None:
    """List the engines by name."""
    from pipeline import engines

    for name in engines.names():
        typer.echo(f"{name:<18} {engines.describe(name)}")


@app.command()
@one_line_errors
def check(
    name: Annotated[str, typer.Argument(help="Engine name.")] = "embedded",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
) -> None:
    """Load an engine and translate one sentence with it."""
    from pipeline import engines
    from pipeline.engines.base import Request

    config = configuration(engine=name, options=set_)
    with engines.create(config.engine.name, config.engine.options) as engine:
        source = "出口经营者应当依照规定申请出口许可。"
        hypothesis = engine.translate([Request(text=source)])[0][0]
        capabilities = engine.capabilities
        where = "local" if capabilities.local else "text leaves this machine"
        typer.echo(f"{engine.name} {engine.revision} {engine.settings}".rstrip())
        typer.echo(f"glossary by {capabilities.glossary}; {where}")
        typer.echo(f"{source} → {hypothesis.text}")


@app.command()
@one_line_errors
def fetch(
    model: Annotated[str, typer.Argument(help="Card in models/ (opus-mt-zh-en, …) or hub id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the model's folder goes.")] = Path("models"),
    revision: Annotated[str, typer.Option(help="Hub revision; default: the card's, else main.")] = "",
) -> None:
    """Download a hub model, to be used without a network later; needs one now."""
    from pipeline.engines.fetch import card
    from pipeline.engines.fetch import fetch as download

    folder = download(model, output, revision=revision)
    if (license_ := card(model).get("license")) is not None:
        typer.echo(f"license: {license_}")
    typer.echo(f"{folder}: use it with --engine huggingface --set model={folder}")
