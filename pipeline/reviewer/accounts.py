"""Users as an admin changes them; there always remains an admin who can log in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import UsageError
from pipeline.reviewer.people import hashed, new_token
from pipeline.store import users

if TYPE_CHECKING:
    from pipeline.store.database import Store
    from pipeline.store.records import User

_LONGEST: Final = 100
_log = logging.getLogger("zhengming")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a user; None leaves it.

    Attributes:
        role: One of ``reviewer``, ``linguist``, ``admin``.
        disabled: Whether login is refused.
        password: A new one; ends their sessions.
        token: Whether a new token is made; the old one ends.
    """

    role: str | None = None
    disabled: bool | None = None
    password: str | None = None
    token: bool = False


def listed(store: Store) -> list[User]:
    """All users by name."""
    with store.read() as connection:
        return users.users(connection)


def add(store: Store, name: str, *, role: str, password: str = "", token: bool = False, by: str) -> str:
    """Make a user.

    Args:
        store: The project's.
        name: What decisions are signed with.
        role: One of ``reviewer``, ``linguist``, ``admin``.
        password: In the clear; empty where a token is wanted.
        token: Whether a token is made.
        by: Who does it.

    Returns:
        The token, which nobody can read again; empty where none was wanted.

    Raises:
        UsageError: The name is taken or none, or nothing says how they log in.
    """
    name = name.strip()
    if not name.isprintable() or len(name) > _LONGEST:
        raise UsageError(f"a name is printable text of at most {_LONGEST} characters")
    if not password and not token:
        raise UsageError("give a password, or ask for a token: without either nobody can log in")
    made = new_token() if token else ""
    kept = hashed(password) if password else ""
    with store.write() as connection:
        users.add_user(connection, name, role=role, password=kept, token=made)
    _log.info("user %s (%s) added by %s", name, role, by)
    return made


def change(store: Store, name: str, wanted: Change, *, by: str) -> str:
    """Change a user.

    Returns:
        The new token; empty where none was wanted.

    Raises:
        UsageError: There is none such, nothing is to change, or no admin
            could log in any more.
    """
    made = new_token() if wanted.token else ""
    given = {"role": wanted.role, "disabled": wanted.disabled, "token": made or None}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if wanted.password is not None:
        values["password"] = hashed(wanted.password)
    if not values:
        raise UsageError("say what to change: role, password, token, or whether they may log in")
    with store.write() as connection:
        had = _admins(users.users(connection))
        users.change_user(connection, name, **values)
        if had and not _admins(users.users(connection)):
            raise UsageError(f"{name} is the last admin who can log in: make another one first")
    _log.info("user %s: %s changed by %s", name, ", ".join(values), by)
    return made


def _admins(known: list[User]) -> bool:
    return any(one.role == "admin" and not one.disabled and (one.password or one.token) for one in known)
