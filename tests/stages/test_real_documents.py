"""Real announcements and laws, from the folder ../shared where it is beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.engines.echo import EchoEngine
from pipeline.run import Translator, ingest, render

FOLDER = Path(__file__).parents[3] / "shared" / "documents"
DOCUMENTS = sorted(FOLDER.glob("*.md"))


@pytest.mark.shared
@pytest.mark.skipif(not DOCUMENTS, reason="no ../shared/documents beside the checkout")
def test_every_real_document_goes_through_and_keeps_its_lines() -> None:
    with Translator(Config(), engine=EchoEngine()) as translator:
        for path in DOCUMENTS:
            document, original = ingest(str(path))
            translated = translator.document(document)
            assert all(segment.target for segment in translated.segments), path.name
            written, _ = render(translated, original, to="")
            assert len(written.decode().splitlines()) == len(original.decode().splitlines()), path.name
