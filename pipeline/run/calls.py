"""Calls of an engine that may raise, hang or return nonsense: each request ends with an answer or with a reason."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from typing import Any, Final

from pipeline.core.document import Hypothesis
from pipeline.engines.base import Engine, Request
from pipeline.errors import EngineBusy, EngineError, EngineUnavailable, ZhengmingError
from pipeline.lang.plurals import counted
from pipeline.run.tasks import Limits

Answer = tuple[Hypothesis, ...] | str | None
# After so many refusals one by one, with no answer between, the engine is asked something that it can do.
_SUSPECT: Final = 6
# Hangs in a row, the same question asked between them: a whole document may be of that kind, a night must not.
_MOST_HANGS: Final = 40
_LONGEST_WAIT: Final = 120.0
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f]")
# Asked of an engine that has answered nothing yet.
_SIMPLE: Final = Request(text="会议于今天上午举行。")


class _Stopped(Exception):  # noqa: N818  (never leaves this module)
    """No further attempt is wanted."""


class Calls:
    """Calls an engine in threads of its own, as many as calls are made at once.

    A call that fails is halved until the segments that are to blame stand
    alone; they fail, the others do not. Before an engine is given up, it is
    asked again for something that it has done before: a row of segments that
    it cannot do, or that make it hang, is no reason to give up the rest. A
    server that is busy or away is waited for.

    Args:
        engine: The engine.
        limits: How long a call may take and how often it is repeated.
        renew: Makes another engine after one hung; None: the same goes on.
        report: Told in one line about each attempt that failed.
    """

    def __init__(
        self,
        engine: Engine,
        limits: Limits,
        *,
        renew: Callable[[], Engine] | None = None,
        report: Callable[[str], Any] | None = None,
    ) -> None:
        self._engine = engine
        self._limits = limits
        self._renew = renew
        self._report = report or (lambda _: None)
        self._broken = ""
        self._refused = 0
        self._hangs = 0
        self._probe = _SIMPLE
        self._idle: queue.SimpleQueue[_Thread] = queue.SimpleQueue()
        self._stop = threading.Event()

    def stop(self) -> None:
        """Wait no longer for a server, and make no further attempt."""
        self._stop.set()

    def __call__(self, requests: Sequence[Request], n_best: int) -> list[Answer]:
        """Answers in the order of the requests.

        A text instead of hypotheses says why there are none; None: it was
        told to stop before there was an answer.
        """
        try:
            return self._answers(requests, n_best)
        except _Stopped:
            return [None] * len(requests)

    def _answers(self, requests: Sequence[Request], n_best: int) -> list[Answer]:
        if self._broken:
            return [self._broken] * len(requests)
        try:
            answers: list[Answer] = [*self._attempts(requests, n_best)]
        except (EngineUnavailable, EngineBusy) as error:
            self._broken = str(error)
            return [self._broken] * len(requests)
        except EngineError as error:
            if len(requests) > 1:
                middle = len(requests) // 2
                return [*self._part(requests[:middle], n_best), *self._part(requests[middle:], n_best)]
            self._refused += 1
            if self._refused >= _SUSPECT:
                self._suspect(error)
            return [str(error)]
        self._refused = self._hangs = 0
        self._probe = min(requests, key=lambda request: len(request.text))
        return answers

    def _part(self, requests: Sequence[Request], n_best: int) -> list[Answer]:
        """Answers to a half; what is known when it is told to stop is kept."""
        return [None] * len(requests) if self._stop.is_set() else self(requests, n_best)

    def _suspect(self, problem: EngineError) -> None:
        """Give the engine up unless it still answers."""
        self._refused = 0
        try:
            self._attempts([self._probe], 1)
        except EngineError:
            self._broken = f"the engine answers nothing any more: {problem}"

    def _attempts(self, requests: Sequence[Request], n_best: int) -> list[tuple[Hypothesis, ...]]:
        for attempt in range(self._limits.retries):
            try:
                return self._once(requests, n_best)
            except EngineBusy as error:
                wait = min(self._limits.backoff * 2**attempt, _LONGEST_WAIT)
                self._report(f"{error}; again in {wait:g} s ({attempt + 1} of {self._limits.retries})")
                if self._stop.wait(wait):
                    raise _Stopped from error
        return self._once(requests, n_best)

    def _once(self, requests: Sequence[Request], n_best: int) -> list[tuple[Hypothesis, ...]]:
        try:
            thread = self._idle.get_nowait()
        except queue.Empty:
            thread = _Thread()
        future = thread.submit(self._engine, requests, n_best)
        try:
            found = future.result(self._limits.timeout or None)
        except Late as error:
            if future.done():
                raise EngineError(f"the engine failed: {error or 'time-out'}") from error
            raise self._hung(requests) from error
        except ZhengmingError as error:
            raise error if isinstance(error, EngineError) else EngineError(str(error)) from error
        except Exception as error:
            raise EngineError(f"the engine failed: {type(error).__name__}: {error}") from error
        finally:
            # One that hangs is left to itself; it is a daemon and cannot be stopped.
            if future.done():
                self._idle.put(thread)
        return checked(found, len(requests))

    def _hung(self, requests: Sequence[Request]) -> EngineError:
        """What a hang means."""
        self._hangs += 1
        problem = f"the engine gave no answer on {counted(len(requests), 'segment')} within {self._limits.timeout:g} s"
        self._report(problem)
        if self._renew is not None:
            self._engine = self._renew()
        if self._stop.is_set():
            return EngineError(problem)
        if requests == [self._probe] or self._hangs >= _MOST_HANGS:
            return EngineUnavailable(f"{problem}; given up")
        try:
            self._once([self._probe], 1)
        except EngineUnavailable:
            return EngineUnavailable(f"{problem}, nor on one that is easy; given up")
        except EngineError:
            # It does not hang, at least.
            pass
        return EngineError(problem)

    def close(self) -> None:
        """End the threads."""
        while not self._idle.empty():
            self._idle.get().end()


class _Thread:
    """One daemon thread that calls engines."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Engine, Sequence[Request], int] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="zhengming-engine", daemon=True)
        self._thread.start()

    def submit(self, engine: Engine, requests: Sequence[Request], n_best: int) -> Future[Any]:
        future: Future[Any] = Future()
        self._jobs.put((future, engine, requests, n_best))
        return future

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, engine, requests, n_best = job
            try:
                future.set_result(engine.translate(requests, n_best=n_best))
            except BaseException as error:  # noqa: BLE001  (handed to whoever waits)
                with suppress(Exception):
                    future.set_exception(error)


def checked(found: Any, count: int) -> list[tuple[Hypothesis, ...]]:
    """What an engine returned, if it is what the protocol says.

    Raises:
        EngineError: It is not.
    """
    if not isinstance(found, list) or len(found) != count:
        size = len(found) if isinstance(found, list) else type(found).__name__
        raise EngineError(f"the engine returned {size} results for {counted(count, 'segment')}")
    for hypotheses in found:
        if not isinstance(hypotheses, tuple) or not hypotheses:
            raise EngineError("the engine returned no hypothesis for a segment")
        for hypothesis in hypotheses:
            if not isinstance(hypothesis, Hypothesis) or not isinstance(hypothesis.text, str):
                raise EngineError(f"the engine returned {type(hypothesis).__name__} for a hypothesis")
            try:
                hypothesis.text.encode()
            except UnicodeEncodeError as error:
                raise EngineError(f"the engine returned text that is no Unicode: {error.reason}") from error
            if _CONTROL.search(hypothesis.text):
                raise EngineError("the engine returned control characters")
    return list(found)
