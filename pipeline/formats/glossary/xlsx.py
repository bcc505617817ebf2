"""Glossaries as Excel workbooks: read strictly, written so that a linguist can work in them.

The first sheet is the glossary. Written ones have a frozen header, lists to
choose from, a filter, and findings of ``glossary lint`` as comments; a text
that begins like a formula is stored as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.errors import GlossaryError
from pipeline.formats.safety import open_zip, read_member, xml_text
from pipeline.termbase.concept import PARTS_OF_SPEECH, ConceptEntry, EntryState
from pipeline.termbase.lint import LintFinding
from pipeline.termbase.table import COLUMNS, MAX_ROWS, Row, cells_of, entries_of

_WIDTHS: Final = {
    "id": 22, "zh": 22, "zh_variants": 22, "en": 34, "en_admitted": 34, "en_forbidden": 30, "abbr": 9, "pos": 10,
    "subject": 16, "condition": 30, "definition": 36, "note": 40, "reference": 30,
}  # fmt: skip
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+(\d+):[A-Z]+\d+)"')
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
AUTHOR: Final = "zhengming"


def read(data: bytes, path: Path) -> list[ConceptEntry]:
    """The entries on the first sheet.

    Raises:
        GlossaryError: No workbook, merged cells, formulas, or faults of the
            table itself, each with its row.
    """
    return entries_of(path, rows(data, path))


def rows(data: bytes, path: Path) -> Iterator[Row]:
    """Row numbers and cells of the first sheet; empty rows are left out."""
    book = _open(data, path)
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(), 1):
            if number > MAX_ROWS + 1:
                raise GlossaryError(
                    f"more than {MAX_ROWS:,} rows: split the file by subject field", path=str(path), line=number
                )
            cells = [_text(cell, path, number) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if any(cell.strip() for cell in cells):
                yield number, cells
    finally:
        book.close()


def _open(data: bytes, path: Path) -> Any:
    import openpyxl

    with open_zip(data, name=str(path)) as archive:
        for member in archive.namelist():
            merged = _MERGED.search(read_member(archive, member, name=str(path))) if _SHEET.fullmatch(member) else None
            if merged:
                raise GlossaryError(
                    f"cells {merged[1].decode()} are merged: unmerge them, one concept a row",
                    path=str(path),
                    line=int(merged[2]),
                )
    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except Exception as error:
        raise GlossaryError(f"not an Excel workbook: {error}", path=str(path)) from error
    if not book.worksheets:
        raise GlossaryError("the workbook has no sheet", path=str(path))
    # The stored size may be wrong, and then rows would be cut off.
    book.worksheets[0].reset_dimensions()
    return book


def _text(cell: Any, path: Path, line: int) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise GlossaryError("a formula stands in a cell: paste values only", path=str(path), line=line)
    if cell.data_type == "e":
        raise GlossaryError(f"a cell holds the error {value}", path=str(path), line=line)
    if cell.data_type == "d":
        return str(value.date().isoformat() if hasattr(value, "date") else value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write(entries: Iterable[ConceptEntry], *, findings: Sequence[LintFinding] = ()) -> bytes:
    """A workbook with all columns.

    Args:
        entries: One row each.
        findings: Become comments on the cells that they are about.
    """
    import openpyxl

    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "glossary"
    entries = list(entries)
    write_rows(sheet, COLUMNS, [list(cells_of(entry).values()) for entry in entries], widths=_WIDTHS)
    last = max(len(entries) + 1, 2)
    subjects = sorted({entry.subject for entry in entries if entry.subject})
    for column, choices, strict in (
        ("pos", PARTS_OF_SPEECH, True),
        ("state", tuple(map(str, EntryState)), True),
        ("subject", tuple(subjects), False),
    ):
        add_choices(sheet, COLUMNS.index(column), choices, last=last + 500, strict=strict)
    _comment(sheet, entries, findings)
    return saved(book)


def write_rows(sheet: Any, header: Sequence[str], body: Iterable[Sequence[str]], *, widths: dict[str, int]) -> None:
    """A frozen, bold header with a filter, and rows of plain text below it."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, name in enumerate(header, 1):
        cell = sheet.cell(row=1, column=number, value=name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(number)].width = widths.get(name, 12)
    top = Alignment(vertical="top", wrap_text=True)
    for i, row in enumerate(body, 2):
        for j, value in enumerate(row, 1):
            if value:
                plain(sheet.cell(row=i, column=j), value).alignment = top
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{max(sheet.max_row, 1)}"


def plain(cell: Any, value: str) -> Any:
    """Store text as text, even where it begins like a formula."""
    cell.value = legal(value)
    cell.data_type = "s"
    if value[:1] in {"=", "+", "-", "@"}:
        cell.quotePrefix = True
    return cell


def legal(text: str) -> str:
    """Text as a cell can hold it: no control characters, 32,767 characters at most."""
    return xml_text(text)[:32767]


def add_choices(sheet: Any, column: int, choices: Sequence[str], *, last: int, strict: bool) -> None:
    """A list to choose from for a column (0-based); with ``strict`` nothing else may be typed."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(choices)
    # A list in the validation itself may have 255 characters.
    if not choices or len(listed) > 255 or '"' in listed:
        return
    validation = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=strict)
    validation.error = f"Choose one of: {listed}"
    letter = get_column_letter(column + 1)
    validation.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(validation)


def _comment(sheet: Any, entries: Sequence[ConceptEntry], findings: Sequence[LintFinding]) -> None:
    from openpyxl.comments import Comment

    rows_by_id = {entry.id: number for number, entry in enumerate(entries, 2)}
    texts: dict[tuple[int, int], list[str]] = {}
    for found in findings:
        row = rows_by_id.get(found.concept)
        if row is not None:
            column = COLUMNS.index(found.column) + 1 if found.column in COLUMNS else 1
            hint = f"\nSuggestion: {found.suggestion}" if found.suggestion else ""
            texts.setdefault((row, column), []).append(f"{found.code} {found.message}{hint}")
    for (row, column), lines in texts.items():
        comment: Any = Comment(legal("\n\n".join(lines)), AUTHOR)
        comment.width, comment.height = 320, 120
        sheet.cell(row=row, column=column).comment = comment


def saved(book: Any) -> bytes:
    """A workbook's bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
