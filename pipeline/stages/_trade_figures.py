"""Changes of trade by partner: 对日本出口同比减少11.3%，对韩国出口增长4.9%.

A small model gives one partner's figure to the next.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, english_mark, english_of

_PARTNERS: Final = {
    "美国": "the United States",
    "欧盟": "the EU",
    "东盟": "ASEAN",
    "日本": "Japan",
    "韩国": "South Korea",
    "越南": "Vietnam",
    "印度": "India",
    "俄罗斯": "Russia",
    "德国": "Germany",
    "法国": "France",
    "英国": "the United Kingdom",
    "荷兰": "the Netherlands",
    "意大利": "Italy",
    "澳大利亚": "Australia",
    "加拿大": "Canada",
    "墨西哥": "Mexico",
    "巴西": "Brazil",
    "马来西亚": "Malaysia",
    "泰国": "Thailand",
    "印度尼西亚": "Indonesia",
    "新加坡": "Singapore",
    "缅甸": "Myanmar",
    "沙特": "Saudi Arabia",
    "中国香港": "Hong Kong, China",
    "非洲": "Africa",
    "拉美": "Latin America",
    "拉丁美洲": "Latin America",
}
_VERBS: Final = {
    "增长": "rose",
    "增加": "rose",
    "上升": "rose",
    "下降": "fell",
    "减少": "fell",
    "下跌": "fell",
}
_COMPARED: Final = {"同比": " year on year", "环比": " month on month"}
_CHANGE: Final = re.compile(
    rf"(?P<way>[对自从])(?P<partner>{'|'.join(sorted(_PARTNERS, key=len, reverse=True))})(?P<flow>出口|进口)额?"
    rf"(?P<compared>{'|'.join(_COMPARED)})?(?P<verb>{'|'.join(_VERBS)})了?(?P<amount>[^，。；]{{2,10}}?)(?P<mark>[，。；]|$)"
)


def trade_changes(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """The run of changes that begins at a place: where it ends, and its English; None where a figure is not known.

    Args:
        text: Normalised Chinese of a segment.
        at: Where a clause begins.
        known: English of figures by their place.
    """
    said: list[str] = []
    end, mark = at, ""
    while match := _CHANGE.match(text, end):
        change = _change(match, known)
        if not change:
            break
        said.append(change)
        end, mark = match.end(), match["mark"]
        if mark != "，":
            break
    return (end, joined(said) + (english_mark(mark) if mark else "")) if said else None


def _change(match: re.Match[str], known: Known) -> str:
    amount = english_of(match, "amount", known)
    if not amount or (match["way"] == "对") != (match["flow"] == "出口"):
        return ""
    flow = "exports to" if match["flow"] == "出口" else "imports from"
    by = "" if amount[:1].isdigit() else "by "
    compared = _COMPARED.get(match["compared"] or "", "")
    return f"{flow} {_PARTNERS[match['partner']]} {_VERBS[match['verb']]} {by}{amount}{compared}"
