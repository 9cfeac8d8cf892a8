"""What every answer of the web app carries and every request must meet.

Headers: a strict Content-Security-Policy (W3C CSP3) without inline code, no sniffing, no referrer, no
framing; API answers are not stored. Requests: a known Host (against DNS rebinding) and a bounded body.
Errors: `{"detail": one German sentence}`, never a stack, never what was sent; a small page for whoever
opens an unknown address in a browser.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from robot.blame import blame
from robot.cases.crypto import KeyFileError, SealError
from robot.cases.database import StoreError

log = logging.getLogger(__name__)

CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# the two pages that a citizen and a clerk may talk over, and nobody whom they might show
_TALKING = dict.fromkeys(("/", "/staff"), "camera=(self), microphone=(self), geolocation=()")
_HSTS = "max-age=31536000"  # RFC 6797: who came by https once comes by https for a year
BODY_LIMITS: Mapping[str, int] = {"/api/staff/content/import": 256 * 1024, "/api/": 64 * 1024}
OTHER_LIMIT = 4 * 1024 * 1024

_SENTENCES = {
    400: (
        "Die Anfrage ist nicht verständlich.",
        "The request cannot be understood.",
    ),
    401: (
        "Bitte melden Sie sich an.",
        "Please sign in.",
    ),
    403: (
        "Das ist nicht erlaubt.",
        "This is not allowed.",
    ),
    404: (
        "Das gibt es hier nicht.",
        "There is no such thing here.",
    ),
    405: (
        "Das geht auf diesem Weg nicht.",
        "It does not work this way.",
    ),
    413: (
        "Die Anfrage ist zu groß.",
        "The request is too large.",
    ),
    422: (
        "Die Angaben sind unvollständig oder haben eine falsche Form.",
        "What you entered is incomplete or has a wrong form.",
    ),
    429: (
        "Das waren zu viele Anfragen. Bitte warten Sie einen Moment.",
        "These were too many requests. Please wait a moment.",
    ),
    500: (
        "Da ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.",
        "Something went wrong. Please try again.",
    ),
    503: (
        "Das geht gerade nicht. Bitte versuchen Sie es gleich noch einmal.",
        "This does not work right now. Please try again in a moment.",
    ),
}
_STORE_DOWN = (
    "Der Speicher der Vorgänge ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
    "The store of the cases cannot be reached right now. Please try again in a moment.",
)
_DAMAGED = (
    "Dieser Vorgang lässt sich nicht öffnen, er ist beschädigt. Bitte sagen Sie der IT Bescheid.",
    "This case cannot be opened, it is damaged. Please tell the IT department.",
)
_NOT_HERE = (
    "Unter diesem Namen ist der Rathauslotse nicht erreichbar.",
    "The Rathauslotse cannot be reached under this name.",
)


class Refused(StarletteHTTPException):
    """A refusal as one sentence in German and in English; the page's language (Accept-Language) decides."""

    def __init__(self, status: int, german: str, english: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, german, headers)
        self.english = english


def install_security(
    app: FastAPI, *, hosts: Iterable[str] = (), body_limits: Mapping[str, int] = BODY_LIMITS
) -> None:
    """Add the middleware and the error answers to the app.

    `hosts`: names allowed in Host besides localhost and IP addresses, without port. `body_limits`: path
    prefix → bytes, the longest prefix counts; other paths may send 4 MiB.
    """
    app.add_middleware(SecurityMiddleware, hosts=frozenset(hosts), body_limits={**BODY_LIMITS, **body_limits})
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(StoreError, _store_down)
    app.add_exception_handler(KeyFileError, _store_down)
    app.add_exception_handler(SealError, _damaged)


def same_origin(headers: Headers) -> bool:
    """Whether a request with an Origin comes from a page of this very host; without one it may pass."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class SecurityMiddleware:
    """Plain ASGI: checks Host and body before, adds headers behind, and turns a crash into a sentence."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], body_limits: Mapping[str, int]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts) | {"localhost"}
        self._limits = sorted(body_limits.items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = self._known(headers.get("host", ""))
        if scope["type"] == "websocket":
            if known:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4400})
            return
        answering = _Answer(send, scope["path"], https=scope["scheme"] == "https")
        if not known:
            await _say(headers, 421, _NOT_HERE)(scope, receive, answering)
            return
        body = await self._body(scope["path"], headers, receive)
        if body is None:
            await _say(headers, 413)(scope, receive, answering)
            return
        try:
            await self._app(scope, _replay(body, receive), answering)
        except Exception as error:
            # type and place only: the text of an error may quote what was sent
            log.error("request failed: %s", blame(error))
            if not answering.started:
                await _say(headers, 500)(scope, receive, answering)

    def _known(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    async def _body(self, path: str, headers: Headers, receive: Receive) -> bytes | None:
        limit = next((size for prefix, size in self._limits if path.startswith(prefix)), OTHER_LIMIT)
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            return None
        if not declared and "transfer-encoding" not in headers:
            return b""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if len(body) > limit:
                return None
            more = message.get("more_body", False)
        return bytes(body)


class _Answer:
    """Adds the headers to an answer."""

    def __init__(self, send: Send, path: str, *, https: bool) -> None:
        self._send = send
        self._https = https
        self._no_store = path.startswith("/api/")
        self._allowed = _TALKING.get(path)
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if self._https:
                headers["Strict-Transport-Security"] = _HSTS
            if self._allowed:
                headers["Permissions-Policy"] = self._allowed
            if self._no_store:
                headers["Cache-Control"] = "no-store"
        await self._send(message)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _say(headers: Headers, status: int, told: tuple[str, str] | None = None) -> JSONResponse:
    german, english = told or _sentences(status)
    return JSONResponse({"detail": english if _english(headers) else german}, status)


def _sentences(status: int) -> tuple[str, str]:
    return _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])


def _english(headers: Headers) -> bool:
    return headers.get("accept-language", "").lower().startswith("en")


async def _invalid(request: Request, _error: Exception) -> JSONResponse:
    return _say(request.headers, 422)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise error
    # the frameworks' own texts are English: the status's phrase, or what was wrong with a body
    own = (str(error.detail), error.english) if isinstance(error, Refused) else None
    if error.status_code == 404 and own is None and _reads_page(request):
        return _page(request.headers)
    answer = _say(request.headers, error.status_code, own)
    answer.headers.update(error.headers or {})
    return answer


def _reads_page(request: Request) -> bool:
    """Whether somebody has opened this address in a browser."""
    wants = "text/html" in request.headers.get("accept", "")
    return wants and request.method == "GET" and not request.url.path.startswith("/api/")


def _page(headers: Headers) -> HTMLResponse:
    german, english = _sentences(404)
    lang, told, kiosk, staff = (
        ("en", english, "To the kiosk", "To the staff's pages")
        if _english(headers)
        else ("de", german, "Zum Kiosk", "Zu den Seiten der Mitarbeitenden")
    )
    return HTMLResponse(
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{told}</title></head>'
        f'<body><main><h1>{told}</h1><p><a href="/">{kiosk}</a></p><p><a href="/staff">{staff}</a></p>'
        "</main></body></html>",
        404,
    )


async def _store_down(request: Request, error: Exception) -> JSONResponse:
    log.error("store: %s", error)
    return _say(request.headers, 503, _STORE_DOWN)


async def _damaged(request: Request, error: Exception) -> JSONResponse:
    log.error("case: %s", error)
    return _say(request.headers, 500, _DAMAGED)
