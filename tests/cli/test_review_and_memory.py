"""The reviewer's and the memory's verbs, as they are typed."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.reviewer.service import Review
from pipeline.store import decisions, documents, queue

TEXT = "对两用物项实施出口管制。\n两用物项清单另行公布。\n自2025年4月4日起施行。\n"


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def folder(project_folder: Path) -> Path:
    source = project_folder.parent / "a.txt"
    source.write_text(TEXT, encoding="utf-8")
    run("translate", str(source), "--project", str(project_folder), "-q")
    return project_folder


def ids(review: Review) -> list[int]:
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, "a.txt")
        wanted = queue.QueueFilter(document=row.id, waiting=False)
        return [item.id for item in queue.queue(connection, review.project.id, wanted, order="position").items]


def correct(folder: Path) -> int:
    with Review.open(folder) as review:
        first, second, third = ids(review)
        review.edit(first, "Dual-use items are placed under export control.", user="li")
        review.edit(second, "A list of dual-use items will be announced.", user="li")
        review.edit(third, "Effective April 4, 2025.", user="wang", reason="house style")
        done = review.edit(
            first, "Dual-use goods are placed under export control.", user="li", scope="project", reason="the new law"
        )
        review.edit(second, "A list of dual-use goods will be announced.", user="li", reason="the new law")
        return done.decision


def test_the_log_shows_who_did_what_and_undo_takes_its_numbers(folder: Path) -> None:
    decision = correct(folder)
    log = run("review", "log", "a.txt", "--project", str(folder))
    assert f"{decision} " in log
    assert "两用物项: dual-use items → dual-use goods (the new law)" in log
    assert "wang edit this" in log
    assert "is taken back on 1 segment." in run("review", "undo", str(decision), "--project", str(folder))
    assert "[taken back]" in run("review", "log", "--project", str(folder), "--user", "li")
    assert "taken back already" in run("review", "undo", str(decision), "--project", str(folder), code=2)
    assert "no document 'b.txt'" in run("review", "log", "b.txt", "--project", str(folder), code=1)


def test_the_note_has_one_line_per_kind_of_change_with_reason_and_person(folder: Path) -> None:
    correct(folder)
    with Review.open(folder) as review, review.project.store.write() as connection:
        row = documents.document(connection, review.project.id, "a.txt")
        documents.release(connection, row.id, user="li", note="published")
    with Review.open(folder) as review:
        first, second, _ = ids(review)
        for one, text in ((first, "Dual-use articles are placed under export control."),
                          (second, "A list of dual-use articles will be announced.")):  # fmt: skip
            review.edit(one, text, user="wang", reason="usage of *GACC*.")
    note = run("review", "note", "a.txt", "--project", str(folder))
    assert note == (
        "## Adjustments to the translation of a.txt: version 2 to now "
        "- 两用物项: “dual-use goods” now reads “dual-use articles” (2 places). Reason: usage of \\*GACC\\*. "
        "Decided by wang."
    )
    whole = run("review", "note", "a.txt", "--project", str(folder), "--from", "1")
    assert "“Effective April 4, 2025.”. Reason: house style. Decided by wang." in whole
    nothing = run("review", "note", "a.txt", "--project", str(folder), "--from", "2", "--to", "2")
    assert "Nothing was adjusted." in nothing
    assert "has no version 9" in run("review", "note", "a.txt", "--project", str(folder), "--from", "9", code=2)


def test_the_note_is_written_as_html_and_docx_with_hostile_text_escaped(folder: Path) -> None:
    with Review.open(folder) as review:
        review.edit(ids(review)[2], "<script>alert(1)</script> April 4, 2025", user="li", reason="<b>why</b>")
    page, word = folder / "note.html", folder / "note.docx"
    for out in (page, word):
        run("review", "note", "a.txt", "--project", str(folder), "-o", str(out))
    assert "<script>" not in page.read_text(encoding="utf-8")
    assert "&lt;b&gt;why" in page.read_text(encoding="utf-8")
    paragraphs = [paragraph.text for paragraph in docx.Document(str(word)).paragraphs]
    assert any("<b>why</b>" in text for text in paragraphs)
    assert "a note is written as" in run("review", "note", "a.txt", "--project", str(folder), "-o", "x.pdf", code=2)


def test_a_changed_source_is_named_in_the_note(folder: Path) -> None:
    correct(folder)
    source = folder.parent / "a.txt"
    source.write_text(TEXT.replace("另行公布", "另行公布并及时更新") + "特此公告。\n", encoding="utf-8")
    run("translate", str(source), "--project", str(folder), "-q")
    note = run("review", "note", "a.txt", "--project", str(folder))
    assert "The source changed:" in note
    assert "New in the source:" in note


def test_the_memory_goes_out_and_comes_back_without_change(folder: Path, tmp_path: Path) -> None:
    correct(folder)
    out, again = tmp_path / "m.tmx", tmp_path / "n.tmx"
    assert "3 units" in run("memory", "export", str(out), "--project", str(folder))
    assert "0 units imported, 3 known already" in run("memory", "import", str(out), "--project", str(folder))
    run("memory", "export", str(again), "--project", str(folder))
    assert again.read_bytes() == out.read_bytes()
    other = tmp_path / "other"
    run("init", str(other))
    assert "3 units would be" in run("memory", "import", str(out), "--project", str(other), "--dry-run")
    assert "units 0" in run("memory", "stats", "--project", str(other))
    assert "3 units imported" in run("memory", "import", str(out), "--project", str(other))
    assert "units 3 retired 0 sources 3 documents 1 reviewers 2" in run("memory", "stats", "--project", str(other))
    (tmp_path / "bad.tmx").write_text("<tmx><body><tu>", encoding="utf-8")
    assert "not well-formed" in run("memory", "import", str(tmp_path / "bad.tmx"), "--project", str(other), code=1)
    assert "cannot read" in run("memory", "import", str(tmp_path / "none.tmx"), "--project", str(other), code=1)


def test_the_status_shows_effort_and_which_checks_were_right(folder: Path) -> None:
    correct(folder)
    with Review.open(folder) as review:
        review.undo(correct_last(review), user="li")
    status = run("review", "status", "--project", str(folder))
    assert "a.txt" in status
    for words in (["li", "5"], ["wang", "1"], ["all", "6"]):
        assert all(word in status for word in words)
    assert "segments/hour" in status
    assert "A207" in status
    assert "100%" in status
    assert "1 glossary proposal to be settled" in status
    assert "Later runs are guided by 0 choices between senses of 0 terms" in status


def correct_last(review: Review) -> int:
    with review.project.store.read() as connection:
        return decisions.log(connection, review.project.id, limit=1)[0].id


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    assert "make one with `zhengming init" in run("review", "log", "--project", str(tmp_path), code=2)
