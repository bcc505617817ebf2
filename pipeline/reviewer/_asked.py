"""What persons send, cleaned or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.errors import UsageError
from pipeline.lang.plurals import counted
from pipeline.store.records import FlagRow

# Longer English than any sentence has; a paste by mistake is refused.
_MAX_TARGET: Final = 20_000
_MAX_REASON: Final = 2_000


def flag_of(flags: Sequence[FlagRow], wanted: int) -> FlagRow:
    """A flag of a segment by id.

    Raises:
        UsageError: There is none such.
    """
    found = [one for one in flags if one.id == wanted]
    if not found:
        raise UsageError(f"this segment has no flag {wanted}")
    return found[0]


def candidate_of(one: FlagRow, candidate: int | str) -> str:
    """The text of a candidate, named by its number from 0 or by itself.

    Raises:
        UsageError: There is none such.
    """
    texts = [option.text for option in one.flag.candidates]
    if isinstance(candidate, str):
        return clean_target(candidate)
    if not 0 <= candidate < len(texts):
        raise UsageError(
            f"flag {one.flag.code} has {counted(len(texts), 'candidate')}; there is no number {candidate + 1}"
        )
    return texts[candidate]


def clean_target(text: str) -> str:
    """English on one line, without control characters.

    Raises:
        UsageError: It is empty or endless.
    """
    if len(text) > _MAX_TARGET:
        raise UsageError(f"{len(text):,} characters are no translation of one segment")
    cleaned = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not cleaned:
        raise UsageError("the English is empty; to leave a segment untranslated, accept it as it is")
    return cleaned


def clean_reason(text: str) -> str:
    """A reason, trimmed.

    Raises:
        UsageError: It is endless.
    """
    if len(text) > _MAX_REASON:
        raise UsageError(f"a reason of {len(text):,} characters; keep it below {_MAX_REASON:,}")
    return text.strip()
