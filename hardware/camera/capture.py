"""The document camera through cv2.VideoCapture: newest picture only, reopened after every failure.

The stream is open only while somebody looks; pictures are overwritten by the next one and forgotten when
nobody looks any more. Without a looker the camera is tried now and then, for health() alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.codes import CodeReader
from hardware.camera.hints import code_hint, measure, reason
from hardware.camera.mrz_reader import MrzReader, decide
from hardware.camera.outline import find, relative
from hardware.camera.vote import Vote
from hardware.ports import DeviceGone, Health, Hint, Looked, State
from hardware.reconnect import Backoff

Picture = NDArray[np.uint8]

PRIORITY = -10
OPEN_TIMEOUT_MS = 3000
READ_TIMEOUT_MS = 1500  # FFmpeg's own default is 30 s
_LINGER_S = 3.0  # the stream stays open after the last look: the next one mostly follows at once
_PROBE_S = 30.0


def open_source(source: str) -> cv2.VideoCapture:
    """A capture for a URL, a file or a device ("0", "/dev/video0"); it may not be opened. Time-outs in ms
    count only when given to the constructor."""
    if source.isdigit() or source.startswith("/dev/video"):
        device = int(source) if source.isdigit() else source
        capture = cv2.VideoCapture(device, cv2.CAP_V4L2)  # type: ignore[arg-type, unused-ignore]
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, 1920)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 1080)
        return capture
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        OPEN_TIMEOUT_MS,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        READ_TIMEOUT_MS,
    ]
    return cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)


def _come_first() -> None:
    """Somebody holds a document still: reading it comes before painting, where the system allows it."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)  # on Linux this thread's own


