"""The citizen's eyes and hands: the kiosk's page in headless Chromium.

The page is read by what a person sees (visible text, roles) and by the marks of its markup: `main` with
data-state, data-panel, data-seq, data-face; `data-part` for caption, heard, progress, notice, warning and
ticket-number; `data-id` of buttons; `data-field` of form fields. Chromium is driven from a thread of its
own, so that whoever uses it may run an event loop.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from simulator.processes import WorldError

CHROMIUM = Path("/usr/bin/chromium")
UPRIGHT = (1080, 1920)
WIDE = (1920, 1080)
PATIENCE_S = 60.0  # a busy machine is waited for
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
)

T = TypeVar("T")

LOOK = """() => {
  const main = document.querySelector('main');
  const seen = (node) => !!node && node.getClientRects().length > 0;
  const text = (node) => node ? node.innerText.replace(/\\s+/g, ' ').trim() : '';
  const part = (name) => [...document.querySelectorAll(`[data-part=${name}]`)].filter(seen);
  if (!main) return {panel: '', text: text(document.body)};
  const heard = part('heard')[0];
  const words = heard && (heard.querySelector('.heard__text') || heard);
  return {
    state: main.dataset.state || '', panel: main.dataset.panel || '', face: main.dataset.face || '',
    seq: Number(main.dataset.seq || -1),
    title: text([...main.querySelectorAll('h1, h2')].find(seen)),
    caption: text(part('caption')[0]),
    heard: text(words), final: heard ? heard.dataset.final !== 'false' : true,
    question: main.querySelector('[data-question]')?.dataset.question || '',
    aside: text(part('aside')[0]),
    buttons: [...document.querySelectorAll('button[data-id]')]
      .filter((b) => seen(b) && !b.closest('[data-field]') && !b.closest('[inert]'))
      .map((b) => ({id: b.dataset.id, label: text(b) || b.getAttribute('aria-label') || ''})),
    fields: [...document.querySelectorAll('[data-field]')].filter(seen).map((f) => {
      const input = f.querySelector('input, select, textarea');
      return {id: f.dataset.field, label: text(f.querySelector('label, legend')),
              value: !input ? f.querySelector('button[aria-pressed=true]')?.dataset.id || ''
                : input.type === 'checkbox' ? String(input.checked) : input.value,
              kind: !input ? 'buttons' : input.tagName === 'SELECT' ? 'select' : input.type,
              options: [...f.querySelectorAll('option, button[data-id]')]
                .map((o) => [o.dataset.id || o.value || '', text(o) || o.label || '']),
              required: !!input && (input.required || input.getAttribute('aria-required') === 'true'),
              spellings: [...f.querySelectorAll('button[data-spelling]')].map((b) => b.dataset.spelling),
              error: text(f.querySelector('[role=alert]'))};
    }),
    progress: text(part('progress')[0]?.querySelector('[data-state=current]')),
    notices: part('notice').map(text),
    warning: text(part('warning')[0]),
    ticket: text(part('ticket-number')[0]),
    text: text(main),
  };
}"""

# Every change of the page with its time; `taps` holds clicks and when the page had changed after them.
RECORD = """() => {
  window.lotseLog = []; window.lotseTaps = [];
  let tapped = null;
  document.addEventListener('pointerdown', (e) => {
    const b = e.target.closest('button[data-id]');
    const seq = document.querySelector('main')?.dataset.seq;
    if (b) tapped = {id: b.dataset.id, at: performance.now(), seq};
  }, true);
  let last = '';
  new MutationObserver(() => {
    const main = document.querySelector('main');
    if (!main) return;
    if (tapped && main.dataset.seq !== tapped.seq) {
      window.lotseTaps.push({id: tapped.id, ms: performance.now() - tapped.at}); tapped = null;
    }
    const heard = main.querySelector('[data-part=heard]');
    const entry = {panel: main.dataset.panel, face: main.dataset.face,
      caption: main.querySelector('[data-part=caption]')?.innerText || '',
      heard: heard?.innerText || '', final: heard ? heard.dataset.final !== 'false' : true};
    const now = JSON.stringify(entry);
    if (now !== last) { last = now; window.lotseLog.push({at: Date.now() / 1000, ...entry}); }
    if (window.lotseLog.length > 3000) window.lotseLog.splice(0, 1000);
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


@dataclass(frozen=True)
class Button:
    """A visible button."""

    id: str
    label: str


@dataclass(frozen=True)
class FormField:
    """A visible field of a form."""

    id: str
    label: str
    value: str
    kind: str
    required: bool
    error: str
    options: tuple[tuple[str, str], ...] = ()
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What is on the kiosk's screen at one moment."""

    panel: str = ""
    state: str = ""
    face: str = ""
    seq: int = -1
    title: str = ""
    question: str = ""
    aside: str = ""
    caption: str = ""
    heard: str = ""
    final: bool = True
    buttons: tuple[Button, ...] = ()
    fields: tuple[FormField, ...] = ()
    progress: str = ""
    notices: tuple[str, ...] = ()
    warning: str = ""
    ticket: str = ""
    text: str = ""

    def button(self, wanted: str) -> Button | None:
        """The button whose id is `wanted`, or whose id or label matches it as a regular expression."""
        for button in self.buttons:
            if button.id == wanted:
                return button
        for button in self.buttons:
            if re.search(wanted, button.label, re.I) or re.fullmatch(wanted, button.id, re.I):
                return button
        return None

    def describe(self) -> str:
        """One sentence for a failure."""
        buttons = ", ".join(button.id or button.label for button in self.buttons) or "none"
        told = "".join(f", notice {notice!r}" for notice in self.notices)
        return (
            f"the screen shows {self.panel or 'no panel'} {self.title!r} "
            f"(state {self.state}, face {self.face}), caption {self.caption!r}, heard {self.heard!r}, "
            f"buttons: {buttons}{told}"
        )


@dataclass
class Recorded:
    """What the page recorded of itself; times are seconds since 1970."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    taps_ms: list[float] = field(default_factory=list)


class Chromium:
    """One headless browser in a thread of its own; each `screen()` is a visitor with an own profile."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, "chromium")
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> None:
        """Start the browser. Raises WorldError when there is none."""
        if not CHROMIUM.exists():
            raise WorldError(f"{CHROMIUM} is missing: install what requirements/apt.txt lists.")
        self.do(self._start)

    def _start(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    def stop(self) -> None:
        """End the browser."""

        def close() -> None:
            if self._browser:
                self._browser.close()
            if self._playwright:
                self._playwright.stop()

        self.do(close)
        self._worker.shutdown()

    def close_screens(self) -> None:
        """Close all windows that are still open."""

        def close() -> None:
            for context in self._browser.contexts if self._browser else ():
                context.close()

        self.do(close)

    def do(self, act: Callable[[], T]) -> T:
        """Run `act` in the browser's thread; the browser's errors become WorldErrors."""
        try:
            return self._worker.submit(act).result(90)
        except Error as error:
            raise WorldError(f"The browser could not do it: {error.message.splitlines()[0]}") from error

    def screen(self, url: str, *, width: int = UPRIGHT[0], height: int = UPRIGHT[1]) -> Screen:
        """A new window on `url`; a kiosk's screen is UPRIGHT or WIDE. Raises WorldError without a page."""

        def make() -> tuple[BrowserContext, Page]:
            if self._browser is None:
                raise WorldError("The browser is not running.")
            context = self._browser.new_context(viewport={"width": width, "height": height}, locale="de-DE")
            context.set_default_timeout(1000 * PATIENCE_S)
            page = context.new_page()
            page.add_init_script(f"({RECORD})()")
            page.goto(url)
            return context, page

        context, page = self.do(make)
        return Screen(self, context, page)


class Screen:
    """One page: look at it, tap, fill in, wait for something to appear."""

    def __init__(self, browser: Chromium, context: BrowserContext, page: Page) -> None:
        self._browser = browser
        self._context = context
        self.page = page

    def close(self) -> None:
        """Close the window and forget its profile."""
        self._browser.do(self._context.close)

    def do(self, act: Callable[[Page], T]) -> T:
        """Anything playwright can do with the page, in its thread."""
        return self._browser.do(lambda: act(self.page))

    def look(self) -> Seen:
        """What is on the screen now."""
        data: dict[str, Any] = self.do(lambda page: page.evaluate(LOOK))
        data["buttons"] = tuple(Button(**button) for button in data.get("buttons", ()))
        data["fields"] = tuple(
            FormField(
                **item
                | {"options": tuple(map(tuple, item["options"])), "spellings": tuple(item["spellings"])}
            )
            for item in data.get("fields", ())
        )
        data["notices"] = tuple(data.get("notices", ()))
        return Seen(**data)

    def wait(self, wanted: Callable[[Seen], bool], what: str, timeout: float = PATIENCE_S) -> Seen:
        """Wait until the screen is as `wanted`. Raises WorldError saying what was there instead of `what`."""
        deadline = time.monotonic() + timeout
        while True:
            seen = self.look()
            if wanted(seen):
                return seen
            if time.monotonic() > deadline:
                raise WorldError(f"Waited {timeout:.0f} s for {what}, but {seen.describe()}.")
            time.sleep(0.04)

    def tap(self, wanted: str, timeout: float = PATIENCE_S) -> str:
        """Tap the button with this id, or whose label matches. Returns its label."""
        seen = self.wait(lambda seen: seen.button(wanted) is not None, f"a button {wanted!r}", timeout)
        button = seen.button(wanted)
        if button is None:
            raise WorldError(f"There is no button {wanted!r}: {seen.describe()}.")
        css = button.id.replace("\\", "\\\\").replace('"', '\\"')
        self.do(lambda page: page.locator(f'button[data-id="{css}"]:visible').first.click())
        return button.label

    def fill(self, name: str, value: str) -> None:
        """Enter `value` into the form field `name`, as typed (or chosen by value or label)."""

        def enter(page: Page) -> None:
            box = page.locator(f'[data-field="{name}"]')
            if box.locator("button[data-id]").count():
                box.locator(f'button[data-id="{value}"]').click()
                return
            place = box.locator("input, select, textarea").first
            kind = place.evaluate("n => n.tagName === 'SELECT' ? 'select' : n.type")
            if kind == "select":
                values = place.evaluate("n => [...n.options].map(o => [o.value, o.label])")
                chosen = next((v for v, label in values if value in (v, label)), value)
                place.select_option(chosen)
            elif kind == "checkbox":
                place.set_checked(value.lower() in ("true", "ja", "1"), force=True)
            else:
                place.fill(value)
                place.blur()

        self.do(enter)

    def spell(self, name: str, spelling: str) -> None:
        """Tap one of the spellings offered for the form field `name`."""
        css = f'[data-field="{name}"] button[data-spelling="{spelling}"]'
        self.do(lambda page: page.locator(css).click())

    def touch(self) -> None:
        """Touch the screen where there is no button."""
        self.do(lambda page: page.locator("[data-part=caption]").first.click())

    def type(self, sentence: str) -> None:
        """Type a sentence where one can type instead of speaking, and send it."""

        def enter(page: Page) -> None:
            line = page.locator("[data-part=type] input")
            line.fill(sentence)
            line.press("Enter")

        self.do(enter)

    def press(self, key: str) -> None:
        """Press a key of the keypad: "ArrowUp", "ArrowDown", "Enter", "Escape" or "F1"."""
        self.do(lambda page: page.keyboard.press(key))

    def text(self) -> str:
        """All visible text of the page."""
        return self.do(lambda page: page.inner_text("body"))

    def reload(self) -> None:
        """The visitor, or somebody, reloads the page."""
        self.do(lambda page: page.reload())

    def screenshot(self, file: Path) -> None:
        """The window as PNG."""
        self.do(lambda page: page.screenshot(path=file))

    def recorded(self) -> Recorded:
        """All changes and taps since the page was loaded."""
        log, taps = self.do(lambda page: page.evaluate("() => [window.lotseLog, window.lotseTaps]"))
        return Recorded(log or [], [float(tap["ms"]) for tap in taps or []])
