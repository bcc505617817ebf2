"""``zhengming glossary lint``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli._common import one_line_errors
from pipeline.errors import UsageError
from pipeline.lang.plurals import counted

if TYPE_CHECKING:
    from pipeline.termbase.lint import LintFinding


@one_line_errors
def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Glossary files or folders [default: the shipped ones].")
    ] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option("--corpus", help="Documents in which the terms should occur; repeatable.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, in the files.")] = False,
    advice: Annotated[bool, typer.Option("--advice", help="Show advice as well; it fails no run.")] = False,
    off: Annotated[list[str] | None, typer.Option("--off", help="Code or prefix to leave out; repeatable.")] = None,
    with_proposed: Annotated[
        bool, typer.Option("--with-proposed", help="As the files would be with the proposals that wait.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per finding and line.")] = False,
    codes: Annotated[bool, typer.Option("--codes", help="List the codes and exit.")] = False,
) -> None:
    """Check glossary files; each finding has a code, a file and a line."""
    from pipeline import formats
    from pipeline.formats import glossary
    from pipeline.resources import shipped
    from pipeline.termbase.lint import LintSeverity, catalogue
    from pipeline.termbase.lint import lint as check

    if codes:
        for code, rule in catalogue().items():
            typer.echo(f"{code}  {rule.severity:7}  {rule.title}")
        return
    paths = glossary.files_in(files or [shipped("glossaries")])
    texts = formats.chinese_texts(corpus) if corpus else ()
    if corpus and not any(texts):
        raise UsageError("the corpus holds no text")

    def checked() -> list[LintFinding]:
        read = glossary.read_with_proposals if with_proposed else glossary.read
        entries = [entry for path in paths for entry in read(path)]
        return check(entries, corpus=texts, advice=advice, off=off or ())

    findings = checked()
    if fix and with_proposed:
        raise UsageError("--fix mends files: leave --with-proposed out")
    if fix:
        mended = _mend(paths, findings)
        findings = checked()
        typer.echo(f"{counted(mended, 'row')} mended", err=json)
    _report(findings, json=json)
    if any(found.severity is not LintSeverity.ADVICE for found in findings):
        raise typer.Exit(1)


def _mend(paths: Sequence[Path], findings: Sequence[LintFinding]) -> int:
    """Apply all fixes; files that no fix touches are not written."""
    from pipeline.formats.safety import write_atomically
    from pipeline.termbase.edit import GlossaryFile, fixed

    mended = 0
    for path in paths:
        todo = [found for found in findings if found.fix and found.origin.rpartition(":")[0] == path.name]
        if not todo:
            continue
        if path.suffix.lower() not in {".csv", ".tsv", ".tab"}:
            typer.echo(f"{path}: only CSV and TSV are mended in place; export, mend, import", err=True)
            continue
        file = GlossaryFile.read(path)
        changed = {entry.id: entry for entry in file.entries}
        for found in todo:
            if found.fix and found.concept in changed:
                changed[found.concept] = found.fix(changed[found.concept])
        count = fixed(file, changed.values())
        if count:
            write_atomically(path, file.data)
        mended += count
    return mended


def _report(findings: Sequence[LintFinding], *, json: bool) -> None:
    if json:
        import msgspec

        for found in findings:
            row = {
                "code": found.code,
                "severity": str(found.severity),
                "origin": found.origin,
                "concept": found.concept,
                "column": found.column,
                "message": found.message,
                "suggestion": found.suggestion,
                "fixable": found.fix is not None,
            }
            typer.echo(msgspec.json.encode(row).decode())
        return
    for found in findings:
        typer.echo(str(found))
    fixable = sum(found.fix is not None for found in findings)
    hint = f"; --fix mends {fixable}" if fixable else ""
    typer.echo(f"{counted(len(findings), 'finding')}{hint}")
