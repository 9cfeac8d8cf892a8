"""All kiosks of the town in one store: their state, self-tests, who sees to an alarm, the notice to all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("visits", sa.Text(), nullable=False),
        sa.Column("devices", sa.Text(), nullable=False),
        sa.Column("alarms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kiosks")),
    )
    op.create_table(
        "self_tests",
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "device", name=op.f("pk_self_tests")),
    )
    op.create_table(
        "alarm_acknowledgements",
        sa.Column("alarm", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("alarm", name=op.f("pk_alarm_acknowledgements")),
    )
    op.create_table(
        "emergencies",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("translations", sa.Text(), nullable=False),
        sa.Column("leave", sa.Boolean(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergencies")),
    )


def downgrade() -> None:
    for table in ("emergencies", "alarm_acknowledgements", "self_tests", "kiosks"):
        op.drop_table(table)
