"""``zhengming glossary import`` and ``export``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import one_line_errors
from pipeline.cli._glossary import user_name
from pipeline.errors import UsageError
from pipeline.lang.plurals import counted

if TYPE_CHECKING:
    from pipeline.termbase.incoming import Incoming


@one_line_errors
def export(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Glossary files or folders [default: the shipped ones].")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Format; --formats lists them [default: as FILE ends, or tbx].")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write [default: stdout].")] = None,
    subject: Annotated[str, typer.Option(help="Only this subject field.")] = "",
    formats: Annotated[bool, typer.Option("--formats", help="List the formats and exit.")] = False,
) -> None:
    """Write glossaries for other tools, and say what their format could not carry."""
    from pipeline.formats import glossary
    from pipeline.formats.glossary import exports
    from pipeline.formats.safety import write_atomically
    from pipeline.resources import shipped
    from pipeline.termbase.history import read_log, transactions

    if formats:
        for name, target in exports.FORMATS.items():
            typer.echo(f"{name:8}  {target.suffix:5}  {target.help}")
        return
    to = to or _format_of(output)
    paths = glossary.files_in(files or [shipped("glossaries")])
    entries = [entry for path in paths for entry in glossary.read(path)]
    entries = [entry for entry in entries if not subject or entry.subject == subject]
    if not entries:
        raise UsageError(f"no concept of subject {subject!r}")
    events = [event for folder in {path.parent for path in paths} for event in read_log(folder)]
    made = exports.export(entries, to, transactions=transactions(events))
    if output:
        write_atomically(output, made.data)
        typer.echo(f"{counted(len(entries), 'concept')} → {output}", err=True)
    else:
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
    for loss in made.losses:
        typer.echo(f"{to} {loss}", err=True)


def _format_of(output: Path | None) -> str:
    from pipeline.formats.glossary.exports import FORMATS

    if output is None:
        return "tbx"
    ending = output.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise UsageError(f"{output}: the name does not say which format; give one with --to ({', '.join(FORMATS)})")
    return ending


@one_line_errors
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX or TBX; or accepted rows of `glossary extract`.")],
    into: Annotated[Path, typer.Option("--into", help="CSV or TSV glossary; made where it is missing.")],
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only the preview is shown.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="New concepts are approved, not only proposed.")] = False,
    who: Annotated[str, typer.Option(help="Your name in the history [default: your login].")] = "",
    why: Annotated[str, typer.Option(help="Reason, for the history.")] = "",
    limit: Annotated[int, typer.Option(help="Most concepts of each kind to show.")] = 20,
) -> None:
    """Merge concepts into a glossary: new ones as proposals, changes as proposals in the history, none overwritten."""
    from pipeline.formats import glossary
    from pipeline.termbase.edit import GlossaryFile
    from pipeline.termbase.history import changing
    from pipeline.termbase.incoming import plan

    if not file.is_file():
        raise UsageError(f"no file at {file}")
    if into.suffix.lower() not in {".csv", ".tsv"}:
        raise UsageError(f"{into}: glossaries are kept as CSV or TSV; name one of those with --into")
    incoming = glossary.read_candidates(file)
    before = _complain(file)
    folder = into.resolve().parent
    with changing(folder):
        target = GlossaryFile.read(into) if into.exists() else GlossaryFile.new(into)
        around = [path for path in glossary.files_in([folder]) if path.name != into.name] if _any(folder, into) else []
        others = [entry for path in around for entry in glossary.read(path)]
        planned = plan(target.entries, incoming, source=file.name, others=others)
        _preview(planned, into=into, limit=limit)
        if not apply:
            typer.echo("nothing was changed; --apply does it")
            return
        _apply(target, planned, file, approve=approve, who=user_name(who), why=why, before=before)


def _any(folder: Path, into: Path) -> bool:
    from pipeline.formats.glossary import SUFFIXES

    return folder.is_dir() and any(
        path.suffix.lower() in SUFFIXES and path.name != into.name for path in folder.iterdir()
    )


def _complain(file: Path) -> dict[str, str]:
    """Say what a TBX file leaves out, and the rules it breaks; neither stops an import.

    Returns:
        By concept, who made or changed it in the other termbase, and when.
    """
    if file.suffix.lower() != ".tbx":
        return {}
    from pipeline.formats.glossary.tbx import parse
    from pipeline.formats.glossary.tbx_rules import violations
    from pipeline.formats.safety import parse_xml

    data = file.read_bytes()
    found = parse(data, file)
    for line in found.left_out:
        typer.echo(f"left out: {line}", err=True)
    root = parse_xml(data, name=str(file))
    if str(root.tag).endswith("}tbx") and root.get("type") == "TBX-Basic":
        for message in violations(root)[:20]:
            typer.echo(f"{file}: {message}", err=True)
    return {concept: ", ".join(map(str, made)) for concept, made in found.transactions.items()}


def _preview(planned: Sequence[Incoming], *, into: Path, limit: int) -> None:
    from pipeline.termbase.incoming import Fate

    shown: Counter[str] = Counter()
    for each in planned:
        shown[each.fate] += 1
        if shown[each.fate] > limit or each.fate is Fate.SAME:
            continue
        entry = each.entry
        if each.known is None:
            typer.echo(f"new        {entry.id}  {entry.zh} → {entry.preferred}")
        elif each.changes:
            typer.echo(f"{each.fate:9}  {each.known.id}  {each.known.zh}  ({each.known.origin})")
            for change in each.changes:
                typer.echo(f"             {change}")
        else:
            typer.echo(f"known      {each.known.id}  {entry.zh} → {entry.preferred}  ({each.known.origin})")
    counts = ", ".join(f"{count} {fate}" for fate, count in shown.items()) or "nothing"
    typer.echo(f"{into}: {counts}")


def _apply(
    target: object,
    planned: Sequence[Incoming],
    file: Path,
    *,
    approve: bool,
    who: str,
    why: str,
    before: dict[str, str],
) -> None:
    """Write new rows and the history: first the file as a whole, then the log."""
    import hashlib

    import msgspec

    from pipeline.formats.safety import write_atomically
    from pipeline.termbase import proposals
    from pipeline.termbase.concept import EntryState
    from pipeline.termbase.edit import GlossaryFile
    from pipeline.termbase.history import Action, Event, append, now
    from pipeline.termbase.incoming import Fate

    assert isinstance(target, GlossaryFile)  # noqa: S101  (typed as object to keep the import inside)
    folder, name = target.path.resolve().parent, target.path.name
    source = f"{file.name} sha256:{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
    state = EntryState.APPROVED if approve else EntryState.PROPOSED
    new = [msgspec.structs.replace(each.entry, state=state) for each in planned if each.fate is Fate.NEW]
    for entry in new:
        target.put(entry)
    if new or not target.path.exists():
        write_atomically(target.path, target.data)
    at = now()
    append(
        folder,
        (
            Event(
                at=at,
                who=who,
                action=Action.IMPORT,
                concept=entry.id,
                file=name,
                why=why,
                entry=entry,
                source="; ".join(text for text in (source, before.get(entry.id, "")) if text),
            )
            for entry in new
        ),
    )
    changed = [
        (each.known.origin.rpartition(":")[0] or name, each.entry, each.known)
        for each in planned
        if each.known and each.changes
    ]
    ids = proposals.propose(folder, changed, who=who, why=why, source=source) if changed else []
    typer.echo(f"{counted(len(new), 'concept')} added as {state}, {counted(len(ids), 'change')} proposed")
    for identifier in ids:
        typer.echo(f"  zhengming glossary approve {identifier} --folder {target.path.parent}")
