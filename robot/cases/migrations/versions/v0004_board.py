"""What the staff tell all who come: messages, and that a kiosk is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_messages",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("english", sa.String(length=200), nullable=False),
        sa.Column("plain", sa.String(length=200), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_messages")),
    )
    op.create_table(
        "closings",
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", name=op.f("pk_closings")),
        comment="the kiosks that the staff have closed",
    )


def downgrade() -> None:
    op.drop_table("closings")
    op.drop_table("board_messages")
