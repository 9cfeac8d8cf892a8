"""What stands on the citizen's screen right now, and who is told when it changes."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from robot.visit.display import Entry, shown
from robot.web.view import (
    AnyPanel,
    Button,
    CameraPanel,
    ChipPanel,
    Choices,
    Display,
    Emergency,
    Heard,
    Human,
    Info,
    KioskView,
    LanguageButton,
    Notice,
    Progress,
    Review,
    TicketPanel,
    TimeWarning,
    Toggle,
    Voicing,
    Welcome,
)


def _nothing_german(_lang: str) -> list[str]:
    """Where nobody has edited anything."""
    return []


@dataclass
class Screen:
    """The parts of the view; `changed()` after touching them numbers and sends a new view."""

    town: str
    panel: AnyPanel
    badge: str = ""
    lang: str = "de"
    direction: str = "ltr"
    languages: list[LanguageButton] = field(default_factory=list)
    state: str = "idle"
    face: str = "idle"
    caption: str = ""
    caption_by: str = "machine"
    human: Human | None = None
    spoken: int = 0
    voicing: Voicing | None = None
    display: Display = field(default_factory=Display)
    display_menu: list[Entry] = field(default_factory=list)
    private: bool = False
    headset: bool = False
    heard: Heard | None = None
    microphone: bool = False
    microphone_label: str = ""
    progress: list[Progress] = field(default_factory=list)
    aside: Info | None = None
    offers: list[Button] = field(default_factory=list)
    more: Button | None = None
    nav: list[Button] = field(default_factory=list)
    notices: dict[str, Notice] = field(default_factory=dict)
    warning: TimeWarning | None = None
    emergency: Emergency | None = None
    labels: dict[str, str] = field(default_factory=dict)
    visitor: int = 0
    seq: int = 0
    german: Callable[[str], list[str]] = _nothing_german  # what may be German in a language

    def __post_init__(self) -> None:
        self._sentences: dict[str, Callable[[], str]] = {}
        self._listeners: set[Callable[[KioskView], None]] = set()
        self._due = False

    def view(self) -> KioskView:
        """The whole screen as it stands."""
        view = KioskView.model_validate(
            {
                "seq": self.seq,
                "lang": self.lang,
                "direction": self.direction,
                "languages": self.languages,
                "state": self.state,
                "town": self.town,
                "badge": self.badge,
                "face": self.face,
                "gaze": gaze(self.panel),
                "caption": self.caption,
                "caption_by": self.caption_by,
                "human": self.human,
                "spoken": self.spoken,
                "voicing": self.voicing,
                "display": self.display,
                "display_menu": self.toggles(),
                "private": self.private,
                "headset": self.headset,
                "heard": self.heard,
                "microphone": self.microphone,
                "microphone_label": self.microphone_label,
                "progress": self.progress,
                "panel": self.panel,
                "aside": self.aside,
                "offers": [*self.offers, *self._more()],
                "nav": self.nav,
                "notices": list(self.notices.values()),
                "warning": self.warning,
                "emergency": self.emergency,
                "labels": self.labels,
                "visitor": self.visitor,
            }
        )
        if german := self.german(self.lang):
            shown = view.model_dump_json()
            view.german = [part for part in german if json.dumps(part, ensure_ascii=False)[1:-1] in shown]
        return view

    def _more(self) -> list[Button]:
        """The button that reads the rest of an answer."""
        return [self.more] if self.more else []

    def toggles(self) -> list[Toggle]:
        """The display menu as its switches stand."""
        return shown(self.display_menu, self.display, private=self.private)

    def listen(self, listener: Callable[[KioskView], None]) -> Callable[[], None]:
        """Call `listener` with every new view; returns the way out."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def changed(self) -> None:
        """Send the view once all changes of this turn of the event loop are made."""
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._publish)

    def _publish(self) -> None:
        self._due = False
        self.seq += 1
        view = self.view()
        for listener in tuple(self._listeners):
            listener(view)

    def notice(self, name: str, text: str | Callable[[], str], kind: str = "info") -> None:
        """Show one sentence until it is taken back with an empty text.

        A function that gives the sentence is asked again when the language changes.
        """
        before = self.notices.pop(name, None)
        self._sentences.pop(name, None)
        sentence = text() if callable(text) else text
        if sentence:
            self.notices[name] = Notice.model_validate({"id": name, "text": sentence, "kind": kind})
            if callable(text):
                self._sentences[name] = text
        if before != self.notices.get(name):
            self.changed()

    def translate_notices(self) -> None:
        """Every notice in the language of now."""
        for name, sentence in self._sentences.items():
            # in place: their order stays
            self.notices[name] = self.notices[name].model_copy(update={"text": sentence()})
        self.changed()

    def buttons(self) -> Iterable[Button]:
        """Everything that can be tapped now."""
        panel = self.panel
        if isinstance(panel, Welcome):
            # whoever says the sentence on a card says more than its name: the dialogue hears all of it
            yield from (card.model_copy(update={"say": ""}) for card in panel.services)
        elif isinstance(panel, Choices):
            yield from panel.options
        else:
            yield from panel.actions
        if isinstance(panel, Review):
            yield from (group.edit for group in panel.groups if group.edit)
            yield from (row.edit for group in panel.groups for row in group.rows if row.edit)
        yield from self.offers
        yield from self._more()
        yield from self.nav
        # by `say` alone: who says "große Schrift" again does not want it small; else the dialogue hears
        yield from (Button(id=toggle.id, label="", say=toggle.say) for toggle in self.toggles() if toggle.say)
        if self.aside:
            yield from self.aside.actions
        if self.human:
            yield from self.human.ask.actions if self.human.ask else ()
            yield from [self.human.talk.stop] if self.human.talk else ()
        if self.warning:
            yield self.warning.extend
            yield self.warning.end


def gaze(panel: AnyPanel) -> str:
    """Where the face looks: at the device that the citizen should look for now."""
    match panel:
        case CameraPanel(taken=False):
            return "camera"
        case ChipPanel():
            return "card"
        case TicketPanel(printed=True | None):
            return "printer"
    return "citizen"


def plain(text: str) -> str:
    """Words only, lower case, as a recogniser writes them."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold()))


def spoken_button(words: str, buttons: Iterable[Button]) -> Button | None:
    """The button that `words` name: its label, or one of the phrases in `say` (separated by "|").

    None where two might be meant: "Nein" while there is also "Nein, weitermachen". The dialogue knows which.
    """
    said = plain(words)
    there = list(buttons)
    if sum(plain(re.split("[,،]", button.label)[0]) == said != "" for button in there) > 1:
        return None
    for button in there:
        names = {plain(button.label), *(plain(phrase) for phrase in button.say.split("|"))} - {""}
        if said in names:
            return button
    return None
