"""Numbers on both sides of a segment, held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import citations, dates, numbers, numerals, periods, references
from pipeline.lang.enumeration import CLASSIFIERS
from pipeline.lang.fractions import chinese_fractions, has_fraction
from pipeline.lang.han import HAN

_MAGNITUDES: Final = frozenset(Decimal(10) ** power for power in range(1, 13))
_ARTICLES: Final = re.compile(
    r"\b(?:Art(?:icles?|s?\.)|Sections?)\s*"
    r"(?P<list>(?:\d+|[IVX]+\b)(?:(?:\s*(?:,|;|and|or|to|through|–|-|&)\s*)+(?:Articles?\s*)?\(?(?:\d+|[IVX]+\b))*)",
    re.IGNORECASE,
)
_PARAGRAPH: Final = re.compile(
    r"\b(?:paragraphs?|para\.?)\s*\(?(?P<n>\d+)\)?(?:(?:\s*(?:,|and|or|to|through)\s*)\(?(?P<more>\d+)\)?)?"
    r"|\b(?P<word>first|second|third|fourth|fifth|sixth) paragraph|\bArticle \d+\s?\((?P<bracket>\d+)\)",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(
    rf"(?<![第零〇一二三四五六七八九十百\d数几多周])(?<!星期|礼拜)(?P<n>[二两三四五六七八九十]+)(?:{CLASSIFIERS})"
)
_TWO: Final = r"duplicate|both|double|dual|bilateral|twice|pair|couple|two|second|either|2"
_THREE: Final = r"three|trilateral|tripartite|triple|thrice|third|3"
_LARGE: Final = 20
_FIGURE: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_PARTIES: Final = re.compile("会[谈晤商]|机制|协|对话|安全|声明")
# Periods whose figures are no numbers of their own.
_WITH_FIGURES: Final = frozenset({"fiscal", "monthday", "decade", "century"})
# Numbers that English has where Chinese has none: "one of", "two-thirds", "24/7".
_ROUND: Final = re.compile(r"1E\+\d+|10*")
_SCALES: Final = frozenset({Decimal(10**4), Decimal(10**8), Decimal(10**12)})
_FREE: Final = re.compile(r"^(?:one|two|first|three|zero|hundred|thousands?|million|billion|hundreds)$", re.IGNORECASE)


@lru_cache(maxsize=256)
def source_quantities(text: str) -> tuple[numbers.Quantity, ...]:
    """Quantities of a Chinese text that are no part of a date, document number, article or code."""
    taken = [mention.span for mention in dates.chinese_dates(text)]
    taken += [item.span for item in references.document_numbers(text)]
    taken += [item.span for item in references.provisions(text)]
    taken += [span for span, _ in citations.codes(text)]
    taken += [period.span for period in periods.chinese_periods(text) if period.key[0] in _WITH_FIGURES]
    taken += [span for span, _, _ in chinese_fractions(text)]
    found = [_unit_of_a_thousand(q) for q in numbers.chinese_quantities(text) if not _no_number(q, text)]
    return tuple(q for q in found if not any(q.span.overlaps(other) for other in taken))


def _unit_of_a_thousand(quantity: numbers.Quantity) -> numbers.Quantity:
    """2千克 is two kilograms: 千 belongs to the unit."""
    if _THOUSAND_UNIT.search(quantity.text) and not re.search(r"[万亿]", quantity.text) and quantity.text[0].isdigit():
        return replace(quantity, value=quantity.value / 1000, kind="number", unit="", scaled=False)
    return quantity


def _no_number(quantity: numbers.Quantity, text: str) -> bool:
    """Hours of the clock, 三元正极, and 千克 without a number before it."""
    after = text[quantity.span.end : quantity.span.end + 2]
    hour = quantity.kind == "number" and re.match(r"时(?!间|候)|点(?:\d|钟|整|半)", after)
    ternary = quantity.text == "三元" and re.match(r"正极|锂|材料|前驱|电池|催化|体系", after)
    # 9、10月份 are two months.
    month = quantity.kind == "number" and re.match(r"[、和及至到—~～-]\d{1,2}月", text[quantity.span.end :])
    return bool(hour or ternary or month or quantity.text == "千克" or (quantity.text == "24" and after == "小时"))


_THOUSAND_UNIT: Final = re.compile(r"(?<!平方)千(?:[克米瓦焦安伏帕赫卡]|$)")


# A document's translations are asked about when they are chosen and again when they are checked.
@lru_cache(maxsize=256)
def _target_quantities(text: str) -> tuple[list[numbers.Quantity], list[numbers.Quantity]]:
    """All quantities of an English text, and those that are no part of a date, document number or article."""
    everything = list(numbers.english_quantities(text))
    taken = [mention.span for mention in dates.english_dates(text)]
    taken += [item.span for item in references.english_document_numbers(text)]
    taken += [Span(*match.span()) for match in _ARTICLES.finditer(text)]
    return everything, [q for q in everything if not any(q.span.overlaps(other) for other in taken)]


@lru_cache(maxsize=256)
def unmatched(text: str, target: str) -> tuple[list[numbers.Quantity], list[numbers.Quantity]]:
    """Quantities of the source that the translation lacks, and digits of the translation that the source lacks."""
    everything, own = _target_quantities(target)
    left = list(own)
    missing = []
    for quantity in source_quantities(text):
        match = next((q for q in left if q.value == quantity.value), None) or next(
            (q for q in everything if q.value == quantity.value and 1900 <= q.value < 2100), None
        )
        if match in left:
            left.remove(match)
        elif match is None and not _excused(quantity, target):
            missing.append(quantity)
    return missing, [q for q in left if _strange(q, text)]


def _excused(quantity: numbers.Quantity, target: str) -> bool:
    """A number that English says in another way: 1 as an article, 20% as a fifth, 2 as both, 1日 as "1st"."""
    if quantity.value == 1 and not quantity.scaled:
        return True
    if _in_a_word(quantity, target) or _decades(quantity, target):
        return True
    if quantity.kind == "times" or quantity.text.endswith("倍"):
        return re.search(r"fold\b|\btimes\b|doubl|tripl|quadrupl|twice|thrice", target, re.IGNORECASE) is not None
    if re.match(r"[千万]分之|百万分之", quantity.text) or "‰" in quantity.text:
        return re.search(r"thousandth|millionth|per mille|parts? per|ppm|‰", target) is not None
    if _total_less_named(int(quantity.value), target):
        return True
    if quantity.value == 2 and re.search(rf"\b(?:{_TWO})\b", target, re.IGNORECASE):
        return True
    if quantity.value in {q.value for q in _target_quantities(target)[0]}:
        # A figure that occurs twice in the source may be said once.
        return True
    if quantity.kind == "number" and quantity.value <= 20 and quantity.value == int(quantity.value):
        return citations.has_ordinal(target, int(quantity.value))
    if quantity.kind == "percent":
        return any(
            abs(quantity.value - Decimal(100 * above) / below) < 1 and has_fraction(target, above, below)
            for below in (2, 3, 4, 5, 6, 7, 8, 10)
            for above in range(1, below)
        )
    return False


def _in_a_word(quantity: numbers.Quantity, target: str) -> bool:
    """Whether the figure stands within a word: 38ft, 800hp, J-20, 21st."""
    figure = _FIGURE.match(quantity.text)
    if quantity.scaled or not (figure or quantity.value >= _LARGE):
        return False
    written = re.escape(figure[0] if figure else str(int(quantity.value)))
    return re.search(rf"(?<![\d.,]){written}(?!\d|[.,]\d)", target) is not None


def _decades(quantity: numbers.Quantity, target: str) -> bool:
    """Whether tens of years are said as decades."""
    if quantity.kind != "number" or quantity.value % 10 or not 10 <= quantity.value < 100:
        return False
    words = {1: "a|one|past|last|next|this|1", 2: "two|2"}
    tens = int(quantity.value) // 10
    word = words.get(tens, f"{numerals.spelled(tens)}|{tens}")
    return re.search(rf"\b(?:{word}) decades?\b", target, re.IGNORECASE) is not None


def _strange(quantity: numbers.Quantity, text: str) -> bool:
    """Whether a number of the translation has no source of any kind: digit, numeral or date."""
    if _FREE.match(quantity.text.strip()) or not quantity.text.strip()[0].isdigit():
        return False
    if quantity.value == 0 or (quantity.value in _SCALES and re.search(r"万|亿", text)):
        return False  # 单位：万美元 is US$10,000
    if quantity.text.strip().endswith(("%", "percent", "per cent")) and re.search(r"成|分之|倍|番|半", text):
        return False
    if _ROUND.fullmatch(str(quantity.value.normalize())) and re.search(r"(?<!\d)[数近逾上]?[百千万亿]{1,3}", text):
        return False
    digits = quantity.text.strip().split()[0].rstrip("%").replace(",", "").split("-")[0]
    if not quantity.scaled and re.search(rf"(?<!\d){re.escape(digits)}(?!\d)", text.replace(",", "")):
        return False
    plain = quantity.value
    if _one_less(quantity, text):
        return False
    numerals = {value for _, value, _ in counts(text)} | {value for _, value in citations.ordinals(text)}
    numerals |= {_han(match) for match in re.findall(r"[零〇一二两三四五六七八九十百千万亿]+", text)}
    return plain not in numerals and plain != 1


def _one_less(quantity: numbers.Quantity, text: str) -> bool:
    """等15家 said as "and 14 others"."""
    totals = [int(number) for number in re.findall(r"等(\d{1,4})", text)]
    return any(0 < total - quantity.value <= 3 for total in totals)


def _han(numeral: str) -> int:
    try:
        return numerals.parse_han(numeral.replace("两", "二")) if len(numeral) > 1 else numerals.DIGITS.get(numeral, 10)
    except (ValueError, KeyError):
        return -1


def says_value(target: str, value: Decimal) -> bool:
    """Whether English text has a number of that value."""
    return value in {q.value for q in _target_quantities(target)[0]}


def off_by_magnitude(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers have the same digits and differ by a power of ten."""
    if not one or not other or one == other:
        return False
    return max(one, other) / min(one, other) in _MAGNITUDES


