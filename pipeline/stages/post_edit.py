"""The post_edit stage: hypotheses to targets, every change recorded with its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import msgspec

from pipeline.core.document import BlockKind, Document, PostEdit, Segment
from pipeline.lang.style import HouseStyle
from pipeline.stages._abbreviations import abbreviated
from pipeline.stages._placement import place_renderings
from pipeline.stages._rules import RULES, RuleContext
from pipeline.stages._terms import locate_terms
from pipeline.termbase.glossary import Glossary


class PostEditStage:
    """Makes targets.

    Args:
        style: House style.
        concepts: For the abbreviations that count as renderings.
    """

    name = "post_edit"
    requires = frozenset({"hypotheses"})
    provides = frozenset({"targets"})

    def __init__(self, *, style: HouseStyle | None = None, concepts: Glossary | None = None) -> None:
        self._style = style or HouseStyle()
        self._abbreviations = concepts.abbreviations if concepts else {}
        self._institutions = (
            {entry.id: entry.abbr for entry in concepts.entries if entry.abbr and entry.pos == "proper"}
            if concepts
            else {}
        )

    def __call__(self, document: Document) -> Document:
        """The document with targets, edits and the places of its terms."""
        base = date.fromisoformat(document.date) if document.date else None
        kinds = {segment.id: block.kind for block in document.blocks for segment in block.segments}
        going_on = {
            after.id
            for block in document.blocks
            for before, after in pairwise(block.segments)
            if before.text.endswith(("；", ";"))
        }
        segments = tuple(
            self._edited(segment, kinds[segment.id], base, continues=segment.id in going_on)
            for segment in document.segments
        )
        if self._style.abbreviate:
            shortened = abbreviated(segments, kinds, self._institutions)
            segments = tuple(
                after if after is before else locate_terms(after, self._abbreviations)
                for before, after in zip(segments, shortened, strict=True)
            )
        return document.with_segments(segments)

    def _edited(self, segment: Segment, kind: BlockKind, base: date | None, *, continues: bool) -> Segment:
        if not segment.hypotheses or segment.hypotheses[0].mode == "copy":
            return msgspec.structs.replace(segment, target=segment.text)
        if segment.hypotheses[0].mode == "memory":
            # A person approved it: no rule knows better.
            approved = msgspec.structs.replace(segment, target=segment.hypotheses[0].text)
            return locate_terms(approved, self._abbreviations)
        segment, edits = place_renderings(segment, self._abbreviations, base)
        target = segment.target
        located = locate_terms(segment, self._abbreviations)
        context = RuleContext(segment=located, kind=kind, style=self._style, date=base, continues=continues)
        for name, rule in RULES.items():
            if located.target != target:
                located = locate_terms(msgspec.structs.replace(segment, target=target), self._abbreviations)
                context = replace(context, segment=located)
            changes = list(rule(target, context))
            for change in sorted(changes, key=lambda change: -change.span.start) if changes else ():
                before = change.span.of(target)
                if before != change.text:
                    target = target[: change.span.start] + change.text + target[change.span.end :]
                    edits.append(PostEdit(rule=name, before=before, after=change.text, reason=change.reason))
        done = msgspec.structs.replace(located, target=target, edits=tuple(edits))
        return done if located.target == target else locate_terms(done, self._abbreviations)
