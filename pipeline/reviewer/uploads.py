"""Files that visitors send: read only once it is known who sends them, bounded, and kept from preview to deed."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from pipeline.errors import InputError, UsageError

# A document of ten thousand segments takes some ten.
MAX_UPLOAD: Final = 32 * 1024 * 1024
SUFFIXES: Final = (".xlf", ".xliff", ".xlsx")
_MINUTES: Final = 30
_MOST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that waits for its sender to confirm.

    Attributes:
        user: Who sent it.
        name: Its name, without folders.
        data: Its bytes.
        at: When, in seconds of a clock that only runs forward.
    """

    user: str
    name: str
    data: bytes
    at: float


@dataclass(slots=True)
class Uploads:
    """The newest uploads, in memory: what a restart forgets is sent again."""

    _kept: OrderedDict[str, Upload] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, user: str, name: str, data: bytes) -> str:
        """Keep a file.

        Returns:
            What :meth:`take` finds it by.
        """
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[key] = Upload(user=user, name=name, data=data, at=time.monotonic())
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return key

    def find(self, user: str, key: str) -> Upload:
        """A file that its sender kept.

        Raises:
            UsageError: It is no longer there, or someone else's.
        """
        with self._lock:
            found = self._kept.get(key)
        if found is None or found.user != user or time.monotonic() - found.at > 60 * _MINUTES:
            raise UsageError("the file is no longer at hand: choose it again")
        return found

    def drop(self, key: str) -> None:
        """Forget a file."""
        with self._lock:
            self._kept.pop(key, None)


def checked(name: str, data: bytes) -> str:
    """The name of a file for import, without folders.

    Raises:
        InputError: It is empty, or named like no such file.
    """
    plain = PurePath(name.replace("\\", "/")).name
    plain = "".join(c for c in plain if c.isprintable())[:200]
    if not data:
        raise InputError("choose a file: XLIFF (.xlf, .xliff) or XLSX that was exported for review")
    if not plain.lower().endswith(SUFFIXES):
        raise InputError(
            f"{plain or 'this file'}: XLIFF (.xlf, .xliff) or XLSX is wanted, as it was exported for review"
        )
    return plain
