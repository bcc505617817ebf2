"""Quantities in Chinese text, by value, and their English form.

Chinese numerals count only in a frame that makes them numbers (a unit, a
percentage, a count of a hundred or more): 一带一路, 三氧化二镨 and 一致行动人 hold
none. Digits that belong to a code or a name (1C902, L3, 3D) are none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang import units
from pipeline.lang._english_numbers import ARABIC, english_quantities
from pipeline.lang.fractions import english_fraction
from pipeline.lang.numerals import DIGITS, SCALES, Quantity, format_number, parse_han, plain

__all__ = [
    "Quantity",
    "chinese_quantities",
    "english_form",
    "english_quantities",
    "format_number",
    "parse_han",
    "plain",
]

_HAN: Final = "[零〇一二两三四五六七八九十百千万亿]"
_CURRENCY: Final = units.alternatives(units.CHINESE_CURRENCIES)
_HAN_UNIT: Final = units.alternatives({name: "" for name in units.CHINESE_UNITS if not name.isascii()})
_LATIN_UNIT: Final = units.alternatives({name: "" for name in units.CHINESE_UNITS if name.isascii()})
# What makes 吨, 克, 米, 升 and 元 parts of other words: 5万吨级, 提升3升级, 五元素, 一元化.
_NO_UNIT: Final = r"(?![素件组带气化朝旦首老级至格罗降]|任(?!何)|位(?!数))"
_TAIL: Final = (
    rf"(?:\s?(?:(?P<percent>[%％‰]|个百分点|个基点)|(?P<currency>{_CURRENCY}){_NO_UNIT}"
    rf"|(?P<unit>(?:{_HAN_UNIT}){_NO_UNIT}|(?:{_LATIN_UNIT})(?![A-Za-z0-9]))|(?P<times>倍))"
    rf"(?:/(?P<per>{'|'.join(sorted(units.PER, key=len, reverse=True))})(?![A-Za-z0-9]))?)"
)
_SCALE: Final = "|".join(sorted(SCALES, key=len, reverse=True))
_DIGITS: Final = re.compile(
    rf"(?<![A-Za-z0-9_第])(?<!\d[.,])(?<![A-Za-z]-)(?P<number>(?>{ARABIC}))(?P<mid>余|多(?!边))?(?P<scale>{_SCALE})?"
    rf"(?:(?<=亿)(?P<rest>{ARABIC})万)?(?P<after>余|多(?!边))?(?:{_TAIL}|(?![A-Za-z0-9]))"
)
_COUNTED: Final = "家|名|人|个|件|台|辆|户|种|项|次|艘|架|套|枚|份"
_WRITTEN: Final = re.compile(
    rf"(?P<whole>[百千万])分之(?P<parts>{_HAN}+(?:点{_HAN}+)?|{ARABIC})"
    r"|(?<![百千万第\d])(?P<divisor>[二三四五六七八九十]{1,3}|\d{1,3})分之(?P<dividend>[一二三四五六七八九十]{1,3}|\d{1,3})"
    rf"|(?<![数几第十百千万亿])(?P<han>(?>[一二两三四五六七八九十]{_HAN}*(?:点{_HAN}+)?))(?P<after>余|多)?"
    rf"(?:{_TAIL}|(?<=[百千万亿余多])(?=(?:{_COUNTED})))"
)
# 三成 is 30%, 四成五 is 45%; 完成 and 成为 are other words.
_TENTHS: Final = re.compile(
    r"(?P<tens>[一二两三四五六七八九1-9])成(?P<ones>[一二三四五六七八九])?"
    r"(?=[，。；、）左以上多的]|$|来|是|由|为|依)"
)
_NUMERAL: Final = re.compile(r"[\d一二两三四五六七八九十]")
_SIGN: Final = re.compile(
    rf"(?:(?P<about>大约|(?<![条契合节违公制特签履规协])约|(?<![附最远靠临])近)\s?)?(?P<sign>{_CURRENCY}|{units.ENGLISH_PREFIX})?\s?$"
)
_BEFORE_SIGN: Final = re.compile(r"[约近元币金镑郎A-Z$¥€£￥]\s?$")
_AROUND: Final = re.compile("左右|上下(?!游)")
# 近三年 is the past three years, 近30日 the last 30 days.
_DURATION: Final = re.compile(r"多?个?(?:年|月|天|日|周|星期|季|期|代|次|届|交易|小时)")
# 增长2倍 adds 200%.
_GROWTH: Final = re.compile(r"(?:增长|增加|提高|扩大|上升|上涨|提升|增|涨)了?(?:近|约|逾|超|超过|大约)?$")


@lru_cache(maxsize=256)
def chinese_quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities in Chinese text, from the left."""
    if not _NUMERAL.search(text):
        return ()
    found = [*_tenths(text), *_in_digits(text)]
    taken = [one.span for one in found]
    found += [one for one in _written_out(text) if not any(one.span.overlaps(span) for span in taken)]
    return tuple(sorted(found, key=lambda quantity: quantity.span))


