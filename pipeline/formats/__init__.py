"""Document formats: each reads to a Document and writes a translation back."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from pipeline.errors import InputError, UsageError
from pipeline.formats.base import Format
from pipeline.lang.han import HAN_CHARACTER
from pipeline.lang.normaliser import normalise

FORMATS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "text": ("pipeline.formats.text:TextFormat", (".txt",)),
    "markdown": ("pipeline.formats.markdown:MarkdownFormat", (".md", ".markdown")),
    "html": ("pipeline.formats.html:HtmlFormat", (".html", ".htm")),
    "docx": ("pipeline.formats.docx:DocxFormat", (".docx",)),
    "xliff": ("pipeline.formats.xliff:XliffFormat", (".xlf", ".xliff")),
    "xliff12": ("pipeline.formats.xliff:Xliff12Format", ()),
    "xliff21": ("pipeline.formats.xliff:Xliff21Format", ()),
    "pdf": ("pipeline.formats.pdf:PdfFormat", (".pdf",)),
    "exchange": ("pipeline.formats.exchange:ExchangeFormat", (".json",)),
}


def by_name(name: str) -> Format:
    """A format by its name.

    Raises:
        UsageError: There is none.
    """
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}; known: {', '.join(FORMATS)}")
    module, _, attribute = FORMATS[name][0].partition(":")
    return cast("Format", getattr(import_module(module), attribute)())


def for_path(path: Path) -> Format:
    """The format that a file's suffix says.

    Raises:
        InputError: The suffix is unknown.
    """
    suffix = path.suffix.lower()
    for name, (_, known) in FORMATS.items():
        if suffix in known:
            return by_name(name)
    raise InputError(f"{path}: unknown format {suffix or '(no suffix)'!r}; known: {', '.join(suffixes())}")


def suffixes() -> list[str]:
    """All suffixes that can be read."""
    return [suffix for _, known in FORMATS.values() for suffix in known]


def chinese_texts(paths: Iterable[Path]) -> list[str]:
    """The Chinese of documents, one string per block, normalised.

    Args:
        paths: Documents, or folders of them; files of unknown formats in a
            folder are passed over, and so is English beside its Chinese.

    Raises:
        UsageError: A path does not exist.
        InputError: A document is unusable.
    """
    texts = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"no document at {path}")
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in suffixes() and file.is_file())
        for file in inside if path.is_dir() else [path]:
            document = for_path(file).read(file.read_bytes(), name=file.name)
            texts += [normalise(block.source)[0] for block in document.blocks if block.translate]
    return [text for text in texts if HAN_CHARACTER.search(text)]


def writable() -> list[str]:
    """Names of the formats that can be written."""
    return [name for name in FORMATS if name != "pdf"]
