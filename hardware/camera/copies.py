"""Pages become one searchable PDF/A-2b: by `ocrmypdf`, a program of its own, in the background.

What it works on lies in a folder of mode 0700 on /dev/shm, that is in memory, and is gone when the job ends,
however it ends. Folders of a process that was killed are swept away by the next job.
Sources: ISO 19005-2 (PDF/A-2), ISO 32000-1 § 7.4.8 (DCTDecode).
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import logging
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera.page import DPI
from hardware.ports import DeviceError

log = logging.getLogger(__name__)

Picture = NDArray[np.uint8]

MEMORY = Path("/dev/shm")  # noqa: S108 - memory, and the folder made there is private
MOST_PAGES = 20
PROGRAM = "ocrmypdf"
PROGRAMS = (PROGRAM, "tesseract", "gs")
LANGUAGE = "deu"
_PREFIX = "lotse-copy-"
_WRAP = ("setpriv", "--pdeathsig", "KILL", "nice")  # ends with the robot; the visit goes first
_START_S, _PAGE_S = 40.0, 50.0  # deadline: fixed part, and for every page, on a slow board
_QUALITY = 82
_MARKS = (
    re.compile(rb"pdfaid:part\s*(?:=\s*[\"']2|>\s*2)"),
    re.compile(rb"pdfaid:conformance\s*(?:=\s*[\"']B|>\s*B)"),
)
_PAGE_LINE = re.compile(rb"^\s*(\d{1,3})\s+\S")


class CopyFailed(DeviceError):
    """There is no copy. One sentence for the log."""


class CopyCancelled(DeviceError):
    """The copy was not wanted any more."""


class CopyState(enum.Enum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class CopyFile:
    """A finished copy: PDF/A-2b with a text layer."""

    pdf: bytes
    pages: int


class CopyJob:
    """One copy in the making: `done` of `total` pages; `changed` is called when that or `state` changes."""

    def __init__(self, pages: Sequence[Picture], *, title: str, dpi: int, turn: bool, folder: Path) -> None:
        self.total = len(pages)
        self.done = 0
        self.state = CopyState.RUNNING
        self.changed: Callable[[], None] | None = None
        self._arguments = _arguments(title, turn=turn)
        self._folder = folder
        self._task = asyncio.create_task(self._run(list(pages), dpi), name="copy")
        self._task.add_done_callback(self._settle)

    @classmethod
    def begin(
        cls, pages: Sequence[Picture], *, title: str, dpi: int = DPI, turn: bool = True, folder: Path = MEMORY
    ) -> CopyJob:
        """Start copying flattened pages (grey or BGR, `dpi`); returns at once, within a running loop.

        `title`: the PDF's title, no personal data; `turn`: turn pages so that their text stands upright.
        Raises ValueError for no page or too many.
        """
        if not 1 <= len(pages) <= MOST_PAGES:
            raise ValueError(f"a copy has 1 to {MOST_PAGES} pages")
        return cls(pages, title=title, dpi=dpi, turn=turn, folder=folder)

    async def result(self) -> CopyFile:
        """Wait for the copy. Raises CopyFailed, CopyCancelled."""
        try:
            return await asyncio.shield(self._task)
        except asyncio.CancelledError:
            if self._task.cancelled():
                raise CopyCancelled from None
            raise

    def cancel(self) -> None:
        """Stop the program and all that it started, and forget the pages; `closed` waits for that."""
        self._task.cancel()

    async def closed(self) -> None:
        """Wait until nothing of the job is left."""
        await asyncio.wait({self._task})

    # --- the job ----------------------------------------------------------------------------

    async def _run(self, pages: list[Picture], dpi: int) -> CopyFile:
        try:
            async with asyncio.timeout(_START_S + _PAGE_S * self.total):
                source = await asyncio.to_thread(_pdf, pages, dpi)
                pages.clear()
                with private_folder(self._folder) as work:
                    return await self._copy(source, work)
        except TimeoutError:
            raise CopyFailed(f"{PROGRAM} did not finish in time.") from None
        except OSError as error:
            raise CopyFailed(f"A copy cannot be made in {self._folder} ({error.strerror}).") from None

    async def _copy(self, source: bytes, work: Path) -> CopyFile:
        given, made = work / "pages.pdf", work / "copy.pdf"
        given.write_bytes(source)
        process = await asyncio.create_subprocess_exec(
            *_WRAP,
            PROGRAM,
            *self._arguments,
            str(given),
            str(made),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(work),
            cwd="/",
            start_new_session=True,
        )
        try:
            if process.stderr:
                await self._follow(process.stderr)
            status = await process.wait()
        finally:
            _end_group(process.pid)
            await asyncio.shield(process.wait())
        if status != 0:
            raise CopyFailed(_why(status))
        pdf = made.read_bytes()
        if not pdf.startswith(b"%PDF-") or not all(mark.search(pdf) for mark in _MARKS):
            raise CopyFailed(f"What {PROGRAM} made is no PDF/A-2b.")
        self._step(self.total)
        return CopyFile(pdf, self.total)

    async def _follow(self, said: asyncio.StreamReader) -> None:
        """Read what the program says until it is silent: lines of a page begin with the page's number."""
        rest = b""
        while part := await said.read(4096):
            *lines, rest = (rest + part).split(b"\n")
            rest = rest[-200:]
            for line in lines:
                if (found := _PAGE_LINE.match(line)) and int(found[1]) <= self.total:
                    self._step(max(self.done, int(found[1]) - 1))

    def _step(self, done: int) -> None:
        if done != self.done:
            self.done = done
            if self.changed:
                self.changed()

    def _settle(self, task: asyncio.Task[CopyFile]) -> None:
        if task.cancelled():
            self.state = CopyState.CANCELLED
        elif error := task.exception():
            self.state = CopyState.FAILED
            log.warning("copy: %s", error if isinstance(error, CopyFailed) else type(error).__name__)
        else:
            self.state = CopyState.DONE
        if self.changed:
            self.changed()


