"""The way to Rasa: a supervised server of our own (or one somewhere else), and one visit's dialogue with it.

A visit survives the death of its Rasa: what has been chosen and the standing question are kept here and go
with every turn (dialogs/rasa/turns.py). The words of a visit are kept nowhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict

import httpx

from dialogs.catalogue import Catalogue
from dialogs.naming import Names
from dialogs.protocol import MESSAGE, Heard, Message
from dialogs.vocabulary import FALLBACK, intents

log = logging.getLogger(__name__)

State = Literal["starting", "ready", "down", "stopped"]

# The real-time priority of what a citizen waits for (sched(7)); the lowest there is, above all that is not.
REAL_TIME = 1
_SERVE = Path(__file__).resolve().parent / "rasa" / "serve.py"
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE = 6  # so often it is doubled
_HEALTH_EVERY_S = 2.0
_HEALTH_TIMEOUT_S = 3.0
_AGAIN_S = 0.2
_MISSES = 2
# So often it must be well before what went wrong earlier is forgiven.
_STEADY = 30
# A busy machine makes Rasa slow, and a restart makes the machine busier: patience grows with every one.
_MOST_PATIENT = 3
_START_TIMEOUT_S = 180.0
_HANGS_S = 30.0
# Rasa has nothing to save: it keeps everything in memory.
_STOP_S = 1.0
# Rasa's server closes a silent connection after 5 s; ours must be gone before.
_KEEP_ALIVE_S = 4.0
_REQUESTED = "requested_slot"
_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")


class DialogueDown(Exception):
    """Rasa gives no answer; the text says since when or why, without anything a citizen said."""


class RasaServer:
    """A Rasa server: started, watched and started again by us, or (with `url`) somebody else's.

    `python`: interpreter of Rasa's own environment. `model`: a model or the folder of models; the project
    (endpoints.yml, credentials.yml) lies above it. `action_url`: where Rasa finds our actions.
    `on_state` is called at every change of `state`. `generation` counts how often it came up. `look_s`:
    so long it may take to say that it is well. `hangs_s`: a server that has answered nothing for so long is
    started anew; a slow one is waited for.
    """

    def __init__(
        self,
        *,
        python: Path,
        model: Path,
        port: int,
        action_url: str,
        log: Path | None = None,
        on_state: Callable[[State], None] | None = None,
        url: str = "",
    ) -> None:
        self._python = python
        self._model = model
        self._port = port
        self._action_url = action_url
        self._log = log
        self._on_state = on_state
        self._own = not url
        self.url = url.rstrip("/") or f"http://127.0.0.1:{port}"
        self.generation = 0
        self.pid: int | None = None
        self.state: State = "stopped"
        self._up = asyncio.Event()
        self._doubt = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.look_s = _HEALTH_TIMEOUT_S
        self.hangs_s = _HANGS_S
        self._in_vain = 0  # how often in a row it did not last
        self._answered_at = time.monotonic()
        self._watched = False
        self._http = httpx.AsyncClient(
            base_url=self.url,
            limits=httpx.Limits(keepalive_expiry=_KEEP_ALIVE_S),
            trust_env=False,
        )

    async def start(self) -> None:
        """Begins supervision and returns at once."""
        if self._task is None:
            self._set("starting")
            self._task = asyncio.create_task(self._supervise(), name="rasa")

    async def ready(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - part of the interface
        """Waits until Rasa answers; raises DialogueDown after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._up.wait()
        except TimeoutError:
            raise DialogueDown(f"Rasa at {self.url} is {self.state}; its log tells more") from None

    async def stop(self) -> None:
        """Ends supervision, the server and its whole process group."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.wait({task})
        await self._http.aclose()
        self._set("stopped")

    async def request(self, method: str, path: str, *, within_s: float, **how: Any) -> httpx.Response:
        """One HTTP exchange. Raises httpx.HTTPError, also for a status of 400 and more."""
        response = await self._http.request(method, path, timeout=within_s, **how)
        self._answered_at = time.monotonic()
        response.raise_for_status()
        return response

    def suspect(self) -> None:
        """Somebody got no answer: look at the server now, not in a while."""
        if self.state == "ready":
            self._set("down")
            self._doubt.set()

    @property
    def patience(self) -> int:
        """By how much longer than the first time everything is waited for."""
        return 1 << min(self._in_vain, _MOST_PATIENT)

    def _set(self, state: State) -> None:
        if state == "ready":
            self._up.set()
        else:
            self._up.clear()
        if state != self.state:
            self.state = state
            log.info("rasa: %s", state)
            if self._on_state:
                self._on_state(state)

    async def _supervise(self) -> None:
        while True:
            self._set("starting")
            process: asyncio.subprocess.Process | None = None
            try:
                process = await self._spawn() if self._own else None
                if await self._comes_up(process):
                    self.generation += 1
                    self._doubt.clear()
                    self._prefer(process)
                    self._set("ready")
                    await self._while_well(process)
            except OSError as problem:
                log.error("rasa: cannot be started (%s); run `make setup`", problem.strerror)
            finally:
                self._set("down")
                if process:
                    await self._kill(process)
            await asyncio.sleep(_FIRST_PAUSE_S * 2 ** min(self._in_vain, _LONGEST_PAUSE))
            self._in_vain += 1

    async def _spawn(self) -> asyncio.subprocess.Process:
        folder = self._model if self._model.is_dir() else self._model.parent
        project = folder.resolve().parent
        command = [str(self._python.absolute()), str(_SERVE), "run", "--enable-api", "--quiet"]
        command += ["-i", "127.0.0.1", "-p", str(self._port), "--model", str(self._model.resolve())]
        command += ["--endpoints", str(project / "endpoints.yml")]
        command += ["--credentials", str(project / "credentials.yml")]
        # Should we be killed, the server goes with us; otherwise it would hold the port.
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "KILL", *command]
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
        }
        environment |= {
            "ACTION_ENDPOINT_URL": self._action_url,
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "OMP_NUM_THREADS": "1",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONWARNINGS": "ignore",
            "PYTHONUNBUFFERED": "1",
        }
        if self._log:
            self._log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(self._log.open("ab")) if self._log else asyncio.subprocess.DEVNULL
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                cwd=project,
                start_new_session=True,
            )
        self.pid = process.pid
        return process

    async def _comes_up(self, process: asyncio.subprocess.Process | None) -> bool:
        """Polls until the model is loaded; False if the process ends or takes too long."""
        last = time.monotonic() + _START_TIMEOUT_S * self.patience
        while self._own is False or (process and process.returncode is None and time.monotonic() < last):
            if await self._well():
                await self._warm_up()
                return True
            await asyncio.sleep(_AGAIN_S)
        log.error("rasa: did not come up (exit code %s)", process.returncode if process else "-")
        return False

    @staticmethod
    def _prefer(process: asyncio.subprocess.Process | None) -> None:
        """Lets the thread that takes the turns come first, where the system allows it; loading did not."""
        if process:
            with contextlib.suppress(PermissionError, ProcessLookupError):
                os.sched_setscheduler(
                    process.pid, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(REAL_TIME)
                )

    async def _well(self) -> bool:
        try:
            await self.request("GET", "/status", within_s=self.look_s)
        except httpx.HTTPError:
            return False
        return True

    async def _warm_up(self) -> None:
        """Takes one turn of nobody's: the first costs several times as much as all others."""
        with contextlib.suppress(httpx.HTTPError):
            await self.take_turn("guten tag", {}, None, within_s=_START_TIMEOUT_S)

    async def take_turn(
        self, message: str, slots: dict[str, str], loop: str | None, *, within_s: float
    ) -> dict[str, Any]:
        """One turn (dialogs/rasa/turns.py): replies, slots and loop. Raises httpx.HTTPError."""
        sent = {"message": message, "slots": slots, "loop": loop}
        answer: dict[str, Any] = (
            await self.request("POST", "/webhooks/turns/", within_s=within_s, json=sent)
        ).json()
        if self._watched:  # slow, but well
            self._set("ready")
        return answer

    async def _while_well(self, process: asyncio.subprocess.Process | None) -> None:
        """Returns when the server has died, or has answered nothing for longer than a slow one takes."""
        end = asyncio.create_task(process.wait()) if process else None
        self._answered_at = time.monotonic()
        misses = well = 0
        self._watched = True
        try:
            while time.monotonic() - self._answered_at < self.hangs_s * self.patience:
                doubt = asyncio.create_task(self._doubt.wait())
                await asyncio.wait(
                    {doubt, *([end] if end else [])},
                    timeout=_AGAIN_S if misses else _HEALTH_EVERY_S,
                    return_when="FIRST_COMPLETED",
                )
                doubt.cancel()
                if end and end.done():
                    log.warning("rasa: ended with %s", end.result())
                    return
                self._doubt.clear()
                if await self._well():
                    misses, well = 0, well + 1
                    self._set("ready")
                    if well == _STEADY:
                        self._in_vain = 0
                else:
                    misses, well = misses + 1, 0
                    if misses == _MISSES:
                        self._set("down")
            log.warning("rasa: has given no answer for %.0f s", time.monotonic() - self._answered_at)
        finally:
            self._watched = False
            if end:
                end.cancel()

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        for sig in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sig)
            try:
                async with asyncio.timeout(_STOP_S):
                    await process.wait()
            except TimeoutError:
                continue
            break
        self.pid = None


