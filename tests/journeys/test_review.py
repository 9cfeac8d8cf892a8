"""What a citizen changes from the review is what the clerk finds, through all wires."""

from __future__ import annotations

from simulator.citizens.clerk import StaffDesk
from simulator.citizens.player import Citizen
from simulator.citizens.screen import Screen
from simulator.world import World
from tests.journeys.test_identity_card import case_of, values
from tests.journeys.test_services import touching


def test_every_value_can_be_changed_from_the_review_and_the_clerk_finds_the_changed_ones(
    world: World, screen: Screen, desk: StaffDesk
) -> None:
    visit = touching(
        "registration_certificate",
        [("certificate_extent", "extended"), ("certificate_person", "self")],
        ["own_card"],
        purpose="Bank",
        street="Hauptstraße 5",
        postcode="12345",
    )
    citizen = Citizen(world, screen, visit, by="touch")
    citizen.arrive()
    citizen.live(until="review")

    # a value: to its field and back; the misspelt street is offered as the town writes it
    screen.tap("edit:field:address:street")
    screen.wait(lambda seen: [field.id for field in seen.fields][:1] == ["street"], "the address alone")
    screen.fill("street", "hiedestr 18")
    screen.do(lambda page: page.locator('[data-suggestion="Heidestraße 18"]').click())
    screen.wait(lambda seen: seen.fields[0].value == "Heidestraße 18", "the street in the field")
    screen.tap("submit")
    screen.wait(lambda seen: seen.panel == "review" and "Heidestraße 18" in seen.text, "the review")

    # back from a field is the review, with what was typed
    screen.tap("edit:field:address:postcode")
    screen.wait(lambda seen: seen.panel == "form", "the postcode")
    screen.fill("postcode", "99998")
    screen.tap("nav:go_back")
    screen.wait(lambda seen: seen.panel == "review" and "99998" in seen.text, "the review again")

    # an answer: the dialogue takes it, and the review comes again
    screen.tap("edit:choice:certificate_extent")
    screen.wait(lambda seen: seen.question == "certificate_extent", "the question")
    screen.tap("certificate_extent:simple")
    screen.wait(lambda seen: seen.panel == "review", "the review with the other answer")

    # a value in words stands there at once
    screen.type("nein die postleitzahl ist fünf null eins zwei sechs")
    screen.wait(lambda seen: seen.panel == "review" and "50126" in seen.text, "the postcode put right")

    # an answer in words: what it makes necessary, and nothing else, then the review
    screen.type("ich will doch die erweiterte")
    seen = screen.wait(lambda seen: seen.panel == "form", "the fields that are new")
    assert [field.id for field in seen.fields] == ["marital_status", "former_addresses", "nationalities"]
    screen.tap("submit")
    screen.wait(lambda seen: seen.panel == "review", "the review with the new answer")

    citizen.live(until="ticket")
    found = values(case_of(desk, screen.look().ticket))
    assert found["street"] == ("Heidestraße 18", "typed")
    assert found["postcode"] == ("50126", "typed")
    assert found["certificate_extent"][0] == "Erweitert"
