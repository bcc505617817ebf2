"""The command line: one file per verb, each imported only when it is called."""

from __future__ import annotations

import typer

from pipeline import __version__
from pipeline.cli import engines, evaluate, glossary, memory, project, review, review_serve, train, translate
from pipeline.cli._common import Verbs

app = typer.Typer(
    name="zhengming",
    help="Chinese trade, export-control and rare-earth policy texts into English that can be quoted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Verbs,
)


def _version(value: bool) -> None:  # noqa: FBT001  (typer calls it with the flag)
    if value:
        import pipeline

        typer.echo(f"zhengming {__version__} ({pipeline.__file__})")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(  # noqa: FBT001  (typer declares flags so)
        False, "--version", callback=_version, is_eager=True, help="Print version and place, then exit."
    ),
) -> None:
    """Chinese trade, export-control and rare-earth policy texts into English that can be quoted."""


app.command("translate")(translate.translate)
app.command("init")(project.init)
app.add_typer(engines.app, name="engines")
review.app.command("serve")(review_serve.serve)
review.app.add_typer(review_serve.people, name="user")
app.add_typer(review.app, name="review")
app.add_typer(glossary.app, name="glossary")
app.add_typer(memory.app, name="memory")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(train.app, name="train")
