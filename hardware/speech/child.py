"""A child process of ours behind a watchdog: started, heard, killed when mute, started again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hardware.ports import State
from hardware.speech import frames

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
LONGEST_PAUSE_S = 3.0
SHORTEST_PAUSE_S = 0.2
SETTLED_S = 5.0


class Child:
    """Runs `python -m MODULE ARGUMENTS` for as long as it is wanted, over framed pipes.

    `on_frame(kind, payload)` is called for every frame; it may return False to say that the device
    behind the child is mute. `on_state(state)` is called at each change. `mute_s`: the child is
    killed when no (live) frame came for so long; None if it is only to answer when asked.
    `start_s`: how long it may take until READY.
    """

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        on_frame: Callable[[bytes, bytes], bool],
        on_state: Callable[[State], None],
        mute_s: float | None = 1.5,
        start_s: float = 10.0,
    ) -> None:
        self.name = name
        self.state = State.ABSENT
        self.detail = ""
        self.restarts = 0
        self._command = [sys.executable, "-m", module, *arguments]
        self._environment = {**environment, "PYTHONPATH": str(ROOT)}
        self._on_frame = on_frame
        self._on_state = on_state
        self._mute_s = mute_s
        self._start_s = start_s
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running child."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to keep the child alive; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep(), name=f"{self.name} child")

    async def stop(self) -> None:
        """End the child, within a second."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        self._enter(State.ABSENT, "stopped")

    def send(self, kind: bytes, payload: bytes = b"") -> bool:
        """Hand an order to the child, without waiting; False if there is none to hand it to."""
        if self._process is None or self._process.stdin is None or self.state is not State.READY:
            return False
        self._process.stdin.write(frames.pack(kind, payload))
        return True

    def kill(self, why: str) -> None:
        """Kill the child, which is then started again; `why` is one sentence for health."""
        if self._process is not None and self._process.returncode is None:
            self.detail = why
            self._process.kill()

    async def _keep(self) -> None:
        pause = SHORTEST_PAUSE_S
        while True:
            self._enter(State.FAILED if self.restarts else State.CONNECTING, self.detail)
            began = time.monotonic()
            try:
                await self._run()
            except OSError as error:
                self.detail = f"the {self.name} process cannot be started: {error.strerror}"
            self.restarts += 1
            self._enter(State.FAILED, self.detail or f"the {self.name} process ended")
            pause = (
                SHORTEST_PAUSE_S if time.monotonic() - began > SETTLED_S else min(2 * pause, LONGEST_PAUSE_S)
            )
            await asyncio.sleep(pause)

    async def _run(self) -> None:
        """One life of the child."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment,
            limit=4 * 1024 * 1024,
        )
        self._process = process
        assert process.stdout is not None  # noqa: S101 - asked for three lines above
        try:
            await self._listen(process.stdout)
        except frames.BrokenFrame:
            self.detail = f"the {self.name} process sent rubbish"
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            self._process = None
            await process.wait()

    async def _listen(self, pipe: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        patience: float | None = self._start_s
        deadline = loop.time() + self._start_s
        while True:
            wait = None if patience is None else max(0.0, deadline - loop.time())
            try:
                frame = await asyncio.wait_for(frames.receive(pipe), wait)
            except TimeoutError:
                self.detail = f"the {self.name} gave no sign of life for {patience:.1f} s and was restarted"
                return
            if frame is None:
                return
            kind, payload = frame
            alive = True
            if kind == frames.READY:
                self.detail = ""
                patience = self._mute_s
                self._enter(State.READY, "")
            elif kind == frames.FAILED:
                self.detail = payload.decode(errors="replace")
            else:
                alive = self._on_frame(kind, payload)
            if alive and patience is not None:
                deadline = loop.time() + patience

    def _enter(self, state: State, detail: str) -> None:
        self.detail = detail
        if state is not self.state:
            self.state = state
            log.info("%s: %s", self.name, state.value)
            self._on_state(state)
