"""Decisions outlive a re-run, and are re-opened only where what they were about changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.core.document import SegmentState
from pipeline.core.flags import FlagState
from pipeline.reviewer.service import Review
from pipeline.store import documents, queue
from pipeline.store.records import Action, SegmentDetail

TEXT = """商务部公告2025年第18号。
对两用物项实施出口管制。
出口经营者应当申请许可。
本公告自2025年4月4日起施行。
"""


class Project:
    """A project folder with one document, used as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs = folder.parent / "in"
        self.out = folder.parent / "out"
        self.inputs.mkdir()

    def translate(self, text: str, *, name: str = "a.txt") -> Result:
        (self.inputs / name).write_text(text, encoding="utf-8")
        arguments = [str(self.inputs / name), "-o", str(self.out), "--project", str(self.folder)]
        result = CliRunner().invoke(app, ["translate", *arguments])
        assert result.exit_code == 0, result.output
        return result

    def delivered(self, name: str = "a.txt") -> list[str]:
        return (self.out / name.replace(".txt", ".en.txt")).read_text(encoding="utf-8").splitlines()

    def segments(self, review: Review, name: str = "a.txt") -> list[SegmentDetail]:
        with review.project.store.read() as connection:
            row = documents.document(connection, review.project.id, name)
            wanted = queue.QueueFilter(document=row.id, waiting=False)
            page = queue.queue(connection, review.project.id, wanted, order="position", limit=500)
            return [queue.segment_detail(connection, item.id) for item in page.items]


@pytest.fixture
def project(project_folder: Path) -> Project:
    return Project(project_folder)


@pytest.fixture
def review(project: Project) -> Iterator[Review]:
    project.translate(TEXT)
    with Review.open(project.folder) as opened:
        yield opened


def test_an_unchanged_document_makes_no_new_version(project: Project, review: Review) -> None:
    shown = project.segments(review)[1]
    review.edit(shown.item.id, "Such items are under control.", user="li")
    result = project.translate(TEXT)
    assert "1 kept, 0 adapted, 0 re-opened, 0 remembered; 0 new versions" in " ".join(result.output.split())
    assert project.delivered()[1] == "Such items are under control."
    assert project.segments(review)[1].item.id == shown.item.id


def test_a_decision_is_kept_when_other_parts_change_and_segments_move(project: Project, review: Review) -> None:
    shown = project.segments(review)
    review.edit(shown[1].item.id, "Such items are under control.", user="li", reason="plain words")
    review.dismiss(shown[2].item.id, user="li", reason="fine as it is")
    lines = TEXT.splitlines()
    result = project.translate("\n".join([lines[0], "稀土另有规定。", lines[2], lines[1], lines[3]]) + "\n")
    assert "1 kept" in result.output
    assert "1 new version stored" in result.output
    after = project.segments(review)
    assert project.delivered()[3] == "Such items are under control."
    assert after[3].segment.state is SegmentState.REVIEWED
    assert {flag.state for flag in after[2].segment.flags} == {FlagState.DISMISSED}
    assert [one.reason for one in after[3].history] == ["plain words"]


def test_a_changed_source_is_reopened_with_the_old_decision_at_hand(project: Project, review: Review) -> None:
    shown = project.segments(review)[2]
    review.edit(shown.item.id, "Exporters shall apply for a license.", user="li")
    result = project.translate(TEXT.replace("应当申请许可", "应当向商务部申请许可"))
    assert "0 kept, 0 adapted, 1 re-opened" in " ".join(result.output.split())
    after = project.segments(review)[2]
    assert after.segment.state is SegmentState.TRANSLATED
    assert "Exporters shall apply for a license." in [match.target for match in after.matches]
    assert after.history[0].action is Action.REOPEN
    assert after.history[0].reason == "the source changed (changed)"


