"""Glossaries as git revisions: ``REV:PATH`` for a file or a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.errors import GlossaryError, UsageError
from pipeline.formats.glossary import SUFFIXES, files_in, read, read_bytes
from pipeline.termbase.concept import ConceptEntry

_SECONDS: Final = 60


def read_any(name: str) -> list[ConceptEntry]:
    """Entries of a file, a folder, or of either as it was in a git revision.

    Args:
        name: A path, or ``REV:PATH`` such as ``HEAD~1:glossaries`` with the
            path counted from the current folder.

    Raises:
        UsageError: Nothing of that name.
        GlossaryError: A file is unusable.
    """
    path = Path(name)
    if path.exists():
        return [entry for file in files_in([path]) for entry in read(file)]
    revision, colon, inside = name.partition(":")
    if not colon or not revision or not inside:
        raise UsageError(f"no glossary at {name}; a git revision is written REV:PATH, as in HEAD~1:glossaries")
    return _at_revision(revision, inside.rstrip("/"))


def _at_revision(revision: str, inside: str) -> list[ConceptEntry]:
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no git revision")
    path = Path(inside).resolve()
    here = next(folder for folder in path.parents if folder.is_dir())
    top = Path(_git(here, "rev-parse", "--show-toplevel").decode().strip())
    wanted = PurePosixPath(path.relative_to(top).as_posix())
    listed = _git(top, "ls-tree", "-r", "-z", "--name-only", revision, "--", f"./{wanted}").decode().split("\0")
    names = [PurePosixPath(name) for name in listed if name]
    names = [name for name in names if name == wanted or (name.parent == wanted and name.suffix.lower() in SUFFIXES)]
    if not names:
        raise UsageError(f"revision {revision} has no glossary at {inside}")
    return [entry for name in names for entry in read_bytes(_git(top, "show", f"{revision}:{name}"), Path(name))]


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (no shell; the revision cannot be an option)
            ["git", "-C", str(folder), *arguments],  # noqa: S607  (the user's own git)
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise UsageError("git is not installed: name files instead of revisions") from error
    except subprocess.TimeoutExpired as error:
        raise GlossaryError(f"git {arguments[0]} took longer than {_SECONDS} s") from error
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(f"git {arguments[0]}: {message}")
    return done.stdout
