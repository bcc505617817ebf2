"""``zhengming glossary extract`` and ``zhengming evaluate extraction``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import configuration, one_line_errors
from pipeline.errors import UsageError
from pipeline.lang.plurals import counted

if TYPE_CHECKING:
    from pipeline.termbase.extract import Candidate


@one_line_errors
def extract(
    paths: Annotated[
        list[Path], typer.Argument(help="Chinese documents, or bilingual files (XLIFF, TMX, TSV, parallel texts).")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Table to write: .xlsx or .csv.")],
    least: Annotated[int, typer.Option(min=2, help="Fewest occurrences.")] = 3,
    longest: Annotated[int, typer.Option(min=2, max=20, help="Most characters of a term.")] = 12,
    limit: Annotated[int, typer.Option(min=1, help="Most candidates.")] = 500,
    glossary: Annotated[list[Path] | None, typer.Option("--glossary", help="Additional glossary file.")] = None,
    only_glossary: Annotated[bool, typer.Option("--only-glossary", help="Leave the shipped ones out.")] = False,
    project: Annotated[Path | None, typer.Option(help="Project folder or configuration file.")] = None,
) -> None:
    """Find likely terms that no glossary has, with renderings where the texts are bilingual; accepted rows import."""
    from pipeline.formats.glossary import candidates as tables
    from pipeline.formats.safety import write_atomically
    from pipeline.run import load_glossary
    from pipeline.termbase.extract import extract as find
    from pipeline.termbase.renderings import with_renderings

    writers = {".xlsx": tables.write_xlsx, ".csv": tables.write_csv}
    if output.suffix.lower() not in writers:
        raise UsageError(f"{output}: candidates are written as .xlsx or .csv")
    pairs, texts = _texts(paths)
    config = configuration(project=project, glossaries=glossary, only_glossary=only_glossary)
    known = load_glossary(config).entries
    found = find([*(source for source, _ in pairs), *texts], known, least=least, longest=longest, limit=limit)
    if pairs:
        found = with_renderings(found, pairs)
    write_atomically(output, writers[output.suffix.lower()](found))
    _summarise(found, pairs=len(pairs), texts=len(texts), output=output)


def _texts(paths: list[Path]) -> tuple[list[tuple[str, str]], list[str]]:
    """Bilingual segments, and Chinese of documents that have no English."""
    from pipeline import formats
    from pipeline.formats.bilingual import is_bilingual, read_segments

    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"no document at {path}")
        files += sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    both = [file for file in files if is_bilingual(file)]
    pairs = [(segment.source, segment.target) for file in both for segment in read_segments(file)]
    others = [file for file in files if file not in set(both) and file.suffix.lower() in formats.suffixes()]
    texts = formats.chinese_texts(others)
    if not pairs and not texts:
        raise UsageError("no Chinese text in what was named")
    return pairs, texts


def _summarise(found: list[Candidate], *, pairs: int, texts: int, output: Path) -> None:
    typer.echo(
        f"{counted(len(found), 'candidate')} from {counted(pairs, 'bilingual segment')} "
        f"and {counted(texts, 'Chinese block')} → {output}"
    )
    for candidate in found[:10]:
        rendering = candidate.renderings[0][0] if candidate.renderings else ""
        typer.echo(f"  {candidate.count:5d}  {candidate.zh}  {rendering}")
    typer.echo("put yes into the column accept, then: zhengming glossary import FILE --into GLOSSARY.csv --apply")


@one_line_errors
def extraction(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Bilingual files [default: the shipped gold and training corpus].")
    ] = None,
) -> None:
    """Precision and recall of term extraction with a third of the glossary hidden, against plain frequency."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.evaluation.extraction import evaluate
    from pipeline.formats.bilingual import bilingual_files, read_segments
    from pipeline.resources import shipped
    from pipeline.run import load_glossary

    corpus = paths or [shipped("corpus") / "gold", shipped("corpus") / "training"]
    pairs = [(segment.source, segment.target) for file in bilingual_files(corpus) for segment in read_segments(file)]
    score = evaluate(pairs, load_glossary(configuration()).entries)
    table = Table(
        "ranking",
        "first",
        "precision",
        "recall",
        title=f"{counted(score.hidden, 'hidden term')}, {counted(len(pairs), 'segment')}",
    )
    for ranking in score.rankings:
        table.add_row(ranking.name, str(ranking.at), f"{ranking.precision:.3f}", f"{ranking.recall:.3f}")
    Console(width=80).print(table)
    typer.echo(
        f"renderings of the {score.rendered} found: first one accepted {score.first:.3f}, "
        f"one of three {score.third:.3f}"
    )
