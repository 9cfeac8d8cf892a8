"""Sign-in: password, second factor, passkey, set-up link, OpenID Connect; and signing out."""

import ipaddress
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from robot.staff.accounts import Account, AccountLocked, Factor, LinkRefused, SignInRefused, Told
from robot.staff.audit import Act
from robot.staff.office import BackOffice
from robot.staff.oidc import OidcClient, OidcProblem, OidcRefused
from robot.staff.passkeys import PasskeyRefused, RelyingParty
from robot.staff.pending import Pending
from robot.staff.rights import Right
from robot.staff.sessions import Session
from robot.staff.totp import CodeRefused
from robot.web.account_view import (
    CodeLogin,
    LinkLogin,
    PasskeyAnswer,
    PasskeyBegin,
    PasskeyChallenge,
    SecondStep,
    SignedOut,
    SignInOffer,
)
from robot.web.guard import REFUSALS, Guard, Refused, cookie_of, from_here, token_of
from robot.web.staff_view import Login, Me

OIDC_COOKIE = "lotse_oidc"
_OIDC_PATH = "/api/staff/oidc"
_SECOND_STEP_S = 300.0
_TRIES = 10
_BEGUN = 60  # nothing can be guessed there
_PER_S = 60.0


@dataclass(frozen=True)
class SignInRules:
    """How the staff sign in (settings [staff], [oidc], [web] address)."""

    second_factor_required: bool = False
    link_hours: int = 72
    address: str = ""
    local: bool = True
    provider: OidcClient | None = None
    provider_name: str = ""

    def origin(self, request: Request) -> str:
        """The pages' address as the browser sees it."""
        return self.address or f"{request.url.scheme}://{request.headers['host'].lower()}"

    def party(self, request: Request, town: str) -> RelyingParty:
        """Whom passkeys sign for: a name (W3C WebAuthn, relying party identifier). Raises Refused."""
        origin = self.origin(request)
        host = urlsplit(origin).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return RelyingParty(host, origin, town)
        raise Refused(
            409,
            "Passkeys gehen nur unter einem Namen, nicht unter einer Adresse aus Zahlen.",
            "Passkeys only work with a name, not with an address of numbers.",
        )


class _Tries:
    """How often an address may try to sign in."""

    def __init__(self, most: int = _TRIES) -> None:
        self._most = most
        self._at: dict[str, deque[float]] = {}

    async def __call__(self, request: Request) -> None:
        now = time.monotonic()
        address = request.client.host if request.client else ""
        self._at = {key: at for key, at in self._at.items() if at and at[-1] > now - _PER_S}
        at = self._at.setdefault(address, deque(maxlen=self._most))
        if len(at) == self._most and at[0] > now - _PER_S:
            raise Refused(
                429,
                "Zu viele Anmeldeversuche. Bitte warten Sie eine Minute.",
                "Too many attempts to sign in. Please wait a minute.",
                {"Retry-After": "60"},
            )
        at.append(now)


def me_of(session: Session) -> Me:
    """Who is signed in, for their page."""
    return Me(
        name=session.name,
        role=session.role,
        rights=sorted(session.rights),
        csrf=session.csrf,
        account=session.account,
        limited=session.limited,
    )


def refused(error: Told, status: int) -> Refused:
    """A refusal of the accounts as an answer."""
    wait = getattr(error, "retry_after_s", 0)
    return Refused(
        429 if wait else status, str(error), error.english, {"Retry-After": str(wait)} if wait else None
    )


