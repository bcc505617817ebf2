"""Documents through the stages with bounded memory, their segments sharing calls of the engine.

Each open document is a generator that stops where it needs the engine. What
the open documents ask for is pooled, equal requests once, and handed to the
engine in large batches while the next documents are read and matched. A
document is handed on as soon as its last answer is there. Nothing that a
document is given depends on what else is open.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Self

from pipeline import engines
from pipeline.core.document import Document
from pipeline.errors import ZhengmingError
from pipeline.run import Translator, ingest
from pipeline.run.cache import Cache, Hypotheses, Keys
from pipeline.run.calls import Answer, Calls
from pipeline.run.pools import Pools
from pipeline.run.tasks import Limits, Result, Task
from pipeline.stages.translate import Answers, Ask

# Where nothing can be added to a call now, so much of a full one is worth making beside another.
_BESIDE: Final = 0.5
_MODES: Final = {"memory": "memory", "direct": "glossary", "copy": "copy"}


@dataclass(slots=True, eq=False)
class _Open:
    """A document on its way.

    Attributes:
        task: What it is.
        original: Its bytes.
        segments: How many it has, roughly, before they are cut.
        steps: The stages.
        began: When it was opened.
        answers: To its present step; None where one is missing.
        missing: How many are.
        error: Why the engine gave one up.
        asked: Segments of its first step, by where their answers came from.
        later: Whether it is past that step.
    """

    task: Task
    original: bytes
    segments: int
    steps: Generator[Ask, Answers, Document]
    began: float
    answers: list[Hypotheses | None] = field(default_factory=list)
    missing: int = 0
    error: str = ""
    asked: Counter[str] | None = None
    later: bool = False

    @property
    def share(self) -> float:
        """How much of it the engine has done, 0 to 1; what is asked again is little."""
        return 1.0 if self.later else 1 - self.missing / len(self.answers) if self.answers else 0.0


class Stream:
    """Translates documents that share an engine.

    Args:
        translator: Stages and engine.
        cache: Results that are known already.
        limits: How much is open at once, and how long things may take.
        report: Told in one line about failed attempts of the engine.
    """

    def __init__(
        self,
        translator: Translator,
        *,
        cache: Cache | None = None,
        limits: Limits | None = None,
        report: Callable[[str], Any] | None = None,
    ) -> None:
        assert translator.engine is not None  # noqa: S101  (a translator makes one)
        self._translator = translator
        self._limits = limits or Limits()
        self._cache = cache or Cache()
        self._keys = Keys(translator.engine, translator.config)
        config = translator.config.engine
        owned = translator.owns_engine
        renew = (lambda: engines.create(config.name, config.options)) if owned else None
        self._calls = Calls(translator.engine, self._limits, renew=renew, report=report)
        self._parallel = translator.engine.capabilities.parallel
        self._pool = ThreadPoolExecutor(self._parallel, thread_name_prefix="zhengming-calls")
        self._most = translator.engine.capabilities.batch_size
        self._stopped = False
        self._reset()

    def _reset(self) -> None:
        self._open: dict[int, _Open] = {}
        self._segments = 0
        self._more, self._paused = True, False
        self._pools = Pools(self._most)
        self._waiters: dict[str, list[tuple[_Open, int]]] = {}
        self._running: deque[tuple[list[str], Future[list[Answer]]]] = deque()
        self._finished: deque[Result | None] = deque()

    def stop(self) -> None:
        """Open nothing more and ask nothing more; what the engine works on is finished."""
        self._stopped = True
        self._calls.stop()

    def run(self, tasks: Iterable[Task | None]) -> Iterator[Result | None]:
        """Translate; results come as they are ready, and a None for a None.

        A None among the tasks says that no more come for now: what is open
        waits for nothing. Tasks without a result, after :meth:`stop`, were
        left undone.
        """
        self._reset()
        feed = iter(tasks)
        while True:
            yield from self._ready()
            if self._more and self._segments < self._limits.window and not self._stopped:
                self._take(feed)
            yield from self._ready()
            full = not self._more or self._paused or self._segments >= self._limits.window
            self._launch(at_once=full)
            if self._running and (full or self._stopped or self._running[0][1].done()):
                self._collect(at_once=full)
            elif not self._running and ((not self._more and not self._open) or self._stopped):
                break
        yield from self._ready()

    def _ready(self) -> Iterator[Result | None]:
        while self._finished:
            yield self._finished.popleft()

    def _take(self, feed: Iterator[Task | None]) -> None:
        """Open the next document, if there is one."""
        for task in feed:
            self._paused = task is None
            if task is None:
                self._finished.append(None)
            else:
                self._begin(task)
            return
        self._more = False

    @property
    def idle(self) -> bool:
        """Whether no document is open."""
        return not self._open

    def _begin(self, task: Task) -> None:
        began = time.perf_counter()
        try:
            document, original = ingest(task.location)
        except ZhengmingError as error:
            self._finished.append(Result(index=task.index, error=named(task.location, error)))
            return
        except Exception as error:  # noqa: BLE001  (one file must not end a night's run)
            self._finished.append(Result(index=task.index, error=fault(task.location, error)))
            return
        steps = self._translator.steps(document)
        one = _Open(task, original, len(document.blocks) or 1, steps, began)
        self._open[task.index] = one
        self._segments += one.segments
        self._advance(one, None)

    def _advance(self, one: _Open, answers: Answers | None) -> None:
        """Go on with a document until it needs the engine or is done."""
        location = one.task.location
        try:
            while True:
                ask = next(one.steps) if answers is None else one.steps.send(answers)
                if not self._ask(one, ask):
                    return
                answers = [answer for answer in one.answers if answer is not None]
        except StopIteration as done:
            document: Document = done.value
            result = Result(
                index=one.task.index,
                document=document,
                original=one.original,
                origins=_origins(document, one.asked or Counter()),
                seconds=time.perf_counter() - one.began,
            )
        except ZhengmingError as error:
            result = Result(index=one.task.index, error=named(location, error))
        except Exception as error:  # noqa: BLE001  (one document must not end a night's run)
            result = Result(index=one.task.index, error=fault(location, error))
        self._close(one, result)

    def _close(self, one: _Open, result: Result) -> None:
        self._segments -= one.segments
        self._pools.grow()
        del self._open[one.task.index]
        self._finished.append(result)

    def _ask(self, one: _Open, ask: Ask) -> bool:
        """Note what a document wants; True where all of it is known already."""
        keyed = [self._keys(request, ask.n_best) for request in ask.requests]
        known = self._cache.get(dict.fromkeys(key for key, _ in keyed))
        one.answers = [known.get(key) for key, _ in keyed]
        one.missing = one.answers.count(None)
        fresh = 0
        one.later = one.asked is not None
        for place, (key, request) in enumerate(keyed):
            if key in known:
                continue
            if key not in self._waiters:
                fresh += 1
                self._waiters[key] = []
                self._pools.add(key, request, ask.n_best, later=one.later)
            self._waiters[key].append((one, place))
        self._pools.begin(fresh)
        if one.asked is None:
            one.asked = Counter(engine=fresh, cache=len(keyed) - fresh)
        return not one.missing

    def _launch(self, *, at_once: bool) -> None:
        """Hand requests to the engine, if they make a full call or it has nothing else to do.

        Args:
            at_once: Whether nothing more can be added to the pools now.
        """
        while self._pools and len(self._running) < self._parallel and not self._stopped:
            idle = all(call.done() for _, call in self._running)
            requests, n_best = self._pools.take(least=(0.0 if idle else _BESIDE) if at_once else 1.0)
            if not requests:
                return
            self._running.append((list(requests), self._pool.submit(self._calls, list(requests.values()), n_best)))

    def _collect(self, *, at_once: bool) -> None:
        """Wait for the engine and hand its answers to the documents.

        Where it has no other call, it gets one before; otherwise after, so
        that what these documents want next is part of it.
        """
        keys, future = self._running[0]
        answers = dict(zip(keys, future.result(), strict=True))
        self._running.popleft()
        if not self._running:
            self._launch(at_once=at_once)
        self._cache.put({key: answer for key, answer in answers.items() if isinstance(answer, tuple)})
        for one in self._answered(answers):
            if one.error:
                self._close(one, Result(index=one.task.index, error=f"{one.task.location}: {one.error}"))
            else:
                self._advance(one, [answer for answer in one.answers if answer is not None])
            if all(call.done() for _, call in self._running):
                self._launch(at_once=at_once)

    def _answered(self, answers: dict[str, Answer]) -> list[_Open]:
        """Note answers; the documents that lack none now."""
        ready: dict[int, _Open] = {}
        for key, answer in answers.items():
            if answer is None:
                # It was told to stop; the documents that wait for this are left undone.
                continue
            for one, place in self._waiters.pop(key):
                one.missing -= 1
                if isinstance(answer, str):
                    one.error = one.error or answer
                else:
                    one.answers[place] = answer
                if not one.missing:
                    ready[one.task.index] = one
        return list(ready.values())

    def in_flight(self) -> tuple[float, float]:
        """Segments and bytes of open documents that are done; any thread may ask."""
        shares = [(one, one.share) for one in list(self._open.values())]
        return (
            sum(one.segments * share for one, share in shares),
            sum(len(one.original) * share for one, share in shares),
        )

    def abort(self) -> None:
        """Nothing can be done: the engine's call ends with the program."""

    def close(self) -> None:
        """End the threads."""
        self._calls.close()
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _origins(document: Document, asked: Counter[str]) -> dict[str, int]:
    """Segments by where their English comes from."""
    modes = Counter(
        _MODES[segment.hypotheses[0].mode]
        for segment in document.segments
        if segment.hypotheses and segment.hypotheses[0].mode in _MODES
    )
    return {name: count for name, count in {**modes, **asked}.items() if count}


def named(location: str, error: Exception) -> str:
    """An error's line with the input's name in it, once: readers of formats know the last part of it."""
    message = " ".join(str(error).split())
    if location in message:
        return message
    short = location.rpartition("/")[2]
    return f"{location}{message[len(short) :]}" if message.startswith(f"{short}:") else f"{location}: {message}"


def fault(location: str, error: Exception) -> str:
    """The line about an error that nobody foresaw."""
    return (
        f"{location}: a fault in the program, please report it: {type(error).__name__}: {' '.join(str(error).split())}"
    )
