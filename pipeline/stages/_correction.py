"""English before and after a correction, word by word, and what became of each term's rendering in it.

A correction says how a term is rendered only where the words that stand in
its place now stand for nothing else: words of other terms are cut off, and what
a rewritten sentence, a pronoun or a number has in that place says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

import msgspec

from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected
from pipeline.stages._terms import locate_terms

_TOKEN: Final = re.compile(r"\w+(?:[-'’.]\w+)*|[^\w\s]")
# So many words may a rendering have more than the one before.
_MORE_WORDS: Final = 4
# In a sentence of so many words, of which so large a part changed, nothing is in its old place.
_SENTENCE: Final = 6
_REWRITTEN: Final = 0.5
_VERBS: Final = frozenset(
    "is are was were be been being has have had shall will may must should can could would".split()
)
_FUNCTION_WORDS: Final = frozenset(
    "a an the this that these those such any all each every its their his her our it they them he she one ones same "
    "of on in at to for from by with under into over as and or nor but not no is are was were be been being has have "
    "had do does did shall will may must should would can could which who whom whose there here".split()
)


def same_word(one: str, other: str) -> bool:
    """Whether two texts differ in number, case or possessive only."""
    return any(span == Span(0, len(other)) for span in find_inflected(one, other))


class Correction:
    """A corrected target beside the one before.

    Args:
        segment: With its terms, and the target before.
        after: The target as corrected.
    """

    def __init__(self, segment: Segment, after: str) -> None:
        self._before, self._after = segment.target, after
        self._old = [_whole(term, segment.target) for term in locate_terms(segment).terms]
        self._terms = segment.terms
        self._stretches = list(_stretches(self._before, after))
        self._new = self._placed(segment)
        words = len(_TOKEN.findall(self._before))
        changed = sum(len(_TOKEN.findall(old.of(self._before))) for old, _ in self._stretches)
        self._rewritten = words >= _SENTENCE and changed > _REWRITTEN * words

    def _placed(self, segment: Segment) -> list[Span | None]:
        """Where each term stands now: what was not touched has moved with the words around it."""
        found = [term.target for term in locate_terms(msgspec.structs.replace(segment, target=self._after)).terms]
        kept = [span and self._shifted(span) for span in self._old]
        taken = [span for span in kept if span]
        return [
            there or (new if new and not any(new.overlaps(span) for span in taken) else None)
            for there, new in zip(kept, found, strict=True)
        ]

    def _shifted(self, span: Span) -> Span | None:
        """A part of the text before, in the text after; None where it was touched."""
        by = 0
        for old, new in self._stretches:
            if old.end <= span.start:
                by = new.end - old.end
            elif old.start < span.end:
                return None
        return Span(span.start + by, span.end + by)

    def pair(self, number: int) -> tuple[str, str] | None:
        """A term's English before and after, as they stand.

        Args:
            number: Of the term.

        Returns:
            None where the correction does not say that the rendering changed.
        """
        old, new, term = self._old[number], self._new[number], self._terms[number]
        pair = self._exchanged(term) or (self._longer(term, old) if old else None)
        if pair is None and not self._rewritten:
            pair = self._moved(number, old) if old else self._mended(number, new) if new else None
        if pair is None or not _plausible(*pair):
            return None
        return pair

    def _exchanged(self, term: TermMatch) -> tuple[str, str] | None:
        """A known rendering in whose place another known one stands, and nothing else."""
        known = {term.rendering, *term.admitted}
        for old, new in self._stretches:
            was, becomes = _covering(known, self._before, old), _covering(known, self._after, new)
            if was and becomes and not same_word(was, becomes):
                return was, becomes
        return None

    def _longer(self, term: TermMatch, old: Span) -> tuple[str, str] | None:
        """A known rendering that holds the old one, which words beside it have become: control, traffic control."""
        here = old.of(self._before)
        for text in sorted({term.rendering, *term.admitted}, key=len, reverse=True):
            if len(text) <= len(here) or same_word(text, here) or not _holds(text, here):
                continue
            come, stood = find_inflected(text, self._after), find_inflected(text, self._before)
            touched = [span for span in come if any(new.overlaps(span) for _, new in self._stretches)]
            if touched and len(come) > len(stood):
                return here, touched[0].of(self._after)
        return None

    def _moved(self, number: int, span: Span) -> tuple[str, str] | None:
        """A located rendering and what stands in its place now; None where it was not touched."""
        touching = [
            (old, new)
            for old, new in self._stretches
            if old.overlaps(span) or (old.start == old.end and span.start < old.start < span.end)
        ]
        if not touching or self._stands_elsewhere(span.of(self._before)):
            return None
        first, last = touching[0], touching[-1]
        start, end = min(span.start, first[0].start), max(span.end, last[0].end)
        place = Span(first[1].start - (first[0].start - start), last[1].end + (end - last[0].end))
        # What else was in the changed words is cut off where it is known, and else nothing is certain.
        rest = _without(Span(start, end), [one for i, one in enumerate(self._old) if one and i != number])
        if rest is None or _content(self._before[rest.start : span.start] + " " + self._before[span.end : rest.end]):
            return None
        place_left = _without(place, [one for i, one in enumerate(self._new) if one and i != number])
        return (span.of(self._before), _trimmed(place_left.of(self._after))) if place_left else None

    def _stands_elsewhere(self, text: str) -> bool:
        """Whether a rendering stands in the corrected text as often as before: then it has only moved."""
        before, after = (len(find_inflected(text, whole)) for whole in (self._before, self._after))
        return before <= after

    def _mended(self, number: int, span: Span) -> tuple[str, str] | None:
        """What stood where a rendering that was missing stands now."""
        for old, new in self._stretches:
            if not new.overlaps(span) or old.end <= old.start:
                continue
            start = max(0, old.start - max(0, new.start - span.start))
            place = Span(start, min(len(self._before), old.end + max(0, span.end - new.end)))
            rest = _without(place, [one for i, one in enumerate(self._old) if one and i != number])
            more = _without(new, [one for i, one in enumerate(self._new) if one and i != number])
            if rest is None or more is None:
                return None
            # Words that came with it stand for something else, as do some of those that went.
            if _content(self._after[more.start : span.start] + " " + self._after[span.end : more.end]):
                return None
            return _trimmed(rest.of(self._before)), span.of(self._after)
        return None


def _whole(term: TermMatch, target: str) -> Span | None:
    """Where a located term stands, with the words of a longer known rendering around it: control in traffic control."""
    if term.target is None:
        return None
    here = term.target
    longer = (text for text in (term.rendering, *term.admitted) if len(text) > here.end - here.start)
    around = [span for text in longer for span in find_inflected(text, target) if span.overlaps(here)]
    return max([here, *around], key=lambda span: span.end - span.start)


def _covering(known: Iterable[str], text: str, stretch: Span) -> str:
    """The known rendering, as it stands, that holds all telling words of a stretch; empty where none does."""
    meant = [
        Span(stretch.start + match.start(), stretch.start + match.end())
        for match in _TOKEN.finditer(stretch.of(text))
        if _content(match[0])
    ]
    for rendering in sorted(known, key=len, reverse=True) if meant else ():
        for span in find_inflected(rendering, text):
            if span.start <= meant[0].start and meant[-1].end <= span.end:
                return span.of(text)
    return ""


def _stretches(before: str, after: str) -> Iterator[tuple[Span, Span]]:
    """The parts of two texts that differ, word by word, as spans of either."""
    old = [Span(match.start(), match.end()) for match in _TOKEN.finditer(before)]
    new = [Span(match.start(), match.end()) for match in _TOKEN.finditer(after)]
    matcher = SequenceMatcher(None, [one.of(before) for one in old], [one.of(after) for one in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield _hull(old, a, b, len(before)), _hull(new, c, d, len(after))


def _hull(tokens: Sequence[Span], start: int, end: int, length: int) -> Span:
    if start < end:
        return Span(tokens[start].start, tokens[end - 1].end)
    at = tokens[start].start if start < len(tokens) else length
    return Span(at, at)


def _without(span: Span, others: Sequence[Span]) -> Span | None:
    """A span without those that begin or end it; None where one stands in its middle, or nothing is left."""
    start, end = span.start, span.end
    for other in sorted(others):
        if other.overlaps(Span(start, end)) and other.start <= start:
            start = other.end
    for other in sorted(others, reverse=True):
        if start < end and other.overlaps(Span(start, end)) and other.end >= end:
            end = other.start
    if start >= end or any(other.overlaps(Span(start, end)) for other in others):
        return None
    return Span(start, end)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(text)]


def _content(text: str) -> list[str]:
    """The words of a text that mean something by themselves."""
    return [word for word in _words(text) if word[0].isalnum() and word not in _FUNCTION_WORDS]


def _holds(text: str, part: str) -> bool:
    return bool(find_inflected(part, text))


def _trimmed(text: str) -> str:
    """A text without the function words and marks around it."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    kept = [span for span in spans if _content(text[slice(*span)])]
    return text[kept[0][0] : kept[-1][1]] if kept else ""


def _plausible(before: str, after: str) -> bool:
    """Whether one text may be another rendering of what the other renders."""
    old, new = _content(before), _content(after)
    if not old or not new or len(new) > len(old) + _MORE_WORDS or len(old) > len(new) + _MORE_WORDS:
        return False
    # A verb that came with it makes it a sentence's words, not a term's.
    if _VERBS & set(_words(after)) - set(_words(before)):
        return False
    return any(map(str.isdigit, before)) == any(map(str.isdigit, after))
