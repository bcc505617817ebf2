"""Where inputs come from and results go: paths, and URLs of anything that fsspec knows."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from pipeline.errors import InputError, OutputError, UsageError
from pipeline.formats.safety import write_atomically


def is_url(location: str) -> bool:
    """Whether a location is a URL such as ``s3://bucket/file`` rather than a path."""
    return "://" in location


def read(location: str, *, limit: int) -> bytes:
    """The bytes of a file.

    Args:
        location: Path or URL.
        limit: Most bytes.

    Raises:
        InputError: Missing, unreadable or too large.
    """
    try:
        size = _size(location)
        if not is_url(location) and not stat.S_ISREG(Path(location).stat().st_mode):
            raise InputError(f"{location}: no regular file; pipe text in with - instead")
        if size > limit:
            raise InputError(f"{location}: {size / 2**20:.0f} MiB is more than the {limit // 2**20} MiB limit")
        if not is_url(location):
            return Path(location).read_bytes()
        system, path = _system(location)
        return bytes(system.cat_file(path))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {location}: {getattr(error, 'strerror', None) or error}") from error


def size(location: str) -> int:
    """Bytes of a file; 0 where they cannot be known."""
    try:
        return _size(location)
    except (OSError, ValueError):
        return 0


def _size(location: str) -> int:
    if not is_url(location):
        return Path(location).stat().st_size
    system, path = _system(location)
    return int(system.size(path) or 0)


def write(location: str, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; its folder is made.

    Raises:
        OutputError: It could not be written.
    """
    if not is_url(location):
        path = Path(location)
        make_folder(path.parent)
        write_atomically(path, data)
        return
    try:
        system, path_ = _system(location)
        system.makedirs(system._parent(path_), exist_ok=True)  # noqa: SLF001  (fsspec has no public name for it)
        # Object stores put whole objects; elsewhere a rename makes it whole.
        temporary = f"{path_}.{uuid4().hex}.tmp"
        system.pipe_file(temporary, data)
        system.mv(temporary, path_)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write {location}: {getattr(error, 'strerror', None) or error}") from error


def make_folder(folder: Path) -> None:
    """Create a folder for results.

    Raises:
        OutputError: It cannot be made or written to.
    """
    import os

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot create {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write to {folder}: choose another folder with -o")


def find(pattern: str) -> list[tuple[str, PurePosixPath]]:
    """Files that a URL names, each with its path below the named folder.

    Args:
        pattern: URL of a file, of a folder, or with wildcards.

    Raises:
        UsageError: The protocol is unknown or needs a package.
        InputError: The place cannot be read.
    """
    try:
        system, path = _system(pattern)
        if "*" in path or "?" in path:
            found = [str(one) for one in system.glob(path) if system.isfile(one)]
            return [(system.unstrip_protocol(one), PurePosixPath(PurePosixPath(one).name)) for one in sorted(found)]
        if system.isdir(path):
            root = PurePosixPath(path)
            return [
                (system.unstrip_protocol(one), PurePosixPath(one).relative_to(root))
                for one in sorted(system.find(path))
            ]
        return [(pattern, PurePosixPath(PurePosixPath(path).name))] if system.exists(path) else []
    except OSError as error:
        raise InputError(f"cannot look into {pattern}: {error.strerror or error}") from error


def check_url(url: str) -> None:
    """Refuse a URL whose file system is not known or not installed; nothing is asked of it.

    Raises:
        UsageError: It is one.
    """
    _system(url)


@contextmanager
def _named(url: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise UsageError(f"{url}: {error}") from error
    except ValueError as error:
        raise UsageError(f"{url}: {error}") from error


def _system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    from fsspec.core import url_to_fs

    with _named(url):
        system, path = url_to_fs(url)
    return system, str(path)