@dataclass(frozen=True)
class Turn:
    """What came back: messages in order, and how the words were understood (0 to 1)."""

    messages: list[Message]
    intent: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class _Memory:
    """What the dialogue knows of a visit: choices and where it stands. No words, no personal data."""

    slots: dict[str, str] = field(default_factory=dict)
    loop: str | None = None


def _entities(text: str | None) -> bool:
    """Whether this is nothing, or names with texts as values."""
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return False
    return all(isinstance(value, str) for value in values.values())


class Dialogue:
    """One visit's conversation; turns are taken one at a time. Rasa keeps nothing between two of them."""

    def __init__(
        self, server: RasaServer, catalogue: Catalogue, *, deadline_s: float = 5.0, revive_s: float = 60.0
    ) -> None:
        self._server = server
        self._intents = set(intents(catalogue))
        self._deadline_s = deadline_s
        self._revive_s = revive_s
        self._memory = _Memory()
        self._lock = asyncio.Lock()

    async def send(self, text: str, late: Callable[[], None] = lambda: None) -> Turn:
        """The citizen's words or a payload; returns the replies.

        `late` is called once where the answer takes longer than the deadline: it may still come, from a
        server that is slow or is being started again. Raises DialogueDown when there is none within
        `revive_s`; a turn in which the server has died is tried once more.
        """
        async with self._lock:
            timer = asyncio.get_running_loop().call_later(self._deadline_s, self._late, late)
            try:
                async with asyncio.timeout(self._revive_s):
                    return await self._answered(self._message(text))
            except TimeoutError:
                raise DialogueDown(f"Rasa has given no answer for {self._revive_s:.0f} s") from None
            finally:
                timer.cancel()

    def _late(self, late: Callable[[], None]) -> None:
        self._server.suspect()
        late()

    async def _answered(self, message: str) -> Turn:
        """A turn's answer; one that fails is tried once more."""
        try:
            return await self._turn(message)
        except httpx.HTTPError as problem:
            log.warning("rasa: a turn was not answered (%s)", type(problem).__name__)
            self._server.suspect()
        try:
            return await self._turn(message)
        except httpx.HTTPError as problem:
            self._server.suspect()
            raise DialogueDown(f"Rasa does not answer ({type(problem).__name__})") from None

    async def go_to(self, station: str) -> Turn:
        """Begins a step of the running service, wherever the conversation stands; a human has chosen it.

        The answers stay. Raises DialogueDown, as `send` does.
        """
        async with self._lock:
            kept = {name: value for name, value in self._memory.slots.items() if name != _REQUESTED}
            self._memory = _Memory({**kept, "station": station, "pending": "retry"}, None)
        return await self.send("/continue_visit")

    def forget(self) -> None:
        """Empties the conversation at the end of a visit."""
        self._memory = _Memory()

    def _message(self, text: str) -> str:
        """A payload only if it is one of ours: what somebody types is never a command to Rasa."""
        text = text.strip()
        match = _PAYLOAD.fullmatch(text)
        if text.startswith("/") and not (match and match[1] in self._intents and _entities(match[2])):
            text = text.lstrip("/").strip()
        return text or "/nlu_fallback"

    async def _turn(self, message: str) -> Turn:
        await self._server.ready(self._revive_s)
        told = await self._server.take_turn(
            message, self._memory.slots, self._memory.loop, within_s=self._revive_s
        )
        self._memory = _Memory(told["slots"], told["loop"])
        replies = told["replies"]
        heard = [Heard.model_validate(reply) for reply in replies if reply["do"] == "heard"]
        return Turn(
            [MESSAGE.validate_python(reply) for reply in replies if reply["do"] != "heard"],
            heard[0].intent if heard else None,
            heard[0].confidence if heard else 0.0,
        )


