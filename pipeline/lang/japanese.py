"""Japanese names in Chinese text: whose reading is not pinyin.

A surname's characters have a common Japanese reading; a given name's cannot be told without knowing the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pipeline.core.flags import Span
from pipeline.lang.han import HAN

_CUE: Final = re.compile(
    r"日本|日方|首相|官房长官|经济产业|经产|外务|防卫|东京|株式会社|自民党|众议院|参议院|日企|野村|三菱|丰田"
)
_POST: Final = (
    "首相|大臣|外相|防相|官房长官|副大臣|政务官|议员|会长|社长|总裁|干事长|局长|次官|研究员|经济学家|分析师"
    "|教授|大使|董事长|知事|代表"
)
_GIVEN: Final = f"[{HAN}]{{1,3}}?"
_AFTER: Final = (
    r"(?=表示|称|说|在|于|指出|强调|认为|估计|宣布|公然|日前|近日|发表|访问|与|就|对|将|也|出席|会见"
    r"|呼吁|告诉|透露|坦言|[，。、；：“（）]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JapaneseName:
    """A person's name that is read in Japanese.

    Attributes:
        span: Where it stands.
        text: In characters.
        surname: The common reading of the surname.
        given: The characters of the given name.
    """

    span: Span
    text: str
    surname: str
    given: str


@lru_cache(maxsize=1)
def surnames() -> dict[str, str]:
    """Surname in characters to its common reading."""
    text = files("pipeline.lang").joinpath("japanese_surnames.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {characters: reading for characters, reading in rows}  # noqa: C416  (rows of two, checked by unpacking)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, surnames()), key=len, reverse=True))
    return re.compile(rf"(?P<surname>{known})(?P<given>{_GIVEN}){_AFTER}")


def japanese_names(text: str) -> Iterator[JapaneseName]:
    """Names of Japanese persons in Chinese text that speaks of Japan, where a post stands before them."""
    if not _CUE.search(text):
        return
    for match in _pattern().finditer(text):
        before = text[max(0, match.start() - 4) : match.start()]
        if re.search(rf"(?:{_POST})$", before):
            yield JapaneseName(
                span=Span(match.start(), match.end()),
                text=match[0],
                surname=surnames()[match["surname"]],
                given=match["given"],
            )
