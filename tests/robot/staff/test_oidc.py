"""OpenID Connect against the certified provider program: the whole round trip, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from robot.staff.oidc import OidcClient, OidcConfig
from robot.web.staff_sign_in import SignInRules
from tests.robot.staff.provider import ROLES, SECRET, Provider
from tests.robot.staff.test_web import BASE, PASSWORD, House, opened

BEGIN = "/api/staff/oidc/begin"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider(BASE) as running:
        yield running


@pytest.fixture(scope="module")
def house(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from with_provider(tmp_path_factory.mktemp("house"), provider.client())


def with_provider(folder: Path, client: OidcClient, *, local: bool = True) -> Iterator[House]:
    rules = SignInRules(provider=client, provider_name="Stadtkonto", local=local)
    yield from opened(folder, {"Amt erika": "administrator"}, rules)


@pytest.fixture(autouse=True)
def fresh(house: House, provider: Provider) -> None:
    """A browser that knows nothing yet."""
    house.client = house.another()
    provider.belongs(erika=["lotse-amt", "other"])


def begin(house: House) -> str:
    """Where our button leads."""
    answer = house.client.get(BEGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers.get("set-cookie", "")
    assert {"HttpOnly", "SameSite=lax", "Path=/api/staff/oidc"} <= set(cookie.split("; "))
    return answer.headers["location"]


def with_the_provider(address: str, who: str = "erika", *, abort: bool = False) -> str:
    """What a person does there with a browser; where it sends them back to."""
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(address)
        while True:
            while answer.is_redirect:
                target = str(answer.url.join(answer.headers["location"]))
                if target.startswith(BASE):
                    return target
                answer = browser.get(target)
            assert answer.status_code == 200, answer.text
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form, answer.text
            if abort:
                answer = browser.get(f"{answer.url}/abort")
                continue
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', answer.text))
            given = {"login": who, "password": "any"} if hidden.get("prompt") == "login" else {}
            answer = browser.post(answer.url.join(form[1]), data={**hidden, **given})


def back(house: House, address: str) -> httpx.Response:
    """The browser comes back."""
    answer = house.client.get(address, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer


def sign_in(house: House, who: str = "erika") -> httpx.Response:
    return back(house, with_the_provider(begin(house), who))


def changed(address: str, **query: str) -> str:
    parts = urlsplit(address)
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()} | query
    return parts._replace(query=urlencode(asked)).geturl()


def refused(house: House, answer: httpx.Response, problem: str) -> None:
    assert answer.headers["location"] == f"/staff?problem={problem}"
    assert house.client.get("/api/staff/me").status_code == 401


def test_who_has_a_role_with_the_provider_is_signed_in_and_gets_an_account(house: House) -> None:
    assert house.client.get("/api/staff/sign-in").json()["provider"] == "Stadtkonto"
    address = begin(house)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = back(house, with_the_provider(address))
    assert answer.headers["location"] == "/staff"
    me = house.client.get("/api/staff/me").json()
    # a local account of the same name is somebody else's
    assert (me["name"], me["role"]) == ("Amt erika 2", "clerk")
    assert house.acts()[-2:] == ["account_added", "signed_in"]
    house.client.cookies.clear()
    sign_in(house)
    assert house.client.get("/api/staff/me").json()["account"] == me["account"]


def test_the_role_is_that_of_each_sign_in(house: House, provider: Provider) -> None:
    sign_in(house)
    provider.belongs(erika=["lotse-amt", "lotse-leitung"])
    sign_in(house)
    assert house.client.get("/api/staff/me").json()["role"] == "lead"
    assert "role_changed" in house.acts()[-2:]


def test_who_has_no_role_is_not_signed_in(house: House) -> None:
    refused(house, sign_in(house, "gast"), "role")


def test_who_is_locked_here_is_not_signed_in(house: House) -> None:
    sign_in(house)
    account = house.client.get("/api/staff/me").json()["account"]
    house.client.cookies.clear()
    house.call(house.office.accounts.lock, account, "Amt 34")
    refused(house, sign_in(house), "locked")
    house.call(house.office.accounts.unlock, account, "Amt 34")


def test_who_says_no_there_is_not_signed_in(house: House) -> None:
    refused(house, back(house, with_the_provider(begin(house), abort=True)), "denied")


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(house: House) -> None:
    address = begin(house)
    kept = house.client.cookies["lotse_oidc"]
    answer = with_the_provider(address)
    stranger = house.another()
    elsewhere = stranger.get(answer, follow_redirects=False)
    assert elsewhere.headers["location"] == "/staff?problem=state"
    back(house, answer)
    house.client.cookies.clear()
    house.client.cookies.set("lotse_oidc", kept, domain="localhost.local", path="/api/staff/oidc")
    refused(house, back(house, answer), "state")
    assert "refused" in house.acts()[-2:]


def test_an_answer_with_another_state_or_issuer_is_refused(house: House) -> None:
    refused(house, back(house, changed(with_the_provider(begin(house)), state="guess")), "state")
    answer = changed(with_the_provider(begin(house)), iss="https://evil.example")
    refused(house, back(house, answer), "state")


def test_a_token_with_another_nonce_is_refused(house: House) -> None:
    refused(house, back(house, with_the_provider(changed(begin(house), nonce="guess"))), "token")


def test_a_code_that_is_expired_or_of_another_sign_in_is_refused(house: House, provider: Provider) -> None:
    answer = with_the_provider(begin(house))
    provider.advance(3600)
    refused(house, back(house, answer), "code")
    # a token from the future is no better
    refused(house, sign_in(house), "token")
    provider.advance(-3600)
    other = parse_qs(urlsplit(with_the_provider(begin(house))).query)["code"][0]
    answer = changed(with_the_provider(begin(house)), code=other)  # PKCE: its verifier is another
    refused(house, back(house, answer), "code")


def test_who_signs_out_is_signed_out_with_the_provider_too(house: House, provider: Provider) -> None:
    sign_in(house)
    csrf = house.client.get("/api/staff/me").json()["csrf"]
    out = house.client.post("/api/staff/logout", headers={"X-CSRF-Token": csrf})
    assert out.status_code == 200
    address = out.json()["leads_to"]
    assert address.startswith(f"{provider.issuer}/session/end?id_token_hint=")
    with httpx.Client(follow_redirects=False) as browser:
        page = browser.get(address)
        xsrf = re.search(r'name="xsrf" value="(\w+)"', page.text)
        assert xsrf, page.text
        form = {"xsrf": xsrf[1], "logout": "yes"}
        left = browser.post(f"{provider.issuer}/session/end/confirm", data=form)
    assert left.headers["location"] == f"{BASE}/staff"
    assert house.client.get("/api/staff/me").status_code == 401


def test_a_wrong_secret_is_refused_by_the_provider(provider: Provider, tmp_path: Path) -> None:
    wrong = OidcClient(OidcConfig(provider.issuer, "lotse", ROLES, SECRET + "x"))
    for house in with_provider(tmp_path, wrong):
        refused(house, sign_in(house), "code")


def test_where_only_the_provider_signs_in_a_password_does_not(provider: Provider, tmp_path: Path) -> None:
    for house in with_provider(tmp_path, provider.client(), local=False):
        assert house.client.get("/api/staff/sign-in").json()["local"] is False
        login = {"name": "Amt erika", "password": PASSWORD}
        answer = house.client.post("/api/staff/login", json=login)
        assert (answer.status_code, "Stadtkonto" in answer.json()["detail"]) == (403, True)
        sign_in(house)
        assert house.client.get("/api/staff/me").status_code == 200


def test_while_the_provider_is_away_the_local_sign_in_stays(tmp_path: Path) -> None:
    with Provider(BASE) as provider:
        for house in with_provider(tmp_path, provider.client()):
            provider.belongs(erika=["lotse-amt"])
            answer = with_the_provider(begin(house))
            provider.stop()
            refused(house, back(house, answer), "away")  # away between there and here
            house.sign_in(name="Amt erika")
    away = OidcClient(OidcConfig(provider.issuer, "lotse", ROLES, SECRET))
    (tmp_path / "later").mkdir()
    for house in with_provider(tmp_path / "later", away):
        refused(house, house.client.get(BEGIN, follow_redirects=False), "away")
