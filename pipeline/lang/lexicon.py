"""A bilingual word lexicon: which words of a text have a counterpart in its translation.

The lexicon holds, for Chinese words, the stems of the English words that stand for them, and for
the words of both languages how often they have such a counterpart in right translations. A text
and its translation are linked word by word, the strongest pairs first (competitive linking,
Melamed 2000). What stays without a link speaks for something left out or made up, the more so the
more reliably the word is rendered otherwise.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Self

from pipeline.core.flags import Span, covered
from pipeline.errors import FormatError
from pipeline.lang.en import stem
from pipeline.lang.han import HAN_RUN
from pipeline.resources import shipped

FOLDER: Final = "zh-en-lexicon"
FILE: Final = "lexicon.tsv.gz"
# How often a word that has been lost still finds a link by chance.
CHANCE: Final = 0.25
# How often a word that was met too seldom for measuring has a counterpart in a right translation.
USUAL: Final = 0.7
LONGEST: Final = 4
_FRAGMENTS: Final = 3
# Words of a rendering: rare earth, most favored nation.
_LINKS: Final = 3
_NUMBER: Final = re.compile(r"第?[零〇一二三四五六七八九十百千万亿两]+[年月日个条项款种台件章节]?")
_ENGLISH: Final = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
# They come and go with grammar, or belong to values, which have checks of their own.
_LIGHT_ENGLISH: Final = frozenset(
    """a an the of on in to for by with at from as and or nor but if so that which who whom whose this these those it
    its he him his she her they them their we us our you your i me my is are was were be been being am has have had do
    does did done will would shall should can could may might must not no than then there here such any all some each
    also other into upon under out up about very just more most only
    january february march april june july august september october november december
    million billion trillion percent rmb yuan ton tons tonne tonnes metric per net gram grams kilogram kilograms
    kilometer kilometers s t re ve ll""".split()
)
_LIGHT_CHINESE: Final = frozenset(
    "一 万 上 下 不 与 个 中 为 之 也 了 于 亿 从 他 以 们 会 但 你 使 元 克 其 内 "
    "再 到 前 去 又 及 只 可 各 后 向 吗 吧 吨 呢 和 啊 在 地 她 它 对 将 就 年 并 "
    "应 很 得 性 我 或 所 才 把 日 时 是 更 最 月 有 本 条 来 款 此 没 由 的 着 第 "
    "等 给 者 而 能 被 要 让 该 过 还 这 那 都 里 项 须 一个 一些 予以 什么 他们 以及 "
    "但是 你们 公斤 公里 可以 因为 如何 如果 它们 并且 应当 怎么 我们 或者 所以 有关 没有 "
    "相关 美元 而且 这个 这些 进行 那个 那些 人民币".split()
)


class Word(NamedTuple):
    """A word of one of the texts that the lexicon knows.

    Attributes:
        span: Where it stands.
        reliability: How often it has a counterpart in right translations, 0 to 1.
        linked: Whether it has one here.
    """

    span: Span
    reliability: float
    linked: bool

    @property
    def evidence(self) -> float:
        """Natural logarithm of how much likelier this is of a lost word than of a rendered one."""
        if self.linked:
            return math.log(CHANCE / max(self.reliability, CHANCE))
        return math.log((1 - CHANCE) / (1 - min(self.reliability, 1 - CHANCE / 5)))


@dataclass(frozen=True, slots=True)
class Links:
    """The known content words of a text and of its translation, in order."""

    source: tuple[Word, ...]
    target: tuple[Word, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Word translations.

    Attributes:
        pairs: Strength, 0 to 1, of each English stem that may stand for a Chinese word; only its order counts.
        chinese: Reliability of Chinese words.
        english: Reliability of every English stem that may stand for a Chinese word.
    """

    pairs: Mapping[str, Mapping[str, float]]
    chinese: Mapping[str, float]
    english: Mapping[str, float]

    @classmethod
    def read(cls, path: Path) -> Self:
        """A lexicon from its file, see :meth:`lines`.

        Raises:
            FormatError: The file is missing or is none.
        """
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                return cls.parse(file)
        except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
            raise FormatError(f"{path} is no lexicon ({error}): make it with `zhengming train lexicon`") from error

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        """A lexicon from its lines.

        Raises:
            ValueError: A line is malformed.
        """
        pairs: dict[str, dict[str, float]] = {}
        chinese: dict[str, float] = {}
        english: dict[str, float] = {}
        for line in lines:
            word, reliability, *rest = line.rstrip("\n").split("\t")
            if rest:
                chinese[word] = int(reliability) / 100
                pairs[word] = {form: 1 / rank for rank, form in enumerate(rest[0].split(" "), 1)}
            else:
                english[word] = int(reliability) / 100
        return cls(pairs, chinese, {**{form: USUAL for forms in pairs.values() for form in forms}, **english})

    def lines(self) -> Iterator[str]:
        """``WORD reliability STEM STEM …``, strongest first, of Chinese words, ``STEM reliability`` of English ones.

        Tabs separate the columns; reliability is in per cent.
        """
        for word, forms in sorted(self.pairs.items()):
            best = sorted(forms.items(), key=lambda item: (-item[1], item[0]))
            yield f"{word}\t{_percent(self.chinese[word])}\t{' '.join(form for form, _ in best)}"
        for form, reliability in sorted(self.english.items()):
            if reliability != USUAL:
                yield f"{form}\t{_percent(reliability)}"

    def cut(self, text: str) -> Iterator[Span]:
        """Content words of a Chinese text that the lexicon knows, from the left, each the longest at its place.

        Three or more single characters in a row are a name or a set phrase, which no word list renders: left out.
        """
        for run in HAN_RUN.finditer(text):
            single: list[tuple[Span, bool]] = []
            at = run.start()
            while at < run.end():
                end = self._end_of_longest(text, at, run.end())
                word = text[at:end]
                known = word in self.pairs
                if end - at > 1 or (not known and not is_content(word)):
                    yield from _unless_fragments(single)
                    single = []
                    if known:
                        yield Span(at, end)
                else:
                    single.append((Span(at, end), known))
                at = end
            yield from _unless_fragments(single)

    def _end_of_longest(self, text: str, at: int, limit: int) -> int:
        """Where the longest known word ends that begins at a place; one character on where there is none."""
        for end in range(min(at + LONGEST, limit), at + 1, -1):
            if text[at:end] in self.pairs:
                return end
        return at + 1

    def coverage(self, source: str, target: str) -> float:
        """Share of a text's known content words, by their reliability, that a translation has a word for; 1 of none."""
        words, total = _weighed(self, source)
        forms = set(map(_form, _ENGLISH.findall(target)))
        found = sum(reliability for reliability, pairs in words if not forms.isdisjoint(pairs))
        return found / total if total else 1.0

    def align(self, source: str, target: str, *, settled: Sequence[tuple[Span, Span]] = ()) -> Links:
        """Link the words of a text and its translation.

        Args:
            source: Chinese.
            target: English.
            settled: Places known to stand for each other, such as terms and their renderings.
        """
        zh = _cut(self, source)
        en = [(span, form) for span, form in content_words(target) if form in self.english]
        sources, targets = covered(one for one, _ in settled), covered(one for _, one in settled)
        left = {i for i, span in enumerate(zh) if not sources.isdisjoint(range(span.start, span.end))}
        right = {j for j, (span, _) in enumerate(en) if not targets.isdisjoint(range(span.start, span.end))}
        self._link([span.of(source) for span in zh], [form for _, form in en], left, right)
        return Links(
            tuple(Word(span, self.chinese[span.of(source)], i in left) for i, span in enumerate(zh)),
            tuple(Word(span, self.english[form], j in right) for j, (span, form) in enumerate(en)),
        )

    def _link(self, zh: Sequence[str], en: Sequence[str], left: set[int], right: set[int]) -> None:
        """Add to the indices of linked words; what is settled comes last.

        Neighbors in the Chinese may share an English word (搬, 迁: relocate).
        """
        places: dict[str, list[int]] = defaultdict(list)
        for j, form in enumerate(en):
            if j not in right:
                places[form].append(j)
        scale = len(en) / max(1, len(zh))
        found = [
            (i in left, -strength, abs(i * scale - j), i, j)
            for i, word in enumerate(zh)
            for form in places.keys() & self.pairs[word].keys()
            for strength in [self.pairs[word][form]]
            for j in places[form]
        ]
        owner: dict[int, int] = {}
        said: dict[int, set[str]] = defaultdict(set)
        for *_, i, j in sorted(found):
            free = j not in owner or (abs(owner[j] - i) == 1 and not said[i])
            # A word said twice is not a word of several words.
            if free and len(said[i]) < _LINKS and en[j] not in said[i]:
                owner.setdefault(j, i)
                said[i].add(en[j])
        left.update(i for i, forms in said.items() if forms)
        right.update(owner)


