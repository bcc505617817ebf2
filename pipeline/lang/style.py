"""House style: the choices that are a publisher's, not the language's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """House style.

    Attributes:
        license_noun: ``license`` or ``licence`` for the noun.
        curly_quotes: “ ” instead of " ".
        abbreviate: After a first mention in full, use the abbreviation.
        title_headings: Headings in title case.
    """

    license_noun: str = "license"
    curly_quotes: bool = True
    abbreviate: bool = False
    title_headings: bool = True
