"""Figures: what is counted of visits, waits and devices, without a person in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNTS = (
    "own",
    "minutes",
    "heard",
    "understood",
    "repeats",
    "helped",
    "taken_over",
    "voice",
    "touch",
    "keypad",
    "thumb",
)


def upgrade() -> None:
    op.create_table(
        "figure_visits",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_visits")),
        comment="ended visits without a person: a row each, and one for each further service in it (own = 0)",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_figure_visits_day"), "figure_visits", ["day"])
    op.create_table(
        "figure_waits",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_waits")),
        comment="how long cases waited for their call, and were worked on; minutes, without the case",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_figure_waits_day"), "figure_waits", ["day"])
    op.create_table(
        "figure_outages",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_outages")),
    )
    op.create_index(op.f("ix_figure_outages_since"), "figure_outages", ["since"])
    op.create_table(
        "figure_uptime",
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "day", name=op.f("pk_figure_uptime")),
    )


def downgrade() -> None:
    for table in ("figure_uptime", "figure_outages", "figure_waits", "figure_visits"):
        op.drop_table(table)
