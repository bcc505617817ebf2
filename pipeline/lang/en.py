"""Facts about English: inflection of terms, as far as finding them needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.plurals import VOWEL_Y, plural

_IRREGULAR: Final[dict[str, tuple[str, ...]]] = {
    "person": ("people", "persons"),
    "alloy": ("alloys",),
    "phenomenon": ("phenomena",),
    "criterion": ("criteria",),
    "analysis": ("analyses",),
    "basis": ("bases",),
    "is": ("are", "was", "were", "be"),
    "has": ("have", "had"),
    "take": ("takes", "took", "taken", "taking"),
    "make": ("makes", "made", "making"),
    "hold": ("holds", "held", "holding"),
    "bear": ("bears", "bore", "borne", "bearing"),
    "come": ("comes", "came", "coming"),
}


@lru_cache(maxsize=16384)
def forms(word: str) -> tuple[str, ...]:
    """A word and its inflected forms, lower case, longest first."""
    word = word.lower()
    found = {word}
    if len(word) > 2 and word[-1].isalpha():
        found |= {plural(word), f"{word}ed", f"{word}ing", *_IRREGULAR.get(word, ())}
        if word.endswith("e"):
            found |= {f"{word}d", f"{word[:-1]}ing"}
        if word.endswith("y") and not VOWEL_Y.search(word):
            found |= {f"{word[:-1]}ied"}
        found |= _singulars(word)
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def _singulars(word: str) -> set[str]:
    """What a plural may be the plural of."""
    if word.endswith("ies") and len(word) > 4:
        return {f"{word[:-3]}y"}
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return {word[:-2], word[:-1]}
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return {word[:-1]}
    return set()


_SUFFIXES: Final = re.compile(
    r"(?:ifications?|ifying|ified|ifies|ify|ations?|itions?|ions?|ances?|ences?|ancy|ency|ants?|ents?|ments?|ings?"
    r"|ied|ies|ed|ers?|ors?"
    r"|als?|ally|ly|ives?|able|ible|e|es|s|y)$"
)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A rough stem that word forms and derivations share: compliance, compliant, comply.

    Not a dictionary form; only good for comparing.
    """
    low = word.lower().removesuffix("'s").removesuffix("’s")
    bare = low
    for _ in range(2):
        shorter = _SUFFIXES.sub("", bare)
        bare = shorter if len(shorter) >= 4 else bare
    bare = bare if bare != low else low.rstrip("s")
    # dumped, stopping: a doubled consonant belongs to the ending.
    return bare[:-1] if len(bare) > 4 and bare[-1] == bare[-2] and bare[-1] not in "sl" else bare


# Letters that match an ASCII letter without regard to case, but do not become it in lower case.
_UNLIKE: Final = re.compile("[İıſ]")


@lru_cache(maxsize=16384)
def _words(rendering: str) -> tuple[tuple[str, ...], ...]:
    """Per word of a rendering the forms it may have, lower case, longest first."""
    words = re.findall(r"[^\s-]+", rendering)
    found = []
    for i, word in enumerate(words):
        inflects = i in {0, len(words) - 1} or (i + 1 < len(words) and words[i + 1] in {"of", "and", "or", "for"})
        found.append(forms(word) if inflects and word.isalpha() else (word.lower(),))
    return tuple(found)


