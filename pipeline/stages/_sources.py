"""Where a report has what it says: 据《某报》报道， 海关总署10月13日公布的数据显示，."""

from __future__ import annotations

import re
from typing import Final

from pipeline.core.flags import Span
from pipeline.stages._known import Known, english_of, with_article

_REPORTED: Final = re.compile("据(?P<mark>《?)(?P<who>[^，。；：《》]{2,20})》?(?:报道|消息)，")
# What shows something, and whether it is several.
_STUDIES: Final = {
    "评估": ("an assessment", False),
    "研究": ("a study", False),
    "研究报告": ("a research report", False),
    "报告": ("a report", False),
    "调查": ("a survey", False),
    "测算": ("estimates", True),
    "估算": ("estimates", True),
    "数据": ("data", True),
    "统计数据": ("statistics", True),
    "统计": ("statistics", True),
}
_VERBS: Final = {"显示": ("shows", "show"), "表明": ("indicates", "indicate"), "指出": ("points out", "point out")}
_PLACES: Final = {
    "中国": "China's",
    "日本": "Japan's",
    "美国": "the US",
    "英国": "the UK's",
    "德国": "Germany's",
    "法国": "France's",
    "韩国": "South Korea's",
    "印度": "India's",
    "澳大利亚": "Australia's",
    "加拿大": "Canada's",
}
_SHOWN: Final = re.compile(
    rf"(?P<place>{'|'.join(_PLACES)})?(?P<who>[^，。；：的]{{2,20}}?)(?P<issued>(?P<day>\d[^，。；：的]{{2,10}}日)?(?:发布|公布)的|的)?"
    rf"(?P<latest>最新)?(?P<what>{'|'.join(sorted(_STUDIES, key=len, reverse=True))})(?P<verb>{'|'.join(_VERBS)})，"
)


def reported(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Where a report comes from: 据《某报》报道, 据外交部消息."""
    match = _REPORTED.match(text, at)
    who = english_of(match, "who", known) if match else ""
    if match is None or not who:
        return None
    return match.end(), f"according to {who if match['mark'] else with_article(who)},"


def shown(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """Whose study or figures show it: 某研究所的评估显示, 海关总署10月13日公布的数据显示."""
    match = _SHOWN.match(text, at)
    if match is None:
        return None
    name = _who(match, known)
    day = english_of(match, "day", known)
    if not name or (match["day"] and not day):
        return None
    what, several = _STUDIES[match["what"]]
    if match["latest"]:
        what = f"the latest {what.removeprefix('an ').removeprefix('a ')}"
    issued = match["issued"] not in {None, "的"}
    by = f" released by {name}" if issued else f" {'from' if what.endswith('data') else 'by'} {name}"
    on = f" on {day}" if day else ""
    return match.end(), f"{what}{by}{on} {_VERBS[match['verb']][several]} that"


def _who(match: re.Match[str], known: Known) -> str:
    """The known name as it stands in the sentence; empty where it is not known."""
    whole = known.get(Span(match.start("place"), match.end("who")), "") if match["place"] else ""
    name = whole or english_of(match, "who", known)
    if not name[:1].isupper():
        return ""
    return f"{_PLACES[match['place']]} {name}" if match["place"] and not whole else with_article(name)
