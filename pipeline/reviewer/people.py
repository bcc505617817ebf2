"""Who may do what: passwords, tokens, roles, and how often a login may be tried."""

from __future__ import annotations

import secrets
import threading
from base64 import b64decode, b64encode
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import scrypt
from hmac import compare_digest
from typing import Final

from pipeline.errors import UsageError

LEAST_PASSWORD: Final = 10
_MOST_PASSWORD: Final = 1024
# 32 MiB and some 50 ms for each guess (RFC 7914; OWASP's second choice after argon2id).
_COST: Final = (15, 8, 1)
_SALT: Final = 16
_MEMORY: Final = 128 * 2**20
# Guesses must not take all of the machine.
_hashing: Final = threading.BoundedSemaphore(2)

RIGHTS: Final = {
    "reviewer": frozenset({"decide", "propose"}),
    "linguist": frozenset({"decide", "propose", "rule"}),
    "admin": frozenset({"decide", "propose", "rule", "administer"}),
}


def hashed(password: str) -> str:
    """A password as it is stored: scrypt with its cost and a fresh salt.

    Raises:
        UsageError: It is too short or too long.
    """
    if not LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD:
        raise UsageError(f"a password has at least {LEAST_PASSWORD} characters (a sentence is easier to remember)")
    salt = secrets.token_bytes(_SALT)
    cost = "$".join(map(str, _COST))
    return f"scrypt${cost}${_text(salt)}${_text(_derived(password, salt, _COST))}"


def matches(password: str, stored: str) -> bool:
    """Whether a password is the stored one; as slow for a name that nobody has."""
    scheme, *parts = (stored or _nobody()).split("$")
    if scheme != "scrypt" or len(parts) != 5 or len(password) > _MOST_PASSWORD:
        return False
    cost = (int(parts[0]), int(parts[1]), int(parts[2]))
    same = compare_digest(_derived(password, b64decode(parts[3]), cost), b64decode(parts[4]))
    return same and bool(stored)


def new_token() -> str:
    """A token for programs; shown once."""
    return f"zm_{secrets.token_urlsafe(32)}"


def _derived(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    with _hashing:
        return scrypt(password.encode(), salt=salt, n=2 ** cost[0], r=cost[1], p=cost[2], maxmem=_MEMORY, dklen=32)


def _text(data: bytes) -> str:
    return b64encode(data).decode()


_absent: list[str] = []


def _nobody() -> str:
    if not _absent:
        _absent.append(hashed(secrets.token_urlsafe(16)))
    return _absent[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks.

    Attributes:
        name: As decisions are signed.
        role: ``reviewer``, ``linguist`` or ``admin``.
        csrf: What their forms must carry.
        session: Value of the cookie that they came with; empty for none.
        bearer: Whether they came with a token: then no browser sends it by itself.
    """

    name: str
    role: str
    csrf: str = ""
    session: str = ""
    bearer: bool = False

    def may(self, right: str) -> bool:
        """Whether the role includes a right."""
        return right in RIGHTS.get(self.role, frozenset())


@dataclass(slots=True)
class Throttle:
    """Refuses guesses: after some failures for a key, each further one waits longer.

    Attributes:
        free: Failures before anyone waits.
        wait: Seconds after the first failure too many; doubled by each further one.
        most: Longest wait in seconds; a key is forgotten after it.
        keys: Most keys that are remembered.
    """

    free: int = 5
    wait: float = 10.0
    most: float = 900.0
    keys: int = 10_000
    _failures: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self, keys: tuple[str, ...], at: float) -> float:
        """How long a login must still wait; 0 where it may be tried.

        Args:
            keys: What failures are counted by, such as name and address.
            at: This moment in seconds.
        """
        with self._lock:
            return max((self._until(key) - at for key in keys), default=0.0)

    def _until(self, key: str) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count < self.free:
            return 0.0
        waits: float = min(self.wait * 2.0 ** min(count - self.free, 20), self.most)
        return last + waits

    def failed(self, keys: tuple[str, ...], at: float) -> None:
        """Count a failure."""
        with self._lock:
            for key in keys:
                count, last = self._failures.pop(key, (0, at))
                self._failures[key] = (count + 1 if at - last < self.most else 1, at)
            while len(self._failures) > self.keys:
                self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget a key's failures."""
        with self._lock:
            self._failures.pop(key, None)
