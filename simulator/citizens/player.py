"""Plays a scenario: a citizen with voice, ears, eyes and hands, who reacts to what the kiosk shows."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from simulator import faults
from simulator.citizens.scenario import Scenario, Scene
from simulator.citizens.screen import FormField, Screen, Seen
from simulator.personas import Persona, persona
from simulator.processes import WorldError
from simulator.scene import Hand
from simulator.voice import Spoken
from simulator.world import World

PATIENCE_S = 60.0  # for the next screen
GREETING_S = 15.0
ANSWER_S = 6.0  # from the end of a sentence to a reaction
TRIES = 3


@dataclass
class Said:
    """One sentence of the citizen: what was recognised and how soon the first sound of an answer came."""

    text: str
    heard: str = ""
    latency_s: float | None = None
    moved: bool = False


@dataclass
class Journey:
    """How a visit went."""

    seconds: float = 0.0
    said: list[Said] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)  # scenes in which talking did not help
    scenes: list[tuple[str, float]] = field(default_factory=list)
    number: str = ""
    greeted_by: str = "presence"
    partials: int = 0

    @property
    def understood(self) -> bool:
        """Every spoken sentence led on, repeated or not, without a finger."""
        return not self.fallbacks and bool(self.said)


class Citizen:
    """One person. `by`: "voice" (taps only where the scenario says so) or "touch". `tell`: narration."""

    def __init__(
        self,
        world: World,
        screen: Screen,
        scenario: Scenario,
        *,
        by: str = "voice",
        voice: str = "",
        speed: int = 0,
        noise_db: float | None = None,
        seed: int = 0,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.world = world
        self.screen = screen
        self.scenario = scenario
        self.by = by
        self.voice = voice or scenario.voice
        self.speed = speed or scenario.speed
        self.noise_db = scenario.noise_db if noise_db is None else noise_db
        self.seed = seed
        self.tell = tell
        self.who: Persona = persona(scenario.persona)
        self.journey = Journey()
        self._last = Seen()
        self._printed = len(world.printer.receipts)
        self._mouth = ThreadPoolExecutor(1, "mouth")

    def visit(self) -> Journey:
        """Walk up, live every scene, leave. Raises WorldError saying what was on the screen."""
        begun = time.monotonic()
        self._printed = len(self.world.printer.receipts)
        try:
            self.arrive()
            self.live()
            self.leave()
        finally:
            self._mouth.shutdown(wait=False)
        self.journey.seconds = time.monotonic() - begun
        log = self.screen.recorded().changes
        self.journey.partials = sum(1 for change in log if change["heard"] and not change["final"])
        return self.journey

    def arrive(self) -> None:
        """Stand before the kiosk, and be greeted."""
        self.tell("Eine Person tritt vor den Kiosk.")
        self.world.presence(True)
        try:
            self._wait(lambda seen: seen.state == "visit", "a greeting", GREETING_S)
        except WorldError:
            # Whoever stands there already when the one before has gone is greeted at the first touch.
            self.tell("Die Person berührt den Bildschirm.")
            self.journey.greeted_by = "touch"
            self.screen.touch()
            self._wait(lambda seen: seen.state == "visit", "a greeting")

    def live(self, until: str = "goodbye") -> None:
        """Play scenes until the page's state is, or its panel, `until`."""
        left = list(self.scenario.scenes)
        if self.by == "touch":
            left = [scene for scene in left if not scene.voice_only]
        while True:
            seen = self._wait(
                lambda seen: until in (seen.state, seen.panel) or any(scene.fits(seen) for scene in left),
                "something the citizen has a word for",
            )
            if until in (seen.state, seen.panel):
                return
            scene = next(scene for scene in left if scene.fits(seen))
            left.remove(scene)
            self._play(scene)

    def leave(self) -> None:
        """Hear the goodbye and go away."""
        self.tell("Die Person geht.")
        self.world.camera.clear()
        self.world.presence(False)
        self._wait(lambda seen: seen.state == "idle", "the first screen for the next visitor", 60)

    # --- scenes -----------------------------------------------------------------------------

    def _play(self, scene: Scene) -> None:
        begun = time.monotonic()
        self.tell(f"--- {scene.name}")
        for act in scene.acts:
            self._act(scene, act)
        if self._last.panel == "ticket":
            self.journey.number = self._last.ticket
        self.journey.scenes.append((scene.name, time.monotonic() - begun))

    def _act(self, scene: Scene, act: dict[str, Any]) -> None:
        if "say" in act:
            self._answer(scene, str(act["say"]), str(act.get("tap", "")))
        elif "ask" in act:
            self._ask(scene, str(act["ask"]), str(act["expect"]))
        elif "tap" in act:
            self._tap(scene, str(act["tap"]), stays=bool(act.get("stays")))
        elif "check" in act:
            self._check([str(item) for item in act["check"]])
        elif "lay" in act:
            self._lay(act)
        elif "clear" in act:
            self.tell("Die Person nimmt ihr Dokument wieder an sich.")
            self.world.camera.clear()
        elif "card" in act:
            self._card(act["card"], str(act.get("expect", "")), str(act.get("persona", "")))
        elif "pull" in act:
            self._pull(int(act["pull"]))
        elif "fault" in act or "mend" in act:
            self._disturb(str(act.get("fault", "")), str(act.get("mend", "")))
        elif "headset" in act:
            self._headset(bool(act["headset"]))
        elif "type" in act:
            self._type(scene, str(act["type"]), stays=bool(act.get("stays")))
        elif "press" in act:
            self.screen.press(str(act["press"]))
        elif "form" in act:
            self._form()
        elif "take" in act:
            self._take()
        else:
            self._wait(lambda seen: self._moved(scene, seen), "the next screen", 40)

    def _answer(self, scene: Scene, text: str, instead: str) -> None:
        if self.by == "touch":
            self._tap(scene, instead)
            return
        for attempt in range(TRIES):
            self.listen()
            if self._moved(scene, self._look()):
                return  # an answer of before was understood after all
            said = self.say(text, attempt)
            try:
                self._wait(lambda seen: self._moved(scene, seen), "a reaction", ANSWER_S)
            except WorldError:
                continue
            said.moved = True
            return
        self.journey.fallbacks.append(scene.name)
        if not instead:
            raise WorldError(f"{scene.name}: {text!r} was not understood: {self._look().describe()}.")
        self.tell("Das wurde nicht verstanden; die Person tippt.")
        self._tap(scene, instead)

    def _ask(self, scene: Scene, text: str, expect: str) -> None:
        for attempt in range(TRIES):
            self.listen()
            said = self.say(text, attempt)
            try:
                self._wait(lambda seen: self._answers(seen, expect), "an answer", ANSWER_S)
            except WorldError:
                continue
            said.moved = True
            self._wait(scene.fits, "the question from before")
            return
        self.journey.fallbacks.append(scene.name)
        raise WorldError(f"{scene.name}: {text!r} had no answer like {expect!r}: {self._look().describe()}.")

    def _tap(self, scene: Scene, wanted: str, *, stays: bool = False) -> None:
        for _ in range(TRIES):
            self.tell(f"Die Person tippt auf „{self.screen.tap(wanted)}“.")
            if stays:
                return
            try:
                self._wait(lambda seen: self._moved(scene, seen), "the next screen", 15)
                return
            except WorldError:
                seen = self._look()
                if seen.button(wanted) is None:
                    raise
        raise WorldError(f"{scene.name}: tapping {wanted!r} did nothing: {self._look().describe()}.")

    def _check(self, brought: list[str]) -> None:
        """Mark every document of the checklist: those in `brought` as brought, the others as not."""
        marks = [button.id.split(":") for button in self._look().buttons if button.id.startswith("brought:")]
        for _, item, answer in marks:
            if (item in brought) is (answer == "true"):
                self.screen.tap(f"brought:{item}:{answer}")
        self.tell(f"Die Person hakt ab, was sie dabei hat ({len(marks) // 2} Unterlagen gefragt).")

    def _type(self, scene: Scene, sentence: str, *, stays: bool) -> None:
        self.tell(f"Die Person schreibt: „{sentence}“")
        self.screen.type(sentence)
        if not stays:
            self._wait(lambda seen: self._moved(scene, seen), "the next screen", 15)

    def _lay(self, act: dict[str, Any]) -> None:
        document, hand = str(act["lay"]), act.get("hand")
        self.tell(f"Die Person legt ihr Dokument unter die Kamera ({document}).")
        self.world.camera.lay(
            persona(str(act["persona"])) if "persona" in act else self.who,
            document,
            level=str(act.get("level", "easy")),
            hand=Hand(**hand) if hand is not None else None,
        )

    def _pull(self, exchanges: int) -> None:
        """Take the card away after so many exchanges, or when no more come."""
        with contextlib.suppress(TimeoutError):
            self.world.reader.wait_apdus(exchanges)
        self.tell("Die Person zieht die Karte weg.")
        self.world.reader.remove()

    def _disturb(self, fault: str, mend: str) -> None:
        """Something breaks, or works again."""
        for name, act in ((fault, faults.apply), (mend, faults.undo)):
            if name:
                act(name, self.world.faults)
                self.tell(f"{'Störung' if fault else 'Behoben'}: {faults.FAULTS[name].title}.")

    def _headset(self, plugged: bool) -> None:
        self.tell(f"Die Person steckt ihre Kopfhörer {'ein' if plugged else 'aus'}.")
        (self.world.headset.plug if plugged else self.world.headset.unplug)()

    def _card(self, profile: str | None, expect: str, whose: str = "") -> None:
        if profile is None:
            self.world.reader.remove()
            return
        self.tell(f"Die Person legt eine Karte auf das Lesegerät ({profile}).")
        self.world.reader.insert(profile, persona=whose)
        self._wait(lambda seen: self._answers(seen, expect), f"words about the card like {expect!r}")

    def _form(self) -> None:
        """Compare every field with what is true, correct what was read wrongly, enter what is missing."""
        for item in self._look().fields:
            truth = self.truth(item)
            if truth in item.spellings:
                self.tell(f"Die Person wählt die Schreibweise von „{item.label}“.")
                self.screen.spell(item.id, truth)
                continue
            if not truth or item.value == truth:
                continue
            if item.value and item.kind != "select":
                self.tell(f"Die Person berichtigt „{item.label}“.")
            self.screen.fill(item.id, truth)
        filled = {item.id for item in self._look().fields if item.value}
        self.tell(f"Die Person hat {len(filled)} Felder geprüft und ergänzt.")

    def _take(self) -> None:
        """Take the ticket, if the printer gives one; the number stands on the screen in any case."""
        self._wait(lambda seen: bool(seen.ticket), "the number")
        printed = len(self.world.printer.receipts)
        with contextlib.suppress(WorldError):
            self._wait(lambda seen: len(self.world.printer.receipts) > self._printed, "a ticket", 8)
            printed = len(self.world.printer.receipts)
        taken = printed > self._printed
        self.tell(f"Die Person nimmt {'den Zettel' if taken else 'nur die Nummer'} mit: {self._last.ticket}.")

    def truth(self, item: FormField) -> str:
        """What the persona knows for a field; choices by their id. "" when the field stays empty."""
        if item.id in self.scenario.fields:
            return self.scenario.fields[item.id]
        who = self.who
        for pattern, value in (
            (r"birth_name|geburtsname", who.birth_name if who.birth_name != who.surname else ""),
            (r"birth_?date|date_of_birth", f"{who.birth_date:%d.%m.%Y}"),
            (r"birth_?place|place_of_birth", who.birth_place),
            (r"surname|family_?name", who.surname),
            (r"given|first_?name", who.given_names),
            (r"doctor", who.doctorate),
            (r"nationality", {"D": "deutsch"}.get(who.nationality, who.nationality)),
            (r"height", str(who.height_cm)),
            (r"eye", who.eye_colour),
            (r"street", who.street),
            (r"post|zip", who.postal_code),
            (r"town|city|place", who.town),
            (r"sex|gender", who.sex),
        ):
            if re.search(pattern, item.id, re.I):
                for option, label in item.options:
                    if value and value.casefold() in (option.casefold(), label.casefold()):
                        return option
                if item.options and item.required:
                    return item.value or next((option for option, _ in item.options if option), "")
                return value
        if item.required and not item.value:
            if item.kind == "checkbox":
                return "true"
            return next((option for option, _ in item.options if option), "")
        return ""

    # --- voice and ears ---------------------------------------------------------------------

    def listen(self, timeout: float = 90.0) -> None:
        """Let the colleague finish: silence, and a face that listens."""
        deadline = time.monotonic() + timeout
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 0.25:
            seen = self._look()
            if seen.face in ("speaking", "thinking") or self.world.ears.sounding(0.3):
                quiet_since = time.monotonic()
            if time.monotonic() > deadline:
                raise WorldError(f"The colleague talked for more than {timeout:.0f} s: {seen.describe()}.")
            time.sleep(0.05)

    def say(self, text: str, attempt: int = 0) -> Said:
        """Say a sentence, watching the screen meanwhile; waits for the first sound of the answer."""
        said = Said(text)
        self.journey.said.append(said)
        self.tell(f"Bürgerin: „{text}“")
        speaking: Future[Spoken] = self._mouth.submit(
            self.world.voice.say,
            text,
            voice=self.voice,
            speed=self.speed,
            noise_db=self.noise_db,
            seed=self.seed + attempt,
        )
        partial = ""
        while not speaking.done():
            seen = self._look()
            if seen.heard and not seen.final and not partial:
                partial = seen.heard
                self.tell(f"          (am Bildschirm, noch im Satz: „{partial} …“)")
            time.sleep(0.05)
        spoken = speaking.result()
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline and said.latency_s is None:
            seen = self._look()
            if seen.heard and seen.final:
                said.heard = seen.heard
            try:
                said.latency_s = self.world.ears.wait_sound(spoken.end + 0.05, 0.1) - spoken.end
            except WorldError:
                continue
        said.heard = self._last.heard or said.heard
        took = f"{said.latency_s:.2f} s" if said.latency_s is not None else "keine Antwort zu hören"
        self.tell(f"          erkannt: „{said.heard}“, erster Ton der Antwort nach {took}")
        return said

    # --- eyes -------------------------------------------------------------------------------

    def _moved(self, scene: Scene, seen: Seen) -> bool:
        return bool(seen.panel) and not scene.fits(seen)

    @staticmethod
    def _answers(seen: Seen, expect: str) -> bool:
        return bool(re.search(expect, " ".join([seen.caption, seen.aside, *seen.notices]), re.I))

    def _look(self) -> Seen:
        seen = self.screen.look()
        if seen.caption and seen.caption != self._last.caption:
            self.tell(f"Lotse:    „{seen.caption}“")
        if seen.progress and seen.progress != self._last.progress:
            self.tell(f"          [Station: {seen.progress}]")
        for notice in seen.notices:
            if notice not in self._last.notices:
                self.tell(f"          [Hinweis: {notice}]")
        if seen.ticket:
            self.journey.number = seen.ticket
        self._last = seen
        return seen

    def _wait(self, wanted: Callable[[Seen], bool], what: str, timeout: float = PATIENCE_S) -> Seen:
        deadline = time.monotonic() + timeout
        while not wanted(seen := self._look()):
            if time.monotonic() > deadline:
                raise WorldError(f"The citizen waited {timeout:.0f} s for {what}, but {seen.describe()}.")
            time.sleep(0.05)
        return seen