class OpenCvCamera:
    """Document camera of hardware.ports.Camera.

    `source`: what cv2.VideoCapture opens; "none" or "" is a kiosk without a camera. `stall_s`: seconds
    without a picture after which a looker is told DeviceGone.
    """

    def __init__(self, source: str, *, stall_s: float = 2.5, name: str = "camera") -> None:
        self.name = name
        self._source = source.strip()
        self._stall_s = stall_s
        self._absent = self._source in ("", "none")
        self._state = State.ABSENT if self._absent else State.CONNECTING
        self._detail = "No camera is configured." if self._absent else "The camera was not tried yet."
        self._turn = threading.Condition()
        self._frame: Picture | None = None
        self._sequence = 0
        self._lookers = 0
        self._wanted_until = 0.0
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._analyst: ThreadPoolExecutor | None = None
        self._painter: ThreadPoolExecutor | None = None

    # --- life cycle -------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin trying the camera; returns at once."""
        if self._absent or self._thread is not None:
            return
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg writes about every lost stream
        cv2.utils.logging.setLogLevel(
            cv2.utils.logging.LOG_LEVEL_ERROR
        )  # errors only: a refused port is no news here
        cv2.setNumThreads(1)  # the analysis has its own thread; the cores belong to speech and screen
        self._stopping = False
        self._analyst = ThreadPoolExecutor(1, f"{self.name} analysis", initializer=_come_first)
        self._painter = ThreadPoolExecutor(1, thread_name_prefix=f"{self.name} picture")
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Release the camera and forget the picture, within two seconds."""
        thread = self._thread
        if thread is None:
            return
        with self._turn:
            self._stopping = True
            self._frame = None
            self._turn.notify_all()
        self._thread = None
        for pool in (self._analyst, self._painter):
            if pool:
                pool.shutdown(wait=False, cancel_futures=True)
        # a capture that hangs in open() ends by its own time-out; nobody waits for it
        await asyncio.to_thread(thread.join, 1.8)

    def health(self) -> Health:
        """The state right now."""
        facts = {} if self._absent else {"source": self._source, "pictures": str(self._sequence)}
        return Health(self.name, self._state, self._detail, facts)

    # --- looking ----------------------------------------------------------------------------

    async def look(self, *, codes: bool = False) -> AsyncIterator[Looked]:
        """One result per analysed picture, several pictures of one document combined.

        `codes`: codes are read instead of machine-readable zones. Raises DeviceGone when there is no camera
        or no picture comes for the stall deadline.
        """
        analyst = self._analyst
        if self._absent or analyst is None:
            raise DeviceGone("There is no camera: set [camera] source, or do without it.")
        look = _CodeLook(self) if codes else _ZoneLook(self)
        loop = asyncio.get_running_loop()
        with self._turn:
            self._lookers += 1
            self._turn.notify_all()
        try:
            while True:
                try:
                    result = await loop.run_in_executor(analyst, look.next)
                except RuntimeError as error:
                    raise DeviceGone("The camera was stopped.") from error
                yield result
        finally:
            look.end()
            with self._turn:
                self._lookers -= 1
                self._wanted_until = time.monotonic() + _LINGER_S
                self._turn.notify_all()

    async def jpeg(self, width: int = 800) -> bytes:
        """The newest picture, at most `width` pixels wide. Raises DeviceGone."""
        painter = self._painter
        if self._absent or painter is None:
            raise DeviceGone("There is no camera: set [camera] source, or do without it.")
        try:
            return await asyncio.get_running_loop().run_in_executor(painter, self._paint, width)
        except RuntimeError as error:
            raise DeviceGone("The camera was stopped.") from error

    def _paint(self, width: int) -> bytes:
        with self._turn:
            self._wanted_until = time.monotonic() + _LINGER_S
            self._turn.notify_all()
        _, frame = self.newest(-1)
        if frame.shape[1] > width:
            height = round(frame.shape[0] * width / frame.shape[1])
            frame = np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        done, packed = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 80])
        if not done:
            raise DeviceGone("The camera gave a picture that cannot be shown.")
        return packed.tobytes()

    def newest(self, after: int, cancelled: threading.Event | None = None) -> tuple[int, Picture]:
        """Wait for a picture numbered above `after`. Blocks; raises DeviceGone at the stall deadline."""
        deadline = time.monotonic() + self._stall_s
        with self._turn:
            while self._frame is None or self._sequence <= after:
                left = deadline - time.monotonic()
                if self._stopping or (cancelled and cancelled.is_set()):
                    raise DeviceGone("The camera was stopped.")
                if left <= 0:
                    raise DeviceGone(
                        f"No picture for {self._stall_s:g} s: check the camera's cable and [camera] source."
                    )
                self._turn.wait(min(left, 0.25))
            return self._sequence, self._frame

    # --- the reader thread ------------------------------------------------------------------

    def _wanted(self) -> bool:
        return not self._stopping and (self._lookers > 0 or time.monotonic() < self._wanted_until)

    def _ended(self) -> bool:
        return self._stopping

    def _run(self) -> None:
        """Open, keep the newest picture while wanted, release; probe when unwanted; back off."""
        backoff = Backoff(first=0.2, ceiling=3.0)
        while not self._stopping:
            capture = open_source(self._source)
            try:
                seen = self._keep(capture)
            finally:
                capture.release()
            with self._turn:
                self._frame = None
            if self._ended():
                return
            if self._state is State.READY:
                backoff.reset()
                self._rest(_PROBE_S, until_wanted=True)
            else:
                if seen:
                    backoff.reset()
                self._rest(backoff.pause(), until_wanted=False)

    def _keep(self, capture: cv2.VideoCapture) -> int:
        """Read pictures as long as they come and somebody looks; one is enough for a probe."""
        seen = 0
        while not self._stopping:
            done, frame = capture.read() if capture.isOpened() else (False, None)
            with self._turn:
                if not done or frame is None:
                    self._state = State.FAILED
                    self._detail = (
                        "The camera's pictures stopped; it is opened again."
                        if seen
                        else "The camera does not answer; it is tried again."
                    )
                    self._frame = None
                    return seen
                seen += 1
                wanted = self._wanted()
                self._frame = np.asarray(frame, np.uint8) if wanted else None
                self._sequence += 1
                self._state = State.READY
                self._detail = f"{frame.shape[1]}x{frame.shape[0]} pixels."
                self._turn.notify_all()
                if not wanted:
                    return seen
        return seen

    def _rest(self, seconds: float, *, until_wanted: bool) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._stopping or (until_wanted and self._wanted()), seconds)


class _Look(ABC):
    """One look: which picture was the last."""

    def __init__(self, camera: OpenCvCamera) -> None:
        self._camera = camera
        self._last = 0
        self._over = threading.Event()

    def end(self) -> None:
        """Forget what was read; a waiting worker returns."""
        self._over.set()

    def next(self) -> Looked:
        """Wait for the next picture and read it (worker thread)."""
        self._last, frame = self._camera.newest(self._last, self._over)
        start = time.monotonic()
        looked = self._read(frame)
        return replace(looked, ms=(time.monotonic() - start) * 1000)

    @abstractmethod
    def _read(self, frame: Picture) -> Looked:
        """What one picture shows; the time is filled in afterwards."""


class _ZoneLook(_Look):
    """Machine-readable zones, with the vote over the pictures."""

    def __init__(self, camera: OpenCvCamera) -> None:
        super().__init__(camera)
        self._reader = MrzReader()
        self._codes = CodeReader()
        self._vote = Vote()
        self._blank = 0

    def end(self) -> None:
        """Forget what was read; a waiting worker returns."""
        super().end()
        self._vote.clear()

    def _read(self, frame: Picture) -> Looked:
        sight = self._reader.see(frame)
        mrz = None
        if sight.cells:
            self._blank = 0
            combined, _ = self._vote.add(sight.cells)
            mrz = decide(combined, sight.size)
        else:
            self._blank += 1
            if self._blank >= 5:  # the document was taken away
                self._vote.clear()
        # something with a code laid down instead of a document
        codes = () if sight.cells or sight.search.grids else self._codes.glance(frame)
        if codes:
            return Looked(None, None, 0.0, codes[0].outline, codes)
        sheet = find(frame)
        outline = mrz.outline if mrz else ()
        if sheet and (sight.cells is None or sheet.holds(sight.cells.outline)):
            outline = relative(sheet.corners, sight.size)
        hint = None
        if mrz is None or not mrz.valid:
            hint = reason(frame, sight, measure(frame, sight), sheet)
        return Looked(mrz, hint, 0.0, () if hint is Hint.NOTHING else outline)


class _CodeLook(_Look):
    """Matrix codes and nothing else: a document that lies there by chance is not read."""

    def __init__(self, camera: OpenCvCamera) -> None:
        super().__init__(camera)
        self._reader = CodeReader()

    def _read(self, frame: Picture) -> Looked:
        seen = self._reader.scan(frame)
        if seen.codes:
            return Looked(None, None, 0.0, seen.codes[0].outline, seen.codes)
        sheet = find(frame)
        hint = code_hint(frame, seen.unread, sheet)
        place = seen.unread[0].corners if seen.unread else sheet.corners if sheet else None
        size = (frame.shape[1], frame.shape[0])
        return Looked(None, hint, 0.0, () if place is None else relative(place, size))
