"""The picture of the developer's panel in the docs, with a world in which something happens.

`python -m tests.simulator.panel_pictures [FOLDER]` writes panel.png (for docs/screens/, small), with a FOLDER
panel-WIDTH-SCHEME.png at full size for the eye.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from simulator.citizens.screen import Chromium
from simulator.panel import Panel
from simulator.processes import until
from simulator.world import World
from tests.kiosk_ui.pictures import FOLDER
from tests.kiosk_ui.samples import kiosk_screens
from tests.kiosk_ui.stand_in import StandIn, serving

# looked for at every frame: the page's policy forbids what Playwright waits with
PICTURED = """new Promise((done) => {
  const look = () => [...document.images].every((image) => image.complete && image.naturalWidth)
    ? done(true) : requestAnimationFrame(look);
  look();
})"""
SIZES = ((1280, 800), (1920, 1080))
TICKET = (
    b"\x1b@\x1ba\x01\x1b!\x30Musterstadt\n\x1b!\x00\nIhre Nummer\n\x1d!\x330815\n\x1d!\x00\n"
    b"Personalausweis\nFoyer, Schalter 3\n\n\x1dV\x00"
)


@contextmanager
def standing_in(name: str) -> Iterator[str]:
    """The address of a citizen's page that shows the sample `name`."""
    up, done, address = threading.Event(), threading.Event(), ""

    async def serve() -> None:
        nonlocal address
        robot = StandIn()
        robot.view = kiosk_screens()[name]
        async with serving(robot) as address:
            up.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    up.wait()
    try:
        yield address
    finally:
        done.set()
        thread.join()


def play(page: Page, panel: Panel, world: World) -> None:
    """A card, a document, a fault, a sentence and a ticket."""
    page.goto(panel.url)
    page.wait_for_selector("#live[data-live=yes]")
    for act, wish in (
        ("presence", {"present": True}),
        ("screen", {"open": True}),
        ("card", {"profile": "passport"}),
        ("say", {"text": "Guten Tag", "noise": "babble", "noise_db": 20}),
        ("fault", {"id": "paper_low", "on": True}),
    ):
        panel.acts.do(act, wish)
    with (world.run_dir / "body").open("r+b", buffering=0) as line:
        line.write(bytes.fromhex("011000000002040002000193AF"))
    with (world.run_dir / "printer").open("r+b", buffering=0) as line:
        line.write(TICKET)
    page.select_option("#document", "id_card_back")
    page.locator("#turn").fill("-12")
    page.click("[data-id=lay]")
    page.wait_for_selector("#desk[data-document=id_card_back]")
    page.wait_for_selector("#receipts img")
    until(lambda: panel.eyes.picture is not None, 60, "The citizen's screen has no picture.")
    page.evaluate(PICTURED)


def main(folder: Path | None) -> None:
    """Take the picture of the docs, or those for the eye."""
    browser = Chromium()
    browser.start()
    with (
        tempfile.TemporaryDirectory() as run,
        standing_in("camera") as kiosk,
        World(Path(run), 0) as world,
        Panel(world, 0, kiosk) as panel,
    ):
        screen = browser.screen("about:blank", width=1920, height=1080)
        screen.do(lambda page: page.set_default_timeout(60_000))
        screen.do(lambda page: page.emulate_media(reduced_motion="reduce"))
        screen.do(lambda page: play(page, panel, world))
        if folder is None:
            octets = screen.do(lambda page: page.screenshot())
            # a tree of all colours: the photograph shall not take them from the small signs
            picture = Image.open(io.BytesIO(octets)).convert("RGB").quantize(256, Image.Quantize.FASTOCTREE)
            picture.save(FOLDER / "panel.png", optimize=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for width, height in SIZES:
                for scheme in ("light", "dark"):

                    def take(
                        page: Page, width: int = width, height: int = height, scheme: str = scheme
                    ) -> None:
                        page.set_viewport_size({"width": width, "height": height})
                        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                        file = f"panel-{width}-{scheme}.png"
                        page.screenshot(path=folder / file, full_page=scheme == "light")

                    screen.do(take)
    browser.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
