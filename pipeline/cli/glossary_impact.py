"""``zhengming glossary impact``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import configuration, one_line_errors

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.termbase.concept import ConceptEntry
    from pipeline.termbase.impact import Assessor, Impact


HERE = Path("glossaries")


class Gate(StrEnum):
    """When the command ends with exit code 1."""

    DECISIONS = "decisions"
    CHANGES = "changes"
    NEVER = "never"


@one_line_errors
def impact(
    new: Annotated[str, typer.Argument(help="The change: file, folder, REV:PATH, or the id of a proposal.")],
    segments: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Bilingual files or folders: XLIFF, TMX, JSON, TSV, parallel texts [default: the project]."
        ),
    ] = None,
    old: Annotated[
        str, typer.Option(help="What NEW takes the place of [default: what is in force, as --glossary NEW would].")
    ] = "",
    folder: Annotated[Path, typer.Option(help="Glossary folder whose history holds the proposal.")] = HERE,
    project: Annotated[Path | None, typer.Option(help="Project folder or configuration file.")] = None,
    only_glossary: Annotated[bool, typer.Option("--only-glossary", help="Leave the shipped ones out.")] = False,
    limit: Annotated[int, typer.Option(help="Most rows of the table.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of Markdown.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it there.")] = None,
    fail_on: Annotated[
        Gate, typer.Option(help="End with 1 where decisions are contradicted, where a rendering must change, or never.")
    ] = Gate.DECISIONS,
) -> None:
    """Show what a glossary change would do to translations that exist, before it is made."""
    import msgspec

    from pipeline.formats.safety import write_atomically
    from pipeline.termbase.impact import Assessor
    from pipeline.termbase.impact_report import impact_json, impact_markdown

    config = configuration(project=project, only_glossary=only_glossary)
    proposal = _proposal(new, folder)
    before, after = _with_proposal(config, *proposal) if proposal else _glossaries(config, old=old, new=new)
    assessor = Assessor(before, after)
    found = _in_files(assessor, segments) if segments else _in_project(assessor, project or Path())
    if json:
        text = msgspec.json.format(msgspec.json.encode(impact_json(found)), indent=2).decode() + "\n"
    else:
        text = impact_markdown(found, limit=limit)
    if output:
        write_atomically(output, text.encode())
    else:
        typer.echo(text, nl=False)
    if fails(found, fail_on):
        raise typer.Exit(1)


def _in_files(assessor: Assessor, paths: list[Path]) -> Impact:
    from pipeline.formats.bilingual import bilingual_files, read_segments

    files = bilingual_files(paths)
    return assessor.assess(segment for file in files for segment in read_segments(file))


def _in_project(assessor: Assessor, folder: Path) -> Impact:
    """On what a project's store holds; its index knows which segments to look at."""
    from pipeline.run.project import Project
    from pipeline.store.holding import segments_holding

    with Project.open(folder) as project, project.store.read() as connection:
        return assessor.assess(segments_holding(connection, project.id, assessor.forms), counted=False)


def _glossaries(config: Config, *, old: str, new: str) -> tuple[list[ConceptEntry], list[ConceptEntry]]:
    """All entries in force before and after."""
    from pipeline.formats.glossary.revision import read_any
    from pipeline.run import load_glossary
    from pipeline.termbase.glossary import in_force, overruled

    base = load_glossary(config).entries
    changed = in_force(read_any(new), with_proposed=True)
    if not old:
        return list(base), overruled(base, changed)[0]
    given = in_force(read_any(old))
    mine = {entry.id for entry in (*given, *changed)}
    around = [entry for entry in base if entry.id not in mine]
    return [*around, *given], [*around, *changed]


def _proposal(identifier: str, folder: Path) -> tuple[ConceptEntry, str] | None:
    """The concept of a waiting proposal and its file's path; None where no such thing waits."""
    from pipeline.termbase.history import read_log
    from pipeline.termbase.proposals import pending

    if Path(identifier).exists() or not folder.is_dir():
        return None
    waiting = [each for each in pending(read_log(folder)) if identifier in {each.id, each.entry.id}]
    return (waiting[-1].entry, str(folder / waiting[-1].file)) if waiting else None


def _with_proposal(config: Config, entry: ConceptEntry, file: str) -> tuple[list[ConceptEntry], list[ConceptEntry]]:
    """All entries in force, without and with one concept changed."""
    import msgspec

    from pipeline.formats.glossary.revision import read_any
    from pipeline.run import load_glossary
    from pipeline.termbase.concept import EntryState
    from pipeline.termbase.glossary import in_force

    given = in_force(read_any(file))
    mine = {each.id for each in given} | {entry.id}
    around = [each for each in load_glossary(config).entries if each.id not in mine]
    changed = [each for each in given if each.id != entry.id]
    approved = msgspec.structs.replace(entry, state=EntryState.APPROVED)
    return [*around, *given], [*around, *changed, *in_force([approved])]


def fails(found: Impact, gate: Gate) -> bool:
    """Whether a gate is closed."""
    from pipeline.termbase.impact import Outcome

    if gate is Gate.DECISIONS:
        return found.contradictions > 0
    return gate is Gate.CHANGES and (found.count(Outcome.BREAKS) > 0 or found.contradictions > 0)