def counts(text: str) -> Iterator[tuple[Span, int, str]]:
    """Small counts in Chinese numerals with a classifier: 七类, 两家, 三次; one is left out."""
    for match in _COUNT.finditer(text):
        value = _han(match["n"])
        # 两三个 is no 23, 中国、越南两国 names both, and 四方游客 come from everywhere.
        vague = re.fullmatch(r"[一二两三四五六七八九]{2}", match["n"])
        listed = match[0][-1] == "国" and re.search(f"[{HAN}]{{2}}$", text[: match.start()])
        around = match[0] in {"四起", "四方", "八方"} and not _PARTIES.match(text, match.end())
        if value > 1 and match[0] != "二次" and not (vague or listed or around):
            yield Span(match.start(), match.end()), value, match[0]


def _total_less_named(value: int, target: str) -> bool:
    """Whether a total is said as "X and 14 others" for 等15家."""
    for count in range(max(1, value - 3), value):
        word = numerals.spelled(count)
        if re.search(rf"\b(?:{count}|{word})\s+other\b|\b(?:{count}|{word}) others\b", target, re.IGNORECASE):
            return True
    return False


def has_count(target: str, value: int) -> bool:
    """Whether English text says a small count, in digits or words."""
    if says_value(target, Decimal(value)) or _total_less_named(value, target):
        return True
    pattern = {2: _TWO, 3: _THREE, 12: "dozen"}.get(value, "")
    if pattern and re.search(rf"\b(?:{pattern})\b", target, re.IGNORECASE):
        return True
    return citations.has_ordinal(target, value) or re.search(rf"\bG{value}\b", target) is not None


