"""``zhengming evaluate``: how good, measured on annotated documents."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import glossary_extract
from pipeline.cli._common import Verbs, configuration, one_line_errors
from pipeline.errors import UsageError
from pipeline.lang.plurals import counted

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.run import Translator

app = typer.Typer(cls=Verbs, no_args_is_help=True, help="Measure translation, terms and flags.")


@app.callback()
def _group() -> None:
    """Measure translation, terms and flags."""


app.command("extraction")(glossary_extract.extraction)


@app.command()
@one_line_errors
def terms(
    corpus: Annotated[Path | None, typer.Option(help="Folder of gold documents [default: the shipped one].")] = None,
    engine: Annotated[str, typer.Option(help="Engine name.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Score the references: the ceiling.")] = False,
    own_terms: Annotated[
        bool, typer.Option("--own-terms", help="Use each document's annotated terms as a glossary too.")
    ] = False,
    missed: Annotated[int, typer.Option(help="How many missed occurrences to list.")] = 0,
) -> None:
    """Share of annotated term occurrences rendered as annotated, per document and in all."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.evaluation.gold import load_gold
    from pipeline.evaluation.terms import score_document
    from pipeline.resources import shipped
    from pipeline.run import Translator

    folder = corpus or shipped("corpus") / "gold"
    documents = load_gold(folder)
    if not documents:
        raise UsageError(f"{folder}: no gold documents (NAME.toml with NAME.zh.md and NAME.en.md)")
    base = configuration(engine=engine, options=set_)
    table = Table("document", "genre", "lines", "occurrences", "honored", "%", title="Term success")
    scores = []
    with Translator(base) as shared:
        for document in documents:
            target = document.en
            if not reference:
                rows = {term.zh: term.en for term in document.terms} if own_terms else {}
                target = with_terms(shared, rows).lines(document.zh, date=document.date)
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
    table.add_row(counted(len(documents), "document"), "", "", str(occurrences), str(honoured), f"{100 * rate:.1f}")
    Console(width=110).print(table)


@app.command()
@one_line_errors
def senses(
    file: Annotated[Path | None, typer.Argument(help="Sentence, term, concept in TSV [default: shipped].")] = None,
    glossary: Annotated[
        list[Path] | None, typer.Option("--glossary", help="Glossary files [default: the shipped ones]; repeatable.")
    ] = None,
) -> None:
    """How often conditions choose the right concept of a term that has several."""
    from pipeline.evaluation.senses import load_senses, score_senses
    from pipeline.resources import shipped
    from pipeline.termbase.glossary import Glossary

    if file is not None and not file.is_file():
        raise UsageError(f"no file at {file}")
    examples = load_senses(file or Path(shipped("corpus") / "senses.tsv"))
    paths = glossary or sorted(Path(shipped("glossaries")).glob("*.csv"))
    score = score_senses(Glossary.load(paths), examples)
    for mistake in score.mistakes:
        typer.echo(str(mistake))
    total = score.examples or 1
    terms_seen = len({example.term for example in examples})
    typer.echo(f"{counted(terms_seen, 'term')}, {counted(len({example.concept for example in examples}), 'concept')}")
    typer.echo(
        f"right: {score.right} of {score.examples} ({100 * score.right / total:.1f} %), {score.unsure} left open"
    )
    typer.echo(f"without conditions: {score.control} of {score.examples} ({100 * score.control / total:.1f} %)")


@app.command()
@one_line_errors
def mt(
    testsets: Annotated[
        list[Path] | None,
        typer.Argument(help="Gold folder, folder with zh, en and NAME.en, or JSONL with zh and en [default: gold]."),
    ] = None,
    engine: Annotated[str, typer.Option(help="Engine name.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    limit: Annotated[int, typer.Option(help="Only the first segments of each set; 0: all.")] = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for mt.md, mt.svg and outputs.")] = None,
) -> None:
    """BLEU and chrF with and without glossary, side by side with the outputs of other systems stored there."""
    from pipeline.evaluation.metrics import score
    from pipeline.evaluation.report import markdown, svg
    from pipeline.evaluation.testsets import load_testset
    from pipeline.formats.safety import write_atomically
    from pipeline.resources import shipped
    from pipeline.run import Translator

    base = configuration(engine=engine, options=set_)
    results = {}
    with Translator(base) as full, Translator(plain(base), engine=full.engine) as bare:
        for path in testsets or [shipped("corpus") / "gold"]:
            testset = load_testset(path)
            end = limit or None
            reference = testset.reference[:end]
            ours = {"zhengming": segments(full, testset.source[:end])}
            ours["zhengming, no glossary"] = segments(bare, testset.source[:end])
            systems = ours | {name: lines[:end] for name, lines in testset.peers.items()}
            results[testset.name] = [score(name, lines, reference) for name, lines in systems.items()]
            if output:
                output.mkdir(parents=True, exist_ok=True)
                name = testset.name.replace("/", "-")
                write_atomically(output / f"{name}.en", ("\n".join(ours["zhengming"]) + "\n").encode())
    typer.echo(markdown(results))
    if output:
        write_atomically(output / "mt.md", markdown(results).encode())
        write_atomically(output / "mt.svg", svg(results).encode())


