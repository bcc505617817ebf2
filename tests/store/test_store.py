from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import delete, select, update

from pipeline.config import Config
from pipeline.core.document import Document
from pipeline.engines import create
from pipeline.errors import ConfigError, ConflictError, StoreError, UsageError
from pipeline.memory.unit import TranslationUnit
from pipeline.run import Translator
from pipeline.store import decisions, documents, journal, memory, proposals, queue, schema, users
from pipeline.store.database import Store
from pipeline.store.records import Action

ISSUED = "a3f09c"
ANNOUNCEMENT = """商务部公告2025年第18号。
对氧化镝等7类中重稀土物项实施出口管制，出口5.54万吨。
本公告自公布之日起施行。"""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as made:
        yield made


@pytest.fixture(scope="module")
def translated() -> Document:
    with Translator(Config(), engine=create("echo", {})) as translator:
        return translator.text(ANNOUNCEMENT)


@pytest.fixture
def project(store: Store) -> int:
    return store.project()


@pytest.fixture
def version(store: Store, project: int, translated: Document) -> int:
    with store.write() as connection:
        return documents.save_version(connection, project, translated, name="a.txt", original=b"a")


def first(store: Store, project: int) -> int:
    with store.read() as connection:
        return queue.queue(connection, project).items[0].id


def test_a_stored_document_comes_back_as_it_was(store: Store, version: int, translated: Document) -> None:
    with store.read() as connection:
        again = documents.load(connection, version)
        assert documents.original(connection, version) == b"a"
    slim = [
        msgspec.structs.replace(
            segment,
            hypotheses=tuple(msgspec.structs.replace(one, token_logprobs=(), aligned=()) for one in segment.hypotheses),
        )
        for segment in translated.segments
    ]
    assert again == translated.with_segments(tuple(slim))


def test_the_queue_shows_the_gravest_first_and_pages_without_gaps(store: Store, project: int, version: int) -> None:
    every = queue.QueueFilter(waiting=False)
    with store.read() as connection:
        whole = queue.queue(connection, project, every).items
        first_page = queue.queue(connection, project, every, limit=1)
        second_page = queue.queue(connection, project, every, limit=1, after=first_page.after)
        in_order = queue.queue(connection, project, every, order="position").items
    assert len(whole) == 3
    assert [item.risk for item in whole] == sorted((item.risk for item in whole), reverse=True)
    assert whole[:2] == first_page.items + second_page.items
    assert [item.position for item in in_order] == [0, 1, 2]
    assert whole[0].codes


def test_the_queue_is_filtered_by_code_document_state_and_text(store: Store, project: int, version: int) -> None:
    with store.read() as connection:

        def sources(**wanted: object) -> list[str]:
            page = queue.queue(connection, project, queue.QueueFilter(**wanted), order="position")  # type: ignore[arg-type]
            return [item.source for item in page.items]

        assert sources(code="A201") == ["对氧化镝等7类中重稀土物项实施出口管制，出口5.54万吨。"]
        assert sources(query="公布") == ["本公告自公布之日起施行。"]
        assert sources(query="稀土物项实施") == sources(query="稀 土物项")[:0] + sources(code="A201")
        assert sources(document=99) == []
        assert sources(state="reviewed") == []
        assert sources(severity="critical", code="A201") == sources(code="A201")
        assert sources(query="！") == []


def test_a_segment_is_shown_with_its_neighbours_flags_and_terms(store: Store, project: int, version: int) -> None:
    with store.read() as connection:
        page = queue.queue(connection, project, queue.QueueFilter(waiting=False), order="position")
        detail = queue.segment_detail(connection, page.items[1].id)
    assert detail.previous is not None
    assert detail.previous[0] == "商务部公告2025年第18号。"
    assert detail.following is not None
    assert detail.following[0].startswith("本公告")
    assert [one.flag for one in sorted(detail.flags, key=lambda one: one.id)] == list(detail.segment.flags)
    assert detail.segment.terms
    assert detail.siblings == (0, 0)


