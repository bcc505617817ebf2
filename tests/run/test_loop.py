"""The reviewer's loop from end to end, as issue and README promise it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.reviewer.service import Review
from pipeline.store import documents, queue

FIRST = "对两用物项实施出口管制。\n最终用户应当报告。\n氧化镝自2025年4月4日起实施出口管制。\n"
SECOND = "最终用户应当报告。\n进口两用物项的最终用户另行公告。\n氧化铽自2026年1月6日起实施出口管制。\n"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_three_corrections_make_the_second_document_right_without_touching_it(project_folder: Path) -> None:
    inputs, out, project = project_folder.parent / "in", project_folder.parent / "out", str(project_folder)
    inputs.mkdir()
    (inputs / "first.txt").write_text(FIRST, encoding="utf-8")
    run("translate", str(inputs), "-o", str(out), "--project", project, "-q")
    with Review.open(project_folder) as review:
        with review.project.store.read() as connection:
            row = documents.document(connection, review.project.id, "first.txt")
            wanted = queue.QueueFilter(document=row.id, waiting=False)
            one, two, three = queue.queue(connection, review.project.id, wanted, order="position").items
        review.edit(one.id, "Export control applies to dual-use items.", user="li")
        review.edit(two.id, "The end user shall report.", user="li")
        third = "Dysprosium oxide has been subject to export control since April 4, 2025."
        review.edit(three.id, third, user="li")
        review.edit(two.id, "The final user shall report.", user="li", scope="project", reason="the client's term")
        review.rule(one.id, "prefer", zh="两用物项", rendering="dual-use article", user="wang", reason="the new law")
    (inputs / "second.txt").write_text(SECOND, encoding="utf-8")
    run("translate", str(inputs), "-o", str(out), "--project", project, "-q")
    second = (out / "second.en.txt").read_text(encoding="utf-8").splitlines()
    assert second[0] == "The final user shall report."
    assert "dual-use article" in second[1]
    assert "final user" in second[1]
    assert second[2] == "Terbium oxide has been subject to export control since January 6, 2026."
    first = (out / "first.en.txt").read_text(encoding="utf-8").splitlines()
    assert first == ["Export control applies to dual-use articles.", "The final user shall report.", third]

    note = run("review", "note", "first.txt", "--project", project, "--from", "1")
    assert "Decided by" in note
    for to in ("xliff12", "xliff21", "xlsx"):
        run("review", "export", "--project", project, "--as", to, "-o", str(out / to))
        for path in sorted((out / to).iterdir()):
            assert path.name in run("review", "import", str(path), "--project", project)
            assert "edit" not in run("review", "import", str(path), "--project", project)
    tmx, again = out / "m.tmx", out / "n.tmx"
    run("memory", "export", str(tmx), "--project", project)
    assert "0 units imported" in run("memory", "import", str(tmx), "--project", project)
    run("memory", "export", str(again), "--project", project)
    assert tmx.read_bytes() == again.read_bytes()
