"""Currencies and units of measure: how Chinese names them, how English writes and reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes:
        code: What both languages have in common.
        singular: English for one.
        plural: English for several.
        symbol: What stands behind a number where the Chinese uses a Latin symbol.
    """

    code: str
    singular: str
    plural: str
    symbol: str


# Code; Chinese names; English singular and plural; symbols in either language; other English spellings, as a pattern.
_UNITS: Final = (
    ("t", "吨 公吨", "metric ton", "metric tons", "t", r"tons?|tonnes?|metric tonnes?|MT"),
    ("kg", "公斤 千克", "kilogram", "kilograms", "kg", r"kilogrammes?|kgs"),
    ("g", "克", "gram", "grams", "g", "grammes?"),
    ("mg", "毫克", "milligram", "milligrams", "mg", ""),
    ("µg", "微克", "microgram", "micrograms", "μg", "µg"),
    ("km", "公里 千米", "kilometer", "kilometers", "km", "kilometres?"),
    ("m", "米", "meter", "meters", "", "metres?|m"),
    ("cm", "厘米", "centimeter", "centimeters", "cm", "centimetres?"),
    ("mm", "毫米", "millimeter", "millimeters", "mm", "millimetres?"),
    ("µm", "微米", "micrometer", "micrometers", "μm", "µm|um|microns?|micrometres?"),
    ("nm", "纳米", "nanometer", "nanometers", "nm", "nanometres?"),
    ("nmi", "海里", "nautical mile", "nautical miles", "", ""),
    ("m2", "平方米", "square meter", "square meters", "m²", "square metres?"),
    ("km2", "平方公里 平方千米", "square kilometer", "square kilometers", "km²", "square kilometres?"),
    ("m3", "立方米", "cubic meter", "cubic meters", "m³", "cubic metres?"),
    ("ha", "公顷", "hectare", "hectares", "", "ha"),
    ("mu", "亩", "mu", "mu", "", ""),
    ("l", "升", "liter", "liters", "L", "litres?"),
    ("ml", "毫升", "milliliter", "milliliters", "mL", "ml|millilitres?"),
    ("bbl", "桶", "barrel", "barrels", "", ""),
    ("W", "", "watt", "watts", "W", ""),
    ("kW", "千瓦", "kilowatt", "kilowatts", "kW", ""),
    ("MW", "兆瓦", "megawatt", "megawatts", "MW", ""),
    ("GW", "吉瓦", "gigawatt", "gigawatts", "GW", ""),
    ("kWh", "千瓦时", "kilowatt-hour", "kilowatt-hours", "kWh", "kilowatt hours?"),
    ("MWh", "兆瓦时", "megawatt-hour", "megawatt-hours", "MWh", "megawatt hours?"),
    ("GWh", "吉瓦时", "gigawatt-hour", "gigawatt-hours", "GWh", "gigawatt hours?"),
    ("Hz", "赫兹", "hertz", "hertz", "Hz", ""),
    ("kHz", "千赫", "kilohertz", "kilohertz", "kHz", ""),
    ("MHz", "兆赫", "megahertz", "megahertz", "MHz", ""),
    ("GHz", "吉赫", "gigahertz", "gigahertz", "GHz", ""),
    ("V", "", "volt", "volts", "V", ""),
    ("kV", "千伏", "kilovolt", "kilovolts", "kV", ""),
    ("MPa", "兆帕", "megapascal", "megapascals", "MPa", ""),
    ("kPa", "千帕", "kilopascal", "kilopascals", "kPa", ""),
    ("ppm", "", "ppm", "ppm", "ppm", "parts per million"),
    ("ppb", "", "ppb", "ppb", "ppb", "parts per billion"),
    ("°C", "摄氏度 ℃", "degree Celsius", "degrees Celsius", "°C", "℃|degrees? centigrade"),
    ("kOe", "", "kOe", "kOe", "kOe", ""),
    ("MGOe", "", "MGOe", "MGOe", "MGOe", ""),
    ("TEU", "标准箱 标箱", "TEU", "TEUs", "TEU", "twenty-foot equivalent units?"),
    ("ozt", "盎司", "ounce", "ounces", "", ""),
    ("ct", "克拉", "carat", "carats", "", ""),
)  # fmt: skip
# ISO code; Chinese names; what stands before an English number; other English prefixes; English nouns behind a number.
_CURRENCIES: Final = (
    ("CNY", "元 人民币 元人民币 人民币元 ￥", "RMB ", r"RMB|CNY|¥|￥", r"yuan(?: RMB)?|RMB(?: yuan)?|renminbi|CNY"),
    ("USD", "美元 美金", "US$", r"US\$|U\.S\.\s?\$|USD|\$", r"(?:US|U\.S\.|United States) dollars?|dollars?|USD"),
    ("EUR", "欧元", "€", r"EUR|€", "euros?|EUR"),
    ("JPY", "日元", "JPY ", r"JPY|JP¥", "(?:Japanese )?yen|JPY"),
    ("HKD", "港元 港币", "HK$", r"HK\$|HKD", "Hong Kong dollars?|HKD"),
    ("GBP", "英镑", "£", r"GBP|£", "(?:British )?pounds?(?: sterling)?|GBP"),
    ("KRW", "韩元", "KRW ", r"KRW|₩", "(?:South )?(?:Korean )?won|KRW"),
    ("RUB", "卢布", "RUB ", "RUB", "(?:Russian )?rubles?|roubles?"),
    ("CAD", "加元", "C$", r"C\$|CAD", "Canadian dollars?"),
    ("AUD", "澳元", "A$", r"A\$|AUD", "Australian dollars?"),
    ("CHF", "瑞士法郎", "CHF ", "CHF", "Swiss francs?"),
    ("TWD", "新台币", "NT$", r"NT\$|TWD", "(?:New|new) Taiwan dollars?"),
    ("SGD", "新加坡元", "S$", r"S\$|SGD", "Singapore dollars?"),
)  # fmt: skip

