from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import testing
from pipeline.cli import app
from pipeline.core.document import Document, SegmentState
from pipeline.store import decisions, documents, queue
from pipeline.store.database import Store
from pipeline.store.holding import segments_holding
from pipeline.store.records import Action
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.impact import Assessor, Outcome, PastDecision

SENTENCES = (
    ("应当申请出口许可。", "An export license shall be applied for."),
    ("應當申請出口許可證。", "An export license shall be applied for."),
    ("本公告自公布之日起施行。", "This Announcement takes effect on the date of issuance."),
    ("出口许可尚未译出。", ""),
)


def document(name: str = "公告.txt") -> Document:
    segments = [
        testing.segment(zh, en, id=f"b1.s{number}", state=SegmentState.TRANSLATED)
        for number, (zh, en) in enumerate(SENTENCES, 1)
    ]
    return testing.document(*segments, together=True, name=name)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as made:
        yield made


def save(store: Store, project: int, *, data: bytes = b"a") -> None:
    with store.write() as connection:
        documents.save_version(connection, project, document(), name="公告.txt", original=data)


def held(store: Store, project: int, *forms: str) -> list[str]:
    with store.read() as connection:
        return [segment.id for segment in segments_holding(connection, project, forms)]


def test_segments_that_hold_a_form_are_found_in_either_script_and_only_with_a_target(store: Store) -> None:
    project = store.project()
    save(store, project)
    assert held(store, project, "出口许可") == ["b1.s1", "b1.s2"]
    assert held(store, project, "许可") == ["b1.s1", "b1.s2"]
    assert held(store, project, "公告", "出口许可") == ["b1.s1", "b1.s2", "b1.s3"]
    assert held(store, project, "物项") == []
    assert held(store, project + 1, "出口许可") == []


def test_only_the_version_that_is_worked_on_counts(store: Store) -> None:
    project = store.project()
    save(store, project)
    save(store, project, data=b"b")
    assert held(store, project, "出口许可") == ["b1.s1", "b1.s2"]


def decide(store: Store, project: int, action: Action, **more: object) -> int:
    with store.write() as connection:
        items = queue.queue(connection, project, queue.QueueFilter(waiting=False), order="position").items
        row = queue.segment_row(connection, items[0].id)
        return decisions.append(connection, row, action, user="li", **more)  # type: ignore[arg-type]


OLD = ConceptEntry(id="ec", zh="出口许可", preferred="export license")
NEW = ConceptEntry(id="ec", zh="出口许可", preferred="export permit")


def contradicted(store: Store, project: int) -> list[tuple[PastDecision, ...]]:
    assessor = Assessor([OLD], [NEW])
    with store.read() as connection:
        found = assessor.assess(segments_holding(connection, project, assessor.forms), counted=False)
    assert {each.outcome for each in found.affected} == {Outcome.BREAKS}
    assert found.looked_at is None
    return [each.contradicts for each in found.affected if each.contradicts]


def test_a_decision_about_the_term_is_contradicted_until_it_is_undone(store: Store) -> None:
    project = store.project()
    save(store, project)
    assert contradicted(store, project) == []
    made = decide(
        store, project, Action.PREFER, term="出口许可", rendering=("export permit", "export license"), reason="令792"
    )
    [[decision]] = contradicted(store, project)
    assert (decision.who, decision.rendering, decision.reason) == ("li", "export license", "令792")
    decide(store, project, Action.UNDO, undoes=made)
    assert contradicted(store, project) == []


def test_a_segment_that_a_reviewer_accepted_is_a_decision_too_and_a_dismissed_flag_is_not(store: Store) -> None:
    project = store.project()
    save(store, project)
    decide(store, project, Action.DISMISS)
    assert contradicted(store, project) == []
    decide(store, project, Action.ACCEPT)
    assert [[decision.who for decision in found] for found in contradicted(store, project)] == [["li"]]


def test_impact_on_a_project_needs_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    with Store.in_folder(folder) as store:
        project = store.project()
        save(store, project)
        decide(store, project, Action.ACCEPT)
    changed = tmp_path / "new.csv"
    changed.write_text("source,target\n出口许可,export permit\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["glossary", "impact", str(changed), "--project", str(folder)])
    assert "hold a changed term: 2;" in result.output
    assert "**against li" in result.output
    assert result.exit_code == 1
