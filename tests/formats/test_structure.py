"""Structure that a translation must keep, on samples richer than a round trip's."""

from __future__ import annotations

from io import BytesIO

import pytest

from pipeline import formats
from pipeline.config import Config
from pipeline.core.document import Hypothesis
from pipeline.engines.base import Capabilities, GlossaryMode, Request
from pipeline.run import Translator


class Scripted:
    """An engine that answers from a table and repeats what is not in it."""

    name, revision, settings = "scripted", "1", ""
    capabilities = Capabilities(glossary=GlossaryMode.PROMPT)

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers

    def translate(self, requests: list[Request], *, n_best: int = 1) -> list[tuple[Hypothesis, ...]]:
        texts = [self._answers.get(request.text, "Something.") for request in requests]
        return [(Hypothesis(text=text),) * n_best for text in texts]

    def close(self) -> None:
        return


def translated(form: str, data: bytes, answers: dict[str, str]) -> bytes:
    with Translator(Config(), engine=Scripted(answers)) as translator:
        document = translator.document(formats.by_name(form).read(data, name=f"a.{form}"))
        return formats.by_name(form).write(document, data)


def markdown(source: str, answers: dict[str, str]) -> str:
    return translated("markdown", source.encode(), answers).decode()


def test_a_table_with_single_dashes_is_a_table() -> None:
    source = "| 物项 | 同比 |\n| :-: | - |\n| 氧化镝 | 增长 |\n"
    answers = {"物项": "item", "同比": "year on year", "氧化镝": "dysprosium oxide", "增长": "up"}
    assert markdown(source, answers) == "| Item | Year on year |\n| :-: | - |\n| Dysprosium oxide | Up |\n"


def test_a_footnote_keeps_its_mark_and_is_translated() -> None:
    source = "会议召开[^1]。\n\n[^1]: 在北京召开。\n"
    answers = {"会议召开。": "A meeting was held.", "在北京召开。": "It was held in Beijing."}
    done = markdown(source, answers)
    assert done.count("[^1]") == 2
    assert "\\[" not in done
    assert done.endswith("[^1]: It was held in Beijing.\n")


def test_emphasis_over_a_title_stays_on_its_english() -> None:
    source = "根据**《中华人民共和国出口管制法》**处理。"
    answers = {source.replace("*", ""): "It is handled under the Export Control Law of the People's Republic of China."}
    assert markdown(source, answers) == (
        "It is handled under the **Export Control Law of the People's Republic of China**."
    )


def test_emphasis_over_a_row_of_terms_stays_on_the_row() -> None:
    source = "对*镝、铽*实施管制。"
    answers = {source.replace("*", ""): "Controls are imposed on dysprosium, terbium."}
    assert markdown(source, answers) == "Controls are imposed on *dysprosium, terbium*."


def test_emphasis_over_a_date_stays_on_the_date() -> None:
    source = "自**2025年4月4日**起实施。"
    answers = {source.replace("*", ""): "It takes effect on April 4, 2025."}
    assert markdown(source, answers) == "It takes effect on **April 4, 2025**."


def test_a_line_break_before_a_date_stays_before_it() -> None:
    from docx import Document as Word

    word = Word()
    word.add_paragraph("商务部\n2025年4月4日")
    buffer = BytesIO()
    word.save(buffer)
    done = translated("docx", buffer.getvalue(), {"商务部2025年4月4日": "Ministry of Commerce April 4, 2025"})
    [paragraph] = [item.text for item in Word(BytesIO(done)).paragraphs if item.text.strip()]
    assert [line.strip() for line in paragraph.split("\n")] == ["Ministry of Commerce", "April 4, 2025"]


@pytest.mark.parametrize("address", ["https://www.mofcom.gov.cn/article/2025.html", "info@mofcom.gov.cn"])
def test_an_address_is_asked_for_as_it_stands(address: str) -> None:
    from pipeline.lang.values import chinese_values, english_values

    text = f"网址{address}。"
    assert [value.rendering for value in chinese_values(text)] == [address]
    assert chinese_values(text)[0].key in [value.key for value in english_values(f"See {address}.")]