def articles(target: str) -> set[int]:
    """Article numbers of English text; "Articles 3 to 5" holds all three."""
    found: set[int] = set()
    for match in _ARTICLES.finditer(target):
        values = _listed_numbers(match["list"])
        found.update(values)
        for low, high in re.findall(r"(\d+)\s*(?:to|through|–|-)\s*(?:Articles?\s*)?(\d+)", match["list"]):
            found.update(range(int(low), min(int(high), int(low) + 200) + 1))
    return found


def _listed_numbers(text: str) -> list[int]:
    """Arabic and Roman numbers of a list of articles."""
    return [int(part) if part.isdigit() else roman(part) for part in re.findall(r"\d+|\b[IVX]+\b", text)]


def roman(text: str) -> int:
    """A Roman numeral up to 89."""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in text]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))


def stated_articles(target: str) -> set[int]:
    """Article numbers that stand in English text themselves; of "Articles 3 to 5" 3 and 5."""
    return {number for match in _ARTICLES.finditer(target) for number in _listed_numbers(match["list"])}


def paragraphs(target: str) -> set[int]:
    """Paragraph numbers of English text."""
    found: set[int] = set()
    for match in _PARAGRAPH.finditer(target):
        for name in ("n", "more", "bracket"):
            if match[name]:
                found.add(int(match[name]))
        if match["word"]:
            found.add(citations.ORDINAL_WORDS.index(match["word"].lower()))
    return found
