"""Terms with their renderings written into training sources, found by word alignment.

A phrase pair is a run of source pieces and a run of whole English words that
are linked to each other and to nothing else (consistent in the sense of Och &
Ney 2004). Some of a sentence's phrase pairs are written into the source as
``<t> term <c> rendering </t>`` (Dinu et al. 2019, Bergmanis & Pinnis 2021).
The rendering is put in its dictionary form now and then, so that the model
learns to inflect it, and now and then replaced on both sides by that of
another sentence, so that it learns to copy what it has never seen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.lang.subword import CLOSE, OPEN, SEPARATOR, VALUE_PIECES, SubwordCodec

LONGEST_TERM: Final = 6
LONGEST_RENDERING: Final = 8
_SPACE: Final = "▁"
_POOL: Final = 20_000
# A lone function word is no term, and a glossary never asks for one.
_EMPTY: Final = frozenset(
    """
    the of and to a an in is be or for on by it its that this these those which who have has had do does did with
    from as at are was were been not no if may shall will can must should would could their his her they he she
    there then than such any all other same into under upon where when after before
    """.split()
)

Links = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase pair, as half-open runs of source and target pieces."""

    source: tuple[int, int]
    target: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A training pair as piece ids, end symbols included, with its links (source, target)."""

    source: list[int]
    target: list[int]
    links: list[tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Annotator:
    """Writes renderings into sources.

    Attributes:
        codec: The model's alphabets.
        share: Share of sentences annotated, 0 to 1.
        foreign: Share of renderings replaced by another sentence's.
        base_form: Share of plural renderings given in the singular.
        seed: Of the random choices.
    """

    codec: SubwordCodec
    share: float = 0.5
    foreign: float = 0.08
    base_form: float = 0.4
    seed: int = 0
    _random: random.Random = field(init=False)
    _pieces: list[str] = field(init=False)
    _symbols: tuple[int, int, int] = field(init=False)
    _values: frozenset[int] = field(init=False)
    _pool: list[list[int]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        english = self.codec.english
        self._random = random.Random(self.seed)  # noqa: S311  (not for secrets)
        self._pieces = [str(english.id_to_piece(i)) for i in range(english.get_piece_size())]
        opened, separator, closed = (int(english.piece_to_id(symbol)) for symbol in (OPEN, SEPARATOR, CLOSE))
        self._symbols = (opened, separator, closed)
        self._values = frozenset(int(english.piece_to_id(piece)) for piece in VALUE_PIECES)

    def __call__(self, example: Example, *, whole: bool = False) -> Example:
        """The example, annotated or as it was.

        Args:
            example: Without annotation.
            whole: Treat the whole pair as one phrase, as a dictionary's entries are.
        """
        if self._random.random() >= self.share:
            return example
        if whole:
            chosen = [Phrase(source=(0, len(example.source) - 1), target=(0, len(example.target) - 1))]
        else:
            chosen = self._choose(self._phrases(example))
        return self._write(example, chosen) if chosen else example

    def _phrases(self, example: Example) -> list[Phrase]:
        """Consistent phrase pairs that could be terms, shuffled."""
        spans = consistent(example.links, len(example.source) - 1)
        found = [span for span in spans if self._is_term(example.target, span.target)]
        self._random.shuffle(found)
        return found

    def _is_term(self, target: Sequence[int], span: tuple[int, int]) -> bool:
        start, end = span
        if self._values.intersection(target[start:end]):
            return False
        if end - start > LONGEST_RENDERING or not self._pieces[target[start]].startswith(_SPACE):
            return False
        following = self._pieces[target[end]]
        if following[0].isalnum() or following[0] in "-'":
            return False
        text = self._text(target[start:end])
        return any(word.isalpha() and word.lower() not in _EMPTY for word in text.split()) and text[-1].isalnum()

    def _choose(self, phrases: Sequence[Phrase]) -> list[Phrase]:
        """Some that do not overlap: few in most sentences, many in some, in source order."""
        wanted = self._random.choice((1, 1, 2, 2, 3, 4, 6, 8))
        chosen: list[Phrase] = []
        for phrase in phrases:
            if len(chosen) == wanted:
                break
            if all(_apart(phrase.source, other.source) and _apart(phrase.target, other.target) for other in chosen):
                chosen.append(phrase)
        return sorted(chosen, key=lambda phrase: phrase.source)

    def _write(self, example: Example, chosen: Sequence[Phrase]) -> Example:
        opened, separator, closed = self._symbols
        target, moved = self._replaced(example, chosen)
        source: list[int] = []
        place: dict[int, int] = {}
        links: list[tuple[int, int]] = []
        at = 0
        for phrase, rendering, (start, end) in moved:
            for i in range(at, phrase.source[0]):
                place[i] = len(source)
                source.append(example.source[i])
            source += [opened, *example.source[slice(*phrase.source)], separator]
            links += [(len(source) + min(j - start, len(rendering) - 1), j) for j in range(start, end)]
            source += [*rendering, closed]
            at = phrase.source[1]
        for i in range(at, len(example.source)):
            place[i] = len(source)
            source.append(example.source[i])
        moves = _moves(len(example.target), [(phrase.target, span) for phrase, _, span in moved])
        links += [(place[i], moves[j]) for i, j in example.links if i in place and j in moves]
        return Example(source=source, target=target, links=sorted(links))

    def _replaced(
        self, example: Example, chosen: Sequence[Phrase]
    ) -> tuple[list[int], list[tuple[Phrase, list[int], tuple[int, int]]]]:
        """The target with foreign renderings put in; per phrase its annotation and its place in the new target."""
        moved: list[tuple[Phrase, list[int], tuple[int, int]]] = []
        target: list[int] = []
        at = 0
        for phrase in sorted(chosen, key=lambda phrase: phrase.target):
            start, end = phrase.target
            target += example.target[at:start]
            own = example.target[start:end]
            placed, rendering = own, self._form(own, first=start == 0)
            if self._pool and self._random.random() < self.foreign:
                placed = rendering = self._random.choice(self._pool)
            elif len(own) > 1:
                self._remember(rendering)
            moved.append((phrase, rendering, (len(target), len(target) + len(placed))))
            target += placed
            at = end
        target += example.target[at:]
        return target, sorted(moved, key=lambda item: item[0].source)

    def _form(self, pieces: list[int], *, first: bool) -> list[int]:
        """The rendering as a glossary would give it: no sentence capital, often the singular."""
        text = self._text(pieces)
        changed = text
        if first and text[:1].isupper() and not text[1:2].isupper():
            changed = text[0].lower() + text[1:]
        if changed.endswith("s") and changed[-2:] not in ("ss", "us", "is") and self._random.random() < self.base_form:
            changed = changed[:-3] + "y" if changed.endswith("ies") else changed[:-1]
        if changed == text:
            return pieces
        return [int(i) for i in self.codec.english.encode(changed)]

    def _remember(self, rendering: list[int]) -> None:
        if len(self._pool) < _POOL:
            self._pool.append(rendering)
        else:
            self._pool[self._random.randrange(_POOL)] = rendering

    def _text(self, pieces: Sequence[int]) -> str:
        return str(self.codec.english.decode(list(pieces)))


def consistent(links: Links, length: int) -> list[Phrase]:
    """Consistent phrase pairs with up to :data:`LONGEST_TERM` source pieces.

    Args:
        links: (source piece, target piece).
        length: Source pieces, without the end symbol.
    """
    targets: dict[int, list[int]] = {}
    sources: dict[int, list[int]] = {}
    for i, j in links:
        targets.setdefault(i, []).append(j)
        sources.setdefault(j, []).append(i)
    found: list[Phrase] = []
    for start in range(length):
        if start not in targets:
            continue
        low, high = min(targets[start]), max(targets[start])
        for end in range(start + 1, min(start + LONGEST_TERM, length) + 1):
            last = targets.get(end - 1)
            if last is None:
                continue
            low, high = min(low, *last), max(high, *last)
            if high - low >= LONGEST_RENDERING:
                break
            linked = [i for j in range(low, high + 1) for i in sources.get(j, ())]
            if min(linked) >= start and max(linked) < end:
                found.append(Phrase(source=(start, end), target=(low, high + 1)))
    return found


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _moves(length: int, spans: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, int]:
    """Old target positions outside the annotated spans to new ones; spans are (old, new)."""
    moves: dict[int, int] = {}
    at = offset = 0
    for (start, end), (_, new_end) in sorted(spans):
        moves.update((j, j + offset) for j in range(at, start))
        at, offset = end, new_end - end
    moves.update((j, j + offset) for j in range(at, length))
    return moves
