"""Which key file belongs to the database: another kiosk must not write with a key file of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gate", sa.Column("key_mark", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("gate", "key_mark")
