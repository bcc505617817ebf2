"""The database behind a project: SQLite beside its files, or PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection

from pipeline.errors import ConfigError, StoreBusy, StoreError
from pipeline.store import schema

__all__ = ["FILE", "Connection", "Store", "now"]

FILE: Final = "zhengming.db"
# How long a writer waits for another; a transaction of ours takes milliseconds.
_BUSY_SECONDS: Final = 30
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_KNOWN: Final = "a store is sqlite:///FILE or postgresql://HOST/NAME"
_WRITE: Final = "zhengming_write"


def newest_revision() -> str:
    """The schema that this program writes: of the last migration, whose file is named ``rREVISION_what.py``."""
    return max(path.stem[1:].partition("_")[0] for path in (_MIGRATIONS / "versions").glob("r*.py"))


def now() -> str:
    """This moment as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    """An open database, migrated to the newest schema.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql+psycopg://…``; a bare
            ``postgresql://`` is read with psycopg.

    Raises:
        ConfigError: The URL is none of a store.
        StoreError: It cannot be opened, or a newer Zhengming has written it.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        try:
            self.migrate()
        except BaseException:
            self.engine.dispose()
            raise

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """The SQLite store of a project folder, made where it is missing."""
        return cls(f"sqlite:///{folder / FILE}")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of ours."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose statements see one state of the database."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _translated(), self.engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing.

        Raises:
            StoreBusy: Another writer held the database for too long.
            StoreError: The database refused.
        """
        options = {_WRITE: True}
        with _translated(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the schema to this version's.

        Raises:
            StoreError: The database is newer than this program.
        """
        if self._revision() == newest_revision():
            return
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            if not self.is_sqlite:
                # Two programs that open a new database at once must not both make its tables.
                connection.execute(text("SELECT pg_advisory_xact_lock(7404)"))
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise StoreError(f"{self.engine.url}: {error}; upgrade Zhengming to open this project") from error

    def _revision(self) -> str:
        """The schema's revision; empty where there is none yet."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

    def check(self) -> list[str]:
        """What is wrong with the database itself; empty where all is well."""
        with self.read() as connection:
            if not self.is_sqlite:
                return []
            rows = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
            broken = [f"foreign key: {tuple(row)}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
            return [row for row in rows if row != "ok"] + broken

    def project(self, name: str = "default") -> int:
        """The id of a project, made where it is missing."""
        table = schema.projects
        wanted = select(table.c.id).where(table.c.name == name)
        with self.read() as connection:
            found = connection.execute(wanted).scalar()
        if found is not None:
            return int(found)
        with self.write() as connection:
            found = connection.execute(wanted).scalar()
            if found is not None:
                return int(found)
            made = connection.execute(table.insert().values(name=name, at=now()).returning(table.c.id)).scalar_one()
            return int(made)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
            raise ConfigError(f"[store] url: {parsed.drivername} is no store; {_KNOWN}")
        engine = create_engine(parsed, pool_pre_ping=parsed.drivername != "sqlite", **_options(parsed.drivername))
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ConfigError(f"[store] url: not a database URL ({error}); {_KNOWN}") from error
    except ModuleNotFoundError as error:
        raise ConfigError("[store] url: PostgreSQL needs the extra: pip install 'zhengming[postgres]'") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _options(driver: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": _BUSY_SECONDS}} if driver == "sqlite" else {}


def _prepare(connection: Any, _: object) -> None:
    """Durable and concurrent: write-ahead log, every commit on the disk before it is reported."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: one that waits with a read open could never get it."""
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoConnection as error:
        raise StoreBusy("the project's store is busy (all connections are in use); try again") from error
    except DBAPIError as error:
        message = str(error.orig).strip().partition("\n")[0]
        if "locked" in message or "deadlock" in message:
            raise StoreBusy(f"the project's store is busy ({message}); try again") from error
        raise StoreError(f"the project's store refused: {message}") from error
