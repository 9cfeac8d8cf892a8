"""One visit, narrated live: world, robot, one citizen, and the clerk who finds the case."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from simulator.citizens.clerk import Clerk
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import load
from simulator.citizens.screen import Chromium
from simulator.kiosk import Kiosk
from simulator.panel import Panel

RULE = "─" * 78


def demo(settings: Path, *, stay: bool, say: Callable[[str], None]) -> int:
    """Play the identity-card visit. Returns the exit code; raises WorldError when something failed."""
    begun = time.monotonic()

    def tell(line: str) -> None:
        say(f"{time.monotonic() - begun:7.1f} s  {line}")

    kiosk = Kiosk(settings)
    scenario = load("identity-card")
    with contextlib.ExitStack() as stack:
        tell("Die Welt entsteht: Ton, Kartenleser, Kamera, Drucker, Körper.")
        world = kiosk.world()
        stack.enter_context(world)
        stack.callback(kiosk.stop)
        panel = Panel(world, kiosk_url=kiosk.url)
        stack.enter_context(panel)
        tell(f"Von Hand spielen: {panel.url}")
        tell("Der Lotse startet (Rasa lädt sein Modell).")
        seconds = kiosk.start()
        tell(f"Der Lotse kann grüßen: {seconds:.1f} s nach dem Start.")
        name, password = f"demo-{secrets.token_hex(2)}", secrets.token_urlsafe(12)
        kiosk.command("staff", "add", "--name", name, "--password-stdin", stdin=password + "\n")

        browser = Chromium()
        browser.start()
        stack.callback(browser.stop)
        screen = browser.screen(kiosk.url)
        say(RULE)
        say(f"Besuch: {scenario.title} ({scenario.name})")
        say(RULE)
        citizen = Citizen(world, screen, scenario, tell=tell)
        journey = citizen.visit()

        say(RULE)
        say("Stationen und Dauer")
        for station, took in journey.scenes:
            say(f"  {station:<20} {took:6.1f} s")
        say("Gesprochenes, wie erkannt, und Zeit bis zum ersten Ton der Antwort")
        for said in journey.said:
            latency = f"{said.latency_s:.2f} s" if said.latency_s is not None else "-"
            say(f"  „{said.text}“")
            say(f"      → „{said.heard}“  {latency}")
        say(f"Der Besuch dauerte {journey.seconds:.0f} s, mit {journey.partials} Zwischenergebnissen.")

        receipt = world.printer.wait_receipt(10, count=1)
        say(RULE)
        say(f"Der gedruckte Zettel ({world.run_dir / 'receipts'})")
        say(RULE)
        say(receipt.text)
        say(f"QR-Code: {', '.join(receipt.codes)}")

        clerk = Clerk(browser, kiosk.url)
        clerk.sign_in(name, password)
        say(RULE)
        say(f"Was die Sachbearbeitung unter {kiosk.url}/staff sieht: Vorgang {journey.number}")
        say(RULE)
        say(clerk.open_case(journey.number))
        say(RULE)
        say("Nachweis der Löschung")
        say(RULE)
        say(clerk.shred_record())
        clerk.close()
        say(RULE)
        say(f"Bürgerseite  {kiosk.url}/")
        say(f"Fachseite    {kiosk.url}/staff   Konto {name}, Kennwort {password}")
        say(f"Außenwelt    {panel.url}")
        say(f"Kamera       {world.camera.url}")
        if stay:
            screen.close()
            say("Alles läuft weiter; Strg-C beendet es.")
            with contextlib.suppress(KeyboardInterrupt):
                while kiosk.alive:
                    time.sleep(0.5)
    return 0
