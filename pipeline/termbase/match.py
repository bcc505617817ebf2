"""Glossary terms in text: leftmost-longest, exclusive, on a script-folded copy.

The automaton is Aho–Corasick from ``ahocorasick_rs``; spans count code points.
Short terms are held against jieba's word boundaries, because two characters
side by side are often not the word they look like (没有关系 holds 有关).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, Final

from pipeline.core.flags import Span
from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry

_SHORT: Final = 2
_WINDOW: Final = 8
_LATIN: Final = re.compile(r"[0-9A-Za-z]")
# What may stand beside a one-character term, such as an element in a list.
_LIST_LEFT: Final = frozenset("、，,和及与或对（( 「“：:/含属")
_LIST_RIGHT: Final = frozenset("、，,和及与或等（() 」”；;。.：:/元金氧合")

# Characters that name a metal and little else, as words of their own too (镝价上涨).
_METALS: Final = frozenset("钪钇镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥镓锗锑铟铋钼铍铌钽锆铪铼钒碲钨")
_ALLOYED: Final = frozenset("铁钴硼镍铝镁铜锰锌钛铬砷磷硒镉汞") | _METALS
_COMPOUND_LEFT: Final = _ALLOYED | frozenset("化二三四五六七八九十酸基偏仲亚")
# 先 and 女 begin 先生 and 女士: then the character is a given name.
_COMPOUND_RIGHT: Final = _ALLOYED | frozenset("酸石矿族系基先女")


@cache
def words() -> Any:
    """The dictionary of jieba, read once; whoever adds words takes a copy."""
    import logging
    import tempfile

    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = tempfile.gettempdir()
    tokenizer.initialize()
    return tokenizer


class Matcher:
    """Finds the terms of concept entries.

    Args:
        entries: Their Chinese forms are the patterns.
    """

    def __init__(self, entries: Sequence[ConceptEntry]) -> None:
        self._patterns: dict[str, list[str]] = {}
        for entry in entries:
            for zh in entry.sources:
                concepts = self._patterns.setdefault(fold(zh).lower(), [])
                if entry.id not in concepts:
                    concepts.append(entry.id)
        self._keys = list(self._patterns)

    def __getstate__(self) -> dict[str, Any]:
        # The automaton cannot be pickled; whoever unpickles builds it again.
        return {"_patterns": self._patterns, "_keys": self._keys}

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        return AhoCorasick(self._keys, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)

    @cached_property
    def _words(self) -> Any:
        import jieba

        base = words()
        tokenizer = jieba.Tokenizer()
        # Reading the dictionary takes half a second, copying it a hundredth.
        tokenizer.FREQ, tokenizer.total, tokenizer.initialized = dict(base.FREQ), base.total, True
        for key in self._keys:
            if len(key) > _SHORT:
                tokenizer.add_word(key)
        return tokenizer

    def spans(self, text: str, *, folded: str | None = None) -> list[tuple[Span, str]]:
        """All leftmost-longest matches without any veto, with their patterns.

        Args:
            text: Any text.
            folded: The text in Simplified characters, from whoever has it already.

        Returns:
            Disjoint spans of ``text`` in order.
        """
        if not self._keys:
            return []
        found = self._automaton.find_matches_as_indexes((fold(text) if folded is None else folded).lower())
        return [(Span(start, end), self._keys[pattern]) for pattern, start, end in found]

    def find(self, text: str, *, folded: str | None = None) -> list[tuple[Span, tuple[str, ...]]]:
        """Matches that are words, with the ids of the concepts they may stand for; see :meth:`spans`."""
        found = self.spans(text, folded=folded)
        return [(span, tuple(self._patterns[key])) for span, key in found if self.is_word(text, span)]

    def concepts(self, pattern: str) -> tuple[str, ...]:
        """Ids of the concepts that a pattern of :meth:`spans` may stand for."""
        return tuple(self._patterns[pattern])

    def is_word(self, text: str, span: Span) -> bool:
        """Whether a match of :meth:`spans` is a word of its own and no chance neighbourhood of characters."""
        term = span.of(text)
        if _LATIN.match(term[0]) and span.start and _LATIN.match(text[span.start - 1]):
            return False
        if _LATIN.match(term[-1]) and span.end < len(text) and _LATIN.match(text[span.end]):
            return False
        if len(term) == 1:
            return _listed(text, span) or (term in _METALS and _free(text, span) and self._agrees(text, span))
        if len(term) <= _SHORT and not _LATIN.search(term):
            return self._agrees(text, span)
        return True

    def _agrees(self, text: str, span: Span) -> bool:
        """Whether no word of jieba's cuts into the term from outside."""
        low, high = max(0, span.start - _WINDOW), min(len(text), span.end + _WINDOW)
        if not self._may_cut(text, span, low, high):
            return True
        at = low
        for word in self._words.cut(text[low:high], HMM=False):
            start, at = at, at + len(word)
            if _cuts(start, at, span):
                return False
        return True

    def _may_cut(self, text: str, span: Span, low: int, high: int) -> bool:
        """Whether the dictionary has a word that cuts into the term; mostly it has none, and nothing need be cut."""
        known = self._words.FREQ
        for start in range(low, span.end):
            # It has the beginnings of words too, with a frequency of 0.
            for end in range(start + 1, high + 1):
                frequency = known.get(text[start:end])
                if frequency is None:
                    break
                if frequency and _cuts(start, end, span):
                    return True
        return False


def _cuts(start: int, end: int, span: Span) -> bool:
    """Whether a word begins or ends outside a term that it shares characters with, and no edge."""
    overlaps = start < span.end and span.start < end
    inside = start >= span.start and end <= span.end
    return overlaps and not inside and start != span.start and end != span.end


def _free(text: str, span: Span) -> bool:
    """Whether an element's name is no part of a compound's or an alloy's (三氧化二镨, 钕铁硼)."""
    left, right = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return not (left and left in _COMPOUND_LEFT) and not (right and right in _COMPOUND_RIGHT)


def _listed(text: str, span: Span) -> bool:
    """Whether a one-character term stands alone or in an enumeration."""
    left = text[span.start - 1] if span.start else "、"
    right = text[span.end] if span.end < len(text) else "、"
    return left in _LIST_LEFT and right in _LIST_RIGHT
