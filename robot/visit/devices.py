"""The senses and hands of a kiosk: how each of them is, for the staff and for whoever stands before it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from dialogs.client import RasaServer
from hardware.ports import (
    Body,
    Camera,
    CardReader,
    Device,
    Headset,
    Health,
    Hearing,
    Paper,
    Printer,
    State,
    Voice,
)
from robot.visit.current import Current
from robot.visit.ears import Ears
from robot.visit.lobby import Lobby
from robot.visit.screen import Screen
from robot.visit.words import Words
from robot.web.broadcast import Broadcast
from robot.web.staff_view import DeviceRow

LOOK_S = 0.5
_STORE = ("device.store", "condition.store.failed")


@dataclass(frozen=True)
class Devices:
    """The senses and hands."""

    hearing: Hearing
    voice: Voice
    cards: CardReader
    camera: Camera
    printer: Printer
    body: Body
    others: tuple[Device, ...] = ()
    headset: Headset | None = None

    def all(self) -> tuple[Device, ...]:
        """Every device, in the order in which they are started."""
        own = (self.voice, self.hearing, self.cards, self.camera, self.printer, self.body)
        return (*self.others, *own, *([self.headset] if self.headset else []))


@dataclass(kw_only=True, eq=False)
class Condition:
    """Knows how everything is, and tells the citizen which of the senses is away."""

    devices: Devices
    rasa: RasaServer
    lobby: Lobby
    current: Current
    ears: Ears
    screen: Screen
    words: Words
    changed: Broadcast
    _states: dict[str, State] = field(init=False, default_factory=dict)

    def rows(self) -> list[DeviceRow]:
        """Every device and how it is, for the staff page."""
        german = self.words.german
        rows = [
            DeviceRow(
                name=health.device,
                label=german(f"screen.device.{health.device}"),
                state=health.state.value,
                detail=self._told(health),
                paper=health.facts.get("paper", "") if health.state is not State.ABSENT else "",
            )
            for health in (device.health() for device in self.devices.all())
        ]
        state = self.dialogue()
        told = "" if state is State.READY else german(f"screen.condition.rasa.{state.value}")
        rows.append(
            DeviceRow(name="rasa", label=german("screen.device.rasa"), state=state.value, detail=told)
        )
        if self.lobby.store_failed:
            label, told = (german(f"screen.{name}") for name in _STORE)
            rows.append(DeviceRow(name="store", label=label, state=State.FAILED.value, detail=told))
        return rows

    def dialogue(self) -> State:
        """How the dialogue server is."""
        return {"ready": State.READY, "starting": State.CONNECTING}.get(self.rasa.state, State.FAILED)

    def _told(self, health: Health) -> str:
        """What is amiss with a device and what to do, for the clerk; "" when all is well."""
        if health.state is State.READY:
            return ""
        condition = "no_paper" if health.facts.get("paper") == Paper.OUT.value else health.state.value
        return self.words.german(f"screen.condition.{health.device}.{condition}")

    async def watch(self) -> None:
        """Look twice a second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.show()

    def show(self) -> None:
        """Say which of the senses is away, and tell the staff when that changes."""
        states = {row.name: State(row.state) for row in self.rows()}
        if states != self._states:
            self._states = states
            self.changed.notify_live()
        screen, text = self.screen, self.words.text
        in_visit = self.current.visit is not None
        hears = states.get("hearing") in (State.READY, State.DEGRADED)
        microphone = hears and in_visit and self.ears.well and not self.ears.deaf
        if microphone is not screen.microphone:
            screen.microphone = microphone
            screen.microphone_label = text("screen.microphone" if microphone else "screen.touch")
            screen.changed()
        deaf = in_visit and states.get("hearing") is not State.CONNECTING and not hears
        dumb = in_visit and states.get("voice") in (State.FAILED, State.DEGRADED, State.ABSENT)
        self.words.note("hearing", "screen.notice.hearing" if deaf else "", "warning")
        self.words.note("voice", "screen.notice.voice" if dumb else "", "warning")

    def rasa_changed(self, state: str) -> None:
        """The dialogue server's state, from its supervisor."""
        away = state != "ready"
        self.lobby.dialogue(ready=not away)
        self.words.note("rasa", "screen.notice.rasa" if away else "")
        self.changed.notify_live()
