"""Dates, amounts, document numbers, provisions and codes: the English says what the Chinese says, in house form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from pipeline.core.document import BlockKind
from pipeline.core.flags import Span
from pipeline.lang import dates, numbers, references
from pipeline.lang.han import is_han
from pipeline.lang.values import Value, chinese_values, english_values, same
from pipeline.stages._rules.base import Replacement, RuleContext

# "December 4 last year" becomes "December 4, 2025", not "December 4, 2025 last year".
_RELATIVE_TAIL: Final = re.compile(r",?\s+(?:of\s+)?(?:last|this|next)\s+year\b")
_RELATIVE: Final = re.compile("[去今明上本当前]年")


# What no value has in it; a person may have "，男".
_CLAUSES: Final = re.compile("[。；]|，(?![男女]$)")


def fix_whole_values(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A source that is a value and nothing else, in brackets or not: the target is its English."""
    source = context.segment.text
    bare = source.strip("（）() 。")
    if _CLAUSES.search(bare):
        return
    values = chinese_values(bare, context.date)
    if len(values) == 1 and values[0].span == Span(0, len(bare)) and values[0].rendering not in target:
        bracketed = source.startswith(("（", "(")) and source.endswith(("）", ")"))
        text = f"({values[0].rendering})" if bracketed else values[0].rendering
        yield Replacement(Span(0, len(target)), text, f"{bare} and nothing else")


