"""What is confiscated: 没收违法生产的稀土产品和违法所得以及直接用于违法活动的工具、设备."""

from __future__ import annotations

import re
from typing import Final

from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, longest, several

_HEAD: Final = "没收"
_GAINS: Final = "违法所得"
_MADE: Final = {
    "生产": "produced",
    "制造": "manufactured",
    "开采": "mined",
    "收购": "purchased",
    "加工": "processed",
    "销售": "sold",
    "经营": "traded",
    "进口": "imported",
    "出口": "exported",
    "转让": "transferred",
    "储存": "stored",
    "运输": "transported",
}
_HOW_MADE: Final = re.compile(rf"(?:违法|非法)(?P<acts>(?:{'|'.join(_MADE)})(?:[、和](?:{'|'.join(_MADE)}))*)的")
_TOOLS: Final = re.compile("(?P<direct>直接)?用于违法活动的(?P<what>工具、设备|工具和设备|工具|设备|原材料)")
_TOOLS_ENGLISH: Final = {
    "工具、设备": "the tools and equipment",
    "工具和设备": "the tools and equipment",
    "工具": "the tools",
    "设备": "the equipment",
    "原材料": "the raw materials",
}
_AND: Final = re.compile("以及|[、和及]")


def confiscated(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """What is confiscated from a place on: where it ends, and its English; None where a part is not known."""
    if not text.startswith(_HEAD, at):
        return None
    things: list[str] = []
    place = at + len(_HEAD)
    while made := _thing(text, place, known):
        place = made[0]
        things.append(made[1])
        mark = _AND.match(text, place)
        if mark is None:
            return place, joined(things)
        place = mark.end()
    return None


def _thing(text: str, at: int, known: Known) -> tuple[int, str] | None:
    if text.startswith(_GAINS, at):
        return at + len(_GAINS), "the illegal gains"
    if tools := _TOOLS.match(text, at):
        direct = "directly " if tools["direct"] else ""
        return tools.end(), f"{_TOOLS_ENGLISH[tools['what']]} used {direct}for illegal activities"
    how = _HOW_MADE.match(text, at)
    goods = longest(known, how.end(), len(text)) if how else None
    if how is None or goods is None:
        return None
    done = joined([_MADE[one] for one in re.split("[、和]", how["acts"])], "or")
    return goods.end, f"the {several(known[goods])} illegally {done}"
