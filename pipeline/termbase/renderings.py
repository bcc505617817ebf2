"""Likely English renderings of Chinese candidates, from bilingual segments.

For each candidate, the phrases of the English sides of its segments are
counted against how often they occur anywhere (Dice coefficient; Smadja,
McKeown and Hatzivassiloglou 1996). Of two phrases one of which holds the
other, the longer wins where it explains nearly as much.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from pipeline.lang.en import forms
from pipeline.lang.normaliser import fold
from pipeline.lang.plurals import plural
from pipeline.termbase.extract import Candidate

_TOKEN: Final = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|[0-9]+|[^\w\s]")
_LONGEST: Final = 6
# Segments looked at for one candidate: more change no ranking.
_SAMPLE: Final = 400
_STOP: Final = frozenset(
    "a an the of and or to in on for with by from at as is are was were be been being has have had that which who this "
    "these those it its their his her they he she will shall may must should can not no such any all other under "
    "into than more most if when where after before during between within upon per also only each both".split()
)
_ENDS: Final = frozenset('.!?:;“”"')
Phrase = tuple[str, ...]


def with_renderings(
    candidates: Sequence[Candidate], pairs: Sequence[tuple[str, str]], *, most: int = 5
) -> list[Candidate]:
    """Candidates with their likeliest renderings and an example in both languages.

    Args:
        candidates: From :func:`pipeline.termbase.extract.extract`.
        pairs: Chinese and English segments.
        most: Renderings per candidate.
    """
    sources = [fold(source) for source, _ in pairs]
    places = _places([candidate.zh for candidate in candidates], sources)
    wanted = sorted({number for numbers in places.values() for number in numbers[:_SAMPLE]})
    tokens = {number: _tokens(pairs[number][1]) for number in wanted}
    everywhere = _frequencies(tokens, (target for _, target in pairs))
    found = []
    for candidate in candidates:
        numbers = places[candidate.zh]
        ranked = _ranked(len(numbers), [tokens[number] for number in numbers[:_SAMPLE]], everywhere)[:most]
        best = ranked[0][0] if ranked else ()
        example = next((number for number in numbers[:_SAMPLE] if _holds(tokens[number], best)), None)
        shown = tuple((_surface(phrase, numbers[:_SAMPLE], pairs, tokens), count) for phrase, count in ranked)
        changes: dict[str, Any] = {"renderings": shown}
        if example is not None:
            changes |= {"example": pairs[example][0], "example_en": pairs[example][1]}
        found.append(msgspec.structs.replace(candidate, **changes))
    return found


def _places(candidates: Sequence[str], sources: Sequence[str]) -> dict[str, list[int]]:
    """Segments in which each candidate stands."""
    from ahocorasick_rs import AhoCorasick

    found: dict[str, list[int]] = {zh: [] for zh in candidates}
    if not candidates:
        return found
    automaton = AhoCorasick(list(candidates))
    for number, source in enumerate(sources):
        hits = {candidates[hit[0]] for hit in automaton.find_matches_as_indexes(source, overlapping=True)}
        for zh in hits:
            found[zh].append(number)
    return found


def _tokens(text: str) -> Phrase:
    """Words in their base form, so that "licenses" and "License" are one.

    A small word with a capital inside a sentence is part of a name: He Yongqian.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        named = found and found[-1] not in _ENDS and word[0].isupper() and word.lower() in _STOP
        found.append(word if named else _base(word))
    return tuple(found)


@lru_cache(maxsize=65536)
def _base(word: str) -> str:
    low = word.lower().replace("’", "'").removesuffix("'s")
    if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return next((form for form in forms(low) if plural(form) == low), low)
    return low


def _phrases(tokens: Phrase) -> Iterator[Phrase]:
    """Runs of words that neither begin nor end with a small word, nor cross punctuation."""
    for start, first in enumerate(tokens):
        if first in _STOP or not first[0].isalpha():
            continue
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            last = tokens[end - 1]
            if not last[0].isalnum():
                break
            if last not in _STOP and last[0].isalpha():
                yield tokens[start:end]


def _frequencies(tokens: dict[int, Phrase], targets: Iterable[str]) -> Counter[Phrase]:
    """In how many segments each phrase of interest occurs."""
    wanted = Counter(phrase for each in tokens.values() for phrase in set(_phrases(each)))
    interesting = {phrase for phrase, count in wanted.items() if count > 1}
    counted: Counter[Phrase] = Counter()
    for target in targets:
        counted.update(phrase for phrase in set(_phrases(_tokens(target))) if phrase in interesting)
    return counted


def _ranked(total: int, segments: Sequence[Phrase], everywhere: Counter[Phrase]) -> list[tuple[Phrase, int]]:
    together = Counter(phrase for tokens in segments for phrase in set(_phrases(tokens)))
    least = 2 if len(segments) > 2 else 1
    scored = {
        phrase: 2 * count / (total + everywhere[phrase])
        for phrase, count in together.items()
        if count >= least and everywhere[phrase]
    }
    ordered = sorted(scored, key=lambda phrase: (-scored[phrase], -len(phrase), phrase))[:40]
    chosen: list[Phrase] = []
    for phrase in ordered:
        # Something longer that explains nearly as much says it better; a piece of what was chosen says nothing.
        longer = [
            other
            for other in ordered
            if len(other) > len(phrase) and _holds(other, phrase) and together[other] >= 0.75 * together[phrase]
        ]
        best = max(longer, key=lambda other: scored[other], default=phrase)
        if not any(_holds(known, best) or _holds(best, known) for known in chosen):
            chosen.append(best)
    return [(phrase, together[phrase]) for phrase in chosen]


def _holds(tokens: Phrase, phrase: Phrase) -> bool:
    size = len(phrase)
    return bool(size) and any(tokens[at : at + size] == phrase for at in range(len(tokens) - size + 1))


def _surface(
    phrase: Phrase, numbers: Sequence[int], pairs: Sequence[tuple[str, str]], tokens: dict[int, Phrase]
) -> str:
    """How a phrase is mostly written: names keep their capitals, plurals are shown as such where they prevail."""
    written: Counter[str] = Counter()
    for number in numbers:
        if _holds(tokens[number], phrase):
            text = pairs[number][1]
            matches = list(_TOKEN.finditer(text))
            for at in range(len(matches) - len(phrase) + 1):
                if tokens[number][at : at + len(phrase)] == phrase:
                    written[text[matches[at].start() : matches[at + len(phrase) - 1].end()]] += 1
    if not written:
        return " ".join(phrase)
    # The singular is what a glossary lists, wherever it occurs at all.
    singular = [text for text in written if _is_base(text)]
    lower = [text for text in singular if text == text.lower()]
    return max(lower or singular or list(written), key=lambda text: (written[text], text))


def _is_base(text: str) -> bool:
    last = text.rpartition(" ")[2]
    return _base(last) == last.lower()
