"""Passkeys: WebAuthn credentials (W3C Web Authentication Level 3) as second factor or as the whole sign-in.

Only public keys are kept. The private one stays in the authenticator, which signs for this very address
(the relying party) and nobody else's: there is nothing to phish.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import webauthn
from sqlalchemy import delete, insert, select, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from robot.cases.database import Clock, Database, stamp, utc_now
from robot.cases.part import StorePart
from robot.cases.tables import passkeys
from robot.staff.accounts import Account, Factor, Told
from robot.staff.audit import Act, AuditLog
from robot.staff.pending import Pending

CHALLENGE_S = 300.0
MOST = 20  # passkeys of one account


class PasskeyRefused(Told):
    """The authenticator's answer is not accepted."""

    def __init__(
        self,
        german: str = "Dieser Passkey wurde nicht angenommen. Bitte versuchen Sie es noch einmal.",
        english: str = "This passkey was not accepted. Please try again.",
    ) -> None:
        super().__init__(german, english)


@dataclass(frozen=True)
class RelyingParty:
    """Whom a passkey signs for: the name in the address of the pages, and the address itself."""

    id: str
    origin: str
    town: str = ""


@dataclass(frozen=True)
class PasskeyFacts:
    """A passkey as its owner sees it; `used`: ISO 8601, "" = never."""

    id: str
    name: str
    created: str
    used: str


@dataclass(frozen=True)
class _Challenge:
    challenge: bytes
    account: str  # "": whoever answers
    making: bool
    party: RelyingParty


class Passkeys(StorePart):
    """All passkeys. Methods raise StoreError."""

    def __init__(self, database: Database, audit: AuditLog, *, clock: Clock = utc_now) -> None:
        super().__init__(database, clock=clock)
        self._audit = audit
        self._challenges: Pending[_Challenge] = Pending(CHALLENGE_S)

    async def begin_making(self, account: Account, party: RelyingParty) -> tuple[str, dict[str, Any]]:
        """A challenge's id and what navigator.credentials.create() takes. Raises PasskeyRefused."""
        here = await asyncio.to_thread(self._credentials, account.id)
        if len(here) >= MOST:
            raise PasskeyRefused(
                "Sie haben schon sehr viele Passkeys. Bitte entfernen Sie zuerst einen.",
                "You have very many passkeys already. Please remove one first.",
            )
        options = webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name=f"Rathauslotse {party.town}".strip(),
            user_name=account.name,
            user_id=account.id.encode(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in here],
        )
        kept = _Challenge(options.challenge, account.id, True, party)
        return self._challenges.put(kept), json.loads(webauthn.options_to_json(options))

    async def make(self, account: Account, challenge: str, answer: Mapping[str, Any], name: str) -> None:
        """Keep the new passkey. Raises PasskeyRefused."""
        asked = self._challenges.take(challenge)
        if asked is None or not asked.making or asked.account != account.id:
            raise PasskeyRefused
        try:
            made = webauthn.verify_registration_response(
                credential=dict(answer),
                expected_challenge=asked.challenge,
                expected_rp_id=asked.party.id,
                expected_origin=asked.party.origin,
                require_user_verification=True,
            )
        except Exception as error:  # whatever the parsers make of nonsense
            raise PasskeyRefused from error

        def work() -> None:
            with self._database.writing() as connection:
                here = passkeys.c.credential == made.credential_id
                if connection.execute(select(passkeys.c.id).where(here)).first():
                    raise PasskeyRefused("Diesen Passkey gibt es schon.", "This passkey is there already.")
                passkey = secrets.token_hex(6)
                connection.execute(
                    insert(passkeys).values(
                        id=passkey,
                        account=account.id,
                        credential=made.credential_id,
                        public_key=made.credential_public_key,
                        sign_count=made.sign_count,
                        name=name,
                        created=stamp(self._clock()),
                    )
                )
                detail = f"{Factor.PASSKEY.value}:{passkey}"
                self._audit.append(connection, account.name, Act.FACTOR_ADDED, account.id, detail)

        await asyncio.to_thread(work)

    async def begin(self, account: Account | None, party: RelyingParty) -> tuple[str, dict[str, Any]]:
        """A challenge's id and what navigator.credentials.get() takes.

        `account`: who has given the password already; None: whoever owns the passkey, which then is the
        complete sign-in (discoverable credentials).
        """
        known = await asyncio.to_thread(self._credentials, account.id) if account else []
        options = webauthn.generate_authentication_options(
            rp_id=party.id,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        kept = _Challenge(options.challenge, account.id if account else "", False, party)
        return self._challenges.put(kept), json.loads(webauthn.options_to_json(options))

    async def check(self, challenge: str, answer: Mapping[str, Any]) -> str:
        """The id of the account whose passkey has answered; a challenge is answered once.

        Raises PasskeyRefused, also when the account is not the one that was asked.
        """
        asked = self._challenges.take(challenge)
        if asked is None or asked.making:
            raise PasskeyRefused
        try:
            credential = webauthn.base64url_to_bytes(str(answer.get("id", "")))
        except ValueError as error:
            raise PasskeyRefused from error

        def work() -> str:
            with self._database.writing() as connection:
                found = connection.execute(select(passkeys).where(passkeys.c.credential == credential))
                row = found.mappings().first()
                if row is None or asked.account not in ("", row["account"]):
                    raise PasskeyRefused
                try:
                    right = webauthn.verify_authentication_response(
                        credential=dict(answer),
                        expected_challenge=asked.challenge,
                        expected_rp_id=asked.party.id,
                        expected_origin=asked.party.origin,
                        credential_public_key=row["public_key"],
                        credential_current_sign_count=row["sign_count"],
                        require_user_verification=True,
                    )
                except Exception as error:  # whatever the parsers make of nonsense
                    raise PasskeyRefused from error
                connection.execute(
                    update(passkeys)
                    .where(passkeys.c.id == row["id"])
                    .values(sign_count=right.new_sign_count, used=stamp(self._clock()))
                )
                return str(row["account"])

        return await asyncio.to_thread(work)

    async def of(self, account: Account) -> list[PasskeyFacts]:
        """The account's passkeys, the oldest first."""

        def work() -> list[PasskeyFacts]:
            with self._database.reading() as connection:
                query = select(passkeys).where(passkeys.c.account == account.id).order_by(passkeys.c.created)
                return [
                    PasskeyFacts(row["id"], row["name"], row["created"], row["used"] or "")
                    for row in connection.execute(query).mappings()
                ]

        return await asyncio.to_thread(work)

    async def remove(self, account: Account, passkey: str) -> bool:
        """Whether there was one of this id."""

        def work() -> bool:
            with self._database.writing() as connection:
                mine = (passkeys.c.account == account.id) & (passkeys.c.id == passkey)
                gone = connection.execute(delete(passkeys).where(mine)).rowcount == 1
                if gone:
                    detail = f"{Factor.PASSKEY.value}:{passkey}"
                    self._audit.append(connection, account.name, Act.FACTOR_REMOVED, account.id, detail)
                return gone

        return await asyncio.to_thread(work)

    def _credentials(self, account: str) -> list[bytes]:
        with self._database.reading() as connection:
            query = select(passkeys.c.credential).where(passkeys.c.account == account)
            return list(connection.execute(query).scalars())
