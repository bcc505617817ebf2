"""What a Chinese character is: the one definition for every pattern and test.

Source: Unicode, property Script=Han of the blocks of ideographs: the basic block, its extension A, the compatibility
ideographs and the extensions beyond the basic plane.
"""

from __future__ import annotations

import re
from typing import Final

# Compatibility ideographs stand as numbers: as characters their canonical forms would take their place.
HAN: Final = "一-鿿㐀-䶿\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters as they stand inside the brackets of a regular expression."""
HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
"""One Chinese character."""
HAN_RUN: Final = re.compile(f"[{HAN}]+")
"""Chinese characters with nothing between them."""


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return HAN_CHARACTER.match(character) is not None
