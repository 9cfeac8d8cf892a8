"""The clerk: at the page in a browser, and (for tests and figures) at the same addresses without one."""

from __future__ import annotations

import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from websockets.sync.client import ClientConnection, connect

from simulator.citizens.screen import Chromium
from simulator.processes import WorldError


class Clerk:
    """A clerk before the staff page; reads what a person reads there."""

    def __init__(self, browser: Chromium, url: str) -> None:
        self.screen = browser.screen(f"{url}/staff", width=1400, height=1000)

    def sign_in(self, name: str, password: str) -> None:
        """Fill in the sign-in form. Raises WorldError when the page does not let one in."""

        def enter(page: Any) -> None:
            page.locator("input:not([type=password])").first.fill(name)
            page.locator("input[type=password]").first.fill(password)
            page.locator("input[type=password]").first.press("Enter")
            page.locator("input[type=password]").first.wait_for(state="detached")

        self.screen.do(enter)

    def open_case(self, number: str) -> str:
        """Open the case with this number; returns everything visible of it."""

        def act(page: Any) -> str:
            row = page.locator(f'[data-part=case][data-number="{number}"]').last
            row.locator("[data-id=open]").click()
            opened = page.locator("[data-part=case-detail]").first
            opened.locator("[data-provenance]").first.wait_for()
            return str(opened.inner_text())

        return _tidy(self.screen.do(act))

    def call_next(self, place: str) -> str:
        """Name one's counter and call whoever waits longest; the number."""

        def act(page: Any) -> str:
            page.locator("[data-id=counter]").fill(place)
            page.keyboard.press("F8")
            told = page.locator("[data-part=told]:not(:empty)")
            told.wait_for()
            return str(told.inner_text()).split()[0]

        return self.screen.do(act)

    def claim(self) -> None:
        """Whoever was called is there: the opened case is in work."""

        def act(page: Any) -> None:
            page.locator("[data-part=case-detail] [data-id=claim]").click()
            page.locator("[data-part=case-detail][data-state=working]").wait_for()

        self.screen.do(act)

    def tick_all(self) -> int:
        """Tick off everything that has to be seen or done at the counter; how much that is."""

        def act(page: Any) -> int:
            boxes = page.locator("[data-part=case-detail] [data-id^='tick:']")
            for index in range(boxes.count()):
                boxes.nth(index).click()
                boxes.nth(index).and_(page.locator(":checked:enabled")).wait_for()
            return int(boxes.count())

        return self.screen.do(act)

    def finish(self) -> None:
        """The opened case is done."""

        def act(page: Any) -> None:
            page.locator("[data-part=case-detail] [data-id=done]").click()
            page.locator("[data-part=case-detail][data-state=done]").wait_for()

        self.screen.do(act)

    def open_copy(self, label: str) -> bytes:
        """Follow the link of a copy in the opened case; what the browser gets, a PDF."""

        def act(page: Any) -> bytes:
            row = page.locator("[data-copy]").filter(has_text=label).first
            link = row.locator("[data-act=open-copy]")
            link.wait_for()
            answer = page.request.get(page.url.split("/staff")[0] + link.get_attribute("href"))
            if answer.headers.get("content-type") != "application/pdf":
                raise WorldError(f"The copy {label!r} cannot be opened: {answer.status}.")
            return bytes(answer.body())

        return self.screen.do(act)

    def house(self) -> str:
        """Everything visible of the kiosks, their devices and what is amiss."""

        def act(page: Any) -> str:
            page.locator("[data-page=house]").click()
            house = page.locator("[data-part=house]")
            house.wait_for()
            return str(house.inner_text())

        return _tidy(self.screen.do(act))

    def shred_record(self) -> str:
        """The newest shred record as the page shows it."""

        def act(page: Any) -> str:
            page.locator("[data-page=house]").click()
            newest = page.locator("[data-part=shred]").first
            newest.wait_for()
            return str(newest.inner_text())

        return _tidy(self.screen.do(act))

    def text(self) -> str:
        """Everything visible."""
        return _tidy(self.screen.text())

    def close(self) -> None:
        """Close the window."""
        self.screen.close()


class Monitor:
    """Somebody who waits in the lobby and looks at the monitor."""

    def __init__(self, browser: Chromium, url: str) -> None:
        self.screen = browser.screen(f"{url}/display", width=1920, height=1080)

    def called(self, number: str) -> str:
        """Wait until the number is called; where to."""

        def look(page: Any) -> str:
            call = page.locator(f'[data-part=call][data-number="{number}"]')
            call.wait_for()
            return str(call.locator(".monitor__place").inner_text())

        return self.screen.do(look)

    def text(self) -> str:
        """Everything visible."""
        return _tidy(self.screen.text())

    def close(self) -> None:
        """Close the window."""
        self.screen.close()


class StaffDesk:
    """The staff channel without a page: the same HTTP and websocket addresses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._csrf = ""
        self._socket: ClientConnection | None = None

    def sign_in(self, name: str, password: str) -> None:
        """Raises WorldError with the page's sentence when refused."""
        self._csrf = self.call("/api/staff/login", {"name": name, "password": password})["csrf"]

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body; the JSON answer, None when there is none. Raises WorldError."""
        request = urllib.request.Request(  # noqa: S310 - our own loopback
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-CSRF-Token": self._csrf, "Origin": self.url},
        )
        try:
            with self._opener.open(request, timeout=60) as answer:
                data = answer.read()
        except urllib.error.HTTPError as error:
            raise WorldError(f"{path}: {error.code} {error.read().decode(errors='replace')}") from error
        return json.loads(data) if data else None

    @property
    def cookies(self) -> str:
        """What the browser would send in its Cookie header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)

    def watch(self) -> None:
        """Open the live channel."""
        self._socket = connect(
            self.url.replace("http", "ws", 1) + "/ws/staff",
            additional_headers={"Cookie": self.cookies, "Origin": self.url},
            open_timeout=60,
        )

    def view(self, wanted: Callable[[dict[str, Any]], bool] = lambda view: True, timeout: float = 60) -> Any:
        """The next live view that is as `wanted`. Raises WorldError."""
        if self._socket is None:
            self.watch()
        assert self._socket is not None  # noqa: S101 - watch() sets it
        view: dict[str, Any] = {}
        until = time.monotonic() + timeout  # views come again and again, also when nothing happens
        try:
            while True:
                view = json.loads(self._socket.recv(max(0.0, until - time.monotonic())))
                if "cases" in view and wanted(view):
                    return view
        except TimeoutError as late:
            cases = [(row["number"], row["state"]) for row in view.get("cases", [])]
            raise WorldError(f"The clerk's view did not become as wanted; newest cases: {cases}.") from late

    def now(self) -> Any:
        """The view as it is now (a new live channel sends it at once)."""
        self.close()
        return self.view()

    def close(self) -> None:
        """Close the live channel."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def _tidy(text: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", text).strip()