def sign_in_router(
    office: BackOffice, rules: SignInRules, town: str, guard: Guard, ended: Callable[[], Awaitable[None]]
) -> APIRouter:
    """The routes of `robot.web.account_view` up to `logout`. `ended` follows each signing out."""
    router = APIRouter(prefix="/api/staff", responses=REFUSALS)
    waiting: Pending[Account] = Pending(_SECOND_STEP_S)

    async def ours(request: Request) -> None:
        try:
            await from_here(request)
        except Refused:
            await office.refusals.note("unbekannt", "foreign_page")
            raise

    async def local_only() -> None:
        if not rules.local:
            raise Refused(
                403,
                f"Bitte melden Sie sich mit dem {rules.provider_name} an.",
                f"Please sign in with the {rules.provider_name}.",
            )

    first = [Depends(ours), Depends(local_only), Depends(_Tries())]
    second = [Depends(ours), Depends(local_only), Depends(_Tries())]

    def begin(request: Request, response: Response, account: Account, *, hint: str = "") -> Me:
        office.sessions.end(token_of(request))
        limited = rules.second_factor_required and not account.factors and not hint
        token, begun = office.sessions.begin(account, limited=limited, hint=hint)
        response.set_cookie(
            cookie_of(request),
            token,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
            path="/",
        )
        return me_of(begun)

    def next_step(request: Request, response: Response, account: Account) -> Me | SecondStep:
        if not account.factors:
            return begin(request, response, account)
        response.status_code = 202
        return SecondStep(ticket=waiting.put(account), factors=sorted(account.factors))

    async def waits(ticket: str) -> Account:
        account = waiting.get(ticket)
        if account is None:
            await office.refusals.note("unbekannt", "second_step")
            raise Refused(
                401,
                "Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an.",
                "This took too long. Please sign in again.",
            )
        return account

    async def failed(account: Account, how: Factor, error: Told) -> Refused:
        try:
            await office.accounts.factor_failed(account, how.value)
        except SignInRefused as wait:
            return refused(wait, 401)
        return refused(error, 401)

    @router.get("/sign-in")
    async def offer() -> SignInOffer:
        return SignInOffer(local=rules.local, provider=rules.provider_name if rules.provider else "")

    @router.post(
        "/login", dependencies=first, responses={202: {"model": SecondStep}}, response_model=Me | SecondStep
    )
    async def login(request: Request, response: Response, body: Login) -> Me | SecondStep:
        try:
            account = await office.accounts.verify(body.name, body.password)
        except SignInRefused as error:
            raise refused(error, 401) from None
        return next_step(request, response, account)

    @router.post("/login/code", dependencies=second)
    async def with_code(request: Request, response: Response, body: CodeLogin) -> Me:
        account = await waits(body.ticket)
        try:
            await office.accounts.refuse_while_locked(account)
            how = await office.codes.check(account, body.code)
            account = await office.accounts.signed_in(account, how)
        except CodeRefused as error:
            raise await failed(account, Factor.TOTP, error) from None
        except SignInRefused as error:
            raise refused(error, 401) from None
        waiting.take(body.ticket)
        return begin(request, response, account)

    @router.post("/login/passkey/begin", dependencies=second)
    async def ask_passkey(request: Request, body: PasskeyBegin) -> PasskeyChallenge:
        account = await waits(body.ticket) if body.ticket else None
        challenge, options = await office.passkeys.begin(account, rules.party(request, town))
        return PasskeyChallenge(challenge=challenge, options=options)

    @router.post("/login/passkey", dependencies=[Depends(ours), Depends(local_only), Depends(_Tries())])
    async def with_passkey(request: Request, response: Response, body: PasskeyAnswer) -> Me:
        account = await waits(body.ticket) if body.ticket else None
        try:
            if account:
                await office.accounts.refuse_while_locked(account)
            owner = await office.passkeys.check(body.challenge, body.answer)
            if account and owner != account.id:
                raise PasskeyRefused
            found = await office.accounts.signed_in(await office.accounts.get(owner), Factor.PASSKEY.value)
        except PasskeyRefused as error:
            if account:
                raise await failed(account, Factor.PASSKEY, error) from None
            await office.refusals.note("unbekannt", "passkey")
            raise refused(error, 401) from None
        except SignInRefused as error:
            raise refused(error, 401) from None
        waiting.take(body.ticket)
        return begin(request, response, found)

    @router.post(
        "/login/link",
        dependencies=[Depends(ours), Depends(local_only), Depends(_Tries())],
        responses={202: {"model": SecondStep}},
        response_model=Me | SecondStep,
    )
    async def with_link(request: Request, response: Response, body: LinkLogin) -> Me | SecondStep:
        try:
            account = await office.accounts.use_link(body.link, body.password)
            if not account.factors:
                account = await office.accounts.signed_in(account, "link")
        except SignInRefused as error:
            raise refused(error, 401) from None
        except LinkRefused as error:
            await office.refusals.note("unbekannt", "link")
            raise refused(error, 410) from None
        except Told as error:
            raise refused(error, 422) from None
        return next_step(request, response, account)

    @router.get(
        "/oidc/begin",
        status_code=303,
        response_class=RedirectResponse,
        dependencies=[Depends(_Tries(_BEGUN))],
    )
    async def to_the_provider(request: Request) -> Response:
        if rules.provider is None:
            raise Refused(404, "Ein Verwaltungskonto ist nicht eingerichtet.", "No provider is set up.")
        try:
            leads_to, kept = await rules.provider.begin(f"{rules.origin(request)}{_OIDC_PATH}/back")
        except OidcRefused as error:
            return _told(error.problem)
        response = RedirectResponse(leads_to, 303)
        # lax: it must come along when the provider sends the browser back
        response.set_cookie(
            OIDC_COOKIE,
            kept,
            max_age=600,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
            path=_OIDC_PATH,
        )
        return response

    @router.get("/oidc/back", status_code=303, response_class=RedirectResponse)
    async def from_the_provider(request: Request) -> Response:
        if rules.provider is None:
            raise Refused(404, "Ein Verwaltungskonto ist nicht eingerichtet.", "No provider is set up.")
        try:
            who = await rules.provider.finish(
                request.cookies.get(OIDC_COOKIE, ""), dict(request.query_params.items())
            )
            account = await office.accounts.from_provider(
                rules.provider.issuer, who.subject, who.name, who.role
            )
        except OidcRefused as error:
            await office.refusals.note("unbekannt", f"oidc.{error.problem.value}")
            response = _told(error.problem)
        except AccountLocked:
            response = _told(OidcProblem.LOCKED)
        else:
            response = RedirectResponse("/staff", 303)
            begin(request, response, account, hint=who.token)
        response.delete_cookie(OIDC_COOKIE, path=_OIDC_PATH, httponly=True, samesite="lax")
        return response

    @router.post("/logout", status_code=204, responses={200: {"model": SignedOut}})
    async def logout(request: Request, who: Annotated[Session, Depends(guard.acts(Right.SELF))]) -> Response:
        office.sessions.end(token_of(request))
        await ended()
        await office.audit.record(who.name, Act.SIGNED_OUT)
        leads_to = ""
        if who.hint and rules.provider is not None:
            leads_to = await rules.provider.leave(who.hint, f"{rules.origin(request)}/staff")
        response = (
            JSONResponse(SignedOut(leads_to=leads_to).model_dump()) if leads_to else Response(status_code=204)
        )
        response.delete_cookie(
            cookie_of(request),
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @router.get("/me")
    async def me(who: Annotated[Session, Depends(guard.sees(Right.SELF))]) -> Me:
        return me_of(who)

    return router


def _told(problem: OidcProblem) -> RedirectResponse:
    """To the sign-in page, which has a sentence for the problem."""
    return RedirectResponse(f"/staff?problem={problem.value}", 303)
