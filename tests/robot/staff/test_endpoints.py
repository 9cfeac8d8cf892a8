"""Every endpoint of the staff's side against every role, generated from the app's OpenAPI document."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from starlette.routing import BaseRoute

from robot.staff.rights import RIGHTS, Right, Role
from robot.web.guard import Acts, Sees
from tests.robot.staff.test_web import BASE, EACH_ROLE, House, opened

# reachable without a session, and nothing else: one signs in there
OPEN = {
    "GET /api/staff/sign-in",
    "POST /api/staff/login",
    "POST /api/staff/login/code",
    "POST /api/staff/login/passkey/begin",
    "POST /api/staff/login/passkey",
    "POST /api/staff/login/link",
    "GET /api/staff/oidc/begin",
    "GET /api/staff/oidc/back",
}
ENDS_THE_SESSION = "/api/staff/logout"
LEADS_AWAY = {ENDS_THE_SESSION, "/api/staff/oidc/begin", "/api/staff/oidc/back"}


@dataclass(frozen=True)
class Endpoint:
    """A method and path of the document, and what its dependencies ask for."""

    method: str
    path: str
    asks: Sees | Acts | None

    @property
    def right(self) -> Right | None:
        return self.asks.right if self.asks else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@functools.cache
def endpoints(house: House) -> list[Endpoint]:
    """All of the document, with the dependencies of the route behind each."""
    routes = {
        (method, route.path): route  # type: ignore[attr-defined]
        for route in flat(house.app.routes)
        if hasattr(route, "dependant")
        for method in getattr(route, "methods", None) or ()
    }
    found = []
    for path, methods in house.app.openapi()["paths"].items():
        for method in methods:
            route = routes[(method.upper(), path)]
            asks = [call for call in calls(route.dependant) if isinstance(call, Sees | Acts)]
            assert len(asks) <= 1, path
            found.append(Endpoint(method.upper(), path, asks[0] if asks else None))
    return found


def flat(routes: list[BaseRoute]) -> Iterator[BaseRoute]:
    for route in routes:
        yield route
        yield from flat(getattr(getattr(route, "original_router", route), "routes", None) or [])


def calls(dependant: Any) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from calls(dependency)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from opened(tmp_path_factory.mktemp("house"), EACH_ROLE)


@pytest.fixture(scope="module")
def browsers(house: House) -> dict[Role, tuple[TestClient, dict[str, str]]]:
    """One browser per role, signed in."""
    found = {}
    for role in Role:
        client = house.another()
        found[role] = (client, house.sign_in(client, f"Amt {role}"))
    return found


def test_exactly_the_sign_in_is_open_and_everything_else_names_a_right(house: House) -> None:
    every = endpoints(house)
    assert len(every) > 30
    assert {str(one) for one in every if one.asks is None} == OPEN
    for one in every:
        if one.asks:
            kind = Sees if one.method == "GET" else Acts
            assert isinstance(one.asks, kind), (
                f"{one} changes something without the CSRF token, or needs one to read"
            )


def test_nobody_gets_anywhere_without_signing_in(house: House) -> None:
    nobody = house.another()
    for one in endpoints(house):
        if one.asks is None:
            continue
        for headers in ({}, {"Cookie": "lotse_session=guess"}):
            answer = ask(nobody, one, headers)
            assert answer.status_code == 401, one
            assert answer.json()["detail"] == "Bitte melden Sie sich an."


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_its_rights_allow_and_nothing_else(
    house: House, browsers: dict[Role, tuple[TestClient, dict[str, str]]], role: Role
) -> None:
    client, csrf = browsers[role]
    for one in endpoints(house):
        if one.path == ENDS_THE_SESSION or one.asks is None:
            continue
        allowed = one.right in RIGHTS[role]
        answer = ask(client, one, csrf)
        if allowed:
            assert answer.status_code not in (401, 403), (one, answer.text)
            assert answer.status_code < 500, (one, answer.text)
        else:
            assert answer.status_code == 403, one
        if one.method == "GET":
            continue
        for headers in (
            {},
            {"X-CSRF-Token": "guess"},
            {**csrf, "Origin": "http://evil.example"},
            {**csrf, "Origin": "null"},
        ):
            assert ask(client, one, headers).status_code == 403, (one, headers)
    assert client.get("/api/staff/me").status_code == 200


def test_signing_in_from_a_foreign_page_is_refused(house: House) -> None:
    for one in endpoints(house):
        if one.asks is None and one.method == "POST":
            answer = ask(house.another(), one, {"Origin": "http://evil.example"})
            assert answer.status_code == 403, one


def test_refusals_are_in_the_audit_log_and_do_not_flood_it(house: House) -> None:
    client = house.another()
    csrf = house.sign_in(client, "Amt clerk")
    before = house.acts().count("refused")
    for _ in range(50):
        assert client.get("/api/staff/accounts").status_code == 403
        assert client.post("/api/staff/self/password", headers={"X-CSRF-Token": "x"}).status_code == 403
    assert house.acts().count("refused") - before <= 2
    assert client.post(ENDS_THE_SESSION, headers=csrf).status_code == 204


@pytest.mark.parametrize("content", [b"\xff\xfe\x00junk", b"[" * 20_000, b'{"a": NaN}', b"%PDF-1.7 \x00\x01"])
def test_nonsense_that_is_uploaded_is_one_sentence(
    house: House, browsers: dict[Role, tuple[TestClient, dict[str, str]]], content: bytes
) -> None:
    for one in endpoints(house):
        if one.method != "POST" or one.path in (ENDS_THE_SESSION, "/api/staff/login"):
            continue
        client, csrf = browsers[who_may(one.right)]
        for kind in ("application/json", "application/octet-stream"):
            answer = client.post(address(one), content=content, headers={**csrf, "Content-Type": kind})
            assert answer.status_code < 500, (one, kind)
            if answer.status_code >= 400:
                a_sentence(answer.json()["detail"])


def test_whatever_is_sent_the_answers_are_those_of_the_document(
    house: House, browsers: dict[Role, tuple[TestClient, dict[str, str]]]
) -> None:
    rights = {(one.method, one.path): one.right for one in endpoints(house)}
    schema = schemathesis.openapi.from_asgi("/openapi.json", house.app, headers={"Host": "localhost"})
    tried = set()
    sent: list[dict[str, str]] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        key = (operation.method.upper(), operation.path)
        if operation.path in LEADS_AWAY:
            continue
        tried.add(key)
        client, csrf = browsers[who_may(rights[key])]
        sent[:] = [{**csrf, "Cookie": f"lotse_session={client.cookies['lotse_session']}"}]

        @settings(
            max_examples=4,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            answer = case.call(base_url=BASE, headers=sent[0])
            case.validate_response(
                answer, checks=[not_a_server_error, content_type_conformance, response_schema_conformance]
            )
            if answer.status_code >= 400:
                a_sentence(answer.json()["detail"])

        check()
    assert len(tried) > 30


def who_may(right: Right | None) -> Role:
    return next((role for role in Role if right in RIGHTS[role]), Role.CLERK)


def ask(client: TestClient, one: Endpoint, headers: dict[str, str]) -> Any:
    body = None if one.method == "GET" else {}
    return client.request(one.method, address(one), json=body, headers=headers, follow_redirects=False)


def address(one: Endpoint) -> str:
    """The path with ids that nothing has."""
    parts = ["none" if part.startswith("{") else part for part in one.path.split("/")]
    return "/".join(parts)


def a_sentence(text: Any) -> None:
    assert isinstance(text, str)
    assert text.endswith((".", "?", "!")), text
    assert " " in text
