"""The tables of ``zhengming evaluate flags``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from pipeline.core.document import Document, Segment
from pipeline.evaluation.challenge import (
    DETERMINISTIC,
    ChallengeScore,
    Pair,
    load_challenge,
    score_challenge,
)
from pipeline.evaluation.flags import GoldScore, score_gold
from pipeline.evaluation.gold import GoldDocument, load_gold
from pipeline.evaluation.pairs import pair_document
from pipeline.run import Checker, Translator

# Relative dates of the challenge set count from here.
CHALLENGE_DATE = "2026-01-06"


def challenge(folder: Path, checker: Checker, missed: int) -> None:
    """Print how the checks do on each file of minimal pairs."""
    pairs = load_challenge(folder)
    for name in dict.fromkeys(pair.where.partition(":")[0] for pair in pairs):
        own = [pair for pair in pairs if pair.where.startswith(f"{name}:")]
        right = checked_lines(checker, own, wrong=False)
        score = score_challenge(own, right, checked_lines(checker, own, wrong=True))
        _print_challenge(name, score)
        for pair in score.missed[:missed]:
            typer.echo(f"{pair.where}: {pair.kind} missed: {pair.source} | {pair.wrong}")
        for source, text, codes in score.alarms[:missed]:
            typer.echo(f"false alarm {', '.join(codes)}: {source} | {text}")


def checked_lines(checker: Checker, pairs: Sequence[Pair], *, wrong: bool) -> list[Segment]:
    """One side of the pairs, each checked as a document of its own."""
    segments = []
    for pair in pairs:
        target = pair.wrong if wrong else pair.right
        document, targets = pair_document([pair.source], [target], name=pair.where, date=CHALLENGE_DATE)
        segments.append(checker.document(document, targets).segments[0])
    return segments


def _print_challenge(name: str, score: ChallengeScore) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=110)
    kinds = Table(
        "kind", "", "pairs", "caught", "recall", "false alarms", title=f"Challenge set {name}: by kind of fault"
    )
    for row in score.kinds:
        rule = "rule" if row.name in DETERMINISTIC else ""
        cells = (str(row.pairs), str(row.caught), f"{row.recall:.2f}", f"{row.false}/{row.right}")
        kinds.add_row(row.name, rule, *cells)
    console.print(kinds)
    codes = Table("code", "raised", "true", "precision", "recall", title=f"Challenge set {name}: by code")
    for row in score.codes:
        recall = f"{row.recall:.2f}" if row.pairs else ""
        codes.add_row(row.name, str(row.raised), str(row.true), f"{row.precision:.2f}", recall)
    console.print(codes)
    for title, rows in (
        ("faults that a rule decides", [row for row in score.kinds if row.name in DETERMINISTIC]),
        ("other faults", [row for row in score.kinds if row.name not in DETERMINISTIC]),
    ):
        caught, pairs = sum(row.caught for row in rows), sum(row.pairs for row in rows)
        typer.echo(f"{title}: {caught} of {pairs} caught ({caught / pairs if pairs else 1:.3f})")
    share = score.alarmed / score.right if score.right else 0
    typer.echo(f"right sides with a major or critical flag: {score.alarmed} of {score.right} ({100 * share:.1f}%)")


def gold(folder: Path, checker: Checker, *, engine: str, missed: int) -> None:
    """Print how the flags do on the gold corpus, on its references or on an engine's translations."""
    documents = load_gold(folder)
    references = [_checked(checker, document) for document in documents]
    done = _translated(checker, documents) if engine else references
    score = score_gold(documents, done, references)
    _print_gold(score, engine or "references")
    for slug, item in score.missed[:missed]:
        typer.echo(f"{slug}:{item.line}: {item.code} {item.source} is not flagged")
    for slug, line, flag, zh in score.doubtful[:missed]:
        typer.echo(f"{slug}:{line}: {flag.code} {zh}: {flag.message}")


def _checked(checker: Checker, document: GoldDocument) -> Document:
    made, targets = pair_document(
        document.zh, document.en, name=document.slug, date=document.date, genre=document.genre
    )
    return checker.document(made, targets)


def _translated(checker: Checker, documents: Sequence[GoldDocument]) -> list[Document]:
    with Translator(checker.config) as translator:
        return [
            translator.document(pair_document(item.zh, item.en, name=item.slug, date=item.date, genre=item.genre)[0])
            for item in documents
        ]


def _print_gold(score: GoldScore, what: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("code", "raised", "useful", "share", "on clean lines", title=f"Gold corpus: {what}")
    for code, raised in sorted(score.raised.items()):
        useful = score.useful[code]
        table.add_row(code, str(raised), str(useful), f"{useful / raised:.2f}", str(score.clean_flags[code] or ""))
    Console(width=110).print(table)
    typer.echo(f"listed ambiguities flagged: {score.flagged} of {score.listed} ({score.recall:.3f})")
    typer.echo(f"useful flags: {score.useful.total()} of {score.raised.total()} ({score.useful_share:.3f})")
    typer.echo(f"flags per 1,000 characters: {score.cost:.1f}; useless ones on clean stretches: {score.clean_cost:.1f}")
