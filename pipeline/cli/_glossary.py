"""What the glossary verbs share."""

from __future__ import annotations

import getpass


def user_name(given: str) -> str:
    """The name for the history: the one given, or the login.

    Raises:
        UsageError: There is neither.
    """
    if given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        from pipeline.errors import UsageError

        raise UsageError("your login has no name: give one with --who") from error
