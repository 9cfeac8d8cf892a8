"""Staff accounts: names, roles, argon2id passwords, and waiting times after wrong ones."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from robot.cases.crypto import Keyring
from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import passkeys, recovery_codes, sign_in_failures, staff, totp_secrets
from robot.staff.audit import Act, AuditLog
from robot.staff.rights import Role

MIN_PASSWORD = 10
MAX_PASSWORD = 200
MAX_NAME = 80
FREE_TRIES = 5
LINK_HOURS = 72
_FIRST_WAIT_S = 30
_LONGEST_WAIT_S = 15 * 60


class Told(ValueError):
    """A refusal as one sentence: `str()` is German, `english` English."""

    def __init__(self, german: str, english: str) -> None:
        super().__init__(german)
        self.english = english


class NameRefused(Told):
    """The account's name or role cannot be used."""


class PasswordRefused(Told):
    """The password is too weak."""


class AccountUnknown(Told):
    """There is no such account."""

    def __init__(self) -> None:
        super().__init__("Dieses Konto gibt es nicht.", "There is no such account.")


class LastAdministrator(Told):
    """Nobody could manage accounts any more."""

    def __init__(self) -> None:
        super().__init__(
            "Das ist das letzte Konto der Verwaltung. Bitte geben Sie zuerst jemand anderem diese Rolle.",
            "This is the last administrator's account. Please give somebody else this role first.",
        )


class LinkRefused(Told):
    """A set-up link is unknown, used or too old."""

    def __init__(self) -> None:
        super().__init__(
            "Dieser Link gilt nicht mehr. Bitte lassen Sie sich einen neuen geben.",
            "This link is no longer valid. Please ask for a new one.",
        )


class SignInRefused(Told):
    """Wrong name or password, or too many tries; the same for unknown names."""

    def __init__(self, retry_after_s: int = 0) -> None:
        """`retry_after_s`: how long to wait; 0 for a plain wrong password."""
        self.retry_after_s = retry_after_s
        if retry_after_s:
            super().__init__(
                f"Zu viele Fehlversuche. Bitte warten Sie {_spoken(retry_after_s)}.",
                f"Too many failed attempts. Please wait {_spoken_in_english(retry_after_s)}.",
            )
        else:
            super().__init__("Name oder Passwort stimmt nicht.", "The name or the password is wrong.")


class AccountLocked(SignInRefused):
    """The administrator has locked the account; told only to who knows the password."""

    def __init__(self) -> None:
        self.retry_after_s = 0
        Told.__init__(
            self,
            "Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Verwaltung.",
            "This account is locked. Please ask your administrator.",
        )


class WrongPassword(SignInRefused):
    """Who is signed in and wants another password has not typed the present one."""

    def __init__(self) -> None:
        self.retry_after_s = 0
        Told.__init__(
            self, "Ihr bisheriges Passwort stimmt nicht.", "Your present password is not what you typed."
        )


class Factor(enum.StrEnum):
    """What an account asks for besides the password."""

    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Account:
    """Who signed in; `id` is how the audit log names the account.

    `factors`: second factors; while there are some, the password alone signs nobody in.
    """

    name: str
    role: Role
    id: str = ""
    factors: frozenset[Factor] = frozenset()


