"""Modality: what a text forbids, requires, permits, or leaves possible, in Chinese and English.

Chinese legal drafting (立法技术规范) keeps 应当, 必须, 可以 and 不得 apart; so do the official English texts:
shall, must, may, shall not.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from pipeline.core.flags import Span


class Modality(StrEnum):
    """What a modal word does."""

    PROHIBITION = "prohibition"
    OBLIGATION = "obligation"
    PERMISSION = "permission"
    EXEMPTION = "exemption"
    RIGHT = "right"
    PRINCIPLE = "principle"
    POSSIBILITY = "possibility"


_FORBID: Final = (
    r"不得(?![不已了人]|少于|多于|超过|低于|高于|大于|小于)|禁止|严禁|不准(?!确)|不许|不应当"
    r"|不应(?=[当由向在作])|不可以"
)
_CHINESE: Final[dict[Modality, re.Pattern[str]]] = {
    Modality.PROHIBITION: re.compile(_FORBID),
    Modality.OBLIGATION: re.compile(
        r"(?<!不)应当(?!说)|必须|(?<![必无毋不急亟莫])须(?![知臾])"
        r"|(?<![不对相供适反回响效])应(?=依法|按照|按规定|予以|向|于|立即|及时|同时|在|提交|提供|自)|有义务"
    ),
    Modality.PERMISSION: re.compile(r"(?<!不)可以|(?<=[方人者关业])可(?=向|在|于|依法|根据|按|申请|延长|要求)"),
    Modality.EXEMPTION: re.compile(r"无需|无须|不必|免于|不需要"),
    Modality.RIGHT: re.compile(r"(?<![没所])有权(?!属|利)|享有[^，。；]{0,8}权利"),
    Modality.PRINCIPLE: re.compile(r"原则上"),
    Modality.POSSIBILITY: re.compile(r"(?<!不)可能(?!性)|有望|或将"),
}
_NO_ONE: Final = r"\bno\b[^.;]{1,120}?\b(?:shall|may|can|must|should|is|are|be)\b"
_ENGLISH: Final[dict[Modality, re.Pattern[str]]] = {
    Modality.PROHIBITION: re.compile(
        r"\b(?:shall|may|must|can|should|could|will)\s+(?:also\s+|in no case\s+|under no circumstances\s+)?(?:not"
        r"|never)\b|\bcannot\b|\bmustn['’]t\b"
        rf"|{_NO_ONE}|\bnor\b|\bneither\b|\bprohibit\w*|\bforbid\w*|\bforbade\b|\bban(?:s|ned|ning)?\b|\bbarred\b"
        r"|\b(?:deny|denies|denied|denying|refus\w+|withh[eo]ld\w*)\b"
        r"|\band not\b|\bnot (?:merely|only|solely)\b"
        r"|\bnot (?:be )?(?:allowed|permitted|to be)\b|\bunder no circumstances\b|\bstrictly prohibited\b|\bdo not\b"
        r"|\bnot to\b",
        re.IGNORECASE,
    ),
    Modality.OBLIGATION: re.compile(
        r"\b(?:shall|must|should)\b(?!\s+(?:also\s+)?(?:not|never)\b)(?!\s+be (?:prohibited|entitled|permitted"
        r"|allowed))"
        r"|\b(?:is|are|be|was|were|been) (?:also )?(?:required|obliged|obligated|asked|to)\b|\b(?:has|have|had) to\b"
        r"|\bsubject to\b|\bneeds? to\b|\bought to\b|\brequir(?:e|es|ing)\b|\bobligat\w+",
        re.IGNORECASE,
    ),
    Modality.PERMISSION: re.compile(
        r"\b(?:may|can|might|could)\b(?!\s+(?:also\s+)?not\b)|\b(?:allow|permit|authoriz|entitl)(?:s|ed|es|ing|e)?\b"
        r"|\b(?:has|have) the right\b|\bfree to\b|\bable to\b|\bat liberty\b|\beligible\b|\boption\w*|\bpossible\b"
        r"|\bwelcome to\b|\benabl\w+",
        re.IGNORECASE,
    ),
    Modality.EXEMPTION: re.compile(
        r"\bwithout\b|\bno longer (?:need|ha|require)\w*|\bneed \w+ no\b"
        r"|\bneed(?:s)? not\b|\bnot (?:be )?(?:need|required|necessary|obliged|have to)\b|\bno need\b|\bunnecessary\b"
        r"|\bexempt\w*"
        r"|\bwithout (?:the need|having|needing|any need)\b|\bnot need(?:ed)? to\b|\bnothing to\b"
        r"|\bno [\w\s-]{1,40}(?:is|are) (?:required|needed|necessary)\b"
        r"|\bwaive\w*|\b(?:does|do|did) not (?:need|require|have)\b|\bneedn['’]t\b|\bfree from\b|\bdispens\w+",
        re.IGNORECASE,
    ),
    Modality.RIGHT: re.compile(
        r"\bright(?:s)?\b|\bentitl\w+|\bmay\b|\bauthori[tz]\w+|\bpower\w*|\bprerogative|\bcan\b", re.IGNORECASE
    ),
    Modality.PRINCIPLE: re.compile(
        r"\bin principle\b|\bas a (?:general )?(?:rule|principle|matter of principle)\b|\bgenerally\b|\bnormally\b"
        r"|\bin general\b",
        re.IGNORECASE,
    ),
    Modality.POSSIBILITY: re.compile(
        r"\b(?:may|might|could|can|would|likely|likelihood|possib\w+|potential\w*|perhaps|probab\w+|risk\w*"
        r"|expect\w*|prone|threat\w*|poised|unlikely|set to|hope\w*|liable)\b",
        re.IGNORECASE,
    ),
}
# What the house writes for each, the recommended one first.
RENDERINGS: Final[dict[Modality, tuple[str, ...]]] = {
    Modality.PROHIBITION: ("shall not", "may not", "is prohibited from"),
    Modality.OBLIGATION: ("shall", "must", "is required to"),
    Modality.PERMISSION: ("may", "can"),
    Modality.EXEMPTION: ("need not", "is not required to"),
    Modality.RIGHT: ("has the right to", "is entitled to"),
    Modality.PRINCIPLE: ("in principle", "as a rule"),
    Modality.POSSIBILITY: ("may", "is likely to"),
}


def chinese_modals(text: str, modality: Modality) -> list[Span]:
    """Where a modality is expressed in Chinese text."""
    return [Span(match.start(), match.end()) for match in _CHINESE[modality].finditer(text)]


_MODAL_NEGATIVE: Final = re.compile(
    rf"\b(?:shall|may|must|can|should)\s+(?:also\s+)?(?:not|never)\b|\bcannot\b|{_NO_ONE}|\bnor\b", re.IGNORECASE
)


_NEGATIVE: Final = re.compile(r"\b(?:no[rt]?|never|cannot)\b", re.IGNORECASE)


def modal_negatives(text: str) -> list[Span]:
    """Modal verbs with a negative, and "no one shall", in English text."""
    if not _NEGATIVE.search(text):
        return []
    return [Span(match.start(), match.end()) for match in _MODAL_NEGATIVE.finditer(text)]


def english_modals(text: str, modality: Modality) -> list[Span]:
    """Where a modality is expressed in English text."""
    return [Span(match.start(), match.end()) for match in _ENGLISH[modality].finditer(text)]