def _unless_fragments(single: Sequence[tuple[Span, bool]]) -> Iterator[Span]:
    if len(single) < _FRAGMENTS:
        yield from (span for span, known in single if known)


# A text is compared with several hypotheses, and again with what the post-edit made of the best.
@lru_cache(maxsize=1024)
def _cut(lexicon: Lexicon, text: str) -> tuple[Span, ...]:
    return tuple(lexicon.cut(text))


@lru_cache(maxsize=1024)
def _weighed(lexicon: Lexicon, text: str) -> tuple[list[tuple[float, Mapping[str, float]]], float]:
    """Of each known content word its reliability and its English, and the sum of the reliabilities."""
    words = [span.of(text) for span in _cut(lexicon, text)]
    return [(lexicon.chinese[word], lexicon.pairs[word]) for word in words], sum(
        lexicon.chinese[word] for word in words
    )


@lru_cache(maxsize=1024)
def content_words(text: str) -> tuple[tuple[Span, str], ...]:
    """Content words of an English text: place and stem."""
    words = ((match, _form(match[0])) for match in _ENGLISH.finditer(text))
    return tuple((Span(*match.span()), form) for match, form in words if form)


@lru_cache(maxsize=16384)
def _form(text: str) -> str:
    """The stem of an English word; empty where it is no content word."""
    word = text.lower().removesuffix("'s").removesuffix("’s")
    return stem(word) if len(word) > 1 and word not in _LIGHT_ENGLISH else ""


@lru_cache(maxsize=16384)
def is_content(word: str) -> bool:
    """Whether a Chinese word is more than grammar."""
    return word not in _LIGHT_CHINESE and HAN_RUN.fullmatch(word) is not None and not _NUMBER.fullmatch(word)


def _percent(share: float) -> str:
    return str(max(1, min(99, round(100 * share))))


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon | None:
    """The lexicon that ships; None where the folder of models has none."""
    path = shipped("models") / FOLDER / FILE
    return Lexicon.read(path) if path.is_file() else None
