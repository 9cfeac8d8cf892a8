"""Accounts, sign-in and the audit log as data.

HTTP (JSON; POST with the header `X-CSRF-Token`, except for the sign-in itself). Below /api/staff/:
  GET  sign-in                       → SignInOffer: how one can sign in here
  POST login {name, password}        → 200 Me, or 202 SecondStep when the account has a second factor
  POST login/code {ticket, code}     → Me: a one-time or a recovery code
  POST login/passkey/begin {ticket}  → PasskeyChallenge; without a ticket the passkey is the whole sign-in
  POST login/passkey PasskeyAnswer   → Me
  POST login/link {link, password}   → Me or SecondStep: a set-up link and the password chosen with it
  GET  oidc/begin, oidc/back         → redirects: to the town's provider and back
  POST logout                        → 204, or 200 SignedOut when the provider signs out, too
  GET  self                          → OwnAccount;  POST self/password, self/totp/begin, self/totp/confirm,
       self/totp/remove, self/passkeys/begin, self/passkeys, self/passkeys/{id}/remove,
       self/sessions/{id}/end, self/sessions/end: one's own account
  GET  accounts                      → list[AccountRow];  POST accounts, accounts/{id}/role, …/lock,
       …/unlock, …/reset, …/link, …/end-sessions: accounts of others
  GET  audit?who&what&subject&first&last&page → AuditPage;  GET audit.csv: the same as a file
  POST audit/verify                  → AuditResult
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from robot.staff.accounts import Factor
from robot.staff.audit import Act, HarmKind
from robot.staff.oidc import OidcProblem
from robot.staff.rights import Role

Password = Annotated[str, Field(max_length=200)]
Token = Annotated[str, Field(max_length=100)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInOffer(_Model):
    """How one can sign in. `provider`: what the button of OpenID Connect is called, "" = there is none."""

    local: bool
    provider: str = ""
    passkeys: bool = True
    problems: list[OidcProblem] = Field(default_factory=lambda: list(OidcProblem))


class SecondStep(_Model):
    """The password was right; one of these is asked for, too. `ticket` goes with it."""

    ticket: str
    factors: list[Factor]


class CodeLogin(_Model):
    """A one-time code or a recovery code."""

    ticket: Token
    code: str = Field(max_length=40)


class PasskeyBegin(_Model):
    """`ticket`: after the password; "" = the passkey alone."""

    ticket: Token = ""


class PasskeyChallenge(_Model):
    """What navigator.credentials takes, as JSON (W3C WebAuthn section 5.1.8 and 5.1.10)."""

    challenge: str
    options: dict[str, Any]


class PasskeyAnswer(_Model):
    """What navigator.credentials gave, as JSON."""

    challenge: Token
    answer: dict[str, Any]
    ticket: Token = ""


class NewPasskey(_Model):
    """A passkey to keep, with the name that its owner gives it."""

    challenge: Token
    answer: dict[str, Any]
    name: Name


class LinkLogin(_Model):
    """The password chosen with a set-up link."""

    link: Token
    password: Password


class SignedOut(_Model):
    """Where the browser goes to sign out with the provider, too."""

    leads_to: str


class NewPassword(_Model):
    """One's own new password."""

    current: Password
    new: Password


class TotpSecret(_Model):
    """For the authenticator app: the QR code as the outline of its dark modules, and the secret as text."""

    secret: str
    size: int
    outline: str  # SVG path data in modules


class Code(_Model):
    """The first code of the app."""

    code: str = Field(max_length=40)


class RecoveryCodes(_Model):
    """Shown once."""

    codes: list[str]


class PasskeyRow(_Model):
    """One of one's own passkeys; times are ISO 8601."""

    id: str
    name: str
    created: str
    used: str = ""


class SessionRow(_Model):
    """Where one is signed in. `here`: this browser."""

    id: str
    since: str
    here: bool


class OwnAccount(_Model):
    """One's own account. `password`: it has one; `required`: the town wants a second factor."""

    name: str
    role: Role
    password: bool
    required: bool
    totp: bool
    recovery_left: int
    passkeys: list[PasskeyRow]
    sessions: list[SessionRow]


class AccountRow(_Model):
    """An account as the administrator sees it. `invited`: a set-up link waits for its use."""

    id: str
    name: str
    role: Role
    locked: bool
    password: bool
    provider: bool
    invited: bool
    totp: bool
    passkeys: int
    sessions: int
    created: str


class NewAccount(_Model):
    """`password` "" = the account gets a set-up link."""

    name: Name
    role: Role
    password: Password = ""


class AccountMade(_Model):
    """`link`: token of the set-up link, shown once; "" when the account has a password."""

    account: AccountRow
    link: str = ""


class NewRole(_Model):
    """Another role for an account."""

    role: Role


class SetUpLink(_Model):
    """Token of a set-up link, shown once, and for how many hours it holds."""

    link: str
    hours: int


class AuditRow(_Model):
    """One entry of the audit log."""

    seq: int
    at: str
    who: str
    what: Act
    subject: str
    detail: str


class AuditPage(_Model):
    """The newest entries first."""

    rows: list[AuditRow]
    total: int
    page: int
    pages: int


class AuditResult(_Model):
    """What the check of the whole log has found. `seal`: of the last entry, to be noted elsewhere."""

    sound: bool
    count: int
    seal: str
    harm: HarmKind | Literal[""] = ""
    number: int = 0


class AuditAsked(_Model):
    """Which entries are looked for; days are the town's."""

    who: str = Field(default="", max_length=80)
    what: Act | None = None
    subject: str = Field(default="", max_length=64)
    first: date | None = None
    last: date | None = None
    page: int = Field(default=1, ge=1, le=1_000_000)
