"""Signatures: what produced a text or a score, so that it can be made again."""

from __future__ import annotations

import msgspec


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What produced a translation.

    Attributes:
        engine: Registry name of the engine.
        revision: The engine's own version (model revision, hub commit, …).
        settings: Decoding settings in the engine's words, e.g. ``beam:4``.
        glossary: Digest of the concept entries used.
        configuration: Digest of the settings that change the text.
        version: Version of Zhengming.
    """

    engine: str
    version: str
    revision: str = ""
    settings: str = ""
    glossary: str = ""
    configuration: str = ""

    def __str__(self) -> str:
        fields = (
            ("engine", self.engine),
            ("rev", self.revision),
            ("settings", self.settings),
            ("glossary", self.glossary),
            ("config", self.configuration),
            ("version", self.version),
        )
        return "|".join(f"{name}:{value}" for name, value in fields if value)
