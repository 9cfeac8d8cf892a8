"""Key rotation: a new key for the key file, every case's key wrapped anew, the old key forgotten.

Killed at any point, every case stays readable: the old key leaves the file only after the new wrappings are
durable, and the next rotation takes away what an interrupted one left. It may run beside a running robot:
hand-overs wrap inside their transaction with the key that is current then.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from robot.cases.crypto import Keyring, WrappedKey
from robot.cases.database import Database
from robot.cases.tables import cases, totp_secrets
from robot.staff.audit import Act, AuditLog


@dataclass(frozen=True)
class Rotation:
    """What happened: the new key's id, how many cases, which keys are gone."""

    key_id: str
    cases: int
    dropped: tuple[str, ...]


def rotate(database: Database, keyring: Keyring, audit: AuditLog, who: str) -> Rotation:
    """Rotate (blocking). Raises KeyFileError, StoreError, SealError; then nothing was dropped."""
    with keyring.rotation():
        key_id = keyring.add_key()
        with database.writing() as connection:
            rows = connection.execute(
                select(cases.c.id, cases.c.key_id, cases.c.wrapped_key).where(cases.c.key_id != key_id)
            ).all()
            for row in rows:
                data_key = keyring.unwrap(WrappedKey(row.key_id, row.wrapped_key), row.id)
                wrapped = keyring.wrap(data_key, row.id)
                connection.execute(
                    update(cases)
                    .where(cases.c.id == row.id)
                    .values(key_id=wrapped.key_id, wrapped_key=wrapped.blob)
                )
            secrets = connection.execute(
                select(totp_secrets.c.account, totp_secrets.c.key_id, totp_secrets.c.wrapped_key)
            ).all()
            for row in secrets:
                wrapped = keyring.wrap(
                    keyring.unwrap(WrappedKey(row.key_id, row.wrapped_key), row.account), row.account
                )
                connection.execute(
                    update(totp_secrets)
                    .where(totp_secrets.c.account == row.account)
                    .values(key_id=wrapped.key_id, wrapped_key=wrapped.blob)
                )
            audit.append(connection, who, Act.KEYS_ROTATED, detail=key_id)
        dropped = keyring.drop_others()
    database.forget_deleted()
    return Rotation(key_id, len(rows), tuple(dropped))
