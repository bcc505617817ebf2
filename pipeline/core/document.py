"""Document > Block > Segment, frozen and typed.

Coordinates: ``Block.source`` and ``Segment.source`` are the original text;
``text`` is the same after normalisation. Every span that a stage, a check or
an engine handles counts code points of ``Segment.text`` (source side) or
``Segment.target``. :meth:`Segment.source_span` carries a span back to the
original, which is what leaves the program.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from pipeline.core.flags import Flag, Span
from pipeline.core.signature import Signature
from pipeline.core.verdict import Verdict

SCHEMA_VERSION = 1


class SegmentState(StrEnum):
    """The XLIFF 2 segment states."""

    INITIAL = "initial"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"
    FINAL = "final"


class BlockKind(StrEnum):
    """What a block is in its document."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    FOOTNOTE = "footnote"
    HEADER = "header"
    ATTRIBUTE = "attribute"


class OffsetMap(msgspec.Struct, frozen=True):
    """Where each code point of a derived text stood in the original.

    Attributes:
        starts: ``starts[i]`` is the original offset of derived offset ``i``;
            one entry more than the derived text has code points. Empty means
            identity.
    """

    starts: tuple[int, ...] = ()

    def __call__(self, offset: int) -> int:
        """The original offset of a derived one."""
        return self.starts[offset] if self.starts else offset

    def span(self, span: Span) -> Span:
        """The smallest original span that covers a derived one."""
        return Span(self(span.start), self(span.end))

    def slice(self, span: Span) -> OffsetMap:
        """The map of a slice of the derived text, relative to the slice's original start."""
        if not self.starts:
            return self
        base = self.starts[span.start]
        return OffsetMap(tuple(at - base for at in self.starts[span.start : span.end + 1]))


OWN_NAME: Final = "name:"


class TermMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A span of source text and the concept it stands for, with its fate in the target.

    Attributes:
        concept: Id of the concept entry; of a name that the document itself spells, ``name:`` and the name.
        span: Where the term stands in ``Segment.text``.
        text: The term as it stands there.
        rendering: The English chosen for it.
        admitted: Other renderings that count as honoured.
        forbidden: Renderings that must not occur.
        alternatives: Concept ids that the same text could also mean and that
            no condition excluded.
        target: Where the rendering stands in ``Segment.target``, or None.
        honoured: Whether the target renders it as the glossary says.
        mode: How it was honoured: ``annotate``, ``prompt``, ``placeholder``,
            ``plain`` (the engine's own choice, checked), ``repair``, ``memory`` or empty.
        enforced: False where the entry only informs (deontic formulae and
            other words whose English depends on syntax).
        votes: Where no written condition decided: concept ids that reviewers
            chose in similar contexts, with how often, the most chosen first.
    """

    concept: str
    span: Span
    text: str
    rendering: str
    admitted: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    target: Span | None = None
    honoured: bool = False
    mode: str = ""
    enforced: bool = True
    votes: tuple[tuple[str, int], ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is a name of the document's own, which no glossary has."""
        return self.concept.startswith(OWN_NAME)


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True):
    """Raw engine output.

    Attributes:
        text: English, detokenised.
        score: Length-normalised log-probability (natural log), if known.
        token_logprobs: One natural-log probability per target token, if known.
        mode: How glossary renderings were handed to the engine.
        engine: Registry name of the engine.
        aligned: Per requested rendering, where the engine says its words stand
            in ``text``; empty where it does not say.
    """

    text: str
    score: float | None = None
    token_logprobs: tuple[float, ...] = ()
    mode: str = ""
    engine: str = ""
    aligned: tuple[Span | None, ...] = ()


class MatchKind(StrEnum):
    """How a memory unit fits a segment, best first."""

    CONTEXT = "context"
    EXACT = "exact"
    ADAPTED = "adapted"
    FUZZY = "fuzzy"


class FuzzyMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal from the translation memory.

    Attributes:
        source: Chinese of the unit.
        target: English of the unit, numbers and terms already those of the
            segment where the kind is ``adapted``.
        score: 0 to 100; 100 only where the sources are equal.
        kind: How the unit fits.
        unit: Id of the unit.
        document: Where it was approved.
        user: Who approved it.
        stale: Whether the glossary says something else now about its terms.
    """

    source: str
    target: str
    score: int
    kind: MatchKind
    unit: int = 0
    document: str = ""
    user: str = ""
    stale: bool = False

    @property
    def usable(self) -> bool:
        """Whether the English may stand as it is: approved for this very source or one that differs in values."""
        return self.kind is not MatchKind.FUZZY and not self.stale


class PostEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded change from hypothesis to target.

    Attributes:
        rule: Stable name of the rule, or the person who made the change.
        before: The English that was replaced.
        after: What stands there now.
        reason: One sentence, where the rule's name does not say it.
    """

    rule: str
    before: str
    after: str
    reason: str = ""


class Inline(msgspec.Struct, frozen=True, kw_only=True):
    """Inline formatting over a part of a block's source.

    Attributes:
        id: Unique in the block; the format's writer finds its markup by it.
        span: Range in ``Block.source``; empty for a point (image, footnote mark).
        kind: ``bold``, ``italic``, ``link``, ``code``, ``note``, ``other``.
    """

    id: str
    span: Span
    kind: str = "other"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence or sentence-like unit: what is translated, checked and reviewed as one.

    ``risk`` is the calibrated probability, 0 to 1, that the target needs a
    change; None where it was not looked at. ``verdict`` is what a model that
    reviewed the target said; None where none did.
    """

    id: str
    source: str
    text: str
    span: Span
    offsets: OffsetMap = OffsetMap()
    target: str = ""
    state: SegmentState = SegmentState.INITIAL
    terms: tuple[TermMatch, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    edits: tuple[PostEdit, ...] = ()
    flags: tuple[Flag, ...] = ()
    risk: float | None = None
    matches: tuple[FuzzyMatch, ...] = ()
    verdict: Verdict | None = None

    def source_span(self, span: Span) -> Span:
        """A span of ``text`` as a span of ``source``."""
        return self.offsets.span(span)


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph, heading, list item, table cell or other text-bearing part of a document.

    Attributes:
        id: Unique in the document; the format's writer finds the place by it.
        source: Original text, inline markup removed.
        text: ``source`` after normalisation; empty until then.
        offsets: ``text`` to ``source``.
        segments: In order; the text between two segments is white space.
        inlines: Formatting over ``source``.
        level: Heading or list level, 1-based; 0 where it has none.
        translate: False for code and other verbatim text.
    """

    id: str
    kind: BlockKind
    source: str
    text: str = ""
    offsets: OffsetMap = OffsetMap()
    segments: tuple[Segment, ...] = ()
    inlines: tuple[Inline, ...] = ()
    level: int = 0
    translate: bool = True

    @property
    def target(self) -> str:
        """The block's English: its segments' targets, joined by single spaces."""
        return " ".join(segment.target for segment in self.segments if segment.target)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One input on its way from source to checked translation.

    Attributes:
        name: What a user calls it: the file's name.
        format: Name of its format in ``pipeline.formats``.
        blocks: In reading order.
        genre: ``announcement``, ``news``, …; empty where unknown.
        date: ISO date that relative dates count from; empty where unknown.
        signature: What produced the targets; None before translation.
        provides: Names of what the stages so far have provided.
    """

    name: str
    format: str
    blocks: tuple[Block, ...] = ()
    genre: str = ""
    date: str = ""
    signature: Signature | None = None
    provides: frozenset[str] = frozenset()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments in reading order."""
        return tuple(segment for block in self.blocks for segment in block.segments)

    @property
    def text(self) -> str:
        """The normalised source of all blocks, one block a line."""
        return "\n".join(block.text or block.source for block in self.blocks if block.translate)

    def with_segments(self, segments: tuple[Segment, ...]) -> Document:
        """The same document with its segments replaced, one for one, in reading order.

        Raises:
            ValueError: The number of segments differs.
        """
        replacements = iter(segments)
        if len(segments) != sum(len(block.segments) for block in self.blocks):
            raise ValueError(f"{self.name}: {len(segments)} segments given for {len(self.segments)}")
        blocks = tuple(
            msgspec.structs.replace(block, segments=tuple(next(replacements) for _ in block.segments))
            for block in self.blocks
        )
        return msgspec.structs.replace(self, blocks=blocks)
