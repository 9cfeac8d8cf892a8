"""Sign-in with a second factor, set-up links, and what administrators do to accounts, over HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from robot.staff.commands import CommandError, list_staff, mend_staff, rotate_keys
from robot.staff.totp import matching_step
from robot.web.staff_sign_in import SignInRules
from tests.robot.cases.kit import files, key_file, url
from tests.robot.staff.test_web import PASSWORD, House, opened

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238 appendix B


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from opened(tmp_path)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[House]:
    """A town that requires a second factor."""
    yield from opened(tmp_path, sign_in=SignInRules(second_factor_required=True))


def ask(house: House, path: str, csrf: dict[str, str], body: Any = None, status: int = 200) -> Any:
    answer = house.client.post(f"/api/staff/{path}", json=body or {}, headers=csrf)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def set_up(house: House, csrf: dict[str, str]) -> tuple[pyotp.TOTP, list[str]]:
    """Codes for who is signed in; the clock stands one step further afterwards."""
    given = ask(house, "self/totp/begin", csrf)
    app = pyotp.TOTP(given["secret"])
    code = app.at(house.clock())
    recovery = ask(house, "self/totp/confirm", csrf, {"code": code})["codes"]
    house.clock.turn(seconds=30)
    return app, recovery


def password(house: House, name: str = "Amt 33") -> str:
    """The ticket after the password."""
    answer = house.client.post("/api/staff/login", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 202, answer.text
    assert "lotse_session" not in answer.headers.get("set-cookie", "")
    return str(answer.json()["ticket"])


def code(house: House, ticket: str, given: str) -> Any:
    return house.client.post("/api/staff/login/code", json={"ticket": ticket, "code": given})


@pytest.mark.parametrize(
    "seconds,code",
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b_one_step_early_or_late(seconds: int, code: str) -> None:
    step = seconds // 30
    for drift in (-30, 0, 30):
        assert matching_step(RFC_SECRET, code, seconds + drift, -1) == step
    for drift in (-61, 61):
        assert matching_step(RFC_SECRET, code, seconds + drift, -1) is None
    assert matching_step(RFC_SECRET, code, seconds, step) is None
    assert matching_step(RFC_SECRET, "", seconds, -1) is None


def test_a_clock_that_was_years_ahead_locks_nobody_out_for_years() -> None:
    app = pyotp.TOTP(RFC_SECRET)
    now = 1_800_000_000
    assert matching_step(RFC_SECRET, app.at(now), now, after=2_500_000_000 // 30) == now // 30


def test_a_clerk_sets_codes_up_and_from_then_on_the_password_alone_opens_nothing(house: House) -> None:
    csrf = house.sign_in()
    app, recovery = set_up(house, csrf)
    assert len(set(recovery)) == 10
    own = house.client.get("/api/staff/self").json()
    assert (own["totp"], own["recovery_left"]) == (True, 10)
    house.client.cookies.clear()
    ticket = password(house)
    assert house.client.get("/api/staff/me").status_code == 401
    right = code(house, ticket, app.at(house.clock()))
    assert right.json()["name"] == "Amt 33"
    assert house.client.get("/api/staff/me").status_code == 200
    kept = b"".join(files(house.folder).values())
    assert app.secret.encode() not in kept
    assert not [one for one in recovery if one.encode() in kept or one.replace("-", "").encode() in kept]
    assert house.acts()[-2:] == ["factor_added", "signed_in"]


def test_a_code_is_accepted_once_and_a_ticket_signs_in_once(house: House) -> None:
    app, _ = set_up(house, house.sign_in())
    first, second = password(house), password(house)
    now = app.at(house.clock())
    assert code(house, first, now).status_code == 200
    replayed = code(house, second, now)
    assert (replayed.status_code, "schon benutzt" in replayed.json()["detail"]) == (401, True)
    house.clock.turn(seconds=30)
    used_up = code(house, first, app.at(house.clock()))
    assert used_up.status_code == 401
    assert "zu lange" in used_up.json()["detail"]
    assert house.acts()[-2:] == ["factor_failed", "refused"]


def test_a_recovery_code_opens_once_however_it_is_typed(house: House) -> None:
    _, recovery = set_up(house, house.sign_in())
    typed = recovery[0].upper().replace("-", " ")
    assert code(house, password(house), typed).status_code == 200
    assert house.client.get("/api/staff/self").json()["recovery_left"] == 9
    assert code(house, password(house), recovery[0]).status_code == 401
    assert code(house, password(house), recovery[1]).status_code == 200


def test_wrong_codes_count_like_wrong_passwords_and_a_right_password_forgives_none(house: House) -> None:
    app, _ = set_up(house, house.sign_in())
    ticket = password(house)
    for _ in range(4):
        assert code(house, ticket, "000000").status_code == 401
    ticket = password(house)
    assert code(house, ticket, "000000").status_code == 401
    locked = code(house, ticket, app.at(house.clock()))
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "30")
    answer = house.client.post("/api/staff/login", json={"name": "Amt 33", "password": PASSWORD})
    assert answer.status_code == 429
    house.clock.turn(seconds=31)
    assert code(house, password(house), app.at(house.clock())).status_code == 200


def test_a_wait_that_a_jumping_clock_made_endless_ends(house: House) -> None:
    wrong = {"name": "Amt 33", "password": "wrong password"}
    house.clock.turn(days=400)
    for _ in range(5):
        house.client.post("/api/staff/login", json=wrong)
    assert house.client.post("/api/staff/login", json=wrong).status_code == 429
    house.clock.turn(days=-400)
    house.sign_in()


def test_where_a_second_factor_is_required_nothing_else_goes_before_it(strict: House) -> None:
    csrf = strict.sign_in()
    me = strict.client.get("/api/staff/me").json()
    assert (me["limited"], me["rights"]) == (True, ["self"])
    ref = strict.hand_over()
    refused = strict.client.get(f"/api/staff/cases/{ref.id}")
    assert refused.status_code == 403
    assert "zweiten Faktor" in refused.json()["detail"]
    set_up(strict, csrf)
    assert strict.client.get("/api/staff/me").json()["limited"] is False
    assert strict.client.get(f"/api/staff/cases/{ref.id}").status_code == 200
    last = ask(strict, "self/totp/remove", csrf, status=409)
    assert "letzter" in last["detail"]


def test_what_changes_the_own_sign_in_needs_one_that_is_fresh(house: House) -> None:
    csrf = house.sign_in()
    house.seconds = 16 * 60
    for path in ("self/totp/begin", "self/totp/remove", "self/passkeys/begin", "self/passkeys/any/remove"):
        said = ask(house, path, csrf, status=401)
        assert "noch einmal" in said["detail"]
    assert house.client.get("/api/staff/me").status_code == 200
    english = house.client.post(
        "/api/staff/self/totp/begin", headers={**csrf, "Accept-Language": "en"}
    ).json()
    assert english["detail"].startswith("For your safety")


def test_a_clerk_changes_the_password_with_the_old_one_and_other_browsers_are_signed_out(
    house: House,
) -> None:
    csrf = house.sign_in()
    other = house.another()
    house.sign_in(other)
    wrong = ask(house, "self/password", csrf, {"current": "wrong password", "new": "ein neues Passwort"}, 422)
    assert "bisheriges" in wrong["detail"]
    weak = ask(house, "self/password", csrf, {"current": PASSWORD, "new": "kurz"}, 422)
    assert "mindestens 10" in weak["detail"]
    ask(house, "self/password", csrf, {"current": PASSWORD, "new": "ein neues Passwort"}, 204)
    assert other.get("/api/staff/me").status_code == 401
    assert house.client.get("/api/staff/me").status_code == 200
    login = {"name": "Amt 33", "password": "ein neues Passwort"}
    assert other.post("/api/staff/login", json=login).status_code == 200


def test_a_clerk_sees_and_ends_their_sessions_and_nobody_elses(house: House) -> None:
    csrf = house.sign_in()
    other, foreign = house.another(), house.another()
    house.sign_in(other)
    house.sign_in(foreign, "Amt 34")
    sessions = house.client.get("/api/staff/self").json()["sessions"]
    assert [one["here"] for one in sessions] == [True, False]
    theirs = foreign.get("/api/staff/self").json()["sessions"][0]["id"]
    ask(house, f"self/sessions/{theirs}/end", csrf, status=404)
    ask(house, f"self/sessions/{sessions[1]['id']}/end", csrf, status=204)
    assert other.get("/api/staff/me").status_code == 401
    assert foreign.get("/api/staff/me").status_code == 200


def test_an_account_made_with_a_link_gets_its_password_from_its_owner_once(house: House) -> None:
    csrf = house.sign_in(name="Amt 34")
    made = ask(house, "accounts", csrf, {"name": "Amt 35", "role": "lead"})
    assert (made["account"]["invited"], made["account"]["password"]) == (True, False)
    assert made["link"].encode() not in b"".join(files(house.folder).values())
    new = house.another()
    weak = new.post("/api/staff/login/link", json={"link": made["link"], "password": "kurz"})
    assert weak.status_code == 422
    body = {"link": made["link"], "password": "mein eigenes Passwort"}
    assert new.post("/api/staff/login/link", json=body).json()["role"] == "lead"
    again = new.post("/api/staff/login/link", json=body)
    assert (again.status_code, "gilt nicht mehr" in again.json()["detail"]) == (410, True)
    assert house.acts()[-1] == "refused"
    late = ask(house, f"accounts/{made['account']['id']}/link", csrf)["link"]
    house.clock.turn(hours=73)
    body = {"link": late, "password": "mein anderes Passwort"}
    assert new.post("/api/staff/login/link", json=body).status_code == 410


def test_an_administrator_locks_unlocks_and_resets_and_never_the_last_administrator(house: House) -> None:
    clerk = house.another()
    csrf = house.sign_in(name="Amt 34")
    set_up(house, house.sign_in())  # the clerk has codes
    csrf = house.sign_in(name="Amt 34")
    rows = {row["name"]: row for row in house.client.get("/api/staff/accounts").json()}
    assert (rows["Amt 33"]["totp"], rows["Amt 33"]["locked"]) == (True, False)
    them, me = rows["Amt 33"]["id"], rows["Amt 34"]["id"]
    assert ask(house, f"accounts/{them}/lock", csrf)["locked"] is True
    login = {"name": "Amt 33", "password": PASSWORD}
    locked = clerk.post("/api/staff/login", json=login)
    assert (locked.status_code, "gesperrt" in locked.json()["detail"]) == (401, True)
    guess = clerk.post("/api/staff/login", json={**login, "password": "wrong password"})
    assert guess.json()["detail"] == "Name oder Passwort stimmt nicht."
    assert ask(house, f"accounts/{them}/unlock", csrf)["locked"] is False
    assert ask(house, f"accounts/{them}/reset", csrf)["totp"] is False
    house.sign_in(clerk)
    assert ask(house, f"accounts/{them}/role", csrf, {"role": "lead"})["role"] == "lead"
    assert clerk.get("/api/staff/me").status_code == 401, "a role holds from the sign-in on"
    for path, body in ((f"accounts/{me}/lock", {}), (f"accounts/{me}/role", {"role": "clerk"})):
        said = ask(house, path, csrf, body, 409)
        assert "letzte Konto der Verwaltung" in said["detail"]
    ask(house, f"accounts/{them}/role", csrf, {"role": "administrator"})
    assert ask(house, f"accounts/{me}/lock", csrf)["locked"] is True
    assert house.client.get("/api/staff/me").status_code == 401


def test_a_key_rotation_keeps_the_codes_and_the_command_line_mends_accounts(house: House) -> None:
    app, _ = set_up(house, house.sign_in())
    where = (url(house.folder), key_file(house.folder))
    rotate_keys(*where)
    assert code(house, password(house), app.at(house.clock())).status_code == 200
    assert "totp" in list_staff(*where)
    assert "locked" in mend_staff(*where, "lock", "amt 33")
    assert "unlocked" in mend_staff(*where, "unlock", "amt 33")
    assert "without" in mend_staff(*where, "reset", "amt 33")
    with pytest.raises(CommandError, match="letzte Konto"):
        mend_staff(*where, "lock", "Amt 34")
    with pytest.raises(CommandError, match="no account"):
        mend_staff(*where, "lock", "nobody")
    house.sign_in()


def test_a_secret_whose_seal_was_exchanged_opens_nothing(house: House) -> None:
    app, _ = set_up(house, house.sign_in())
    ticket = password(house)
    with sqlite3.connect(house.folder / "lotse.sqlite") as connection:
        connection.execute("UPDATE totp_secrets SET wrapped_key = X'00112233445566778899AABBCCDDEEFF'")
    connection.close()
    assert code(house, ticket, app.at(house.clock())).status_code == 500


@pytest.mark.parametrize("answer", [{}, {"id": "!"}, {"id": "QUFB", "rawId": 1, "response": []}])
def test_nonsense_instead_of_a_passkey_is_one_sentence_and_an_entry(
    house: House, answer: dict[str, Any]
) -> None:
    begun = house.client.post("/api/staff/login/passkey/begin", json={}).json()
    body = {"challenge": begun["challenge"], "answer": answer}
    for _ in range(2):
        refused = house.client.post("/api/staff/login/passkey", json=body)
        assert refused.status_code == 401
        assert refused.json()["detail"].endswith(".")
    csrf = house.sign_in()
    begun = ask(house, "self/passkeys/begin", csrf)
    ask(house, "self/passkeys", csrf, {"challenge": begun["challenge"], "answer": answer, "name": "x"}, 422)
    assert house.acts().count("refused") == 2, "the same is noted once a minute"


def test_without_a_name_in_the_address_there_are_no_passkeys(house: House) -> None:
    answer = house.client.post("/api/staff/login/passkey/begin", json={}, headers={"Host": "192.168.7.20"})
    assert (answer.status_code, "Namen" in answer.json()["detail"]) == (409, True)
