"""The chip part of the document step: real pcscd, reader, texts and catalogue; only the hands are ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from hardware.camera import OpenCvCamera
from hardware.camera.mrz_format import parse
from hardware.cards import PcscReader
from hardware.cards.emrtd.trust import TrustStore
from hardware.ports import CardEvent, CardInserted, MrzRead, State
from hardware.printer import EscposPrinter
from robot.cases.model import Provenance
from robot.policy import ChipPolicy
from robot.settings import Cards, load
from robot.steps import chip
from robot.steps.form import run as form
from robot.steps.hand_over import draft_of
from robot.steps.stage import Stage, Tapped
from robot.visit.lying import Lying
from robot.visit.screen import Screen
from robot.visit.visit import Help, Visit
from robot.web.view import ChipPanel, Consent, FormPanel, Info
from simulator.card import VirtualReader, make_chip
from simulator.card.pki import pki
from tests.musterstadt import catalogue, texts
from tests.robot.cases.kit import open_office

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0
ALLOWING = Cards.model_validate({"allow_unattended": ["passport"]}).policy()
STRICT = Cards().policy()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path_factory.mktemp("pcscd")) as reader:
        yield reader


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "list.ml").write_bytes(pki().master_list)
    (folder / "root.cer").write_bytes(pki().csca["DE"].der)
    TrustStore.open(folder / "store").import_file(folder / "list.ml", folder / "root.cer")
    return folder / "store"


class Kiosk:
    """A stage with a real card reader; what is said is kept."""

    def __init__(self, folder: Path, world: VirtualReader, trust: Path) -> None:
        self.world = world
        self.cards = PcscReader(world.socket, trust)
        self.lying = Lying()
        self.said: list[str] = []
        self.happened = asyncio.Event()
        self.office = open_office(folder)
        settings = load(ROOT / "lotse.toml")

        async def say(text: str) -> None:
            self.said.append(text)
            self.happened.set()

        self.stage = Stage(
            visit=Visit(service="identity_card", choices={"reason": "lost", "age_group": "adult"}),
            settings=settings,
            catalogue=catalogue(),
            texts=texts(),
            screen=Screen(town="Musterstadt", panel=Info(title="")),
            office=self.office,
            camera=OpenCvCamera("none"),
            cards=self.cards,
            lying=self.lying,
            policy=STRICT,
            printer=EscposPrinter("none", 9600, "TM-T88III"),
            say=say,
            measured=lambda figure, value: None,
            picture=lambda on: "",
        )
        self.percents: list[int] = []
        self.stage.screen.listen(self._seen)

    def _seen(self, view: object) -> None:
        panel = self.stage.screen.panel
        if isinstance(panel, ChipPanel) and panel.reading:
            self.percents.append(panel.percent)
        self.happened.set()

    async def start(self) -> None:
        events = self.cards.events()
        await self.cards.start()
        self.notices = asyncio.create_task(self._notice(events))
        async with asyncio.timeout(PATIENCE):
            while self.cards.health().state is not State.READY:  # noqa: ASYNC110 - health() is no event
                await asyncio.sleep(0.05)

    async def _notice(self, events: AsyncIterator[CardEvent]) -> None:
        async for event in events:
            self.lying.noticed(event)
            self.happened.set()

    async def stop(self) -> None:
        self.world.remove()
        await self.until(lambda: self.lying.newest is None)  # PC/SC has noticed, the next one can be laid on
        await self.cards.stop()
        await self.notices
        self.office.close()

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not wanted():
                self.happened.clear()
                await self.happened.wait()

    def tap(self, name: str) -> None:
        self.stage.doings.put_nowait(Tapped(name))

    def zone(self, profile: str) -> MrzRead:
        """What the camera makes of the document."""
        lines = tuple(make_chip(profile).document.mrz)
        return MrzRead(lines, dict(parse(lines).fields), True, True, (), ())

    def told(self, words: str) -> bool:
        return any(words in text for text in self.said)

    async def read(self, policy: ChipPolicy, profile: str, *faults: str) -> None:
        """The whole part of the step, with consent, for a document with these faults."""
        self.stage.policy = policy
        zone = self.zone(profile)
        assert chip.offered(self.stage, zone)
        running = asyncio.create_task(chip.run(self.stage, zone))
        self.tap("consent")
        await self.until(lambda: isinstance(self.stage.screen.panel, ChipPanel))
        self.world.insert(make_chip(profile, faults=faults))
        async with asyncio.timeout(PATIENCE):
            await running


@pytest.fixture
async def kiosk(tmp_path: Path, world: VirtualReader, trust: Path) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(tmp_path, world, trust)
    await kiosk.start()
    yield kiosk
    await kiosk.stop()


async def test_16a_passg_the_chip_fills_the_form_with_a_bar_and_its_portrait_is_kept_nowhere(
    kiosk: Kiosk,
) -> None:
    await kiosk.read(ALLOWING, "passport_gm")
    values = kiosk.stage.visit.values
    assert values["surname"].provenance is Provenance.CHIP
    assert values["birth_date"].provenance is Provenance.CHIP
    assert kiosk.percents == sorted(kiosk.percents)
    assert kiosk.percents[-1] == 100
    assert len(set(kiosk.percents)) > 3
    kept = repr(vars(kiosk.stage.visit)) + draft_of(kiosk.stage).model_dump_json()
    assert "JFIF" not in kept
    assert "portrait" not in kept.casefold()
    notes = draft_of(kiosk.stage).notes
    assert "echt und unverändert" in notes[0]
    assert "Original" in notes[1]
    assert kiosk.told("Danke, ich habe den Chip gelesen")


async def test_what_the_chip_said_and_the_citizen_changed_is_marked_as_such(kiosk: Kiosk) -> None:
    await kiosk.read(ALLOWING, "passport_gm")
    read = kiosk.stage.visit.values["surname"].text
    kiosk.stage.visit.set_value("surname", read + "x", Provenance.TYPED)
    editing = asyncio.create_task(form(kiosk.stage))
    await kiosk.until(lambda: isinstance(kiosk.stage.screen.panel, FormPanel))
    editing.cancel()
    panel = kiosk.stage.screen.panel
    assert isinstance(panel, FormPanel)
    origin = {field.id: field.origin for group in panel.groups for field in group.fields}["surname"]
    assert "Chip" in origin
    assert "geändert" in origin
    field = next(field for field in draft_of(kiosk.stage).fields if field.id == "surname")
    assert (field.provenance, field.original) == (Provenance.CHIP_EDITED, read)


@pytest.mark.parametrize(
    "fault,words,taken",
    [
        ("altered_dg2", "verändert (Bild)", False),
        ("signer_unknown", "Aussteller ist hier nicht bekannt", True),
        ("signer_expired", "galt am Tag der Unterschrift nicht", True),
    ],
)
async def test_the_clerk_reads_in_german_what_is_the_matter_and_altered_data_are_not_taken(
    kiosk: Kiosk, fault: str, words: str, taken: bool
) -> None:
    await kiosk.read(ALLOWING, "passport_gm", fault)
    assert words in kiosk.stage.visit.notes[0]
    assert ("surname" in kiosk.stage.visit.values) is taken


async def test_nothing_is_offered_where_the_town_does_not_allow_it_until_a_clerk_stands_by(
    kiosk: Kiosk,
) -> None:
    zone = kiosk.zone("passport_gm")
    assert not chip.offered(kiosk.stage, zone)
    kiosk.stage.visit.help = Help(reason="möchte mit einem Menschen sprechen")
    assert not chip.offered(kiosk.stage, zone)
    kiosk.stage.visit.help.accepted_by = "muster"
    assert chip.offered(kiosk.stage, zone)


async def test_18a_pauswg_the_chip_of_an_identity_card_is_never_offered(kiosk: Kiosk) -> None:
    card = (
        "IDD<<T220001293<<<<<<<<<<<<<<<",
        "6408125<2010315D<<<<<<<<<<<<<4",
        "MUSTERMANN<<ERIKA<<<<<<<<<<<<<",
    )
    zone = MrzRead(card, dict(parse(card).fields), True, True, (), ())
    kiosk.stage.policy = Cards.model_validate({"allow_attended": ["german_id"]}).policy()
    kiosk.stage.visit.help = Help(reason="", accepted_by="muster")
    assert not chip.offered(kiosk.stage, zone)


async def test_without_consent_no_card_is_touched(kiosk: Kiosk) -> None:
    kiosk.stage.policy = ALLOWING
    running = asyncio.create_task(chip.run(kiosk.stage, kiosk.zone("passport_gm")))
    await kiosk.until(lambda: isinstance(kiosk.stage.screen.panel, Consent))
    kiosk.tap("decline")
    async with asyncio.timeout(PATIENCE):
        await running
    assert kiosk.stage.visit.values == {}
    assert kiosk.stage.visit.notes == []


async def test_a_wrong_card_is_named_a_pulled_one_asked_for_again_and_the_right_one_read(
    kiosk: Kiosk,
) -> None:
    kiosk.stage.policy = ALLOWING
    running = asyncio.create_task(chip.run(kiosk.stage, kiosk.zone("passport_gm")))
    kiosk.tap("consent")
    await kiosk.until(lambda: isinstance(kiosk.stage.screen.panel, ChipPanel))
    kiosk.world.insert("german_id")
    await kiosk.until(lambda: kiosk.told("§ 18a PAuswG"))
    kiosk.world.remove()
    await kiosk.until(lambda: kiosk.lying.newest is None)
    kiosk.world.insert(make_chip("passport_gm", faults=("pulled:20",)))
    await kiosk.until(lambda: kiosk.told("noch einmal auf"))
    await kiosk.until(lambda: kiosk.lying.newest is None)
    kiosk.world.insert(make_chip("passport_gm"))
    async with asyncio.timeout(PATIENCE):
        await running
    assert kiosk.stage.visit.values["surname"].provenance is Provenance.CHIP


async def test_a_citizen_who_loses_patience_goes_on_without_the_chip(kiosk: Kiosk) -> None:
    kiosk.stage.policy = ALLOWING
    running = asyncio.create_task(chip.run(kiosk.stage, kiosk.zone("passport_gm")))
    kiosk.tap("consent")
    await kiosk.until(lambda: isinstance(kiosk.stage.screen.panel, ChipPanel))
    kiosk.world.insert(make_chip("passport_gm", faults=("slow_106",)))
    await kiosk.until(lambda: bool(kiosk.percents))
    kiosk.tap("without")
    async with asyncio.timeout(PATIENCE):
        await running
    assert kiosk.stage.visit.values == {}
    assert "nicht gelesen" in kiosk.stage.visit.notes[0]
    assert not kiosk.lying.expected


async def test_lying_knows_the_card_that_was_laid_down_last(kiosk: Kiosk) -> None:
    kiosk.world.insert("bank")
    await kiosk.until(lambda: isinstance(kiosk.lying.newest, CardInserted))
    kiosk.world.remove()
    await kiosk.until(lambda: kiosk.lying.newest is None)