def fix_dates(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A date that the source has and the target gets wrong, where it is plain which is which.

    One single date of the source is missing in the target and one single date
    of the target is not in the source: that one is corrected. Years that the
    source only implies (去年) are written out.
    """
    for one, other in _mistaken(target, context, {"date"}):
        span = other.span
        if _RELATIVE.match(one.text) and (tail := _RELATIVE_TAIL.match(target, span.end)):
            span = Span(span.start, tail.end())
        yield Replacement(span, one.rendering, f"the source says {one.text}")


def fix_document_numbers(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The one document number of a source that the target gets wrong, with its issuers where it names them."""
    for one, other in _mistaken(target, context, {"document-number"}):
        if one.key[1:3] != other.key[1:3] and "(" not in other.text:
            year = one.key[1] or other.key[1]
            known = one.key[3:] == other.key[3:] or not other.key[3:]
            text = one.rendering if known and one.key[1] else f"No. {one.key[2]}" + (f" of {year}" if year else "")
            found = re.search(r"\bNo", other.text)
            start = other.span.start if text == one.rendering or not found else other.span.start + found.start()
            yield Replacement(Span(start, other.span.end), text, f"the source says {one.text}")


# What the target says it is a provision of; where the source does not say it, it stays.
_OWN_PROVISION: Final = re.compile(r" of (?:this|these) [A-Z]\w+$")


def fix_provisions(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The one reference to an article, paragraph or item that the target gets wrong."""
    for one, other in _mistaken(target, context, {"provision"}):
        text = one.rendering
        if (owner := _OWN_PROVISION.search(other.text)) and not _OWN_PROVISION.search(text):
            text += owner[0]
        if target[: other.span.start].rstrip().endswith((".", "")) and other.text[0].isupper():
            text = text[0].upper() + text[1:]
        yield Replacement(other.span, text, f"the source says {one.text}")


def _mistaken(target: str, context: RuleContext, kinds: set[str]) -> Iterator[tuple[Value, Value]]:
    """The one value of a kind that is missing, with the one that stands there instead."""
    wanted = [value for value in chinese_values(context.segment.text, context.date) if value.kind in kinds]
    if not wanted:
        return
    left = [value for value in english_values(target) if value.kind in kinds]
    missing = []
    for one in wanted:
        relative = one.kind == "date" and _RELATIVE.match(one.text)
        other = next((value for value in left if value.key == one.key or (not relative and same(one, value))), None)
        if other is None:
            missing.append(one)
        else:
            left.remove(other)
    if len(missing) == len(left) == 1 and missing[0].rendering != left[0].text:
        yield missing[0], left[0]


def fix_date_style(target: str, context: RuleContext) -> Iterator[Replacement]:
    """April 4, 2025, whichever way round the engine wrote it."""
    for mention in dates.english_dates(target):
        text = dates.english_form(mention)
        turned = re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Z].*", mention.text)
        if mention.month and mention.day and turned and not mention.partial:
            yield Replacement(mention.span, text)


_ON: Final = re.compile(r"\b(?P<word>[Oo]n|[Ii]n|[Aa]t)\s+(?:the\s+)?$")


def fix_date_prepositions(target: str, context: RuleContext) -> Iterator[Replacement]:
    """On a day, in a month, quarter or year; an opening date that stands bare gets its preposition."""
    for value in english_values(target):
        if value.kind != "date" or value.key[0] == "clock":
            continue
        right = "at" if value.key[0] == "moment" else "on" if value.key[0] == "date" and value.key[3] else "in"
        before = _ON.search(target, max(0, value.span.start - 8), value.span.start)
        if before and before["word"].lower() != right and value.key[0] != "range":
            word = right.capitalize() if before["word"][0].isupper() else right
            yield Replacement(Span(*before.span("word")), word, f"{right} before {value.text}")
    yield from _opening_date(target, context)


def _opening_date(target: str, context: RuleContext) -> Iterator[Replacement]:
    source = chinese_values(context.segment.text, context.date)[:1]
    first = english_values(target)[:1]
    if context.kind is BlockKind.HEADING or not (source and first) or source[0].span.start or first[0].span.start:
        return
    one, other = source[0], first[0]
    bare = one.kind == other.kind == "date" and other.key[0] in {"date", "quarter", "half", "quarters"}
    if bare and target.startswith(", ", other.span.end) and len(context.segment.text) > one.span.end + 4:
        word = "On" if other.key[0] == "date" and other.key[3] else "In"
        text = other.text[0].lower() + other.text[1:] if other.text.startswith("The ") else other.text
        yield Replacement(other.span, f"{word} {text}", "an opening date")


def fix_percent(target: str, context: RuleContext) -> Iterator[Replacement]:
    """5.2%, not "5.2 per cent"."""
    for match in re.finditer(r"(?<=\d)\s*(?:per\s?cent\b(?!age)|\s%)", target):
        yield Replacement(Span(*match.span()), "%")


def fix_numbers(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The one number of a source whose magnitude or digits the target gets wrong.

    Numbers that belong to dates, document numbers and articles are left out on
    both sides. Only where exactly one is missing and exactly one too many, and
    both are of one kind, is it certain which became which.
    """
    wanted = source_quantities(context.segment.text)
    if not wanted:
        return
    found = target_quantities(target)
    missing = _without(wanted, found)
    extra = _without(found, wanted)
    if len(missing) != 1 or len(extra) != 1 or (missing[0].kind == "percent") != (extra[0].kind == "percent"):
        return
    if any(map(is_han, target[extra[0].span.end : extra[0].span.end + 2])):
        # An untranslated unit (万吨) still belongs to the number.
        return
    text = numbers.format_number(missing[0].value)
    if missing[0].kind == "percent":
        text = f"{numbers.plain(missing[0].value)}%"
    yield Replacement(extra[0].span, text, f"the source says {missing[0].text}")


def source_quantities(text: str) -> list[numbers.Quantity]:
    """Quantities of a Chinese text that are no part of a date, document number, article or code."""
    taken = [value.span for value in chinese_values(text) if value.kind not in {"number", "percent"}]
    taken += [mention.span for mention in dates.chinese_dates(text)]
    taken += [value.span for value in chinese_values(text) if value.key[0] == "code"]
    return [q for q in numbers.chinese_quantities(text) if not any(q.span.overlaps(other) for other in taken)]


def target_quantities(text: str) -> list[numbers.Quantity]:
    """Quantities of an English text that are no part of another value; small words left out."""
    values = english_values(text)
    taken = [value.span for value in values if value.kind not in {"number", "percent"} or value.key[0] == "code"]
    taken += [mention.span for mention in dates.english_dates(text)]
    taken += [span for span, _ in references.english_articles(text)]
    quantities = [q for q in numbers.english_quantities(text) if not any(q.span.overlaps(other) for other in taken)]
    return [q for q in quantities if q.text.lower() not in {"one", "zero"}]


def _without(these: Sequence[numbers.Quantity], others: Sequence[numbers.Quantity]) -> list[numbers.Quantity]:
    """What is in the first list and not, by value and occurrence, in the second."""
    left: list[Decimal] = [quantity.value for quantity in others]
    kept = []
    for quantity in these:
        if quantity.value in left:
            left.remove(quantity.value)
        else:
            kept.append(quantity)
    return kept


_ITEM_NUMBER: Final = re.compile(r"(?:\((?P<bracketed>\d{1,2}|[IVX]+)\)|(?P<plain>\d{1,2}|[IVX]{2,5})\.) (?=[A-Za-z])")
_NUMBERED: Final = re.compile(r"\W*(?:\d|[A-Z]|其?[一二三四五六七八九十]+(?:[、）)．，]|[是要则])|第)")


def fix_item_numbers(target: str, context: RuleContext) -> Iterator[Replacement]:
    """The number of an item that the target opens with, where the source opens with none and has no such figure."""
    match = _ITEM_NUMBER.match(target)
    if not match or _NUMBERED.match(context.segment.text) or _NUMBERED.match(context.segment.source.lstrip()):
        return
    number = match["bracketed"] or match["plain"]
    if number not in context.segment.text:
        at = match.end()
        yield Replacement(Span(0, at + 1), target[at].upper(), "the source has no number there")


_CURRENCY_BEFORE: Final = re.compile(r"(?:\bRMB|US\$|\$|€)\s?$")


def fix_units(target: str, context: RuleContext) -> Iterator[Replacement]:
    """RMB 3.5 billion and 55,400 metric tons, not "3.5 billion yuan" and "55,400 tons"."""
    left = [value for value in english_values(target) if value.kind == "number"]
    for one in chinese_values(context.segment.text, context.date):
        if one.kind != "number" or one.key[0] not in {"money", "unit"}:
            continue
        other = next((value for value in left if value.key == one.key), None)
        if other is None:
            continue
        left.remove(other)
        if one.key[0] == "unit" and (sign := _CURRENCY_BEFORE.search(target, 0, other.span.start)):
            yield Replacement(Span(sign.start(), other.span.start), "", f"{one.text} is no money")
        span = other.inner or other.span
        bare = one.rendering.removeprefix(one.bound).lstrip()
        if (
            span.of(target).lower() != bare.lower()
            and not target.startswith("-", span.end)
            and "-" not in span.of(target)
        ):
            yield Replacement(span, bare, f"house form of {one.text}")


def fix_codes(target: str, context: RuleContext) -> Iterator[Replacement]:
    """A customs or control code stands as in the source, without the commas and spaces of a number."""
    for value in chinese_values(context.segment.text):
        if value.key[0] != "code" or value.text in target:
            continue
        loose = r"[\s,.]?".join(map(re.escape, value.text.replace(".", "")))
        hits = [*re.finditer(rf"(?<!\w){loose}(?!\w)", target, re.IGNORECASE)]
        if len(hits) == 1:
            yield Replacement(Span(*hits[0].span()), value.text, "a code is copied")
