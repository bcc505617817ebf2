"""Values: what a text says in figures and has one right English, read from either language and comparable by key.

Dates, periods, amounts, document numbers, provisions, ordinals and codes. The
Chinese side says how each is written in English; the English side reads back
what we and other translators write: both give equal keys for equal values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from pipeline.core.flags import Span
from pipeline.lang import dates, names, numbers, periods, references
from pipeline.lang.numerals import ENGLISH_SMALL, ORDINALS, SCALES, Quantity, ordinal, parse_han

Key = tuple[Any, ...]

_TO: Final = re.compile(r"\s?起?(?:至|到|—|——|－|–|-|~|～)\s?")
_AND: Final = re.compile(r"\s?(?:、|和|及|与)\s?")
_ENGLISH_TO: Final = re.compile(r"\s?(?:to|through|–|-|—)\s?(?:the\s)?")
_NOT_LESS: Final = re.compile(r"(?:not|no) less than $", re.IGNORECASE)
_NOT_MORE: Final = re.compile(r",? (?:but|and) (?:not|no) more than ", re.IGNORECASE)
# Customs and control codes, CAS numbers: copied as they are.
_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9.])(?:\d[A-E]\d{3}(?:\.[a-z0-9]{1,3})*|\d{8}(?:\d{2})?(?![\d.,万亿元吨%])|\d{4}\.\d{2}(?:\.\d{2}){1,2}(?![\d.])"
    r"|\d{2,7}-\d{2}-\d)(?![A-Za-z0-9])"
)
# 2025-08-12 09:00 on a page stays as it is.
_ISO: Final = re.compile(
    r"(?<![\d-])(?P<year>(?:19|20)\d{2})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?:\s\d{2}:\d{2}(?::\d{2})?)?(?![\d-])"
)
_ADDRESS: Final = re.compile(r"https?://[!-~]*[\w/]|\b[\w.-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ORDINAL: Final = re.compile(
    r"第\s?(\d{1,3}|[一二三四五六七八九十百]{1,4})(?=届|次|批|轮|阶段|位(?!数)|大|名|艘|艘|期|个|家|版|代(?!表)|枚|份)"
)
_ENGLISH_ORDINAL: Final = re.compile(
    rf"\b(?:(\d{{1,3}})(?:st|nd|rd|th)|({'|'.join(sorted(ORDINALS, key=len, reverse=True))}))\b"
    rf"(?!\s+(?:of\s+)?(?:{'|'.join(dates.MONTHS)}))",
    re.IGNORECASE,
)
_IN_FIGURES: Final = re.compile(r"\d(?:st|nd|rd|th)")
# One of these stands in every ordinal that is written in words.
_ORDINAL_ENDINGS: Final = ("first", "second", "third", "fth", "urth", "xth", "enth", "ghth", "inth", "lfth", "ieth")
# 每月10日 is the tenth, 10日内 ten days.
_DAY: Final = re.compile(r"[日号](?!内|以内|之内)")
_CLASSIFIER: Final = re.compile(
    r"\s?[个类项名家人次种条款件批起台套艘架国份期轮天年大方点级只位座省市场所笔]|日[内以之]|[周月]内|小时"
)
_CUE: Final = re.compile(r"[\d一二三四五六七八九十两年月日昨今明长人员记任理表席@）男女]|:/")
_ENGLISH_CUE: Final = re.compile(
    r"\d|hundred|thousand|illion|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fif|twen|for)"
    r"|@|:/|first|second|th\b|half|quarter|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value in text.

    Attributes:
        span: Where it stands, with all that its English says too.
        text: What stands there.
        rendering: The English; of a value found in English, its text.
        kind: ``date`` (periods and clock times too), ``number`` (amounts and
            codes), ``percent``, ``name``, ``document-number`` or
            ``provision``; of values that English may write in words,
            ``count`` (7类) or ``ordinal`` (第三次).
        key: Equal for the same value in either language.
        bound: ``more than``, ``nearly``, ``about`` or empty.
        inner: Span without the words of the bound.
    """

    span: Span
    text: str
    rendering: str
    kind: str
    key: Key
    bound: str = ""
    inner: Span | None = None


