"""Who comes in: the session behind a request, its right, where the request comes from.

Every endpoint of the staff's side takes its session from `Guard.sees` (reading) or `Guard.acts` (changing).
Which right an endpoint asks for can be read from its dependencies: tests walk them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Cookie, Header, HTTPException, Request

from robot.staff.rights import Right
from robot.staff.sessions import Session, Sessions
from robot.web.security import same_origin

COOKIE = "lotse_session"


class Refused(HTTPException):
    """A refusal as one sentence in German and in English; the page's language (Accept-Language) decides."""

    def __init__(self, status: int, german: str, english: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, german, headers)
        self.english = english


class _Asks:
    """Looks up the session of a cookie and asks for a right."""

    def __init__(self, sessions: Sessions, right: Right) -> None:
        self._sessions = sessions
        self.right = right

    def _session(self, token: str | None) -> Session:
        found = self._sessions.get(token)
        if found is None:
            raise Refused(401, "Bitte melden Sie sich an.", "Please sign in.")
        if not found.may(self.right):
            raise Refused(
                403, "Dazu hat Ihr Konto keine Berechtigung.", "Your account has no permission for this."
            )
        return found


class Sees(_Asks):
    """A dependency for what only reads: 401 without a session, 403 without the right."""

    def __call__(self, lotse_session: Annotated[str | None, Cookie()] = None) -> Session:
        """The session of the request."""
        return self._session(lotse_session)


class Acts(_Asks):
    """A dependency for what changes something: besides, 403 from foreign pages and without the CSRF token."""

    def __call__(
        self,
        request: Request,
        lotse_session: Annotated[str | None, Cookie()] = None,
        x_csrf_token: Annotated[str, Header()] = "",
    ) -> Session:
        """The session of the request."""
        from_here(request)
        found = self._session(lotse_session)
        if not found.accepts(x_csrf_token):
            raise Refused(
                403,
                "Die Seite ist veraltet. Bitte laden Sie sie neu.",
                "This page is out of date. Please reload it.",
            )
        return found


class Guard:
    """Makes the dependencies of the endpoints."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def sees(self, right: Right) -> Sees:
        """For what only reads."""
        return Sees(self._sessions, right)

    def acts(self, right: Right) -> Acts:
        """For what changes something."""
        return Acts(self._sessions, right)


def from_here(request: Request) -> None:
    """403 for a request of another host's page."""
    if not same_origin(request.headers):
        raise Refused(
            403, "Die Anfrage kommt von einer fremden Seite.", "The request comes from a foreign page."
        )