def test_chinese_text_set_in_by_spaces_is_translated_and_code_is_not() -> None:
    source = "标题\n\n       根据有关规定，决定如下：\n\n正文。\n\n    print('根据')\n"
    answers = {"标题": "Title", "根据有关规定，决定如下：": "It is decided as follows:", "正文。": "The text."}
    assert markdown(source, answers) == (
        "Title\n\n       It is decided as follows:\n\nThe text.\n\n    print('根据')\n"
    )


def test_the_text_that_stands_for_an_image_is_translated() -> None:
    source = "见![出口流程图](flow.png)。\n\n![稀土产量](output.png)\n"
    answers = {"见。": "See.", "出口流程图": "Export flow chart", "稀土产量": "Rare earth output"}
    done = markdown(source, answers)
    assert "![Export flow chart](flow.png)" in done
    assert done.endswith("![Rare earth output](output.png)\n")


def test_what_a_page_says_of_itself_to_search_engines_is_translated() -> None:
    source = (
        '<html><head><meta charset="utf-8"><meta name="description" content="稀土出口公告"/>'
        '<meta name="viewport" content="width=device-width"/></head><body><p>正文。</p></body></html>'
    )
    done = translated(
        "html", source.encode(), {"稀土出口公告": "Rare earth export announcement", "正文。": "Text."}
    ).decode()
    assert 'content="Rare earth export announcement"' in done
    assert 'content="width=device-width"' in done


def test_a_link_over_a_term_does_not_land_in_a_laws_name() -> None:
    source = "本法加强[出口管制](a.html)。"
    answers = {"本法加强出口管制。": "The Export Control Law strengthens export control."}
    assert markdown(source, answers) == "The Export Control Law strengthens [export control](a.html)."


def test_html_inside_markdown_keeps_its_tags_and_has_its_text_translated() -> None:
    source = (
        '<div align="center"\n     title="海关">\n  <h1>中华人民共和国商务部</h1> <!-- 草稿：\n待核 -->\n'
        "会场在&lt;二楼<br>自公布之日起施行\r\n</div>\n\n"
        "<table>\n<tr><td>物项</td><td>氧化镝</td></tr>\n</table>\n\n"
        "<script>\nlet 名 = '商务部';\n</script>\n\n出口管制法。\n"
    )
    answers = {
        "中华人民共和国商务部": "Ministry of Commerce",
        "会场在<二楼": "The venue: < & >",
        "自公布之日起施行": "Effective today",
        "物项": "Item",
        "氧化镝": "Dysprosium oxide",
        "出口管制法。": "The Export Control Law.",
    }
    done = markdown(source, answers)
    assert done.startswith('<div align="center"\n     title="海关">\n  <h1>')
    assert "</h1> <!-- 草稿：\n待核 -->\n" in done
    assert "<br>Effective today\r\n</div>\n\n<table>\n<tr><td>Item</td><td>Dysprosium oxide</td></tr>\n" in done
    assert "The venue: &lt; &amp; &gt;<br>" in done
    assert "<script>\nlet 名 = '商务部';\n</script>" in done
    blocks = formats.by_name("markdown").read(source.encode(), name="a.md").blocks
    assert [block.id for block in blocks] == ["l3h1", "l5h1", "l5h2", "l9h1", "l9h2", "l16"]


@pytest.mark.parametrize(
    "source", ["<b>商务部", "<div>\n商务部", "<div\n商务部>\n", "<!-- 商务部\n", "<p>\n\n商务部</p>"]
)
def test_html_that_never_ends_is_written_back_as_it_was(source: str) -> None:
    form = formats.by_name("markdown")
    assert form.write(form.read(source.encode(), name="a.md"), source.encode()) == source.encode()