def test_a_segment_that_someone_changed_refuses_a_stale_change(store: Store, project: int, version: int) -> None:
    segment = first(store, project)
    with store.read() as connection:
        seen = queue.segment_row(connection, segment)
    with store.write() as connection:
        row = queue.segment_row(connection, segment)
        decisions.append(connection, row, Action.EDIT, user="wang", after="One.")
        decisions.change_segment(connection, row, revision=seen.revision, target="One.")
    with pytest.raises(ConflictError, match="wang changed this segment") as caught, store.write() as connection:
        decisions.change_segment(connection, seen, revision=seen.revision, target="Two.")
    assert caught.value.current.target == "One."
    with store.read() as connection:
        assert queue.segment_row(connection, segment).target == "One."
        assert queue.queue(connection, project, queue.QueueFilter(query="One", waiting=False)).items[0].id == segment


def test_decisions_can_neither_be_changed_nor_deleted(store: Store, project: int, version: int) -> None:
    with store.write() as connection:
        row = queue.segment_row(connection, first(store, project))
        made = decisions.append(connection, row, Action.ACCEPT, user="li", reason="定稿")
    table = schema.decisions
    for statement in (update(table).values(user="x"), delete(table)):
        with pytest.raises(StoreError, match="append-only"), store.write() as connection:
            connection.execute(statement)
    with store.read() as connection:
        assert decisions.decision(connection, made).reason == "定稿"


def test_a_transaction_that_fails_leaves_nothing(store: Store, project: int, translated: Document) -> None:

    def interrupted() -> None:
        with store.write() as connection:
            documents.save_version(connection, project, translated, name="b.txt", original=b"b")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    with store.read() as connection:
        assert documents.documents(connection, project) == []
        assert connection.execute(select(schema.segments.c.id)).first() is None
    assert store.check() == []


def test_only_the_newest_version_is_in_the_queue(
    store: Store, project: int, version: int, translated: Document
) -> None:
    with store.write() as connection:
        newer = documents.save_version(connection, project, translated, name="a.txt", original=b"b")
    with store.read() as connection:
        assert len(queue.queue(connection, project, queue.QueueFilter(waiting=False)).items) == 3
        [row] = documents.documents(connection, project)
        assert (row.version, row.version_id, row.segments) == (2, newer, 3)
        assert documents.progress(connection, project).open_flags == row.open_flags > 0


def test_a_release_names_a_moment_and_none_where_nothing_was_decided(store: Store, project: int, version: int) -> None:
    with store.write() as connection:
        [row] = documents.documents(connection, project)
        assert documents.release(connection, row.id, user="li").id == version
        segment = queue.segment_row(connection, first(store, project))
        upto = decisions.append(connection, segment, Action.ACCEPT, user="li")
        released = documents.release(connection, row.id, user="li")
    assert (released.number, released.base_id, released.upto) == (2, version, upto)


@pytest.mark.parametrize(
    ("query", "found"),
    [("管制", 2), ("出口管制", 1), ("管", 2), ("dual-use", 1), ("dual-use it", 1), ("稀土", 0), ("%", 0), ('"', 0)],
    ids=["two", "four", "one", "english", "unfinished", "absent", "percent", "quote"],
)
def test_concordance_finds_chinese_of_any_length(store: Store, project: int, query: str, found: int) -> None:
    units = [
        TranslationUnit(source="对两用物项实施出口管制。", target="Dual-use items are placed under export control."),
        TranslationUnit(source="加强管制。", target="Controls shall be strengthened."),
    ]
    with store.write() as connection:
        memory.add_units(connection, project, units)
    with store.read() as connection:
        assert len(memory.concordance(connection, project, query)) == found


def test_retired_units_are_not_found_but_stay(store: Store, project: int) -> None:
    with store.write() as connection:
        ids = memory.add_units(connection, project, [TranslationUnit(source="公告", target="Announcement")])
        memory.retire(connection, ids)
    with store.read() as connection:
        assert memory.concordance(connection, project, "公告") == []
        assert memory.count(connection, project)["retired"] == 1


