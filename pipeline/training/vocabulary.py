"""The two alphabets: SentencePiece models for Chinese and English, and their shared ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.lang.han import HAN_CHARACTER
from pipeline.lang.subword import CHINESE_PREFIX, CLOSE, OPEN, SEPARATOR, SubwordCodec
from pipeline.training.corpus import Pair

CHINESE_PIECES: Final = 12_000
ENGLISH_PIECES: Final = 7_000
ELEMENTS: Final = (
    "钪钇镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥镓锗锑铟钨碲铋钼铍铌钽锆铪铼钒钛铬锰钴镍铜锌镉汞铅锡锂铷铯铂钯铑钌锇铱铀钍钚"
)
_LATIN: Final = re.compile(r"[!-~ ]+")


def train_alphabets(pairs: Sequence[Pair], folder: Path, *, required: Iterable[str] = ()) -> None:
    """Write ``zh.spm`` and ``en.spm``.

    Ordinary character coverage would drop the rare elements; every character
    seen three times, every element and every character of ``required`` is a
    piece of its own, and the rest falls back to bytes.

    Args:
        pairs: Cleaned.
        folder: Exists.
        required: Further texts whose characters must be covered, such as the
            glossaries'.
    """
    counts = Counter(character for pair in pairs for character in HAN_CHARACTER.findall(pair.zh))
    characters = {character for character, count in counts.items() if count >= 3} | set(ELEMENTS)
    characters |= {character for text in required for character in HAN_CHARACTER.findall(text)}
    chinese, english = folder / "zh.txt", folder / "en.txt"
    chinese.write_text("\n".join(_LATIN.sub(" ", pair.zh) for pair in pairs), encoding="utf-8")
    english.write_text("\n".join(pair.en for pair in pairs), encoding="utf-8")
    small = min(1.0, len(pairs) / 20_000)
    _train(
        chinese,
        folder / "zh",
        min(CHINESE_PIECES, int(CHINESE_PIECES * small) + len(characters) + 300),
        required_chars="".join(sorted(characters)),
        add_dummy_prefix=False,
        max_sentencepiece_length=6,
    )
    _train(
        english,
        folder / "en",
        min(ENGLISH_PIECES, int(ENGLISH_PIECES * small) + 400),
        split_digits=True,
        control_symbols=[OPEN, SEPARATOR, CLOSE],
    )
    for path in (chinese, english):
        path.unlink()


def _train(text: Path, prefix: Path, size: int, **options: Any) -> None:
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(prefix),
        vocab_size=size,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=0.9995,
        input_sentence_size=400_000,
        shuffle_input_sentence=True,
        minloglevel=2,
        **options,
    )
    prefix.with_suffix(".model").rename(prefix.with_suffix(".spm"))
    prefix.with_suffix(".vocab").unlink()


@dataclass(frozen=True, slots=True)
class Sampled:
    """A SentencePiece processor that draws each text's pieces (subword regularisation: Kudo 2018).

    Attributes:
        alphabet: The processor.
        alpha: Exponent of a segmentation's probability; the smaller, the more even the draw.
    """

    alphabet: Any
    alpha: float

    def encode(self, text: str, *, out_type: type) -> list[Any]:
        """One segmentation of the text, drawn."""
        return list(
            self.alphabet.encode(text, out_type=out_type, enable_sampling=True, nbest_size=-1, alpha=self.alpha)
        )


def piece_lists(codec: SubwordCodec) -> tuple[list[str], list[str]]:
    """English pieces, and Chinese pieces with their prefix; ids count through both in this order."""
    english = [str(codec.english.id_to_piece(i)) for i in range(codec.english.get_piece_size())]
    chinese = [CHINESE_PREFIX + str(codec.chinese.id_to_piece(i)) for i in range(codec.chinese.get_piece_size())]
    return english, chinese
