"""T106: terms that no glossary has yet."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from pipeline.checks._renderings import FUNCTION_WORDS, within
from pipeline.checks.base import CheckContext, Finding, check
from pipeline.core.document import Segment
from pipeline.core.flags import Candidate, Span
from pipeline.core.mqm import MqmCategory, Severity
from pipeline.lang.han import HAN


@check("T106", category=MqmCategory.TERMINOLOGY_RESOURCE, severity=Severity.MINOR, whole_document=True)
def likely_term(context: CheckContext) -> Iterator[Finding]:
    """A likely term that no glossary has, and that the document renders in more than one way.

    Sought are phrases of four to eight characters that recur in three segments, end like a
    term (…制度, …清单, …许可) and touch no longer glossary term. The renderings are the English phrases
    that stand in the segments of the phrase and nowhere else.
    """
    uses = _recurring(context)
    for phrase, places in uses.items():
        renderings = _common_phrases([segment.target for segment, _ in places], context)
        if len(renderings) < 2:
            continue
        segment, span = places[0]
        yield Finding(
            segment=segment.id,
            message=f"{phrase} occurs {len(places)} times, is in no glossary and is rendered in several ways.",
            source=span,
            candidates=tuple(Candidate(text, f"document: {count} places") for text, count in renderings[:3]),
        )


def _recurring(context: CheckContext) -> dict[str, list[tuple[Segment, Span]]]:
    """Phrases that end like a term, recur, and touch no glossary term; of nested ones the longest."""
    places: dict[str, list[tuple[Segment, Span]]] = defaultdict(list)
    for segment in context.document.segments:
        # 机制 alone may be a term; a longer phrase that ends in it may still be missing.
        taken = [term.span for term in segment.terms if len(term.text) > _GENERIC]
        for ending in _ENDINGS.finditer(segment.text) if segment.target else ():
            for length in range(_SHORTEST, _LONGEST + 1):
                span = Span(max(0, ending.end() - length), ending.end())
                phrase = span.of(segment.text)
                if len(phrase) < length or _NOT_IN_TERMS.search(phrase) or within(span, taken):
                    break
                places[phrase].append((segment, span))
    found = {phrase: uses for phrase, uses in places.items() if len({segment.id for segment, _ in uses}) >= _OFTEN}
    return {
        phrase: uses
        for phrase, uses in found.items()
        if not any(phrase != other and other.endswith(phrase) and len(found[other]) == len(uses) for other in found)
    }


def _common_phrases(targets: list[str], context: CheckContext) -> list[tuple[str, int]]:
    """English phrases of two to four words in at least two of the targets and in no other segment."""
    own = set(targets)
    elsewhere = " ".join(segment.target.lower() for segment in context.document.segments if segment.target not in own)
    grams: Counter[str] = Counter()
    for target in own:
        words = re.findall(r"[a-z][a-z'’-]+", target.lower())
        grams.update(
            {
                " ".join(words[i : i + n])
                for n in (2, 3, 4)
                for i in range(len(words) - n + 1)
                if _contentful(words[i : i + n])
            }
        )
    common = [(gram, count) for gram, count in grams.most_common() if count >= 2 and gram not in elsewhere]
    longest = [
        (gram, count) for gram, count in common if not any(gram != other and gram in other for other, _ in common)
    ]
    return sorted(longest, key=lambda item: (-item[1], -len(item[0]), item[0]))


def _contentful(words: list[str]) -> bool:
    return words[0] not in FUNCTION_WORDS and words[-1] not in FUNCTION_WORDS


_ENDINGS: Final = re.compile(
    r"制度|清单|名单|机制|许可|措施|体系|平台|系统|指标|目录|工艺|标准|限额|配额|税率|制品|材料|设备|技术"
)
_NOT_IN_TERMS: Final = re.compile(rf"[^{HAN}]|[的了是在将被由对和与及或为各该本其这那有等]|上述|下列|相关|有关")
_SHORTEST, _LONGEST, _OFTEN, _GENERIC = 4, 8, 3, 2
