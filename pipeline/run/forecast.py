"""What a batch would do, without doing it: ``--dry-run``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from pipeline.core.document import Document
from pipeline.engines.base import Request
from pipeline.errors import ZhengmingError
from pipeline.run import Translator, ingest, places
from pipeline.run.batch import MOST_OUTPUT_BYTES, dependency, with_sidecar
from pipeline.run.cache import Cache, Keys
from pipeline.run.inputs import Input
from pipeline.run.stream import fault, named

if TYPE_CHECKING:
    from pipeline.run.project import Project

# Blocks that are translated to learn the rate of a local engine, after as many to warm up.
_SAMPLE: Final = 24


@dataclass(slots=True, kw_only=True)
class Forecast:
    """What would be done.

    Attributes:
        new: Inputs that were never delivered.
        changed: Inputs that were, but are different now or would be translated differently.
        unchanged: Inputs that would be left alone.
        failures: One line for each that cannot be read.
        segments: In the new and changed ones.
        known: Of those, the ones whose English is known: memory, cache, glossary, no Chinese, or a repetition.
        rate: Segments a second; 0: not known.
        seconds: Until all is done; 0: not known.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)
    segments: int = 0
    known: int = 0
    rate: float = 0.0

    @property
    def to_translate(self) -> int:
        """Segments for the engine."""
        return self.segments - self.known

    @property
    def seconds(self) -> float:
        """Estimated duration; 0 where the rate is not known."""
        return self.to_translate / self.rate if self.rate else 0.0


def forecast(
    translator: Translator, inputs: Iterable[Input], *, project: Project | None, to: str, folder: str
) -> Forecast:
    """Look at inputs as a batch would, up to the point where the engine is needed.

    The rate is that of the project's last run with the same engine and
    configuration; without one, a small sample is translated, if the engine is
    a local one: all stages of it, for an engine may be faster than they are.
    """
    assert translator.engine is not None  # noqa: S101  (a translator makes one)
    found, keys = Forecast(), Keys(translator.engine, translator.config)
    cache, wanted, sample = Cache(project.store if project else None), set[str](), list[Document]()
    states = _States(translator, project, to=to, folder=folder)
    for one in inputs:
        try:
            document, data = ingest(one.location)
            state = states(one, data)
            requests, segments = _first(translator, document) if state != "unchanged" else ([], 0)
        except ZhengmingError as error:
            found.failures.append(named(one.location, error))
            continue
        except Exception as error:  # noqa: BLE001  (as in the run: one file must not end it)
            found.failures.append(fault(one.location, error))
            continue
        setattr(found, state, getattr(found, state) + 1)
        pairs = [keys(*request) for request in requests]
        known = cache.get(dict.fromkeys(key for key, _ in pairs))
        missing = {key: request for key, request in pairs if key not in known and key not in wanted}
        wanted.update(missing)
        found.segments += segments
        found.known += segments - len(missing)
        if missing and sum(len(other.blocks) for other in sample) < 2 * _SAMPLE:
            sample.append(document)
    found.rate = states.rate() or _measured(translator, sample)
    return found


def _first(translator: Translator, document: Document) -> tuple[list[tuple[Request, int]], int]:
    """What a document asks of the engine first, and how many segments it has."""
    counted = Counter[str]()
    steps = translator.steps(document, counted=counted)
    try:
        ask = next(steps)
    except StopIteration:
        return [], counted["segments"]
    steps.close()
    return [(request, ask.n_best) for request in ask.requests], counted["segments"]


def _measured(translator: Translator, sample: list[Document]) -> float:
    """Segments a second that the engine is asked for and all stages are done with; 0 where that is not to be tried."""
    engine = translator.engine
    if engine is None or not sample or not engine.capabilities.local:
        return 0.0
    blocks = [block for document in sample for block in document.blocks if block.source.strip()][: 2 * _SAMPLE]
    numbered = tuple(msgspec.structs.replace(block, id=f"b{number}") for number, block in enumerate(blocks))
    for part in (numbered[:_SAMPLE], numbered[_SAMPLE:] or numbered):
        began = time.perf_counter()
        done = translator.document(msgspec.structs.replace(sample[0], blocks=part))
        seconds = time.perf_counter() - began
    asked = sum(bool(one.hypotheses) and one.hypotheses[0].engine == engine.name for one in done.segments)
    return asked / seconds


def _as_written(output: str, digest: str) -> bool:
    """Whether a result is still there as it was written."""
    try:
        return sha256(places.read(output, limit=MOST_OUTPUT_BYTES)).hexdigest() == digest
    except ZhengmingError:
        return False


class _States:
    """Whether inputs are new, changed or unchanged."""

    def __init__(self, translator: Translator, project: Project | None, *, to: str, folder: str) -> None:
        self._project = project
        self._signature = str(translator.signature)
        self._dependency = ""
        if project is not None:
            from pipeline.store import journal

            with project.store.read() as connection:
                mark = journal.project_mark(connection, project.id)
            self._dependency = dependency(translator, to=to, folder=folder, mark=mark)

    def __call__(self, one: Input, data: bytes) -> str:
        if self._project is None:
            return "new"
        from pipeline.store import journal

        with self._project.store.read() as connection:
            last = journal.last_delivered(connection, self._project.id, one.location)
        if last is None:
            return "new"
        same = (last.digest, last.dependency) == (
            sha256(data).hexdigest(),
            with_sidecar(self._dependency, one.location),
        )
        return "unchanged" if same and _as_written(last.output, last.output_digest) else "changed"

    def rate(self) -> float:
        """Of the last run; 0 where there is none."""
        if self._project is None:
            return 0.0
        from pipeline.store import journal

        with self._project.store.read() as connection:
            return journal.last_rate(connection, self._project.id, self._signature)
