"""Headphones: while their sink is there, the colleague is heard in them and nowhere else.

PulseAudio is asked by its own program `pactl`: `subscribe` tells when sinks and streams come and go, and the
loudspeaker's stream is moved without a gap. The loudspeaker's sink is mute meanwhile: where the server puts
the stream when the headphones are pulled out, nobody hears the end of a sentence that was meant for one
person.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, cast

from hardware.ports import Health, State
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice

log = logging.getLogger(__name__)

ANSWER_S: Final = 4.0  # deadline of one question to the sound server
AGAIN_S: Final = 0.3  # where nothing was told, the server is asked again
HELD_S: Final = 0.2  # so much sound the server may still hold when the voice is silent
PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0)
_OURS: Final = re.compile(r"Event '\w+' on (sink|sink-input|card) #")


class _Refused(Exception):
    """The sound server gave no answer."""


class PulseHeadset:
    """A `ports.Headset`. `settings.headset` is the sink that appears with the headphones.

    `cut` silences the voice; it is awaited before the loudspeaker may be heard again.
    """

    def __init__(
        self, settings: SpeechSettings, sound: SoundDevice, cut: Callable[[], Awaitable[None]]
    ) -> None:
        self.name = "headset"
        self.plugged = False
        self._sink = settings.headset
        self._environment = {**settings.environment(), "LC_ALL": "C"}
        self._sound = sound
        self._cut = cut
        self._home = ""  # the loudspeaker's sink, as long as it is mute because of the headphones
        self._state = State.CONNECTING
        self._detail = ""
        self._events: asyncio.Queue[bool] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Watch the sound server; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep(), name="headset")

    async def stop(self) -> None:
        """Give the sound back to the loudspeaker and watch no more."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        if self._home:
            with contextlib.suppress(_Refused):
                await self._ask("set-sink-mute", self._home, "0")

    def health(self) -> Health:
        """READY whether or not headphones are plugged in; the facts tell."""
        return Health(
            self.name, self._state, self._detail, {"headphones": "plugged" if self.plugged else "none"}
        )

    async def events(self) -> AsyncIterator[bool]:
        """Whether headphones are plugged in, each time that changes; one consumer."""
        while True:
            yield await self._events.get()

    async def _keep(self) -> None:
        failures = 0
        while True:
            try:
                await self._watch()
            except OSError as error:
                self._detail = f"pactl cannot be started ({error.strerror}): install pulseaudio-utils"
            else:
                failures = 0 if self._state is State.READY else failures
                self._detail = "the sound server is not there"
            self._state = State.FAILED
            await self._tell(plugged=False)
            await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1

    async def _watch(self) -> None:
        """Look again after every event about a sink or a stream, until the server ends."""
        process = await asyncio.create_subprocess_exec(
            "pactl",
            "subscribe",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment,
        )
        news = _News(cast("asyncio.StreamReader", process.stdout))
        try:
            while not news.over:
                seen = await self._seen()
                # our own question is an event, too: from the first one that is told none can be missed
                await news.wait(AGAIN_S if not seen or not news.begun else None)
        finally:
            await news.stop()
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.wait()

    async def _seen(self) -> bool:
        """Whether the server has told what is there. One that is slow has not lost the headphones."""
        try:
            await self._look()
        except (_Refused, TimeoutError):
            return False
        self._state, self._detail = State.READY, ""
        return True

    async def _look(self) -> None:
        """See what is there and lead the sound to where it belongs."""
        found = await self._everything()
        sinks = {sink["index"]: sink for sink in found["sinks"]}
        speaker = str(self._sound.pids().get("speaker", ""))
        ours = {
            stream["index"]: stream["sink"]
            for stream in found["sink_inputs"]
            if speaker and stream.get("properties", {}).get("application.process.id") == speaker
        }
        named = (index for index, sink in sinks.items() if sink["name"] == self._sink and connected(sink))
        headset = next(named, None)
        if headset is None:
            await self._tell(plugged=False)
            await self._to_the_loudspeaker(sinks, ours)
        elif ours:
            for stream, sink in ours.items():
                if sink != headset:
                    self._home = sinks[sink]["name"] if sink in sinks else self._home
                    await self._ask("set-sink-mute", self._home, "1")
                    await self._ask("move-sink-input", str(stream), self._sink)
            await self._tell(plugged=True)

    async def _to_the_loudspeaker(self, sinks: dict[int, Any], ours: dict[int, int]) -> None:
        by_name = {sink["name"]: index for index, sink in sinks.items()}
        for stream, sink in ours.items():
            if self._home in by_name and by_name[self._home] != sink:
                await self._ask("move-sink-input", str(stream), self._home)
                sink = by_name[self._home]
            # a robot that died with the headphones in has left it mute
            if sink in sinks and sinks[sink]["mute"]:
                await self._ask("set-sink-mute", sinks[sink]["name"], "0")
        if ours:
            self._home = ""

    async def _tell(self, *, plugged: bool) -> None:
        if plugged is self.plugged:
            return
        self.plugged = plugged
        log.info("headphones: %s", "plugged in" if plugged else "pulled out")
        if not plugged:
            await self._cut()
            await self._sound.silence()
            await asyncio.sleep(HELD_S)
        self._events.put_nowait(plugged)

    async def _everything(self) -> dict[str, Any]:
        try:
            found = json.loads(await self._ask("-f", "json", "list"))
        except ValueError:
            raise _Refused from None
        if not isinstance(found, dict) or not {"sinks", "sink_inputs"} <= set(found):
            raise _Refused
        return found

    async def _ask(self, *words: str) -> str:
        """What pactl says. Raises _Refused, TimeoutError, OSError."""
        process = await asyncio.create_subprocess_exec(
            "pactl",
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment,
        )
        try:
            async with asyncio.timeout(ANSWER_S):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            raise _Refused
        return said.decode(errors="replace")


class _News:
    """What `pactl subscribe` tells, as far as it matters here."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self.begun = self.over = False
        self._lines = lines
        self._due = asyncio.Event()
        self._task = asyncio.create_task(self._read(), name="sound server's events")

    async def _read(self) -> None:
        while line := await self._lines.readline():
            if not self.begun or _OURS.match(line.decode(errors="replace")):
                self._due.set()
            self.begun = True
        self.over = True
        self._due.set()

    async def wait(self, timeout: float | None) -> None:  # noqa: ASYNC109 - to look again is no failure
        """Until there is something new, or `timeout` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._due.wait()
        self._due.clear()

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def connected(sink: Mapping[str, Any]) -> bool:
    """Whether something may be plugged into a sink, as `pactl -f json list sinks` describes it.

    Some sockets know (the active port is "not available" when nothing is plugged in); of all others the sink
    itself comes and goes.
    """
    active = sink.get("active_port")
    return all(
        port.get("availability") not in ("not available", "no")
        for port in sink.get("ports") or ()
        if port.get("name") == active
    )
