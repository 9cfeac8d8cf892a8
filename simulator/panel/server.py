"""The panel's address: its page, what can be seen, what can be done, and everything live.

GET / is the page, GET /state tells everything as JSON, POST /ACT with a JSON object does one thing (see
`simulator.panel.acts`) and answers the new state; /live is a websocket that sends the state whenever it
changes, and the lines of the wires. Loopback only, and closed to other pages of the developer's browser.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.panel.acts import Acts, described
from simulator.panel.eyes import Eyes
from simulator.panel.traces import Taps, Traces
from simulator.processes import WorldError
from simulator.world import World, require_free

PANEL_PORT = 8042
PAGE = Path(__file__).parent / "page"
LONGEST_WISH = 65536
SETTLE_S = 0.04  # changes come in crowds: one message for all of them
WATCH_S = 0.1

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Panel:
    """Serves the panel of a world that runs, from start() to stop().

    `port` 0 takes a free one; `kiosk_url`: where the citizen's page is. `told` gets one line for each thing
    done and for what the kiosk does: light, tickets, sound. Raises WorldError when the port is taken.
    """

    def __init__(
        self,
        world: World,
        port: int = PANEL_PORT,
        kiosk_url: str = "http://127.0.0.1:8040",
        told: Callable[[str], None] = lambda line: None,
    ) -> None:
        if port:
            require_free(port, "the developer's panel")
        self._world = world
        self._told = told
        self._bells: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self.traces = Traces(self._ring)
        self.eyes = Eyes(kiosk_url, self._ring)
        self.acts = Acts(world, self.eyes, self.traces, self._ring)
        self._taps = Taps(world, self.traces, self.acts.look_at_headset)
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            self._app(),
            log_config=None,
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=1,
            ws_max_size=LONGEST_WISH,
        )
        self._server = uvicorn.Server(config)
        self._threads = (
            threading.Thread(target=self._server.run, args=([self._listener],), name="panel", daemon=True),
            threading.Thread(target=self._watch, name="panel-watch", daemon=True),
        )

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Serve; returns at once."""
        self._taps.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Serve no more."""
        self._stopped.set()
        self._server.should_exit = True
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5)
        self._listener.close()
        self.acts.stop()
        self._taps.stop()

    def __enter__(self) -> Panel:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    # --- what changes -----------------------------------------------------------------------

    def _ring(self) -> None:
        """Something is different; may be called from any thread."""
        with self._lock:
            for bell, loop in self._bells.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(bell.set)

    def _watch(self) -> None:
        """Notice what the kiosk does to the world: light, tickets, sound."""
        light, receipts, sounding, since = "", 0, False, 0.0
        world = self._world
        while not self._stopped.wait(WATCH_S):
            if (now := world.body.light) != light:
                light = now
                self._told(f"light: {light}")
                self._ring()
            if len(world.printer.receipts) > receipts:
                receipts = len(world.printer.receipts)
                self._told(f"printed ticket {receipts}, see {world.run_dir / 'receipts'}")
                self.traces.add("printer", f"cut: ticket {receipts}")
            if (sounds := world.ears.sounding()) != sounding:
                sounding = sounds
                self._told("the kiosk speaks" if sounding else "the kiosk is quiet")
                heard_at = world.ears.now()
                spoke = "" if sounding else f" after {heard_at - since:.1f} s"
                since = heard_at
                self.traces.add("sound", "< the kiosk speaks" if sounding else f"< the kiosk is quiet{spoke}")

    # --- HTTP -------------------------------------------------------------------------------

    def _app(self) -> ASGIApp:
        app = Starlette(
            routes=[
                Route("/", self._index),
                Route("/state", self._state),
                Route("/desk.jpg", self._desk),
                Route("/screen.jpg", self._screen),
                Route("/receipts/{number:int}.png", self._receipt),
                Route("/recordings/{name}.yml", self._recording),
                WebSocketRoute("/live", self._live),
                Mount("/page", StaticFiles(directory=PAGE)),
                Route("/{act}", self._act, methods=["POST"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        )

        async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [
                        *message["headers"],
                        *((name.lower().encode(), value.encode()) for name, value in _HEADERS.items()),
                    ]
                await send(message)

            await app(scope, receive, sending)

        return with_headers

    async def _index(self, request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def _state(self, request: Request) -> Response:
        return JSONResponse(self._everything())

    async def _act(self, request: Request) -> Response:
        # A page from elsewhere must not play the world: JSON only (no simple request across origins).
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return _refused(415, "Send a JSON object as application/json.")
        try:
            if int(request.headers.get("content-length") or 0) > LONGEST_WISH:
                raise ValueError("This is too long for a wish.")
            wish = json.loads(await request.body() or b"{}")
            if not isinstance(wish, dict):
                raise TypeError("Send a JSON object.")
            act = str(request.path_params["act"])
            await run_in_threadpool(self.acts.do, act, wish)
            if line := described(act, wish):
                self._told(line)
        except KeyError as missing:
            return _refused(400, f"{missing.args[0]}")
        except (WorldError, ValueError, TypeError) as wrong:
            return _refused(400, str(wrong))
        return JSONResponse(self._everything())

    async def _desk(self, request: Request) -> Response:
        return _picture(self._world.camera.picture)

    async def _screen(self, request: Request) -> Response:
        return _picture(self.eyes.picture)

    async def _receipt(self, request: Request) -> Response:
        receipts = self._world.printer.receipts
        number = int(request.path_params["number"])
        if not 1 <= number <= len(receipts):
            return _refused(404, f"There are {len(receipts)} tickets.")
        return Response(await run_in_threadpool(receipts[number - 1].png), media_type="image/png")

    async def _recording(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        file = self.acts.recordings / f"{name}.yml"
        if file.parent != self.acts.recordings or not file.is_file():
            return _refused(404, f"There is no recording {name!r}.")
        return FileResponse(file, media_type="text/yaml", filename=file.name)

    # --- live -------------------------------------------------------------------------------

    async def _live(self, channel: WebSocket) -> None:
        origin = channel.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != channel.headers.get("host"):
            await channel.close(4403)
            return
        await channel.accept()
        bell = asyncio.Event()
        with self._lock:
            self._bells[bell] = asyncio.get_running_loop()
        telling = asyncio.create_task(self._tell(channel, bell))
        try:
            while True:
                await channel.receive_text()  # nothing is expected: this waits for the page to go
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            with self._lock:
                self._bells.pop(bell)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self, channel: WebSocket, bell: asyncio.Event) -> None:
        change, last = 0, ""
        while True:
            state = json.dumps({"type": "state", **self._everything()}, ensure_ascii=False)
            if state != last:
                last = state
                await channel.send_text(state)
            change, lines = self.traces.since(change)
            if lines:
                await channel.send_text(json.dumps({"type": "traces", "lines": lines}, ensure_ascii=False))
            await bell.wait()
            await asyncio.sleep(SETTLE_S)
            bell.clear()

    def _everything(self) -> dict[str, Any]:
        return self.acts.state() | {"can": self.acts.can()}


def _refused(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)


def _picture(jpeg: bytes | None) -> Response:
    return (
        Response(jpeg, media_type="image/jpeg") if jpeg is not None else _refused(404, "There is no picture.")
    )
