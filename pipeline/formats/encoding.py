"""Bytes to text: UTF-8, UTF-16 and GB18030, told apart without guessing wrongly.

Decoding is strict: a replacement character in a ministry's text would be
translated as if it had been there.
"""

from __future__ import annotations

import codecs
from typing import Final

from pipeline.errors import EncodingError

_SAMPLE: Final = 1 << 16


def decode(data: bytes, *, name: str) -> str:
    """The text of some bytes.

    A byte order mark decides; then UTF-8, UTF-16 without mark (told by its
    zero bytes or its share of Chinese), GB18030.

    Raises:
        EncodingError: Binary data, or text in none of these encodings.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, name)
    wide = _wide(data)
    if wide:
        return _strict(data, wide, name)
    if b"\0" in data[:_SAMPLE]:
        raise EncodingError(f"{name}: binary data, not text; convert it to a text format first")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            raise EncodingError(f"{name}: damaged UTF-8 text at byte {error.start}; save it as UTF-8") from error
    if _decodes(data, "gb18030"):
        return data.decode("gb18030")
    raise EncodingError(f"{name}: neither UTF-8, UTF-16 nor GB18030; save it as UTF-8")


def _mostly_utf8(data: bytes) -> bool:
    """Whether some bytes are UTF-8 but for a fault here and there: GB18030 would read them as other Chinese."""
    sample = data[:_SAMPLE]
    ignored = len(sample) - len(sample.decode("utf-8", "ignore").encode())
    high = sum(byte >= 0x80 for byte in sample)
    return high > 0 and ignored * 2 <= high


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(f"{name}: damaged {encoding} text at byte {error.start}; save it as UTF-8") from error


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: line ends and Latin letters leave zeros on one side only."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 4 or b"\0" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd and not even:
        return "utf-16-le" if _decodes(data, "utf-16-le") else ""
    if even and not odd:
        return "utf-16-be" if _decodes(data, "utf-16-be") else ""
    return ""


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return _plausible(data.decode(encoding))
    except UnicodeDecodeError:
        return False


def _plausible(text: str) -> bool:
    """Whether decoded text looks like Chinese or English rather than chance."""
    sample = text[:20000]
    good = sum(
        1
        for character in sample
        if "一" <= character <= "鿿"
        or " " <= character <= "~"
        or character in "\n\r\t　，。、；：？！“”‘’（）《》—…·％"
    )
    return good >= 0.85 * len(sample)
