"""One-time codes of an authenticator app (TOTP, RFC 6238) and recovery codes for who has lost it.

Secrets are sealed with the key file, recovery codes kept as keyed hashes. Six digits, SHA-1, steps of 30 s:
what all authenticator apps understand (RFC 6238 section 1.2, RFC 4226 section 5.3).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets

import pyotp
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from robot.cases.crypto import Keyring, WrappedKey
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import recovery_codes, totp_secrets
from robot.staff.accounts import Account, Factor, Told
from robot.staff.audit import Act, AuditLog

STEP_S = 30
DRIFT = 1  # steps before and after: RFC 6238 section 5.2
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else


class CodeRefused(Told):
    """The code is wrong, too old or was used before."""

    def __init__(self) -> None:
        super().__init__(
            "Der Code stimmt nicht oder wurde schon benutzt. Bitte nehmen Sie den nächsten.",
            "The code is wrong or was used before. Please take the next one.",
        )


class CodesThere(Told):
    """Codes are set up already."""

    def __init__(self) -> None:
        super().__init__(
            "Einmalcodes sind für Ihr Konto schon eingerichtet.",
            "One-time codes are set up for your account already.",
        )


def matching_step(secret: str, code: str, now_s: float, after: int) -> int | None:
    """The time step whose code this is, within the drift and later than the step `after`; None: no one's.

    `secret` in Base32. All candidates are compared, each in constant time.
    """
    current = int(now_s // STEP_S)
    # codes from the future were accepted before the machine's clock was set back: they say nothing about now
    last = after if after <= current + DRIFT else -1
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(max(0, current - DRIFT), current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()) and step > last:
            found = step
    return found


def uri(secret: str, name: str, town: str) -> str:
    """What an authenticator app reads from the QR code (Key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"Rathauslotse {town}".strip())


class OneTimeCodes(StorePart):
    """Secrets and recovery codes of all accounts. Methods raise StoreError and SealError."""

    def __init__(
        self, database: Database, keyring: Keyring, audit: AuditLog, *, clock: Clock = utc_now
    ) -> None:
        super().__init__(database, clock=clock)
        self._keyring = keyring
        self._audit = audit

    async def begin(self, account: Account) -> str:
        """A new secret (Base32), which counts when its first code was right. Replaces an unconfirmed one.

        Raises CodesThere.
        """

        def work() -> str:
            secret = pyotp.random_base32()
            wrapped = self._keyring.wrap(secret.encode(), account.id)
            with self._database.writing() as connection:
                row = _row(connection, account)
                if row is not None and row["confirmed"]:
                    raise CodesThere
                connection.execute(delete(totp_secrets).where(totp_secrets.c.account == account.id))
                connection.execute(
                    insert(totp_secrets).values(
                        account=account.id,
                        key_id=wrapped.key_id,
                        wrapped_key=wrapped.blob,
                        confirmed=False,
                        last_step=-1,
                        created=stamp(self._clock()),
                    )
                )
            return secret

        return await asyncio.to_thread(work)

    async def confirm(self, account: Account, code: str) -> list[str]:
        """The first code was right: codes are asked for from now on. The recovery codes, this one time.

        Raises CodeRefused.
        """

        def work() -> list[str]:
            with self._database.writing() as connection:
                row = _row(connection, account)
                if row is None or row["confirmed"] or not self._accept(connection, row, code):
                    raise CodeRefused
                connection.execute(
                    update(totp_secrets).where(totp_secrets.c.account == account.id).values(confirmed=True)
                )
                self._audit.append(connection, account.name, Act.FACTOR_ADDED, account.id, Factor.TOTP.value)
                return self._new_recovery(connection, account)

        return await asyncio.to_thread(work)

    async def check(self, account: Account, code: str) -> str:
        """What the code was: "totp" or "recovery"; it opens nothing a second time. Raises CodeRefused."""

        def work() -> str:
            given = _plain(code)
            with self._database.writing() as connection:
                row = _row(connection, account)
                if row is None or not row["confirmed"]:
                    raise CodeRefused
                if given.isdigit():
                    if self._accept(connection, row, given):
                        return "totp"
                    raise CodeRefused
                used = connection.execute(
                    delete(recovery_codes).where(
                        recovery_codes.c.account == account.id,
                        recovery_codes.c.hash == self._hash(account, given),
                    )
                )
                if used.rowcount != 1:
                    raise CodeRefused
                return "recovery"

        return await asyncio.to_thread(work)

    async def remove(self, account: Account) -> None:
        """No codes any more."""

        def work() -> None:
            with self._database.writing() as connection:
                connection.execute(delete(recovery_codes).where(recovery_codes.c.account == account.id))
                gone = connection.execute(delete(totp_secrets).where(totp_secrets.c.account == account.id))
                if gone.rowcount:
                    self._audit.append(
                        connection, account.name, Act.FACTOR_REMOVED, account.id, Factor.TOTP.value
                    )

        await asyncio.to_thread(work)

    async def recovery_left(self, account: Account) -> int:
        """How many recovery codes are left."""

        def work() -> int:
            with self._database.reading() as connection:
                mine = recovery_codes.c.account == account.id
                query = select(func.count()).select_from(recovery_codes).where(mine)
                return connection.execute(query).scalar_one()

        return await asyncio.to_thread(work)

    def _accept(self, connection: Connection, row: RowMapping, code: str) -> bool:
        sealed = WrappedKey(row["key_id"], row["wrapped_key"])
        secret = self._keyring.unwrap(sealed, row["account"]).decode()
        step = matching_step(secret, _plain(code), self._clock().timestamp(), row["last_step"])
        if step is None:
            return False
        connection.execute(
            update(totp_secrets).where(totp_secrets.c.account == row["account"]).values(last_step=step)
        )
        return True

    def _new_recovery(self, connection: Connection, account: Account) -> list[str]:
        codes = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
        connection.execute(delete(recovery_codes).where(recovery_codes.c.account == account.id))
        connection.execute(
            insert(recovery_codes),
            [{"account": account.id, "hash": self._hash(account, code)} for code in codes],
        )
        return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]

    def _hash(self, account: Account, code: str) -> str:
        text = f"recovery\0{account.id}\0{code}"
        return hmac.new(self._keyring.audit_key, text.encode(), hashlib.sha256).hexdigest()


def _row(connection: Connection, account: Account) -> RowMapping | None:
    query = select(totp_secrets).where(totp_secrets.c.account == account.id)
    return connection.execute(query).mappings().first()


def _plain(code: str) -> str:
    """As people type it: with spaces, hyphens, capitals."""
    return "".join(code.split()).replace("-", "").lower()
