"""Review in other tools: out, edited, back in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.core.document import SegmentState
from pipeline.errors import FormatError, StoreError, UsageError
from pipeline.formats import by_name, review_xlsx
from pipeline.reviewer import exchange
from pipeline.reviewer.service import Review
from pipeline.store import documents, queue
from pipeline.store.records import SegmentDetail

TEXT = "# 公告\n\n对两用物项实施出口管制。两用物项清单另行公布。\n\n自2025年4月4日起施行。\n"
XLIFF = ("xliff12", "xliff21")
ALL = (*XLIFF, "xlsx")


@pytest.fixture
def review(project_folder: Path) -> Iterator[Review]:
    translate(project_folder, TEXT)
    with Review.open(project_folder) as opened:
        yield opened


def translate(folder: Path, text: str) -> None:
    source = folder.parent / "a.md"
    source.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["translate", str(source), "--project", str(folder), "-q"])
    assert result.exit_code == 0, result.output


def segments(review: Review) -> list[SegmentDetail]:
    with review.project.store.read() as connection:
        row = documents.document(connection, review.project.id, "a.md")
        wanted = queue.QueueFilter(document=row.id, waiting=False)
        page = queue.queue(connection, review.project.id, wanted, order="position")
        return [queue.segment_detail(connection, item.id) for item in page.items]


def exported(review: Review, to: str) -> Path:
    data, suffix = exchange.export(review, "a.md", to=to, user="li")
    path = review.project.folder / f"out-{to}{suffix}"
    path.write_bytes(data)
    return path


def edit(path: Path, changes: dict[int, str], *, approve: tuple[int, ...] = (), note: str = "") -> None:
    """What a person does in another tool: change targets by position, approve others."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book["review"]
        for at, text in changes.items():
            sheet.cell(at + 2, 3).value = text
            sheet.cell(at + 2, 7).value = note
        for at in approve:
            sheet.cell(at + 2, 5).value = "yes"
        book.save(path)
        return
    root: Any = etree.fromstring(path.read_bytes())
    old = root.get("version") == "1.2"
    units = list(root.iter("{*}trans-unit" if old else "{*}unit"))
    for at, text in changes.items():
        target = units[at].find(".//{*}target" if old else "{*}segment/{*}target")
        for child in list(target):
            target.remove(child)
        target.text = text
        if note and old:
            element = etree.SubElement(units[at], target.tag.replace("target", "note"))
            element.text = note
    for at in approve:
        if old:
            units[at].set("approved", "yes")
        else:
            units[at].find("{*}segment").set("state", "final")
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def run(review: Review, path: Path) -> dict[str, int]:
    return exchange.apply(review, exchange.plan(review, path), user="wang", origin=path.name)


@pytest.mark.parametrize("to", ALL)
def test_an_untouched_file_changes_nothing(review: Review, to: str) -> None:
    before = segments(review)
    assert run(review, exported(review, to)) == {"unchanged": 4}
    assert segments(review) == before


@pytest.mark.parametrize("to", ALL)
def test_edits_and_approvals_become_decisions_and_importing_again_does_nothing(review: Review, to: str) -> None:
    path = exported(review, to)
    edit(path, {1: "Dual-use items are placed under export control."}, approve=(3,), note="as in the law")
    assert exchange.plan(review, path).count() == {"edit": 1, "accept": 1, "unchanged": 2}
    assert run(review, path) == {"edit": 1, "accept": 1, "unchanged": 2}
    after = segments(review)
    assert after[1].segment.target == "Dual-use items are placed under export control."
    assert after[1].history[0].user == "wang"
    if to != "xliff21":
        assert after[1].history[0].reason == "as in the law"
    assert after[3].segment.state is SegmentState.REVIEWED
    assert run(review, path) == {"done": 1, "unchanged": 3}
    assert segments(review) == after


@pytest.mark.parametrize("to", ALL)
def test_what_both_sides_changed_is_a_conflict_and_nothing_is_lost(review: Review, to: str) -> None:
    path = exported(review, to)
    here = segments(review)
    review.edit(here[1].item.id, "Li's English.", user="li")
    review.edit(here[2].item.id, "Only here.", user="li")
    edit(path, {1: "Wang's English."})
    assert run(review, path) == {"conflict": 1, "unchanged": 3}
    after = segments(review)
    assert after[1].segment.target == "Li's English."
    assert after[2].segment.target == "Only here."
    assert "Wang's English." in [match.target for match in after[1].matches]
    [flag] = [one for one in after[1].flags if one.flag.code == "U412"]
    assert [candidate.text for candidate in flag.flag.candidates] == ["Wang's English."]
    assert "U412" in after[1].item.codes
    assert run(review, path) == {"done": 1, "unchanged": 3}
    review.choose(after[1].item.id, flag.id, 0, user="zhao")
    assert segments(review)[1].segment.target == "Wang's English."


def test_a_conflict_can_be_undone(review: Review) -> None:
    path = exported(review, "xliff21")
    review.edit(segments(review)[1].item.id, "Li's English.", user="li")
    before = segments(review)[1]
    edit(path, {1: "Wang's English."})
    run(review, path)
    review.undo(segments(review)[1].history[0].id, user="li")
    after = segments(review)[1]
    assert (after.matches, after.segment.flags) == (before.matches, before.segment.flags)


def test_a_file_comes_back_after_the_document_was_translated_again(review: Review) -> None:
    path = exported(review, "xliff21")
    edit(path, {1: "Dual-use items are placed under export control.", 3: "In force from April 4, 2025."})
    translate(
        review.project.folder,
        TEXT.replace("自2025年4月4日起施行", "另行公布施行日期").replace("# 公告", "# 通告\n\n前言。"),
    )
    assert run(review, path)["edit"] == 1
    assert run(review, path)["gone"] == 1
    assert [one.segment.target for one in segments(review)][2] == "Dual-use items are placed under export control."