def chinese_values(text: str, base: date | None = None, *, words: bool = False) -> list[Value]:
    """Values of a Chinese text in order, without overlaps; of overlapping ones the more specific.

    Args:
        text: Normalised Chinese.
        base: Date that relative dates count from; without it they are left out.
        words: Counts (7类) and ordinals (第三次) too.
    """
    return [value for value in _chinese(text, base) if words or value.kind not in _IN_WORDS]


# Rules and checks ask for the values of one segment many times in a row, and again after the engine's answer.
@lru_cache(maxsize=4096)
def _chinese(text: str, base: date | None) -> tuple[Value, ...]:
    if entity := names.listed_entity(text):
        return (_name(entity.span, entity.original, text),)
    if not _CUE.search(text):
        return ()
    found = chain(
        _codes(text),
        (_document(text, item) for item in references.document_numbers(text)),
        _provisions(text),
        _chinese_dates(text, base),
        (_period(item) for item in periods.chinese_periods(text, base)),
        _names(text),
        _ordinals(text),
        _ranges(text, list(numbers.chinese_quantities(text)), english=False),
    )
    return tuple(
        value
        for value in _moments(text, _disjoint(found), english=False)
        if value.rendering and not (value.kind in _IN_WORDS and _DAY.match(text, value.span.end))
    )


def english_values(text: str, *, words: bool = False) -> list[Value]:
    """Values of an English text in order, with their units and currencies, without overlaps.

    Args:
        text: English.
        words: Counts and ordinals too.
    """
    return [value for value in _english(text) if words or value.kind not in _IN_WORDS]


@lru_cache(maxsize=1024)
def _english(text: str) -> tuple[Value, ...]:
    if not _ENGLISH_CUE.search(text):
        return ()
    found = chain(
        _codes(text),
        (_document(text, item) for item in references.english_document_numbers(text)),
        _english_provisions(text),
        (_period(item) for item in periods.english_periods(text)),
        _date_groups(text, list(dates.english_dates(text)), _ENGLISH_TO, english=True),
        _ranges(text, list(numbers.english_quantities(text)), english=True),
        _english_ordinals(text),
    )
    return tuple(_moments(text, _disjoint(found), english=True))


def _moments(text: str, found: Sequence[Value], *, english: bool) -> Iterator[Value]:
    """Values, with an hour and the day beside it as one: 4月10日12时01分, 12:01 p.m. on April 10."""
    left = list(found)
    while left:
        one = left.pop(0)
        hour, day = (one, left[0]) if english and left else (left[0] if left else one, one)
        joined = hour is not day and hour.key[0] == "clock" and day.key[0] == "date" and day.rendering
        between = text[one.span.end : left[0].span.start] if left else ""
        if not joined or between != (" on " if english else ""):
            yield one
            continue
        other = left.pop(0)
        span = Span(one.span.start, other.span.end)
        written = span.of(text) if english else f"{hour.rendering} on {day.rendering}"
        key = ("moment", *hour.key[1:], *day.key[1:])
        yield Value(span=span, text=span.of(text), kind="date", key=key, rendering=written)


def paired_values(zh: str, en: str, *, words: bool = False) -> list[tuple[Value, Value]]:
    """The values of a sentence pair that stand on both sides, in Chinese order, each used once.

    Args:
        zh: Normalised Chinese.
        en: Its English.
        words: Counts and ordinals too.
    """
    wanted = chinese_values(zh, words=words)
    if not wanted:
        return []
    left = english_values(en, words=words)
    pairs: list[tuple[Value, Value]] = []
    for one in wanted:
        if one.kind == "name":
            other = _named(one, en)
        else:
            other = next((value for value in left if same(one, value) and value.bound == one.bound), None)
            # 超过80%: what the bound is comes from words beside the value, on both sides.
            other = other or next((value for value in left if same(one, value) and value.bound and not one.bound), None)
        if other is not None:
            left = [value for value in left if value is not other]
            pairs.append((one, _narrowed(other, en) if other.bound != one.bound else other))
    return pairs