@dataclass(frozen=True)
class AccountFacts:
    """What the administrator sees of an account."""

    account: Account
    locked: bool
    password: bool  # can sign in with a password
    provider: bool  # signs in with the town's provider
    link: bool  # a set-up link waits for its use
    passkeys: int
    created: str


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

    async def add(self, name: str, password: str, role: str, *, by: str = "lotse staff add") -> Account:
        """A new account. `by`: who adds it, for the audit log. Raises NameRefused, PasswordRefused."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self.create, name, password, role, by=by)

    def create(self, name: str, password: str, role: str, *, by: str = "lotse staff add") -> Account:
        """The same, blocking."""
        name = _clean_name(name)
        _check_password(name, password)
        hashed = self._hasher.hash(_normal(password))
        with self._database.writing() as connection:
            return self._insert(connection, name, role, hashed, by)

    async def invite(self, name: str, role: str, by: str, hours: int = LINK_HOURS) -> tuple[Account, str]:
        """A new account without a password, and the token of its set-up link. Raises NameRefused."""

        def work() -> tuple[Account, str]:
            with self._database.writing() as connection:
                account = self._insert(connection, _clean_name(name), role, "", by)
                return account, self._link(connection, account.id, hours)

        return await asyncio.to_thread(work)

    async def new_link(self, account: str, by: str, hours: int = LINK_HOURS) -> str:
        """The token of a new set-up link, for who has forgotten the password. Raises AccountUnknown."""

        def work() -> str:
            with self._database.writing() as connection:
                row = _row(connection, account)
                if row["subject"]:
                    raise NameRefused(
                        "Dieses Konto hat hier kein Passwort: Es gehört zum Verwaltungskonto.",
                        "This account has no password here: it belongs to the provider's account.",
                    )
                self._audit.append(connection, by, Act.LINK_MADE, account)
                return self._link(connection, account, hours)

        return await asyncio.to_thread(work)

    async def use_link(self, token: str, password: str) -> Account:
        """Set the password that a set-up link allows, once. Raises LinkRefused, PasswordRefused."""

        def work() -> Account:
            now = stamp(self._clock())
            here = staff.c.link_hash == _link_hash(token)
            with self._database.reading() as connection:
                row = connection.execute(select(staff).where(here)).mappings().first()
            if row is None or row["link_until"] < now or row["locked"]:
                raise LinkRefused
            _check_password(row["name"], password)
            hashed = self._hasher.hash(_normal(password))
            with self._database.writing() as connection:
                done = connection.execute(
                    update(staff).where(here).values(password_hash=hashed, link_hash=None, link_until=None)
                )
                if done.rowcount != 1:
                    raise LinkRefused
                self._audit.append(connection, row["name"], Act.ACCESS_CHANGED, row["id"], "link")
                return _account(connection, row)

        async with self._one_at_a_time:
            return await asyncio.to_thread(work)

    async def change_password(self, account: Account, current: str, new: str) -> None:
        """Raises SignInRefused when `current` is wrong, PasswordRefused when `new` is weak."""

        def work() -> None:
            who = self._pseudonym(account.name)
            with self._database.reading() as connection:
                self._refuse_while_locked(connection, who)
                hashed = _row(connection, account.id)["password_hash"]
            right = self._matches(hashed, current)
            fresh = ""
            if right:
                _check_password(account.name, new)
                fresh = self._hasher.hash(_normal(new))
            with self._database.writing() as connection:
                self._refuse_while_locked(connection, who)
                if right:
                    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.who == who))
                    connection.execute(
                        update(staff).where(staff.c.id == account.id).values(password_hash=fresh)
                    )
                    self._audit.append(connection, account.name, Act.ACCESS_CHANGED, account.id)
                else:
                    self._count_failure(connection, who)
                    self._audit.append(connection, account.name, Act.SIGN_IN_FAILED, account.id)
            if not right:
                raise WrongPassword

        async with self._one_at_a_time:
            await asyncio.to_thread(work)

    async def verify(self, name: str, password: str) -> Account:
        """The account of a right name and password. Raises SignInRefused; both ends are audited.

        An account with second factors is not signed in by that: `signed_in` follows when one was right.
        """
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._verify, name, password)

    def _verify(self, name: str, password: str) -> Account:
        who = self._pseudonym(name)
        with self._database.reading() as connection:
            self._refuse_while_locked(connection, who)
            row = connection.execute(select(staff).where(staff.c.key == _key(name))).mappings().first()
        hashed = row["password_hash"] if row and row["password_hash"] else self._nobody
        right = self._matches(hashed, password) and row is not None
        fresh = ""
        if right and self._hasher.check_needs_rehash(hashed):
            fresh = self._hasher.hash(_normal(password))
        found: Account | None = None
        with self._database.writing() as connection:
            self._refuse_while_locked(connection, who)  # tries that ran side by side count one by one
            if row is None or not right:
                self._count_failure(connection, who)
                # an unknown name is not written down: it may be a password typed into the wrong field
                self._audit.append(connection, row["name"] if row else "unbekannt", Act.SIGN_IN_FAILED)
            elif row["locked"]:
                self._audit.append(connection, row["name"], Act.SIGN_IN_FAILED, detail="locked")
            else:
                found = _account(connection, row)
                if fresh:
                    connection.execute(
                        update(staff).where(staff.c.key == row["key"]).values(password_hash=fresh)
                    )
                if not found.factors:
                    self._complete(connection, found, "")
        if found is None:
            raise AccountLocked if right else SignInRefused
        return found

    async def signed_in(self, account: Account, how: str) -> Account:
        """A second factor, a passkey or the provider was right. The account as it is now.

        Raises SignInRefused while the account has to wait, AccountLocked, AccountUnknown.
        """

        def work() -> Account:
            locked = False
            with self._database.writing() as connection:
                row = _row(connection, account.id)
                self._refuse_while_locked(connection, self._pseudonym(row["name"]))
                locked = row["locked"]
                fresh = _account(connection, row)
                if locked:
                    self._audit.append(connection, row["name"], Act.SIGN_IN_FAILED, detail="locked")
                else:
                    self._complete(connection, fresh, how)
            if locked:
                raise AccountLocked
            return fresh

        return await asyncio.to_thread(work)

    def _complete(self, connection: Connection, account: Account, how: str) -> None:
        who = self._pseudonym(account.name)
        connection.execute(delete(sign_in_failures).where(sign_in_failures.c.who == who))
        self._audit.append(connection, account.name, Act.SIGNED_IN, detail=how)

    async def refuse_while_locked(self, account: Account) -> None:
        """Raises SignInRefused while the account has to wait after wrong passwords or codes."""

        def work() -> None:
            with self._database.reading() as connection:
                self._refuse_while_locked(connection, self._pseudonym(account.name))

        await asyncio.to_thread(work)

    async def factor_failed(self, account: Account, how: str) -> None:
        """A wrong second factor counts like a wrong password. Raises SignInRefused when it has to wait."""

        def work() -> None:
            who = self._pseudonym(account.name)
            with self._database.writing() as connection:
                self._refuse_while_locked(connection, who)
                self._count_failure(connection, who)
                self._audit.append(connection, account.name, Act.FACTOR_FAILED, account.id, how)

        await asyncio.to_thread(work)

    async def get(self, account: str) -> Account:
        """The account of an id. Raises AccountUnknown."""

        def work() -> Account:
            with self._database.reading() as connection:
                return _account(connection, _row(connection, account))

        return await asyncio.to_thread(work)

    async def list(self) -> list[AccountFacts]:
        """All accounts by name."""

        def work() -> list[AccountFacts]:
            with self._database.reading() as connection:
                rows = connection.execute(select(staff).order_by(staff.c.key)).mappings()
                return [self._facts(connection, row) for row in rows]

        return await asyncio.to_thread(work)

    async def facts(self, account: str) -> AccountFacts:
        """One of them. Raises AccountUnknown."""

        def work() -> AccountFacts:
            with self._database.reading() as connection:
                return self._facts(connection, _row(connection, account))

        return await asyncio.to_thread(work)

    def _facts(self, connection: Connection, row: RowMapping) -> AccountFacts:
        keys = select(func.count()).select_from(passkeys).where(passkeys.c.account == row["id"])
        return AccountFacts(
            account=_account(connection, row),
            locked=row["locked"],
            password=bool(row["password_hash"]),
            provider=bool(row["subject"]),
            link=bool(row["link_hash"]) and row["link_until"] >= stamp(self._clock()),
            passkeys=connection.execute(keys).scalar_one(),
            created=row["created"],
        )

    async def change_role(self, account: str, role: Role, by: str) -> None:
        """Raises AccountUnknown, LastAdministrator."""

        def work() -> None:
            with self._database.writing() as connection:
                row = _row(connection, account)
                if role is not Role.ADMINISTRATOR:
                    _keep_an_administrator(connection, row)
                connection.execute(update(staff).where(staff.c.id == account).values(role=role.value))
                self._audit.append(connection, by, Act.ROLE_CHANGED, account, f"{row['role']}->{role.value}")

        await asyncio.to_thread(work)

    async def lock(self, account: str, by: str) -> None:
        """Nobody signs in to it until it is unlocked. Raises AccountUnknown, LastAdministrator."""

        def work() -> None:
            with self._database.writing() as connection:
                _keep_an_administrator(connection, _row(connection, account))
                connection.execute(update(staff).where(staff.c.id == account).values(locked=True))
                self._audit.append(connection, by, Act.ACCOUNT_LOCKED, account)

        await asyncio.to_thread(work)

    async def unlock(self, account: str, by: str) -> None:
        """Also forgets wrong passwords. Raises AccountUnknown."""

        def work() -> None:
            with self._database.writing() as connection:
                who = self._pseudonym(_row(connection, account)["name"])
                connection.execute(update(staff).where(staff.c.id == account).values(locked=False))
                connection.execute(delete(sign_in_failures).where(sign_in_failures.c.who == who))
                self._audit.append(connection, by, Act.ACCOUNT_UNLOCKED, account)

        await asyncio.to_thread(work)

    async def reset_factors(self, account: str, by: str) -> None:
        """Forget codes and passkeys of who has lost them. Raises AccountUnknown."""

        def work() -> None:
            with self._database.writing() as connection:
                _row(connection, account)
                for table in (totp_secrets, recovery_codes, passkeys):
                    connection.execute(delete(table).where(table.c.account == account))
                self._audit.append(connection, by, Act.FACTOR_REMOVED, account, "all")

        await asyncio.to_thread(work)

    async def from_provider(self, issuer: str, subject: str, name: str, role: Role) -> Account:
        """The account of whom the provider means, made at the first sign-in, with the role of today.

        It is found by issuer and subject alone (OpenID Connect Core section 5.7), never by name: a name that
        is taken gets a number. Raises AccountLocked, NameRefused.
        """
        who = self._mac("subject", f"{issuer}\0{subject}")

        def work() -> Account:
            locked = False
            with self._database.writing() as connection:
                row = connection.execute(select(staff).where(staff.c.subject == who)).mappings().first()
                if row is None:
                    free = _free_name(connection, _clean_name(name))
                    made = self._insert(connection, free, role.value, "", "OpenID Connect", who)
                    row = _row(connection, made.id)
                elif row["role"] != role.value:
                    connection.execute(update(staff).where(staff.c.id == row["id"]).values(role=role.value))
                    detail = f"{row['role']}->{role.value}"
                    self._audit.append(connection, "OpenID Connect", Act.ROLE_CHANGED, row["id"], detail)
                    row = _row(connection, row["id"])
                locked = row["locked"]
                account = Account(row["name"], role, row["id"])
                if locked:
                    self._audit.append(connection, row["name"], Act.SIGN_IN_FAILED, detail="locked")
                else:
                    self._audit.append(connection, row["name"], Act.SIGNED_IN, detail="oidc")
            if locked:
                raise AccountLocked
            return account

        return await asyncio.to_thread(work)

    def _insert(
        self,
        connection: Connection,
        name: str,
        role: str,
        password_hash: str,
        by: str,
        subject: str | None = None,
    ) -> Account:
        try:
            account = Account(name, Role(role), f"s{secrets.token_hex(4)}")
        except ValueError:
            roles = ", ".join(f"„{role}“" for role in Role)
            raise NameRefused(
                f"Die Rolle muss eine von diesen sein: {roles}.", f"The role must be one of these: {roles}."
            ) from None
        if connection.execute(select(staff.c.key).where(staff.c.key == _key(name))).first():
            raise NameRefused(f"Das Konto „{name}“ gibt es schon.", f"There is an account {name} already.")
        connection.execute(
            insert(staff).values(
                key=_key(name),
                id=account.id,
                name=name,
                role=account.role.value,
                password_hash=password_hash,
                created=stamp(self._clock()),
                subject=subject,
            )
        )
        self._audit.append(connection, by, Act.ACCOUNT_ADDED, detail=f"{account.id}:{account.role.value}")
        return account

    def _link(self, connection: Connection, account: str, hours: int) -> str:
        token = secrets.token_urlsafe(24)
        until = stamp(self._clock() + timedelta(hours=hours))
        connection.execute(
            update(staff).where(staff.c.id == account).values(link_hash=_link_hash(token), link_until=until)
        )
        return token

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
            # longer than any wait: the machine's clock was set back since, the count of failures stays
            if 0 < left <= _LONGEST_WAIT_S:
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
        return self._mac("name", _key(name))

    def _mac(self, kind: str, text: str) -> str:
        return hmac.new(self._keyring.audit_key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def _row(connection: Connection, account: str) -> RowMapping:
    row = connection.execute(select(staff).where(staff.c.id == account)).mappings().first()
    if row is None:
        raise AccountUnknown
    return row


def _account(connection: Connection, row: RowMapping) -> Account:
    found = {
        Factor.TOTP: select(totp_secrets.c.account).where(
            totp_secrets.c.account == row["id"], totp_secrets.c.confirmed
        ),
        Factor.PASSKEY: select(passkeys.c.account).where(passkeys.c.account == row["id"]),
    }
    factors = frozenset(factor for factor, query in found.items() if connection.execute(query).first())
    return Account(row["name"], Role(row["role"]), row["id"], factors)


def _keep_an_administrator(connection: Connection, row: RowMapping) -> None:
    if row["role"] != Role.ADMINISTRATOR or row["locked"]:
        return
    others = (
        select(func.count())
        .select_from(staff)
        .where(staff.c.role == Role.ADMINISTRATOR.value, staff.c.locked.is_(False), staff.c.id != row["id"])
    )
    if not connection.execute(others).scalar_one():
        raise LastAdministrator


def _free_name(connection: Connection, name: str) -> str:
    taken = set(connection.execute(select(staff.c.key)).scalars())
    tried, number = name, 1
    while _key(tried) in taken:
        number += 1
        tried = f"{name[: MAX_NAME - 5]} {number}"
    return tried


def _link_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _normal(password: str) -> str:
    """The same characters however the keyboard composed them (RFC 8265 section 4.2.2)."""
    return unicodedata.normalize("NFC", password)


def _clean_name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    with contextlib.suppress(UnicodeEncodeError):
        name.encode()  # half of a surrogate pair can be sent, but not stored
        if 1 <= len(name) <= MAX_NAME and len(_key(name)) <= MAX_NAME and name.isprintable():
            return name
    raise NameRefused(
        f"Der Name muss aus 1 bis {MAX_NAME} druckbaren Zeichen bestehen.",
        f"The name must have 1 to {MAX_NAME} printable characters.",
    )


def _check_password(name: str, password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise PasswordRefused(
            f"Das Passwort muss mindestens {MIN_PASSWORD} Zeichen lang sein.",
            f"The password must have at least {MIN_PASSWORD} characters.",
        )
    if len(password) > MAX_PASSWORD:
        raise PasswordRefused(
            f"Das Passwort darf höchstens {MAX_PASSWORD} Zeichen lang sein.",
            f"The password must not have more than {MAX_PASSWORD} characters.",
        )
    if len(set(password)) < 5:
        raise PasswordRefused(
            "Das Passwort muss aus mindestens fünf verschiedenen Zeichen bestehen.",
            "The password must have at least five different characters.",
        )
    if len(name) >= 3 and _key(name) in password.casefold():
        raise PasswordRefused(
            "Das Passwort darf den Namen des Kontos nicht enthalten.",
            "The password must not contain the account's name.",
        )


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return "eine Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    minutes = -(-seconds // 60)
    return "eine Minute" if minutes == 1 else f"{minutes} Minuten"


def _spoken_in_english(seconds: int) -> str:
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
