"""What the machine puts on the screen: the services, its questions and offers, and the way to a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.catalogue import Catalogue, Choice
from dialogs.protocol import Ask, Offer, Say
from dialogs.translations import SPOKEN
from robot.settings import Settings
from robot.visit.current import Current
from robot.visit.ears import Ears
from robot.visit.frame import NAV
from robot.visit.lobby import Lobby
from robot.visit.progress import show_progress
from robot.visit.screen import Screen
from robot.visit.speaker import Speaker, SpeakerButtons
from robot.visit.visit import Visit
from robot.visit.words import Words
from robot.web.plan import plan_panel
from robot.web.view import Button, Choices, Info, PlanPanel, Welcome


class Panels:
    """Holds what the buttons on the screen send (`payloads`), and what stands there to be redrawn.

    `standing`: the question that waits for its answer; `plan`: the place to which the plan leads.
    """

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        lobby: Lobby,
        current: Current,
        screen: Screen,
        words: Words,
        ears: Ears,
        speaker: Speaker,
        buttons: SpeakerButtons,
    ) -> None:
        self._zone = ZoneInfo(settings.town.timezone)
        self._catalogue = catalogue
        self._lobby = lobby
        self._current = current
        self._screen = screen
        self._words = words
        self._ears = ears
        self._speaker = speaker
        self._buttons = buttons
        self.payloads: dict[str, str] = {}
        self.standing: Ask | None = None
        self.plan = ""
        self._asides: list[Say] = []
        self._offered: list[Offer] = []

    def reset(self) -> None:
        """The visit is over."""
        self.payloads = {}
        self.standing, self.plan = None, ""
        self._asides, self._offered = [], []
        self._buttons.asking = False

    # --- the first screen -----------------------------------------------------------------------

    def welcome(self) -> Welcome:
        """Everything that can be begun; from now on the buttons begin it."""
        words, text = self._words, self._words.text
        cards = self._catalogue.welcome_services()
        self.payloads = {card.id: card.payload for card in cards}
        self._fixed_payloads()
        return Welcome(
            title=text("screen.welcome.title"),
            # the microphone opens with the visit
            text=text("screen.welcome.text" if self._current.visit else "screen.welcome.idle"),
            opening=self._lobby.opening(text),
            waiting=self._lobby.waiting(text),
            messages=self._lobby.messages(text, self._screen.lang),
            services=[
                Button(
                    id=card.id,
                    label=words.own(card.id, "label"),
                    hint=words.own(card.id, "hint"),
                    icon=card.icon,
                    say=words.own(card.id, "say") if self._ears.well else "",
                )
                for card in cards
            ],
        )

    def _fixed_payloads(self) -> None:
        self.payloads |= {f"nav:{name}": f"/{name}" for name, _ in NAV}

    # --- questions, steps and offers ------------------------------------------------------------

    def ask(self, visit: Visit, ask: Ask) -> None:
        """A new question: what was answered before goes."""
        self.standing = ask
        self.plan, self._screen.aside = "", None
        self.question(visit, ask)

    def question(self, visit: Visit, ask: Ask) -> None:
        """The choices of a question, to tap and to say."""
        at, words = ask.slot, self._words
        question = self._catalogue.question(ask.service, at, visit.choices)
        said = {choice.id: self._ways_to_say(ask.service, at, choice) for choice in question.choices}
        self.payloads = {f"{at}:{choice.id}": choice.payload for choice in question.choices}
        self._fixed_payloads()
        self._screen.panel = Choices(
            title=words.own(ask.service, f"{at}.text"),
            text=words.own(ask.service, f"{at}.help"),
            options=[
                Button(
                    id=f"{at}:{choice.id}",
                    label=words.own(ask.service, f"{at}.{choice.id}.label"),
                    say=said[choice.id][0] if self._ears.well else "",
                    hint=words.own(ask.service, f"{at}.{choice.id}.hint"),
                )
                for choice in question.choices
            ],
        )
        self.progress(visit, at)
        self._ears.listen(
            on=True,
            expect="word" if question.yes_no else "sentence",
            phrases=[phrase for ways in said.values() for phrase in ways],
        )

    def _ways_to_say(self, service: str, slot: str, choice: Choice) -> list[str]:
        """What one may say for an answer in the visit's language; "*" stands for words between."""
        ways = self._words.all(f"{service}.{slot}.{choice.id}.{SPOKEN}")
        return ways or [self._words.own(service, f"{slot}.{choice.id}.label").lower()]

    def step(self, visit: Visit, name: str) -> None:
        """A step takes the screen: the machine asks nothing."""
        self.standing = None
        self.close_plan()
        self.payloads = {}
        self._fixed_payloads()
        self.progress(visit, name)

    def progress(self, visit: Visit, station: str) -> None:
        """Where the visit stands on its way."""
        show_progress(self._catalogue, self._words, self._screen, visit, station)

    def yes_or_no(self, *, yes: bool) -> str:
        """The button of the panel that means it, "" without one."""
        panel = self._screen.panel
        actions = [] if isinstance(panel, Welcome | Choices) else panel.actions
        return next((button.id for button in actions if (button.style == "primary") is yes), "")

    def offer(self, offers: list[Offer]) -> None:
        """What else may be done, instead of what was offered before."""
        screen = self._screen
        for button in screen.offers:
            self.payloads.pop(button.id, None)
        self._offered, screen.offers = offers, []
        for number, offer in enumerate(offers):
            name = f"offer:{number}"
            self.payloads[name] = offer.payload
            screen.offers.append(Button(id=name, label=self._words.text(offer.key, **offer.params)))
        screen.offers = [*self._buttons.offers(), *screen.offers]

    # --- beside the question or step ------------------------------------------------------------

    def beside(self, said: Sequence[Say]) -> None:
        """The answer to a question that was asked in between."""
        self._asides = list(said)
        self._screen.aside = self._aside()

    def _aside(self) -> Info:
        told = " ".join(self._words.text(say.key, **say.params) for say in self._asides)
        return Info(title=self._words.text("screen.aside"), text=told)

    def show_plan(self, place: str, *, opened: bool = False) -> None:
        """The way to a place: its plan; beside a question or step only in words, until the plan is opened."""
        screen, text = self._screen, self._words.text
        plan = plan_panel(self._catalogue.town, text, place, datetime.now(self._zone).date())
        if plan is None:
            return
        self.plan, self._asides = place, []
        running = self.standing or self._current.step_runs
        if opened or not running or isinstance(screen.panel, PlanPanel):
            screen.panel, screen.aside = plan, None
        else:
            say = text("plan.open_say")
            show = Button(id="plan:open", label=text("plan.open"), say=say, icon="map")
            screen.aside = Info(title=plan.title, text=plan.text, lines=plan.lines, actions=[show])
        screen.changed()

    def close_plan(self) -> None:
        """Back to what stood before."""
        current, screen = self._current, self._screen
        if self.plan:
            self.plan, screen.aside = "", None
        if not isinstance(screen.panel, PlanPanel):
            return
        if current.visit and self.standing:
            self.question(current.visit, self.standing)
        elif current.stage and current.step_runs:
            current.stage.redraw()
        else:
            screen.panel = self.welcome()
        screen.changed()

    def translate_beside(self) -> None:
        """Offers and answers in the language of now."""
        self.offer(self._offered)
        if isinstance(self._screen.aside, Info) and self._asides:
            self._screen.aside = self._aside()

    # --- a human speaks -------------------------------------------------------------------------

    def clear_for_human(self) -> None:
        """Offers, answers and plan go."""
        self._buttons.asking = False
        self.offer([])
        self._screen.aside, self.plan = None, ""

    def make_room(self) -> None:
        """A human speaks: the machine's question is away; a running step stays, and the way back."""
        screen, words = self._screen, self._words
        if self._speaker.held or not self._current.step_runs:
            screen.panel = Info(
                title=words.text("screen.takeover.title"),
                text=words.text("screen.takeover.text", name=self._speaker.shown_as),
            )
        screen.nav = [words.nav("repeat", "repeat"), *self._buttons.beside()]
        screen.offers = []
        self._speaker.redress()
        screen.changed()
