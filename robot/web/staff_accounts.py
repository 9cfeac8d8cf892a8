"""One's own account, and the accounts of others for the administrator."""

from typing import Annotated

import qrcode
from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from robot.staff.accounts import (
    Account,
    AccountFacts,
    AccountUnknown,
    Factor,
    LastAdministrator,
    SignInRefused,
    Told,
)
from robot.staff.audit import Act
from robot.staff.passkeys import PasskeyRefused
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.staff.totp import CodeRefused, CodesThere, uri
from robot.web.account_view import (
    AccountMade,
    AccountRow,
    Code,
    NewAccount,
    NewPasskey,
    NewPassword,
    NewRole,
    OwnAccount,
    PasskeyChallenge,
    PasskeyRow,
    RecoveryCodes,
    SessionRow,
    SetUpLink,
    TotpSecret,
)
from robot.web.guard import REFUSALS, Guard, Refused
from robot.web.staff_services import StaffServices
from robot.web.staff_sign_in import refused

FRESH_S = 15 * 60.0  # after the sign-in: who finds an open page later adds no passkey of their own

_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def accounts_router(services: StaffServices, guard: Guard) -> APIRouter:
    """The routes of `robot.web.account_view` below self and accounts."""
    router = APIRouter(prefix="/api/staff", responses=REFUSALS)
    _own(router, services, guard)
    _others(router, services, guard)
    return router


