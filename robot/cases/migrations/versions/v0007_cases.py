"""Cases are worked: claims, calls, ticks, notes, and a second pair of eyes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _called() -> list[sa.Column[object]]:
    return [
        sa.Column("place", sa.String(length=40), nullable=False, server_default=sa.text("''")),
        sa.Column("calls", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("called", sa.String(length=32), nullable=True, comment="the first call"),
        sa.Column("done", sa.String(length=32), nullable=True),
    ]


def _new_columns() -> dict[str, list[sa.Column[object]]]:
    """By table; what is there already was never claimed nor called, as far as we know."""
    nobody = sa.text("''")
    return {
        "cases": [
            sa.Column("holder", sa.String(length=80), nullable=False, server_default=nobody),
            sa.Column("held_since", sa.String(length=32), nullable=True),
            sa.Column("held_at", sa.String(length=60), nullable=False, server_default=nobody),
            *_called(),
            sa.Column("assigned", sa.String(length=80), nullable=False, server_default=nobody),
            sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("finished_by", sa.String(length=80), nullable=False, server_default=nobody),
        ],
        "queue_tickets": [
            sa.Column("state", sa.String(length=16), nullable=False, server_default=sa.text("'waiting'")),
            *_called(),
            sa.Column("by", sa.String(length=80), nullable=False, server_default=nobody),
        ],
    }


def upgrade() -> None:
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "case_checks",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False, comment="document:<id> or counter:<id>"),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "item", name=op.f("pk_case_checks")),
        comment="what the clerk has ticked off at the counter",
    )
    op.create_table(
        "case_notes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
        comment="what clerks write down for each other, sealed with the data key of their case",
    )
    op.create_index(op.f("ix_case_notes_case_id"), "case_notes", ["case_id"])
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        comment="what the monitor in the lobby shows: numbers and counters",
    )
    op.create_index(op.f("ix_calls_day"), "calls", ["day"])


def downgrade() -> None:
    for table in ("calls", "case_notes", "case_checks"):
        op.drop_table(table)
    for table, columns in _new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
