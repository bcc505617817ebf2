"""What a correction says about terms: which renderings it changed, and the same change elsewhere.

Where a term's rendering stood, and nothing else, other words stand now: that
says how the person renders that term (``_correction``).
This is what lets one correction be applied to a document or a project, and
what glossary proposals are learned from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang.en import find_inflected
from pipeline.lang.plurals import plural
from pipeline.stages._correction import Correction, same_word
from pipeline.stages._terms import locate_terms

_PLURALS: Final = frozenset("goods means customs headquarters proceeds premises series species works".split())
# A country or person, which takes no article.
_NAME: Final = re.compile(r"[A-Z][a-z]+")
_DETERMINED: Final = re.compile(r"\b(?:the|a|an|this|that|its|their|his|her|our|each|every|any|no) $", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!?:] $")
_ARTICLES: Final = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


__all__ = ["Rendering", "base_form", "changed_renderings", "same_word", "singular", "with_rendering"]


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
        known: By Chinese term, English that earlier corrections or other senses
            gave it: so a term is found where the glossary alone would not find it.

    Returns:
        One for each term, in order; empty where the correction is about
        something else.
    """
    if known:
        terms = tuple(
            msgspec.structs.replace(term, admitted=(*term.admitted, *sorted(known.get(term.text, ()))))
            for term in segment.terms
        )
        segment = msgspec.structs.replace(segment, terms=terms)
    found: dict[str, Rendering] = {}
    correction = Correction(segment, after)
    for number, term in enumerate(segment.terms):
        pair = correction.pair(number) if term.text not in found else None
        if pair is None:
            continue
        text, rendered = (_ARTICLES.sub("", part.strip(" ,.;:")) for part in pair)
        if text and rendered and not same_word(text, rendered):
            rendered = _uncapitalised(rendered, text, term.rendering)
            text = _uncapitalised(text, text, term.rendering)
            found[term.text] = Rendering(zh=term.text, concept=term.concept, before=text, after=rendered)
    return list(found.values())


def _uncapitalised(text: str, written: str, rendering: str) -> str:
    """A text without the capital that only the beginning of a sentence gave it."""
    if not (written[:1].isupper() and rendering[:1].islower()):
        return text
    # In a heading all words have one.
    heading = len(written.split()) > 1 and written.istitle()
    words = text.split(" ")
    return " ".join(
        word[:1].lower() + word[1:] if (heading or i == 0) and not word[1:2].isupper() else word
        for i, word in enumerate(words)
    )


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
    kept = find_inflected(rendering.after, segment.target)
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
        target = _with_article(target[: span.start], rendering) + new + target[span.end :]
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


def with_decision(segment: Segment, rendering: Rendering) -> str | None:
    """A segment's English with a term as it was decided, whichever of its known renderings the engine chose now.

    Returns:
        The English, or None where the term is not there or reads so already.
    """
    changed = with_rendering(segment, rendering)
    if changed is not None:
        return changed
    target = segment.target
    for term in sorted(locate_terms(segment).terms, key=lambda term: term.target or Span(0, 0), reverse=True):
        written = term.target.of(target) if term.target else ""
        meant = term.text == rendering.zh and rendering.concept in {"", term.concept}
        if not term.target or not meant or same_word(rendering.after, written):
            continue
        base = next((text for text in (term.rendering, *term.admitted) if same_word(text, written)), written)
        change = msgspec.structs.replace(rendering, before=base)
        new = _inflected(rendering.after, written, base)
        target = _with_article(target[: term.target.start], change) + new + target[term.target.end :]
    return _articles(target) if target != segment.target else None


def _with_article(head: str, rendering: Rendering) -> str:
    """The English before a rendering, with the article that it wants: the Japanese side, Japan."""
    was, becomes = (_NAME.fullmatch(text) is not None for text in (rendering.before, rendering.after))
    if becomes and not was:
        return re.sub(r"\b[Tt]he $", "", head)
    last = rendering.after.rsplit(" ", 1)[-1]
    if was and last.islower() and singular(last) == last and not _DETERMINED.search(head):
        return head + ("The " if not head.strip() or _SENTENCE.search(head) else "the ")
    return head


def _articles(target: str) -> str:
    """``a`` and ``an`` as the word after them wants; only what is certain from its first letter."""
    target = re.sub(r"\b([Aa]) (?=[aeio]\w)", r"\1n ", target)
    return re.sub(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwxyz]\w*[aeiou])", r"\1 ", target)
