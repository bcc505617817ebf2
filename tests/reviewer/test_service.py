"""A reviewer's decisions and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.document import SegmentState
from pipeline.core.flags import FlagState
from pipeline.engines import create
from pipeline.errors import ConflictError, UsageError
from pipeline.reviewer.service import Review
from pipeline.run import Translator
from pipeline.store import decisions, documents, memory, proposals, queue, users
from pipeline.store.records import Action, SegmentDetail
from pipeline.termbase.history import read_log
from pipeline.termbase.table import read_entries

FIRST = "对两用物项实施出口管制。\n出口5.54万吨。\n两用物项清单另行公布。\n"
SECOND = "对两用物项实施出口管制。\n两用物项的最终用户应当报告。\n"


@pytest.fixture
def review(project_folder: Path, store_url: str) -> Iterator[Review]:
    """On each database."""
    with (project_folder / "zhengming.toml").open("a", encoding="utf-8") as file:
        if store_url.startswith("postgresql"):
            file.write(f'\n[store]\nurl = "{store_url}"\n')
    with Review.open(project_folder) as opened:
        with Translator(opened.project.config, engine=create("echo", {})) as translator:
            for name, text in (("first.txt", FIRST), ("second.txt", SECOND)):
                with opened.project.store.write() as connection:
                    documents.save_version(
                        connection, opened.project.id, translator.text(text), name=name, original=text.encode()
                    )
        yield opened


def segment(review: Review, name: str, position: int) -> SegmentDetail:
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, name)
        wanted = queue.QueueFilter(document=row.id, waiting=False)
        items = queue.queue(connection, review.project.id, wanted, order="position").items
        return queue.segment_detail(connection, items[position].id)


def flag(detail: SegmentDetail, code: str) -> int:
    return next(one.id for one in detail.flags if one.flag.code == code)


def test_an_accepted_segment_is_reviewed_and_enters_the_memory(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    done = review.accept(shown.item.id, user="li", revision=shown.item.revision)
    after = segment(review, "first.txt", 0)
    assert after.segment.state is SegmentState.REVIEWED
    assert after.item.open_flags == done.open_flags == 0
    assert {one.flag.state for one in after.flags} == {FlagState.ACCEPTED}
    with review.project.store.read() as connection:
        [unit] = memory.all_units(connection, review.project.id)
        row = documents.document(connection, review.project.id, "first.txt")
    assert (unit.source, unit.target, unit.user) == (shown.segment.text, shown.segment.target, "li")
    assert {term.source for term in unit.terms} == {"两用物项", "出口管制"}
    assert row.reviewed == 1


def test_an_edit_that_breaks_a_number_is_flagged_at_once(review: Review) -> None:
    shown = segment(review, "first.txt", 1)
    review.edit(shown.item.id, "Exports were 55,400 metric tons.", user="li")
    assert segment(review, "first.txt", 1).item.open_flags == 0
    done = review.edit(shown.item.id, "Exports were 55,400 metric tons in 2019.", user="li")
    again = segment(review, "first.txt", 1)
    assert done.open_flags == again.item.open_flags
    wrong = review.edit(shown.item.id, "Exports were 5.54 tons and 12 cars.", user="li")
    assert wrong.open_flags >= 1
    assert "A2" in "".join(segment(review, "first.txt", 1).item.codes)


def test_a_correction_for_the_document_changes_the_term_elsewhere_and_learns(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    corrected = shown.segment.target.replace("dual-use item", "article of dual use").replace("Dual-use item", "x")
    done = review.edit(shown.item.id, corrected, user="li", scope="document", reason="usage of the ministry")
    third, other = segment(review, "first.txt", 2), segment(review, "second.txt", 1)
    assert "rticle of dual use" in third.segment.target
    assert "rticle of dual use" not in other.segment.target
    assert done.changed == (third.item.id,)
    assert third.segment.state is SegmentState.TRANSLATED
    assert third.segment.edits[-1].rule == "review:li"
    with review.project.store.read() as connection:
        [proposal] = proposals.proposals(connection, review.project.id)
    assert (proposal.zh, proposal.before, proposal.after) == ("两用物项", "dual-use item", "article of dual use")
    assert proposal.evidence == (done.decision,)


def test_a_correction_for_the_project_reaches_equal_segments_of_other_documents(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    done = review.edit(shown.item.id, "Export controls apply to such items.", user="li", scope="project")
    equal = segment(review, "second.txt", 0)
    assert equal.segment.target == "Export controls apply to such items."
    assert equal.segment.state is SegmentState.REVIEWED
    assert equal.item.id in done.changed


def test_what_another_person_settled_is_left_and_counted(review: Review) -> None:
    other = segment(review, "second.txt", 0)
    review.edit(other.item.id, "Wang's own words.", user="wang")
    shown = segment(review, "first.txt", 0)
    done = review.edit(shown.item.id, "Li's words.", user="li", scope="project")
    assert done.left == 1
    assert segment(review, "second.txt", 0).segment.target == "Wang's own words."


def test_a_dismissal_needs_a_reason_and_reaches_the_same_flag_elsewhere(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    code = next(one.flag.code for one in shown.flags)
    with pytest.raises(UsageError, match="with a reason"):
        review.dismiss(shown.item.id, flag(shown, code), user="li", reason=" ")
    done = review.dismiss(shown.item.id, flag(shown, code), user="li", reason="quoted as is", scope="project")
    states = {one.flag.state for one in segment(review, "first.txt", 0).flags if one.id == flag(shown, code)}
    assert states == {FlagState.DISMISSED}
    equal = segment(review, "second.txt", 0)
    assert equal.item.id in done.changed
    assert FlagState.DISMISSED in {one.flag.state for one in equal.flags}
    assert segment(review, "first.txt", 0).segment.state is SegmentState.TRANSLATED


def test_a_preferred_rendering_becomes_the_glossarys_and_is_used_everywhere(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    done = review.rule(
        shown.item.id, "prefer", zh="两用物项", rendering="dual-use article", user="li", reason="new law"
    )
    [entry] = read_entries(review.project.glossary_file)
    assert (entry.zh, entry.preferred, entry.reference) == ("两用物项", "dual-use article", "li, in review")
    [event] = read_log(review.project.glossary_file.parent)
    assert (event.who, event.concept, event.why, event.source) == ("li", entry.id, "new law", "review")
    for name, position in (("first.txt", 0), ("first.txt", 2), ("second.txt", 0), ("second.txt", 1)):
        found = segment(review, name, position).segment
        assert "ual-use article" in found.target, (name, position)
        assert all(term.honoured for term in found.terms if term.text == "两用物项")
        assert not [one for one in found.flags if one.code.startswith("T101") and one.state is FlagState.OPEN]
    assert len(done.changed) == 3
    with Translator(review.project.config, engine=create("echo", {})) as translator:
        assert "dual-use article" in translator.text("两用物项").segments[0].target.lower()


def test_a_forbidden_rendering_gives_way_to_the_preferred_one(review: Review) -> None:
    shown = segment(review, "first.txt", 2)
    review.edit(shown.item.id, "The list of dual-use goods will be announced separately.", user="li")
    with pytest.raises(UsageError, match="preferred rendering"):
        review.rule(shown.item.id, "forbid", zh="两用物项", rendering="dual-use item", user="li")
    review.rule(shown.item.id, "forbid", zh="两用物项", rendering="dual-use goods", user="li")
    assert segment(review, "first.txt", 2).segment.target.startswith("The list of dual-use item")
    assert read_entries(review.project.glossary_file)[0].forbidden[-1] == "dual-use goods"


@pytest.mark.parametrize("how", ["edit", "prefer", "accept", "dismiss"])
def test_undoing_puts_everything_back(review: Review, how: str) -> None:
    names = [("first.txt", 0), ("first.txt", 1), ("first.txt", 2), ("second.txt", 0), ("second.txt", 1)]
    before = [segment(review, *name) for name in names]
    shown = before[0]
    glossary = read_entries(review.project.glossary_file)
    match how:
        case "edit":
            corrected = "A dual-use article is placed under export control in 2024."
            done = review.edit(shown.item.id, corrected, user="li", scope="project")
        case "prefer":
            done = review.rule(shown.item.id, "prefer", zh="两用物项", rendering="dual-use article", user="li")
        case "accept":
            done = review.accept(shown.item.id, user="li", scope="project")
        case _:
            done = review.dismiss(shown.item.id, user="li", reason="no", scope="project")
    assert done.changed
    undone = review.undo(done.decision, user="wang", reason="mistake")
    assert set(undone.changed) == set(done.changed)
    after = [segment(review, *name) for name in names]
    for old, new in zip(before, after, strict=True):
        assert new.segment.target == old.segment.target
        assert new.segment.state == old.segment.state
        assert new.segment.flags == old.segment.flags
        assert new.segment.edits == old.segment.edits
        assert new.item.risk == old.item.risk
    assert read_entries(review.project.glossary_file) == glossary
    with review.project.store.read() as connection:
        assert list(memory.all_units(connection, review.project.id)) == []
        assert [p for p in proposals.proposals(connection, review.project.id) if p.state != "rejected"] == []
        log = decisions.log(connection, review.project.id, segments=[shown.item.id])
    assert log[0].action is Action.UNDO
    assert log[1].undone
    with pytest.raises(UsageError, match="taken back already"):
        review.undo(done.decision, user="li")


def test_undoing_leaves_what_was_changed_again(review: Review) -> None:
    shown, equal = segment(review, "first.txt", 0), segment(review, "second.txt", 0)
    done = review.edit(shown.item.id, "One.", user="li", scope="project")
    review.edit(equal.item.id, "Two.", user="wang")
    undone = review.undo(done.decision, user="li")
    assert undone.left >= 1
    assert segment(review, "second.txt", 0).segment.target == "Two."
    assert segment(review, "first.txt", 0).segment.target == shown.segment.target
    with pytest.raises(UsageError):
        review.undo(done.decision, user="li")


def test_two_reviewers_at_once_lose_nothing(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    review.edit(shown.item.id, "Li was faster.", user="li", revision=shown.item.revision)
    with pytest.raises(ConflictError, match="li changed this segment"):
        review.edit(shown.item.id, "Wang was slower.", user="wang", revision=shown.item.revision)
    assert segment(review, "first.txt", 0).segment.target == "Li was faster."
    with review.project.store.read() as connection:
        assert [one.user for one in decisions.log(connection, review.project.id)] == ["li"]


def test_a_colleague_is_asked_and_finds_the_question(review: Review) -> None:
    with review.project.store.write() as connection:
        users.add_user(connection, "wang", role="linguist")
    shown = segment(review, "first.txt", 0)
    with pytest.raises(UsageError, match="there is: wang"):
        review.assign(shown.item.id, "zhao", user="li")
    done = review.assign(shown.item.id, "wang", user="li", reason="Is this the law's own term?")
    with review.project.store.read() as connection:
        mine = queue.queue(connection, review.project.id, queue.QueueFilter(assigned="wang", waiting=False)).items
        assert [item.id for item in mine] == [shown.item.id]
        assert decisions.decision(connection, done.decision).reason == "Is this the law's own term?"
    review.undo(done.decision, user="li")
    assert segment(review, "first.txt", 0).item.assigned == ""


def test_a_candidate_is_put_where_its_flag_stands(review: Review) -> None:
    shown = segment(review, "first.txt", 1)
    [number] = [one for one in shown.flags if one.flag.code == "A201"]
    if number.flag.target is None:
        with pytest.raises(UsageError, match="edit the segment"):
            review.choose(shown.item.id, number.id, 0, user="li")
    with pytest.raises(UsageError, match="there is no number 10"):
        review.choose(shown.item.id, number.id, 9, user="li")
    with pytest.raises(UsageError, match="has no flag"):
        review.choose(shown.item.id, -1, 0, user="li")


def test_an_empty_or_endless_target_is_refused(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    with pytest.raises(UsageError, match="empty"):
        review.edit(shown.item.id, " \u200b\x07 ", user="li")
    with pytest.raises(UsageError, match="no translation of one segment"):
        review.edit(shown.item.id, "x" * 30_000, user="li")


def test_a_glossary_row_that_a_crash_kept_from_the_file_is_written_on_opening(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    before = review.project.glossary_file.read_bytes()
    review.rule(shown.item.id, "prefer", zh="两用物项", rendering="dual-use article", user="li")
    review.project.glossary_file.write_bytes(before)
    with Review.open(review.project.folder) as again:
        assert [entry.preferred for entry in read_entries(again.project.glossary_file)] == ["dual-use article"]


def test_an_approved_proposal_is_written_to_the_glossary(review: Review) -> None:
    shown = segment(review, "first.txt", 0)
    corrected = shown.segment.target.replace("dual-use item", "dual-use article")
    [proposal] = review.edit(shown.item.id, corrected, user="li").proposals
    review.settle_proposal(proposal, approve=True, user="wang")
    [entry] = read_entries(review.project.glossary_file)
    assert entry.preferred == "dual-use article"
