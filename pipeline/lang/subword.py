"""Subword pieces of the embedded model: one alphabet for English, one for Chinese.

Chinese runs are cut by the Chinese SentencePiece model; Latin letters and
digits in Chinese text, and the renderings that a glossary asks for, by the
English one. Copying a number, a code or a rendering is thus copying the same
pieces. Chinese pieces carry a prefix in the source vocabulary, so that the two
alphabets cannot be confused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

OPEN: Final = "<t>"
SEPARATOR: Final = "<c>"
CLOSE: Final = "</t>"
END: Final = "</s>"
CHINESE_PREFIX: Final = "zh:"
_LATIN_RUN: Final = re.compile(r"[!-~]+(?: +[!-~]+)*")
# Full-width letters and digits are the same pieces as their ASCII forms;
# full-width punctuation stays with the Chinese.
_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5F) if chr(code - 0xFEE0).isalnum()}

Part = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class SubwordCodec:
    """Text to source pieces, target pieces to text.

    Attributes:
        chinese: SentencePiece processor of the Chinese alphabet.
        english: SentencePiece processor of the English alphabet.
    """

    chinese: Any
    english: Any

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The codec of a model folder.

        Args:
            folder: Holds ``zh.spm`` and ``en.spm``.

        Raises:
            OSError: A file is missing or no SentencePiece model.
        """
        import sentencepiece

        return cls(
            sentencepiece.SentencePieceProcessor(model_file=str(folder / "zh.spm")),
            sentencepiece.SentencePieceProcessor(model_file=str(folder / "en.spm")),
        )

    def encode_source(self, parts: Sequence[Part]) -> list[str]:
        """The source pieces of a sentence, end symbol included.

        Args:
            parts: Plain Chinese text, or a term with the rendering to use.

        Returns:
            Pieces of the source vocabulary.
        """
        pieces: list[str] = []
        for part in parts:
            if isinstance(part, str):
                pieces += self._plain(part)
            else:
                term, rendering = part
                pieces += [OPEN, *self._plain(term), SEPARATOR, *self.encode_target(rendering), CLOSE]
        return [*pieces, END]

    def encode_target(self, text: str) -> list[str]:
        """The English pieces of a text, without an end symbol."""
        return list(self.english.encode(text, out_type=str))

    def decode_target(self, pieces: Sequence[str]) -> str:
        """The text of target pieces."""
        return str(self.english.decode_pieces(list(pieces))).strip()

    def _plain(self, text: str) -> list[str]:
        pieces: list[str] = []
        for run, latin in latin_runs(text.translate(_FOLD)):
            if latin:
                pieces += self.encode_target(run)
            else:
                chinese = self.chinese.encode("".join(run.split()), out_type=str)
                pieces += [CHINESE_PREFIX + piece for piece in chinese]
        return pieces


def latin_runs(text: str) -> Iterator[tuple[str, bool]]:
    """Maximal runs of printable ASCII (True) and of everything else (False), in order."""
    at = 0
    for match in _LATIN_RUN.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match[0], True
        at = match.end()
    if at < len(text):
        yield text[at:], False
