"""Who comes in: the session behind a request, its right, where the request comes from.

Every endpoint of the staff's side takes its session from `Guard.sees` (reading) or `Guard.acts` (changing).
Which right an endpoint asks for can be read from its dependencies: tests walk them.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from robot.staff.refusals import Refusals
from robot.staff.rights import Right
from robot.staff.sessions import Session, Sessions
from robot.web.security import Refused, same_origin

__all__ = ["REFUSALS", "Acts", "Guard", "Refused", "Sees", "cookie_of", "from_here", "token_of"]

COOKIE = "lotse_session"


class OneSentence(BaseModel):
    """What every refusal carries: one sentence."""

    detail: str


# what the document says about refusals, instead of FastAPI's own form; as a schema: of a model FastAPI would
# make a validator for each of the endpoints
_ONE_SENTENCE = {"content": {"application/json": {"schema": OneSentence.model_json_schema()}}}
REFUSALS: dict[int | str, dict[str, Any]] = {422: _ONE_SENTENCE, "4XX": _ONE_SENTENCE}


class _Asks:
    """Looks up the session of a cookie and asks for a right."""

    def __init__(self, sessions: Sessions, right: Right, refusals: Refusals | None) -> None:
        self._sessions = sessions
        self._refusals = refusals
        self.right = right

    async def _session(self, request: Request) -> Session:
        found = self._sessions.get(token_of(request))
        if found is None:
            raise Refused(401, "Bitte melden Sie sich an.", "Please sign in.")
        if not found.may(self.right):
            await self._note(found, "right")
            if found.limited:
                raise Refused(
                    403,
                    "Bitte richten Sie zuerst einen zweiten Faktor ein.",
                    "Please set up a second factor first.",
                )
            raise Refused(
                403, "Dazu hat Ihr Konto keine Berechtigung.", "Your account has no permission for this."
            )
        return found

    async def _note(self, session: Session | None, reason: str) -> None:
        if self._refusals is not None:
            await self._refusals.note(session.name if session else "unbekannt", reason)


class Sees(_Asks):
    """A dependency for what only reads: 401 without a session, 403 without the right."""

    async def __call__(self, request: Request) -> Session:
        """The session of the request."""
        return await self._session(request)


class Acts(_Asks):
    """A dependency for what changes something: besides, 403 from foreign pages and without the CSRF token."""

    async def __call__(self, request: Request, x_csrf_token: Annotated[str, Header()] = "") -> Session:
        """The session of the request."""
        try:
            await from_here(request)
        except Refused:
            await self._note(self._sessions.get(token_of(request), active=False), "foreign_page")
            raise
        found = await self._session(request)
        if not found.accepts(x_csrf_token):
            await self._note(found, "csrf")
            raise Refused(
                403,
                "Die Seite ist veraltet. Bitte laden Sie sie neu.",
                "This page is out of date. Please reload it.",
            )
        return found


class Guard:
    """Makes the dependencies of the endpoints. What is refused to a session goes to the audit log."""

    def __init__(self, sessions: Sessions, refusals: Refusals | None = None) -> None:
        self._sessions = sessions
        self._refusals = refusals

    def sees(self, right: Right) -> Sees:
        """For what only reads."""
        return Sees(self._sessions, right, self._refusals)

    def acts(self, right: Right) -> Acts:
        """For what changes something."""
        return Acts(self._sessions, right, self._refusals)


def token_of(connection: HTTPConnection) -> str | None:
    """The session cookie of a request or a websocket: the one that fits how it has come."""
    return connection.cookies.get(cookie_of(connection))


def cookie_of(connection: HTTPConnection) -> str:
    """The cookie's name: over https with the prefix that ties it to this very host (RFC 6265bis 4.1.3)."""
    return f"__Host-{COOKIE}" if connection.url.scheme in ("https", "wss") else COOKIE


async def from_here(request: Request) -> None:
    """403 for a request of another host's page."""
    if not same_origin(request.headers):
        raise Refused(
            403, "Die Anfrage kommt von einer fremden Seite.", "The request comes from a foreign page."
        )
