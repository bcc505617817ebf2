"""Prepared pairs to batches of few distinct shapes."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from pipeline.errors import InputError
from pipeline.training.annotate import Annotator, Example
from pipeline.training.corpus import DICTIONARIES

# Few shapes: oneDNN compiles a kernel for each one it meets.
BUCKETS: Final = (8, 16, 24, 32, 48, 64, 96, 128, 192)

# Padded lengths of source and target.
Lengths = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """A prepared folder's ``train.npz``."""

    source: Any
    source_ends: Any
    target: Any
    target_ends: Any
    links: Any
    links_ends: Any
    corpus: Any
    names: tuple[str, ...]
    english: int
    chinese: int

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what :func:`pipeline.training.prepare.prepare` wrote.

        Raises:
            InputError: The folder holds no prepared pairs.
        """
        path = folder / "train.npz"
        if not path.is_file():
            raise InputError(f"{path} does not exist: run `zhengming train prepare` first")
        with np.load(path) as data:
            arrays = {name: data[name] for name in data.files}
        english, chinese = (int(size) for size in arrays.pop("sizes"))
        return cls(names=tuple(map(str, arrays.pop("names"))), english=english, chinese=chinese, **arrays)

    @classmethod
    def load_all(cls, folders: Sequence[Path]) -> Self:
        """Several folders as one.

        Raises:
            InputError: One holds no prepared pairs, or they differ in alphabets.
        """
        parts = [cls.load(folder) for folder in folders]
        for folder in folders[1:]:
            for name in ("zh.spm", "en.spm"):
                if (folder / name).read_bytes() != (folders[0] / name).read_bytes():
                    raise InputError(f"{folder / name} differs from that in {folders[0]}: prepare with --alphabets")
        return (
            parts[0] if len(parts) == 1 else cls(**_joined(parts), english=parts[0].english, chinese=parts[0].chinese)
        )

    def __len__(self) -> int:
        return len(self.corpus)

    def example(self, number: int) -> Example:
        """One pair."""
        links = self._row("links", number)
        return Example(
            source=self._row("source", number),
            target=self._row("target", number),
            links=list(zip(links[0::2], links[1::2], strict=True)),
        )

    def _row(self, name: str, number: int) -> list[int]:
        ends = getattr(self, f"{name}_ends")
        start = int(ends[number - 1]) if number else 0
        row: list[int] = getattr(self, name)[start : int(ends[number])].tolist()
        return row


def _joined(parts: Sequence[Pairs]) -> dict[str, Any]:
    """The arrays of several folders one behind the other."""
    names = sorted({name for part in parts for name in part.names})
    joined: dict[str, Any] = {"names": tuple(names)}
    for field_name in ("source", "target", "links"):
        joined[field_name] = np.concatenate([getattr(part, field_name) for part in parts])
        sizes = [len(getattr(part, field_name)) for part in parts]
        starts = [sum(sizes[:number]) for number in range(len(parts))]
        ends = [getattr(part, f"{field_name}_ends") + start for part, start in zip(parts, starts, strict=True)]
        joined[f"{field_name}_ends"] = np.concatenate(ends)
    places = [np.array([names.index(name) for name in part.names]) for part in parts]
    joined["corpus"] = np.concatenate([place[part.corpus] for place, part in zip(places, parts, strict=True)])
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the curriculum.

    Attributes:
        until: Target tokens seen when it ends.
        longest: Longest source or target, in pieces.
        dictionary: Factor on the weight of dictionary entries.
    """

    until: float
    longest: int
    dictionary: float


# Trained on long sentences from the start, so small a model stays a language
# model that ignores its source; short pairs first teach it to look.
CURRICULUM: Final = (
    Phase(until=1.2e6, longest=16, dictionary=1.0),
    Phase(until=3.5e6, longest=32, dictionary=0.3),
    Phase(until=float("inf"), longest=192, dictionary=0.25),
)


@dataclass(slots=True, kw_only=True)
class Batches:
    """An endless stream of batches.

    Attributes:
        pairs: What to train on.
        annotator: Writes renderings into some sources.
        weights: How often an epoch sees a corpus's pairs; 1 where it is not named.
        tokens: Padded tokens a batch, mean of the two sides.
        seed: Of order and choice.
    """

    pairs: Pairs
    annotator: Annotator
    weights: Mapping[str, float]
    tokens: int = 4096
    seed: int = 0
    _queues: dict[Lengths, list[Example]] = field(init=False, default_factory=dict)

    def epoch(self, phase: Phase) -> Iterator[tuple[Lengths, list[Example]]]:
        """Batches of (padded lengths, examples).

        What does not fill a batch waits for the next epoch; where nothing
        fills one, the pairs are so few that what there is goes out.
        """
        rng = random.Random(self.seed)  # noqa: S311  (not for secrets)
        self.seed += 1
        order = self._order(phase, rng)
        rng.shuffle(order)
        full = False
        dictionaries = {number for number, name in enumerate(self.pairs.names) if name in DICTIONARIES}
        for number in order:
            whole = int(self.pairs.corpus[number]) in dictionaries
            example = self.annotator(self.pairs.example(number), whole=whole)
            length = bucket(example)
            if length is None or max(length) > phase.longest:
                continue
            queue = self._queues.setdefault(length, [])
            queue.append(example)
            if len(queue) == max(1, 2 * self.tokens // sum(length)):
                full = True
                yield length, queue
                self._queues[length] = []
        if not full:
            yield from self._queues.items()
            self._queues = {}

    def _order(self, phase: Phase, rng: random.Random) -> list[int]:
        weight = [
            self.weights.get(name, 1.0) * (phase.dictionary if name in DICTIONARIES else 1.0)
            for name in self.pairs.names
        ]
        order: list[int] = []
        for number, corpus in enumerate(self.pairs.corpus.tolist()):
            times, rest = divmod(weight[corpus], 1)
            order += [number] * (int(times) + (rng.random() < rest))
        return order


def bucket(example: Example) -> Lengths | None:
    """Padded lengths for source and target; None if one is too long.

    The two differ by one step at most: more shapes would cost more than the padding they save.
    """
    source, target = (bisect_left(BUCKETS, len(side)) for side in (example.source, example.target))
    if max(source, target) == len(BUCKETS):
        return None
    return BUCKETS[max(source, target - 1)], BUCKETS[max(target, source - 1)]


def padded(rows: Sequence[Sequence[int]], length: int) -> Any:
    """(rows, length) ids; 0 fills."""
    out: Any = np.zeros((len(rows), length), dtype=np.int64)
    for number, row in enumerate(rows):
        out[number, : len(row)] = row
    return out
