"""Answers in a citizen's words."""

from __future__ import annotations

import pytest

from dialogs import words
from dialogs.catalogue import Catalogue

CARD = "identity_card"


@pytest.mark.parametrize(
    "slot, said, choice",
    [
        ("reason", "der läuft nächsten Monat ab", "expired"),
        ("reason", "er wurde mir geklaut", "stolen"),
        ("reason", "ich habe geheiratet und heiße jetzt anders", "name_changed"),
        ("reason", "den habe ich verloren", "lost"),
        ("reason", "er ist kaputt gegangen", "damaged"),
        ("reason", "das ist mein erster", "first"),
        ("reason", "der wurde nicht gestohlen", None),
        ("reason", "wie bitte", None),
        ("age_group", "ich bin siebenundzwanzig", "adult"),
        ("age_group", "ich bin sieben und zwanzig jahre alt", "adult"),
        ("age_group", "Ich bin 17.", "under24"),
        ("age_group", "dreiundzwanzig", "under24"),
        ("age_group", "vierundzwanzig", "adult"),
        ("age_group", "hundertzwei", "adult"),
        ("age_group", "für mein kind", "under16"),
        ("age_group", "mein kind ist siebzehn jahre alt", "under24"),
        ("age_group", "meine tochter ist elf", "under16"),
        ("age_group", "sechzehn bis dreiundzwanzig", "under24"),
        ("age_group", "älter als vierundzwanzig", "adult"),
        ("age_group", "unter achtzehn", None),
        ("residence", "ja", "yes"),
        ("residence", "ja ich wohne hier", "yes"),
        ("residence", "nein ich wohne nicht hier", "no"),
        ("residence", "ich wohne hier nicht", "no"),
        ("urgent", "nein ich kann warten", "no"),
        ("urgent", "es eilt nicht", "no"),
        ("urgent", "ja es eilt", "yes"),
        ("photo", "ich habe noch kein foto", "counter"),
        ("photo", "ich habe schon einen code vom fotografen", "code"),
        ("delivery", "ich hole ihn ab", "pickup"),
        ("delivery", "schicken sie ihn mir bitte", "shipping"),
        ("age_group", "i am seventeen", "under24"),
        ("age_group", "i'm thirty five years old", "adult"),
        ("age_group", "my daughter is eleven", "under16"),
        ("age_group", "one hundred and two", "adult"),
        ("age_group", "i need a new one", None),
        ("age_group", "under eighteen", None),
        ("residence", "yes i do", "yes"),
        ("residence", "yes please", "yes"),
        ("residence", "no thanks", "no"),
        ("urgent", "nope", "no"),
        ("urgent", "natürlich nicht", "no"),
        ("urgent", "auf keinen fall", "no"),
        ("urgent", "of course", "yes"),
        ("urgent", "not really", "no"),
    ],
)
def test_an_answer_in_plain_german_is_the_right_choice(
    catalogue: Catalogue, slot: str, said: str, choice: str | None
) -> None:
    assert words.answer(catalogue.question(CARD, slot), said) == choice


def test_a_sentence_that_says_more_than_asked_saves_questions(catalogue: Catalogue) -> None:
    service = catalogue.service(CARD)
    said = "Guten Tag, mein Personalausweis läuft ab, ich bin 27 Jahre alt und es ist nicht eilig."
    assert words.volunteered(service, said, {}) == {"reason": "expired", "age_group": "adult", "urgent": "no"}
    assert words.volunteered(service, "ich bin ein bürger dieser stadt", {}) == {}


def test_every_choice_can_be_said_as_it_is_written_on_its_button(catalogue: Catalogue) -> None:
    for service in catalogue.services.values():
        for question in service.questions:
            for choice in question.choices:
                for said in (choice.label, choice.say0, *choice.say):
                    assert words.answer(question, said) == choice.id, (question.slot, said)


def test_services_are_found_in_the_order_in_which_they_are_named() -> None:
    names = {"card": ["ausweis", "personalausweis"], "pickup": ["ausweis abholen"], "passport": ["reisepass"]}
    assert words.mentions(names, "einen Reisepass und meinen Ausweis abholen") == ["passport", "pickup"]
    assert words.mentions(names, "nicht den Personalausweis, sondern den Reisepass") == ["passport"]
    assert words.mentions(names, "keinen Ausweis") == []
