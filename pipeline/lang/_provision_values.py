"""Provisions of a text, articles in a row as one value: 第三条至第五条, Articles 3 to 5."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import references
from pipeline.lang._value import Key, Value
from pipeline.lang.self_names import ENGLISH_SELF_NAME, self_names

_TO: Final = re.compile(r"\s?起?(?:至|到|—|——|－|–|-|~|～)\s?")


def chinese_provisions(text: str) -> Iterator[Value]:
    """Provisions; articles in a row (第三条至第五条, 第三条、第五条和第七条) are one value."""
    run: list[references.Provision] = []
    joint = ""
    for item in references.provisions(text):
        now = _joint(text[run[-1].span.end : item.span.start]) if run else ""
        bare = now and _level(item) != -1 and _level(item) == _level(run[-1])
        if bare and joint != "to" and (len(run) == 1 or now != "to"):
            run.append(item)
            joint = now if now != "," else joint
            continue
        if run:
            yield _provision(text, run, joint or "and")
        run, joint = [item], ""
    if run:
        yield _provision(text, run, joint or "and")


def _joint(between: str) -> str:
    return (
        "to"
        if _TO.fullmatch(between)
        else {"、": ",", "和": "and", "及": "and", "与": "and", "或": "or"}.get(between, "")
    )


# Places of article, paragraph and item in a provision's key, with what English calls several.
_LEVELS: Final = {0: "Articles", 2: "paragraphs", 3: "items"}


def _level(item: references.Provision) -> int:
    """Which one level of its key a provision says and no other; -1 where it says several."""
    said = [at for at, number in enumerate(item.key) if number]
    return said[0] if len(said) == 1 and said[0] in _LEVELS else -1


def _owner(text: str, start: int) -> tuple[int, str]:
    """Where 本条 or 本法 begins that a provision at ``start`` is of, and its English; the engine guesses among them."""
    if text.endswith("本条", 0, start):
        return start - 2, " of this Article"
    if "本" in text[max(0, start - 3) : start]:
        for span, name in self_names(text):
            if span.end == start:
                return span.start, f" of {name.english}"
    return start, ""


def _provision(text: str, run: Sequence[references.Provision], joint: str) -> Value:
    span = Span(run[0].span.start, run[-1].span.end)
    start, whose = _owner(text, span.start)
    span = Span(start, span.end)
    key: Key
    if len(run) == 1:
        key, english = ("provision", *run[0].key), run[0].english
    else:
        level = _level(run[0])
        values = [item.key[level] for item in run]
        numbers_ = [f"({value})" if _LEVELS[level] == "items" else str(value) for value in values]
        comma = "," if len(run) > 2 else ""
        english = f"{_LEVELS[level]} {', '.join(numbers_[:-1])}{comma} {joint} {numbers_[-1]}"
        key = (_LEVELS[level].lower(), joint, *values)
    return Value(span=span, text=span.of(text), kind="provision", key=key, rendering=english + whose)


_ARTICLES: Final = re.compile(
    r"\b(?P<level>[Aa]rticle|[Pp]aragraph|[Ii]tem)s\s(?P<first>\(?\d+\)?(?:,\s\(?\d+\)?)*),?\s(?P<joint>to|through|and|or)"
    r"\s(?:(?:[Aa]rticle|paragraph|item)\s)?\(?(?P<last>\d+)\b\)?"
)


_OF_ARTICLE: Final = re.compile(r"\bArticle \d+,? $", re.IGNORECASE)


def english_provisions(text: str) -> Iterator[Value]:
    """Provisions of an English text, from the left, those in a row first."""
    for match in _ARTICLES.finditer(text):
        if match["level"].lower() != "article" and _OF_ARTICLE.search(text, max(0, match.start() - 20), match.start()):
            continue
        joint = "to" if match["joint"] == "through" else match["joint"]
        numbers_ = [int(number) for number in re.findall(r"\d+", match["first"])]
        span = _with_owner(text, Span(*match.span()))
        yield Value(
            span=span, text=span.of(text), kind="provision", rendering=span.of(text),
            key=(f"{match['level'].lower()}s", joint, *numbers_, int(match["last"])),
        )  # fmt: skip
    for item in references.english_provisions(text):
        span = _with_owner(text, item.span)
        written = span.of(text)
        yield Value(span=span, text=written, kind="provision", key=("provision", *item.key), rendering=written)


_OWNER: Final = re.compile(rf" of (?:this Article\b|{ENGLISH_SELF_NAME.pattern})")


def _with_owner(text: str, span: Span) -> Span:
    """A provision with what it is of, where the text says that it is its own."""
    owner = _OWNER.match(text, span.end)
    return Span(span.start, owner.end()) if owner else span