def test_proposals_gather_evidence_and_are_settled_once(store: Store, project: int) -> None:
    with store.write() as connection:
        for decision in (1, 2, 2):
            made = proposals.propose(
                connection, project, kind="learned", zh="物项", before="item", after="article", user="li",
                evidence=[decision],
            )  # fmt: skip
        [found] = proposals.proposals(connection, project, state="proposed")
        assert (found.id, found.count, found.evidence) == (made, 2, (1, 2))
        assert proposals.settle(connection, made, approve=True, user="wang").state == "approved"
        with pytest.raises(UsageError, match="approved by wang"):
            proposals.settle(connection, made, approve=False, user="li")


def test_users_log_in_by_token_until_they_are_disabled(store: Store) -> None:
    with store.write() as connection:
        made = users.add_user(connection, "li", role="linguist", token=ISSUED)
        users.open_session(connection, made.id, value="cookie", csrf="c", expires="2999-01-01T00:00:00.000Z")
        assert users.user_by_token(connection, ISSUED) == made
        assert ISSUED not in made.token
        found = users.session(connection, "cookie")
        assert found is not None
        assert found.user == made
        users.change_user(connection, "li", disabled=True)
        assert users.user_by_token(connection, ISSUED) is None
        assert users.session(connection, "cookie") is None
        with pytest.raises(UsageError, match="already"):
            users.add_user(connection, "li")
        with pytest.raises(UsageError, match="there is: nobody yet"):
            users.user_id(connection, "li")


def test_a_lock_warns_others_until_it_expires(store: Store, project: int, version: int) -> None:
    segment = first(store, project)
    with store.write() as connection:
        assert queue.lock(connection, segment, "li").user == "li"
        assert queue.lock(connection, segment, "wang").user == "li"
        connection.execute(update(schema.locks).values(expires="2025-04-04T08:00:00.000Z"))
        assert queue.lock(connection, segment, "wang").user == "wang"


def test_a_lock_is_taken_back_by_whoever_made_it_and_by_nothing_older(store: Store, project: int, version: int) -> None:
    segment = first(store, project)
    with store.write() as connection:
        made = queue.lock(connection, segment, "li")
        queue.unlock(connection, segment, made._replace(user="wang"))
        queue.unlock(connection, segment, made._replace(expires="2025-04-04T08:00:00.000Z"))
        assert queue.lock_holder(connection, segment) == "li"
        queue.unlock(connection, segment, made)
        assert queue.lock_holder(connection, segment) == ""


def test_the_journal_knows_what_is_left_of_a_run(store: Store, project: int) -> None:
    with store.write() as connection:
        run = journal.start_run(connection, project, command="translate in")
        journal.add_items(connection, run, ["a.txt", "b.txt"])
        journal.mark(connection, run, "a.txt", "running")
        journal.mark(connection, run, "a.txt", "delivered", digest="d", output="a.en.txt", dependency="k")
        journal.keep_results(connection, {"k": b"1"})
        journal.keep_results(connection, {"k": b"2", "l": b"3"})
    with store.write() as connection:
        assert journal.unfinished_run(connection, project) == run
        assert [item.path for item in journal.items(connection, run, state="pending")] == ["b.txt"]
        last = journal.last_delivered(connection, project, "a.txt")
        assert last is not None
        assert (last.digest, last.attempts) == ("d", 1)
        assert journal.results(connection, ["k", "l", "m"]) == {"k": b"1", "l": b"3"}
        journal.finish_run(connection, run)
        assert journal.unfinished_run(connection, project) is None


def test_a_url_that_is_no_store_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"\[store\] url: mysql is no store; a store is sqlite"):
        Store("mysql://x/y")
    for url in ("nonsense", "postgresql://host:port/name"):
        with pytest.raises(ConfigError, match="not a database URL"):
            Store(url)
