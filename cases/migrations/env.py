"""Run by Alembic: upgrades over the connection that `cases.store` hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=context.config.attributes["metadata"])
with context.begin_transaction():
    context.run_migrations()