def test_a_split_sentence_is_reopened_and_both_halves_know_where_they_come_from(
    project: Project, review: Review
) -> None:
    joined = "出口经营者应当申请许可，并如实说明最终用户和最终用途。"
    project.translate(TEXT.replace("出口经营者应当申请许可。", joined))
    shown = project.segments(review)[2]
    review.edit(shown.item.id, "Exporters shall apply and state end user and end use.", user="li")
    project.translate(TEXT.replace("申请许可。", "申请许可。\n并如实说明最终用户和最终用途。"))
    halves = project.segments(review)[2:4]
    assert all(shown.item.id != half.item.id for half in halves)
    assert all("end user and end use" in half.matches[0].target for half in halves)


def test_only_numbers_changed_so_the_english_is_adapted_and_flagged(project: Project, review: Review) -> None:
    shown = project.segments(review)[0]
    review.edit(shown.item.id, "MOFCOM Announcement No. 18 of 2025.", user="li")
    result = project.translate(TEXT.replace("第18号", "第19号"))
    assert "1 adapted" in result.output
    assert project.delivered()[0] == "MOFCOM Announcement No. 19 of 2025."
    after = project.segments(review)[0]
    assert "U411" in after.item.codes
    assert after.segment.state is SegmentState.TRANSLATED


def test_a_glossary_change_reopens_only_what_no_longer_fits(project: Project, review: Review) -> None:
    shown = project.segments(review)
    review.edit(shown[1].item.id, "Export control applies to any dual-use item.", user="li")
    review.edit(shown[2].item.id, "Exporters shall apply for a permit.", user="li")
    glossary = "source,target\n两用物项,dual-use article\n许可,permit\n"
    (project.folder / "glossaries" / "project.csv").write_text(glossary, encoding="utf-8")
    result = project.translate(TEXT)
    assert "1 kept, 0 adapted, 1 re-opened" in " ".join(result.output.split())
    after = project.segments(review)
    assert "ual-use article" in after[1].segment.target
    assert "U412" in after[1].item.codes
    assert after[1].history[0].reason == "the glossary changed"
    assert after[2].segment.target == "Exporters shall apply for a permit."


def test_a_rendering_decided_for_the_project_reaches_a_later_document(project: Project, review: Review) -> None:
    shown = project.segments(review)[1]
    review.edit(shown.item.id, "Export control applies to any dual-use item.", user="li")
    corrected = "Export control applies to any dual-use article."
    done = review.edit(shown.item.id, corrected, user="li", scope="project")
    result = project.translate("进口两用物项的，另行规定。\n对两用物项实施出口管制。\n", name="b.txt")
    assert "1 adapted, 0 re-opened, 1 remembered" in " ".join(result.output.split())
    assert "ual-use article" in project.delivered("b.txt")[0]
    assert project.delivered("b.txt")[1] == corrected
    later = project.segments(review, "b.txt")
    assert later[0].segment.edits[-1].reason == "dual-use item → dual-use article, decided for the project"
    review.undo(done.decision, user="li")
    project.translate("出口两用物项的，另行规定。\n", name="c.txt")
    assert "ual-use item" in project.delivered("c.txt")[0]


def test_a_preferred_rendering_makes_the_next_document_right_untouched(project: Project, review: Review) -> None:
    shown = project.segments(review)[1]
    review.rule(shown.item.id, "prefer", zh="两用物项", rendering="dual-use article", user="li")
    project.translate("进口两用物项的，另行规定。\n", name="b.txt")
    assert "ual-use article" in project.delivered("b.txt")[0]
    [later] = project.segments(review, "b.txt")
    assert not {"T101", "T102", "T103"} & set(later.item.codes)


def test_a_decision_made_while_the_document_is_translated_is_not_lost(
    project: Project, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.stages.review import ReviewStage

    plain, done = ReviewStage.recall, []

    def meanwhile(self: ReviewStage, document: object) -> object:
        if not done:
            done.append(review.edit(project.segments(review)[1].item.id, "Just in time.", user="wang"))
        return plain(self, document)  # type: ignore[arg-type]

    monkeypatch.setattr(ReviewStage, "recall", meanwhile)
    project.translate(TEXT + "特此公告。\n")
    assert project.delivered()[1] == "Just in time."
