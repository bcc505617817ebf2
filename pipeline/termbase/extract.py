"""Term candidates from Chinese text.

A candidate is a run of Chinese characters that occurs often enough, in
varying company (branching entropy; Jin and Tanaka-Ishii 2006), whose parts
belong together (pointwise mutual information of its weakest joint), that is
more than a piece of something longer (C-value; Frantzi, Ananiadou and Mima
2000), whose edges are word edges for jieba, and whose words look like a term
(part-of-speech filter). What the glossaries know is taken out, and so is what
occurs only inside known terms.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import msgspec

from pipeline.lang.han import HAN_RUN
from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.match import Matcher, words

# Words of one character that no term begins or ends with; inside longer words they do (对外, 原则).
_EDGE_WORDS: Final = frozenset(
    "的了和与及或等对为是将把被从由以其该此各所即并而且但则因于在也都就又还向给让使着过们吗呢之每某不未已可有到使用上中"
)
# Words that join or announce terms; a run that holds one is a phrase.
_JOINTS: Final = frozenset(
    "应当 可以 必须 不得 需要 能够 进行 有关 相关 属于 列入 按照 根据 依照 依据 以及 或者 并且 通过 为了 关于 其他 "
    "上述 下列 前款 所述 如果 同时 因此 其中 此外 以下 以上 之日起 之间 作为 包括 用于 来自 具有 没有 已经 正在 继续 "
    "其它 予以 加以 我们 他们 双方 两国 一个 这些 那些 目前 今年 去年 期间 表示 认为 指出 强调 "
    "的 了 和 与 及 或 等 是 将 被".split()
)
# jieba's tags of words that alone are no terms: particles, prepositions, conjunctions, adverbs, pronouns, …
_FUNCTION: Final = frozenset("upcdryetmqf")
_NOMINAL: Final = ("n", "vn", "an", "j", "l", "i", "g", "zg", "q", "k", "a")


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A likely term.

    Attributes:
        zh: Chinese, Simplified.
        count: Occurrences outside longer known terms.
        score: Rank value; greater is likelier.
        pos: jieba's tags of its words, joined by ``+``.
        example: A sentence that holds it.
        known: Known terms inside it.
        renderings: English, likeliest first, with how many segments support each.
        example_en: The sentence's English, where there is one.
    """

    zh: str
    count: int
    score: float
    pos: str = ""
    example: str = ""
    known: tuple[str, ...] = ()
    renderings: tuple[tuple[str, int], ...] = ()
    example_en: str = ""


@dataclass(slots=True)
class _Gram:
    """What is counted about a run of characters."""

    count: int = 0
    hidden: int = 0
    edges: int = 0
    left: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    words: Counter[tuple[tuple[str, str], ...]] = field(default_factory=Counter)
    example: int = -1


@cache
def _tagger() -> Any:
    import jieba.posseg

    return jieba.posseg.POSTokenizer(words())


def extract(
    texts: Sequence[str],
    known: Iterable[ConceptEntry] = (),
    *,
    least: int = 3,
    longest: int = 12,
    limit: int = 500,
) -> list[Candidate]:
    """Term candidates, the likeliest first.

    Args:
        texts: Chinese, one sentence or paragraph each.
        known: Concepts that are not asked for.
        least: Fewest occurrences.
        longest: Most characters.
        limit: Most candidates.
    """
    folded = [fold(text) for text in texts]
    entries = list(known)
    forms = {fold(zh) for entry in entries for zh in entry.sources}
    frequent = count_grams(folded, least=least, longest=longest)
    grams = _observe(folded, frequent, Matcher(entries), longest=longest)
    nested = _nesting(grams)
    total = sum(map(len, folded)) or 1
    found = []
    for zh, gram in grams.items():
        if zh in forms or len(zh) < 2 or gram.count - gram.hidden < least:
            continue
        score = _score(zh, gram, nested.get(zh, (0, 0)), frequent, total)
        if score > 0:
            tags = "+".join(tag for _, tag in gram.words.most_common(1)[0][0])
            inside = tuple(_parts(zh, forms))
            count = gram.count - gram.hidden
            example = texts[gram.example] if gram.example >= 0 else ""
            found.append(Candidate(zh=zh, count=count, score=score, pos=tags, example=example, known=inside))
    return sorted(found, key=lambda each: (-each.score, each.zh))[:limit]


def count_grams(texts: Iterable[str], *, least: int, longest: int) -> Counter[str]:
    """How often each run of Chinese characters occurs, for those that do so often enough."""
    runs = [run for text in texts for run in HAN_RUN.findall(text)]
    counted: Counter[str] = Counter("".join(runs))
    frequent = {gram for gram, count in counted.items() if count >= least}
    for size in range(2, longest + 1):
        level: Counter[str] = Counter()
        for run in runs:
            for at in range(len(run) - size + 1):
                # Nothing is more frequent than its parts.
                if run[at : at + size - 1] in frequent and run[at + 1 : at + size] in frequent:
                    level[run[at : at + size]] += 1
        frequent = {gram for gram, count in level.items() if count >= least}
        if not frequent:
            break
        counted.update({gram: level[gram] for gram in frequent})
    return counted


