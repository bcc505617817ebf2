"""What alembic runs: the connection comes from :meth:`pipeline.store.database.Store.migrate`."""

from __future__ import annotations

from alembic import context

from pipeline.store.schema import metadata


def run() -> None:
    """Migrate on the given connection, in its transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
