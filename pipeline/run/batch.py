"""A batch: inputs to a runner, results to files and journal; every input ends delivered or failed by name, once.

Workers translate; only the process that started the batch writes results and
keeps the journal, so that a worker may die at any moment. The order is: the
version into the project's store, the file, and then the journal's line that
it was delivered. A crash in between means that the document is done again,
with the engine's results at hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pipeline.checks.noise import quiet
from pipeline.core.document import Document
from pipeline.core.serial import summary
from pipeline.errors import ConfigError, StoreBusy, StoreError, UsageError, ZhengmingError
from pipeline.run import MAX_INPUT_BYTES, Translator, document_rules, places, render, sidecar
from pipeline.run.inputs import Input, refuse_clashes
from pipeline.run.runners import Runner
from pipeline.run.stream import fault, named
from pipeline.run.tasks import Result, Task

if TYPE_CHECKING:
    from pipeline.run.project import Project
    from pipeline.run.recall import Stored

MOST_OUTPUT_BYTES: Final = 4 * MAX_INPUT_BYTES
_MARKED_TOGETHER: Final = 200
_STORE_ATTEMPTS: Final = 3
_TELL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input.

    Attributes:
        source: The input.
        document: The translation, where it is wanted; None where it failed
            or was left as it is.
        outputs: Files that were written.
        error: One line; empty where it was delivered.
        skipped: Whether it was delivered before and nothing has changed.
        stored: What became of it in its project, if it has one.
        summary: Counts of :func:`pipeline.core.serial.summary`, without its groups.
        groups: One line per group of equal flags, gravest first.
        origins: Segments by where their English comes from.
        seconds: From reading it to its last flag.
        size: Bytes of the input.
    """

    source: str
    document: Document | None = None
    outputs: tuple[str, ...] = ()
    error: str = ""
    skipped: bool = False
    stored: Stored | None = None
    summary: dict[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    origins: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    size: int = 0


@dataclass(slots=True, kw_only=True)
class Batch:
    """Translates inputs.

    Args:
        translator: For what is done after the workers.
        runner: Where documents are translated.
        folder: Where results go, path or URL; empty: beside each input.
        to: Output format; empty: each input's own.
        project: Its journal says what is done already.
        max_errors: Failures after which nothing more is started; 0: never.
        keep_documents: Whether outcomes hold their documents.
        command: For the journal.
    """

    translator: Translator
    runner: Runner
    folder: str = ""
    to: str = ""
    project: Project | None = None
    max_errors: int = 0
    keep_documents: bool = False
    command: str = ""
    totals: Counter[str] = field(default_factory=Counter)
    _run: int = 0
    _began: float = 0.0
    _stopped: bool = False
    _dependency: str = ""
    _marks: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    _digests: dict[int, str] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped

    def stop(self) -> None:
        """Start nothing more; what is in flight is finished. Inputs without an outcome were left undone."""
        self._stopped = True
        self.runner.stop()

    def run(self, inputs: list[Input]) -> Iterator[Outcome]:
        """Translate inputs.

        Args:
            inputs: From :func:`pipeline.run.inputs.find`.

        Yields:
            One outcome per input that was tried, as they become known.

        Raises:
            UsageError: The output format cannot be made of an input, or two inputs have one result.
            StoreError: The journal cannot be opened.
        """
        self._began = perf_counter()
        self.totals.clear()
        refuse_clashes(inputs, folder=self.folder, to=self.to)
        self._open(inputs)
        done: list[Outcome] = []
        state = "failed"
        try:
            for result in self.runner.run(self._tasks(inputs, done)):
                if result is not None:
                    done.append(self._deliver(inputs[result.index], result))
                yield from self._known(done)
            yield from self._known(done)
            state = "interrupted" if self._stopped else "finished"
        finally:
            self._flush()
            self._finish(state, perf_counter() - self._began)

    def _known(self, done: list[Outcome]) -> Iterator[Outcome]:
        while done:
            outcome = done.pop(0)
            self.totals["failed" if outcome.error else "skipped" if outcome.skipped else "delivered"] += 1
            self.totals.update(outcome.origins)
            if self.max_errors and self.totals["failed"] >= self.max_errors and not self._stopped:
                self.stop()
            yield outcome

    def _tasks(self, inputs: list[Input], done: list[Outcome]) -> Iterator[Task | None]:
        """What is to be done; None now and then while thousands of inputs turn out to be done."""
        told = perf_counter()
        for index, one in enumerate(inputs):
            if self._stopped:
                return
            if self.project is not None:
                outcome = self._unchanged(index, one)
                if outcome is not None:
                    done.append(outcome)
                    if perf_counter() - told > _TELL_SECONDS:
                        yield None
                        told = perf_counter()
                    continue
            yield Task(index=index, location=one.location)

    # --- the journal -------------------------------------------------------

    def _open(self, inputs: Iterable[Input]) -> None:
        if self.project is None:
            return
        from pipeline.store import journal

        signature = str(self.translator.signature)
        with self.project.store.write() as connection:
            mark = journal.project_mark(connection, self.project.id)
            self._dependency = dependency(self.translator, to=self.to, folder=self.folder, mark=mark)
            interrupted = journal.unfinished_run(connection, self.project.id)
            if interrupted is not None:
                journal.finish_run(connection, interrupted, state="interrupted")
            self._run = journal.start_run(
                connection, self.project.id, command=self.command, signature=signature, configuration=self._dependency
            )
            journal.add_items(connection, self._run, [one.location for one in inputs])

    def _unchanged(self, index: int, one: Input) -> Outcome | None:
        """The outcome of an input that was delivered before just as it would be now."""
        from pipeline.store import journal

        assert self.project is not None  # noqa: S101  (the caller looked)
        try:
            digest = sha256(places.read(one.location, limit=MAX_INPUT_BYTES)).hexdigest()
            with self.project.store.read() as connection:
                last = journal.last_delivered(connection, self.project.id, one.location)
            self._digests[index] = digest
            if last is None or (last.digest, last.dependency) != (digest, self._dependency_of(one)):
                return None
            written = sha256(places.read(last.output, limit=MOST_OUTPUT_BYTES)).hexdigest()
        except ZhengmingError:
            return None
        if written != last.output_digest:
            return None
        self._mark(one.location, "skipped", digest=digest, output=last.output, output_digest=written)
        return Outcome(source=one.location, outputs=(last.output,), skipped=True, size=places.size(one.location))

    def _dependency_of(self, one: Input) -> str:
        return with_sidecar(self._dependency, one.location)

    def _mark(self, location: str, state: str, **values: Any) -> None:
        if self.project is None:
            return
        self._marks.append((location, state, values))
        if len(self._marks) >= _MARKED_TOGETHER or state != "skipped":
            self._flush()

    def _flush(self) -> None:
        """Write the journal; where the store refuses, the document will be looked at again next time."""
        if self.project is None or not self._marks:
            return
        from pipeline.store import journal

        for attempt in range(_STORE_ATTEMPTS):
            try:
                with self.project.store.write() as connection:
                    for location, state, values in self._marks:
                        journal.mark(connection, self._run, location, state, **values)
                break
            except StoreBusy:
                if attempt + 1 == _STORE_ATTEMPTS:
                    break
            except StoreError:
                break
        self._marks.clear()

    def _finish(self, state: str, seconds: float) -> None:
        if self.project is None:
            return
        from pipeline.store import journal

        report = msgspec.json.encode({**self.totals, "seconds": round(seconds, 3)}).decode()
        try:
            with self.project.store.write() as connection:
                journal.finish_run(connection, self._run, state=state, report=report)
        except StoreError:
            # The next run closes this one.
            return

    # --- delivery ----------------------------------------------------------

    def _deliver(self, one: Input, result: Result) -> Outcome:
        size = len(result.original)
        if result.error or result.document is None:
            self._mark(one.location, "failed", error=result.error)
            return Outcome(source=one.location, error=result.error or f"{one.location}: no result", size=size)
        try:
            return self._delivered(one, result, result.document)
        except ConfigError as error:
            message = named(one.location, error)
        except UsageError:
            raise
        except ZhengmingError as error:
            message = named(one.location, error)
        except Exception as error:  # noqa: BLE001  (one document must not end a night's run)
            message = fault(one.location, error)
        self._mark(one.location, "failed", error=message)
        return Outcome(source=one.location, error=message, size=size)

    def _delivered(self, one: Input, result: Result, document: Document) -> Outcome:
        document = quiet(document, document_rules(one.location), self.translator.glossary)
        stored = self._keep(one, document, result.original)
        if stored is not None:
            document = stored.document
        data, suffix = render(document, result.original, to=self.to)
        target = one.output(self.folder, suffix)
        places.write(target, data)
        self._mark(
            one.location,
            "delivered",
            digest=sha256(result.original).hexdigest(),
            output=target,
            output_digest=sha256(data).hexdigest(),
            dependency=self._dependency_of(one),
            seconds=result.seconds,
            document_id=stored.document_id if stored else None,
            version_id=stored.version_id if stored else None,
        )
        counts = summary(document)
        groups = tuple(f"{one['code']} {one['severity']} {one['summary']}" for one in counts.pop("groups"))
        return Outcome(
            source=one.location,
            document=document if self.keep_documents else None,
            outputs=(target,),
            stored=stored if self.keep_documents or stored is None else stored.without_document(),
            summary=counts,
            groups=groups,
            origins=result.origins,
            seconds=result.seconds,
            size=len(result.original),
        )

    def _keep(self, one: Input, document: Document, original: bytes) -> Stored | None:
        if self.project is None:
            return None
        from pipeline.run.recall import keep

        name = one.relative.as_posix()
        for _ in range(_STORE_ATTEMPTS - 1):
            try:
                return keep(self.project, self.translator, document, name=name, original=original)
            except StoreBusy:
                continue
        return keep(self.project, self.translator, document, name=name, original=original)


def dependency(translator: Translator, *, to: str, folder: str, mark: str) -> str:
    """Hash of all that a delivered file depends on besides its input."""
    config = translator.config
    parts = (str(translator.signature), repr(config.checks), repr(config.memory), to, folder, mark, config.engine.looks)
    return sha256("\x1f".join(parts).encode()).hexdigest()


def with_sidecar(dependency: str, location: str) -> str:
    """The same with what an input's own rules for flags say."""
    data = sidecar(location)
    return sha256(dependency.encode() + data).hexdigest() if data else dependency
