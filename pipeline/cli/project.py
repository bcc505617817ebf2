"""``zhengming init``: a project folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli._common import one_line_errors
from pipeline.errors import OutputError, UsageError

TEMPLATE = """\
# Zhengming project. Every setting is optional; these are the defaults.

# Date of the documents, for 去年, 上月 and the like; or give --date.
# date = "2026-01-06"

[engine]
name = "embedded"
# What `zhengming translate --set` takes.
# options = { beam_size = 4 }
# n_best = 1                # hypotheses to keep of each segment
# repair = true             # missed renderings are sought in a second pass
# uncertainty = false       # true: the engine scores its targets, for the risk of segments and U401, U402
# Another engine whose disagreement is flagged (U403), and one that queries the translations (U407).
# second = "huggingface"
# second_options = { model = "FOLDER" }
# review = { name = "openai_compatible", options = { model = "NAME" } }
# Compares source and target (U406): "use-multilingual" (extra: similarity), or the folder of an embedding model.
# similarity = ""

[glossary]
# Stronger than the shipped glossaries; paths count from this file.
files = ["glossaries/project.csv"]
# shipped = true            # false leaves the shipped ones out
# with_proposed = false     # true enforces proposed entries too

[memory]
# Approved English of an equal source is used as it is.
# reuse = true
# threshold = 70

[store]
# Default: zhengming.db in this folder. Several machines share a PostgreSQL database:
# url = "postgresql://USER@HOST/NAME"
# project = "default"

[style]
license_noun = "license"    # or "licence"; the verb is always license
obligation = "shall"        # or "must", for 应当
serial_comma = true         # samarium, gadolinium, and terbium
curly_quotes = true
headings = "title"          # or "sentence"
abbreviate = false          # true: an institution in full with its abbreviation once, then the abbreviation
# What is written to what the house writes instead: hyphenation and spelling.
# spellings = { antidumping = "anti-dumping" }

[checks]
# Codes or prefixes that are not run, e.g. ["T104", "S5"].
off = []
# Flags of a code on one text, Chinese or English, e.g. ["T104 单位"].
ignore = []
# Glossary files whose terms raise no terminology flags, e.g. ["diplomacy.csv"].
quiet_glossaries = []
# Severity by code or prefix, e.g. { A213 = "neutral", C6 = "minor" }.
severity = {}
# A file REPORT.docx.checks.toml beside REPORT.docx says the same for that document.
"""


@one_line_errors
def init(folder: Annotated[Path, typer.Argument(help="Folder to make.")]) -> None:
    """Make a project folder: configuration, an empty glossary, and the store."""
    from pipeline.config import FILE
    from pipeline.formats.safety import write_atomically
    from pipeline.run.project import Project
    from pipeline.termbase.edit import GlossaryFile

    if (folder / FILE).exists():
        raise UsageError(f"{folder / FILE} exists already")
    try:
        (folder / "glossaries").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot create {folder}: {error.strerror or error}") from error
    write_atomically(folder / FILE, TEMPLATE.encode())
    glossary = folder / "glossaries" / "project.csv"
    if not glossary.exists():
        write_atomically(glossary, GlossaryFile.new(glossary).data)
    Project.open(folder).close()
    typer.echo(f"{folder}: edit {FILE}, put terms into glossaries/project.csv, then")
    typer.echo(f"  zhengming translate DOCUMENTS --project {folder}")
