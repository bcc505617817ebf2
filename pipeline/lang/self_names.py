"""What a document calls itself: 本法 is this Law, 本条例 these Regulations.

Source of the English: translations by the National People's Congress and the State Council.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.core.flags import Span


@dataclass(frozen=True, slots=True)
class SelfName:
    """A document's name for itself.

    Attributes:
        chinese: 本法.
        noun: Law.
        made: What is done to bring such a document about: enacted.
    """

    chinese: str
    noun: str
    made: str

    @property
    def plural(self) -> bool:
        """Whether the noun is a plural."""
        return self.noun.endswith("s")

    @property
    def english(self) -> str:
        """``this Law``, ``these Regulations``."""
        return f"{'these' if self.plural else 'this'} {self.noun}"

    @property
    def opening(self) -> str:
        """``This Law``, as a sentence begins."""
        return self.english[0].upper() + self.english[1:]


SELF_NAMES: Final = {
    name.chinese: name
    for name in (
        SelfName("本法", "Law", "enacted"),
        SelfName("本条例", "Regulations", "formulated"),
        SelfName("本办法", "Measures", "formulated"),
        SelfName("本规定", "Provisions", "formulated"),
        SelfName("本细则", "Rules", "formulated"),
        SelfName("本规则", "Rules", "formulated"),
        SelfName("本指南", "Guidelines", "formulated"),
        SelfName("本意见", "Opinions", "formulated"),
        SelfName("本方案", "Plan", "formulated"),
        SelfName("本目录", "Catalogue", "formulated"),
        SelfName("本清单", "List", "formulated"),
        SelfName("本公告", "Announcement", "issued"),
        SelfName("本通知", "Notice", "issued"),
        SelfName("本通告", "Circular", "issued"),
        SelfName("本令", "Order", "issued"),
        SelfName("本决定", "Decision", "made"),
        SelfName("本裁定", "Determination", "made"),
        SelfName("本协定", "Agreement", "concluded"),
        SelfName("本公约", "Convention", "concluded"),
    )
}
PLURAL_NOUNS: Final = tuple(sorted({name.noun for name in SELF_NAMES.values() if name.plural}))
# 日本决定, 基本法 and 版本目录 hold no name, nor do 本法院 and 本清单位.
_NAME: Final = re.compile(
    rf"(?<![日基资成根样版文脚剧书课副译抄原])(?:{'|'.join(sorted(SELF_NAMES, key=len, reverse=True))})"
    r"(?![院官庭人律学]|书(?!面)|单位|牌)"
)
_ENGLISH: Final = "|".join(sorted({name.english for name in SELF_NAMES.values()}, key=len, reverse=True))
ENGLISH_SELF_NAME: Final = re.compile(rf"(?:{_ENGLISH})\b")
"""``this Law``, ``these Regulations`` and so on, inside an English sentence."""


def self_names(text: str) -> Iterator[tuple[Span, SelfName]]:
    """The places where a Chinese text names itself, from the left."""
    for match in _NAME.finditer(text):
        yield Span(*match.span()), SELF_NAMES[match[0]]
