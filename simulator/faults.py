"""Everything that can go wrong in the simulated world, by name: for tests, scenarios and the panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from simulator.body import RobotBody
from simulator.card import VirtualReader
from simulator.printer import ReceiptPrinter

Part = TypeVar("Part")


class Desk(Protocol):
    """What a fault needs of the document camera."""

    @property
    def stalled(self) -> bool: ...
    @property
    def away(self) -> bool: ...
    def stall(self) -> None: ...
    def resume(self) -> None: ...
    def go_away(self) -> None: ...
    def come_back(self) -> None: ...


class Sound(Protocol):
    """What a fault needs of the sound server."""

    @property
    def alive(self) -> bool: ...
    @property
    def hears(self) -> bool: ...
    def kill(self) -> None: ...
    def restart(self) -> None: ...
    def remove_microphone(self) -> None: ...
    def restore_microphone(self) -> None: ...


@dataclass(frozen=True)
class World:
    """The devices of one kiosk; None for those that do not play."""

    reader: VirtualReader | None = None
    printer: ReceiptPrinter | None = None
    body: RobotBody | None = None
    camera: Desk | None = None
    voice: Sound | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    `device`: the field of World; `title` and `description` are for the person at the panel. `apply`, `undo`
    and `holds` (whether it is so now) raise ValueError when the world has no such device. Undoing what did
    not happen changes nothing.
    """

    id: str
    device: str
    title: str
    description: str
    apply: Callable[[World], None]
    undo: Callable[[World], None]
    holds: Callable[[World], bool]


FAULTS: dict[str, Fault] = {}


def apply(name: str, world: World) -> None:
    """Let the fault happen. Raises ValueError for an unknown name or a device that does not play."""
    _fault(name).apply(world)


def undo(name: str, world: World) -> None:
    """Make the fault good. Raises ValueError for an unknown name or a device that does not play."""
    _fault(name).undo(world)


def undo_all(world: World) -> None:
    """Make every fault good of the devices that play."""
    for fault in FAULTS.values():
        if getattr(world, fault.device) is not None:
            fault.undo(world)


def _fault(name: str) -> Fault:
    if name not in FAULTS:
        raise ValueError(f"There is no fault {name!r}: choose one of {', '.join(FAULTS)}.")
    return FAULTS[name]


def _reader(world: World) -> VirtualReader:
    return _playing(world.reader, "card reader")


def _printer(world: World) -> ReceiptPrinter:
    return _playing(world.printer, "printer")


def _body(world: World) -> RobotBody:
    return _playing(world.body, "body")


def _camera(world: World) -> Desk:
    return _playing(world.camera, "camera")


def _voice(world: World) -> Sound:
    return _playing(world.voice, "sound server")


def _playing(part: Part | None, what: str) -> Part:
    if part is None:
        raise ValueError(f"This world has no {what}: start one before letting it fail.")
    return part


def _set_paper(world: World, state: str) -> None:
    _printer(world).paper = state


def _revive(reader: VirtualReader) -> None:
    if not reader.alive:
        reader.restart_daemon()


def _revive_sound(sound: Sound) -> None:
    if not sound.alive:
        sound.restart()


def _of_the_next_cards(name: str, fault: str, title: str, description: str) -> Fault:
    return Fault(
        f"card_{name}",
        "reader",
        title,
        description,
        apply=lambda world: _reader(world).expect(fault),
        undo=lambda world: _reader(world).expect(fault, on=False),
        holds=lambda world: fault in _reader(world).armed,
    )


# Names for the panel of faults from simulator.card.faults; they hold for the next cards laid on.
_CARDS = (
    (
        "altered",
        "altered_dg1",
        "Daten verfälscht",
        "Im Chip der nächsten Dokumente steht ein anderer Name, als unterschrieben wurde.",
    ),
    (
        "cloned",
        "clone",
        "Chip kopiert",
        "Die nächsten Dokumente haben richtige Daten, aber nicht die Schlüssel, die das Original beweisen.",
    ),
    (
        "unknown_issuer",
        "signer_unknown",
        "Unbekannter Aussteller",
        "Die nächsten Dokumente hat ein Staat unterschrieben, der in keiner Liste steht.",
    ),
    (
        "wrong_mac",
        "wrong_mac:12",
        "Antwort gefälscht",
        "Beim Lesen der nächsten Dokumente stimmt die Prüfsumme einer verschlüsselten Antwort nicht.",
    ),
    (
        "short",
        "short_apdu",
        "Nur kurze Befehle",
        "Die nächsten Karten lehnen Befehle mit langen Längenfeldern ab.",
    ),
    (
        "slow",
        "slow_106",
        "Langsame Karte",
        "Die nächsten Karten antworten mit der Geschwindigkeit kontaktloser Karten, 106 kbit/s.",
    ),
)

