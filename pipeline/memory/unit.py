"""Translation units, and the hashes that texts are recognised by."""

from __future__ import annotations

from hashlib import blake2b
from typing import Protocol

import msgspec

from pipeline.lang.normaliser import normalise


class UnitTerm(msgspec.Struct, frozen=True, array_like=True):
    """A glossary term of a unit.

    Attributes:
        concept: Id of the concept entry.
        source: The Chinese as it stands in the unit.
        rendering: What the glossary said.
        target: The English as it stands in the unit; empty where not located.
    """

    concept: str
    source: str
    rendering: str
    target: str = ""


class TranslationUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A source and the English that a person approved for it.

    Attributes:
        id: In the store; 0 for one that is not stored yet.
        source: Normalised Chinese of one segment.
        target: Approved English.
        previous: Hash of the segment before, or empty.
        following: Hash of the segment after, or empty.
        glossary: Digest of the glossary at that time.
        terms: What the glossary said about the source.
        document: Where it was approved.
        user: Who approved it.
        at: When, ISO 8601 in UTC.
    """

    source: str
    target: str
    id: int = 0
    previous: str = ""
    following: str = ""
    glossary: str = ""
    terms: tuple[UnitTerm, ...] = ()
    document: str = ""
    user: str = ""
    at: str = ""


class Units(Protocol):
    """Where units are kept."""

    def with_source(self, hashes: list[str]) -> dict[str, list[TranslationUnit]]:
        """Units by the hash of their source, newest first."""

    def with_pattern(self, hashes: list[str]) -> dict[str, list[TranslationUnit]]:
        """Units by the hash of their pattern or skeleton, newest first."""

    def by_id(self, ids: list[int]) -> list[TranslationUnit]:
        """Units by id, in any order."""


def text_hash(text: str) -> str:
    """What a text is recognised by: 32 hexadecimal digits, equal for texts that normalise alike."""
    return digest(normalise(text.strip())[0])


def digest(text: str) -> str:
    """The hash of a text as it stands."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def context_hash(previous: str, following: str) -> str:
    """What a place is recognised by, from the sources around it."""
    return blake2b(f"{text_hash(previous)}|{text_hash(following)}".encode(), digest_size=16).hexdigest()
