"""How well term extraction finds terms: a third of the glossary is hidden and looked for.

Precision counts only hidden terms as hits. A candidate that is a good term
but stands in no glossary counts as wrong, so that the figure is a lower
bound; it is to be read against the control, plain frequency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pipeline.lang.en import find_inflected
from pipeline.lang.normaliser import fold
from pipeline.termbase.concept import ConceptEntry
from pipeline.termbase.extract import Candidate, by_frequency, count_grams, extract
from pipeline.termbase.renderings import with_renderings

LEAST: Final = 3
LONGEST: Final = 12
_ALL: Final = 100_000


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranked list against the hidden terms.

    Attributes:
        name: What made it.
        at: How many of the first candidates are looked at.
        precision: Share of these that are hidden terms.
        recall: Share of the hidden terms that are among them.
    """

    name: str
    at: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class ExtractionScore:
    """An evaluation.

    Attributes:
        hidden: Hidden Chinese forms that occur often enough to be found.
        rankings: Ours and the control at several depths.
        rendered: Hidden terms that were found and for which renderings were sought.
        first: Share of these whose first rendering the glossary accepts.
        third: Share with an accepted one among the first three.
    """

    hidden: int
    rankings: tuple[Ranking, ...]
    rendered: int
    first: float
    third: float


def is_hidden(entry: ConceptEntry) -> bool:
    """Whether a concept is of the third that is hidden; the same one every time."""
    return int(sha256(entry.id.encode()).hexdigest(), 16) % 3 == 0


def evaluate(
    pairs: Sequence[tuple[str, str]], entries: Iterable[ConceptEntry], *, depths: Sequence[int] = (100, 200, 500, 1000)
) -> ExtractionScore:
    """Extraction and its control on bilingual segments.

    Args:
        pairs: Chinese and English.
        entries: The glossary, a third of which is hidden.
        depths: Numbers of candidates to look at.
    """
    texts = [source for source, _ in pairs]
    all_entries = list(entries)
    known = [entry for entry in all_entries if not is_hidden(entry)]
    forms = {fold(zh) for entry in known for zh in entry.sources}
    hidden = {fold(zh): entry for entry in all_entries if is_hidden(entry) for zh in entry.sources}
    counted = count_grams(map(fold, texts), least=LEAST, longest=LONGEST)
    findable = {zh for zh in hidden if zh not in forms and len(zh) > 1 and counted[zh] >= LEAST}
    ours = extract(texts, known, least=LEAST, longest=LONGEST, limit=_ALL)
    lists = {
        "extraction": [candidate.zh for candidate in ours],
        "frequency (control)": by_frequency(texts, known, least=LEAST, longest=LONGEST),
    }
    rankings = tuple(
        _ranking(name, ranked, depth, findable) for name, ranked in lists.items() for depth in (*depths, len(ranked))
    )
    found = with_renderings([candidate for candidate in ours if candidate.zh in findable], pairs)
    first = [_accepted(candidate, hidden[candidate.zh], 1) for candidate in found]
    third = [_accepted(candidate, hidden[candidate.zh], 3) for candidate in found]
    number = len(found) or 1
    return ExtractionScore(len(findable), rankings, len(found), sum(first) / number, sum(third) / number)


def _ranking(name: str, ranked: Sequence[str], depth: int, findable: set[str]) -> Ranking:
    hits = len(findable & set(ranked[:depth]))
    return Ranking(name, depth, hits / depth if depth else 0.0, hits / len(findable) if findable else 0.0)


def _accepted(candidate: Candidate, entry: ConceptEntry, most: int) -> bool:
    """Whether one of the first renderings is, as a whole, one that the glossary accepts."""
    wanted = [text for text in (entry.preferred, *entry.admitted, entry.abbr) if text]
    return any(
        span.start == 0 and span.end == len(text)
        for text, _ in candidate.renderings[:most]
        for rendering in wanted
        for span in find_inflected(rendering, text)
    )
