"""Where a run writes: refused before anything is translated, not after the night."""

from __future__ import annotations

import os.path
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.cli._batch import Settings


def check(settings: Settings) -> None:
    """Look at the folder and the files that a run is to write.

    A folder for results that is missing is made by the run; a file's folder
    must be there, or be that one.

    Raises:
        UsageError: One of them cannot be written.
    """
    from pipeline.run import places

    remote = places.is_url(settings.out)
    if remote:
        places.check_url(settings.out)
    elif settings.out:
        _check_folder(Path(settings.out))
    own = Path(settings.out).resolve() if settings.out and not remote else None
    for option, path in settings.files.items():
        _check_file(f"--{option} {path}", path, own)


def make_folders(settings: Settings) -> None:
    """Make the folder for results where a file of the run's is to lie in it.

    Raises:
        pipeline.errors.OutputError: It cannot be made.
    """
    from pipeline.run import make_folder

    for path in settings.files.values():
        if not path.parent.is_dir():
            make_folder(path.resolve().parent)


def _check_folder(folder: Path) -> None:
    """Refuse a folder for results that is no folder, or in which nothing can be made."""
    nearest = _nearest(folder.resolve())
    if not nearest.is_dir():
        what = "is a file" if folder.exists() else f"lies below a file, {nearest}"
        raise UsageError(f"--out {folder} {what}: name a folder")
    _probe(f"--out {folder}", nearest)


def _check_file(named: str, path: Path, own: Path | None) -> None:
    """Refuse a file that is a folder or lies in one where nothing can be written."""
    if path.is_dir():
        raise UsageError(f"{named} is a folder: name a file in it")
    if path.exists() and named.startswith("--json-log"):
        _probe_file(named, path)
        return
    if path.exists() and not path.is_file():
        raise UsageError(f"{named} is no regular file: name another")
    folder = path.resolve().parent
    if own is not None and folder.is_relative_to(own):
        folder = _nearest(folder)
    if not folder.is_dir():
        raise UsageError(f"{named}: there is no folder {path.parent}; make it first")
    _probe(named, folder)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if os.path.exists(one))  # noqa: PTH110  (never raises)


def _probe(named: str, folder: Path) -> None:
    """Make a file without a name in a folder: rights, read-only disks and odd file systems all show then."""
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"{named} cannot be written ({folder}: {error.strerror or error}): choose another place"
        ) from error


def _probe_file(named: str, path: Path) -> None:
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise UsageError(f"{named} cannot be written ({error.strerror or error}): choose another place") from error