def inflected_pattern(rendering: str) -> re.Pattern[str]:
    """A pattern that finds a rendering in running English; what :func:`find_inflected` does without one.

    Case is free, hyphens and spaces are interchangeable, the first and last
    word of the rendering (the head of a noun phrase, a leading verb) and the
    words before "of" may be inflected, and a possessive may follow.
    """
    parts = ["(?:" + "|".join(map(re.escape, choices)) + ")" for choices in _words(rendering)]
    body = r"(?:\s+|\s?-\s?)".join(parts)
    return re.compile(rf"(?<![\w]){body}(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=16384)
def _stems(rendering: str) -> tuple[str, ...] | None:
    """What all forms of each word begin with; None where comparing lower case is not enough."""
    words = _words(rendering)
    letters = "".join(form for word in words for form in word)
    plain = letters.isascii() or not any(character.isalpha() and not character.isascii() for character in letters)
    stems = tuple(_common(min(word), max(word)) for word in words)
    return stems if plain and stems and stems[0] else None


def _common(one: str, other: str) -> str:
    """What two words, and all between them in the alphabet, begin with."""
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


@lru_cache(maxsize=64)
def lowered(text: str) -> str | None:
    """A text in lower case, the same length; None where that is not what matching without regard to case compares."""
    return None if _UNLIKE.search(text) else text.lower()


@lru_cache(maxsize=4096)
def find_inflected(rendering: str, text: str) -> tuple[Span, ...]:
    """Where a rendering stands in English text, inflected or not, from the left.

    A glossary has tens of thousands of renderings, and most are sought in a
    few texts only: comparing words is cheaper than compiling a pattern. Those
    texts are looked at by one stage and check after the other.

    Args:
        rendering: A glossary rendering.
        text: English.

    Returns:
        Disjoint spans of ``text``: those of :func:`inflected_pattern`.
    """
    if not rendering.strip():
        return ()
    stems, low = _stems(rendering), lowered(text)
    if stems is None or low is None:
        return tuple(Span(*match.span()) for match in inflected_pattern(rendering).finditer(text))
    for stem in stems:
        if stem not in low:
            return ()
    words = _words(rendering)
    found: list[Span] = []
    start = low.find(stems[0])
    while start >= 0:
        end = _end(low, start, words) if not start or not _in_word(low[start - 1]) else 0
        if end:
            found.append(Span(start, end))
        start = low.find(stems[0], end or start + 1)
    return tuple(found)


def _end(low: str, at: int, words: Sequence[Sequence[str]]) -> int:
    """Where the words end that begin at a place; 0 where they do not stand there."""
    rest = words[1:]
    for form in words[0]:
        if not low.startswith(form, at):
            continue
        end = at + len(form)
        if not rest:
            if end == len(low) or not _in_word(low[end]):
                return end
        elif (following := _joint(low, end)) > end and (done := _end(low, following, rest)):
            return done
    return 0


def _joint(low: str, at: int) -> int:
    """The place behind spaces, or behind a hyphen with or without a space on either side."""
    hyphen = at + 1 if low[at : at + 1].isspace() else at
    if low[hyphen : hyphen + 1] == "-":
        return hyphen + 2 if low[hyphen + 1 : hyphen + 2].isspace() else hyphen + 1
    while low[at : at + 1].isspace():
        at += 1
    return at


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def first_free(renderings: Iterable[str], text: str, taken: Sequence[Span]) -> tuple[Span, str] | None:
    """The leftmost place of the first rendering that has one clear of others; inside a longer name only at last.

    Args:
        renderings: Best first.
        text: English.
        taken: What other terms have claimed already.

    Returns:
        The place, and the rendering that stands there; None where all are taken.
    """
    within: tuple[Span, str] | None = None
    for rendering in renderings:
        for span in find_inflected(rendering, text):
            if _overlapping(span, taken):
                continue
            if not (rendering[:1].islower() and _in_a_name(text, span)):
                return span, rendering
            within = within or (span, rendering)
    return within


def _overlapping(span: Span, taken: Sequence[Span]) -> bool:
    start, end = span.start, span.end
    for other in taken:  # noqa: SIM110  (asked tens of times per segment: a generator costs more than it saves)
        if start < other.end and other.start < end:
            return True
    return False


_NAME_GOES_ON: Final = re.compile(r" (?:of the )?[A-Z][a-z]")


def _in_a_name(text: str, span: Span) -> bool:
    """Whether a place is the beginning of a longer name: "Export Control" in "the Export Control Law"."""
    if not _NAME_GOES_ON.match(text, span.end):
        return False
    return all(word[0].isupper() for word in span.of(text).split())


def inflected_like(rendering: str, *, found: str, base: str) -> str:
    """A rendering in the number and with the capitals that another one had in a text.

    Args:
        rendering: What shall stand there.
        found: What stood there.
        base: The rendering that it was a form of.
    """
    if found and _is_plural(found, base) and not rendering.endswith("s"):
        rendering = plural(rendering)
    if base[:1].islower() and found[:1].isupper():
        # One capital begins a sentence; one on every word is a heading's.
        titled = re.fullmatch(r"[A-Z]\w*(?:[\s-]+(?:[A-Z]\w*|\w{1,3}))+", found)
        if titled:
            return re.sub(r"(?<![\w'’])[a-z](?=\w{3})|(?<=-)[a-z]", lambda match: match[0].upper(), rendering)
        return rendering[:1].upper() + rendering[1:]
    return rendering


def _is_plural(found: str, base: str) -> bool:
    return found.lower() != base.lower() and found.lower().replace("-", " ") == plural(base).lower().replace("-", " ")


def replaced(text: str, span: Span, rendering: str) -> str:
    """A text with a rendering in the place of a span, and "a" or "an" before it as its letter demands."""
    left, right = text[: span.start], text[span.end :]
    article = re.search(r"\b([Aa])n?\s+$", left)
    if article and rendering:
        vowel = rendering[0].lower() in "aeio" or rendering.startswith("un")
        left = left[: article.start()] + article[1] + ("n " if vowel else " ")
    return left + rendering + right
