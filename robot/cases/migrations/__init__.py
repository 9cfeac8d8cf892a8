"""Alembic migrations of the back office's database, run at every start."""
