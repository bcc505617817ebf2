"""Inputs of a batch: where each is, and where its translation goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline import formats
from pipeline.errors import UsageError
from pipeline.run import OUTPUT_TAG, find_inputs, output_path, places


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input.

    Attributes:
        location: Path or URL.
        relative: Its path below the folder that was named.
        home: That folder.
    """

    location: str
    relative: PurePosixPath
    home: str

    def output(self, folder: str, suffix: str) -> str:
        """Where its translation goes.

        Args:
            folder: Path or URL; empty: beside the input.
            suffix: Of the output format.

        Raises:
            UsageError: It would leave the folder.
        """
        folder = folder or self.home
        if not places.is_url(folder):
            return str(output_path(Path(self.relative), folder=Path(folder), suffix=suffix))
        if ".." in self.relative.parts:
            raise UsageError(f"{self.relative}: the output would lie outside {folder}")
        name = self.relative.with_name(f"{self.relative.stem}{OUTPUT_TAG}{suffix}")
        return f"{folder.rstrip('/')}/{name.as_posix()}"


def find(patterns: Iterable[str]) -> list[Input]:
    """Inputs that paths, folders, globs and URLs name.

    Raises:
        UsageError: A pattern names nothing.
        pipeline.errors.InputError: A place cannot be read.
    """
    found: dict[str, Input] = {}
    for pattern in patterns:
        for one in _remote(pattern) if places.is_url(pattern) else _local(pattern):
            found.setdefault(one.location, one)
    return list(found.values())


def _local(pattern: str) -> list[Input]:
    return [
        Input(
            location=str(path),
            relative=PurePosixPath(relative.as_posix()),
            home=str(Path(*path.parts[: len(path.parts) - len(relative.parts)] or ["."])),
        )
        for path, relative in find_inputs([pattern])
    ]


def _remote(pattern: str) -> list[Input]:
    pairs = places.find(pattern)
    if len(pairs) != 1 or pairs[0][0] != pattern:
        pairs = [(location, relative) for location, relative in pairs if _wanted(relative)]
    if not pairs:
        raise UsageError(f"{pattern}: no such file, or no file in a known format ({', '.join(formats.suffixes())})")
    return [
        Input(location=location, relative=relative, home=places.home(location, relative))
        for location, relative in pairs
    ]


def _wanted(relative: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") for part in relative.parts)
    return not hidden and relative.suffix.lower() in formats.suffixes() and not relative.stem.endswith(OUTPUT_TAG)
