"""``zhengming review``: decisions outside the web page, their log, and what they changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.cli._common import Verbs, one_line_errors
from pipeline.lang.plurals import counted

app = typer.Typer(
    cls=Verbs, no_args_is_help=True, help="Review translations: log, undo, adjustment note, round trips, status."
)

Folder = Annotated[Path, typer.Option("--project", help="Project folder.")]
_HERE: Final = Path()


def whoami(name: str) -> str:
    """The name given, or the one under which the user is logged in."""
    import getpass

    try:
        return name or getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"


@app.command()
@one_line_errors
def status(project: Folder = _HERE) -> None:
    """Show how far the documents are, the time spent, and which checks were right."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.run.project import Project
    from pipeline.store import documents, proposals, senses, statistics

    with Project.open(project) as opened, opened.store.read() as connection:
        rows = documents.documents(connection, opened.id)
        people = statistics.effort(connection, opened.id)
        records = statistics.checks(connection, opened.id)
        waiting = len(proposals.proposals(connection, opened.id, state="proposed"))
        chosen = senses.choices(connection, opened.id)
    console = Console(width=110)
    table = Table("document", "version", "segments", "reviewed", "open flags", title="Documents")
    for row in rows:
        table.add_row(row.name, *map(str, (row.version, row.segments, row.reviewed, row.open_flags)))
    console.print(table)
    table = Table("reviewer", "decisions", "segments settled", "hours", "segments/hour", title="Effort")
    for one in people:
        cells = (str(one.decisions), str(one.segments), f"{one.hours:.2f}", f"{one.rate:.0f}")
        table.add_row(one.user or "all", *cells)
    console.print(table)
    table = Table("check", "confirmed", "dismissed", "accepted as it stands", "open", "precision", title="Checks")
    for check in records:
        precision = "" if check.precision is None else f"{check.precision:.0%}"
        table.add_row(check.code, *map(str, (check.confirmed, check.dismissed, check.accepted, check.open)), precision)
    console.print(table)
    console.print(f"{counted(waiting, 'glossary proposal')} to be settled by a linguist.")
    terms = counted(len({choice.zh for choice in chosen}), "term")
    console.print(f"Later runs are guided by {counted(len(chosen), 'choice')} between senses of {terms}.")


@app.command()
@one_line_errors
def log(
    document: Annotated[str, typer.Argument(help="Only this document.")] = "",
    project: Folder = _HERE,
    user: Annotated[str, typer.Option(help="Only decisions of this user.")] = "",
    limit: Annotated[int, typer.Option(help="Most decisions.")] = 50,
) -> None:
    """List decisions, newest first, with the numbers that `undo` takes."""
    from pipeline.run.project import Project
    from pipeline.store import decisions, documents

    with Project.open(project) as opened, opened.store.read() as connection:
        wanted = documents.document(connection, opened.id, document).id if document else None
        found = decisions.log(connection, opened.id, document=wanted, user=user, limit=limit)
    if not found:
        typer.echo("No decisions.", err=True)
    for one in found:
        about = f" {one.term}: {one.rendering_before} → {one.rendering_after}" if one.term else ""
        reason = f" ({one.reason})" if one.reason else ""
        undone = " [taken back]" if one.undone else ""
        where = f"{one.document} segment {one.segment_id}"
        typer.echo(f"{one.id:>6}  {one.at[:19]}  {one.user}  {one.action} {one.scope}  {where}{about}{reason}{undone}")


@app.command()
@one_line_errors
def undo(
    decision: Annotated[int, typer.Argument(help="Number of the decision, as `log` shows it.")],
    project: Folder = _HERE,
    user: Annotated[str, typer.Option(help="Who takes it back.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Take a decision back, with all that followed from it."""
    from pipeline.reviewer.service import Review

    with Review.open(project) as review:
        done = review.undo(decision, user=whoami(user), reason=reason)
    left = f"; {done.left} were changed again since and stay" if done.left else ""
    typer.echo(f"Decision {decision} is taken back on {counted(1 + len(done.changed), 'segment')}{left}.")


@app.command()
@one_line_errors
def note(
    document: Annotated[str, typer.Argument(help="Name of the document, as `status` lists it.")],
    project: Folder = _HERE,
    earlier: Annotated[str, typer.Option("--from", help="Version number [default: the one before].")] = "",
    later: Annotated[str, typer.Option("--to", help="Version number, or now.")] = "now",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File: .md, .html or .docx [default: print Markdown].")
    ] = None,
) -> None:
    """Write the adjustment note between two versions: renderings changed, before → after, and why."""
    from pipeline.errors import UsageError
    from pipeline.formats.safety import write_atomically
    from pipeline.reviewer import note as notes
    from pipeline.run.project import Project

    formats = {".md": "markdown", ".html": "html", ".docx": "docx"}
    if out is not None and out.suffix.lower() not in formats:
        raise UsageError(f"{out}: a note is written as {', '.join(formats)}")
    with Project.open(project) as opened:
        made = notes.note(opened, document, earlier=earlier, later=later)
    if out is None:
        typer.echo(notes.render(made, to="markdown").decode(), nl=False)
        return
    write_atomically(out, notes.render(made, to=formats[out.suffix.lower()]))
    typer.echo(f"{out}: {counted(len(made.adjustments), 'adjustment')}, {made.earlier} to {made.later}")


@app.command()
@one_line_errors
def export(
    document: Annotated[str, typer.Argument(help="Name of the document [default: all].")] = "",
    project: Folder = _HERE,
    as_: Annotated[
        str, typer.Option("--as", help="xliff21, xliff12, xlsx, or document: its own format, for delivery.")
    ] = "xliff21",
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the files.")] = _HERE,
    user: Annotated[str, typer.Option(help="Who exports.")] = "",
) -> None:
    """Write documents for review in another tool, or as they are delivered."""
    from pipeline.formats.safety import write_atomically
    from pipeline.reviewer import exchange
    from pipeline.reviewer.service import Review
    from pipeline.run import make_folder, output_path
    from pipeline.store import documents

    with Review.open(project) as review:
        with review.project.store.read() as connection:
            rows = documents.documents(connection, review.project.id)
            names = (
                [documents.document(connection, review.project.id, document).name]
                if document
                else [row.name for row in rows]
            )
        for name in names:
            data, suffix = exchange.export(review, name, to=as_, user=whoami(user))
            target = output_path(Path(name), folder=out, suffix=suffix)
            make_folder(target.parent)
            write_atomically(target, data)
            typer.echo(f"{name} → {target}")


@app.command("import")
@one_line_errors
def import_(
    files: Annotated[list[Path], typer.Argument(help="XLIFF or XLSX files that `export` wrote.")],
    project: Folder = _HERE,
    user: Annotated[str, typer.Option(help="Whose decisions they are.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take decisions from files that were edited elsewhere; what both sides changed becomes a conflict."""
    from pipeline.reviewer import exchange
    from pipeline.reviewer.service import Review

    with Review.open(project) as review:
        for file in files:
            made = exchange.plan(review, file)
            for step in made.steps:
                if step.kind in exchange.TELLING:
                    typer.echo(f"{step.kind:<9} {step.unit}: {_short(step.before)} → {_short(step.after)}")
            counts = exchange.apply(review, made, user=whoami(user), origin=file.name) if not dry_run else made.count()
            words = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "no units"
            typer.echo(f"{file}: {words}{' (nothing was changed)' if dry_run else ''}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
