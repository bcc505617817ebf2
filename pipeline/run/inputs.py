"""Inputs of a batch: where each is, and where its translation goes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline import formats
from pipeline.errors import InputError, UsageError
from pipeline.run import OUTPUT_TAG, output_path, places


@dataclass(frozen=True, slots=True)
class Input:
    """One input. A batch may have millions, so that it holds little.

    Attributes:
        location: Path or URL.
        depth: How many of its last parts lie below the folder that was named.
    """

    location: str
    depth: int = 1

    @property
    def relative(self) -> PurePosixPath:
        """Its path below the folder that was named."""
        parts = self.location.split("/") if places.is_url(self.location) else Path(self.location).parts
        return PurePosixPath(*parts[-self.depth :])

    @property
    def home(self) -> str:
        """That folder."""
        if places.is_url(self.location):
            return self.location.rsplit("/", self.depth)[0]
        return str(Path(*Path(self.location).parts[: -self.depth]))

    def output(self, folder: str, suffix: str) -> str:
        """Where its translation goes.

        Args:
            folder: Path or URL; empty: beside the input.
            suffix: Of the output format.

        Raises:
            UsageError: It would leave the folder.
        """
        folder, relative = folder or self.home, self.relative
        if not places.is_url(folder):
            return str(output_path(Path(relative), folder=Path(folder), suffix=suffix))
        if ".." in relative.parts:
            raise UsageError(f"{relative}: the output would lie outside {folder}")
        name = relative.with_name(f"{relative.stem}{OUTPUT_TAG}{suffix}")
        return f"{folder.rstrip('/')}/{name.as_posix()}"


def find(patterns: Iterable[str]) -> list[Input]:
    """Inputs that paths, folders, globs and URLs name, those of a folder in the order of their names.

    Raises:
        UsageError: A pattern names nothing.
        pipeline.errors.InputError: A place cannot be read.
    """
    found: dict[str, Input] = {}
    for pattern in patterns:
        if not pattern:
            raise UsageError("an empty path names no file")
        some = False
        for one in _remote(pattern) if places.is_url(pattern) else _local(pattern):
            some = True
            found.setdefault(one.location, one)
        if not some:
            raise UsageError(f"{pattern}: {_nothing(pattern)}")
    return list(found.values())


def clashes(inputs: Iterable[Input], *, folder: str, to: str) -> Iterator[tuple[Input, str]]:
    """Inputs whose translation would take the place of an earlier one's, each with a line that says so.

    Args:
        inputs: From :func:`find`.
        folder: Where results go; empty: beside each input.
        to: Output format; empty: each input's own.
    """
    written: dict[int, Input] = {}
    for one in inputs:
        target = one.output(folder, _output_suffix(one, to))
        other = written.setdefault(hash(target), one)
        if other is not one:
            yield one, f"{other.location} and {one.location} would both be written to {target}"


def refuse_clashes(inputs: Iterable[Input], *, folder: str, to: str) -> None:
    """Refuse inputs of which one's translation would take the place of another's; see :func:`clashes`.

    Raises:
        UsageError: Names two such inputs and their common result.
    """
    for _, line in clashes(inputs, folder=folder, to=to):
        raise UsageError(f"{line}: translate them in runs of their own, into different folders")


def _output_suffix(one: Input, to: str) -> str:
    if to == "json":
        return ".json"
    try:
        source = formats.for_path(Path(one.location))
    except InputError:
        # It will fail by name, and write nothing.
        return f".{one.location}"
    if to in {"", source.name} and source.can_write:
        return source.output_suffix
    return formats.by_name(to or source.default_output).output_suffix


def _nothing(pattern: str) -> str:
    """Why a pattern names no input."""
    if places.is_url(pattern) or Path(pattern).is_dir():
        return f"no file in a known format ({', '.join(formats.suffixes())})"
    return "no file matches" if any(mark in pattern for mark in "*?[") else "no such file or folder"


def _local(pattern: str) -> Iterator[Input]:
    path = Path(pattern)
    if path.is_dir():
        yield from _below(str(path), 1, formats.suffixes())
    elif path.exists():
        yield Input(str(path))
    else:
        yield from (Input(str(file)) for file in _glob(pattern))


def _below(folder: str, depth: int, suffixes: Iterable[str]) -> Iterator[Input]:
    """The wanted files of a folder and of those below it; links to folders are not followed."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted((one.name, one.is_dir(follow_symlinks=False), one.is_file()) for one in entries)
    except OSError as error:
        raise InputError(f"cannot look into {folder}: {error.strerror or error}") from error
    prefix = "" if folder == "." else folder if folder.endswith(os.sep) else f"{folder}{os.sep}"
    for name, is_folder, is_file in listed:
        if name.startswith("."):
            continue
        if is_folder:
            yield from _below(f"{prefix}{name}", depth + 1, suffixes)
        elif is_file and _wanted(PurePosixPath(name), suffixes):
            yield Input(f"{prefix}{name}", depth)


def _glob(pattern: str) -> list[Path]:
    anchor = Path(pattern).anchor
    with suppress(ValueError, NotImplementedError):
        root = Path(anchor) if anchor else Path()
        return sorted(file for file in root.glob(pattern.removeprefix(anchor)) if file.is_file())
    return []


def _remote(pattern: str) -> Iterator[Input]:
    pairs = places.find(pattern)
    exact = len(pairs) == 1 and pairs[0][0] == pattern
    suffixes = formats.suffixes()
    for location, relative in pairs:
        hidden = any(part.startswith(".") for part in relative.parts)
        if exact or (not hidden and _wanted(relative, suffixes)):
            yield Input(location, len(relative.parts))


def _wanted(name: PurePosixPath, suffixes: Iterable[str]) -> bool:
    # a.en.md and a.en.exchange.json are translations.
    return name.suffix.lower() in suffixes and not name.stem.removesuffix(".exchange").endswith(OUTPUT_TAG)
