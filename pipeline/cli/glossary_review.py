"""``zhengming glossary propose``, ``approve``, ``reject`` and ``history``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import one_line_errors
from pipeline.cli._glossary import user_name
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.termbase.concept import ConceptEntry
    from pipeline.termbase.edit import GlossaryFile
    from pipeline.termbase.history import Event

Folder = Annotated[Path, typer.Option("--folder", help="Folder of the glossary files and their history.")]
Who = Annotated[str, typer.Option(help="Your name in the history [default: your login].")]
Why = Annotated[str, typer.Option(help="Reason, for the history.")]
Identifiers = Annotated[list[str], typer.Argument(help="Ids of proposals, or of concepts that have one.")]
HERE = Path("glossaries")


@one_line_errors
def propose(
    concept: Annotated[str, typer.Argument(help="Id of the concept, new or known.")],
    file: Annotated[str, typer.Option(help="Glossary file in the folder; needed for a new concept.")] = "",
    zh: Annotated[str, typer.Option(help="Main Chinese term.")] = "",
    en: Annotated[str, typer.Option(help="Preferred rendering; the former one becomes admitted.")] = "",
    variant: Annotated[list[str] | None, typer.Option(help="Add a Chinese form; repeatable.")] = None,
    admit: Annotated[list[str] | None, typer.Option(help="Admit a rendering; repeatable.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="Forbid a rendering; repeatable.")] = None,
    drop: Annotated[list[str] | None, typer.Option(help="Take a rendering or variant out; repeatable.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="COLUMN=TEXT for any other column; repeatable.")
    ] = None,
    folder: Folder = HERE,
    who: Who = "",
    why: Why = "",
) -> None:
    """Propose a new concept or a change of one; nothing is enforced before it is approved."""
    from pipeline.formats import glossary
    from pipeline.termbase import proposals
    from pipeline.termbase.diff import compare

    known = {
        entry.id: (path.name, entry)
        for path in glossary.files_in([folder])
        for entry in (glossary.read(path) if path.suffix.lower() in {".csv", ".tsv"} else ())
    }
    name, before = known.get(concept, (file, None))
    if not name or not (folder / name).is_file():
        raise UsageError(f"{concept} is new: name the file that it belongs into with --file")
    entry = _changed(
        before, concept, zh=zh, en=en, variant=variant or [], admit=admit or [], forbid=forbid or [], drop=drop or []
    )
    entry = _with_columns(entry, set_ or [])
    changes = list(compare(before, entry)) if before else []
    if before and not changes:
        raise UsageError(f"{concept} stands like this in {name} already")
    [identifier] = proposals.propose(folder, [(name, entry, before)], who=user_name(who), why=why)
    typer.echo(f"{identifier}  {name}  {entry.id}  {entry.zh} → {entry.preferred}")
    for change in changes:
        typer.echo(f"    {change}")


def _changed(
    before: ConceptEntry | None,
    concept: str,
    *,
    zh: str,
    en: str,
    variant: list[str],
    admit: list[str],
    forbid: list[str],
    drop: list[str],
) -> ConceptEntry:
    import msgspec

    from pipeline.termbase.concept import ConceptEntry
    from pipeline.termbase.table import chinese

    if before is None:
        if not zh or not en:
            raise UsageError(f"{concept} is new: give --zh and --en")
        before = ConceptEntry(id=concept, zh=chinese(zh), preferred=en)
    former = [before.preferred] if en and en != before.preferred else []
    gone = {*drop, *forbid, en or before.preferred}
    return msgspec.structs.replace(
        before,
        zh=chinese(zh) or before.zh,
        preferred=en or before.preferred,
        variants=tuple(dict.fromkeys(form for form in (*before.variants, *map(chinese, variant)) if form not in drop)),
        admitted=tuple(dict.fromkeys(text for text in (*former, *before.admitted, *admit) if text not in gone)),
        forbidden=tuple(
            dict.fromkeys(text for text in (*before.forbidden, *forbid) if text not in {*drop, *admit, en})
        ),
    )


def _with_columns(entry: ConceptEntry, settings: list[str]) -> ConceptEntry:
    """An entry with further cells set."""
    from pipeline.termbase.condition import ConditionError
    from pipeline.termbase.table import COLUMNS, cells_of, entry_of

    cells = cells_of(entry)
    for setting in settings:
        column, equals, text = setting.partition("=")
        if not equals or column not in COLUMNS or column in {"id", "state"}:
            raise UsageError(f"--set {setting!r}: write COLUMN=TEXT, COLUMN one of {', '.join(COLUMNS[1:-1])}")
        cells[column] = text.strip()
    try:
        return entry_of(cells)
    except ConditionError as error:
        raise UsageError(f"condition, {error}") from error


@one_line_errors
def approve(
    proposals: Identifiers,
    folder: Folder = HERE,
    who: Who = "",
    why: Why = "",
    force: Annotated[bool, typer.Option("--force", help="Even where the row has changed since.")] = False,
) -> None:
    """Approve proposals: their concepts are written into their files and enforced from now on."""
    _settle(proposals, folder, who=user_name(who), why=why, force=force, approving=True)


@one_line_errors
def reject(proposals: Identifiers, folder: Folder = HERE, who: Who = "", why: Why = "") -> None:
    """Reject proposals: they stay in the history and are never enforced."""
    _settle(proposals, folder, who=user_name(who), why=why, force=False, approving=False)


def _settle(identifiers: list[str], folder: Path, *, who: str, why: str, force: bool, approving: bool) -> None:
    """All of the proposals, or none: files are written first, then the log."""
    from pipeline.formats.safety import write_atomically
    from pipeline.termbase.history import append, changing

    with changing(folder):
        files = _tables(folder)
        events = [
            _settled(identifier, folder, files, who=who, why=why, force=force, approving=approving)
            for identifier in identifiers
        ]
        for file in files.values():
            if file.changed:
                write_atomically(file.path, file.data)
        append(folder, events)
    for event in events:
        typer.echo(f"{event.proposal}  {'approved' if approving else 'rejected'}  {event.file}  {event.concept}")


def _settled(
    identifier: str,
    folder: Path,
    files: dict[str, GlossaryFile],
    *,
    who: str,
    why: str,
    force: bool,
    approving: bool,
) -> Event:
    """One proposal settled in its table, and the event for the log."""
    from pipeline.termbase import proposals

    proposal = proposals.find(folder, identifier, files.values())
    file = files.get(proposal.file)
    if not approving:
        return proposals.reject(file, proposal, who=who, why=why)
    if file is None:
        raise UsageError(f"{folder / proposal.file} is missing: the proposal cannot be written")
    return proposals.approve(file, proposal, who=who, why=why, force=force)


def _tables(folder: Path) -> dict[str, GlossaryFile]:
    from pipeline.formats.glossary import files_in
    from pipeline.termbase.edit import GlossaryFile

    paths = [path for path in files_in([folder]) if path.suffix.lower() in {".csv", ".tsv"}]
    return {path.name: GlossaryFile.read(path) for path in paths}


@one_line_errors
def history(
    concept: Annotated[str, typer.Argument(help="Only this concept or proposal.")] = "",
    folder: Folder = HERE,
    pending: Annotated[bool, typer.Option("--pending", help="Only what waits for a decision.")] = False,
) -> None:
    """Show who proposed, approved, rejected or imported what, when and why."""
    from pipeline.termbase.history import of_concept, read_log

    events = read_log(folder)
    if pending:
        _show_pending(events, _tables(folder), concept)
        return
    for event in of_concept(events, concept) if concept else events:
        label = f" {event.proposal}" if event.proposal else ""
        typer.echo(f"{event.at}  {event.who}  {event.action}{label}  {event.file}  {event.concept}")
        if event.entry is not None and event.action in {"propose", "import"}:
            typer.echo(f"    {_summary(event.entry)}")
        for text in (event.source, event.why):
            if text:
                typer.echo(f"    {text}")


def _show_pending(events: list[Event], files: dict[str, GlossaryFile], concept: str) -> None:
    """What the log holds unsettled, then rows that are proposed."""
    from pipeline.termbase import proposals

    for waiting in proposals.pending(events):
        if concept in {"", waiting.id, waiting.entry.id}:
            typer.echo(f"{waiting.id}  {waiting.at}  {waiting.who}  {waiting.file}  {_summary(waiting.entry)}")
            _details(waiting.entry, files.get(waiting.file), waiting.why)
    rows = [(name, entry) for name, file in files.items() for entry in file.entries if entry.state == "proposed"]
    for name, entry in rows:
        if concept in {"", entry.id}:
            typer.echo(f"{entry.id}  (row)  {name}  {_summary(entry)}")


def _summary(entry: ConceptEntry) -> str:
    return f"{entry.id}  {entry.zh} → {entry.preferred}"


def _details(entry: ConceptEntry, file: GlossaryFile | None, why: str) -> None:
    from pipeline.termbase.diff import compare

    known = next((each for each in file.entries if each.id == entry.id), None) if file else None
    for change in compare(known, entry) if known else ():
        if change.kind != "state changed":
            typer.echo(f"    {change}")
    if why:
        typer.echo(f"    why: {why}")
