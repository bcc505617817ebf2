"""Who holds an office of a state, 日本首相高市早苗: office and name as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.core.flags import Span
from pipeline.stages._known import Known, longest

_STATES: Final = {
    "日本": "Japanese",
    "美国": "US",
    "韩国": "South Korean",
    "法国": "French",
    "德国": "German",
    "英国": "British",
    "加拿大": "Canadian",
    "澳大利亚": "Australian",
    "印度": "Indian",
    "俄罗斯": "Russian",
}
_OFFICES: Final = {
    "首相": "Prime Minister",
    "总理": "Prime Minister",
    "总统": "President",
    "副总统": "Vice President",
    "国务卿": "Secretary of State",
    "外相": "Foreign Minister",
    "外长": "Foreign Minister",
    "防卫相": "Defense Minister",
    "防长": "Defense Minister",
    "财务相": "Finance Minister",
    "经济产业相": "Economy, Trade and Industry Minister",
    "官房长官": "Chief Cabinet Secretary",
}
_OFFICE: Final = re.compile(
    rf"(?P<state>{'|'.join(_STATES)})(?P<former>前)?(?P<office>{'|'.join(sorted(_OFFICES, key=len, reverse=True))})"
)


def officials(text: str, names: Known) -> Iterator[tuple[Span, str]]:
    """Offices with their holders behind them, with their English.

    Args:
        text: Chinese of a segment.
        names: English of persons' names by their place.
    """
    for match in _OFFICE.finditer(text):
        name = longest(names, match.end(), len(text))
        if name is None:
            continue
        former = "former " if match["former"] else ""
        english = f"{former}{_STATES[match['state']]} {_OFFICES[match['office']]} {names[name]}"
        yield Span(match.start(), name.end), english
