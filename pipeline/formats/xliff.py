"""XLIFF: what translation tools exchange; 1.2 and 2.x read and written back, either made from any document."""

from __future__ import annotations

from typing import Any

from pipeline.core.document import Document
from pipeline.errors import FormatError
from pipeline.formats import _xliff, xliff12, xliff21
from pipeline.formats.safety import parse_xml


class XliffFormat:
    """``.xlf``, ``.xliff``; each unit's or segment's source is a block.

    Targets that a person approved keep text and state; all others are
    translated. Units that say ``translate="no"`` are left alone.
    """

    name = "xliff"
    suffixes: tuple[str, ...] = (".xlf", ".xliff")
    output_suffix = ".xlf"
    can_write = True
    default_output = "xliff"

    def read(self, data: bytes, *, name: str) -> Document:
        """Blocks in document order."""
        root = parse_xml(data, name=name)
        blocks = _dialect(root, name).blocks(root, name=name)
        return Document(name=name, format="xliff", blocks=tuple(blocks))

    def write(self, document: Document, original: bytes) -> bytes:
        """The original with targets, their states, and notes for flags."""
        root = parse_xml(original, name=document.name)
        _dialect(root, document.name).write(root, document)
        return _xliff.serialised(root)

    def export(self, document: Document) -> bytes:
        """XLIFF 2.1."""
        return xliff21.export(document)


class Xliff12Format(XliffFormat):
    """XLIFF that is exported as 1.2."""

    name = "xliff12"
    suffixes = ()
    default_output = "xliff12"

    def export(self, document: Document) -> bytes:
        """XLIFF 1.2."""
        return xliff12.export(document)


class Xliff21Format(XliffFormat):
    """XLIFF that is exported as 2.1."""

    name = "xliff21"
    suffixes = ()
    default_output = "xliff21"


def returned(data: bytes, *, name: str) -> tuple[str, str, list[_xliff.Returned]]:
    """A file that was exported for review and edited elsewhere.

    Args:
        data: Its bytes.
        name: For messages.

    Returns:
        The document's name and version as exported, and its units.

    Raises:
        FormatError: No XLIFF, or the document and version are no longer in it.
    """
    root = parse_xml(data, name=name)
    dialect = _dialect(root, name)
    if next(root.iter(_xliff.namespace(root) + "file"), None) is None:
        raise FormatError(f"{name}: holds no <file>")
    document, version = dialect.version_of(root)
    if not document or not version.isdecimal():
        raise FormatError(f"{name}: does not say which version it was exported from; export it with `review export`")
    return document, version, list(dialect.returned(root))


def _dialect(root: Any, name: str) -> Any:
    version = root.get("version", "")
    if _xliff.local(root) != "xliff":
        raise FormatError(
            f"{name}: the root element is <{_xliff.local(root)}>, not <xliff>; this is another kind of XML"
        )
    if version.startswith("1."):
        return xliff12
    if version.startswith("2."):
        return xliff21
    raise FormatError(f"{name}: XLIFF version {version or 'not given'!r}; 1.0 to 2.2 can be read")
