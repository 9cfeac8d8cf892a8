"""Documents of the checklist are marked aloud as well as by touch."""

from __future__ import annotations

import pytest

from dialogs.belongings import marked
from tests.musterstadt import catalogue, texts

CARD = {
    "old_card": "Ihr alter Ausweis oder Reisepass",
    "birth_certificate": "Geburtsurkunde",
    "photo_code": "Blatt mit dem Code des digitalen Fotos",
}


@pytest.mark.parametrize(
    "said, marks",
    [
        ("die geburtsurkunde habe ich dabei", {"birth_certificate": True}),
        ("ich habe meine geburtsurkunde nicht dabei", {"birth_certificate": False}),
        ("die geburtsurkunde fehlt mir", {"birth_certificate": False}),
        ("meinen alten ausweis habe ich hier", {"old_card": True}),
        ("ich habe den reisepass und das blatt mit dem code dabei", {"old_card": True, "photo_code": True}),
        ("das blatt habe ich vergessen", {"photo_code": False}),
        ("ich habe alles dabei", dict.fromkeys(CARD, True)),
        ("ich habe nichts dabei", dict.fromkeys(CARD, False)),
        ("was muss ich dabei haben", {}),
        ("weiter", {}),
        ("ich habe meinen ausweis verloren", {}),
        ("brauche ich die geburtsurkunde", {}),
        ("ich ziehe nicht um", {}),
    ],
)
def test_what_somebody_has_with_them_is_marked(said: str, marks: dict[str, bool]) -> None:
    assert marked(CARD, said) == marks


@pytest.mark.parametrize("lang", ["de", "en", "leicht"])
def test_every_document_of_every_service_can_be_marked_aloud_by_its_name(lang: str) -> None:
    there, missing = (
        ("i have the {} here", "the {} is missing")
        if lang == "en"
        else ("{} habe ich dabei", "{} habe ich vergessen")
    )
    for service in catalogue().services.values():
        for document in service.documents:
            label = texts().get(lang, f"{service.id}.document.{document.id}.label")
            assert marked({document.id: label}, there.format(label)) == {document.id: True}, label
            assert marked({document.id: label}, missing.format(label)) == {document.id: False}, label
