"""Readers get damaged files: each ends as a document or as an InputError, nothing else.

What a search found once is kept in ``cases`` and read again each time.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline import formats
from pipeline.core.document import Block, BlockKind, Document
from pipeline.errors import InputError

CASES = Path(__file__).parent / "cases"
# A longer search: ZHENGMING_FUZZ=2000 pytest tests/formats/test_fuzz.py
EXAMPLES = int(os.environ.get("ZHENGMING_FUZZ", "25"))
TEXTS = ("商务部公告2025年第18号", "一、对两用物项实施出口管制；", "“同意”（见附件）。", "A|B *c* <d> &e;")
NAMES = tuple(formats.writable())


def _sample(name: str) -> bytes:
    blocks = tuple(Block(id=f"b{i}", kind=BlockKind.PARAGRAPH, source=text) for i, text in enumerate(TEXTS))
    return formats.by_name(name).export(Document(name="d", format=name, blocks=blocks))


def _read(name: str, data: bytes) -> None:
    try:
        document = formats.by_name(name).read(data, name="d")
    except InputError:
        return
    assert len({block.id for block in document.blocks}) == len(document.blocks)


def _damaged(data: bytes, seed: int) -> bytes:
    """Bytes changed, stretches cut, doubled, or swapped with others."""
    rng, changed = random.Random(seed), bytearray(data)  # noqa: S311  (not for secrets)
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(changed) + 1)
        end = min(len(changed), start + rng.randint(0, 40))
        piece = changed[start:end]
        changed[start:end] = rng.choice((b"", piece * 3, rng.randbytes(len(piece)), piece[::-1], b"<" * len(piece)))
    return bytes(changed)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
@example(seed=0)
def test_a_damaged_file_is_a_document_or_an_input_error(name: str, seed: int) -> None:
    _read(name, _damaged(_sample(name), seed))


@pytest.mark.parametrize("name", [*NAMES, "pdf"])
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_document_or_an_input_error(name: str, data: bytes) -> None:
    if name == "pdf":
        pytest.importorskip("pdfplumber")
    _read(name, data)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.*")), ids=lambda path: path.name)
def test_a_case_that_was_found_stays_mended(path: Path) -> None:
    _read(path.name.partition("-")[0], path.read_bytes())
