"""Tables of term candidates: what ``glossary extract`` writes and ``glossary import`` takes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pipeline.formats.glossary import xlsx
from pipeline.termbase.concept import PARTS_OF_SPEECH
from pipeline.termbase.extract import Candidate
from pipeline.termbase.table import format_row

COLUMNS: Final = (
    "accept", "id", "zh", "en", "pos", "subject", "reference", "count", "score", "renderings", "known", "tags",
    "example", "example_en",
)  # fmt: skip
_WIDTHS: Final = {
    "accept": 8, "id": 24, "zh": 20, "en": 30, "pos": 10, "subject": 14, "reference": 22, "count": 8, "score": 8,
    "renderings": 40, "known": 20, "tags": 12, "example": 50, "example_en": 60,
}  # fmt: skip


def rows(candidates: Sequence[Candidate]) -> list[list[str]]:
    """A row per candidate; ``accept`` is left to the linguist, ``en`` is the likeliest rendering."""
    made = []
    for candidate in candidates:
        en = candidate.renderings[0][0] if candidate.renderings else ""
        nominal = candidate.pos.rpartition("+")[2][:1] != "v" or candidate.pos.endswith("vn")
        cells = {
            "id": _slug(en) or f"zh-{'-'.join(f'{ord(c):x}' for c in candidate.zh)}",
            "zh": candidate.zh,
            "en": en,
            "pos": "noun" if nominal else "verb",
            "count": str(candidate.count),
            "score": f"{candidate.score:.2f}",
            "renderings": "; ".join(f"{text} ({count})" for text, count in candidate.renderings),
            "known": "; ".join(candidate.known),
            "tags": candidate.pos,
            "example": candidate.example,
            "example_en": candidate.example_en,
        }
        made.append([cells.get(name, "") for name in COLUMNS])
    return made


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:60]


def write_csv(candidates: Sequence[Candidate]) -> bytes:
    """CSV, UTF-8."""
    return "".join(format_row(row) for row in (COLUMNS, *rows(candidates))).encode()


def write_xlsx(candidates: Sequence[Candidate]) -> bytes:
    """A workbook with a list to choose ``accept`` from."""
    import openpyxl

    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "candidates"
    xlsx.write_rows(sheet, COLUMNS, rows(candidates), widths=_WIDTHS)
    last = len(candidates) + 1
    xlsx.add_choices(sheet, COLUMNS.index("accept"), ("yes", "no"), last=last, strict=True)
    xlsx.add_choices(sheet, COLUMNS.index("pos"), PARTS_OF_SPEECH, last=last, strict=True)
    return xlsx.saved(book)
