"""A document under review as an Excel workbook, for those without a translation tool.

The source is locked, the English is to be edited, candidates are a drop-down;
no text can become a formula. A hidden sheet says which version it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pipeline.core.document import Document, Segment, SegmentState
from pipeline.core.flags import FlagState
from pipeline.errors import FormatError
from pipeline.formats._xliff import Returned, note_text
from pipeline.formats.safety import open_zip, xml_text

HEADER: Final = ("id", "source", "translation", "candidate", "done", "flags", "comment")
_WIDTHS: Final = (14, 50, 60, 40, 8, 50, 30)
_META: Final = "zhengming"
_LISTS: Final = "candidates"
# What a cell of Excel holds.
_MOST: Final = 32_767
_SETTLED: Final = frozenset({SegmentState.REVIEWED, SegmentState.FINAL})


def export(document: Document, *, version: str) -> bytes:
    """The workbook.

    Args:
        document: With targets.
        version: By which a returned workbook is known.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "review"
    lists: Any = book.create_sheet(_LISTS)
    sheet.append(list(HEADER))
    for number, (name, width) in enumerate(zip("ABCDEFG", _WIDTHS, strict=True), 1):
        sheet.column_dimensions[name].width = width
        sheet.cell(1, number).font = Font(bold=True)
    yes = DataValidation(type="list", formula1='"yes"', allow_blank=True)
    sheet.add_data_validation(yes)
    for row, segment in enumerate(document.segments, 2):
        options = candidates(segment)
        done = "yes" if segment.state in _SETTLED else ""
        flags = "\n".join(note_text(flag) for flag in segment.flags if flag.state is FlagState.OPEN)
        values = (segment.id, segment.source, segment.target, "", done, flags, "")
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            _put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=column in {1, 2, 6})
            if column in {1, 2, 6}:
                cell.fill = PatternFill("solid", fgColor="FFEFEFEF")
        yes.add(f"E{row}")
        for column, option in enumerate(options, 1):
            _put(lists.cell(row, column), option)
        if options:
            last = get_column_letter(len(options))
            choice = DataValidation(type="list", formula1=f"{_LISTS}!$A${row}:${last}${row}", allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"D{row}")
    sheet.freeze_panes = "C2"
    sheet.protection.enable()
    lists.sheet_state = "hidden"
    meta: Any = book.create_sheet(_META)
    for cell, value in zip(("A1", "B1"), (document.name, version), strict=True):
        _put(meta[cell], value)
    meta.sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def candidates(segment: Segment) -> list[str]:
    """Whole English sentences to choose from: proposals of the memory and the engine, and flags' own of that length."""
    found = [match.target for match in segment.matches] + [one.text for one in segment.hypotheses[1:]]
    for flag in segment.flags:
        span = flag.target
        if flag.state is FlagState.OPEN and span is not None and span.end <= len(segment.target):
            found += [
                segment.target[: span.start] + option.text + segment.target[span.end :] for option in flag.candidates
            ]
    return [text for text in dict.fromkeys(found) if text and text != segment.target][:20]


def _put(cell: Any, value: str) -> None:
    """A text as text: Excel would take one that begins with = + - @ for a formula."""
    cell.value = xml_text(value)[:_MOST]
    if cell.value:
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@\t"


def returned(data: bytes, *, name: str) -> tuple[str, str, list[Returned]]:
    """A workbook that was exported for review and edited.

    Returns:
        The document's name and version as exported, and its rows; a chosen
        candidate stands for an English that was left alone.

    Raises:
        FormatError: No workbook of ours, or a formula stands in a cell.
    """
    import openpyxl

    with open_zip(data, name=name):
        pass
    try:
        book: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
    except Exception as error:
        raise FormatError(f"{name}: not an Excel workbook ({error})") from error
    try:
        if _META not in book.sheetnames or "review" not in book.sheetnames:
            raise FormatError(f"{name}: not a workbook that `review export` made, or its hidden sheet is gone")
        meta = next(book[_META].iter_rows(values_only=True), ())
        document, version = (str(value or "") for value in (*meta, "", "")[:2])
        if not version.isdecimal():
            raise FormatError(f"{name}: does not say which version it was exported from; export it again")
        return document, version, list(_rows(book["review"], name))
    finally:
        book.close()


def _rows(sheet: Any, name: str) -> Iterator[Returned]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    header = [str(cell.value or "").strip() for cell in next(rows, ())]
    missing = [column for column in HEADER[:3] if column not in header]
    if missing:
        raise FormatError(f"{name}: the column {missing[0]!r} is gone")
    for number, row in enumerate(rows, 2):
        values: dict[str, str] = {}
        for column, cell in zip(header, row, strict=False):
            if cell.data_type in {"f", "e"}:
                raise FormatError(f"{name}: row {number}, column {column!r} holds a formula or an error; type text")
            values[column] = "" if cell.value is None else str(cell.value)
        if values.get("id"):
            chosen = values.get("candidate", "").strip()
            yield Returned(
                id=values["id"],
                source=values["source"],
                target=chosen or values["translation"].strip(),
                settled=values.get("done", "").strip().lower() in {"yes", "y", "1", "true", "x"},
                note=values.get("comment", "").strip(),
            )
