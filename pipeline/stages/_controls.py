"""What is placed under control: 发布公告，决定对钐、钆等7类中重稀土相关物项实施出口管制措施，并自发布之日起实施.

A small model loses the verb between the announcement and the list.
Source of the English: announcements of the Ministry of Commerce.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.lang.dates import MONTHS
from pipeline.lang.issuers import joined
from pipeline.stages._known import Known, count_word, english_mark, english_of, row, several

_HOW: Final = {
    "出口管制措施": "export control measures",
    "出口管制": "export control",
    "临时管制": "temporary control",
    "进口管制": "import control",
}
_UNITS: Final = {"类": "categories of ", "种": "kinds of ", "项": "", "个": ""}
_CONTROL: Final = re.compile(
    r"(?P<announced>(?:联合)?发布公告，)?现?决定(?:自(?P<day>[^，。；：对]{4,12})起)?"
    r"对(?P<names>[^，。；：]{1,200}?)(?:(?P<among>等)(?:(?P<count>\d{1,3})(?P<unit>[类种项个]))?(?P<what>[^，。；：]{0,16}?))?"
    rf"(?:实施|实行)(?P<how>{'|'.join(_HOW)})"
    r"(?P<effect>，?并?自(?:公布|发布)之日起(?:正式)?(?:施行|实施|执行|生效))?(?P<mark>[。；，：]|$)"
)


def control(text: str, at: int, known: Known) -> tuple[int, str] | None:
    """The decision to control something: where it ends, and its English; None where a part is not known.

    Behind 发布公告 it goes on a sentence whose subject stands before; else it is one in the passive.

    Args:
        text: Normalised Chinese of a segment.
        at: Where a clause begins.
        known: English of things and values by their place.
    """
    match = _CONTROL.match(text, at)
    if match is None:
        return None
    subject = bool(at) and _subject(text, at, known)
    goes_on = subject and text.endswith("公告，", 0, at)
    if bool(match["announced"]) != subject and not goes_on:
        return None
    things = _things(text, match, known)
    day = english_of(match, "day", known)
    if not things or (match["day"] and not day):
        return None
    verb = "deciding" if goes_on else "issued an announcement and decided" if subject else "it has been decided"
    since = f" from {day}" if day else ", effective as of the date of issuance" if match["effect"] else ""
    comma = "," if not things.endswith(",") and since.startswith(",") else ""
    said = f"{verb} to implement {_HOW[match['how']]} on {things}{comma}{since.removeprefix(',')}"
    return match.end(), said.removesuffix(",") + (english_mark(match["mark"]) if match["mark"] else "")


def _subject(text: str, at: int, known: Known) -> bool:
    """Whether a body stands before, in the same sentence and outside the laws that it goes by."""
    begin = max(text.rfind(mark, 0, at) for mark in "。；：") + 1
    heads = {begin, *(mark.end() for mark in re.finditer("，", text[:at]) if mark.end() > begin)}
    return any(
        span.start in heads and english[:1].isupper() and not _DAY.match(english)
        for span, english in known.items()
        if span.start < at
    )


_DAY: Final = re.compile(rf"(?:{'|'.join(MONTHS)})\b")


def _things(text: str, match: re.Match[str], known: Known) -> str:
    """What is controlled: seven categories of medium and heavy rare earth items, namely A, B, and C,."""
    names = row(text, *match.span("names"), known)
    what = english_of(match, "what", known)
    if not names or bool(match["among"]) != bool(what):
        return ""
    listed = [known[one] for one in names]
    if not match["among"]:
        return several(listed[0]) if len(listed) == 1 else ""
    if not match["count"]:
        return joined([*listed, f"other {several(what)}"])
    which = "namely" if int(match["count"]) == len(listed) else "including"
    return f"{count_word(int(match['count']))} {_UNITS[match['unit']]}{several(what)}, {which} {joined(listed)},"
