"""A service that is only data, through all wires: from the first screen to the clerk's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.citizens.clerk import Clerk, StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import Scenario, Scene
from simulator.citizens.screen import Chromium, Screen
from simulator.world import World
from tests.journeys.house import CLERK, PASSWORD, House
from tests.journeys.test_identity_card import case_of, values


def scene(name: str, when: dict[str, str], *acts: dict[str, Any]) -> Scene:
    return Scene(name, when, acts)


def touching(
    service: str, choices: Iterable[tuple[str, str]], brought: Iterable[str], **fields: str
) -> Scenario:
    """A visit by touch through any service that makes a case: its answers, what was brought and typed."""
    return Scenario(
        name=service,
        title=service,
        persona="mustermann",
        fields=fields,
        scenes=(
            scene("Anliegen", {"panel": "welcome", "state": "visit"}, {"tap": service}),
            *(
                scene(slot, {"panel": "choices", "question": slot}, {"tap": f"{slot}:{choice}"})
                for slot, choice in choices
            ),
            scene("Unterlagen", {"panel": "checklist"}, {"check": list(brought)}, {"tap": "continue"}),
            scene("Einwilligung", {"panel": "consent"}, {"tap": "decline"}),
            scene("Angaben", {"panel": "form"}, {"form": True}, {"tap": "submit"}),
            scene("Prüfen", {"panel": "review"}, {"tap": "confirm"}),
            scene("Wartenummer", {"panel": "ticket"}, {"take": True}, {"tap": "finish"}),
            scene("Daumen", {"panel": "feedback"}, {"tap": "up"}),
        ),
    )


def test_a_certificate_of_registration_reaches_the_clerk_with_what_must_be_seen_at_the_counter(
    world: World, screen: Screen, robot: House, desk: StaffDesk, browser: Chromium
) -> None:
    visit = touching(
        "registration_certificate",
        [("certificate_extent", "extended"), ("certificate_person", "self")],
        ["own_card"],
        purpose="Bank",
    )
    citizen = Citizen(world, screen, visit, by="touch")
    number = citizen.visit().number

    case = case_of(desk, number)
    found = values(case)
    assert found["surname"] == (citizen.who.surname, "typed")
    assert found["purpose"] == ("Bank", "typed")
    assert found["certificate_extent"] == ("Erweitert", "chosen")
    assert [check["id"] for check in case["counter"]] == ["identity", "block"]
    assert case["total_cents"] == 900
    assert [document["brought"] for document in case["documents"]] == [True]

    clerk = Clerk(browser, robot.url)
    clerk.sign_in(CLERK, PASSWORD)
    page = clerk.open_case(number)
    assert "Am Schalter prüfen" in page
    assert "Auskunftssperre" in page
    clerk.close()
