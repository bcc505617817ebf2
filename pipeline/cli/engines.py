"""``zhengming engines``: what can translate, and whether it works."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli._common import Verbs, configuration, one_line_errors

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="List and check translation engines.")


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