@pytest.mark.parametrize("to", ALL)
def test_a_changed_source_and_an_empty_target_are_named_and_not_applied(review: Review, to: str) -> None:
    path = exported(review, to)
    edit(path, {2: ""})
    if to == "xlsx":
        book = openpyxl.load_workbook(path)
        book["review"]["B3"].value = "别的原文。"
        book.save(path)
    else:
        # Only the unit's own source; its proposals have others.
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("实施", "施行"), encoding="utf-8")
    counts = exchange.plan(review, path).count()
    assert (counts["invalid"], counts["empty"]) == (1, 1)


def test_a_candidate_chosen_from_the_list_becomes_the_english(review: Review) -> None:
    shown = segments(review)[1]
    review.edit(shown.item.id, "Export control is imposed on dual-use items.", user="li")
    source = review.project.folder.parent / "b.md"
    source.write_text("对两用物项实施出口管制的。\n", encoding="utf-8")
    CliRunner().invoke(app, ["translate", str(source), "--project", str(review.project.folder), "-q"])
    data, _ = exchange.export(review, "b.md", to="xlsx", user="li")
    path = review.project.folder / "b.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    sheet = book["review"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["D2"].startswith("candidates!$A$2:")
    assert book["candidates"]["A2"].value == "Export control is imposed on dual-use items."
    sheet["D2"].value = "Export control is imposed on dual-use items."
    book.save(path)
    assert run(review, path) == {"edit": 1}


def test_no_text_becomes_a_formula_and_a_formula_is_refused(review: Review) -> None:
    review.edit(segments(review)[1].item.id, '=HYPERLINK("http://x","y")', user="li")
    path = exported(review, "xlsx")
    sheet = openpyxl.load_workbook(path)["review"]
    assert sheet["C3"].data_type == "s"
    assert sheet["C3"].quotePrefix
    assert sheet["B3"].protection.locked
    assert not sheet["C3"].protection.locked
    assert sheet.protection.sheet
    assert run(review, path) == {"unchanged": 4}
    book = openpyxl.load_workbook(path)
    book["review"]["C4"].value = "=1+1"
    book.save(path)
    with pytest.raises(FormatError, match="row 4, column 'translation' holds a formula"):
        exchange.plan(review, path)


@pytest.mark.parametrize("to", XLIFF)
def test_flags_terms_and_proposals_travel_in_valid_xliff(
    review: Review, to: str, valid_xliff: Callable[[bytes, str], None]
) -> None:
    review.edit(segments(review)[1].item.id, "Such items are controlled.", user="li")
    translate(review.project.folder, TEXT.replace("出口管制。", "进出口管制。"))
    path = exported(review, to)
    root = etree.fromstring(path.read_bytes())
    proposals = root.findall(".//{*}alt-trans/{*}target") if to == "xliff12" else root.findall(".//{*}match/{*}target")
    assert "Such items are controlled." in [one.text for one in proposals]
    assert root.find(".//{*}note") is not None
    valid_xliff(path.read_bytes(), "1.2" if to == "xliff12" else "2.1")


def test_the_clean_document_is_delivered_in_its_own_format(review: Review) -> None:
    review.edit(segments(review)[1].item.id, "Dual-use items are placed under export control.", user="li")
    data, suffix = exchange.export(review, "a.md", to="document", user="li")
    assert suffix == ".md"
    assert "Dual-use items are placed under export control. " in data.decode()
    assert data.decode().startswith("# ")


def test_files_that_are_not_ours_are_refused_in_one_line(review: Review, tmp_path: Path) -> None:
    other = tmp_path / "x.xlf"
    other.write_bytes(by_name("xliff").export(by_name("text").read("公告".encode(), name="a.md")))
    with pytest.raises(FormatError, match="does not say which version"):
        exchange.plan(review, other)
    plain = tmp_path / "x.xlsx"
    openpyxl.Workbook().save(plain)
    with pytest.raises(FormatError, match="hidden sheet"):
        exchange.plan(review, plain)
    path = exported(review, "xliff21")
    path.write_text(path.read_text(encoding="utf-8").replace('id="v1"', 'id="v77"'), encoding="utf-8")
    with pytest.raises(StoreError, match="no version 77"):
        exchange.plan(review, path)
    with pytest.raises(UsageError, match="choose one of"):
        exchange.export(review, "a.md", to="pdf", user="li")
    with pytest.raises(FormatError, match="not a readable archive"):
        review_xlsx.returned(b"PK\x03\x04nonsense", name="x.xlsx")


def test_the_command_line_exports_previews_and_imports(review: Review, tmp_path: Path) -> None:
    folder = str(review.project.folder)
    out = CliRunner().invoke(app, ["review", "export", "--project", folder, "--as", "xlsx", "-o", str(tmp_path / "o")])
    assert out.exit_code == 0, out.output
    path = tmp_path / "o" / "a.en.xlsx"
    edit(path, {1: "Dual-use items are placed under export control."})
    dry = CliRunner().invoke(app, ["review", "import", str(path), "--project", folder, "--dry-run"])
    assert "edit" in dry.output
    assert "nothing was changed" in dry.output
    assert segments(review)[1].history == ()
    done = CliRunner().invoke(app, ["review", "import", str(path), "--project", folder, "--user", "wang"])
    assert "1 edit, 3 unchanged" in done.output
    assert segments(review)[1].history[0].user == "wang"
