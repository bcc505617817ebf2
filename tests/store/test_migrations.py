"""A store of any earlier schema becomes one of the newest, with its rows."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, func, select, text

import pipeline.store
from pipeline.errors import StoreError
from pipeline.store import schema
from pipeline.store.database import Store, _engine, newest_revision

MIGRATIONS = Path(pipeline.store.__file__).with_name("migrations")


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]


def make(url: str, revision: str) -> None:
    """A store as the program of that revision made it, with a row in every table."""
    engine = _engine(url)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with engine.begin() as connection:
        present = MetaData()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an index over an expression is not reflected
            present.reflect(connection, resolve_fks=False)
        for table in present.sorted_tables:
            if table.name in schema.metadata.tables:
                values = {
                    column.name: sample(column)
                    for column in table.columns
                    if (not column.nullable and column.server_default is None) or column.name == "id"
                }
                connection.execute(table.insert().values(**values))
    engine.dispose()


def sample(column: object) -> object:
    kind = str(column.type).upper()  # type: ignore[attr-defined]
    if "INT" in kind:
        return 1
    if "BOOL" in kind:
        return True
    return b"x" if "BLOB" in kind or "BYTEA" in kind else "x"


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_an_earlier_schema_is_brought_up_with_its_rows(empty_store_url: str, revision: str) -> None:
    make(empty_store_url, revision)
    with Store(empty_store_url) as store, store.read() as connection:
        for table in (schema.documents, schema.segments, schema.decisions, schema.memory_units, schema.run_items):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 1, table.name


def test_the_migrations_make_the_tables_that_the_program_uses(empty_store_url: str) -> None:
    with Store(empty_store_url) as store, store.read() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an index over an expression is not compared
        context = MigrationContext.configure(connection)
        changes = compare_metadata(context, schema.metadata)
    different = [change for change in changes if not ours(getattr(change[1], "name", ""))]
    assert different == []


def ours(name: str) -> bool:
    """What the migrations write out for one database alone."""
    return "_fts" in name or "_grams" in name or name == "ix_segments_queue"


def test_a_store_of_a_newer_program_is_refused_with_the_next_step(empty_store_url: str) -> None:
    with Store(empty_store_url) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="upgrade Zhengming"):
        Store(empty_store_url)


def test_every_migration_follows_one_other() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert scripts.get_heads() == [newest_revision()]
    assert len(revisions()) == len(list((MIGRATIONS / "versions").glob("r*.py")))
