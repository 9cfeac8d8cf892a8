"""Accounts that are locked, invited or known to a provider; one-time codes, recovery codes, passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
        staff.add_column(sa.Column("subject", sa.String(length=64), nullable=True))
        staff.add_column(sa.Column("link_hash", sa.String(length=64), nullable=True))
        staff.add_column(sa.Column("link_until", sa.String(length=32), nullable=True))
        staff.create_unique_constraint(op.f("uq_staff_subject"), ["subject"])
    op.create_table(
        "totp_secrets",
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_totp_secrets")),
        comment="secrets of one-time codes, sealed with the key file",
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("account", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("used", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
        comment="public keys of WebAuthn credentials",
    )
    op.create_index(op.f("ix_passkeys_account"), "passkeys", ["account"])


def downgrade() -> None:
    op.drop_table("passkeys")
    op.drop_table("recovery_codes")
    op.drop_table("totp_secrets")
    with op.batch_alter_table("staff") as staff:
        staff.drop_constraint(op.f("uq_staff_subject"), type_="unique")
        for name in ("link_until", "link_hash", "subject", "locked"):
            staff.drop_column(name)
