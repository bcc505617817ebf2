"""The word lexicon of :mod:`pipeline.lang.lexicon`, counted from word-aligned sentence pairs."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.errors import InputError
from pipeline.lang.lexicon import FILE, LONGEST, USUAL, Lexicon, content_words, is_content
from pipeline.lang.subword import CHINESE_PREFIX, VALUE_PIECES, SubwordCodec
from pipeline.training.batches import Pairs
from pipeline.training.corpus import DICTIONARIES
from pipeline.training.shipped import training_files
from pipeline.training.vocabulary import piece_lists

# A translation that is rarer than one in so many, or was seen less often, is more likely a wrong link; a dictionary's
# need not be so strong.
_RARE: Final = 0.01
_SEEN: Final = 3
_WEAK: Final = 0.04
_WEAK_LISTED: Final = 0.02
_FORMS: Final = 6
# A word that right translations leave out more often says nothing.
_LEAST: Final = 0.25
# What a sentence counts at most: in-domain pairs are few, and must not drown the others.
_HEAVIEST: Final = 10.0
# Pairs that the reliability of words is measured on, and how many places the usual reliability stands for there.
_SAMPLE: Final = 20_000
_PRIOR: Final = 4.0
_FEWEST: Final = 8


def build(folders: Sequence[Path], output: Path, *, weights: Mapping[str, float], seed: int = 1) -> Lexicon:
    """Count, prune, measure and write a lexicon.

    Args:
        folders: Prepared and aligned, with one alphabet.
        output: Folder, made if missing; gets ``lexicon.tsv.gz`` and ``card.toml``.
        weights: What a pair counts, by file; others count once, a weight of zero leaves out.
        seed: Of the sample that reliability is measured on.

    Raises:
        InputError: The folders hold no aligned pairs.
    """
    pairs = Pairs.load_all(folders)
    if not len(pairs.links):
        raise InputError(f"{folders[0]}: no word alignment; run `zhengming train prepare` with --align")
    counts = Counts(pairs, SubwordCodec.load(folders[0]), weights)
    if not counts.used:
        raise InputError(f"{folders[0]}: every file has the weight zero")
    lexicon = measured(counts.lexicon(), counts.sample(seed))
    output.mkdir(parents=True, exist_ok=True)
    data = gzip.compress("".join(f"{line}\n" for line in lexicon.lines()).encode(), 9, mtime=0)
    (output / FILE).write_bytes(data)
    _write_card(output / "card.toml", lexicon, hashlib.sha256(data).hexdigest(), counts.used)
    return lexicon


def _write_card(path: Path, lexicon: Lexicon, digest: str, used: Sequence[str]) -> None:
    """Write the card; what stands before the figures of an existing one is kept."""
    mark = "[counted]"
    if path.is_file():
        head = path.read_text(encoding="utf-8").partition(mark)[0]
    else:
        head = f'name = "{path.parent.name}"\nlanguages = ["zh", "en"]\n\n'
    own = {file.stem for file in training_files()}
    sources = [name for name in used if name not in own]
    path.write_text(
        f"{head}{mark}\nwords = {len(lexicon.pairs)}\ntranslations = {sum(map(len, lexicon.pairs.values()))}\n"
        f"sources = {json.dumps(sources)}\nour_own_files = {len(used) - len(sources)}\n\n"
        f'[sha256]\n"{FILE}" = "{digest}"\n',
        encoding="utf-8",
    )


class Counts:
    """Linked words of prepared pairs.

    Args:
        pairs: Prepared, aligned.
        codec: Their alphabets.
        weights: By file.
    """

    def __init__(self, pairs: Pairs, codec: SubwordCodec, weights: Mapping[str, float]) -> None:
        self._pairs = pairs
        self._codec = codec
        self._english, chinese = piece_lists(codec)
        self._chinese = [piece.removeprefix(CHINESE_PREFIX) for piece in chinese]
        self._weights = np.array([min(_HEAVIEST, weights.get(name, 1.0)) for name in pairs.names])[pairs.corpus]
        self.used = [name for name in pairs.names if weights.get(name, 1.0) > 0]
        self._starts = {
            name: np.concatenate([[0], getattr(pairs, f"{name}_ends")[:-1]]) for name in ("source", "target")
        }

    def lexicon(self) -> Lexicon:
        """The lexicon, every word as reliable as any."""
        words, forms, weight, seen, listed = self._linked()
        names, stems = self._chinese, self._stems
        of_word = np.bincount(words, weight, len(names))
        of_form = np.bincount(forms, weight, len(stems))
        strength = weight / np.sqrt(of_word[words] * of_form[forms])
        share = weight / of_word[words]
        good = (share >= _RARE) & (seen >= _SEEN) & (strength >= _WEAK) | listed & (strength >= _WEAK_LISTED)
        pairs: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for z, e, s in zip(words[good].tolist(), forms[good].tolist(), strength[good].tolist(), strict=True):
            if is_content(names[z]) and len(names[z]) <= LONGEST:
                pairs[names[z]].append((s, stems[e]))
        kept = {word: {form: s for s, form in sorted(found)[-_FORMS:]} for word, found in pairs.items()}
        english = dict.fromkeys({form for found in kept.values() for form in found}, USUAL)
        return Lexicon(kept, dict.fromkeys(kept, USUAL), english)

    def sample(self, seed: int) -> list[tuple[str, str]]:
        """Chinese and English of pairs, drawn by weight, dictionaries left out."""
        sizes = np.diff(self._starts["source"], append=len(self._pairs.source))
        chance = np.where(sizes > 8, self._weights, 0.0)
        dice = np.random.default_rng(seed)
        chosen = dice.choice(len(chance), min(_SAMPLE, int((chance > 0).sum())), replace=False, p=chance / chance.sum())
        return [self._text(int(number)) for number in chosen]

    def _text(self, number: int) -> tuple[str, str]:
        example = self._pairs.example(number)
        known = len(self._english)
        zh = "".join(self._chinese[i - known] if i >= known else " " for i in example.source)
        en = [piece for i in example.target[:-1] if (piece := self._english[i]) not in VALUE_PIECES]
        return zh.replace("▁", ""), str(self._codec.english.decode_pieces(en))

    def _linked(self) -> tuple[Any, Any, Any, Any, Any]:
        """Chinese piece, English stem, weight and number of their links, and whether a dictionary has them."""
        pairs = self._pairs
        sizes = np.diff(pairs.links_ends, prepend=0) // 2
        sentence: Any = np.repeat(np.arange(len(sizes)), sizes)
        source = self._starts["source"][sentence] + pairs.links[0::2]
        target = self._starts["target"][sentence] + pairs.links[1::2]
        word_of, words = self._words()
        keep = (pairs.source[source] >= len(self._english)) & (self._weights[sentence] > 0)
        # A word of several pieces counts once.
        once = np.unique(source[keep] * np.int64(words.max() + len(word_of)) + word_of[target[keep]])
        source, word = np.divmod(once, np.int64(words.max() + len(word_of)))
        return self._totals(source, words[word])

    def _totals(self, source: Any, word: Any) -> tuple[Any, Any, Any, Any, Any]:
        sentence: Any = np.searchsorted(self._pairs.source_ends, source, side="right")
        piece = self._pairs.source[source].astype(np.int64) - len(self._english)
        dictionary = np.array([name in DICTIONARIES for name in self._pairs.names])[self._pairs.corpus]
        keys, sentences = [], []
        for forms in self._forms.T:
            form = forms[word]
            keys.append(piece[form >= 0] * len(self._stems) + form[form >= 0])
            sentences.append(sentence[form >= 0])
        key, place, seen = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
        weight = np.bincount(place, self._weights[np.concatenate(sentences)])
        listed = np.bincount(place, dictionary[np.concatenate(sentences)]) > 0
        words, forms = np.divmod(key, len(self._stems))
        return words, forms, weight, seen, listed

    def _words(self) -> tuple[Any, Any]:
        """Of each target piece the number of its word; of each word the number of its distinct form."""
        target = self._pairs.target
        begins = np.array([piece.startswith("▁") or piece in VALUE_PIECES for piece in self._english])[target]
        begins[self._starts["target"]] = True
        word_of = np.cumsum(begins) - 1
        first = np.flatnonzero(begins)
        place = np.arange(len(target)) - first[word_of]
        power = np.uint64(1_000_003) ** np.minimum(place, 40).astype(np.uint64)
        hashes = np.add.reduceat((target.astype(np.uint64) + np.uint64(1)) * power, first)
        _, example, words = np.unique(hashes, return_index=True, return_inverse=True)
        ends: Any = np.append(first[1:], len(target))
        stems: dict[str, int] = {}
        self._forms: Any = np.full((len(example), 2), -1, dtype=np.int64)
        for number, at in enumerate(example.tolist()):
            pieces = [self._english[i] for i in target[first[at] : ends[at]].tolist()]
            text = str(self._codec.english.decode_pieces(pieces))
            for column, (_, form) in zip((0, 1), content_words(text), strict=False):
                self._forms[number, column] = stems.setdefault(form, len(stems))
        self._stems = list(stems)
        return word_of, words


def measured(lexicon: Lexicon, sample: Sequence[tuple[str, str]]) -> Lexicon:
    """The lexicon with the reliability of its words, measured on right translations.

    Words that are met too seldom to be measured count as averagely reliable.
    """
    found = [Counter[str](), Counter[str]()]
    linked = [Counter[str](), Counter[str]()]
    for zh, en in sample:
        links = lexicon.align(zh, en)
        stems = dict(content_words(en))
        for side, words in enumerate((links.source, links.target)):
            for word in words:
                name = word.span.of(zh) if side == 0 else stems[word.span]
                found[side][name] += 1
                linked[side][name] += word.linked

    def share(side: int, name: str) -> float:
        return (linked[side][name] + _PRIOR * USUAL) / (found[side][name] + _PRIOR)

    chinese = {word: rate for word in lexicon.chinese if (rate := share(0, word)) >= _LEAST}
    pairs = {word: lexicon.pairs[word] for word in chinese}
    forms = {form for translations in pairs.values() for form in translations}
    english = {form: share(1, form) if found[1][form] >= _FEWEST else USUAL for form in forms}
    return Lexicon(pairs, chinese, english)
