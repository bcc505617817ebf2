"""House style: the choices that are a publisher's, not the language's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """House style.

    Attributes:
        license_noun: ``license`` or ``licence`` for the noun; the verb is always license.
        spellings: What is written, to what the house writes instead, as
            ``antidumping = "anti-dumping"``: hyphenation and spelling.
        obligation: ``shall`` or ``must`` for 应当.
        serial_comma: A comma before the "and" of an enumeration.
        curly_quotes: “ ” instead of " ".
        abbreviate: Institutions in full with their abbreviation where they are
            first mentioned, by the abbreviation from then on.
        headings: ``title`` or ``sentence`` case.
    """

    license_noun: str = "license"
    spellings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    obligation: str = "shall"
    serial_comma: bool = True
    curly_quotes: bool = True
    abbreviate: bool = False
    headings: str = "title"


# What a setting may say, where not anything.
CHOICES: Final = {
    "license_noun": ("license", "licence"),
    "obligation": ("shall", "must"),
    "headings": ("title", "sentence"),
}
