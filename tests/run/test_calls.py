from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from pipeline.core.document import Hypothesis
from pipeline.engines.base import Request
from pipeline.errors import EngineBusy, EngineError, EngineUnavailable
from pipeline.run.calls import Answer, Calls
from pipeline.run.tasks import Limits
from tests.run.conftest import CountingEngine, hang

GOOD = [Request(text=f"出口第{n}号物项应当申请许可。") for n in range(20)]
BAD = [Request(text=f"表格第{n}行：□□□。") for n in range(20)]
QUICK = Limits(timeout=0.0, retries=3, backoff=0.001)


def reasons(answers: list[Answer]) -> list[str]:
    return [answer for answer in answers if isinstance(answer, str)]


def refuses_tables(requests: Sequence[Request]) -> None:
    if any("□" in request.text for request in requests):
        raise EngineError("too many signs")


@pytest.mark.parametrize("bad", [6, 7, 20])
def test_many_bad_segments_in_a_row_do_not_condemn_an_engine_that_does_the_others(bad: int) -> None:
    calls = Calls(CountingEngine(refuses_tables), QUICK)
    answers = calls([*BAD[:bad], *GOOD], 1)
    assert reasons(answers) == ["too many signs"] * bad
    assert all(isinstance(answer, tuple) for answer in answers[bad:])
    calls.close()


def test_an_engine_that_answers_nothing_any_more_is_asked_a_few_times_and_then_never() -> None:
    def dies(requests: Sequence[Request]) -> None:
        if engine.calls > 1:
            raise EngineError("out of memory")

    engine = CountingEngine(dies)
    calls = Calls(engine, QUICK)
    assert not reasons(calls(GOOD[:4], 1))
    answers = calls(GOOD[4:], 1)
    assert len(reasons(answers)) == 16
    assert answers[-1] == "the engine answers nothing any more: out of memory"
    asked = engine.calls
    assert asked < 24
    assert len(reasons(calls(GOOD, 1))) == 20
    assert engine.calls == asked
    calls.close()


def test_a_busy_server_is_waited_for_and_its_segments_are_not_taken_apart() -> None:
    def busy(requests: Sequence[Request]) -> None:
        if engine.calls <= 3:
            raise EngineBusy("HTTP 429")

    engine, lines = CountingEngine(busy), list[str]()
    calls = Calls(engine, QUICK, report=lines.append)
    assert not reasons(calls(GOOD, 1))
    assert engine.calls == 4
    assert [line.split("; ")[1] for line in lines] == [
        "again in 0.001 s (1 of 3)",
        "again in 0.002 s (2 of 3)",
        "again in 0.004 s (3 of 3)",
    ]
    calls.close()


def test_a_server_that_stays_away_is_given_up_for_all_segments_at_once() -> None:
    def away(_: Sequence[Request]) -> None:
        raise EngineBusy("connection refused")

    engine = CountingEngine(away)
    calls = Calls(engine, QUICK)
    assert reasons(calls(GOOD, 1)) == ["connection refused"] * 20
    assert reasons(calls(BAD, 1)) == ["connection refused"] * 20
    assert engine.calls == 4
    calls.close()


def test_a_stop_ends_the_wait_for_a_server_and_leaves_its_segments_undone() -> None:
    waiting = threading.Event()

    def busy(_: Sequence[Request]) -> None:
        raise EngineBusy("HTTP 503")

    calls = Calls(CountingEngine(busy), Limits(retries=3, backoff=3600.0), report=lambda _: waiting.set())
    found: list[Answer] = []
    thread = threading.Thread(target=lambda: found.extend(calls(GOOD, 1)))
    thread.start()
    assert waiting.wait(30)
    calls.stop()
    thread.join(30)
    assert found == [None] * 20
    calls.close()


def test_segments_that_make_an_engine_hang_fail_alone() -> None:
    def hangs(requests: Sequence[Request]) -> None:
        if any("□" in request.text for request in requests):
            hang(requests)

    lines = list[str]()
    calls = Calls(CountingEngine(hangs), Limits(timeout=0.2), report=lines.append, renew=lambda: CountingEngine(hangs))
    answers = calls([BAD[0], *GOOD[:2], BAD[1]], 1)
    assert [type(answer) for answer in answers] == [str, tuple, tuple, str]
    assert set(reasons(answers)) == {"the engine gave no answer on 1 segment within 0.2 s"}
    calls.close()


def test_an_engine_that_hangs_on_everything_is_given_up_after_two_calls() -> None:
    engine = CountingEngine(hang)
    calls = Calls(engine, Limits(timeout=0.1))
    assert all("nor on one that is easy; given up" in reason for reason in reasons(calls(GOOD, 1)))
    assert engine.calls == 2
    calls.close()


def test_an_engine_that_cannot_work_at_all_is_asked_once() -> None:
    def refused(_: Sequence[Request]) -> list[tuple[Hypothesis, ...]]:
        raise EngineUnavailable("HTTP 401; set ZHENGMING_API_KEY")

    engine = CountingEngine(refused)
    calls = Calls(engine, QUICK)
    assert reasons(calls(GOOD, 1)) == ["HTTP 401; set ZHENGMING_API_KEY"] * 20
    assert engine.calls == 1
    calls.close()
