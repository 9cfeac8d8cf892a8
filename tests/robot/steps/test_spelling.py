"""Names that a zone spells without umlauts: the form offers how they are written, with one tap."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hardware.camera.mrz_format import parse
from hardware.ports import MrzRead
from robot.cases.model import Provenance
from robot.steps import proposal
from robot.steps.form import run as form
from robot.steps.hand_over import draft_of
from robot.steps.proposal import spellings
from robot.steps.stage import FieldSet
from robot.visit.visit import Visit
from robot.web.view import FormField, FormPanel
from simulator.personas import persona
from tests.robot.steps.kit import bare_stage

ROOT = Path(__file__).resolve().parents[3]


class Visitor:
    """The form of a visit, with real catalogue and texts; nothing else is reached."""

    def __init__(self) -> None:
        self.stage = bare_stage(
            Visit(service="identity_card", choices={"reason": "expired", "age_group": "adult"})
        )
        self.changed = asyncio.Event()
        self.stage.screen.listen(lambda view: self.changed.set())

    def reads(self, who: str, *doubtful: tuple[int, int]) -> None:
        """The camera has read this person's identity card."""
        zone = parse(persona(who).documents["id_card"].mrz)
        read = MrzRead(zone.lines, zone.fields, True, False, doubtful, ())
        proposal.take(self.stage, read.fields, Provenance.MRZ)
        proposal.mark_doubtful(self.stage, read)

    def field(self, name: str) -> FormField:
        panel = self.stage.screen.panel
        assert isinstance(panel, FormPanel)
        return next(field for group in panel.groups for field in group.fields if field.id == name)

    async def enters(self, name: str, value: str) -> FormField:
        """Tap a spelling, or type: the page sends the same for both."""
        self.stage.doings.put_nowait(FieldSet(name, value))
        async with asyncio.timeout(60):
            while self.field(name).value != value or self.stage.doings.qsize():
                self.changed.clear()
                await self.changed.wait()
        return self.field(name)


async def test_the_form_offers_umlauts_and_the_name_is_doubtful_until_one_spelling_is_chosen() -> None:
    visitor = Visitor()
    visitor.reads("abgelaufen")  # MUELLER<GROSS
    step = asyncio.create_task(form(visitor.stage))
    async with asyncio.timeout(60):
        await visitor.changed.wait()
    shown = visitor.field("surname")
    assert shown.value == "Mueller Gross"
    assert shown.spellings == ["Müller Groß", "Müller Gross", "Mueller Groß", "Mueller Gross"]
    assert "".join(shown.value[i] for i in shown.doubtful) == "uess"
    assert shown.origin == "aus dem Ausweis gelesen"

    chosen = await visitor.enters("surname", "Müller Groß")
    assert (chosen.doubtful, chosen.spellings) == ([], shown.spellings)
    assert chosen.origin == "gelesen, Schreibweise von Ihnen gewählt"
    field = next(field for field in draft_of(visitor.stage).fields if field.id == "surname")
    assert (field.value, field.provenance, field.original) == (
        "Müller Groß",
        Provenance.MRZ_SPELLED,
        "Mueller Gross",
    )

    # and back: the way the zone has it is a spelling like the others
    back = await visitor.enters("surname", "Mueller Gross")
    assert (back.doubtful, back.origin) == ([], "aus dem Ausweis gelesen")
    other = await visitor.enters("surname", "Müller-Groß")
    assert other.origin == "gelesen und von Ihnen geändert"
    again = await visitor.enters("surname", "Müller Groß")
    assert again.origin == "gelesen, Schreibweise von Ihnen gewählt"
    step.cancel()
    await asyncio.gather(step, return_exceptions=True)


async def test_a_name_that_can_be_written_in_one_way_only_is_not_asked_about() -> None:
    visitor = Visitor()
    visitor.reads("mustermann", (2, 0))
    step = asyncio.create_task(form(visitor.stage))
    async with asyncio.timeout(60):
        await visitor.changed.wait()
    assert visitor.field("surname").spellings == []
    assert visitor.field("surname").doubtful == [0]  # what the camera was not sure of stays marked
    step.cancel()
    await asyncio.gather(step, return_exceptions=True)


def test_what_a_chip_spells_itself_is_not_asked_about_and_its_zone_is() -> None:
    visitor = Visitor()
    zone = {"surname": "WEISS", "given_names": "JUERGEN"}
    proposal.take(visitor.stage, zone | {"spelled_surname": "WEISS"}, Provenance.CHIP)
    values = visitor.stage.visit.values
    assert values["surname"].spellings == ()
    assert values["given_names"].spellings == ("Jürgen", "Juergen")
    visitor.stage.visit.set_value("given_names", "Jürgen", Provenance.TYPED)
    assert values["given_names"].provenance is Provenance.CHIP_SPELLED


@pytest.mark.parametrize(
    "name,read,ways",
    [
        ("surname", "STRAUSS", ("Strauß", "Strauss")),
        ("surname", "MUSTERMANN", ()),
        ("given_names", "JESSICA MICHAELA", ()),
        ("given_names", "SOEREN", ("Sören", "Soeren")),
    ],
)
def test_the_ways_to_write_a_name(name: str, read: str, ways: tuple[str, ...]) -> None:
    assert spellings(name, read) == ways