def _observe(texts: Sequence[str], frequent: Counter[str], matcher: Matcher, *, longest: int) -> dict[str, _Gram]:
    """Neighbours, word edges and tags of all frequent runs."""
    grams: dict[str, _Gram] = defaultdict(_Gram)
    for number, text in enumerate(texts):
        cut = _words(text)
        covered = [(span.start, span.end) for span, _ in matcher.spans(text)]
        for run in HAN_RUN.finditer(text):
            begin, end = run.span()
            for at in range(begin, end):
                for stop in range(at + 2, min(at + longest, end) + 1):
                    zh = text[at:stop]
                    if zh not in frequent:
                        break
                    _note(grams[zh], text, at, stop, number=number, cut=cut, covered=covered)
    return grams


def _note(
    gram: _Gram,
    text: str,
    at: int,
    stop: int,
    *,
    number: int,
    cut: _Words,
    covered: list[tuple[int, int]],
) -> None:
    gram.count += 1
    # The edge of a sentence is company of a new kind each time.
    gram.left[text[at - 1] if at else f"^{number}"] += 1
    gram.right[text[stop] if stop < len(text) else f"${number}"] += 1
    if any(low <= at and stop <= high and high - low > stop - at for low, high in covered):
        gram.hidden += 1
    if at in cut.starts and stop in cut.stops:
        gram.edges += 1
        gram.words[tuple(cut.tagged[cut.starts[at] : cut.stops[stop] + 1])] += 1
        if gram.example < 0:
            gram.example = number


@dataclass(slots=True)
class _Words:
    """A text in words: which of them begins, and which ends, at an offset; each with its tag."""

    starts: dict[int, int]
    stops: dict[int, int]
    tagged: list[tuple[str, str]]


def _words(text: str) -> _Words:
    found = _Words({}, {}, [])
    at = 0
    for index, pair in enumerate(_tagger().cut(text, HMM=False)):
        found.starts[at] = index
        at += len(pair.word)
        found.stops[at] = index
        found.tagged.append((pair.word, pair.flag))
    return found


def _nesting(grams: dict[str, _Gram]) -> dict[str, tuple[int, int]]:
    """For each run, how many longer ones hold it and how often those occur."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for zh, gram in grams.items():
        if not _plausible(gram):
            continue
        inner = {zh[i:j] for i in range(len(zh)) for j in range(i + 2, len(zh) + 1) if j - i < len(zh)}
        for part in inner:
            found[part][0] += 1
            found[part][1] += gram.count
    return {zh: (many, times) for zh, (many, times) in found.items()}


def _plausible(gram: _Gram) -> bool:
    """Whether edges and words allow a term."""
    if not gram.words or gram.edges < 0.4 * gram.count:
        return False
    tagged = gram.words.most_common(1)[0][0]
    if any(word in _JOINTS for word, _ in tagged):
        return False
    if len(tagged) == 1:
        return tagged[0][1][0] not in _FUNCTION
    first, last = tagged[0], tagged[-1]
    return not (first[0] in _EDGE_WORDS or last[0] in _EDGE_WORDS or last[1][0] in "uc" or first[1][0] in "uc")


def _score(zh: str, gram: _Gram, nested: tuple[int, int], frequent: Counter[str], total: int) -> float:
    """C-value, weighed by how free its edges are, how firm its joints, and how special its words."""
    if not _plausible(gram):
        return 0.0
    count = gram.count - gram.hidden
    many, times = nested
    value = math.log2(len(zh) + 0.5) * (count - (times / many if many else 0))
    if value <= 0:
        return 0.0
    freedom = min(_entropy(gram.left), _entropy(gram.right))
    joint = min(math.log(frequent[zh] * total / (frequent[zh[:i]] * frequent[zh[i:]])) for i in range(1, len(zh)))
    if freedom < 0.5 or joint < 1:
        return 0.0
    firm = math.sqrt(joint) * (gram.edges / gram.count)
    return math.log1p(value) * freedom * firm * _special(zh, count, total) * _shape(gram)


def _shape(gram: _Gram) -> float:
    """Terms are mostly nominal: single verbs and adjectives, and phrases that end in one, count less."""
    tagged = gram.words.most_common(1)[0][0]
    nominal = tagged[-1][1].startswith(_NOMINAL)
    if len(tagged) == 1:
        return 1.0 if nominal else 0.35
    return 1.5 if nominal else 0.8


def _entropy(neighbours: Counter[str]) -> float:
    total = sum(neighbours.values())
    return -sum(n / total * math.log(n / total) for n in neighbours.values())


def _special(zh: str, count: int, total: int) -> float:
    """How much more frequent it is here than in jieba's general corpus, tamed to between 0 and 1."""
    dictionary = _tagger().tokenizer
    general = dictionary.FREQ.get(zh, 0) / dictionary.total
    # Half a use in the general corpus for what it does not know.
    ratio = (count / total) / max(general, 0.5 / dictionary.total)
    return 1 / (1 + math.exp(-(math.log(ratio) - 2)))


def _parts(zh: str, forms: set[str]) -> Iterator[str]:
    at = 0
    while at < len(zh):
        size = next((n for n in range(len(zh) - at, 1, -1) if zh[at : at + n] in forms), 0)
        if size:
            yield zh[at : at + size]
        at += size or 1


def by_frequency(
    texts: Sequence[str], known: Iterable[ConceptEntry] = (), *, least: int = 3, longest: int = 12
) -> list[str]:
    """The control: runs of Chinese characters by frequency alone, without what is known."""
    folded = [fold(text) for text in texts]
    forms = {fold(zh) for entry in known for zh in entry.sources}
    counted = count_grams(folded, least=least, longest=longest)
    ordered = sorted(counted, key=lambda zh: (-counted[zh], -len(zh), zh))
    return [zh for zh in ordered if len(zh) > 1 and counted[zh] >= least and zh not in forms]
