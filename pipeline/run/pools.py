"""Requests that wait for a call of the engine: which go next, and together with which."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pipeline.engines.base import Request

# Larger calls make the engine no faster; every document that is open waits for them.
_MOST: Final = 128
# The first calls are small, so that the first document does not wait for hundreds of segments; a few of each size.
_FIRST: Final = 32
_OF_A_SIZE: Final = 4
# A call for nearly finished documents need not be full: a half of it costs the engine a tenth more.
_WORTH_A_CALL: Final = 2
# Calls that what is wanted by such documents lets pass, at most.
_PATIENCE: Final = 2


class Pools:
    """Requests by the number of hypotheses wanted, which is the same for a whole call.

    What documents want in a later pass goes before what others want in their
    first, so that documents are done one after the other and not all of them
    at the end; what those others want fills the call.

    Args:
        most: Requests that a call of the engine should hold at most.
    """

    def __init__(self, most: int) -> None:
        self._most = min(most, _MOST)
        self._size = 0
        self._made = 0
        self._first: dict[int, dict[str, Request]] = {}
        self._later: dict[int, dict[str, Request]] = {}
        self._passed: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._first or self._later)

    def add(self, key: str, request: Request, n_best: int, *, later: bool) -> None:
        """Let a request wait.

        Args:
            key: Of the request; no other that waits has it.
            request: What is asked.
            n_best: Hypotheses wanted.
            later: Whether its document has been through the engine before.
        """
        (self._later if later else self._first).setdefault(n_best, {})[key] = request

    def begin(self, wanted: int) -> None:
        """Say how much the first document wants: its calls need not be smaller."""
        self._size = self._size or min(max(wanted, _FIRST), self._most)

    def grow(self) -> None:
        """Make calls larger from now on."""
        self._size, self._made = min(self._size * 2, self._most), 0

    def take(self, *, least: float) -> tuple[dict[str, Request], int]:
        """The requests of the next call and the number of hypotheses; none where it is not worth one yet.

        Args:
            least: Share of a full call that is worth making where nothing is urgent.
        """
        n_best = self._choice(least)
        if not n_best:
            return {}, 0
        taken: dict[str, Request] = {}
        for pools in (self._later, self._first):
            pool = pools.get(n_best, {})
            for key in list(pool)[: self._size - len(taken)]:
                taken[key] = pool.pop(key)
            if not pool:
                pools.pop(n_best, None)
        self._passed = Counter({n: self._passed[n] + 1 for n in self._later if n != n_best})
        self._made += 1
        if self._made == _OF_A_SIZE:
            self.grow()
        return taken, n_best

    def _choice(self, least: float) -> int:
        counts = Counter({n: len(pool) for n, pool in self._first.items()})
        counts.update({n: len(pool) for n, pool in self._later.items()})
        worth = [
            n
            for n, pool in self._later.items()
            if counts[n] >= self._size or len(pool) >= self._size / _WORTH_A_CALL or self._passed[n] >= _PATIENCE
        ]
        if worth:
            return max(worth, key=lambda n: (self._passed[n] >= _PATIENCE, len(self._later[n])))
        fullest = max(counts, key=lambda n: counts[n], default=0)
        return fullest if counts[fullest] >= max(1, least * self._size) else 0
