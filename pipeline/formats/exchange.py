"""The exchange form of a document: what ``--to exchange`` wrote, read again."""

from __future__ import annotations

import msgspec

from pipeline.core.document import Document
from pipeline.core.serial import dumps, loads
from pipeline.errors import FormatError


class ExchangeFormat:
    """``.json``; blocks that a person settled keep their English, the others are translated anew."""

    name = "exchange"
    suffixes = (".json",)
    # The report of --to json ends in .json too: one must not take the place of the other.
    output_suffix = ".exchange.json"
    can_write = True
    default_output = "exchange"

    def read(self, data: bytes, *, name: str) -> Document:
        """The stored document, ready for the stages."""
        try:
            document = loads(data)
        except FormatError as error:
            raise FormatError(f"{name}: {error}; documents are stored with --to exchange") from error
        return msgspec.structs.replace(document, format=self.name, provides=frozenset(), signature=None)

    def write(self, document: Document, original: bytes) -> bytes:
        """The whole document; the original adds nothing to it."""
        del original
        return dumps(document)

    def export(self, document: Document) -> bytes:
        """The whole document."""
        return dumps(document)
