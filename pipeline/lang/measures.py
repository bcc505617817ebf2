"""Units and currencies: what stands behind a Chinese number, and the English words that render it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span

# Chinese unit to its dimension, its house rendering and a pattern of English that renders it.
_UNITS: Final[dict[str, tuple[str, str, str]]] = {
    "吨": ("mass", "metric tons", r"(?:metric )?ton(?:ne)?s?\b|\bt\b|\bmt\b"),
    "公斤": ("mass", "kilograms", r"kilo(?:gram)?(?:me)?s?\b|\bkg\b"),
    "千克": ("mass", "kilograms", r"kilo(?:gram)?(?:me)?s?\b|\bkg\b"),
    "毫克": ("mass", "milligrams", r"milligrams?\b|\bmg\b"),
    "克": ("mass", "grams", r"\bgram(?:me)?s?\b|\bg\b"),
    "公里": ("length", "kilometers", r"kilomet(?:er|re)s?\b|\bkm\b"),
    "千米": ("length", "kilometers", r"kilomet(?:er|re)s?\b|\bkm\b"),
    "海里": ("length", "nautical miles", r"nautical miles?\b|\bnm\b"),
    "英里": ("length", "miles", r"\bmiles?\b"),
    "米": ("length", "meters", r"\bmet(?:er|re)s?\b|\bm\b"),
    "厘米": ("length", "centimeters", r"centimet(?:er|re)s?\b|\bcm\b"),
    "毫米": ("length", "millimeters", r"millimet(?:er|re)s?\b|\bmm\b"),
    "微米": ("length", "micrometers", r"micro(?:n|met(?:er|re))s?\b|[µμ]m\b|\bum\b"),
    "纳米": ("length", "nanometers", r"nanomet(?:er|re)s?\b|\bnm\b"),
    "平方公里": ("area", "square kilometers", r"square kilomet(?:er|re)s?\b|km²|\bsq\.? km"),
    "平方米": ("area", "square meters", r"square met(?:er|re)s?\b|m²|\bsq\.? m"),
    "公顷": ("area", "hectares", r"hectares?\b|\bha\b"),
    "亩": ("area", "mu", r"\bmu\b"),
    "立方米": ("volume", "cubic meters", r"cubic met(?:er|re)s?\b|m³"),
    "升": ("volume", "liters", r"\blit(?:er|re)s?\b|\bL\b"),
    "桶": ("volume", "barrels", r"\bbarrels?\b|\bbbl"),
    "兆瓦": ("power", "megawatts", r"megawatts?\b|\bMW\b"),
    "千瓦时": ("energy", "kilowatt-hours", r"kilowatt[- ]hours?\b|\bkWh\b"),
    "千瓦": ("power", "kilowatts", r"kilowatts?\b|\bkW\b"),
    "吉瓦": ("power", "gigawatts", r"gigawatts?\b|\bGW\b"),
    "摄氏度": ("temperature", "degrees Celsius", r"(?:degrees? )?(?:Celsius|centigrade)\b|°\s?C"),
    "美元": ("money", "US$", r"US\s?\$|\$|\b(?:US )?dollars?\b|\bUSD\b"),
    "欧元": ("money", "€", r"€|\beuros?\b|\bEUR\b"),
    "日元": ("money", "¥", r"¥|\byen\b|\bJPY\b"),
    "港元": ("money", "HK$", r"HK\s?\$|\bHong Kong dollars?\b|\bHKD\b"),
    "英镑": ("money", "£", r"£|\bpounds?\b|\bGBP\b|\bsterling\b"),
    "韩元": ("money", "won", r"₩|\bwon\b|\bKRW\b"),
    "卢布": ("money", "rubles", r"₽|\broubles?\b|\brubles?\b|\bRUB\b"),
    "人民币": ("money", "RMB", r"\bRMB|\byuan\b|\brenminbi\b|\bCNY|¥"),
    "元": ("money", "RMB", r"\bRMB|\byuan\b|\brenminbi\b|\bCNY|¥"),
    "个工作日": ("day", "working days", r"\b(?:working|business|work)[ -]?days?\b|\bworkdays?\b|\bweekdays?\b"),
    "工作日": ("day", "working days", r"\b(?:working|business|work)[ -]?days?\b|\bworkdays?\b|\bweekdays?\b"),
    "个月": ("period", "months", r"\b-?months?\b"),
    "小时": ("period", "hours", r"\b-?hours?\b"),
    "日": ("day", "days", r"\b-?days?\b"),
    "天": ("day", "days", r"\b-?days?\b"),
    "周": ("period", "weeks", r"\b-?weeks?\b"),
}
_ORDER: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_CHINESE: Final = re.compile(
    rf"(?P<rmb>人民币)?(?P<number>\d[\d,]*(?:\.\d+)?)(?:万亿|亿|万|千(?![克米瓦])|百)?(?:余|多)?(?P<unit>{_ORDER})"
    r"(?P<more>以内|之内|内|以上|以下)?"
)
# A day of the month is a date; 15日内 is a period.
_PERIOD_ONLY: Final = frozenset({"日", "周"})
_PATTERNS: Final = {unit: re.compile(pattern, re.IGNORECASE) for unit, (_, _, pattern) in _UNITS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A unit or currency behind a number.

    Attributes:
        span: Number and unit.
        unit: The Chinese unit.
        english: House rendering.
        text: As written.
    """

    span: Span
    unit: str
    english: str
    text: str


def chinese_measures(text: str) -> Iterator[Measure]:
    """Numbers with a unit or currency in Chinese text, from the left; dates are none."""
    for match in _CHINESE.finditer(text):
        unit = match["unit"]
        if unit in _PERIOD_ONLY and match["more"] not in {"以内", "之内", "内"}:
            continue
        span = Span(match.start(), match.end("unit"))
        yield Measure(span=span, unit=unit, english=house(unit), text=span.of(text))


_BARE: Final = re.compile(
    r"(?P<currency>美元|欧元|日元|港元|英镑|韩元|卢布)(?!区|化)|每(?P<per>吨|公斤|千克|克|桶|公里|平方米|立方米)"
)


def bare_units(text: str) -> Iterator[tuple[Span, str]]:
    """Currencies anywhere, and units after 每, with the unit that they are."""
    for match in _BARE.finditer(text):
        yield Span(match.start(), match.end()), match["currency"] or match["per"]


def house(unit: str) -> str:
    """House rendering of a Chinese unit."""
    return _UNITS[unit][1]


def renders(unit: str, text: str) -> bool:
    """Whether English text has a word for a Chinese unit."""
    return _PATTERNS[unit].search(text) is not None


def rivals(unit: str, text: str) -> str:
    """An English word of the same dimension for another unit; empty where there is none."""
    dimension = _UNITS[unit][0]
    for other, (kind, _, _) in _UNITS.items():
        if kind == dimension and _UNITS[other][2] != _UNITS[unit][2] and (match := _PATTERNS[other].search(text)):
            return match[0].strip(" -")
    return ""
