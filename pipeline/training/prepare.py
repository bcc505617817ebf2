"""Sentence pairs to token ids, word alignments and held-out sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, islice
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.errors import InputError
from pipeline.lang.han import is_han
from pipeline.lang.subword import END, SubwordCodec
from pipeline.training.apart import Apart
from pipeline.training.corpus import Pair, clean, normal, read_pairs
from pipeline.training.symbols import with_symbols
from pipeline.training.synthetic import NAME as SYNTHETIC
from pipeline.training.vocabulary import Sampled, piece_lists, train_alphabets

LONGEST: Final = 190
# One group of near-duplicates in so many goes to the development and test sets.
_HELD_OUT: Final = 400
_BATCH: Final = 20_000
# Pieces of a pair whose links are too few to judge it by, and what the linked share of the English adds at the least.
_SHORT: Final = 6
_BOTH: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What :func:`prepare` wrote, in figures."""

    pairs: int
    held_out: int
    aligned: int
    target_tokens: int


def prepare(
    sources: Sequence[Path],
    folder: Path,
    *,
    extra: Iterable[Pair] = (),
    excluded: Iterable[str] = (),
    required: Iterable[str] = (),
    align: bool = True,
    least_linked: float = 0.0,
    sampled: float = 0.0,
) -> Prepared:
    """Clean, hold out, tokenise and align.

    Writes ``zh.spm`` and ``en.spm`` (unless they are there: a model that is
    trained on needs its own), ``train.npz``, ``dev.jsonl`` and ``test.jsonl``.

    Args:
        sources: Files for :func:`pipeline.training.corpus.read_pairs`.
        folder: Made if missing.
        extra: Further pairs that stand in no file.
        excluded: Chinese sentences that must not be trained on, nor any near them.
        required: Texts whose characters the alphabet must cover.
        align: Whether to run word alignment (extra ``train``).
        least_linked: Pairs of which a smaller share of the Chinese pieces is linked are left out, and those with few
            links on both sides: they are rarely translations of each other. Dictionary entries stay. 0: all stay.
        sampled: Cut the Chinese into pieces at random instead of the likeliest ones, the smaller the wilder; 0: not
            at all. A few folders so prepared keep a model from learning few pairs by heart.

    Raises:
        InputError: No usable pair.
    """
    folder.mkdir(parents=True, exist_ok=True)
    banned = Apart(map(normal, excluded))
    read = (pair for path in sources for pair in read_pairs(path))
    pairs = list(clean(chain(read, extra), excluded=banned))
    if not pairs:
        raise InputError("no usable sentence pair in the given files")
    kept, held = split(pairs)
    held_out = Apart(pair.zh for pair in held)
    kept = [pair for pair in kept if pair.dictionary or pair.zh not in held_out]
    for name, part in (("dev", held[0::2]), ("test", held[1::2])):
        (folder / f"{name}.jsonl").write_bytes(
            b"\n".join(msgspec.json.encode({"zh": pair.zh, "en": pair.en, "source": pair.source}) for pair in part)
        )
    if not (folder / "zh.spm").exists():
        train_alphabets(kept, folder, required=required)
    codec = SubwordCodec.load(folder)
    cutting = replace(codec, chinese=Sampled(codec.chinese, sampled)) if sampled else codec
    encoded = [item for pair in kept if (item := _encode(pair, cutting)) is not None]
    alignments = _aligned([(source, target) for _, source, target in encoded], folder) if align else []
    if align and least_linked:
        good = [_well_linked(*item, links, least_linked) for item, links in zip(encoded, alignments, strict=True)]
        encoded, alignments = list(compress(encoded, good)), list(compress(alignments, good))
    _save(folder, encoded, alignments, codec)
    return Prepared(
        pairs=len(encoded),
        held_out=len(held),
        aligned=sum(bool(links) for links in alignments),
        target_tokens=sum(len(target) + 1 for _, _, target in encoded),
    )


