"""Everything a developer can do to the world, by name, and everything that can be seen of it.

Three lanes, so that a card can be pulled in the middle of a sentence: the world's devices (one thread, which
owns whatever it starts anew), the mouth, and the finger on the citizen's screen.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator import camera, faults, scene
from simulator.card import PROFILES
from simulator.citizens.player import Citizen
from simulator.citizens.scenario import FOLDER, load
from simulator.citizens.screen import Seen
from simulator.panel.eyes import SIZES, Eyes
from simulator.panel.recorder import Recorder
from simulator.panel.traces import Traces
from simulator.personas import personas
from simulator.processes import WorldError
from simulator.world import World

VOICES = (
    "de+f2",
    "de+f4",
    "de+m1",
    "de+m3",
    "de+m7",
    "en-gb+f2",
    "en-gb+m3",
    "en-us+f3",
    "tr",
    "uk",
    "pl",
    "fr",
)
NOISES = ("pink", "white", "babble")
KEYPAD = ("ArrowUp", "ArrowDown", "Enter", "Escape", "F1")
BY = ("voice", "touch")
_MANY = ("touch", "scroll", "press", "enter")  # would fill every list

Wish = dict[str, Any]


class Acts:
    """What the panel can do. `do` may be called from any thread; an act that is not possible raises.

    WorldError, KeyError, TypeError or ValueError: what is wrong with the wish, or with the world.
    """

    def __init__(self, world: World, eyes: Eyes, traces: Traces, changed: Callable[[], None]) -> None:
        self._world = world
        self._eyes = eyes
        self._traces = traces
        self._changed = changed
        self._hands = ThreadPoolExecutor(1, "panel-hands")
        self._mouth = ThreadPoolExecutor(1, "panel-mouth")
        self._finger = ThreadPoolExecutor(1, "panel-finger")
        self._recorder: Recorder | None = None
        self._recorded: dict[str, Any] | None = None
        self._playing = ""
        self._headset = False
        self._acts: dict[str, tuple[ThreadPoolExecutor, Callable[[Wish], None]]] = {
            "presence": (self._hands, self._presence),
            "card": (self._hands, self._card),
            "pull": (self._hands, self._pull),
            "document": (self._hands, self._document),
            "headset": (self._hands, self._plug),
            "paper": (self._hands, self._paper),
            "fault": (self._hands, self._fault),
            "reset": (self._hands, self._reset),
            "replay": (self._hands, self._replay),
            "say": (self._mouth, self._say),
            "screen": (self._finger, self._screen),
            "tap": (self._finger, self._tap),
            "touch": (self._finger, self._touch),
            "scroll": (self._finger, lambda wish: self._eyes.scroll(*_place(wish), float(wish["by"]))),
            "type": (self._finger, self._type),
            "enter": (self._finger, lambda wish: self._eyes.enter(str(wish["text"]))),
            "press": (self._finger, self._press),
            "record": (self._finger, self._record),
        }

    @property
    def recordings(self) -> Path:
        """Where recorded scenarios are kept."""
        return self._world.run_dir / "recordings"

    def do(self, act: str, wish: Wish) -> None:
        """Do one thing and wait until it is done."""
        if act not in self._acts:
            raise WorldError(f"There is no act {act!r}: {', '.join(self._acts)}.")
        lane, run = self._acts[act]
        lane.submit(run, wish).result()
        if act in ("headset", "fault", "reset", "replay"):
            self.look_at_headset()
        if line := described(act, wish):
            self._traces.add("panel", line)
        self._changed()

    def look_at_headset(self) -> None:
        """The headphones may have been plugged in or pulled out."""
        self._headset = self._world.headset.plugged
        self._changed()

    def stop(self) -> None:
        """Do nothing more; ends what the lanes have started."""
        self._eyes.close()
        for lane in (self._finger, self._mouth, self._hands):
            lane.shutdown(cancel_futures=True)

    def can(self) -> dict[str, Any]:
        """What there is to choose from."""
        return {
            "card": {name: profile.title for name, profile in PROFILES.items()},
            "persona": {name: who.name for name, who in personas().items()},
            "document": list(camera.DOCUMENTS),
            "level": list(scene.LEVELS),
            "fault": {
                name: {"title": fault.title, "description": fault.description, "device": fault.device}
                for name, fault in faults.FAULTS.items()
            },
            "voice": list(VOICES),
            "noise": list(NOISES),
            "key": list(KEYPAD),
            "orientation": list(SIZES),
            "scenario": [*sorted(file.stem for file in FOLDER.glob("*.yml")), *self._own()],
        }

    def state(self) -> dict[str, Any]:
        """Everything that can be seen of the world."""
        world, lying = self._world, self._world.camera.lying
        return {
            "addresses": world.addresses,
            "kiosk": self._eyes.url,
            "present": world.occupied,
            "card": world.reader.inserted,
            "document": asdict(lying) if lying is not None else None,
            "desk": world.camera.scene,
            "light": world.body.light,
            "headset": self._headset,
            "paper": world.printer.paper,
            "receipts": [receipt.text for receipt in world.printer.receipts],
            "sound": world.sound.alive,
            "speaking": world.ears.sounding(),
            "faults": {name: fault.holds(world.faults) for name, fault in faults.FAULTS.items()},
            "screen": self._screen_state(),
            "recording": self._recording_state(),
            "recorded": self._recorded,
            "playing": self._playing,
        }

    def _screen_state(self) -> dict[str, Any] | None:
        if not self._eyes.is_open:
            return None
        seen, (width, height) = self._eyes.seen, self._eyes.size
        return {
            "number": self._eyes.number,
            "width": width,
            "height": height,
            "panel": seen.panel,
            "caption": seen.caption,
            "buttons": [{"id": button.id, "label": button.label} for button in seen.buttons],
        }

    def _recording_state(self) -> dict[str, Any] | None:
        recorder = self._recorder
        return None if recorder is None else {"title": recorder.title, "acts": len(recorder.acts)}

    # --- the world's devices ----------------------------------------------------------------

    def _presence(self, wish: Wish) -> None:
        self._world.presence(bool(wish.get("present", True)))

    def _card(self, wish: Wish) -> None:
        profile = wish.get("profile")
        if profile is None:
            self._note({"card": None})
            self._world.reader.remove()
            return
        if profile not in PROFILES:
            raise WorldError(f"No card {profile!r}: choose one of {', '.join(sorted(PROFILES))}.")
        persona = str(wish.get("persona", ""))
        self._note({"card": profile, "expect": ""} | ({"persona": persona} if persona else {}))
        self._world.reader.insert(profile, persona=persona, faults=tuple(wish.get("faults", ())))

    def _pull(self, wish: Wish) -> None:
        exchanges = len(self._world.reader.trace)
        self._world.reader.remove()
        self._note({"pull": exchanges})

    def _document(self, wish: Wish) -> None:
        who = wish.get("persona")
        if who is None:
            self._note({"clear": True})
            self._world.camera.clear()
            return
        document, level = str(wish.get("document", "id_card_back")), str(wish.get("level", "easy"))
        hand = None
        if wish.get("hand") is not None:
            hand = scene.Hand(**{key: float(value) for key, value in wish["hand"].items()})
        self._world.camera.lay(
            str(who), document, level=level, rotate=float(wish.get("rotate", 0)), hand=hand
        )
        act: dict[str, Any] = {"lay": document, "level": level}
        if hand is not None:
            act = {"lay": document, "hand": {key: round(value, 3) for key, value in asdict(hand).items()}}
        if self._recorder is not None and who != self._recorder.persona:
            act["persona"] = str(who)
        self._note(act, instead_of="lay")  # of one that is dragged only the last place counts

    def _plug(self, wish: Wish) -> None:
        plugged = bool(wish.get("plugged", True))
        self._note({"headset": plugged})
        (self._world.headset.plug if plugged else self._world.headset.unplug)()

    def _paper(self, wish: Wish) -> None:
        self._world.printer.paper = str(wish["state"])

    def _fault(self, wish: Wish) -> None:
        name, on = str(wish["id"]), bool(wish.get("on", True))
        if name not in faults.FAULTS:
            raise WorldError(f"There is no fault {name!r}: choose one of {', '.join(faults.FAULTS)}.")
        self._note({"fault" if on else "mend": name})
        (faults.apply if on else faults.undo)(name, self._world.faults)

    def _reset(self, wish: Wish) -> None:
        self._world.reset()

    # --- voice ------------------------------------------------------------------------------

    def _say(self, wish: Wish) -> None:
        known = ("voice", "speed", "noise_db", "noise", "seed", "loudness")
        options = {key: wish[key] for key in known if wish.get(key) is not None}
        text = str(wish["text"])
        if not text.strip():
            raise WorldError("There is nothing to say: write a sentence.")
        if (recorder := self._recorder) is not None:
            recorder.voice = str(options.get("voice", recorder.voice or "de+f2"))
            recorder.speed = int(options.get("speed", recorder.speed or 160))
            recorder.noise_db = options.get("noise_db", recorder.noise_db)
        self._note({"say": text})
        spoken = self._world.voice.say(text, **options)
        noise = (
            f", {options.get('noise', 'pink')} noise {options['noise_db']} dB"
            if "noise_db" in options
            else ""
        )
        self._traces.add(
            "sound",
            f"> the citizen says {len(text.split())} words in {spoken.end - spoken.start:.1f} s "
            f"({options.get('voice', 'de+f2')}{noise})",
        )

    # --- the citizen's screen ---------------------------------------------------------------

    def _screen(self, wish: Wish) -> None:
        if wish.get("open", True):
            self._eyes.open(str(wish.get("orientation", "portrait")))
            return
        if self._recorder is not None:
            raise WorldError("What is recorded happens on this screen: end the recording first.")
        self._eyes.close()

    def _tap(self, wish: Wish) -> None:
        name = str(wish["id"])
        seen = self._eyes.look()
        if not any(button.id == name for button in seen.buttons):
            raise WorldError(f"There is no button {name!r}: {seen.describe()}.")
        self._noted(seen, {"tap": name})
        self._eyes.screen.tap(name)

    def _touch(self, wish: Wish) -> None:
        place = _place(wish)
        if name := self._eyes.hit(*place):
            self._noted(self._eyes.look(), {"tap": name})
        self._eyes.touch(*place)

    def _type(self, wish: Wish) -> None:
        text = str(wish["text"])
        self._note({"type": text})
        self._eyes.screen.type(text)

    def _press(self, wish: Wish) -> None:
        key = str(wish["key"])
        if key in KEYPAD:
            self._note({"press": key})
        self._eyes.press(key)

    # --- scenarios --------------------------------------------------------------------------

    def _record(self, wish: Wish) -> None:
        if wish.get("on", True):
            persona = str(wish.get("persona", "mustermann"))
            if persona not in personas():
                raise WorldError(f"There is no persona {persona!r}: choose one of {', '.join(personas())}.")
            self._eyes.open()
            self._recorded = None
            self._recorder = Recorder(str(wish.get("title") or "Ein Besuch"), persona)
            return
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            raise WorldError("Nothing is being recorded: begin a recording first.")
        text, doubts = recorder.written(self._eyes.look())
        name = self._free_name(recorder.title)
        self.recordings.mkdir(parents=True, exist_ok=True)
        (self.recordings / f"{name}.yml").write_text(text, encoding="utf-8")
        self._recorded = {"name": name, "text": text, "doubts": doubts}

    def _replay(self, wish: Wish) -> None:
        name, by = str(wish["scenario"]), str(wish.get("by", "voice"))
        if by not in BY:
            raise WorldError(f"One plays by {' or by '.join(BY)}, not by {by!r}.")
        own = self.recordings / f"{name}.yml"
        scenario = load(str(own) if name in self._own() else name)

        def tell(line: str) -> None:
            self._traces.add("panel", line)

        self._eyes.open()
        self._eyes.screen.reload()
        self._playing = name
        self._changed()
        begun = time.monotonic()
        try:
            Citizen(self._world, self._eyes.screen, scenario, by=by, tell=tell).visit()
        finally:
            self._playing = ""
        tell(f"{name} was played in {time.monotonic() - begun:.0f} s")

    def _own(self) -> list[str]:
        return sorted(file.stem for file in self.recordings.glob("*.yml"))

    def _free_name(self, title: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "visit"
        taken = {*self._own(), *(file.stem for file in FOLDER.glob("*.yml"))}
        return next(
            name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in taken
        )

    def _note(self, act: dict[str, Any], instead_of: str = "") -> None:
        """Take an act down with what is on the screen now, if it is recorded."""
        if self._recorder is not None:
            self._noted(self._eyes.look(), act, instead_of)

    def _noted(self, seen: Seen, act: dict[str, Any], instead_of: str = "") -> None:
        recorder = self._recorder
        if recorder is not None:
            if instead_of and recorder.acts and instead_of in recorder.acts[-1][1]:
                recorder.acts.pop()
            recorder.note(seen, act)
            self._changed()


def described(act: str, wish: Wish) -> str:
    """One line about what was done, without what was said or typed; "" for what is done by the dozen."""
    if act in _MANY or wish.get("hand"):
        return ""
    told = {key: value for key, value in wish.items() if key != "text"}
    return f"{act} {json.dumps(told, ensure_ascii=False)}" if told else act


def _place(wish: Wish) -> tuple[float, float]:
    """Where on the screen, 0..1 of its width and height."""
    x, y = float(wish["x"]), float(wish["y"])
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise WorldError("A place on the screen is told by x and y from 0 to 1.")
    return x, y
