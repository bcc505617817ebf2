"""Reading hostile files and writing whole ones."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipeline.errors import FormatError, OutputError

MAX_MEMBERS: Final = 4096
MAX_UNPACKED: Final = 256 * 1024 * 1024
MAX_RATIO: Final = 200
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def open_zip(data: bytes, *, name: str) -> zipfile.ZipFile:
    """A ZIP archive whose members are bounded in number, size and ratio.

    Raises:
        FormatError: Not a ZIP archive, or one that unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FormatError(f"{name}: not a readable archive ({error}); save the document again") from error
    members = archive.infolist()
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            raise FormatError(f"{name}: holds a part named {member.filename!r}, outside itself; refused as unsafe")
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 65536):
        raise FormatError(f"{name}: unpacks to {unpacked / 2**20:.0f} MiB in {len(members)} parts; refused as unsafe")
    return archive


def read_member(archive: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """The bytes of a member of an archive.

    Raises:
        FormatError: It is damaged or packed in an unknown way.
    """
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        raise FormatError(f"{name}: {member} is damaged ({error}); save the document again") from error


def parse_xml(data: bytes, *, name: str) -> Any:
    """The root of an XML document, without entities, network or huge trees.

    Raises:
        FormatError: Not well-formed, or it declares entities.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(f"{name}: not well-formed XML ({xml_problem(error)})") from error
    except ValueError as error:
        raise FormatError(f"{name}: not well-formed XML ({error})") from error
    internal: Any = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise FormatError(f"{name}: declares XML entities; refused as unsafe")
    return root


def xml_problem(error: Any) -> str:
    """What lxml found wrong, with line and column, without the name that it gives to bytes."""
    return str(error.msg or error)


def xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 forbids, and lxml and Word or Excel refuse."""
    return _NOT_IN_XML.sub("", text)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OutputError: It could not be written; nothing is left behind.
    """
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the path's place once it is whole.

    Raises:
        OutputError: It could not be written; nothing is left behind.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; results get what the user's umask says.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
        if isinstance(error, OSError):
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
        raise
