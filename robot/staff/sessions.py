"""Who is signed in: random tokens, kept hashed and in memory only; a restart signs everybody out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from robot.cases.database import stamp, utc_now
from robot.staff.accounts import Account
from robot.staff.rights import RIGHTS, Right, Role

IDLE_S = 30 * 60.0
ABSOLUTE_S = 12 * 3600.0
_MOST = 200


@dataclass
class Session:
    """A signed-in member of staff. Times are seconds of the sessions' clock."""

    name: str
    role: Role
    csrf: str
    began: float
    seen: float
    account: str = ""  # id of the account
    id: str = ""  # names the session to its owner; no secret
    since: str = ""  # when it began, ISO 8601
    limited: bool = False  # a second factor has to be set up before anything else
    hint: str = ""  # the provider's ID token, for signing out there too

    @property
    def rights(self) -> frozenset[Right]:
        """What this member of staff may do."""
        return frozenset({Right.SELF}) if self.limited else RIGHTS[self.role]

    def may(self, right: Right) -> bool:
        """Whether this member of staff has the right."""
        return right in self.rights

    def accepts(self, csrf: str) -> bool:
        """Whether the X-CSRF-Token header is this session's."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


class Sessions:
    """All sessions. Not thread-safe: used on the event loop."""

    def __init__(
        self,
        *,
        idle_s: float = IDLE_S,
        absolute_s: float = ABSOLUTE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`idle_s`: without a request; `absolute_s`: in any case."""
        self._idle = idle_s
        self._absolute = absolute_s
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}

    def begin(self, account: Account, *, limited: bool = False, hint: str = "") -> tuple[str, Session]:
        """Sign in: the token for the cookie, and the session. `limited`, `hint`: see Session."""
        self._forget_expired()
        while len(self._sessions) >= _MOST:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].seen)]
        token = secrets.token_urlsafe(32)
        now = self._clock()
        session = Session(
            account.name,
            account.role,
            secrets.token_urlsafe(24),
            now,
            now,
            account=account.id,
            id=secrets.token_hex(6),
            since=stamp(utc_now()),
            limited=limited,
            hint=hint,
        )
        self._sessions[_hash(token)] = session
        return token, session

    def get(self, token: str | None, *, active: bool = True) -> Session | None:
        """The session of a cookie, or None; `active`: somebody did something, the idle time restarts."""
        if not token:
            return None
        session = self._sessions.get(_hash(token))
        if session is None:
            return None
        if self._left(session) <= 0:
            del self._sessions[_hash(token)]
            return None
        if active:
            session.seen = self._clock()
        return session

    def left_s(self, token: str | None) -> float:
        """Seconds until the session ends if nothing is done; 0 when there is none."""
        session = self.get(token, active=False)
        return self._left(session) if session else 0.0

    def end(self, token: str | None) -> None:
        """Sign out."""
        if token:
            self._sessions.pop(_hash(token), None)

    def of(self, account: str) -> list[Session]:
        """The sessions of an account, the oldest first."""
        self._forget_expired()
        mine = [session for session in self._sessions.values() if session.account == account]
        return sorted(mine, key=lambda session: session.began)

    def end_those(self, account: str, which: Callable[[Session], bool] = lambda _: True) -> int:
        """End the account's sessions, or those of them that `which` picks; how many they were."""
        gone = [
            key for key, session in self._sessions.items() if session.account == account and which(session)
        ]
        for key in gone:
            del self._sessions[key]
        return len(gone)

    def accounts(self) -> frozenset[str]:
        """Ids of the accounts that are signed in."""
        self._forget_expired()
        return frozenset(session.account for session in self._sessions.values())

    def present(self) -> frozenset[str]:
        """Names of those who are signed in."""
        self._forget_expired()
        return frozenset(session.name for session in self._sessions.values())

    def age_s(self, session: Session) -> float:
        """Seconds since the sign-in."""
        return self._clock() - session.began

    def _left(self, session: Session) -> float:
        return min(session.seen + self._idle, session.began + self._absolute) - self._clock()

    def _forget_expired(self) -> None:
        for key in [key for key, session in self._sessions.items() if self._left(session) <= 0]:
            del self._sessions[key]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
