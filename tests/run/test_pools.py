from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.base import Request
from pipeline.run.pools import Pools

_WAITING = st.lists(st.tuples(st.sampled_from([1, 4]), st.booleans()), max_size=400)


def filled(wanted: list[tuple[int, bool]], *, most: int = 512) -> Pools:
    pools = Pools(most)
    for number, (n_best, later) in enumerate(wanted):
        pools.add(str(number), Request(text=f"第{number}条"), n_best, later=later)
    pools.begin(20)
    return pools


@given(_WAITING)
def test_every_request_goes_to_the_engine_once_with_the_hypotheses_that_it_wants(
    wanted: list[tuple[int, bool]],
) -> None:
    pools = filled(wanted)
    seen: dict[str, int] = {}
    while pools:
        requests, n_best = pools.take(least=0.0)
        assert 0 < len(requests) <= 128
        assert not seen.keys() & requests.keys()
        seen.update(dict.fromkeys(requests, n_best))
    assert seen == {str(number): n_best for number, (n_best, _) in enumerate(wanted)}


def test_what_a_later_pass_wants_goes_first_and_first_passes_fill_the_call() -> None:
    pools = filled([(4, False)] * 60 + [(4, True)] * 5)
    requests, n_best = pools.take(least=1.0)
    assert n_best == 4
    assert list(requests)[:5] == ["60", "61", "62", "63", "64"]
    assert len(requests) == 32


def test_a_few_late_requests_of_their_own_kind_let_two_calls_pass_and_no_more() -> None:
    pools = filled([(1, True)] * 3 + [(4, False)] * 400)
    assert [pools.take(least=1.0)[1] for _ in range(4)] == [4, 4, 1, 4]


def test_a_call_that_is_not_full_waits_while_more_may_come() -> None:
    pools = filled([(4, False)] * 31)
    assert pools.take(least=1.0) == ({}, 0)
    assert len(pools.take(least=0.5)[0]) == 31


def test_calls_grow_after_a_few_of_a_size_or_when_a_document_is_done() -> None:
    pools = filled([(4, False)] * 2_000)
    assert [len(pools.take(least=1.0)[0]) for _ in range(10)] == [32] * 4 + [64] * 4 + [128] * 2
    pools = filled([(4, False)] * 2_000)
    pools.grow()
    assert len(pools.take(least=1.0)[0]) == 64
    assert {len(pools.take(least=1.0)[0]) for _ in range(8)} == {64, 128}
