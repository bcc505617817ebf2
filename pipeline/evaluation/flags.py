"""How good the flags are on annotated documents: what they find, what of it is useful, what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag
from pipeline.evaluation.gold import GoldAmbiguity, GoldDocument
from pipeline.evaluation.pairs import line_of

# Choices that hold for a document are flagged on their first place; the annotation may stand on another.
_ONCE: Final = frozenset({"T104", "A213", "N303", "A215"})


@dataclass(slots=True)
class GoldScore:
    """Counts over documents.

    Attributes:
        characters: Of the sources.
        listed: Annotated ambiguities.
        flagged: Of them, with a flag on their place.
        raised: Flags, by code.
        useful: Of them, on an annotated place, or (of a machine translation)
            on a fault that the reference has not.
        clean_characters: Of lines annotated as clean.
        clean_flags: Flags there that are not useful, by code.
        missed: Document and ambiguity of those without a flag.
        doubtful: Document, line, flag and its Chinese of those that are not useful.
    """

    characters: int = 0
    listed: int = 0
    flagged: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    useful: Counter[str] = field(default_factory=Counter)
    clean_characters: int = 0
    clean_flags: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, GoldAmbiguity]] = field(default_factory=list)
    doubtful: list[tuple[str, int, Flag, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of listed ambiguities flagged."""
        return self.flagged / self.listed if self.listed else 1.0

    @property
    def useful_share(self) -> float:
        """Share of flags that are useful."""
        total = self.raised.total()
        return self.useful.total() / total if total else 1.0

    @property
    def cost(self) -> float:
        """Flags per 1,000 source characters."""
        return 1000 * self.raised.total() / self.characters if self.characters else 0.0

    @property
    def clean_cost(self) -> float:
        """Useless flags per 1,000 source characters of clean lines."""
        return 1000 * self.clean_flags.total() / self.clean_characters if self.clean_characters else 0.0


def score_gold(gold: Sequence[GoldDocument], checked: Sequence[Document], references: Sequence[Document]) -> GoldScore:
    """Score checked documents.

    Args:
        gold: Annotated documents.
        checked: Each of them, translated and checked; blocks named by line as
            :func:`pipeline.evaluation.pairs.pair_document` names them.
        references: Each of them with its reference, checked; the same objects
            as ``checked`` where the references are what is scored. T101 and
            T102 are then left out: they hold a reference against glossaries
            that have grown since it was written.
    """
    score = GoldScore()
    for document, done, reference in zip(gold, checked, references, strict=True):
        if done is reference:
            _score_document(document, _without_glossary_flags(done), None, score)
        else:
            _score_document(document, done, _on_lines(reference), score)
    return score


def _without_glossary_flags(document: Document) -> Document:
    kept = tuple(
        msgspec.structs.replace(
            segment, flags=tuple(flag for flag in segment.flags if flag.code not in {"T101", "T102"})
        )
        for segment in document.segments
    )
    return document.with_segments(kept)


def _on_lines(document: Document) -> set[tuple[int, str, str]]:
    """Line, code and Chinese of the flags of a document."""
    return {(line_of(s.id), flag.code, _zh(flag, s)) for s in document.segments for flag in s.flags}


def _zh(flag: Flag, segment: Segment) -> str:
    return flag.source.of(segment.text) if flag.source else ""


def _score_document(
    gold: GoldDocument, done: Document, faults: set[tuple[int, str, str]] | None, score: GoldScore
) -> None:
    open_ = list(gold.ambiguities)
    found: set[int] = set()
    for segment in done.segments:
        line = line_of(segment.id)
        score.characters += len(segment.text)
        score.clean_characters += len(segment.text) * (line in gold.clean)
        for flag in segment.flags:
            score.raised[flag.code] += 1
            hits = [i for i, item in enumerate(open_) if covers(flag, segment, line, item)]
            found.update(hits)
            if hits or (faults is not None and (line, flag.code, _zh(flag, segment)) not in faults):
                score.useful[flag.code] += 1
            else:
                score.clean_flags[flag.code] += line in gold.clean
                score.doubtful.append((gold.slug, line, flag, _zh(flag, segment)))
    score.listed += len(open_)
    score.flagged += len(found)
    score.missed += [(gold.slug, item) for i, item in enumerate(open_) if i not in found]


def covers(flag: Flag, segment: Segment, line: int, item: GoldAmbiguity) -> bool:
    """Whether a flag points a reviewer to an annotated ambiguity.

    The place counts, not the code: a word may be queried as a term or as a set phrase. A choice
    that holds for the document counts wherever it is first flagged.
    """
    zh = _zh(flag, segment)
    if flag.code in _ONCE and zh and (item.source in zh or zh in item.source) and len(zh) > 1:
        return True
    if line != item.line or flag.source is None:
        return False
    at = segment.text.find(item.source)
    if at < 0:
        # Normalising may have changed the place; the segment must at least be the line's.
        return zh in item.source
    return flag.source.start < at + len(item.source) and at < flag.source.end
