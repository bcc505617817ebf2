"""The page's own questions to the store: both ways through the queue, and rows in an order other than the index's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.config import Config
from pipeline.core.document import Document
from pipeline.engines import create
from pipeline.run import Translator
from pipeline.store import around, documents, queue, search
from pipeline.store.database import Store
from pipeline.store.queue import QueueFilter

TEXT = "出口5.54万吨。\n对两用物项实施出口管制。\n稀土出口。\n中重稀土相关物项出口许可审查。\n"


@pytest.fixture(scope="module")
def translated() -> Document:
    with Translator(Config(), engine=create("echo", {})) as translator:
        return translator.text(TEXT)


@pytest.fixture
def store(store_url: str, translated: Document) -> Iterator[Store]:
    with Store(store_url) as made:
        project = made.project()
        with made.write() as connection:
            for name in ("a.txt", "b.txt", "c.txt"):
                documents.save_version(connection, project, translated, name=name, original=b"a")
        yield made


def places(store: Store, wanted: QueueFilter, order: str) -> list[around.Place]:
    with store.read() as connection:
        items = queue.queue(connection, store.project(), wanted, order=order).items
    return [around.Place(id=i.id, risk=i.risk, document_id=i.document_id, position=i.position) for i in items]


@pytest.mark.parametrize("order", ["risk", "position"])
@pytest.mark.parametrize(
    "wanted", [QueueFilter(), QueueFilter(waiting=False), QueueFilter(code="A2"), QueueFilter(query="出口")]
)
def test_going_back_retraces_going_on(store: Store, wanted: QueueFilter, order: str) -> None:
    found = places(store, wanted, order)
    assert len(found) > 2
    with store.read() as connection:
        arguments = (connection, store.project(), wanted)
        on = [around.following(*arguments, place, order=order) for place in found]
        back = [around.preceding(*arguments, place, order=order) for place in found]
    ids = [place.id for place in found]
    assert on == [*ids[1:], None]
    assert back == [None, *ids[:-1]]


def test_what_is_common_and_what_is_rare_is_found_alike(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    filters = (QueueFilter(code="A2"), QueueFilter(code="T104"), QueueFilter(severity="critical"))
    texts = (QueueFilter(query="稀土", waiting=False), QueueFilter(query="出口管制"), QueueFilter(query="export"))
    rare = [places(store, wanted, "risk") for wanted in (*filters, *texts)]
    assert all(rare)
    monkeypatch.setattr(search, "_MANY", 1)
    monkeypatch.setattr(queue, "_FEW", 1)
    assert [places(store, wanted, "risk") for wanted in (*filters, *texts)] == rare


def test_a_filter_shows_only_what_it_says(store: Store) -> None:
    with store.read() as connection:
        project = store.project()
        [home] = [one for one in documents.documents(connection, project) if one.name == "b.txt"]
        of_one = queue.queue(connection, project, QueueFilter(document=home.id, waiting=False)).items
        grave = queue.queue(connection, project, QueueFilter(severity="critical")).items
        elsewhere = queue.queue(connection, project + 1, QueueFilter(document=home.id, waiting=False)).items
    assert [item.document for item in of_one] == ["b.txt"] * 4
    assert {item.source for item in grave} == {"出口5.54万吨。"}
    assert elsewhere == ()


def test_hits_come_newest_first_however_many_pages_of_the_index_they_fill(store: Store) -> None:
    with store.read() as connection:
        project = store.project()
        found = around.segments_with(connection, project, "稀土", limit=None)
        some = around.segments_with(connection, project, "稀土", limit=2)
        # The newest hits belong to another project in this view: the search goes on behind them.
        none = around.segments_with(connection, project + 1, "稀土", limit=1)
    assert [one.id for one in found] == sorted((one.id for one in found), reverse=True)
    assert len(found) == 6
    assert some == found[:2]
    assert none == []


def test_documents_come_by_page_and_by_name(store: Store) -> None:
    with store.read() as connection:
        first, after = around.documents_page(connection, store.project(), limit=2)
        rest, end = around.documents_page(connection, store.project(), after=after or "", limit=2)
        named, _ = around.documents_page(connection, store.project(), query="b.")
    assert [one.name for one in (*first, *rest)] == ["a.txt", "b.txt", "c.txt"]
    assert end is None
    assert [one.name for one in named] == ["b.txt"]


def test_the_flags_that_wait_are_counted_by_code(store: Store) -> None:
    with store.read() as connection:
        counts = around.flag_counts(connection)
        waiting = queue.queue(connection, store.project()).items
    assert counts["A201"] == 3
    assert sum(counts.values()) == sum(item.open_flags for item in waiting)
