"""The citizen's screen within the panel: the kiosk's page in a browser of the simulated world.

A kiosk has one screen: while this one is open, another window on the page says so. What is touched here can
be recorded, because the page is read as a citizen reads it (`simulator.citizens.screen`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from simulator.citizens.screen import UPRIGHT, WIDE, Chromium, Screen, Seen
from simulator.processes import WorldError

SIZES = {"portrait": UPRIGHT, "landscape": WIDE}
_LOOK_S = 0.25
_FILM_S = 0.6  # a moving picture of the document camera is no change of the page

# Everything that changes what the page looks like, short of animations.
_FACE = """() => {
  const main = document.querySelector('main');
  const values = [...document.querySelectorAll('input, select, textarea')].map((e) => [e.value, e.checked]);
  const scrolled = [...document.querySelectorAll('.panel__body, main')].map((e) => e.scrollTop);
  const size = [innerWidth, innerHeight];
  return {face: JSON.stringify([main ? main.outerHTML : document.body.innerHTML, values, scrolled, size]),
          film: !!document.querySelector('img[src*="/kiosk/picture/"]')};
}"""

# What is hit at a place: a button with a name of its own, outside of a field and of the keyboard.
_HIT = """([x, y]) => {
  const hit = document.elementFromPoint(x, y);
  const button = hit && hit.closest('button[data-id]');
  if (!button || button.closest('[data-field], [data-part=keyboard]')) return '';
  return button.dataset.id;
}"""


class Eyes:
    """Looks at the kiosk's page at `url` while open. `changed` is called when it looks different.

    open(), close() and all that touches raise WorldError when there is no page to be had or to be touched.
    """

    def __init__(self, url: str, changed: Callable[[], None]) -> None:
        self.url = url
        self._changed = changed
        self._browser: Chromium | None = None
        self._screen: Screen | None = None
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self.size = SIZES["portrait"]
        self.picture: bytes | None = None
        self.number = 0
        self.seen = Seen()

    @property
    def is_open(self) -> bool:
        """Whether there is a screen."""
        return self._screen is not None

    @property
    def screen(self) -> Screen:
        """The page itself. Raises WorldError when it is not open."""
        if self._screen is None:
            raise WorldError("The citizen's screen is not open here: open it first.")
        return self._screen

    def open(self, orientation: str = "portrait") -> None:
        """Open the page, upright or lying; nothing happens when it is open like this."""
        if orientation not in SIZES:
            raise WorldError(f"There is no orientation {orientation!r}: choose one of {', '.join(SIZES)}.")
        self.size = width, height = SIZES[orientation]
        if self.is_open:
            self.screen.do(lambda page: page.set_viewport_size({"width": width, "height": height}))
            self._changed()
            return
        browser = Chromium()
        try:
            browser.start()
            self._screen = browser.screen(self.url, width=width, height=height)
        except WorldError as error:
            with contextlib.suppress(WorldError):
                browser.stop()
            raise WorldError(
                f"The kiosk's page {self.url} cannot be opened: is the robot running?"
            ) from error
        self._browser = browser
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(self._closed,), name="eyes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the page and its browser."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(10)
        browser, self._browser, self._screen, self._thread = self._browser, None, None, None
        self.picture, self.seen = None, Seen()
        if browser is not None:
            with contextlib.suppress(WorldError):
                browser.stop()
        self._changed()

    def look(self) -> Seen:
        """What is on the screen now."""
        self.seen = self.screen.look()
        return self.seen

    def hit(self, x: float, y: float) -> str:
        """The id of the button at a place of the page (0..1 of its width and height), "" for none."""
        place = [x * self.size[0], y * self.size[1]]
        return str(self.screen.do(lambda page: page.evaluate(_HIT, place)))

    def touch(self, x: float, y: float) -> None:
        """Put a finger there."""
        self.screen.do(lambda page: page.mouse.click(x * self.size[0], y * self.size[1]))

    def scroll(self, x: float, y: float, by: float) -> None:
        """Push the page up at a place, by so many pixels."""

        def wheel(page: Page) -> None:
            page.mouse.move(x * self.size[0], y * self.size[1])
            page.mouse.wheel(0, by)

        self.screen.do(wheel)

    def press(self, key: str) -> None:
        """Press a key, named as in a browser: "ArrowDown", "Enter", "F1"."""
        self.screen.press(key)

    def enter(self, text: str) -> None:
        """Type into the place that has the focus."""
        self.screen.do(lambda page: page.keyboard.type(text))

    def _watch(self, closed: threading.Event) -> None:
        face, pause = "", 0.0
        while not closed.wait(_LOOK_S):
            with contextlib.suppress(WorldError):  # a page that is being closed or loaded
                now: dict[str, Any] = self.screen.do(lambda page: page.evaluate(_FACE))
                pause += _LOOK_S
                if now["face"] != face or (now["film"] and pause >= _FILM_S):
                    face, pause = now["face"], 0.0
                    self._take()

    def _take(self) -> None:
        picture = self.screen.do(lambda page: page.screenshot(type="jpeg", quality=70))
        self.look()
        self.picture = picture
        self.number += 1
        self._changed()
