"""Nearly equal sources among a million: an index of character pairs, then edit distance.

Each pair of neighbouring characters points to the texts that hold it, as one
sorted array. A query reads the postings of its rarest pairs, up to a fixed
number, counts which texts come up most often, and lets rapidfuzz score those.
Time therefore does not grow with how common the query's words are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Pairs are hashed into so many buckets: two pairs in one only add candidates.
_BUCKETS: Final = 1 << 21
# Postings read per query: about a millisecond.
_BUDGET: Final = 60_000
# Fewer pairs could all be among those that a near text lacks.
_LEAST_PAIRS: Final = 6
_CANDIDATES: Final = 100


@dataclass(frozen=True, slots=True)
class Near:
    """A text that is nearly the query.

    Attributes:
        id: Its unit.
        score: 0 to 100, 100 for equal texts.
    """

    id: int
    score: float


class FuzzyIndex:
    """Texts by the pairs of characters that they hold; not changed once built.

    Args:
        items: Ids and texts.
    """

    def __init__(self, items: Iterable[tuple[int, str]]) -> None:
        import numpy as np

        ids: list[int] = []
        texts: list[str] = []
        for identifier, text in items:
            ids.append(identifier)
            texts.append(text)
        self._ids = np.array(ids, dtype=np.int64)
        self._lengths = np.array([len(text) for text in texts], dtype=np.int32)
        # One string for all: a million small ones would cost 70 bytes each.
        self._whole = "".join(texts)
        self._ends = np.cumsum(self._lengths, dtype=np.int64)
        keys = _keys(self._whole, self._lengths)
        self._texts: Any = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        counts: Any = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=_BUCKETS)
        self._starts: Any = np.concatenate(([0], np.cumsum(counts)))

    def __len__(self) -> int:
        return len(self._ids)

    def near(self, query: str, *, threshold: float, limit: int) -> list[Near]:
        """Texts that score at least a threshold, best first.

        Args:
            query: As the texts are: normalised, values abstracted.
            threshold: 0 to 100.
            limit: Most texts.
        """
        from rapidfuzz.distance import Indel

        candidates = self._candidates(query, threshold)
        scored = []
        for at in candidates:
            end = int(self._ends[at])
            text = self._whole[end - int(self._lengths[at]) : end]
            score = 100 * Indel.normalized_similarity(query, text, score_cutoff=threshold / 100)
            if score >= threshold:
                scored.append(Near(int(self._ids[at]), score))
        scored.sort(key=lambda one: (-one.score, -one.id))
        return scored[:limit]

    def _candidates(self, query: str, threshold: float) -> Any:
        """Positions of the texts that share most rare pairs with a query and have a fitting length."""
        import numpy as np

        if not len(self._ids) or len(query) < 2:
            return ()
        buckets = np.unique(_buckets(np.frombuffer(query.encode("utf-32-le"), dtype=np.uint32)))
        sizes = self._starts[buckets + 1] - self._starts[buckets]
        order = np.argsort(sizes, kind="stable")
        order = order[sizes[order] > 0]
        within = int(np.searchsorted(np.cumsum(sizes[order]), _BUDGET, side="right"))
        chosen = order[: max(within, _LEAST_PAIRS)]
        if not len(chosen):
            return ()
        parts = [self._texts[self._starts[b] : self._starts[b + 1]][:_BUDGET] for b in buckets[chosen]]
        found = np.concatenate(parts)
        # Indel similarity is at most 2 * shorter / (shorter + longer).
        ratio = threshold / (200 - threshold)
        lengths = self._lengths[found]
        found = found[(lengths >= len(query) * ratio) & (lengths <= len(query) / ratio)]
        if not len(found):
            return ()
        found.sort()
        firsts = np.flatnonzero(np.concatenate(([True], found[1:] != found[:-1])))
        texts: Any = found[firsts]
        counts: Any = np.diff(np.append(firsts, len(found)))
        if len(texts) > _CANDIDATES:
            texts = texts[np.argpartition(-counts, _CANDIDATES)[:_CANDIDATES]]
        return texts


def _buckets(points: Any) -> Any:
    """The bucket of each pair of neighbouring code points."""
    import numpy as np

    left, right = points[:-1].astype(np.uint64), points[1:].astype(np.uint64)
    mixed = left * np.uint64(0x9E3779B97F4A7C15) + right * np.uint64(0xC2B2AE3D27D4EB4F)
    return ((mixed >> np.uint64(40)) % np.uint64(_BUCKETS)).astype(np.int64)


def _keys(whole: str, lengths: Any) -> Any:
    """Sorted, distinct ``bucket << 32 | text`` of all pairs inside texts, in pieces that fit into memory."""
    import numpy as np

    ends = np.cumsum(lengths, dtype=np.int64)
    pieces = []
    at = 0
    while at < len(lengths):
        last = min(at + 100_000, len(lengths))
        start, end = int(ends[at] - lengths[at]), int(ends[last - 1])
        points = np.frombuffer(whole[start:end].encode("utf-32-le"), dtype=np.uint32)
        owners: Any = np.repeat(np.arange(at, last, dtype=np.uint64), lengths[at:last])
        if len(points) > 1:
            inside = owners[:-1] == owners[1:]
            keys = (_buckets(points)[inside].astype(np.uint64) << np.uint64(32)) | owners[:-1][inside]
            keys.sort()
            # Not numpy.unique: it hashes, which takes ten times as long here.
            pieces.append(keys[np.concatenate(([True], keys[1:] != keys[:-1]))])
        at = last
    if not pieces:
        return np.array([], dtype=np.uint64)
    keys = np.concatenate(pieces)
    keys.sort()
    return keys


def merged(indexes: Sequence[FuzzyIndex], query: str, *, threshold: float, limit: int) -> list[Near]:
    """The best of several indexes."""
    found = [near for index in indexes for near in index.near(query, threshold=threshold, limit=limit)]
    found.sort(key=lambda one: (-one.score, -one.id))
    return found[:limit]