@app.command("wmt-terms")
@one_line_errors
def wmt_terms(
    files: Annotated[list[Path], typer.Argument(help="Files of the WMT25 terminology task, track 2.")],
    engine: Annotated[str, typer.Option(help="Engine name.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    limit: Annotated[int, typer.Option(help="Only the first documents of each file; 0: all.")] = 0,
) -> None:
    """Term success as the WMT25 task counts it, with the proper terms, random terms and none given."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.evaluation.metrics import score
    from pipeline.evaluation.wmt_terms import load_wmt, term_success
    from pipeline.run import Translator

    for path in files:
        if not path.is_file():
            raise UsageError(f"no file at {path}")
    documents = [document for path in files for document in load_wmt(path)[: limit or None]]
    table = Table("terms given", "proper terms", "random terms", "BLEU", "chrF2++", title="WMT25 terminology, track 2")
    base = plain(configuration(engine=engine, options=set_))
    with Translator(base) as shared:
        for given in ("proper", "random", ""):
            targets = [
                "\n".join(with_terms(shared, d.dictionaries.get(given, {})).lines(d.zh.split("\n"))) for d in documents
            ]
            rates = [
                mean(
                    [
                        x
                        for d, t in zip(documents, targets, strict=True)
                        for x in term_success(d.zh, t, d.en, d.dictionaries[n])
                    ]
                )
                for n in ("proper", "random")
            ]
            quality = score(given, targets, [document.en for document in documents])
            cells = (*(f"{rate:.3f}" for rate in rates), f"{quality.bleu:.1f}", f"{quality.chrf_words:.1f}")
            table.add_row(given or "none", *cells)
    Console(width=110).print(table)


@app.command()
@one_line_errors
def flags(
    corpus: Annotated[Path | None, typer.Option(help="Folder with gold/ and challenge/ [default: shipped].")] = None,
    engine: Annotated[
        str, typer.Option(help="Translate the gold corpus with this engine; empty: its references.")
    ] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Engine option NAME=VALUE; repeatable.")] = None,
    missed: Annotated[int, typer.Option(help="How many missed faults, ambiguities and useless flags to list.")] = 0,
) -> None:
    """Precision, recall and cost of the flags: on minimal pairs with one fault each, and on annotated documents."""
    from pipeline.cli import _flags
    from pipeline.resources import shipped
    from pipeline.run import Checker

    folder = _parts(corpus or shipped("corpus"))
    checker = Checker(configuration(engine=engine, options=set_))
    _flags.challenge(folder / "challenge", checker, missed)
    _flags.gold(folder / "gold", checker, engine=engine, missed=missed)


@app.command()
@one_line_errors
def risk(
    corpus: Annotated[Path | None, typer.Option(help="Folder with gold/ and challenge/ [default: shipped].")] = None,
    mqm: Annotated[Path | None, typer.Option(help="Gzipped TSV of a WMT MQM evaluation, zh-en.")] = None,
    fit: Annotated[Path | None, typer.Option("--fit", help="Fit the coefficients and write them here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the reliability plot (SVG) here.")] = None,
) -> None:
    """AUROC and calibration of the risk of segments, on held-out pairs and on human MQM labels."""
    from pipeline.cli import _risk
    from pipeline.resources import shipped
    from pipeline.run import Checker

    folder = _parts(corpus or shipped("corpus"))
    checker = Checker(configuration())
    _risk.evaluate(folder, checker, mqm=mqm, out=fit, plot=plot)


def _parts(corpus: Path) -> Path:
    """The corpus, if it is one: what is not there would score as if nothing were wrong."""
    for part in ("gold", "challenge"):
        if not (corpus / part).is_dir():
            raise UsageError(f"{corpus}: no folder {part}/; --corpus names the folder that holds gold/ and challenge/")
    return corpus


def plain(config: Config) -> Config:
    """The configuration without any glossary."""
    from pipeline.config import GlossaryConfig

    return replace(config, glossary=GlossaryConfig(shipped=False))


def segments(translator: Translator, lines: Sequence[str]) -> tuple[str, ...]:
    """Each line translated as a plain paragraph of its own."""
    document = translator.text("\n".join(line.strip() or "\u3000" for line in lines))
    targets = {block.id: block.target for block in document.blocks}
    return tuple(targets.get(f"l{number}", "") for number in range(1, len(lines) + 1))


def with_terms(translator: Translator, terms: Mapping[str, Sequence[str]]) -> Translator:
    """A translator with the same engine whose glossary has these terms besides; the first rendering is preferred."""
    from pipeline.run import Translator

    if not terms:
        return translator
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms.tsv"
        rows = [f"{zh}\t{en}" for zh, renderings in terms.items() for en in renderings if zh.strip() and en.strip()]
        path.write_text("source\ttarget\n" + "\n".join(rows) + "\n", encoding="utf-8")
        glossary = replace(translator.config.glossary, files=(*translator.config.glossary.files, path))
        return Translator(replace(translator.config, glossary=glossary), engine=translator.engine)


def mean(values: Sequence[float]) -> float:
    """The mean; 1 of nothing."""
    return sum(values) / len(values) if values else 1.0