def same(chinese: Value, english: Value) -> bool:
    """Whether the two are one value; a year said on one side only is no difference, nor is a bound."""
    if chinese.key == english.key:
        return True
    if chinese.kind != "date" or len(chinese.key) != len(english.key) or chinese.key[0] != english.key[0]:
        return False
    if chinese.key[0] not in _YEARS_AT:
        return False
    at = _YEARS_AT[chinese.key[0]]
    return all(
        one == other or (i in at and 0 in {one, other})
        for i, (one, other) in enumerate(zip(chinese.key, english.key, strict=True))
    )


_IN_WORDS: Final = frozenset({"count", "ordinal"})
# Where the years stand in a date's key; a month or day must still be there.
_YEARS_AT: Final = {
    "moment": (3,),
    "date": range(1, 40, 3), "range": range(1, 40, 3), "quarter": (1,), "quarters": (1,), "half": (1,), "months": (1,),
}  # fmt: skip


def _narrowed(value: Value, text: str) -> Value:
    span = value.inner or value.span
    return replace(value, span=span, text=span.of(text), rendering=span.of(text), bound="")


def _names(text: str) -> Iterator[Value]:
    for named in names.named_in_brackets(text):
        yield _with_sex(named.span, named.original, text)
    for person in names.chinese_names(text):
        yield _with_sex(person.span, person.english, text)


_SEX: Final = re.compile("[，,](?P<sex>[男女])(?=[，,。；;]|$)")


def _with_sex(span: Span, english: str, text: str) -> Value:
    """A person's name, and 男 or 女 behind it, as lists of persons have it."""
    if sex := _SEX.match(text, span.end):
        return _name(Span(span.start, sex.end()), f"{english}, {'male' if sex['sex'] == '男' else 'female'}", text)
    return _name(span, english, text)


def _name(span: Span, english: str, text: str) -> Value:
    return Value(span=span, text=span.of(text), rendering=english, kind="name", key=("name", english))


def _named(name: Value, en: str) -> Value | None:
    at = en.find(name.rendering)
    if at < 0:
        return None
    span = Span(at, at + len(name.rendering))
    return replace(name, span=span, text=name.rendering)


def _period(item: periods.Period) -> Value:
    return Value(span=item.span, text=item.text, kind="date", key=item.key, rendering=item.english)


def _disjoint(found: Iterable[Value]) -> list[Value]:
    kept: list[Value] = []
    for one in found:
        if not any(one.span.overlaps(other.span) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda value: value.span)


def _codes(text: str) -> Iterator[Value]:
    for match in _ISO.finditer(text) if "-" in text else ():
        key = ("date", *(int(match[part]) for part in ("year", "month", "day")))
        yield Value(span=Span(*match.span()), text=match[0], kind="date", key=key, rendering=match[0])
    for match in _ADDRESS.finditer(text) if ":/" in text or "@" in text else ():
        yield Value(span=Span(*match.span()), text=match[0], kind="name", key=("address", match[0]), rendering=match[0])
    for match in _CODE.finditer(text):
        yield Value(
            span=Span(*match.span()), text=match[0], kind="number", key=("code", match[0].upper()), rendering=match[0]
        )


def _document(text: str, item: references.DocumentNumber) -> Value:
    written = item.extent.of(text)
    key = ("document-number", item.year, item.number, *sorted(item.issuers))
    return Value(span=item.extent, text=written, kind="document-number", key=key, rendering=item.english or written)


