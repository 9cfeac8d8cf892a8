"""Staff accounts: names, roles, argon2id passwords, and waiting times after wrong ones."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from robot.cases.crypto import Keyring
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import sign_in_failures, staff
from robot.staff.audit import Act, AuditLog
from robot.staff.rights import Role

MIN_PASSWORD = 10
MAX_PASSWORD = 200
MAX_NAME = 80
FREE_TRIES = 5
_FIRST_WAIT_S = 30
_LONGEST_WAIT_S = 15 * 60


class NameRefused(ValueError):
    """The account's name cannot be used; one German sentence."""


class PasswordRefused(ValueError):
    """The password is too weak; one German sentence."""


class SignInRefused(Exception):
    """Wrong name or password, or too many tries; the same for unknown names. One German sentence."""

    def __init__(self, retry_after_s: int = 0) -> None:
        """`retry_after_s`: how long to wait; 0 for a plain wrong password."""
        self.retry_after_s = retry_after_s
        super().__init__(
            f"Zu viele Fehlversuche. Bitte warten Sie {_spoken(retry_after_s)}."
            if retry_after_s
            else "Name oder Passwort stimmt nicht."
        )


@dataclass(frozen=True)
class Account:
    """Who signed in; `id` is how the audit log names the account."""

    name: str
    role: Role
    id: str = ""


class StaffAccounts(StorePart):
    """The accounts. Methods raise StoreError when the database cannot."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        audit: AuditLog,
        *,
        clock: Clock = utc_now,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """`hasher`: argon2id with the costs of RFC 9106 section 4 (second choice) unless given."""
        super().__init__(database, clock=clock)
        self._keyring = keyring
        self._audit = audit
        self._hasher = hasher or PasswordHasher()
        # verified for unknown names, so that they take as long as known ones
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._one_at_a_time = asyncio.Semaphore(1)  # each try takes 64 MiB for a moment

    async def add(self, name: str, password: str, role: str) -> Account:
        """A new account. Raises NameRefused, PasswordRefused."""
        return await asyncio.to_thread(self.create, name, password, role)

    def create(self, name: str, password: str, role: str, *, by: str = "lotse staff add") -> Account:
        """The same, blocking. `by`: who adds it, for the audit log."""
        name = _clean_name(name)
        _check_password(name, password)
        try:
            account = Account(name, Role(role), f"s{secrets.token_hex(4)}")
        except ValueError:
            roles = ", ".join(f"„{role}“" for role in Role)
            raise NameRefused(f"Die Rolle muss eine von diesen sein: {roles}.") from None
        hashed = self._hasher.hash(_normal(password))
        with self._database.writing() as connection:
            if connection.execute(select(staff.c.key).where(staff.c.key == _key(name))).first():
                raise NameRefused(f"Das Konto „{name}“ gibt es schon.")
            connection.execute(
                insert(staff).values(
                    key=_key(name),
                    id=account.id,
                    name=name,
                    role=account.role.value,
                    password_hash=hashed,
                    created=stamp(self._clock()),
                )
            )
            self._audit.append(connection, by, Act.ACCOUNT_ADDED, detail=f"{account.id}:{account.role.value}")
        return account

    async def verify(self, name: str, password: str) -> Account:
        """The account of a right name and password. Raises SignInRefused; both ends are audited."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._verify, name, password)

    def _verify(self, name: str, password: str) -> Account:
        who = self._pseudonym(name)
        with self._database.reading() as connection:
            self._refuse_while_locked(connection, who)
            row = connection.execute(select(staff).where(staff.c.key == _key(name))).mappings().first()
        hashed = row["password_hash"] if row else self._nobody
        right = self._matches(hashed, password) and row is not None
        fresh = ""
        if right and self._hasher.check_needs_rehash(hashed):
            fresh = self._hasher.hash(_normal(password))
        with self._database.writing() as connection:
            self._refuse_while_locked(connection, who)  # tries that ran side by side count one by one
            if row is None or not right:
                self._count_failure(connection, who)
                # an unknown name is not written down: it may be a password typed into the wrong field
                self._audit.append(connection, row["name"] if row else "unbekannt", Act.SIGN_IN_FAILED)
            else:
                connection.execute(delete(sign_in_failures).where(sign_in_failures.c.who == who))
                if fresh:
                    connection.execute(
                        update(staff).where(staff.c.key == row["key"]).values(password_hash=fresh)
                    )
                self._audit.append(connection, row["name"], Act.SIGNED_IN)
        if row is None or not right:
            raise SignInRefused
        return Account(row["name"], Role(row["role"]), row["id"])

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    def _refuse_while_locked(self, connection: Connection, who: str) -> None:
        until = connection.execute(
            select(sign_in_failures.c.locked_until).where(sign_in_failures.c.who == who)
        ).scalar()
        if until:
            left = (datetime.fromisoformat(until) - self._clock()).total_seconds()
            if left > 0:
                raise SignInRefused(max(1, round(left)))

    def _count_failure(self, connection: Connection, who: str) -> None:
        now = self._clock()
        here = sign_in_failures.c.who == who
        before = connection.execute(select(sign_in_failures.c.failures).where(here)).scalar()
        failures = (before or 0) + 1
        wait = 0
        if failures >= FREE_TRIES:
            wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(failures - FREE_TRIES, 10))
        values = {
            "failures": failures,
            "last": stamp(now),
            "locked_until": stamp(now + timedelta(seconds=wait)),
        }
        if before is None:
            connection.execute(insert(sign_in_failures).values(who=who, **values))
        else:
            connection.execute(update(sign_in_failures).where(here).values(**values))

    def _pseudonym(self, name: str) -> str:
        return hmac.new(self._keyring.audit_key, f"name\0{_key(name)}".encode(), hashlib.sha256).hexdigest()


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _normal(password: str) -> str:
    """The same characters however the keyboard composed them (RFC 8265 section 4.2.2)."""
    return unicodedata.normalize("NFC", password)


def _clean_name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(name) <= MAX_NAME or len(_key(name)) > MAX_NAME or not name.isprintable():
        raise NameRefused(f"Der Name muss aus 1 bis {MAX_NAME} druckbaren Zeichen bestehen.")
    return name


def _check_password(name: str, password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise PasswordRefused(f"Das Passwort muss mindestens {MIN_PASSWORD} Zeichen lang sein.")
    if len(password) > MAX_PASSWORD:
        raise PasswordRefused(f"Das Passwort darf höchstens {MAX_PASSWORD} Zeichen lang sein.")
    if len(set(password)) < 5:
        raise PasswordRefused("Das Passwort muss aus mindestens fünf verschiedenen Zeichen bestehen.")
    if len(name) >= 3 and _key(name) in password.casefold():
        raise PasswordRefused("Das Passwort darf den Namen des Kontos nicht enthalten.")


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return "eine Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    minutes = -(-seconds // 60)
    return "eine Minute" if minutes == 1 else f"{minutes} Minuten"
