"""Names of TBX that reading and writing share."""

from __future__ import annotations

from typing import Final, Literal

Dialect = Literal["dca", "dct", "v2"]
NAMESPACE: Final = "urn:iso:std:iso:30042:ed-2"
MIN: Final = "http://www.tbxinfo.net/ns/min"
BASIC: Final = "http://www.tbxinfo.net/ns/basic"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# Begins the notes that carry what TBX-Basic has no category for.
OURS: Final = "zhengming:"
EXTRA: Final = ("id", "pos", "condition", "valid_from", "valid_to", "state", "note")
# Parts of speech of TBX-Basic as ours.
POS: Final = {"noun": "noun", "propernoun": "proper", "verb": "verb", "adjective": "adjective", "adverb": "adverb"}
