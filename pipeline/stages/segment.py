"""The segment stage, and the same rules as a spaCy component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from pipeline.core.document import Block, Document, Segment
from pipeline.core.flags import Span
from pipeline.lang.segmenter import segment_spans

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENT: Final = "zhengming_segmenter"


class SegmentStage:
    """Cuts blocks into segments; the plain path does not pay spaCy's import."""

    name = "segment"
    requires = frozenset({"text"})
    provides = frozenset({"segments"})

    def __call__(self, document: Document) -> Document:
        """The document with ``Block.segments`` set; verbatim blocks have none."""
        return msgspec.structs.replace(document, blocks=tuple(map(_segmented, document.blocks)))


def _segmented(block: Block) -> Block:
    if not block.translate:
        return block
    segments = []
    for number, span in enumerate(segment_spans(block.text), 1):
        original = block.offsets.span(span)
        segments.append(
            Segment(
                id=f"{block.id}.s{number}",
                source=original.of(block.source),
                text=span.of(block.text),
                span=span,
                offsets=block.offsets.slice(span),
            )
        )
    return msgspec.structs.replace(block, segments=tuple(segments))


def whole_segment(block: Block, target: str) -> Segment:
    """All of a normalised block as one segment with a target."""
    span = Span(0, len(block.text))
    return Segment(
        id=f"{block.id}.s1", source=block.source, text=block.text, span=span, offsets=block.offsets, target=target
    )


def spacy_pipeline() -> Language:
    """``spacy.blank("zh")`` (one token per character) with our segments as sentences.

    Returns:
        A pipeline whose Docs have ``sents`` at our segment starts, ready to
        carry term matches and flags as span groups.
    """
    import spacy
    from spacy.language import Language

    if not Language.has_factory(COMPONENT):
        Language.component(COMPONENT, func=_component)
    nlp = spacy.blank("zh")
    nlp.add_pipe(COMPONENT)
    return nlp


def _component(doc: Any) -> Any:
    starts = {span.start for span in segment_spans(doc.text)}
    for token in doc:
        token.is_sent_start = token.idx in starts or token.i == 0
    return doc
