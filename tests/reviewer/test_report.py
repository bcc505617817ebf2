from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.reviewer.report import ReportPage
from pipeline.run import Translator
from tests.run.conftest import config

_TEXT = "出口经营者应当向国务院商务主管部门申请许可。\n" * 20


def test_the_page_takes_no_more_memory_the_more_documents_it_has(tmp_path: Path) -> None:
    with Translator(config()) as translator:
        document = translator.text(_TEXT)
    peaks = []
    for count in (5, 100):
        with ReportPage(tmp_path / f"{count}.html") as page:
            page.add("warm.txt", document)
            tracemalloc.start()
            for number in range(count):
                page.add(f"d{number:03}.txt", document)
            page.publish()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    sizes = [(tmp_path / f"{count}.html").stat().st_size for count in (5, 100)]
    assert sizes[1] > 10 * sizes[0]
    assert peaks[1] < peaks[0] + 0.2 * sizes[1]


def test_the_page_grows_in_the_order_of_the_inputs_and_a_document_done_again_takes_its_old_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r.html"
    with Translator(config()) as translator, ReportPage(path) as page:
        page.add("2.txt", translator.text("货物放行。"))
        page.publish()
        assert path.read_text(encoding="utf-8").count("<section>") == 1
        page.add("1.txt", translator.text("海关予以监管。"))
        page.add("2.txt", translator.text("许可证失效。"))
        page.publish()
    text = path.read_text(encoding="utf-8")
    assert "货物放行" not in text
    assert 0 < text.index("海关予以监管") < text.index("许可证失效")
    assert text.rstrip().endswith("</html>")
    assert [one.name for one in tmp_path.iterdir()] == ["r.html"]


def test_a_page_in_a_folder_that_is_gone_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        ReportPage(tmp_path / "gone" / "r.html")