FAULTS.update(
    (fault.id, fault)
    for fault in (
        Fault(
            "card_pulled",
            "reader",
            "Karte weggezogen",
            "Die Karte (auch die nächste) wird beim zweiten Befehl vom Leser gezogen.",
            apply=lambda world: _reader(world).pull_after(1),
            undo=lambda world: _reader(world).pull_after(None),
            holds=lambda world: _reader(world).pulls,
        ),
        Fault(
            "card_mute",
            "reader",
            "Karte antwortet nicht",
            "Die Karte (auch die nächste) bleibt liegen, antwortet aber auf keinen Befehl.",
            apply=lambda world: _reader(world).mute_after(0),
            undo=lambda world: _reader(world).mute_after(None),
            holds=lambda world: _reader(world).mutes,
        ),
        *(_of_the_next_cards(*entry) for entry in _CARDS),
        Fault(
            "pcscd_killed",
            "reader",
            "Kartendienst abgestürzt",
            "Der PC/SC-Dienst wird hart beendet; beim Beheben startet er neu, eine Karte bleibt liegen.",
            apply=lambda world: _reader(world).kill_daemon(),
            undo=lambda world: _revive(_reader(world)),
            holds=lambda world: not _reader(world).alive,
        ),
        Fault(
            "paper_low",
            "printer",
            "Papier fast zu Ende",
            "Der Sensor meldet das nahe Ende der Rolle; gedruckt wird noch.",
            apply=lambda world: _set_paper(world, "low"),
            undo=lambda world: _set_paper(world, "ok"),
            holds=lambda world: _printer(world).paper == "low",
        ),
        Fault(
            "paper_out",
            "printer",
            "Kein Papier",
            "Die Rolle ist leer.",
            apply=lambda world: _set_paper(world, "out"),
            undo=lambda world: _set_paper(world, "ok"),
            holds=lambda world: _printer(world).paper == "out",
        ),
        Fault(
            "paper_ends",
            "printer",
            "Papier endet mittendrin",
            "Die Rolle endet nach fünf weiteren Zeilen, also mitten im nächsten Zettel.",
            apply=lambda world: _printer(world).run_out_after(5),
            undo=lambda world: _set_paper(world, "ok"),
            holds=lambda world: _printer(world).ends,
        ),
        Fault(
            "printer_gone",
            "printer",
            "Drucker abgesteckt",
            "Das Kabel des Druckers ist gezogen.",
            apply=lambda world: _printer(world).unplug(),
            undo=lambda world: _printer(world).plug(),
            holds=lambda world: not _printer(world).plugged,
        ),
        Fault(
            "printer_mute",
            "printer",
            "Drucker stumm",
            "Der Drucker nimmt alles an, druckt aber nichts und antwortet nicht.",
            apply=lambda world: _printer(world).mute(),
            undo=lambda world: _printer(world).mute(False),
            holds=lambda world: _printer(world).muted,
        ),
        Fault(
            "body_gone",
            "body",
            "Körper abgesteckt",
            "Das Kabel zu Sensor und Lichtring ist gezogen.",
            apply=lambda world: _body(world).unplug(),
            undo=lambda world: _body(world).plug(),
            holds=lambda world: not _body(world).plugged,
        ),
        Fault(
            "body_silent",
            "body",
            "Körper antwortet nicht",
            "Sensor und Lichtring hören und antworten nicht.",
            apply=lambda world: _body(world).silence(),
            undo=lambda world: _body(world).silence(False),
            holds=lambda world: _body(world).silent,
        ),
        Fault(
            "body_disturbed",
            "body",
            "Leitung zum Körper gestört",
            "Jede Antwort kommt mit falscher Prüfsumme an.",
            apply=lambda world: _body(world).corrupt(),
            undo=lambda world: _body(world).corrupt(False),
            holds=lambda world: _body(world).corrupted,
        ),
        Fault(
            "camera_stalled",
            "camera",
            "Kamerabild steht",
            "Die Verbindung zur Kamera bleibt offen, es kommt aber kein neues Bild.",
            apply=lambda world: _camera(world).stall(),
            undo=lambda world: _camera(world).resume(),
            holds=lambda world: _camera(world).stalled,
        ),
        Fault(
            "camera_gone",
            "camera",
            "Kamera weg",
            "Die Kamera ist nicht zu erreichen.",
            apply=lambda world: _camera(world).go_away(),
            undo=lambda world: _camera(world).come_back(),
            holds=lambda world: _camera(world).away,
        ),
        Fault(
            "microphone_gone",
            "voice",
            "Mikrofon weg",
            "Das Mikrofon ist abgesteckt; der Lautsprecher geht noch.",
            apply=lambda world: _voice(world).remove_microphone(),
            undo=lambda world: _voice(world).restore_microphone(),
            holds=lambda world: _voice(world).alive and not _voice(world).hears,
        ),
        Fault(
            "sound_gone",
            "voice",
            "Tonserver abgestürzt",
            "Mikrofon und Lautsprecher sind auf einmal weg.",
            apply=lambda world: _voice(world).kill(),
            undo=lambda world: _revive_sound(_voice(world)),
            holds=lambda world: not _voice(world).alive,
        ),
    )
)
