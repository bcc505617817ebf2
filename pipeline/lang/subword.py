"""Subword pieces of the embedded model: one alphabet for English, one for Chinese.

Chinese runs are cut by the Chinese SentencePiece model; Latin letters and
digits in Chinese text, and the renderings that a glossary asks for, by the
English one. Copying a number, a code or a rendering is thus copying the same
pieces. Chinese pieces carry a prefix in the source vocabulary, so that the two
alphabets cannot be confused.

A value with one right English (a date, an amount, a document number) is one
piece on both sides: the byte pieces that no UTF-8 text can contain serve for
them, so that no alphabet has to be trained anew. In text handed to the codec a
value is one private-use character, see :data:`SYMBOLS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from pipeline.resources import shipped

OPEN: Final = "<t>"
SEPARATOR: Final = "<c>"
CLOSE: Final = "</t>"
END: Final = "</s>"
CHINESE_PREFIX: Final = "zh:"
_BYTE: Final = re.compile(r"<0x[0-9A-F]{2}>")
_LATIN_RUN: Final = re.compile(r"[!-~]+(?: +[!-~]+)*")
# Full-width letters and digits are the same pieces as their ASCII forms;
# full-width punctuation stays with the Chinese.
_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5F) if chr(code - 0xFEE0).isalnum()}

# The pieces of bytes that stand in no text, by the kind of value they are for.
_BYTES: Final = {
    "date": range(0x01, 0x07),
    "number": (0x07, 0x08, 0x0B, 0x0C, *range(0x0E, 0x14)),
    "percent": range(0x14, 0x1C),
    "document-number": (0x1C, 0x1D, 0x1E, 0x1F),
    "provision": (0xC0, 0xC1, 0xF5, 0xF6),
    "name": (0xF7, 0xF8, 0xF9),
    "count": (0xFA, 0xFB, 0xFC, 0xFD),
    "ordinal": (0xFE, 0xFF),
}
_PRIVATE: Final = 0xE000
# A model may write any byte; where it is none of a value's, it stands for nothing.
RESERVED: Final = frozenset(chr(_PRIVATE + byte) for byte in range(0x100))
SYMBOLS: Final[dict[str, str]] = {
    kind: "".join(chr(_PRIVATE + byte) for byte in bytes_) for kind, bytes_ in _BYTES.items()
}
_SYMBOL: Final = re.compile(f"([{''.join(SYMBOLS.values())}])")
_PIECES: Final = {symbol: f"<0x{ord(symbol) - _PRIVATE:02X}>" for symbol in "".join(SYMBOLS.values())}
VALUE_PIECES: Final = frozenset(_PIECES.values())
_OF_PIECES: Final = {piece: symbol for symbol, piece in _PIECES.items()}
_SPACE: Final = "▁"
_USUAL_RARITY: Final = 11.0
# No space between these and a value.
_OPENERS: Final = ("(", "[", "“", "‘", "/")

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

    def encode_located(self, text: str) -> list[tuple[str, int, int]]:
        """The source pieces of plain Chinese text without symbols, each with the range of text it stands for."""
        located: list[tuple[str, int, int]] = []
        at = 0
        for run, latin in latin_runs(text.translate(_FOLD)):
            kept = [at + i for i, character in enumerate(run) if latin or not character.isspace()] + [at + len(run)]
            side, prefix = (self.english, "") if latin else (self.chinese, CHINESE_PREFIX)
            for piece, start, end in _ranges(side, run if latin else "".join(run.split())):
                located.append((prefix + piece, kept[start], kept[end]))
            at += len(run)
        return located

    def encode_plain(self, text: str) -> list[str]:
        """The source pieces of plain Chinese text without symbols; those of :meth:`encode_located`."""
        pieces: list[str] = []
        for run, latin in latin_runs(text.translate(_FOLD)):
            if latin:
                pieces += self.encode_target(run)
            else:
                chinese = self.chinese.encode("".join(run.split()), out_type=str)
                pieces += [CHINESE_PREFIX + piece for piece in chinese]
        return pieces

    def encode_target(self, text: str) -> list[str]:
        """The English pieces of a text, symbols included, without an end symbol."""
        pieces: list[str] = []
        for run in _SYMBOL.split(text):
            if run in _PIECES:
                pieces.append(_PIECES[run])
            elif run.strip():
                found = list(self.english.encode(run, out_type=str))
                pieces += self._glued(found) if pieces and not run[0].isspace() else found
        return pieces

    def _glued(self, pieces: list[str]) -> list[str]:
        """Pieces without the word start that SentencePiece puts before a text, where the alphabet has them so."""
        bare = pieces[0].removeprefix(_SPACE)
        if bare and self.english.piece_to_id(bare) == self.english.unk_id():
            return pieces
        return [bare, *pieces[1:]] if bare else pieces[1:]

    def words(self, pieces: Sequence[str]) -> list[tuple[str, range]]:
        """The words of target pieces, each with the indices of its pieces; value symbols are private-use characters.

        A symbol begins a word of its own, and what follows without a space
        belongs to it. Joined by single spaces, the words are the text.
        """
        starts = [i for i, piece in enumerate(pieces) if i and (piece[:1] == _SPACE or piece in _OF_PIECES)]
        words: list[tuple[str, range]] = []
        # What stands for nothing goes with the word behind it.
        first = 0
        for end in (*starts, len(pieces)):
            word = self._word(pieces[first:end])
            if not word:
                continue
            if words and word[0] in _PIECES and words[-1][0].endswith(_OPENERS):
                words[-1] = (words[-1][0] + word, range(words[-1][1].start, end))
            else:
                words.append((word, range(first, end)))
            first = end
        return words

    def _word(self, pieces: Sequence[str]) -> str:
        text = "".join(pieces)
        if "<" not in text:
            return text.replace(_SPACE, " ").strip()
        # Pieces of bytes and other symbols.
        symbols = "".join(_OF_PIECES.get(piece, "") for piece in pieces)
        rest = [piece for piece in pieces if piece not in _OF_PIECES]
        return symbols + str(self.english.decode_pieces(rest)).strip() if rest else symbols

    def _plain(self, text: str) -> list[str]:
        pieces: list[str] = []
        for run in _SYMBOL.split(text):
            pieces += [_PIECES[run]] if run in _PIECES else self.encode_plain(run)
        return pieces


@lru_cache(maxsize=1)
def _shipped_chinese() -> Any:
    import sentencepiece

    path = shipped("models") / "zh-en-compact" / "zh.spm"
    return sentencepiece.SentencePieceProcessor(model_file=str(path)) if path.is_file() else None


def rarity(text: str) -> float:
    """Negative log-probability of the rarest piece of a Chinese text, in nats, by the shipped alphabet.

    What is rare in training is what a model gets wrong (Koehn and Knowles 2017). Of a text without pieces, and
    where the folder of models has no alphabet, a usual value.
    """
    alphabet = _shipped_chinese()
    pieces = alphabet.encode(text) if alphabet else []
    return max((-float(alphabet.get_score(piece)) for piece in pieces), default=_USUAL_RARITY)


def _ranges(side: Any, text: str) -> Iterator[tuple[str, int, int]]:
    """Pieces with the range of text each stands for; the bytes of a character share its range."""
    normal, places = side.normalize(text, with_offsets=True)
    at = left = 0
    for piece in side.encode(text, out_type=str):
        start = at
        if piece[:1] == "<" and _BYTE.fullmatch(piece):
            left = (left or len(normal[at].encode())) - 1
            at += left == 0
            yield piece, places[start], places[start + 1]
        else:
            at += len(piece)
            yield piece, places[start], places[at]


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
