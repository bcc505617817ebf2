"""``zhengming train``: train the compact model, or adapt it to your own sentence pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli._common import Verbs, one_line_errors
from pipeline.lang.plurals import counted

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="Prepare sentence pairs, train, export a model (extra: train).")


@app.callback()
def _group() -> None:
    """Prepare sentence pairs, train, export a model."""


@app.command()
@one_line_errors
def prepare(
    sources: Annotated[list[Path], typer.Argument(help="JSONL(.gz) with zh and en, two-column CSV or TSV, TMX.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the prepared data.")],
    exclude: Annotated[list[Path] | None, typer.Option(help="Text files of sentences never to train on.")] = None,
    alphabets: Annotated[Path | None, typer.Option(help="Model folder whose zh.spm and en.spm to keep.")] = None,
    shipped_pairs: Annotated[bool, typer.Option(help="Add our in-domain pairs and the glossaries.")] = True,
    synthetic: Annotated[int, typer.Option(help="Synthetic pairs to add: dates, amounts, codes, elements.")] = 6000,
    align: Annotated[bool, typer.Option(help="Word-align, for annotation and guided attention.")] = True,
    least_linked: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out pairs with a smaller share of the Chinese linked; 0: none.")
    ] = 0.0,
    sampled: Annotated[
        float, typer.Option(min=0, max=1, help="Cut the Chinese at random, 0.2 mildly; 0: as in translation.")
    ] = 0.0,
) -> None:
    """Clean, de-duplicate, hold out, tokenise and align."""
    from pipeline.training.prepare import prepare as run
    from pipeline.training.shipped import adopt_alphabets, glossary_pairs, training_files
    from pipeline.training.synthetic import synthetic_pairs

    if alphabets:
        adopt_alphabets(alphabets, output)
    banned = [line for path in exclude or () for line in path.read_text(encoding="utf-8").splitlines()]
    done = run(
        [*sources, *(training_files() if shipped_pairs else ())],
        output,
        extra=[*(glossary_pairs() if shipped_pairs else ()), *synthetic_pairs(synthetic)],
        excluded=banned,
        align=align,
        least_linked=least_linked,
        sampled=sampled,
    )
    typer.echo(
        f"{output}: {counted(done.pairs, 'pair')}, {counted(done.target_tokens, 'target token')}; "
        f"{done.aligned:,} aligned, {done.held_out:,} held out"
    )


@app.command()
@one_line_errors
def run(
    prepared: Annotated[list[Path], typer.Argument(help="Folders made by `train prepare`, with one alphabet.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for checkpoint and log.")],
    time_budget: Annotated[float, typer.Option(help="Minutes; the run stops and saves then.")] = 60.0,
    weight: Annotated[list[str] | None, typer.Option(help="FILE=TIMES an epoch sees a file's pairs.")] = None,
    cooldown: Annotated[bool, typer.Option("--cooldown", help="Let the learning rate fall to nearly nothing.")] = False,
    threads: Annotated[int, typer.Option(help="CPU threads; 0: torch's choice.")] = 0,
    start: Annotated[Path | None, typer.Option(help="Exported model to start from.")] = None,
    learning_rate: Annotated[float, typer.Option(help="The highest; 0.0005 suits a run with --start.")] = 1e-3,
    hidden: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of English pieces hidden from the decoder; 0.1 for few pairs.")
    ] = 0.0,
    annotated: Annotated[
        float, typer.Option(min=0, max=1, help="Share of sentences with renderings written into the source.")
    ] = 0.6,
    foreign: Annotated[
        float, typer.Option(min=0, max=1, help="Share of those renderings that are another sentence's.")
    ] = 0.25,
    in_domain: Annotated[
        float, typer.Option(min=0, help="Times an epoch sees our own pairs, for each folder that holds them.")
    ] = 30.0,
    resume: Annotated[bool, typer.Option(help="Go on from the folder's checkpoint.")] = True,
) -> None:
    """Train; a run that was cut off goes on where its last checkpoint stands."""
    from pipeline.errors import InputError
    from pipeline.training.loop import CHECKPOINT, Report, Settings, train
    from pipeline.training.shipped import recipe

    if not resume and (output / CHECKPOINT).exists():
        raise InputError(f"{output / CHECKPOINT} exists: name another folder or leave out --no-resume")

    def show(report: Report) -> None:
        typer.echo(
            f"step {report.step} · {report.tokens / 1e6:.2f} M tokens · {report.rate} tokens/s · loss {report.loss:.3f}"
            f" · held out: right {report.right:.3f}, shuffled {report.shuffled:.3f}"
        )

    weights = {**recipe(in_domain), **_weights(weight or [])}
    settings = Settings(
        time_budget=60 * time_budget,
        weights=weights,
        cooldown=cooldown,
        threads=threads,
        start=start,
        learning_rate=learning_rate,
        hidden=hidden,
        annotated=annotated,
        foreign=foreign,
    )
    progress = train(output, prepared, settings, show)
    typer.echo(f"{output / CHECKPOINT}: {counted(progress.tokens, 'target token')} in {counted(progress.step, 'step')}")


def _weights(given: list[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in given:
        name, _, number = item.partition("=")
        try:
            weights[name] = float(number)
        except ValueError:
            raise typer.BadParameter(f"{item!r} is not FILE=NUMBER", param_hint="--weight") from None
    return weights


@app.command()
@one_line_errors
def export(
    folder: Annotated[Path, typer.Argument(help="Folder with the checkpoint.")],
    prepared: Annotated[Path, typer.Option(help="Folder it was trained from.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Model folder.")],
    quantization: Annotated[str, typer.Option(help="int8, int8_float32, bfloat16, float32, …")] = "int8",
) -> None:
    """Write a model folder: `translate --engine embedded --set model=FOLDER` uses it."""
    from pipeline.training.export import export as write
    from pipeline.training.loop import CHECKPOINT

    sums: dict[str, Any] = write(folder / CHECKPOINT, prepared, output, quantization=quantization)
    size = sum((output / name).stat().st_size for name in sums)
    typer.echo(f"{output}: {size / 1e6:.1f} MB")


@app.command()
@one_line_errors
def lexicon(
    prepared: Annotated[list[Path], typer.Argument(help="Folders made by `train prepare`, with one alphabet.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for lexicon.tsv.gz and card.toml.")],
    weight: Annotated[list[str] | None, typer.Option(help="FILE=TIMES a file's pairs count; 0 leaves out.")] = None,
) -> None:
    """Count the word lexicon, by which clauses are found that a translation lost or made up."""
    from pipeline.lang.lexicon import FILE
    from pipeline.training.lexicon import build
    from pipeline.training.shipped import recipe

    made = build(prepared, output, weights={**recipe(), **_weights(weight or [])})
    size = (output / FILE).stat().st_size
    typer.echo(
        f"{output / FILE}: {counted(len(made.pairs), 'Chinese word')}, "
        f"{len(made.english):,} English, {size / 1e3:.0f} kB"
    )
