"""What an engine is asked to render as told: glossary terms, and values whose English is computed.

A date, an amount with 万 or 亿, a document number or a reference to an article
has one right English, so it is handed to the engine like a term and, where
the engine misses it, put where the engine's alignment says its words stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from pipeline.core.document import Segment
from pipeline.core.flags import Span
from pipeline.lang.issuers import joined
from pipeline.lang.titles import Title, compose, titles
from pipeline.lang.values import Value, chinese_values, english_values, same
from pipeline.stages._authorities import authorities
from pipeline.stages._formulas import answers, enactment, formula
from pipeline.stages._heads import head
from pipeline.stages._known import several
from pipeline.stages._officials import officials
from pipeline.stages._posts import posts
from pipeline.stages._set_clauses import set_clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rendering that an engine was asked for.

    Attributes:
        span: In ``Segment.text``.
        text: The Chinese.
        rendering: The English.
        kind: ``term``, or that of a value.
        term: Index into ``Segment.terms``; -1 for values.
    """

    span: Span
    text: str
    rendering: str
    kind: str
    term: int = -1


def asked(segment: Segment, base: date | None, *, values: bool) -> list[Asked]:
    """Everything an engine is asked to render, in order, without overlaps.

    Args:
        segment: With its terms.
        base: Date that relative dates count from.
        values: Whether computed values are asked for beside enforced terms.
    """
    terms = [
        Asked(span=term.span, text=term.text, rendering=term.rendering, kind="term", term=i)
        for i, term in enumerate(segment.terms)
        if term.enforced
    ]
    return list(_with_values(segment.text, segment.source, base, tuple(terms))) if values else terms