def _provisions(text: str) -> Iterator[Value]:
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


# 本条第一款: whose paragraph it is; the engine guesses among Article, Law and Act.
_OWN_TEXTS: Final = {
    "本条": " of this Article", "本法": " of this Law", "本条例": " of these Regulations",
    "本办法": " of these Measures", "本规定": " of these Provisions",
    "本细则": " of these Rules", "本公告": " of this Announcement",
}  # fmt: skip
_OWN_TEXT: Final = re.compile(f"(?:{'|'.join(sorted(_OWN_TEXTS, key=len, reverse=True))})$")


def _provision(text: str, run: Sequence[references.Provision], joint: str) -> Value:
    span = Span(run[0].span.start, run[-1].span.end)
    own = _OWN_TEXT.search(text, max(0, span.start - 3), span.start)
    whose = _OWN_TEXTS[own[0]] if own else ""
    span = Span(own.start(), span.end) if own else span
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


def _english_provisions(text: str) -> Iterator[Value]:
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


_OWNER: Final = re.compile(r" of (?:this|these) (?:Article|Law|Regulations|Measures|Provisions|Rules|Announcement)\b")


def _with_owner(text: str, span: Span) -> Span:
    """A provision with what it is of, where the text says that it is its own."""
    owner = _OWNER.match(text, span.end)
    return Span(span.start, owner.end()) if owner else span


def _chinese_dates(text: str, base: date | None) -> Iterator[Value]:
    # A period (2025年上半年) holds a date (2025年); a date with a day before a period (4月4日12时) does not.
    spans = [item.span for item in periods.chinese_periods(text, base or date(2000, 1, 1))]
    mentions = [
        mention
        for mention in dates.chinese_dates(text, base)
        if (mention.month or not mention.relative) and any(mention.value)
        if not any(span.start <= mention.span.start and mention.span.end <= span.end for span in spans)
    ]
    for value in _date_groups(text, mentions, _TO, english=False):
        open_ = any(mention.relative and not mention.year and mention.span.overlaps(value.span) for mention in mentions)
        yield replace(value, rendering="") if open_ else value


def _date_groups(
    text: str, mentions: Sequence[dates.DateMention], to: re.Pattern[str], *, english: bool
) -> Iterator[Value]:
    """Dates, and runs of them that one English phrase says: 4月4日至8日, April 5, 6, and 7."""
    at = 0
    while at < len(mentions):
        end = at + 1
        while end < len(mentions) and mentions[end].partial:
            end += 1
        if english and end > at + 1:
            span = mentions[at].span
            ranged = end == at + 2 and bool(re.search(r"to|through|–|-", span.of(text)))
        elif (
            end == at + 1
            and end < len(mentions)
            and to.fullmatch(text, mentions[at].span.end, mentions[end].span.start)
        ):
            span, end, ranged = Span(mentions[at].span.start, mentions[end].span.end), end + 1, True
        else:
            span = Span(mentions[at].span.start, mentions[end - 1].span.end)
            ranged = end == at + 2 and bool(to.fullmatch(text, mentions[at].span.end, mentions[at + 1].span.start))
        yield _date_value(text, span, mentions[at:end], ranged=ranged, english=english)
        at = end


def _date_value(text: str, span: Span, group: Sequence[dates.DateMention], *, ranged: bool, english: bool) -> Value:
    year = next((mention.year for mention in group if mention.year and not (mention.implied and not english)), None)
    parts = tuple(part or 0 for mention in group for part in (mention.year or year, mention.month, mention.day))
    if not english and group[0].implied:
        parts = tuple(0 if i % 3 == 0 else part for i, part in enumerate(parts))
    key = ("range" if ranged else "date", *parts)
    written = span.of(text) if english else _dates_written(group, ranged=ranged)
    return Value(span=span, text=span.of(text), kind="date", key=key, rendering=written)


