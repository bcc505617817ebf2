"""What reviewers choose for a term with several senses, and what that does for later documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.document import Document, SegmentState
from pipeline.engines import create
from pipeline.reviewer.service import Review
from pipeline.run import Translator
from pipeline.run.recall import keep
from pipeline.store import documents, proposals, queue, senses
from pipeline.store.records import SegmentDetail

# 飞行 is in no condition: what 飞行管制 is, only reviewers can say.
GLOSSARY = """id,zh,en,pos,subject,condition,reference,state
ec-control,管制,control,noun,export-control,,usage,approved
ec-traffic-control,管制,traffic control,noun,export-control,before(空中交通/航空),usage,approved
ec-public-surveillance,管制,public surveillance,noun,legal,near(判处/拘役),usage,approved
ec-item,物项,item,noun,export-control,,usage,approved
"""
TEXTS = {
    "演习.txt": "演习期间在相关空域实施飞行管制。\n",
    "解除.txt": "飞行管制自即日起解除。\n",
    "民航.txt": "民航部门将配合做好飞行管制工作。\n",
    "物项.txt": "对上述物项实施管制。\n",
}


def translate(review: Review, *names: str) -> list[Document]:
    with Translator(
        review.project.config, engine=create("echo", {}), units=review.project.units, evidence=review.project.evidence
    ) as translator:
        return [
            keep(
                review.project, translator, translator.text(TEXTS[name]), name=name, original=TEXTS[name].encode()
            ).document
            for name in names
        ]


@pytest.fixture
def review(project_folder: Path) -> Iterator[Review]:
    with Review.open(project_folder) as opened:
        opened.project.glossary_file.write_text(GLOSSARY, encoding="utf-8")
        translate(opened, "演习.txt", "解除.txt", "物项.txt")
        yield opened


def shown(review: Review, name: str) -> SegmentDetail:
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, name)
        wanted = queue.QueueFilter(document=row.id, waiting=False)
        return queue.segment_detail(connection, queue.queue(connection, review.project.id, wanted).items[0].id)


def correct(review: Review, name: str) -> int:
    detail = shown(review, name)
    corrected = detail.segment.target.replace("control", "traffic control")
    return review.edit(detail.item.id, corrected, user="li").decision


def sense(document: Document) -> str:
    return next(term.concept for term in document.segments[0].terms if term.text == "管制")


def test_a_sense_chosen_twice_is_chosen_in_a_similar_context_and_says_why(review: Review) -> None:
    correct(review, "演习.txt")
    assert sense(translate(review, "民航.txt")[0]) == "ec-control"
    correct(review, "解除.txt")
    [document] = translate(review, "民航.txt")
    assert sense(document) == "ec-traffic-control"
    assert "traffic control" in document.segments[0].target
    [flag] = [flag for flag in document.segments[0].flags if flag.code == "T104"]
    assert (
        "“traffic control” was used. The sense “traffic control” was chosen twice in similar context." in flag.message
    )
    assert [(one.text, one.evidence) for one in flag.candidates] == [
        ("traffic control", "glossary: preferred; chosen twice in similar context"),
        ("control", "glossary: ec-control"),
    ]
    assert sense(translate(review, "物项.txt")[0]) == "ec-control"


def test_a_run_that_watches_learns_between_documents(review: Review) -> None:
    config = review.project.config
    with Translator(config, engine=create("echo", {}), evidence=review.project.evidence) as translator:
        assert sense(translator.text(TEXTS["民航.txt"])) == "ec-control"
        correct(review, "演习.txt")
        correct(review, "解除.txt")
        translator.learn(review.project.evidence)
        assert sense(translator.text(TEXTS["民航.txt"])) == "ec-traffic-control"


def test_undoing_takes_the_evidence_back(review: Review) -> None:
    correct(review, "演习.txt")
    second = correct(review, "解除.txt")
    review.undo(second, user="wang")
    with review.project.store.read() as connection:
        assert [choice.concept for choice in senses.choices(connection, review.project.id)] == ["ec-traffic-control"]
    assert sense(translate(review, "民航.txt")[0]) == "ec-control"


def test_a_second_thought_replaces_the_first_and_gives_way_to_it_when_undone(review: Review) -> None:
    correct(review, "演习.txt")
    detail = shown(review, "演习.txt")
    changed = detail.segment.target.replace("traffic control", "public surveillance")
    again = review.edit(detail.item.id, changed, user="wang").decision
    for expected in ("ec-public-surveillance", "ec-traffic-control"):
        with review.project.store.read() as connection:
            assert [one.concept for one in senses.choices(connection, review.project.id)] == [expected]
        if expected == "ec-public-surveillance":
            review.undo(again, user="wang")


def test_choices_elsewhere_reopen_nothing_that_a_person_has_settled(review: Review) -> None:
    translate(review, "民航.txt")
    detail = shown(review, "民航.txt")
    review.accept(detail.item.id, user="wang")
    correct(review, "演习.txt")
    correct(review, "解除.txt")
    [document] = translate(review, "民航.txt")
    assert document.segments[0].state is SegmentState.REVIEWED
    assert document.segments[0].target == detail.segment.target
    assert sense(document) == "ec-control"


def test_a_correction_to_another_sense_or_to_the_glossarys_own_words_proposes_nothing(review: Review) -> None:
    correct(review, "演习.txt")
    detail = shown(review, "物项.txt")
    wrong = detail.segment.target.replace("item", "object")
    review.edit(detail.item.id, wrong, user="li")
    with review.project.store.read() as connection:
        [learned] = proposals.proposals(connection, review.project.id)
    assert (learned.zh, learned.before, learned.after) == ("物项", "item", "object")
    review.edit(detail.item.id, detail.segment.target, user="li")
    with review.project.store.read() as connection:
        assert [one.after for one in proposals.proposals(connection, review.project.id)] == ["object"]


def test_a_glossary_edited_by_another_program_is_read_at_the_next_decision(review: Review) -> None:
    glossary = review.project.glossary_file
    assert review.changer.glossary.standing_for("物项")[0].preferred == "item"
    assert review.changer is review.changer
    glossary.write_text("source,target\n物项,article\n", encoding="utf-8")
    assert review.changer.glossary.standing_for("物项")[0].preferred == "article"
    glossary.write_text("id,zh,en\nx,物项\n", encoding="utf-8")
    assert review.changer.glossary.standing_for("物项")[0].preferred == "article"
    assert "project.csv" in review.book.fault
    glossary.write_text("source,target\n物项,article of trade\n", encoding="utf-8")
    assert review.changer.glossary.standing_for("物项")[0].preferred == "article of trade"
    assert review.book.fault == ""
