"""Users and their sessions; hashing passwords is the web page's business, keeping the hashes is ours."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.errors import StoreError, UsageError
from pipeline.store import schema
from pipeline.store.database import now
from pipeline.store.records import Session, User

ROLES: Final = ("reviewer", "linguist", "admin")


def users(connection: Connection) -> list[User]:
    """All users by name."""
    return [_user(row) for row in connection.execute(select(schema.users).order_by(schema.users.c.name))]


def user(connection: Connection, name: str) -> User | None:
    """A user by name."""
    row = connection.execute(select(schema.users).where(schema.users.c.name == name)).first()
    return _user(row) if row else None


def user_by_token(connection: Connection, token: str) -> User | None:
    """The user to whom a token was given."""
    table = schema.users
    wanted = select(table).where(table.c.token == _digest(token), table.c.disabled.is_(False))
    row = connection.execute(wanted).first() if token else None
    return _user(row) if row else None


def add_user(connection: Connection, name: str, *, role: str = "reviewer", password: str = "", token: str = "") -> User:
    """Make a user.

    Args:
        connection: In a write transaction.
        name: Unique.
        role: One of ``ROLES``.
        password: Hash, made by the caller.
        token: The token itself; only its digest is stored.

    Raises:
        UsageError: The role is unknown, or the name taken or empty.
    """
    if role not in ROLES:
        raise UsageError(f"role {role!r}: choose one of {', '.join(ROLES)}")
    if not name.strip():
        raise UsageError("a user needs a name")
    if user(connection, name):
        raise UsageError(f"there is a user {name!r} already")
    values = {"name": name, "role": role, "password": password, "token": _digest(token) if token else "", "at": now()}
    try:
        connection.execute(schema.users.insert().values(**values))
    except IntegrityError as error:
        raise UsageError(f"there is a user {name!r} already") from error
    made = user(connection, name)
    if made is None:  # the row was written in this very transaction
        raise StoreError(f"user {name!r} was not stored")
    return made


def change_user(connection: Connection, name: str, **values: Any) -> None:
    """Change ``role``, ``password`` (a hash), ``token`` (the token itself) or ``disabled`` of a user.

    Raises:
        UsageError: There is none such, or the role is unknown.
    """
    if values.get("role", "reviewer") not in ROLES:
        raise UsageError(f"role {values['role']!r}: choose one of {', '.join(ROLES)}")
    if values.get("token"):
        values["token"] = _digest(values["token"])
    table = schema.users
    if connection.execute(update(table).where(table.c.name == name).values(**values)).rowcount != 1:
        raise UsageError(f"there is no user {name!r}")
    if values.get("disabled") or "password" in values:
        found = user(connection, name)
        if found:
            connection.execute(delete(schema.sessions).where(schema.sessions.c.user_id == found.id))


def user_id(connection: Connection, name: str) -> int:
    """The id of a user.

    Raises:
        UsageError: There is none such; says who there is.
    """
    found = user(connection, name)
    if found is None or found.disabled:
        known = ", ".join(one.name for one in users(connection) if not one.disabled) or "nobody yet"
        raise UsageError(f"there is no user {name!r}; there is: {known}")
    return found.id


def open_session(connection: Connection, user_id: int, *, value: str, csrf: str, expires: str) -> None:
    """Keep a login.

    Args:
        connection: In a write transaction.
        user_id: Whose.
        value: The cookie's random value; only its digest is stored.
        csrf: Token for forms.
        expires: When it ends, as :func:`pipeline.store.database.now` writes times.
    """
    table = schema.sessions
    connection.execute(delete(table).where(table.c.expires < now()))
    values = {"id": _digest(value), "user_id": user_id, "csrf": csrf, "at": now(), "expires": expires}
    connection.execute(table.insert().values(**values))


def session(connection: Connection, value: str) -> Session | None:
    """The login that a cookie's value opens, while it lasts and its user is not disabled."""
    table = schema.sessions
    wanted = (
        select(schema.users, table.c.csrf, table.c.expires)
        .join(schema.users, schema.users.c.id == table.c.user_id)
        .where(table.c.id == _digest(value), table.c.expires > now(), schema.users.c.disabled.is_(False))
    )
    row = connection.execute(wanted).first() if value else None
    return Session(user=_user(row), csrf=row.csrf, expires=row.expires) if row else None


def close_session(connection: Connection, value: str) -> None:
    """End a login."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.id == _digest(value)))


def _digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def _user(row: Any) -> User:
    return User(
        id=row.id, name=row.name, role=row.role, password=row.password, token=row.token, disabled=bool(row.disabled)
    )