class Understood(TypedDict):
    """How a sentence is understood without a visit."""

    text: str
    intent: str
    service: str | None
    confidence: float


# Words inside a visit; to somebody who has not begun they mean what stands beside them, or nothing.
_WITHIN = {
    "help": "request_staff",
    "stop_confirmed": "stop",
    "cancel_staff": "deny",
    "continue_visit": None,
    "step_done": None,
    "inform": None,
    "nlu_fallback": None,
}


class Understanding:
    """Sentences without a visit: intent and service, among the services and the intents of a conversation."""

    def __init__(self, server: RasaServer, catalogue: Catalogue) -> None:
        self._server = server
        self._names = Names(catalogue)
        # fetching a person is no service of the town
        self._services = [service for service in catalogue.services if service != "request_staff"]

    async def of(self, text: str) -> Understood:
        """What the sentence means; `out_of_scope` if nothing is sure enough. Raises DialogueDown."""
        intent, confidence = await self.likeliest(text)
        if confidence < FALLBACK:
            intent = "out_of_scope"
        return {
            "text": text,
            "intent": intent,
            "service": self._about(intent, text),
            "confidence": round(confidence, 4),
        }

    async def likeliest(self, text: str) -> tuple[str, float]:
        """The likeliest intent, however unsure, and its confidence. Raises DialogueDown."""
        await self._server.ready()
        sent = {"text": text.lstrip("/ ")}
        try:
            answer = await self._server.request("POST", "/model/parse", within_s=5.0, json=sent)
        except httpx.HTTPError as problem:
            raise DialogueDown(f"Rasa does not answer ({type(problem).__name__})") from None
        shares: dict[str, float] = {}
        for guess in answer.json()["intent_ranking"]:
            meant = _WITHIN.get(guess["name"], guess["name"])
            if meant:
                shares[meant] = shares.get(meant, 0.0) + float(guess["confidence"])
        total = sum(shares.values())
        intent = max(shares, key=lambda name: shares[name], default="out_of_scope")
        return intent, shares[intent] / total if total else 0.0

    def _about(self, intent: str, text: str) -> str | None:
        """The service that the sentence is about: the one that is wanted, or the one it names."""
        if intent in self._services:
            return intent
        asks = intent.startswith("ask_") or intent == "request_staff"
        return self._names.service(text) if asks else None
