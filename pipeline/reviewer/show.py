"""How a segment looks: marks for terms and flags, differences word by word, times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from pipeline.checks import CATALOGUE
from pipeline.core.document import Segment, TermMatch
from pipeline.core.flags import Flag, FlagState, Span
from pipeline.errors import UsageError
from pipeline.reviewer.report import Mark, marked
from pipeline.reviewer.siblings import placed
from pipeline.store.records import FlagRow
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.evidence import told
from pipeline.termbase.glossary import Glossary

# Comparing takes time that grows with the square of the length; no sentence is longer.
_MOST_WORDS: Final = 1_500
_WORD: Final = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCard:
    """A term of a segment with what the glossary says.

    Attributes:
        number: On the page, from 1.
        term: The match.
        entry: Its entry; None where the glossary has none any more.
        others: Entries that the same Chinese may also stand for.
    """

    number: int
    term: TermMatch
    entry: ConceptEntry | None
    others: tuple[ConceptEntry, ...] = ()

    @property
    def said(self) -> str:
        """What reviewers chose in similar contexts."""
        return told(self.term.votes, self.term.concept)

    @property
    def now(self) -> str:
        """CSS classes."""
        return "term" if self.term.honoured or not self.term.enforced else "term missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that looks the same throughout.

    Attributes:
        text: It.
        css: Classes of the flags on it.
        title: What they say.
        card: The term that begins here, or None.
        css_term: Classes of the term it belongs to.
    """

    text: str
    css: str = ""
    title: str = ""
    card: TermCard | None = None
    css_term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A candidate with its key.

    Attributes:
        key: ``1`` to ``9``, or empty beyond.
        number: In its flag, from 0.
        text: English.
        evidence: Where it comes from.
    """

    key: str
    number: int
    text: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCard:
    """A flag as it is shown.

    Attributes:
        row: The flag with its id.
        words: Chinese it stands on.
        placed: Whether it is known where in the English a candidate belongs.
        choices: Its candidates.
    """

    row: FlagRow
    words: str
    placed: bool
    choices: tuple[Choice, ...] = field(default=())

    @property
    def open(self) -> bool:
        """Whether it awaits a person."""
        return self.row.flag.state is FlagState.OPEN


def term_cards(segment: Segment, glossary: Glossary) -> list[TermCard]:
    """The terms of a segment, in order."""
    found = []
    for number, term in enumerate(sorted(segment.terms, key=lambda one: (one.span.start, -one.span.end)), start=1):
        others = tuple(entry for concept in term.alternatives if (entry := _entry(glossary, concept)))
        found.append(TermCard(number=number, term=term, entry=_entry(glossary, term.concept), others=others))
    return found


def _entry(glossary: Glossary, concept: str) -> ConceptEntry | None:
    try:
        return glossary.by_id(concept)
    except KeyError:
        return None


def flag_cards(segment: Segment, flags: Sequence[FlagRow]) -> list[FlagCard]:
    """The flags of a segment, its terms located; the first nine candidates of open ones have keys."""
    cards, key = [], 0
    for row in flags:
        choices = []
        for number, candidate in enumerate(row.flag.candidates):
            key += row.flag.state is FlagState.OPEN
            shown = str(key) if row.flag.state is FlagState.OPEN and key <= 9 else ""
            choices.append(Choice(key=shown, number=number, text=candidate.text, evidence=candidate.evidence))
        words = row.flag.source.of(segment.text) if row.flag.source else ""
        cards.append(FlagCard(row=row, words=words, placed=_placed(segment, row.flag), choices=tuple(choices)))
    return cards


def _placed(segment: Segment, flag: Flag) -> bool:
    if not flag.candidates:
        return False
    try:
        placed(segment, flag, flag.candidates[0].text)
    except UsageError:
        return False
    return True


def source_pieces(segment: Segment, cards: Sequence[TermCard], flags: Sequence[FlagRow]) -> list[Piece]:
    """The normalised Chinese of a segment in pieces."""
    open_ = [row.flag for row in flags if row.flag.state is FlagState.OPEN and row.flag.source]
    spans = [(card.term.span, card) for card in cards]
    edges = _edges(len(segment.text), [span for span, _ in spans] + [flag.source for flag in open_ if flag.source])
    pieces = []
    for start, end in pairwise(edges):
        over = [card for span, card in spans if span.start <= start and end <= span.end]
        about = [flag for flag in open_ if flag.source and flag.source.start <= start and end <= flag.source.end]
        starting = next((card for card in over if card.term.span.start == start), None)
        pieces.append(
            Piece(
                text=segment.text[start:end],
                css=" ".join(dict.fromkeys(f"flag {flag.severity}" for flag in about)),
                title="\n".join(f"{flag.code} {flag.message}" for flag in about),
                card=starting,
                css_term=over[0].now if over else "",
            )
        )
    return pieces


def _edges(length: int, spans: Sequence[Span]) -> list[int]:
    inside = (min(max(at, 0), length) for span in spans for at in (span.start, span.end))
    return sorted({0, length, *inside})


def marked_target(segment: Segment, flags: Sequence[Flag]) -> Markup:
    """English with terms and open flags marked."""
    marks = [Mark(term.target, "term", f"{term.text} ({term.concept})") for term in segment.terms if term.target]
    marks += [
        Mark(flag.target, f"flag {flag.severity}", f"{flag.code} {flag.message}")
        for flag in flags
        if flag.target and flag.state is FlagState.OPEN
    ]
    return marked(segment.target, marks)


def word_diff(before: str, after: str) -> Markup:
    """Two texts as one, what went struck out and what came underlined."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    parts = Markup()
    if max(len(old), len(new)) > _MOST_WORDS:
        return Markup("<del>{}</del><ins>{}</ins>").format(before, after)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            parts += Markup("{}").format(gone)
            continue
        parts += Markup("<del>{}</del>").format(gone) if gone else Markup()
        parts += Markup("<ins>{}</ins>").format(come) if come else Markup()
    return parts


def hit(text: str, query: str) -> Markup:
    """A text with the places of a query marked."""
    words = query.strip()
    if not words:
        return Markup("{}").format(text)
    found = [Mark(Span(*one.span()), "hit", "") for one in re.finditer(re.escape(words), text, re.IGNORECASE)]
    return marked(text, found)


def when(at: str) -> str:
    """A stored time as it is read: to the minute, UTC."""
    return f"{at[:10]} {at[11:16]}" if len(at) > 16 else at


def severity_of(code: str) -> str:
    """Usual severity of a check's flags; empty for a code that is no check any more."""
    return str(CATALOGUE[code].severity) if code in CATALOGUE else ""
