"""What is refused is told in the language of the page, wherever in the web app it is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import robot
from tests.robot.staff.test_endpoints import Endpoint, endpoints
from tests.robot.staff.test_web import EACH_ROLE, House, opened

SOURCES = sorted(Path(robot.__file__).parent.rglob("*.py"))
GERMAN = "äöüßÄÖÜ"
# who reads German reads them; English has nothing like it
COMMON = {"bitte", "nicht", "das", "sie", "der", "die", "ist", "hier"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from opened(tmp_path_factory.mktemp("house"), EACH_ROLE)


def test_nothing_is_refused_but_with_a_sentence_in_both_languages() -> None:
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("HTTPException", "StarletteHTTPException"), (
                    f"{file}:{node.lineno}"
                )
                if node.func.id == "Refused":
                    assert len(node.args) >= 3 or node.keywords, f"{file}:{node.lineno}"


def addresses(one: Endpoint) -> str:
    """The endpoint's address with something that is not there for each part of it."""
    return "/".join("nothere" if part.startswith("{") else part for part in one.path.split("/"))


def both(house: House, method: str, path: str, headers: dict[str, str]) -> tuple[str, str]:
    """The sentences of a refusal, German and English; empty where nothing is refused."""
    told = []
    for lang in ("de-DE", "en-GB"):
        sent = {"Accept-Language": lang, **headers}
        answer = house.client.request(
            method, path, headers=sent, json={"none": "such"}, follow_redirects=False
        )
        told.append(answer.json()["detail"] if answer.status_code >= 400 else "")
    assert all(isinstance(sentence, str) for sentence in told)
    return told[0], told[1]


def test_every_endpoint_refuses_in_german_and_in_english(house: House) -> None:
    nobody = house.another()
    headers = house.sign_in(house.client, "Amt administrator")
    # a way and an address that there are not, and a body that fits nothing
    login = "/api/staff/login"
    found = {both(house, "DELETE", login, headers), both(house, "GET", f"{login}/nowhere", headers)}
    for one in endpoints(house):
        if one.path.endswith(("logout", "/end", "/password")):
            continue
        found.add(both(house, one.method, addresses(one), headers))
        pair = tuple(
            nobody.request(one.method, addresses(one), headers={"Accept-Language": lang}, json={}).text
            for lang in ("de", "en")
        )
        if one.asks:
            assert pair[0] != pair[1], one
    found.discard(("", ""))
    assert len(found) >= 5
    for german, english in found:
        assert german != english
        assert english
        assert not set(GERMAN) & set(english), english
        assert not COMMON & set(english.lower().split()), english


def test_who_asks_for_another_house_or_sends_too_much_is_told_in_their_language(house: House) -> None:
    for sent, german, english in (
        ({"Host": "somewhere.example"}, "Namen", "name"),
        ({"Content-Length": str(10**9)}, "groß", "large"),
    ):
        for lang, expected in (("de", german), ("en", english)):
            answer = house.client.post(
                "/api/staff/login", headers={"Accept-Language": lang, **sent}, content=b"{}"
            )
            assert expected in answer.json()["detail"]
