"""Alembic's entry point: runs inside the connection and transaction that `Database` gives it."""

from __future__ import annotations

from alembic import context

from robot.cases.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
