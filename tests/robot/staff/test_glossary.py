"""A clerk who reads English reads the town's services, steps, fields and documents in English."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.texts import Texts
from robot.staff.glossary import glossary
from tests.robot.staff.content_kit import files


def called() -> Iterator[tuple[str, str]]:
    """Every German name that staff's pages show, with the key of its translation."""
    catalogue, _ = files()
    for service in catalogue.services.values():
        yield f"{service.id}.label", service.label
        for node in service.journey:
            yield f"{service.id}.station.{node.name}.label", node.label
        for group in service.form:
            yield f"{service.id}.form.{group.id}.label", group.label
            for field in group.fields:
                yield f"{service.id}.form.{field.id}.label", field.label
        for document in service.documents:
            yield f"{service.id}.document.{document.id}.label", document.label
        for check in service.counter:
            yield f"{service.id}.counter.{check.id}.label", check.label
        for copy in service.copies:
            yield f"{service.id}.copy.{copy.id}.label", copy.label
            yield f"{service.id}.copy.{copy.id}.purpose", copy.purpose
        for fee in service.fees:
            yield f"{service.id}.fee.{fee.id}.label", fee.label
    for place in catalogue.town.places:
        yield f"place.{place.id}.label", place.label


def test_whatever_the_catalogue_calls_something_it_has_an_english_word() -> None:
    texts: Texts = files()[1]
    words = glossary(texts)
    known = dict(called())
    assert len(known) > 300
    missing = {
        key: german
        for key, german in known.items()
        if german and german not in words and not (texts.own("en", key) and texts.get("en", key) == german)
    }
    assert missing == {}


def test_what_the_chip_and_a_citizen_want_to_tell_a_clerk_is_there_too() -> None:
    texts: Texts = files()[1]
    words = glossary(texts)
    for prefix in ("screen.chip.note.", "screen.chip.cause.", "screen.chip.group."):
        for name in texts.below(prefix):
            assert words[texts.maybe("de", prefix + name)] == texts.maybe("en", prefix + name)
    assert words["möchte mit einem Menschen sprechen"] == "would like to talk to a human being"
    assert words["Kopie {copy}"] == "copy {copy}"
