"""Synthetic pairs: our own sentence patterns with elements, dates, quantities, codes and document numbers put in.

They teach what a small model learns badly from running text, because each
value is rare: magnitudes (万, 亿), dates, document numbers, commodity codes and
the names of the elements. The patterns are lines ``Chinese|English`` of
``corpus/training/patterns.txt``; a {name} stands for one value on both sides,
{name2} for another. They are a corpus of their own (``synthetic``), so
that a recipe can weigh them, and are never held out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from pipeline.lang.numbers import format_number
from pipeline.resources import shipped
from pipeline.training.corpus import Pair

NAME: Final = "synthetic"
_MONTHS: Final = ("January February March April May June July August September October November December").split()
_ELEMENTS: Final = dict(
    zip(
        "钪钇镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥",
        (
            "scandium yttrium lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium "
            "terbium dysprosium holmium erbium thulium ytterbium lutetium"
        ).split(),
        strict=True,
    )
)
_ELEMENTS_BESIDE: Final = {
    "镓": "gallium",
    "锗": "germanium",
    "锑": "antimony",
    "铟": "indium",
    "铋": "bismuth",
    "钨": "tungsten",
}
_BODIES: Final = {
    "商务部": "the Ministry of Commerce",
    "海关总署": "the General Administration of Customs",
    "工业和信息化部": "the Ministry of Industry and Information Technology",
    "国务院": "the State Council",
    "外交部": "the Ministry of Foreign Affairs",
    "国家发展改革委": "the National Development and Reform Commission",
    "自然资源部": "the Ministry of Natural Resources",
    "财政部": "the Ministry of Finance",
    "国务院关税税则委员会": "the Customs Tariff Commission of the State Council",
    "市场监管总局": "the State Administration for Market Regulation",
}
_PLACES: Final = {
    "美国": "the United States",
    "日本": "Japan",
    "韩国": "South Korea",
    "欧盟": "the European Union",
    "德国": "Germany",
    "越南": "Viet Nam",
    "荷兰": "the Netherlands",
    "澳大利亚": "Australia",
    "加拿大": "Canada",
    "印度": "India",
}
_GOODS: Final = {
    "稀土": "rare earths",
    "稀土永磁体": "rare earth permanent magnets",
    "钕铁硼磁体": "neodymium-iron-boron magnets",
    "氧化镨钕": "praseodymium-neodymium oxide",
    "稀土氧化物": "rare earth oxides",
    "石墨": "graphite",
    "锑锭": "antimony ingots",
    "原油": "crude oil",
    "大豆": "soybeans",
    "钢材": "steel products",
}
_ORDINALS: Final = "一二三四五六七八九十"
_UNITS: Final = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}


def synthetic_pairs(count: int, *, seed: int = 0) -> Iterator[Pair]:
    """Filled patterns, each distinct.

    Args:
        count: How many.
        seed: Of the random choices.
    """
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    path = shipped("corpus") / "training" / "patterns.txt"
    patterns = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines()]
    seen: set[str] = set()
    while len(seen) < count:
        pattern = patterns[rng.randrange(len(patterns))]
        values = _Draw(rng)
        zh, en = (values.fill(side, english=bool(number)) for number, side in enumerate(pattern))
        if zh not in seen:
            seen.add(zh)
            yield Pair(zh, en[0].upper() + en[1:] if pattern[0].endswith("。") else en, NAME)


class _Draw:
    """Values of one sentence: a name is drawn once and stands on both sides."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._drawn: dict[str, tuple[str, str]] = {}
        self._makers: dict[str, Callable[[], tuple[str, str]]] = {
            "date": self._date,
            "month": self._month,
            "year": lambda: _same(rng.randint(2006, 2026)),
            "number": lambda: _same(rng.randint(1, 99)),
            "days": lambda: _same(rng.randint(2, 90)),
            "percent": self._percent,
            "weight": self._weight,
            "money": lambda: self._money("元", "RMB "),
            "fine": lambda: self._money("元", "RMB "),
            "dollars": lambda: self._money("美元", "US$"),
            "code": lambda: _same(rng.randint(10**9 * 2, 10**10 - 1)),
            "article": self._article,
            "clause": self._clause,
            "item": self._item,
            "body": lambda: self._of(_BODIES),
            "place": lambda: self._of(_PLACES),
            "goods": lambda: self._of(_GOODS),
            "element": lambda: self._of(_ELEMENTS),
            "metal": lambda: self._of({**_ELEMENTS, **_ELEMENTS_BESIDE}),
        }

    def fill(self, pattern: str, *, english: bool) -> str:
        """A side of a pattern with its values."""
        return re.sub(r"\{(\w+)\}", lambda match: self._value(match[1], english=english), pattern)

    def _value(self, name: str, *, english: bool) -> str:
        lower = name.lower()
        if lower not in self._drawn:
            taken = set(self._drawn.values())
            make = self._makers[lower.rstrip("234567")]
            value = make()
            while value in taken:
                value = make()
            self._drawn[lower] = value
        text = self._drawn[lower][english]
        return text[0].upper() + text[1:] if name[0].isupper() else text

    def _of(self, table: dict[str, str]) -> tuple[str, str]:
        return self._rng.choice(list(table.items()))

    def _date(self) -> tuple[str, str]:
        year, month, day = self._rng.randint(2008, 2027), self._rng.randint(1, 12), self._rng.randint(1, 28)
        return f"{year}年{month}月{day}日", f"{_MONTHS[month - 1]} {day}, {year}"

    def _month(self) -> tuple[str, str]:
        year, month = self._rng.randint(2015, 2026), self._rng.randint(1, 12)
        return f"{year}年{month}月", f"{_MONTHS[month - 1]} {year}"

    def _percent(self) -> tuple[str, str]:
        value = f"{self._rng.uniform(0.1, 99):.{self._rng.choice((0, 1, 1, 2))}f}"
        return f"{value}%", f"{value}%"

    def _amount(self, units: tuple[str, ...]) -> tuple[str, Decimal]:
        unit = self._rng.choice(units)
        digits = self._rng.choice((0, 1, 1, 2))
        number = Decimal(f"{self._rng.uniform(1.1, 9999 if unit != '万亿' else 60):.{digits}f}")
        return f"{number}{unit}", number * _UNITS[unit]

    def _weight(self) -> tuple[str, str]:
        zh, value = self._amount(("", "万", "万"))
        return f"{zh}吨", f"{format_number(value)} metric tons"

    def _money(self, zh_unit: str, prefix: str) -> tuple[str, str]:
        zh, value = self._amount(("万", "亿", "亿", "万亿"))
        return zh + zh_unit, prefix + format_number(value)

    def _article(self) -> tuple[str, str]:
        number = self._rng.randint(2, 89)
        self._drawn["provision"] = _same(number)
        tens, ones = divmod(number, 10)
        zh = (_ORDINALS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_ORDINALS[ones - 1] if ones else "")
        return zh, str(number)

    def _clause(self) -> tuple[str, str]:
        number = self._rng.randint(1, 6)
        self._drawn["paragraph"] = _same(number)
        return _ORDINALS[number - 1], str(number)

    def _item(self) -> tuple[str, str]:
        number = self._rng.randint(1, 10)
        self._drawn["count"] = _same(number)
        return _ORDINALS[number - 1], str(number)


def _same(value: int) -> tuple[str, str]:
    return str(value), str(value)
