"""What a format is."""

from __future__ import annotations

from typing import Protocol

from pipeline.core.document import Document


class Format(Protocol):
    """A document format.

    Attributes:
        name: Registry name.
        suffixes: File suffixes that it reads, lower case, with dot.
        output_suffix: Suffix of what it writes.
        can_write: Whether a translation can be written back into an original.
        default_output: Format used for results where it cannot.
    """

    name: str
    suffixes: tuple[str, ...]
    output_suffix: str
    can_write: bool
    default_output: str

    def read(self, data: bytes, *, name: str) -> Document:
        """A document of blocks.

        Raises:
            pipeline.errors.FormatError: Not this format.
            pipeline.errors.EncodingError: No text in a known encoding.
        """

    def write(self, document: Document, original: bytes) -> bytes:
        """The original with each block's text replaced by its target."""

    def export(self, document: Document) -> bytes:
        """A new file of this format from any document."""
