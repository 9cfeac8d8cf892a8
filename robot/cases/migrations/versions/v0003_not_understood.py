"""Sentences that were not understood, where a town keeps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "not_understood",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_understood")),
        sa.UniqueConstraint("language", "sentence", name=op.f("uq_not_understood_language_sentence")),
        comment="sentences without names, numbers and addresses, only where the town has chosen to keep them",
    )


def downgrade() -> None:
    op.drop_table("not_understood")
