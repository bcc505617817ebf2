"""Results of the engine by what they depend on: the newest in memory, all of them in a project's store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from pipeline import __version__
from pipeline.config import Config
from pipeline.core.document import Hypothesis
from pipeline.engines.base import Engine, Request, canonical
from pipeline.errors import StoreError

if TYPE_CHECKING:
    from pipeline.store.database import Store

# A result takes about a kilobyte.
_IN_MEMORY: Final = 50_000
Hypotheses = tuple[Hypothesis, ...]


class Keys:
    """Makes the key of a request: a hash of everything that its result depends on.

    That is the text, the renderings asked for, the engine with its version,
    settings and options, the number of hypotheses, and this program's version;
    of neighbours and notes only where the engine reads them.
    """

    def __init__(self, engine: Engine, config: Config) -> None:
        self._capabilities = engine.capabilities
        parts = (engine.name, engine.revision, engine.settings, repr(config.engine.shaping), __version__)
        self._prefix = sha256("\x1f".join(parts).encode())

    def __call__(self, request: Request, n_best: int) -> tuple[str, Request]:
        """The key, and the request with only what shapes the result."""
        bare = canonical(request, self._capabilities)
        digest = self._prefix.copy()
        digest.update(msgspec.msgpack.encode((n_best, bare)))
        return digest.hexdigest(), bare


class Cache:
    """Results.

    Args:
        store: Where they are kept; None: only the newest, in memory.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._recent: OrderedDict[str, Hypotheses] = OrderedDict()

    def get(self, keys: Iterable[str]) -> dict[str, Hypotheses]:
        """What is known of some results. A store that refuses costs time, nothing else."""
        found, unknown = {}, []
        for key in keys:
            if key in self._recent:
                self._recent.move_to_end(key)
                found[key] = self._recent[key]
            else:
                unknown.append(key)
        if self._store is not None and unknown:
            from pipeline.store import journal

            try:
                with self._store.read() as connection:
                    stored = journal.results(connection, unknown)
            except StoreError:
                stored = {}
            for key, data in stored.items():
                found[key] = msgspec.msgpack.decode(data, type=Hypotheses)
                self._remember(key, found[key])
        return found

    def put(self, results: Mapping[str, Hypotheses]) -> None:
        """Keep results."""
        for key, hypotheses in results.items():
            self._remember(key, hypotheses)
        if self._store is not None and results:
            from pipeline.store import journal

            packed = {key: msgspec.msgpack.encode(hypotheses) for key, hypotheses in results.items()}
            try:
                with self._store.write() as connection:
                    journal.keep_results(connection, packed)
            except StoreError:
                return

    def _remember(self, key: str, hypotheses: Hypotheses) -> None:
        self._recent[key] = hypotheses
        if len(self._recent) > _IN_MEMORY:
            self._recent.popitem(last=False)
