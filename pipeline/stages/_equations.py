"""Formulas written out in words: 保证金金额＝（海关审定的完税价格×保证金比率）×（1＋增值税税率）.

A small model drops operators and brackets, so these are computed and only what stands between them is translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.core.flags import Span

_SIGNS: Final = {
    "＝": " = ",
    "=": " = ",
    "×": " × ",
    "÷": " ÷ ",
    "＋": " + ",
    "－": " - ",
    "-": " - ",
    "+": " + ",
    "（": "(",
    "）": ")",
}
_EQUATION: Final = re.compile(r"(?:^|(?<=[，。；：]))[^，。；：＝=]{2,40}[＝=][^，。；＝=]*[×÷＋+][^。；＝=]*[。；]?")
_OPERATORS: Final = re.compile(
    r"[（）()]*[×÷＋+＝=][（）()×÷＋+＝=\d.%\s]*|[）)]+[。；]?$|(?<=[^\d\s])[－-](?=[^\d\s])"
)
_LEAD: Final = re.compile(r"计算公式(?:如下|为)：")
SIGN: Final = re.compile(r"[=×÷+()]|-(?= |$)")


def equation_signs(text: str) -> Iterator[tuple[Span, str]]:
    """Runs of operators, brackets and figures of formulas, and what leads to these, with their English, from the left.

    Args:
        text: Normalised Chinese of a segment.
    """
    equation = _EQUATION.search(text) if "＝" in text or "=" in text else None
    if equation is None:
        return
    for lead in _LEAD.finditer(text, 0, equation.start()):
        yield Span(*lead.span()), "calculated according to the following formula:"
    for run in _OPERATORS.finditer(text, *equation.span()):
        english = "".join(_SIGNS.get(sign, sign) for sign in run[0])
        english = english.replace("。", ".").replace("；", ";")
        yield Span(*run.span()), re.sub(r"\s+", " ", english).strip()