UNITS: Final = {code: Unit(code, one, several, symbol) for code, _, one, several, symbol, _ in _UNITS}
PREFIXES: Final = {code: prefix for code, _, prefix, _, _ in _CURRENCIES}
CHINESE_UNITS: Final = {
    name: code for code, names, *_, symbol, _ in _UNITS for name in (*names.split(), *([symbol] if symbol else []))
}
CHINESE_CURRENCIES: Final = {name: code for code, names, *_ in _CURRENCIES for name in names.split()}
# 吨/年: what may stand behind the stroke.
PER: Final = {
    "年": "year",
    "月": "month",
    "日": "day",
    "天": "day",
    "小时": "hour",
    "h": "hour",
    "d": "day",
    "a": "year",
}


def alternatives(names: dict[str, str]) -> str:
    """The keys as a pattern, longest first."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


def _english_units() -> dict[str, str]:
    """Pattern of English spellings to unit code, longest names first."""
    rows = []
    for code, _, one, several, symbol, more in _UNITS:
        # Words in any case, for headings; symbols as they are: mm is no MM.
        words = [f"(?i:{re.escape(word)})" if len(word) > 4 else re.escape(word) for word in (several, one)]
        spellings = [*words, *filter(None, [re.escape(symbol), more])]
        rows.append((max(map(len, spellings)), "|".join(dict.fromkeys(spellings)), code))
    return {pattern: code for _, pattern, code in sorted(rows, key=lambda row: -row[0])}


_ENGLISH_UNITS: Final = _english_units()
ENGLISH_UNIT: Final = "|".join(_ENGLISH_UNITS)
_UNIT_READER: Final = [(re.compile(pattern), code) for pattern, code in _ENGLISH_UNITS.items()]
ENGLISH_PREFIX: Final = "|".join(sorted((p for *_, p, _ in _CURRENCIES), key=len, reverse=True))
_PREFIX_READER: Final = [(re.compile(pattern), code) for code, _, _, pattern, _ in _CURRENCIES]
ENGLISH_CURRENCY: Final = "|".join(sorted((p for *_, p in _CURRENCIES), key=len, reverse=True))
_NOUN_READER: Final = [(re.compile(pattern, re.IGNORECASE), code) for code, *_, pattern in _CURRENCIES]


# Three letters each, and often without a space before the figure: RMB983 billion.
CURRENCY_CODES: Final = "|".join(("RMB", "NTD", *dict.fromkeys(code for code, *_ in _CURRENCIES)))


def read_unit(text: str) -> str:
    """Code of an English unit; empty for none."""
    return next((code for pattern, code in _UNIT_READER if pattern.fullmatch(text)), "")


def read_prefix(text: str) -> str:
    """Code of a currency sign before an English number; empty for none."""
    return next((code for pattern, code in _PREFIX_READER if pattern.fullmatch(text)), "")


def read_currency(text: str) -> str:
    """Code of a currency noun behind an English number; empty for none."""
    return next((code for pattern, code in _NOUN_READER if pattern.fullmatch(text)), "")
