"""What a correction says about terms: which renderings it changed, and the same change elsewhere.

Source and corrected English are compared word by word; a changed stretch that
covers where a term's rendering stood says how the person renders that term.
This is what lets one correction be applied to a document or a project, and
what glossary proposals are learned from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final

import msgspec

from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected, plural
from pipeline.stages._terms import locate_terms

_TOKEN: Final = re.compile(r"\w+(?:[-'’.]\w+)*|[^\w\s]")
# A longer stretch is a rewritten sentence, which says nothing about one term.
_MOST_WORDS: Final = 8
_MORE_WORDS: Final = 2
_PLURALS: Final = frozenset("goods means customs headquarters proceeds premises series species works".split())
_ARTICLES: Final = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """A term whose English a person changed.

    Attributes:
        zh: The Chinese, as it stands in the source.
        concept: Id of its concept entry; empty where the glossary has none.
        before: English so far.
        after: English from now on.
    """

    zh: str
    before: str
    after: str
    concept: str = ""


def changed_renderings(
    segment: Segment, after: str, *, known: Mapping[str, Collection[str]] | None = None
) -> list[Rendering]:
    """The renderings that a corrected English changes.

    Args:
        segment: With its terms, and the target before.
        after: The target as corrected.
        known: By Chinese term, English that earlier corrections gave it: so a
            term is found where the glossary alone would not find it.

    Returns:
        One for each term, in order; empty where the correction is about
        something else.
    """
    before = segment.target
    if known:
        terms = tuple(
            msgspec.structs.replace(term, admitted=(*term.admitted, *sorted(known.get(term.text, ()))))
            for term in segment.terms
        )
        segment = msgspec.structs.replace(segment, terms=terms)
    stretches = list(_stretches(before, after))
    located = locate_terms(segment).terms
    relocated = locate_terms(msgspec.structs.replace(segment, target=after)).terms
    found: dict[str, Rendering] = {}
    for old, new in zip(located, relocated, strict=True):
        if old.target and new.target and same_word(old.target.of(before), new.target.of(after)):
            continue
        pair = _moved(old.target, stretches, before, after) if old.target else _mended(new, stretches, before, after)
        if pair is None or old.text in found:
            continue
        text, rendered = (_ARTICLES.sub("", part.strip(" ,.;:")) for part in pair)
        if text and rendered and not same_word(text, rendered):
            rendered = _uncapitalised(rendered, text, old.rendering)
            text = _uncapitalised(text, text, old.rendering)
            found[old.text] = Rendering(zh=old.text, concept=old.concept, before=text, after=rendered)
    return list(found.values())


def same_word(one: str, other: str) -> bool:
    """Whether two texts differ in number, case or possessive only."""
    return any(span == Span(0, len(other)) for span in find_inflected(one, other))


def _uncapitalised(text: str, written: str, rendering: str) -> str:
    """A text without the capital that only the beginning of a sentence gave it."""
    if written[:1].isupper() and rendering[:1].islower() and not text[1:2].isupper():
        return text[:1].lower() + text[1:]
    return text


def base_form(rendering: Rendering, preferred: str) -> Rendering:
    """A rendering in the number in which the glossary writes it.

    Args:
        rendering: As it was corrected.
        preferred: The glossary's rendering, or empty.
    """
    written = rendering.before.rsplit(" ", 1)[-1].lower()
    base = preferred.rsplit(" ", 1)[-1].lower()
    if not base or written != plural(base) or written == base:
        return rendering
    head, last = _split(rendering.after)
    return msgspec.structs.replace(rendering, before=preferred, after=head + singular(last))


def singular(word: str) -> str:
    """The singular of a regular plural; words that have none stay."""
    low = word.lower()
    if low in _PLURALS or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    return word[:-2] if low.endswith(("ses", "xes", "zes", "ches", "shes")) else word[:-1]


def _split(text: str) -> tuple[str, str]:
    """All but the last word, and the last word."""
    at = text.rfind(" ") + 1
    return text[:at], text[at:]


def _stretches(before: str, after: str) -> Iterator[tuple[Span, Span]]:
    """The parts of two texts that differ, word by word, as spans of either."""
    old = [Span(match.start(), match.end()) for match in _TOKEN.finditer(before)]
    new = [Span(match.start(), match.end()) for match in _TOKEN.finditer(after)]
    matcher = SequenceMatcher(None, [one.of(before) for one in old], [one.of(after) for one in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield _hull(old, a, b, len(before)), _hull(new, c, d, len(after))


def _hull(tokens: list[Span], start: int, end: int, length: int) -> Span:
    if start < end:
        return Span(tokens[start].start, tokens[end - 1].end)
    at = tokens[start].start if start < len(tokens) else length
    return Span(at, at)


def _moved(span: Span, stretches: list[tuple[Span, Span]], before: str, after: str) -> tuple[str, str] | None:
    """A located rendering and what stands in its place now; None where it was not touched."""
    touching = [
        (old, new)
        for old, new in stretches
        if old.overlaps(span) or (old.start == old.end and span.start < old.start < span.end)
    ]
    if not touching:
        return None
    start, end = min(span.start, touching[0][0].start), max(span.end, touching[-1][0].end)
    new_start = touching[0][1].start - (touching[0][0].start - start)
    new_end = touching[-1][1].end + (end - touching[-1][0].end)
    text, rendered = before[start:end], after[new_start:new_end]
    own = len(span.of(before).split())
    if len(text.split()) > own + _MORE_WORDS or len(rendered.split()) > own + 2 * _MORE_WORDS:
        return None
    return text, rendered


def _mended(term: TermMatch, stretches: list[tuple[Span, Span]], before: str, after: str) -> tuple[str, str] | None:
    """What stood where a rendering that was missing stands now."""
    if term.target is None:
        return None
    for old, new in stretches:
        if new.overlaps(term.target) and old.end > old.start and len(old.of(before).split()) <= _MOST_WORDS:
            start = max(0, old.start - max(0, new.start - term.target.start))
            return before[start : old.end + max(0, term.target.end - new.end)], term.target.of(after)
    return None


def with_rendering(segment: Segment, rendering: Rendering) -> str | None:
    """A segment's English with a term's rendering changed as a person changed it elsewhere.

    Inflection, capital and possessive of each place are kept.

    Returns:
        The English, or None where the term is not in the source, or its old
        rendering not in the English as often as the new one is wanted.
    """
    places = segment.text.count(rendering.zh)
    if not places or not rendering.before:
        return None
    # The new rendering may hold the old one: "control" within "export control".
    kept = list(find_inflected(rendering.after, segment.target))
    spans = [
        span
        for span in find_inflected(rendering.before, segment.target)
        if not any(span.overlaps(other) for other in kept)
    ]
    if not spans or len(spans) > places:
        return None
    target = segment.target
    for span in reversed(spans):
        new = _inflected(rendering.after, span.of(target), rendering.before)
        target = target[: span.start] + new + target[span.end :]
    return _articles(target)


def _inflected(text: str, written: str, base: str) -> str:
    """A rendering in the number and with the capital of what it replaces."""
    head, last = _split(text)
    here, there = _split(written.lower())[1], _split(base.lower())[1]
    if here != there and last.isalpha():
        if here == plural(there) and singular(last) == last and last.lower() not in _PLURALS:
            text = head + plural(last)
        elif there == plural(here):
            text = head + singular(last)
    if written[:1].isupper() and base[:1].islower() and text[:1].islower():
        text = text[:1].upper() + text[1:]
    return text


def _articles(target: str) -> str:
    """``a`` and ``an`` as the word after them wants; only what is certain from its first letter."""
    target = re.sub(r"\b([Aa]) (?=[aeio]\w)", r"\1n ", target)
    return re.sub(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwxyz]\w*[aeiou])", r"\1 ", target)
