"""The document camera's other end: a desk, filmed, as an MJPEG stream over HTTP.

Pictures are rendered when something is laid down and then only repeated, so that a stream costs no more
than copying; with nobody watching nothing runs at all.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator import codes, papers
from simulator.documents import SCALE, SIZES_MM, render_document
from simulator.personas import Persona
from simulator.scene import Hand, Shot

# What can be laid down by name; a letter's further pages are "deed/1" and so on.
DOCUMENTS = (
    *sorted(SIZES_MM),
    "photo_code",
    *(
        f"{name}/{page}" if page else name
        for name, pages in papers.LETTERS.items()
        for page in range(len(pages))
    ),
)
_STILL_S = 0.3  # a document in somebody's hand is filmed when it lies still
_FRAMES = 6  # different pictures of one scene; they are shown to and fro
_HEAD = (
    b"HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
)


@dataclass(frozen=True)
class Lying:
    """What lies on the desk; `hand` is None where a level drew the conditions."""

    persona: str
    document: str
    level: str
    hand: Hand | None


class CameraDesk:
    """A camera above a desk. The port is taken at once, served from start() to stop().

    `port` 0 takes a free one; `size` in pixels, `fps` pictures a second, `seed` of all randomness. All
    methods may be called from any thread, faults also before start(). `tap`, when somebody listens in, is
    told who connects and leaves.
    """

    tap: Callable[[str], None] | None = None

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        size: tuple[int, int] = (1920, 1080),
        fps: float = 10,
        seed: int = 1,
    ) -> None:
        self._size = size
        self._fps = fps
        self._seed = seed
        self._laid = 0
        self._tick = threading.Condition()
        self._pictures: list[bytes] = []
        self._newest: bytes | None = None
        self._number = 0  # of the picture in _newest
        self._stalled = False
        self._away = False
        self._running = False
        self._clients: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = self._bind(host, port)
        self._host, self._port = self._listener.getsockname()[:2]
        self.served = 0
        self.lying: Lying | None = None
        self.scene = 0

    @staticmethod
    def _bind(host: str, port: int) -> socket.socket:
        """Take the port without answering on it yet."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            raise
        return listener

    @property
    def url(self) -> str:
        """What cv2.VideoCapture opens."""
        return f"http://{self._host}:{self._port}/stream"

    @property
    def watchers(self) -> int:
        """Connected clients."""
        with self._tick:
            return len(self._clients)

    @property
    def stalled(self) -> bool:
        """Whether no new picture comes."""
        return self._stalled

    @property
    def away(self) -> bool:
        """Whether it is unplugged."""
        return self._away

    @property
    def picture(self) -> bytes | None:
        """The first picture of what lies there, JPEG; `scene` counts what was laid and taken."""
        with self._tick:
            return self._pictures[0] if self._pictures else None

    # --- life cycle -------------------------------------------------------------------------

    def start(self) -> None:
        """Serve; returns at once."""
        with self._tick:
            if self._running:
                return
            self._running = True
            away = self._away
        if not self._pictures:
            self.clear()
        if not away:
            self._listen()
        painter = threading.Thread(target=self._paint, name="camera desk", daemon=True)
        painter.start()
        self._threads.append(painter)

    def stop(self) -> None:
        """Cut every connection and release the port."""
        with self._tick:
            self._running = False
            self._pictures = []
            self._tick.notify_all()
        self._close()
        for thread in self._threads:
            thread.join(timeout=2)

    def __enter__(self) -> CameraDesk:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- what lies there --------------------------------------------------------------------

    def lay(
        self,
        persona: Persona | str,
        document: str = "id_card_back",
        *,
        level: str = "easy",
        rotate: float = 0,
        seed: int | None = None,
        hand: Hand | None = None,
    ) -> None:
        """Put a document on the desk.

        `document`: one of DOCUMENTS ("photo_code" is the photo provider's slip); `level`: "easy", "medium",
        "hard"; `rotate`: degrees; `seed`: of the conditions (default: the desk's, another one for each
        document laid). `hand` takes the place of level and rotation. KeyError for an unknown name.
        """
        lying = Lying(persona if isinstance(persona, str) else persona.id, document, level, hand)
        letter, _, page = document.partition("/")
        if hand is not None:
            picture, scale = _flat(persona, document)
            self._laid += 1
            self._show(
                Shot(picture, "easy", seed=self._seed, size=self._size, scale_in=scale, hand=hand), lying
            )
        elif document == "photo_code":
            self.lay_code(codes.photo_contents(persona), level=level, seed=seed)
        elif letter in papers.LETTERS:
            self.lay_letter(letter, int(page or 0), level=level, seed=seed)
        else:
            picture = render_document(persona, document)
            self._laid += 1
            chosen = self._seed * 1000 + self._laid if seed is None else seed
            self._show(Shot(picture, level, rotate=rotate, seed=chosen, size=self._size))
        self.lying = lying

    def lay_code(
        self, contents: str | bytes, kind: str = "DataMatrix", *, level: str = "easy", seed: int | None = None
    ) -> None:
        """Put a slip with a printed code on the desk: "DataMatrix", "QRCode" …, of the levels in `codes`."""
        self._laid += 1
        chosen = self._seed * 1000 + self._laid if seed is None else seed
        self._show(
            codes.photograph(contents, kind, level, seed=chosen, size=self._size),
            Lying("", kind, level, None),
        )

    def lay_letter(self, name: str, page: int = 0, *, level: str = "easy", seed: int | None = None) -> None:
        """Put a page of a letter of `simulator.papers` on the desk. KeyError, IndexError for no such page."""
        self._laid += 1
        chosen = self._seed * 1000 + self._laid if seed is None else seed
        self._show(
            papers.photograph(name, page, level, seed=chosen, size=self._size),
            Lying("", f"{name}/{page}" if page else name, level, None),
        )

    def clear(self) -> None:
        """The empty desk."""
        self._show(Shot(None, "easy", seed=self._seed, size=self._size))

    def _show(self, scene: Shot, lying: Lying | None = None) -> None:
        """The first picture is there when this returns; the others join it one by one."""
        pictures = [_jpeg(scene.frame(0))]
        with self._tick:
            self._pictures = pictures
            self.lying = lying
            self.scene += 1
            self._tick.notify_all()
        after_s = _STILL_S if lying is not None and lying.hand is not None else 0.0
        film = threading.Thread(
            target=self._develop, args=(scene, pictures, after_s), name="camera film", daemon=True
        )
        film.start()
        self._threads = [thread for thread in self._threads if thread.is_alive()] + [film]

    def _develop(self, scene: Shot, pictures: list[bytes], after_s: float) -> None:
        with self._tick:
            if after_s and self._tick.wait_for(lambda: pictures is not self._pictures, after_s):
                return
        for number in range(1, _FRAMES):
            jpeg = _jpeg(scene.frame(number))
            with self._tick:
                if pictures is not self._pictures:
                    return  # something else lies there by now
                pictures.append(jpeg)

    # --- faults -----------------------------------------------------------------------------

    def stall(self) -> None:
        """Connections stay, no new picture comes."""
        with self._tick:
            self._stalled = True

    def resume(self) -> None:
        """Pictures flow again."""
        with self._tick:
            self._stalled = False
            self._tick.notify_all()

    def go_away(self) -> None:
        """Unplugged: connections are cut, new ones refused."""
        with self._tick:
            if self._away:
                return
            self._away = True
            running = self._running
        if running:
            self._close()
            self._listener = self._bind(self._host, self._port)  # nobody else shall take it meanwhile

    def come_back(self) -> None:
        """Plugged in again, at the same address."""
        with self._tick:
            if not self._away:
                return
            self._away = False
            running = self._running
        if running:
            self._listen()

    # --- wires ------------------------------------------------------------------------------

    def _listen(self) -> None:
        listener = self._listener
        listener.listen(8)
        threading.Thread(target=self._accept, args=(listener,), name="camera port", daemon=True).start()

    def _close(self) -> None:
        # shutdown wakes the thread that sits in accept(); close alone would not
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._tick:
            clients = list(self._clients)
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="camera client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Answer one client until it leaves or the camera goes away."""
        client.settimeout(5)
        sent = 0
        with self._tick:
            self._clients.add(client)
            self._tick.notify_all()
        try:
            request = client.recv(4096)
            if not request.startswith(b"GET "):
                client.sendall(b"HTTP/1.0 405 Method Not Allowed\r\n\r\n")
                return
            client.sendall(_HEAD)
            self._tell(f"> {request.splitlines()[0].decode('ascii', 'replace')}: 200, pictures flow")
            with self._tick:
                seen = self._number  # a stalled camera has nothing for a new client either
            while True:
                with self._tick:
                    while self._number == seen and self._running and not self._away:
                        self._tick.wait(0.5)
                        if client not in self._clients or _hung_up(client):
                            return
                    if not self._running or self._away:
                        return
                    seen, jpeg = self._number, self._newest
                if jpeg is None:  # cleared between two pictures
                    continue
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                client.sendall(head.encode() + jpeg + b"\r\n")
                self.served += 1
                sent += 1
        except OSError:
            return
        finally:
            with self._tick:
                self._clients.discard(client)
            client.close()
            self._tell(f"< connection closed after {sent} pictures")

    def _tell(self, text: str) -> None:
        if self.tap is not None:
            self.tap(text)

    def _paint(self) -> None:
        """Give out one picture per tick while somebody watches."""
        step = 0
        while True:
            with self._tick:
                while self._running and (not self._clients or self._stalled):
                    self._tick.wait()
                if not self._running:
                    return
                count = len(self._pictures)
                place = step % max(1, 2 * count - 2)  # to and fro
                self._newest = self._pictures[min(place, 2 * count - 2 - place)]
                self._number += 1
                self._tick.notify_all()
                step += 1
                self._tick.wait_for(lambda: not self._running, 1 / self._fps)


def _flat(persona: Persona | str, document: str) -> tuple[NDArray[np.uint8], float]:
    """A document upright, BGRA, and its pixels per millimetre. KeyError for an unknown name."""
    letter, _, page = document.partition("/")
    if document == "photo_code":
        return codes.render_code(codes.photo_contents(persona)), SCALE
    if letter in papers.LETTERS:
        return papers.render_letter(letter, int(page or 0)), papers.SCALE
    return render_document(persona, document), SCALE


def _hung_up(client: socket.socket) -> bool:
    """Whether the other side has closed; it never says anything after its request."""
    readable, _, _ = select.select([client], [], [], 0)
    return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return packed.tobytes()