def split(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Pairs to train on, and pairs held out.

    Sentences are grouped by their Chinese letters without digits and
    punctuation, so that versions of one article that differ in a number fall
    on the same side. Dictionary entries and synthetic pairs are never held out.
    """
    kept: list[Pair] = []
    held: list[Pair] = []
    for pair in pairs:
        key = "".join(filter(is_han, pair.zh))[:40]
        chosen = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % _HELD_OUT == 0
        (held if chosen and not pair.dictionary and pair.source != SYNTHETIC else kept).append(pair)
    return kept, held


def _encode(pair: Pair, codec: SubwordCodec) -> tuple[Pair, list[str], list[str]] | None:
    zh, en = (pair.zh, pair.en) if pair.dictionary else with_symbols(pair.zh, pair.en)
    source, target = codec.encode_source([zh])[:-1], codec.encode_target(en)
    fits = 0 < len(source) <= LONGEST and 0 < len(target) <= LONGEST
    return (pair, source, target) if fits else None


def _aligned(pairs: Sequence[tuple[list[str], list[str]]], folder: Path) -> list[list[tuple[int, int]]]:
    """Links (source piece, target piece) by symmetrised IBM model 2 (fast_align, Dyer et al. 2013)."""
    import systran_align

    text, forward, backward = (folder / name for name in ("align.txt", "align.fwd", "align.bwd"))
    with text.open("w", encoding="utf-8") as file:
        file.writelines(f"{' '.join(source)} ||| {' '.join(target)}\n" for source, target in pairs)
    systran_align.generate_alignment_probabilities(str(text), str(forward), str(backward))
    aligner = systran_align.Aligner(str(forward), str(backward))
    links: list[list[tuple[int, int]]] = []
    for batch in _batches(pairs, _BATCH):
        found = aligner.align_batch([source for source, _ in batch], [target for _, target in batch])
        links += [[(int(i), int(j)) for i, j in result["alignments"]] for result in found]
    for path in (text, forward, backward):
        path.unlink()
    return links


def _well_linked(pair: Pair, source: list[str], target: list[str], links: list[tuple[int, int]], least: float) -> bool:
    """Whether enough of a pair is linked; short ones say too little to be judged."""
    if pair.dictionary or len(source) < _SHORT:
        return True
    linked = len({i for i, _ in links}) / len(source)
    return linked >= least and linked + len({j for _, j in links}) / len(target) >= least + _BOTH


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _save(
    folder: Path,
    encoded: Sequence[tuple[Pair, list[str], list[str]]],
    alignments: Sequence[list[tuple[int, int]]],
    codec: SubwordCodec,
) -> None:
    """Flat uint16 ids with offsets: small enough to travel."""
    import numpy as np

    english, chinese = piece_lists(codec)
    source_ids = {piece: number for number, piece in enumerate([*english, *chinese])}
    target_ids = {piece: number for number, piece in enumerate(english)}
    names = sorted({pair.source for pair, _, _ in encoded})
    end = target_ids[END]
    source = [[*(source_ids[piece] for piece in pieces), end] for _, pieces, _ in encoded]
    target = [[*(target_ids.get(piece, 0) for piece in pieces), end] for _, _, pieces in encoded]
    links = [[number for link in found for number in link] for found in alignments] or [[] for _ in encoded]
    np.savez_compressed(
        folder / "train.npz",
        source=_flat(source, np.uint16),
        source_ends=np.cumsum([len(ids) for ids in source]),
        target=_flat(target, np.uint16),
        target_ends=np.cumsum([len(ids) for ids in target]),
        links=_flat(links, np.uint8),
        links_ends=np.cumsum([len(found) for found in links]),
        corpus=np.array([names.index(pair.source) for pair, _, _ in encoded], dtype=np.uint16),
        names=np.array(names),
        sizes=np.array([len(english), len(chinese)]),
    )


def _flat(rows: Sequence[Sequence[int]], kind: Any) -> Any:
    import numpy as np

    return np.fromiter((number for row in rows for number in row), dtype=kind)
