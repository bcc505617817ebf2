"""A hypothesis through post-editing, for tests of its rules."""

from __future__ import annotations

from pipeline.core.document import Block, BlockKind, Document, Hypothesis, Segment, TermMatch
from pipeline.core.flags import Span
from pipeline.lang.style import HouseStyle
from pipeline.stages.post_edit import PostEditStage


def edited(
    source: str,
    english: str,
    *,
    kind: BlockKind = BlockKind.PARAGRAPH,
    style: HouseStyle | None = None,
    date: str = "",
    terms: dict[str, str] | None = None,
) -> Segment:
    """A segment after post-editing a hypothesis."""
    matches = tuple(
        TermMatch(
            concept=zh, span=Span(source.index(zh), source.index(zh) + len(zh)), text=zh, rendering=en, enforced=True
        )
        for zh, en in (terms or {}).items()
    )
    segment = Segment(
        id="s1",
        source=source,
        text=source,
        span=Span(0, len(source)),
        terms=matches,
        hypotheses=(Hypothesis(text=english),),
    )
    block = Block(id="b1", kind=kind, source=source, text=source, segments=(segment,))
    document = Document(name="a", format="text", blocks=(block,), date=date, provides=frozenset({"hypotheses"}))
    return PostEditStage(style=style)(document).segments[0]