def _in_digits(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        value = Decimal(match["number"].replace(",", "")) * SCALES.get(match["scale"] or "", 1)
        if match["rest"]:
            value += Decimal(match["rest"].replace(",", "")) * 10**4
        more = bool(match["mid"] or match["after"])
        yield _made(text, match, value, more=more, scaled=bool(match["scale"]))


def _written_out(text: str) -> Iterator[Quantity]:
    for match in _WRITTEN.finditer(text):
        span = Span(match.start(), match.end())
        if match["whole"]:
            value = _decimal(match["parts"]) * 100 / {"百": 100, "千": 1000, "万": 10000}[match["whole"]]
            yield _qualified(text, Quantity(span=span, extent=span, value=value, kind="percent", text=match[0]))
        elif match["divisor"]:
            below, above = _decimal(match["divisor"]), _decimal(match["dividend"])
            made = Quantity(span=span, extent=span, value=above / below, kind="fraction", text=match[0])
            yield _qualified(text, replace(made, unit=str(int(below))))
        elif (value_or_none := _numeral(match["han"])) is not None:
            scaled = match["han"][-1] in "百千万亿"
            yield _made(text, match, value_or_none, more=bool(match["after"]), scaled=scaled)


def _tenths(text: str) -> Iterator[Quantity]:
    for match in _TENTHS.finditer(text) if "成" in text else ():
        tens, ones = (int(part) if part.isdigit() else DIGITS[part] for part in (match["tens"], match["ones"] or "〇"))
        span = Span(match.start(), match.end())
        made = Quantity(span=span, extent=span, value=Decimal(10 * tens + ones), kind="percent", text=match[0])
        yield _qualified(text, made)


def _decimal(text: str) -> Decimal:
    """Digits, or a Chinese numeral with 点."""
    if text[0].isdecimal():
        return Decimal(text.replace(",", ""))
    whole, _, part = text.partition("点")
    return Decimal(f"{parse_han(whole)}.{''.join(str(DIGITS.get(character, '')) for character in part) or '0'}")


def _numeral(text: str) -> Decimal | None:
    """A numeral with its scale; None for an approximation such as 五六千."""
    if re.search(r"[一二两三四五六七八九]{2}[十百千万亿]", text):
        return None
    scale = next((word for word in ("万亿", "亿", "万") if "点" in text and text.endswith(word)), "")
    try:
        return _decimal(text.removesuffix(scale)) * SCALES.get(scale, 1)
    except ValueError:
        return None


def _made(text: str, match: re.Match[str], value: Decimal, *, more: bool, scaled: bool) -> Quantity:
    kind, unit = "number", ""
    if sign := match["percent"]:
        kind = "points" if sign.startswith("个") else "percent"
        value *= {"‰": Decimal("0.1"), "个基点": Decimal("0.01")}.get(sign, Decimal(1))
    elif match["currency"]:
        kind, unit = "money", units.CHINESE_CURRENCIES[match["currency"]]
    elif match["unit"]:
        kind, unit = "unit", units.CHINESE_UNITS[match["unit"]]
    elif match["times"]:
        kind = "times"
        if _GROWTH.search(text, max(0, match.start() - 6), match.start()):
            kind, value = "percent", value * 100
    span = Span(match.start(), match.end())
    made = Quantity(span=span, extent=span, value=value, kind=kind, unit=unit, scaled=scaled, text=match[0])
    return _qualified(text, replace(made, per=units.PER.get(match["per"], ""), bound="more than" if more else ""))


def _qualified(text: str, quantity: Quantity) -> Quantity:
    """With 约, 近 or a currency before and 左右 behind."""
    start, end = quantity.span.start, quantity.span.end
    kind, unit, bound = quantity.kind, quantity.unit, quantity.bound
    before = _SIGN.search(text, max(0, start - 8), start) if _BEFORE_SIGN.search(text, 0, start) else None
    if before and before["sign"] and kind in {"number", "money"}:
        start, sign, kind = before.start("sign"), before["sign"], "money"
        unit = unit if unit not in {"", "CNY"} else units.CHINESE_CURRENCIES.get(sign) or units.read_prefix(sign)
    if before and before["about"] and not bound and not (kind == "number" and _DURATION.match(text, end)):
        start, bound = before.start("about"), "nearly" if before["about"] == "近" else "about"
    if around := _AROUND.match(text, end):
        end, bound = around.end(), bound or "about"
    if (start, end) == (quantity.span.start, quantity.span.end):
        return quantity
    return replace(quantity, extent=Span(start, end), kind=kind, unit=unit, bound=bound)


def english_form(quantity: Quantity, *, bound: bool = False) -> str:
    """How a Chinese quantity is written in English.

    Below a million in full with commas (55,400), from a million on with
    million, billion or trillion and up to the precision given.

    Args:
        quantity: From :func:`chinese_quantities`.
        bound: With "more than" for 余 and 多, "nearly" for 近, "about" for 约,
            which the quantity's ``extent`` covers and its ``span`` may not.
    """
    text = _bare_form(quantity)
    return f"{quantity.bound} {text}" if bound and quantity.bound else text


def _bare_form(quantity: Quantity) -> str:
    value = quantity.value
    number = format_number(value)
    match quantity.kind:
        case "percent":
            return f"{plain(value)}%"
        case "points":
            return f"{plain(value)} percentage point{'' if value == 1 else 's'}"
        case "money":
            return f"{units.PREFIXES[quantity.unit]}{number}"
        case "times":
            words = _COUNT[int(value)] if value == int(value) and 1 <= value <= 9 else number
            return f"{words} time{'' if value == 1 else 's'}"
        case "fraction":
            divisor = int(quantity.unit)
            return english_fraction(int((value * divisor).to_integral_value()), divisor)
        case "unit":
            unit = units.UNITS[quantity.unit]
            symbol = bool(re.search(r"[A-Za-z°℃²³]$", quantity.text.partition("/")[0])) and unit.symbol
            name = symbol or (unit.singular if value == 1 else unit.plural)
            return f"{number} {name}" + (f" per {quantity.per}" if quantity.per else "")
        case _:
            return number


_COUNT: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