def _own(router: APIRouter, services: StaffServices, guard: Guard) -> None:
    office, rules, changed = services.office, services.sign_in, services.changed

    async def mine(who: Session) -> Account:
        return await office.accounts.get(who.account)

    def fresh(who: Session) -> None:
        if office.sessions.age_s(who) > FRESH_S:
            raise Refused(
                401,
                "Zur Sicherheit: Bitte melden Sie sich dafür noch einmal an.",
                "For your safety: please sign in again to do this.",
            )

    def has_one(who: Session) -> None:
        """A second factor is there now: everything else is allowed."""
        for session in office.sessions.of(who.account):
            session.limited = False
        changed.notify()

    async def keep_one(account: Account, gone: Factor) -> None:
        keys = len(await office.passkeys.of(account))
        rest = account.factors - {gone} if gone is Factor.TOTP or keys < 2 else account.factors
        if rules.second_factor_required and not rest:
            raise Refused(
                409,
                "Das ist Ihr letzter zweiter Faktor. Bitte richten Sie zuerst einen anderen ein.",
                "This is your last second factor. Please set up another one first.",
            )

    @router.get("/self")
    async def own(who: Annotated[Session, Depends(guard.sees(Right.SELF))]) -> OwnAccount:
        facts = await office.accounts.facts(who.account)
        return OwnAccount(
            name=who.name,
            role=who.role,
            password=facts.password,
            required=rules.second_factor_required,
            totp=Factor.TOTP in facts.account.factors,
            recovery_left=await office.codes.recovery_left(facts.account),
            passkeys=[
                PasskeyRow(id=key.id, name=key.name, created=key.created, used=key.used)
                for key in await office.passkeys.of(facts.account)
            ],
            sessions=[
                SessionRow(id=one.id, since=one.since, here=one is who)
                for one in office.sessions.of(who.account)
            ],
        )

    @router.post("/self/password", status_code=204)
    async def change_password(
        body: NewPassword, who: Annotated[Session, Depends(guard.acts(Right.SELF))]
    ) -> None:
        try:
            await office.accounts.change_password(await mine(who), body.current, body.new)
        except SignInRefused as error:
            raise refused(error, 422) from None
        except Told as error:
            raise refused(error, 422) from None
        office.sessions.end_those(who.account, lambda session: session is not who)
        changed.notify()

    @router.post("/self/totp/begin")
    async def begin_totp(who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> TotpSecret:
        fresh(who)
        try:
            secret = await office.codes.begin(await mine(who))
        except CodesThere as error:
            raise refused(error, 409) from None
        modules = _modules(uri(secret, who.name, services.town))
        return TotpSecret(secret=secret, size=len(modules), outline=_outline(modules))

    @router.post("/self/totp/confirm")
    async def confirm_totp(
        body: Code, who: Annotated[Session, Depends(guard.acts(Right.SELF))]
    ) -> RecoveryCodes:
        try:
            codes = await office.codes.confirm(await mine(who), body.code)
        except CodeRefused as error:
            raise refused(error, 422) from None
        has_one(who)
        return RecoveryCodes(codes=codes)

    @router.post("/self/totp/remove", status_code=204)
    async def remove_totp(who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> None:
        fresh(who)
        account = await mine(who)
        await keep_one(account, Factor.TOTP)
        await office.codes.remove(account)

    @router.post("/self/passkeys/begin")
    async def begin_passkey(
        request: Request, who: Annotated[Session, Depends(guard.acts(Right.SELF))]
    ) -> PasskeyChallenge:
        fresh(who)
        party = rules.party(request, services.town)
        try:
            challenge, options = await office.passkeys.begin_making(await mine(who), party)
        except PasskeyRefused as error:
            raise refused(error, 409) from None
        return PasskeyChallenge(challenge=challenge, options=options)

    @router.post("/self/passkeys", status_code=204)
    async def make_passkey(
        body: NewPasskey, who: Annotated[Session, Depends(guard.acts(Right.SELF))]
    ) -> None:
        try:
            await office.passkeys.make(await mine(who), body.challenge, body.answer, body.name.strip())
        except PasskeyRefused as error:
            await office.refusals.note(who.name, "passkey")
            raise refused(error, 422) from None
        has_one(who)

    @router.post("/self/passkeys/{passkey}/remove", status_code=204)
    async def remove_passkey(passkey: _Id, who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> None:
        fresh(who)
        account = await mine(who)
        await keep_one(account, Factor.PASSKEY)
        if not await office.passkeys.remove(account, passkey):
            raise Refused(404, "Diesen Passkey gibt es nicht mehr.", "This passkey is gone already.")

    @router.post("/self/sessions/{session}/end", status_code=204)
    async def end_session(session: _Id, who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> None:
        if not office.sessions.end_those(who.account, lambda one: one.id == session):
            raise Refused(404, "Diese Anmeldung ist schon zu Ende.", "This session has ended already.")
        await office.audit.record(who.name, Act.SESSIONS_ENDED, who.account, f"1:{session}")
        changed.notify()

    @router.post("/self/sessions/end", status_code=204)
    async def end_other_sessions(who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> None:
        ended = office.sessions.end_those(who.account, lambda one: one is not who)
        await office.audit.record(who.name, Act.SESSIONS_ENDED, who.account, str(ended))
        changed.notify()


def _others(router: APIRouter, services: StaffServices, guard: Guard) -> None:
    office, rules, changed = services.office, services.sign_in, services.changed

    def row(facts: AccountFacts) -> AccountRow:
        account = facts.account
        return AccountRow(
            id=account.id,
            name=account.name,
            role=account.role,
            locked=facts.locked,
            password=facts.password,
            provider=facts.provider,
            invited=facts.link,
            totp=Factor.TOTP in account.factors,
            passkeys=facts.passkeys,
            sessions=len(office.sessions.of(account.id)),
            created=facts.created,
        )

    async def shown(account: str) -> AccountRow:
        return row(await office.accounts.facts(account))

    def end_all(account: str) -> int:
        ended = office.sessions.end_those(account)
        changed.notify()
        return ended

    @router.get("/accounts")
    async def accounts(who: Annotated[Session, Depends(guard.sees(Right.ACCOUNTS))]) -> list[AccountRow]:
        return [row(facts) for facts in await office.accounts.list()]

    @router.post("/accounts")
    async def add_account(
        body: NewAccount, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]
    ) -> AccountMade:
        link = ""
        try:
            if body.password:
                made = await office.accounts.add(body.name, body.password, body.role, by=who.name)
            else:
                made, link = await office.accounts.invite(body.name, body.role, who.name, rules.link_hours)
        except Told as error:
            raise refused(error, 422) from None
        return AccountMade(account=await shown(made.id), link=link)

    @router.post("/accounts/{account}/role")
    async def change_role(
        account: _Id, body: NewRole, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]
    ) -> AccountRow:
        try:
            await office.accounts.change_role(account, body.role, who.name)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        except LastAdministrator as error:
            raise refused(error, 409) from None
        end_all(account)  # a role holds from the sign-in on
        return await shown(account)

    @router.post("/accounts/{account}/lock")
    async def lock(account: _Id, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]) -> AccountRow:
        try:
            await office.accounts.lock(account, who.name)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        except LastAdministrator as error:
            raise refused(error, 409) from None
        end_all(account)
        return await shown(account)

    @router.post("/accounts/{account}/unlock")
    async def unlock(
        account: _Id, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]
    ) -> AccountRow:
        try:
            await office.accounts.unlock(account, who.name)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        return await shown(account)

    @router.post("/accounts/{account}/reset")
    async def reset(account: _Id, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]) -> AccountRow:
        try:
            await office.accounts.reset_factors(account, who.name)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        end_all(account)
        return await shown(account)

    @router.post("/accounts/{account}/link")
    async def new_link(
        account: _Id, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]
    ) -> SetUpLink:
        try:
            link = await office.accounts.new_link(account, who.name, rules.link_hours)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        except Told as error:
            raise refused(error, 409) from None
        return SetUpLink(link=link, hours=rules.link_hours)

    @router.post("/accounts/{account}/end-sessions")
    async def end_sessions(
        account: _Id, who: Annotated[Session, Depends(guard.acts(Right.ACCOUNTS))]
    ) -> AccountRow:
        try:
            found = await office.accounts.get(account)
        except AccountUnknown as error:
            raise refused(error, 404) from None
        ended = end_all(found.id)
        await office.audit.record(who.name, Act.SESSIONS_ENDED, found.id, str(ended))
        return await shown(account)


def _modules(text: str) -> list[list[bool]]:
    """The QR code (ISO/IEC 18004) of a text, without its quiet zone."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    found: list[list[bool]] = code.get_matrix()
    return found


def _outline(modules: list[list[bool]]) -> str:
    """SVG path data: one bar per run of dark modules."""
    bars = []
    for y, line in enumerate(modules):
        start = None
        for x, dark in enumerate([*line, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                bars.append(f"M{start} {y}h{x - start}v1h{start - x}z")
                start = None
    return "".join(bars)
