"""What the command line asks of parts of the robot: self-test, understanding."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from dialogs.catalogue import Catalogue
from dialogs.client import DialogueDown, RasaServer, Understanding, Understood
from dialogs.texts import TextError
from hardware.camera.copies import missing
from hardware.cards.emrtd.trust import TrustError, TrustStore
from hardware.ports import Device, State
from hardware.speech.models import ModelError, check_model
from robot.app import devices_of
from robot.cases.database import StoreError
from robot.settings import Settings
from robot.staff.content_command import edited
from robot.web.staff_view import DeviceRow

DEVICES_S = 10.0


async def check(settings: Settings, catalogue: Catalogue) -> list[DeviceRow]:
    """Start every device and the dialogue server; one row each, settled or after ten seconds."""
    rows = [
        DeviceRow(name="services", label="", state="ready", detail=f"{len(catalogue.services)} services"),
        _content(settings, catalogue),
        *_speech(settings),
        _trust(settings),
        _copies(),
    ]
    devices = devices_of(settings).all()
    for device in devices:
        await device.start()
    with suppress(TimeoutError):
        async with asyncio.timeout(DEVICES_S):
            await asyncio.gather(*(_settled(device) for device in devices))
    rows += [
        DeviceRow(name=health.device, label="", state=health.state.value, detail=health.detail)
        for health in (device.health() for device in devices)
    ]
    await asyncio.gather(*(device.stop() for device in devices), return_exceptions=True)
    rasa = rasa_of(settings)
    try:
        await rasa.start()
        await rasa.ready(timeout=60)
        rows.append(DeviceRow(name="rasa", label="", state="ready"))
    except DialogueDown as error:
        rows.append(DeviceRow(name="rasa", label="", state="failed", detail=str(error)))
    finally:
        await rasa.stop()
    return rows


async def _settled(device: Device) -> None:
    while device.health().state is State.CONNECTING:  # noqa: ASYNC110 - health() is a look, not an event
        await asyncio.sleep(0.1)


def _content(settings: Settings, catalogue: Catalogue) -> DeviceRow:
    """What administrators have changed, and what of it does not fit the files any more."""
    try:
        made = edited(settings, catalogue)
    except (StoreError, TextError) as error:
        return DeviceRow(name="contents", label="", state="failed", detail=str(error))
    if made and made.broken:
        told = " ".join(f"{kind} {name}: {fault.english}" for (kind, name), fault in made.broken.items())
        return DeviceRow(name="contents", label="", state="degraded", detail=told)
    return DeviceRow(name="contents", label="", state="ready", detail="Every edit fits the files.")


def _copies() -> DeviceRow:
    """The programs that make a searchable copy of a paper."""
    if absent := missing():
        detail = f"Not installed: {', '.join(absent)}; run make setup."
        return DeviceRow(name="copies", label="", state="degraded", detail=detail)
    return DeviceRow(name="copies", label="", state="ready", detail="Copies can be made.")


def _trust(settings: Settings) -> DeviceRow:
    """Without issuers no document is ever found authentic."""
    try:
        anchors = TrustStore.open(settings.path(settings.cards.trust)).list()
    except TrustError as error:
        return DeviceRow(name="trust", label="", state="failed", detail=str(error))
    if not anchors:
        missing = "No issuer of documents is trusted yet: run lotse trust import FILE."
        return DeviceRow(name="trust", label="", state="degraded", detail=missing)
    countries = {anchor.country for anchor in anchors}
    known = f"{len(anchors)} issuers of {len(countries)} countries"
    return DeviceRow(name="trust", label="", state="ready", detail=known)


def _speech(settings: Settings) -> list[DeviceRow]:
    """The recognisers' models, and Piper where it is to speak."""
    speech = settings.speech
    rows = [_speech_model("model", settings.path(speech.model_de))]
    if speech.model_en:
        rows.append(_speech_model("model_en", settings.path(speech.model_en)))
    if speech.engine == "piper":
        rows.append(_piper(speech.piper_program, len(speech.piper_voices)))
    return rows


def _speech_model(name: str, path: Path) -> DeviceRow:
    try:
        model = check_model(path)
    except ModelError as error:
        return DeviceRow(name=name, label="", state="failed", detail=str(error))
    return DeviceRow(
        name=name,
        label="",
        state="degraded" if model.demo else "ready",
        detail=model.warning or model.name,
    )


def _piper(program: str, voices: int) -> DeviceRow:
    """The voice files are checked with the settings."""
    if not voices:
        missing = "Piper has no voice: name files under [speech] piper_voices; espeak-ng speaks."
        return DeviceRow(name="piper", label="", state="degraded", detail=missing)
    if shutil.which(program.split()[0]) is None:
        missing = f"{program} is not there: install Piper, or mend [speech] piper_program; espeak-ng speaks."
        return DeviceRow(name="piper", label="", state="degraded", detail=missing)
    return DeviceRow(name="piper", label="", state="ready", detail=f"{voices} voices")


def rasa_of(settings: Settings) -> RasaServer:
    """The dialogue server alone, on a port of its own where it is ours."""
    return RasaServer(
        python=settings.path(settings.rasa.python),
        model=settings.path(settings.rasa.model),
        port=settings.rasa.port + 1,
        action_url=f"http://127.0.0.1:{settings.web.port}/rasa/webhook",
        log=None,
        on_state=None,
        url=settings.rasa.url,
    )


async def understand(
    settings: Settings, catalogue: Catalogue, sentences: Iterable[str], tell: Callable[[Understood], None]
) -> None:
    """Tells what each sentence means, as soon as it is known. Raises DialogueDown."""
    rasa = rasa_of(settings)
    understanding = Understanding(rasa, catalogue)
    try:
        await rasa.start()
        await rasa.ready(timeout=90)
        for sentence in sentences:
            tell(await understanding.of(sentence))
    finally:
        await rasa.stop()
