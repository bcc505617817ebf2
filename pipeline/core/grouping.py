"""Equal flags of a document as one line: what a reviewer decides once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from pipeline.core.document import Document, Segment
from pipeline.core.flags import Flag, FlagState
from pipeline.core.mqm import Severity

_RANK: Final = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2, Severity.NEUTRAL: 3}
# Characters of a flagged text that name a group; some checks flag whole sentences.
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagGroup:
    """Flags with one code on one text.

    Attributes:
        code: Flag code.
        severity: The gravest of the group's.
        text: The Chinese, or the English where no Chinese is marked; empty where neither is.
        places: How many flags the group has.
        uses: How often the document has the term, for terminology; else as many as places.
        renderings: The English forms that the term has in the document, the commonest first.
        segments: Ids of the segments, in reading order.
        message: Of the first flag.
    """

    code: str
    severity: Severity
    text: str
    places: int
    uses: int
    renderings: tuple[str, ...]
    segments: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        """中重稀土: 2 renderings, 7 places."""
        text = self.text if len(self.text) <= _LONGEST else f"{self.text[: _LONGEST - 1]}…"
        if len(self.renderings) > 1:
            return f"{text}: {len(self.renderings)} renderings, {self.uses} places"
        places = "1 place" if self.places == 1 else f"{self.places} places"
        return f"{text}: {places}" if text else f"{self.message} {places}"


def flag_groups(document: Document) -> list[FlagGroup]:
    """The open flags of a document, equal ones together, the gravest and largest first."""
    found: dict[tuple[str, str], list[tuple[Segment, Flag]]] = defaultdict(list)
    for segment in document.segments:
        for flag in segment.flags:
            if flag.state is FlagState.OPEN:
                text = _text(flag, segment)
                found[flag.code, text or flag.message].append((segment, flag))
    forms = _forms(document)
    groups = [_group(code, members, forms) for (code, _), members in found.items()]
    return sorted(groups, key=lambda group: (_RANK[group.severity], -group.places, group.code, group.text))


def _text(flag: Flag, segment: Segment) -> str:
    if flag.source:
        return flag.source.of(segment.text)
    return flag.target.of(segment.target) if flag.target else ""


def _group(code: str, members: list[tuple[Segment, Flag]], forms: dict[str, list[str]]) -> FlagGroup:
    segment, first = members[0]
    text = _text(first, segment)
    said = forms.get(text, []) if code.startswith("T") else []
    return FlagGroup(
        code=code,
        severity=min((flag.severity for _, flag in members), key=_RANK.__getitem__),
        text=text,
        places=len(members),
        uses=max(len(said), len(members)),
        renderings=tuple(sorted(set(said), key=lambda form: (-said.count(form), form))),
        segments=tuple(dict.fromkeys(segment.id for segment, _ in members)),
        message=first.message,
    )


def _forms(document: Document) -> dict[str, list[str]]:
    """Per Chinese term, what stands for it in each place; case and a final s are no difference."""
    found: dict[str, list[str]] = defaultdict(list)
    for segment in document.segments:
        for term in segment.terms:
            if term.target:
                found[term.text].append(term.target.of(segment.target).lower().removesuffix("s"))
    return found