def missing(programs: Iterable[str] = PROGRAMS) -> tuple[str, ...]:
    """The programs that a copy needs and that are not installed."""
    return tuple(program for program in programs if shutil.which(program) is None)


def _arguments(title: str, *, turn: bool) -> list[str]:
    return [
        *("--output-type", "pdfa-2", "--pdfa-image-compression", "jpeg", "--optimize", "0"),
        *("--language", LANGUAGE, "--jobs", "1", "--tesseract-pagesegmode", "6"),
        *("--tesseract-timeout", str(_PAGE_S), "--title", title, "--verbose", "1"),
        *(("--rotate-pages", "--rotate-pages-threshold", "2") if turn else ()),
    ]


def _environment(work: Path) -> dict[str, str]:
    """Nothing of ours but the way to the programs; whatever they write goes into the folder."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(work)),
    }


def _why(status: int) -> str:
    """The exit codes are those of ocrmypdf's manual; a negative one is the signal that ended it."""
    if status < 0:
        return f"{PROGRAM} was ended by signal {-status}."
    reason = {3: "lacks tesseract or ghostscript", 4: "made no valid PDF", 10: "made no PDF/A"}.get(status)
    if status in (126, 127):
        reason = "is not installed"
    return f"{PROGRAM} {reason or f'ended with status {status}'}: install what requirements/apt.txt lists."


def _end_group(group: int) -> None:
    """End everything the program started; it may itself be long gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@contextlib.contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """A folder of one's own (mode 0700) that is gone afterwards; sweeps away those of dead processes."""
    for left in folder.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=folder))
    try:
        yield work
    finally:
        # renamed first: a process that is just being ended finds no place to write any more
        over = work.rename(f"{work}-over")
        shutil.rmtree(over, ignore_errors=True)
        if over.exists():
            shutil.rmtree(over)


# --- the PDF that goes in -------------------------------------------------------------------


def _pdf(pages: Sequence[Picture], dpi: int) -> bytes:
    """Pictures as a plain PDF, one JPEG a page at its true size."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        done, packed = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            raise CopyFailed("A page cannot be packed.")
        height, width = page.shape[:2]
        wide, high = (f"{pixels / dpi * 72:.3f}" for pixels in (width, height))
        colours = "DeviceGray" if page.ndim == 2 else "DeviceRGB"
        number = len(objects) + 1
        kids.append(f"{number + 2} 0 R")
        objects += [
            _stream(
                f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /{colours} "
                "/BitsPerComponent 8 /Filter /DCTDecode",
                packed.tobytes(),
            ),
            _stream("", f"q {wide} 0 0 {high} 0 0 cm /P Do Q".encode()),
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] "
            f"/Resources << /XObject << /P {number} 0 R >> >> /Contents {number + 1} 0 R >>".encode(),
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    file = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(file)


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