def _dates_written(group: Sequence[dates.DateMention], *, ranged: bool) -> str:
    first, last = group[0], group[-1]
    if len(group) == 1:
        return dates.english_form(first)
    year = f", {first.year}" if first.year and not first.implied else ""
    if last.partial and first.month:
        head = f"{dates.MONTHS[first.month - 1]} {first.day}"
        if ranged:
            return f"{head} to {last.day}{year}"
        days = [str(mention.day) for mention in group[1:]]
        return f"{', '.join([head, *days[:-1]])}{',' if len(days) > 1 else ''} and {days[-1]}{year}"
    if last.implied and year and first.month:
        return f"{dates.english_form(replace(first, year=None))} to {dates.english_form(replace(last, implied=False))}"
    return f"{dates.english_form(first)} to {dates.english_form(last)}"


def _ordinals(text: str) -> Iterator[Value]:
    for match in _ORDINAL.finditer(text):
        number = int(match[1]) if match[1].isdecimal() else parse_han(match[1])
        yield Value(
            span=Span(*match.span()), text=match[0], kind="ordinal", key=("ordinal", number), rendering=ordinal(number)
        )


def _english_ordinals(text: str) -> Iterator[Value]:
    low = text.lower()
    if not _IN_FIGURES.search(low) and not any(word in low for word in _ORDINAL_ENDINGS):
        return
    for match in _ENGLISH_ORDINAL.finditer(text):
        number = int(match[1]) if match[1] else ORDINALS[match[2].lower()]
        yield Value(
            span=Span(*match.span()), text=match[0], kind="ordinal", key=("ordinal", number), rendering=match[0]
        )


def _ranges(text: str, found: Sequence[Quantity], *, english: bool) -> Iterator[Value]:
    """Quantities, two of which with 至 or 以上…以下 between them are one value."""
    at = 0
    while at < len(found):
        one = found[at]
        other = found[at + 1] if at + 1 < len(found) else None
        joined = other and (_english_range(text, one, other) if english else _chinese_range(text, one, other))
        if joined:
            yield joined
            at += 2
            continue
        yield _amount(text, one, english=english)
        at += 1


def _amount(text: str, one: Quantity, *, english: bool) -> Value:
    written = one.extent.of(text)
    plain = one.kind == "number" and not (one.scaled or one.bound)
    kind = "count" if plain else "percent" if one.kind in {"percent", "points"} else "number"
    inner = Span(one.span.start, one.extent.end)
    if english and one.bound:
        inner = Span(one.extent.start + len(written) - len(_without_bound(written)), one.extent.end)
    return Value(
        span=one.extent, text=written, kind=kind, key=_key((one,)), bound=one.bound, inner=inner,
        rendering=written if english else _count(text, one) if plain else numbers.english_form(one, bound=True),
    )  # fmt: skip


def _count(text: str, one: Quantity) -> str:
    """One to nine of something in words, as house style has it; from ten and in 附件1 figures; a bare year as it is."""
    if _BARE_YEAR.fullmatch(one.text) and not _CLASSIFIER.match(text, one.span.end):
        return one.text
    if _CLASSIFIER.match(text, one.span.end) and 0 < one.value < 10:
        return next((word for word, value in ENGLISH_SMALL.items() if value == one.value), numbers.english_form(one))
    return numbers.english_form(one)


_BARE_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_BOUND: Final = re.compile(
    r"(?:more than|over|in excess of|nearly|almost|close to|about|around|approximately|roughly|some)\s+", re.IGNORECASE
)


def _without_bound(text: str) -> str:
    return _BOUND.sub("", text, count=1)


