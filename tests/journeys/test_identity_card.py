"""The main job, whole, through all wires at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.citizens.clerk import Clerk, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Chromium
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, House


def case_of(desk: StaffDesk, number: str) -> Any:
    view = desk.view(lambda view: any(row["number"] == number for row in view["cases"]))
    row = next(row for row in view["cases"] if row["number"] == number)
    return desk.call(f"/api/staff/cases/{row['id']}")


def values(case: Any) -> dict[str, tuple[str, str]]:
    return {field["id"]: (field["value"], field["provenance"]) for field in case["fields"]}


def test_a_citizen_gets_their_application_ready_by_talking_and_the_clerk_finds_it(
    citizen: Callable[..., Citizen],
    world: World,
    robot: House,
    desk: StaffDesk,
    browser: Chromium,
) -> None:
    desk.watch()
    printed = len(world.printer.receipts)
    visitor = citizen()
    journey = visitor.visit()

    assert journey.greeted_by == "presence"
    assert journey.understood, journey.fallbacks
    assert journey.partials > 5  # recognised words appeared while they spoke
    # every sentence that led on had an answer to be heard; one may be lost where the machine is busy
    silent = [said.text for said in journey.said if said.moved and said.latency_s is None]
    assert len(silent) <= 1, silent

    receipt = world.printer.wait_receipt(count=printed + 1)
    assert journey.number in receipt.text
    assert not any(word in receipt.text for word in (visitor.who.surname, visitor.who.given_names))

    case = case_of(desk, journey.number)
    assert case["row"]["state"] == "waiting"
    found = values(case)
    assert found["surname"] == (visitor.who.surname, "mrz") or found["surname"][1] == "mrz_edited"
    assert found["birth_date"] == (f"{visitor.who.birth_date:%d.%m.%Y}", "mrz")
    assert found["street"] == (visitor.who.street, "typed")
    assert found["reason"][1] == found["delivery"][1] == "chosen"
    assert case["total_cents"] == sum(fee["cents"] for fee in case["fees"]) > 0
    assert all("§" in fee["law"] for fee in case["fees"])

    # the QR code names the case and nothing else
    assert len(receipt.codes) == 1
    assert visitor.who.surname.casefold() not in receipt.codes[0].casefold()

    # the shred record is there; the person is not
    view = desk.now()
    assert view["visits"] == []
    assert view["shreds"][0]["outcome"] == "done"
    assert "fields" in view["shreds"][0]["wiped"]
    disk = robot.on_disk()
    for secret in (visitor.who.surname, visitor.who.street, visitor.who.birth_place, "läuft bald ab"):
        assert secret.encode() not in disk
    assert visitor.who.documents["id_card"].number.encode() not in disk

    # and the clerk's page shows it all to a clerk
    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    page = clerk.open_case(journey.number)
    assert visitor.who.surname in page
    assert visitor.who.street in page
    clerk.close()


def test_everything_that_can_be_said_can_be_tapped(
    citizen: Callable[..., Citizen], world: World, desk: StaffDesk
) -> None:
    printed = len(world.printer.receipts)
    journey = citizen(by="touch").visit()

    assert journey.said == []
    assert journey.number in world.printer.wait_receipt(count=printed + 1).text
    assert values(case_of(desk, journey.number))["birth_date"][1] == "mrz"


def test_a_clerk_calls_a_case_and_returns_it_with_a_reason_and_every_look_is_recorded(
    citizen: Callable[..., Citizen], desk: StaffDesk
) -> None:
    number = citizen(by="touch").visit().number
    case = case_of(desk, number)
    where = f"/api/staff/cases/{case['row']['id']}"

    called = desk.call(f"{where}/state", {"state": "called", "reason": "", "version": case["row"]["version"]})
    desk.view(lambda view: any(row["number"] == number and row["state"] == "called" for row in view["cases"]))
    desk.call(f"{where}/state", {"state": "returned", "reason": "Foto fehlt", "version": called["version"]})
    desk.view(
        lambda view: any(row["number"] == number and row["state"] == "returned" for row in view["cases"])
    )

    seen = desk.call(where)
    assert seen["row"]["reason"] == "Foto fehlt"
    assert [event["who"] for event in seen["trail"]].count("muster") >= 4  # two looks, two decisions
