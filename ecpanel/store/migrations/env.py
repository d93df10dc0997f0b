"""Alembic environment: migrates the connection it is given, never one of its own."""

from alembic import context

from ecpanel.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