def _chinese_range(text: str, one: Quantity, other: Quantity) -> Value | None:
    between = text[one.span.end : other.extent.start]
    if _TO.fullmatch(between):
        kind, end = "to", other.extent.end
    elif between == "以上" and text.startswith("以下", other.extent.end):
        kind, end = "bounds", other.extent.end + 2
    else:
        return None
    pair = _matched(one, other)
    if pair is None:
        return None
    span = Span(one.extent.start, end)
    low, high = (numbers.english_form(quantity) for quantity in pair)
    written = f"not less than {low} but not more than {high}" if kind == "bounds" else _to(pair, low, high)
    key = (kind, *_key(pair))
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    return Value(
        span=span, text=span.of(text), kind=_range_kind(pair), key=key, rendering=written, bound=bound, inner=span
    )


def _range_kind(pair: Sequence[Quantity]) -> str:
    return "percent" if pair[0].kind in {"percent", "points"} else "number"


def _to(pair: tuple[Quantity, Quantity], low: str, high: str) -> str:
    if pair[0].kind in {"unit", "times", "points"}:
        low = low.split(" ", 1)[0] if pair[0].value < 10**6 else " ".join(low.split(" ", 2)[:2])
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    return f"{bound} {low} to {high}".strip()


def _matched(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity] | None:
    """Both with one kind, unit and scale: in 5—8万吨 the 5 is 50,000 tons."""
    if one.kind == "number" and other.kind != "number":
        value = one.value
        if other.scaled and not one.scaled:
            scale = next((word for word in SCALES if word in other.text), "")
            value *= SCALES.get(scale, 1)
        one = replace(one, kind=other.kind, unit=other.unit, per=other.per, value=value, text=other.text)
    elif one.kind == "number" and other.scaled and not one.scaled:
        scale = next((word for word in SCALES if word in other.text), "")
        one = replace(one, value=one.value * SCALES.get(scale, 1))
    if one.kind == other.kind == "money" and other.unit == "CNY":
        # 新台币一千万元以上五千万元以下: the currency is said once.
        other = replace(other, unit=one.unit)
    if (one.kind, one.unit) != (other.kind, other.unit) or one.value >= other.value:
        return None
    return one, other


def _key(parts: Sequence[Quantity]) -> Key:
    last = parts[-1]
    return (last.kind, last.unit, last.per, *(part.value for part in parts))


_SCALE_WORD: Final = re.compile(r"hundred|thousand|million|billion|trillion", re.IGNORECASE)
_SCALE_VALUES: Final = {
    "hundred": Decimal(100), "thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}  # fmt: skip


def _english_range(text: str, one: Quantity, other: Quantity) -> Value | None:
    if _ENGLISH_TO.fullmatch(text, one.extent.end, other.extent.start):
        kind, start = "to", one.extent.start
    elif _NOT_MORE.fullmatch(text, one.extent.end, other.extent.start) and (
        before := _NOT_LESS.search(text, max(0, one.extent.start - 20), one.extent.start)
    ):
        kind, start = "bounds", before.start()
    else:
        return None
    if one.kind == "number" and other.scaled and not one.scaled and (word := _SCALE_WORD.search(other.text)):
        one = replace(one, value=one.value * _SCALE_VALUES[word[0].lower()])
    if one.kind == "money" and other.kind == "number":
        if other.scaled and not one.scaled and (word := _SCALE_WORD.search(other.text)):
            one = replace(one, value=one.value * _SCALE_VALUES[word[0].lower()])
        other = replace(other, kind="money", unit=one.unit)
    if one.kind == "number":
        one = replace(one, kind=other.kind, unit=other.unit, per=other.per)
    if (one.kind, one.unit) != (other.kind, other.unit) or one.value >= other.value:
        return None
    pair = (one, other)
    span = Span(start, other.extent.end)
    bound = next((quantity.bound for quantity in pair if quantity.bound), "")
    inner = Span(span.end - len(_without_bound(span.of(text))), span.end) if one.bound else span
    return Value(
        span=span, text=span.of(text), kind=_range_kind(pair), key=(kind, *_key(pair)), rendering=span.of(text),
        bound=bound, inner=inner,
    )  # fmt: skip
