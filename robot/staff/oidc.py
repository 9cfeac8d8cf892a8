"""Sign-in with the town's own accounts: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636).

The provider is found by discovery (OpenID Connect Discovery 1.0). Of what comes back, only the signed ID
token and the answer of the userinfo endpoint count; both must speak of the same subject.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from robot.staff.pending import Pending
from robot.staff.rights import Role

log = logging.getLogger(__name__)

SIGN_IN_S = 600.0  # how long somebody may stay with the provider
_LEEWAY_S = 60
_METADATA_S = 3600.0
_WITHIN_S = 5.0
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class OidcProblem(enum.StrEnum):
    """Why nobody was signed in; the page has a sentence for each."""

    AWAY = "away"  # the provider does not answer
    STATE = "state"  # not begun here, too long ago, or used before
    DENIED = "denied"  # the provider or the person said no
    CODE = "code"  # the code is expired, used or forged
    TOKEN = "token"  # noqa: S105 - the ID token does not hold what it must
    ROLE = "role"  # none of the settings' roles
    LOCKED = "locked"  # the account is locked here


class OidcRefused(Exception):
    """Nobody is signed in."""

    def __init__(self, problem: OidcProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class OidcConfig:
    """`secret` "" = a public client. `roles`: value of the claim → role, the first that fits counts."""

    issuer: str
    client_id: str
    roles: Mapping[str, Role]
    secret: str = field(default="", repr=False)
    scopes: str = "openid profile"
    role_claim: str = "groups"


@dataclass(frozen=True)
class Identity:
    """Whom the provider means. `token`: the ID token, for signing out there."""

    subject: str
    name: str
    role: Role
    token: str = field(repr=False)


@dataclass(frozen=True)
class _Begun:
    state: str
    nonce: str
    verifier: str
    back: str


class OidcClient:
    """Talks to one provider. Used on the event loop."""

    def __init__(
        self,
        config: OidcConfig,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._clock = clock
        self._monotonic = monotonic
        self._begun: Pending[_Begun] = Pending(SIGN_IN_S, clock=monotonic)
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: KeySet | None = None

    @property
    def issuer(self) -> str:
        """Who the provider is."""
        return self._config.issuer

    async def begin(self, back: str) -> tuple[str, str]:
        """Where to send the browser, and what its cookie keeps meanwhile. `back`: our redirect URI.

        Raises OidcRefused.
        """
        metadata = await self._discover()
        begun = _Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._config.client_id,
            "redirect_uri": back,
            "scope": self._config.scopes,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return _with_query(metadata["authorization_endpoint"], query), self._begun.put(begun)

    async def finish(self, cookie: str, answer: Mapping[str, str]) -> Identity:
        """Who has come back. `answer`: the query of the redirect. Raises OidcRefused; a cookie works once."""
        begun = self._begun.take(cookie)
        if begun is None or not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
            raise OidcRefused(OidcProblem.STATE)
        # RFC 9207: an answer of another provider than the one that was asked
        if answer.get("iss", self.issuer) != self.issuer:
            raise OidcRefused(OidcProblem.STATE)
        if "error" in answer or not answer.get("code"):
            raise OidcRefused(OidcProblem.DENIED)
        metadata = await self._discover()
        tokens = await self._redeem(metadata, answer["code"], begun)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise OidcRefused(OidcProblem.TOKEN)
        claims = await self._claims(metadata, token, begun.nonce)
        if "userinfo_endpoint" in metadata and not (self._values(claims) and _name(claims)):
            claims = {**await self._userinfo(metadata, tokens.get("access_token"), claims["sub"]), **claims}
        values = self._values(claims)
        role = next((role for value, role in self._config.roles.items() if value in values), None)
        if role is None:
            raise OidcRefused(OidcProblem.ROLE)
        return Identity(claims["sub"], _name(claims) or claims["sub"], role, token)

    async def leave(self, token: str, back: str) -> str:
        """Where to send the browser to sign out with the provider (RP-Initiated Logout 1.0); "": nowhere."""
        try:
            end = (await self._discover()).get("end_session_endpoint")
        except OidcRefused:
            return ""
        if not isinstance(end, str):
            return ""
        query = {
            "id_token_hint": token,
            "client_id": self._config.client_id,
            "post_logout_redirect_uri": back,
        }
        return _with_query(end, query)

    async def _discover(self) -> dict[str, Any]:
        now = self._monotonic()
        if self._metadata and self._metadata[0] > now:
            return self._metadata[1]
        found = await self._json("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self.issuer or not all(isinstance(found.get(one), str) for one in needed):
            log.error("the OpenID provider describes another issuer than [oidc] issuer, or is incomplete")
            raise OidcRefused(OidcProblem.AWAY)
        self._metadata = (now + _METADATA_S, found)
        self._keys = None
        return found

    async def _redeem(self, metadata: Mapping[str, Any], code: str, begun: _Begun) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.back,
            "code_verifier": begun.verifier,
        }
        headers = {}
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._config.secret and "client_secret_basic" in methods:
            # RFC 6749 section 2.3.1: both are form-encoded first
            pair = f"{quote(self._config.client_id, safe='')}:{quote(self._config.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self._config.client_id
            if self._config.secret:
                form["client_secret"] = self._config.secret
        return await self._json(
            "POST", metadata["token_endpoint"], OidcProblem.CODE, data=form, headers=headers
        )

    async def _claims(self, metadata: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
        """OpenID Connect Core section 3.1.3.7."""
        try:
            claims = (await self._decode(metadata, token)).claims
            jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock()),
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": self.issuer},
                sub={"essential": True},
                aud={"essential": True, "value": self._config.client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            log.warning("an ID token was refused: %s", type(error).__name__)
            raise OidcRefused(OidcProblem.TOKEN) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._config.client_id:
            raise OidcRefused(OidcProblem.TOKEN)
        return claims

    async def _decode(self, metadata: Mapping[str, Any], token: str) -> jwt.Token:
        if self._keys is not None:
            try:
                return jwt.decode(token, self._keys, algorithms=_ALGORITHMS)
            except (JoseError, ValueError):
                self._keys = None  # the provider may have new keys since
        found = await self._json("GET", metadata["jwks_uri"])
        self._keys = KeySet.import_key_set({"keys": found.get("keys", [])})
        return jwt.decode(token, self._keys, algorithms=_ALGORITHMS)

    async def _userinfo(self, metadata: Mapping[str, Any], access: Any, subject: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access}"}
        found = await self._json("GET", metadata["userinfo_endpoint"], OidcProblem.TOKEN, headers=headers)
        if found.get("sub") != subject:  # section 5.3.2
            raise OidcRefused(OidcProblem.TOKEN)
        return found

    def _values(self, claims: Mapping[str, Any]) -> set[str]:
        """The values of the role claim; "a.b" is also looked up as b within a."""
        found: Any = claims.get(self._config.role_claim)
        if found is None:
            found = claims
            for part in self._config.role_claim.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        many = found if isinstance(found, list) else [found]
        return {one for one in many if isinstance(one, str)}

    async def _json(
        self, method: str, url: str, refused: OidcProblem = OidcProblem.AWAY, **how: Any
    ) -> dict[str, Any]:
        """An exchange; a refusal (4xx) is `refused`, every other failure means that nobody is there."""
        try:
            async with httpx.AsyncClient(timeout=_WITHIN_S) as http:
                answer = await http.request(method, url, **how)
            body = answer.json() if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("the OpenID provider does not answer: %s", type(error).__name__)
            raise OidcRefused(OidcProblem.AWAY) from None
        if isinstance(body, dict):
            return body
        log.warning("the OpenID provider answered with status %d", answer.status_code)
        raise OidcRefused(refused if 400 <= answer.status_code < 500 else OidcProblem.AWAY)


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        if isinstance(claims.get(claim), str) and claims[claim].strip():
            return str(claims[claim])[:70]
    return ""


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
