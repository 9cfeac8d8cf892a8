"""A page of a copy as a picture: `gs` draws it, a program of its own, in memory.

What it reads lies in a folder of mode 0700 on /dev/shm, that is in memory, and is gone when the picture is
there. The copy's mark is part of the page and so of the picture.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from hardware.camera.copies import MEMORY, private_folder
from hardware.ports import DeviceError

PROGRAM = "gs"
DPI = 150
_DEADLINE_S = 20.0
_PNG = b"\x89PNG\r\n\x1a\n"
_WRAP = ("setpriv", "--pdeathsig", "KILL", "nice")  # ends with the robot; the visit goes first


class PageFailed(DeviceError):
    """The page cannot be drawn. One sentence for the log."""


async def page_picture(pdf: bytes, page: int, *, dpi: int = DPI, folder: Path = MEMORY) -> bytes:
    """Page `page` (from 1) of a PDF as a PNG of `dpi`. Raises PageFailed."""
    with private_folder(folder) as work:
        source = work / "copy.pdf"
        try:
            source.write_bytes(pdf)
        except OSError as error:
            raise PageFailed(f"A page cannot be drawn in {folder} ({error.strerror}).") from None
        process = await asyncio.create_subprocess_exec(
            *_WRAP,
            PROGRAM,
            *("-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4"),
            *("-sDEVICE=png16m", f"-r{dpi}", f"-dFirstPage={page}", f"-dLastPage={page}"),
            *("-sOutputFile=%stdout", "-sstdout=%stderr", str(source)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(work), "HOME": str(work)},
            cwd="/",
        )
        try:
            async with asyncio.timeout(_DEADLINE_S):
                made, _ = await process.communicate()
        except TimeoutError:
            raise PageFailed(f"{PROGRAM} did not draw the page in time.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await asyncio.shield(process.wait())
    if process.returncode != 0 or not made.startswith(_PNG):
        raise PageFailed(f"{PROGRAM} drew no page (status {process.returncode}): is it a PDF?")
    return made
