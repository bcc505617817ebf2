"""Which segment of a new version of a document continues which of the old one.

Equal segments in the same order first (longest common subsequence), then
equal ones that moved, then, between those anchors, near ones: one to one, one
cut in two, two joined, by dynamic programming over their similarity.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Below this, two sentences share words, not a meaning.
_LEAST: Final = 55.0
# A sentence that moved and changed must be nearer, for there is no place that speaks for it.
_LEAST_ELSEWHERE: Final = 80.0
# Gaps are aligned by a table of old x new; larger ones are a rewritten chapter.
_LARGEST_GAP: Final = 120


@dataclass(frozen=True, slots=True)
class Continued:
    """What a new segment continues.

    Attributes:
        old: Positions in the old version; none for a new segment.
        relation: ``same``, ``moved``, ``changed``, ``split``, ``merged`` or
            ``new``.
    """

    old: tuple[int, ...]
    relation: str


_NEW: Final = Continued((), "new")


def align(old: Sequence[str], new: Sequence[str]) -> list[Continued]:
    """What each new segment continues, in order.

    Args:
        old: Sources of the old version.
        new: Sources of the new one.
    """
    from rapidfuzz.distance import LCSseq

    result: dict[int, Continued] = {}
    for block in LCSseq.opcodes(list(old), list(new)):
        if block.tag == "equal":
            for offset in range(block.src_end - block.src_start):
                result[block.dest_start + offset] = Continued((block.src_start + offset,), "same")
    taken = {continued.old[0] for continued in result.values()}
    for at, position in _moved(old, new, taken, result):
        result[at] = Continued((position,), "moved")
        taken.add(position)
    for at, continued in _gaps(old, new, result, taken):
        result[at] = continued
        taken.update(continued.old)
    for at, position in _elsewhere(old, new, taken, result):
        result[at] = Continued((position,), "changed")
        taken.add(position)
    return [result.get(at, _NEW) for at in range(len(new))]


def _moved(
    old: Sequence[str], new: Sequence[str], taken: set[int], result: dict[int, Continued]
) -> Iterator[tuple[int, int]]:
    left: dict[str, deque[int]] = defaultdict(deque)
    for position, text in enumerate(old):
        if position not in taken:
            left[text].append(position)
    for at, text in enumerate(new):
        if at not in result and left[text]:
            yield at, left[text].popleft()


def _gaps(
    old: Sequence[str], new: Sequence[str], result: dict[int, Continued], taken: set[int]
) -> Iterator[tuple[int, Continued]]:
    """Near segments between two anchors."""
    anchors = [(-1, -1)] + [
        (continued.old[0], at) for at, continued in sorted(result.items()) if continued.relation == "same"
    ]
    anchors.append((len(old), len(new)))
    found: list[tuple[int, Continued]] = []
    for (a, b), (c, d) in pairwise(anchors):
        olds = [i for i in range(a + 1, c) if i not in taken]
        news = [j for j in range(b + 1, d) if j not in result]
        if olds and news and max(len(olds), len(news)) <= _LARGEST_GAP:
            found += _aligned_gap(old, new, olds, news)
    yield from found


# Steps of the table: old segments, new segments, relation.
_STEPS: Final = ((1, 1, "changed"), (1, 2, "split"), (2, 1, "merged"))


def _aligned_gap(
    old: Sequence[str], new: Sequence[str], olds: list[int], news: list[int]
) -> list[tuple[int, Continued]]:
    rows, columns = len(olds), len(news)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step: dict[tuple[int, int], tuple[int, int, str]] = {}
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            if i < rows:
                best[i][j], step[i, j] = best[i + 1][j], (1, 0, "")
            if j < columns and best[i][j + 1] >= best[i][j]:
                best[i][j], step[i, j] = best[i][j + 1], (0, 1, "")
            for down, right, relation in _STEPS:
                if i + down > rows or j + right > columns:
                    continue
                left = "".join(old[k] for k in olds[i : i + down])
                score = _similarity(left, "".join(new[k] for k in news[j : j + right]))
                # A pair is worth what it explains, so that two pairs beat one join of the same text.
                gain = (score - _LEAST) * min(down + right, 2) + best[i + down][j + right]
                if score >= _LEAST and gain > best[i][j]:
                    best[i][j], step[i, j] = gain, (down, right, relation)
    found: list[tuple[int, Continued]] = []
    i = j = 0
    while i < rows or j < columns:
        down, right, relation = step[i, j]
        if relation:
            continued = Continued(tuple(olds[i : i + down]), relation)
            found += [(at, continued) for at in news[j : j + right]]
        i, j = i + down, j + right
    return found


def _similarity(left: str, right: str) -> float:
    from rapidfuzz.distance import Indel

    return 100 * Indel.normalized_similarity(left, right, score_cutoff=_LEAST / 100)


def _elsewhere(
    old: Sequence[str], new: Sequence[str], taken: set[int], result: dict[int, Continued]
) -> Iterator[tuple[int, int]]:
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    left = {position: text for position, text in enumerate(old) if position not in taken and len(text) > 5}
    for at, text in enumerate(new):
        if at in result or not left or len(text) <= 5:
            continue
        hit = process.extractOne(text, left, scorer=Indel.normalized_similarity, score_cutoff=_LEAST_ELSEWHERE / 100)
        if hit is not None:
            yield at, hit[2]
            del left[hit[2]]