# Asked for before the engine's answer and again when it is edited.
@lru_cache(maxsize=4096)
def _with_values(text: str, source: str, base: date | None, terms: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Terms and computed values, in order, without overlaps."""
    known = [one.span for one in terms]
    computed = [
        Asked(span=one.span, text=one.text, rendering=one.rendering, kind=one.kind)
        for one in chinese_values(text, base, words=True)
        if not any(_claims(span, one.span) if one.kind == "name" else _holds(span, one.span) for span in known)
    ]
    computed += [
        one for one in composed_titles(text, terms) if not any(one.span.overlaps(other.span) for other in computed)
    ]
    # Of a term and a value the longer is rendered; 公告 in 公告2025年第18号 with its value.
    kept = [one for one in terms if not any(one.span.overlaps(other.span) for other in computed)]
    found = sorted([*kept, *computed], key=lambda one: one.span)
    if english := formula(text, _known(found)):
        return (Asked(span=Span(0, len(text)), text=text, rendering=english, kind="name"),)
    found = _with(found, text, authorities(text, _known(found)))
    named = [one for one in found if one.rendering[:1].isupper() and one.kind in {"name", "term"}]
    found = _with(found, text, officials(text, _known(named)))
    found = _with(found, text, _clauses(found, text, source), kind="clause")
    found = _with_posts(found, text)
    return tuple(in_rows(_with(found, text, _of_a_kind(found, text)), text))


def _known(found: Sequence[Asked]) -> dict[Span, str]:
    return {one.span: one.rendering for one in found}


def _with(found: list[Asked], text: str, made: Iterable[tuple[Span, str]], *, kind: str = "name") -> list[Asked]:
    """What is asked for, with what is made of several parts in their place, unless it would cut one in two."""
    for span, english in made:
        inside = [one for one in found if one.span.overlaps(span)]
        if all(_holds(span, one.span) for one in inside):
            found = [one for one in found if one not in inside]
            found.append(Asked(span=span, text=span.of(text), rendering=english, kind=kind))
    return sorted(found, key=lambda one: one.span)


def _clauses(found: Sequence[Asked], text: str, source: str) -> list[tuple[Span, str]]:
    """Clauses whose whole English is computed; none in a sentence that has a frame of its own."""
    known = _known(found)
    start, _ = head(text, source)
    return [] if enactment(text, start, known) or answers(text) else set_clauses(text, start, known)


def _with_posts(found: list[Asked], text: str) -> list[Asked]:
    """What is asked for, with posts (某公司董事长、总裁) as one each; behind 男 or 女 they join the person."""
    for place, english in posts(text, _known(found)):
        span, rendering = place, english
        person = next((one for one in found if one.kind == "name" and one.span.end == place.start - 1), None)
        if person and text[place.start - 1] == "，":
            span, rendering = Span(person.span.start, place.end), f"{person.rendering}, {english}"
        found = [one for one in found if not one.span.overlaps(span)]
        found.append(Asked(span=span, text=span.of(text), rendering=rendering, kind="name"))
    return sorted(found, key=lambda one: one.span)


_SUCH: Final = re.compile("等(?:各类|各种)?")
_ELEMENT: Final = "元素"


def _of_a_kind(found: Sequence[Asked], text: str) -> Iterator[tuple[Span, str]]:
    """Elements with their kind (镝、铽等重稀土元素), which the engine says twice."""
    at = {one.span.start: one for one in found}
    end = 0
    for first in found:
        row = list(_elements(first, at, text)) if first.span.start >= end else []
        such = _SUCH.match(text, row[-1].span.end) if row else None
        kind = at.get(such.end()) if such else None
        if kind is not None and kind.kind == "term" and not kind.rendering[:1].isupper():
            end = kind.span.end + (len(_ELEMENT) if text.startswith(_ELEMENT, kind.span.end) else 0)
            english = joined([*(one.rendering for one in row), f"other {several(kind.rendering)}"])
            yield Span(first.span.start, end), english


def _elements(first: Asked | None, at: Mapping[int, Asked], text: str) -> Iterator[Asked]:
    """The row of elements that begins with one."""
    while first and _kind(first, text) == "element":
        yield first
        first = at.get(first.span.end + 1) if text.startswith("、", first.span.end) else None


_ALONE: Final = re.compile(r"关于[^，。；：《》]{4,80}的(?:公告|决定|通知|通告)")
# What parts the items of a row, and what closes one.
_APART: Final = re.compile("[》〉]?(?:、|(?<=》)(?=《))?[《〈]?")
_LAST: Final = re.compile("[》〉]?(?:、?以及|、?[和及与]|或者?)[《〈]?")
_LONG_ROW: Final = 3
_OPEN: Final = re.compile(r"[》〉]?\s?等(?!\s?(?:\d|[两二三四五六七八九十]))")
_BODY: Final = re.compile(r"(?:公司|集团|研究所|研究院|实验室|大学|联盟|基金会)$")


def in_rows(found: Sequence[Asked], text: str) -> list[Asked]:
    """What is asked for, with names that stand in a row (A公司、B公司和C公司, 《甲法》《乙法》) as one.

    A small model drops or doubles members of long rows. Rows of bodies and
    titles are one from two members on, those of elements from three; other
    terms inflect, and stay apart.
    """
    done: list[Asked] = []
    row: list[Asked] = []
    closed = False
    for one in [*found, None]:
        between = text[row[-1].span.end : one.span.start] if row and one else ""
        last = bool(_LAST.fullmatch(between))
        goes_on = one and row and not closed and _kind(one, text) == _kind(row[0], text) != ""
        if one and goes_on and between and (last or _APART.fullmatch(between)):
            row.append(one)
            closed = last
            continue
        done += _as_one(row, text, closed=closed)
        row, closed = [one] if one else [], False
    return done


def _kind(one: Asked, text: str) -> str:
    """What kind of row something can be a member of; empty: of none."""
    if text[one.span.start - 1 : one.span.start] == "《":
        return "title"
    if one.kind == "name" or (one.kind == "term" and _BODY.search(one.text) and one.rendering[:1].isupper()):
        return "name"
    return "element" if one.kind == "term" and len(one.text) == 1 else ""


def _as_one(row: Sequence[Asked], text: str, *, closed: bool) -> list[Asked]:
    kind = _kind(row[0], text) if row else ""
    if len(row) < (_LONG_ROW if kind == "element" else 2):
        return list(row)
    span = Span(row[0].span.start, row[-1].span.end)
    article = "the " if kind == "title" else ""
    names = [row[0].rendering, *(article + one.rendering for one in row[1:])]
    if not closed and _OPEN.match(text, span.end):
        # 等 goes on with the list: "A, B, and other laws".
        english = ", ".join(names)
    else:
        english = joined(names, "or" if "或" in text[row[-2].span.end : row[-1].span.start] else "and")
    return [Asked(span=span, text=span.of(text), rendering=english, kind="name")]


def composed_titles(text: str, terms: Sequence[Asked]) -> Iterator[Asked]:
    """Titles in 《》, or standing alone, that no glossary entry covers and whose every part is known."""
    alone = [Title(span=Span(0, len(text)), text=text)] if _ALONE.fullmatch(text) else []
    for title in alone or titles(text):
        inside = [term for term in terms if term.span.overlaps(title.span)]
        if any(_holds(term.span, title.span) for term in inside):
            continue
        at = title.span.start
        parts = [(term.span.start - at, term.span.end - at, term.rendering) for term in inside]
        if english := compose(title.text, parts):
            yield Asked(span=title.span, text=title.text, rendering=english, kind="name")


def _holds(term: Span, other: Span) -> bool:
    """Whether a term has a value or title inside it and says how it is rendered: 2018年税务条例草案."""
    return term.start <= other.start and other.end <= term.end


def _claims(term: Span, name: Span) -> bool:
    """Whether a glossary term settles a name; one that is a part of it (公司 in 莱多斯公司（Leidos）) does not."""
    inside = name.start <= term.start and term.end <= name.end and term != name
    return term.overlaps(name) and not inside


def rendered(target: str, wanted: Sequence[Asked]) -> list[bool]:
    """For each value whether the English has it, in whatever form; terms are not looked at."""
    low = target.lower()
    return [one.rendering.lower() in low or _has(one, english_values(target, words=True)) for one in wanted]


def absent_and_wrong(target: str, wanted: Sequence[Asked]) -> tuple[int, int]:
    """How many values the English has not at all, and how many it has some other value of their kind for."""
    missing = [one for one, has in zip(wanted, rendered(target, wanted), strict=True) if not has]
    if not missing:
        return 0, 0
    keys = {value.key for one in wanted for value in english_values(one.rendering, words=True)}
    strange = Counter(value.kind for value in english_values(target, words=True) if value.key not in keys)
    wrong = sum((Counter(one.kind for one in missing) & strange).values())
    return len(missing) - wrong, wrong


def _has(one: Asked, found: Sequence[Value]) -> bool:
    wanted = english_values(one.rendering, words=True)[:1] if one.term < 0 else []
    # A year that only the Chinese says is missing; one that only the English says is none too many.
    return any(value.key == other.key or (0 in value.key and same(value, other)) for value in wanted for other in found)


def repeated(target: str, wanted: Sequence[Asked]) -> Iterator[bool]:
    """Per value with figures of its own whether the English says it more often than the Chinese."""
    counts = Counter(one.rendering for one in wanted if one.kind in {"number", "percent", "name"})
    for rendering, count in counts.items():
        yield target.count(rendering) > count
