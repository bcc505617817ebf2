"""The normalise stage."""

from __future__ import annotations

import msgspec

from pipeline.core.document import Block, Document
from pipeline.lang.normaliser import normalise


class Normalise:
    """Gives each block its normalised text and the map to its source."""

    name = "normalise"
    requires: frozenset[str] = frozenset()
    provides = frozenset({"text"})

    def __call__(self, document: Document) -> Document:
        """The document with ``Block.text`` set."""
        return msgspec.structs.replace(document, blocks=tuple(map(_normalised, document.blocks)))


def _normalised(block: Block) -> Block:
    if not block.translate:
        return msgspec.structs.replace(block, text=block.source)
    text, offsets = normalise(block.source)
    return msgspec.structs.replace(block, text=text, offsets=offsets)
