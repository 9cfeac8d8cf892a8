"""A serial line as a pseudo-terminal whose near end is found under a chosen path."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path


class Wire:
    """The device's end of a serial line; the other end is the symbolic link `link`.

    `received` is called with each piece of bytes, in the wire's own thread. Unplugging closes the line for
    whoever has it open and removes the link, as a USB serial adapter does. `tap`, when somebody listens in,
    gets ">" and what the kiosk sent, "<" and what the device did.
    """

    tap: Callable[[str, bytes], None] | None = None

    def __init__(self, link: Path, received: Callable[[bytes], None]) -> None:
        self.link = Path(link)
        self._received = received
        self._lock = threading.Lock()
        self._master: int | None = None
        self._slave: int | None = None
        self._stop: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None

    @property
    def plugged(self) -> bool:
        """Whether the line exists now."""
        return self._master is not None

    def plug(self) -> None:
        """Make the line and its link; nothing happens when it is plugged already."""
        if self._master is not None:
            return
        master, slave = os.openpty()
        # The slave stays open here, else the master reads EIO whenever no client has it open.
        tty.setraw(slave)
        os.set_blocking(master, False)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(slave))
        self._master, self._slave, self._stop = master, slave, os.pipe()
        self._thread = threading.Thread(
            target=self._listen, args=(master, self._stop[0]), name=f"wire-{self.link.name}", daemon=True
        )
        self._thread.start()

    def unplug(self) -> None:
        """Close the line and remove its link."""
        if self._stop is None or self._thread is None:
            return
        os.write(self._stop[1], b"x")
        if self._thread is not threading.current_thread():
            self._thread.join()
        self.link.unlink(missing_ok=True)
        with self._lock:
            for descriptor in (self._master, self._slave, *self._stop):
                if descriptor is not None:
                    os.close(descriptor)
            self._master = self._slave = self._stop = self._thread = None

    def send(self, data: bytes) -> None:
        """Put bytes on the line; they are lost when it is unplugged or nobody reads it."""
        with self._lock:
            if self._master is not None:
                with contextlib.suppress(OSError):
                    os.write(self._master, data)
        if self.tap is not None:
            self.tap("<", data)

    def _listen(self, master: int, stop: int) -> None:
        while True:
            ready, _, _ = select.select([master, stop], [], [])
            if stop in ready:
                return
            try:
                data = os.read(master, 4096)
            except BlockingIOError:
                continue
            except OSError:
                return
            if data:
                if self.tap is not None:
                    self.tap(">", data)
                self._received(data)
