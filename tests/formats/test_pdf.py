from __future__ import annotations

import pytest

from pipeline import formats
from pipeline.core.document import BlockKind, Document
from pipeline.errors import FormatError
from pipeline.run import render

pytest.importorskip("pdfplumber", reason="the extra pdf is not installed")

LEFT, SIZE = 72, 12
# Twenty-five characters of 12 points between the margins.
FULL = "根据《中华人民共和国出口管制法》《中华人民共和国对外"
NEXT = "贸易法》有关规定，经国务院批准，决定对下列物项实施出"
LAST = "口管制。"


def pdf(pages: list[list[tuple[str, float, float, float]]], *, drawing: str = "") -> bytes:
    """A PDF of lines (text, x, y from the bottom, size) in a standard Chinese font that is not embedded."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts "
        "[<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
        "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >> >>] >>"
    )
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font,
    ]
    for number, lines in enumerate(pages):
        shown = "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" for text, x, y, size in lines
        )
        content = shown + drawing
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 444 600] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        out
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


def read(data: bytes) -> Document:
    return formats.by_name("pdf").read(data, name="公告.pdf")


def column(lines: list[str], *, top: float = 500.0) -> list[tuple[str, float, float, float]]:
    return [(text, LEFT, top - 20 * number, SIZE) for number, text in enumerate(lines)]


def test_full_lines_go_on_and_a_sentence_that_ends_short_ends_the_paragraph() -> None:
    blocks = read(pdf([column([FULL, NEXT, LAST, "特此公告。"])])).blocks
    assert [block.source for block in blocks] == [FULL + NEXT + LAST, "特此公告。"]


def test_an_indented_line_and_a_numbered_item_begin_a_paragraph() -> None:
    lines = [
        *column([FULL, "（一）中重稀土相关物项，包括钐、钆、铽、镝、镥、钪、"]),
        ("本公告自公布之日起实施。", LEFT + 2 * SIZE, 440.0, SIZE),
    ]
    assert [block.source[:3] for block in read(pdf([lines])).blocks] == ["根据《", "（一）", "本公告"]


def test_a_line_in_larger_type_is_a_heading() -> None:
    blocks = read(pdf([[("商务部公告2025年第18号", LEFT, 540.0, 18), *column([FULL, NEXT])]])).blocks
    assert [block.kind for block in blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]


def test_page_numbers_and_running_heads_are_left_out() -> None:
    pages = [
        [
            ("海关总署文件", LEFT, 560.0, SIZE),
            *column([f"第{number}条　出口经营者应当如实申报。"]),
            ("— 3 —", 200.0, 30.0, SIZE),
        ]
        for number in "一二三"
    ]
    assert [block.source[:3] for block in read(pdf(pages)).blocks] == ["第一条", "第二条", "第三条"]


def test_cells_of_a_ruled_table_are_blocks_of_their_own() -> None:
    grid = "".join(f"{x} 300 m {x} 380 l S\n" for x in (72, 200, 330))
    grid += "".join(f"72 {y} m 330 {y} l S\n" for y in (300, 340, 380))
    cells = [("名称", 80, 355, SIZE), ("数量", 210, 355, SIZE), ("氧化镝", 80, 315, SIZE), ("5吨", 210, 315, SIZE)]
    blocks = read(pdf([[*column([LAST]), *cells]], drawing=grid)).blocks
    assert [(block.kind, block.source) for block in blocks] == [
        (BlockKind.PARAGRAPH, LAST),
        *((BlockKind.TABLE_CELL, text) for text in ("名称", "数量", "氧化镝", "5吨")),
    ]


def test_a_translation_comes_out_as_markdown() -> None:
    data = pdf([column([FULL, NEXT, LAST])])
    out, suffix = render(read(data), data, to="")
    assert suffix == ".md"
    assert out.decode().strip() == FULL + NEXT + LAST


@pytest.mark.parametrize(
    ("data", "message"),
    [(pdf([[]]), "no text layer"), (b"%PDF-1.4\nnonsense", "not a readable PDF"), (b"\x00" * 64, "not a readable PDF")],
    ids=["scanned", "broken", "binary"],
)
def test_what_holds_no_text_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data)


def test_nothing_can_be_written_as_pdf() -> None:
    assert "pdf" not in formats.writable()
    data = pdf([column([LAST])])
    with pytest.raises(FormatError, match="--to markdown"):
        formats.by_name("pdf").export(read(data))
