"""Leads a kiosk's visits: hear → understand → act → say → show. Who does what stands in the parts' modules.

Here they meet: `Current` holds who stands here now, `Course` begins and ends a visit, `Citizen` and `Senses`
take what comes in, `Turns` and `Answers` speak with the dialogue, `Panels` and `Frame` fill the screen,
`HelpDesk` and `Takeover` bring in a human. A part knows only those below it; what it needs of one above is
handed to it here.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from functools import partial
from zoneinfo import ZoneInfo

from dialogs.catalogue import Catalogue
from dialogs.client import Dialogue, RasaServer
from dialogs.texts import Texts
from robot.settings import Settings
from robot.staff.office import BackOffice
from robot.steps import Stage
from robot.visit.announcer import Announcer
from robot.visit.answers import Answers
from robot.visit.arrival import Arrivals
from robot.visit.citizen import Citizen
from robot.visit.course import Course
from robot.visit.current import Current
from robot.visit.devices import Condition, Devices
from robot.visit.ears import Ears
from robot.visit.first_screen import FirstScreen
from robot.visit.floor import Floor
from robot.visit.frame import Frame
from robot.visit.help import HelpDesk
from robot.visit.ice import Ice
from robot.visit.limits import Limits
from robot.visit.lobby import Lobby
from robot.visit.lying import Lying
from robot.visit.panels import Panels
from robot.visit.picture import Picture
from robot.visit.private import Privacy
from robot.visit.progress import Whereabouts
from robot.visit.proofs import Proofs
from robot.visit.screen import Screen
from robot.visit.senses import Senses
from robot.visit.speaker import Speaker, SpeakerButtons
from robot.visit.step_runner import StepRunner
from robot.visit.takeover import Takeover
from robot.visit.talk import Talk
from robot.visit.tasks import Tasks
from robot.visit.translation import Translation
from robot.visit.turns import Turns
from robot.visit.visit import Visit
from robot.visit.wipe import Wipe
from robot.visit.words import Words
from robot.web.broadcast import Broadcast
from robot.web.staff_view import VisitRow
from robot.web.view import Info


class Conductor:
    """One kiosk's visits, one after the other."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        texts: Texts,
        office: BackOffice,
        rasa: RasaServer,
        devices: Devices,
        changed: Broadcast,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._office = office
        self._rasa = rasa
        self._devices = devices
        self._texts = texts
        tasks = Tasks()
        self.figures: dict[str, deque[float]] = {}
        self.picture = Picture()
        self.arrivals = Arrivals()
        self.current = current = Current()
        self.lobby = Lobby(lambda: catalogue.town, office, ZoneInfo(settings.town.timezone))
        self._proofs = Proofs(office, self.lobby.check_now)
        self._lying = Lying()
        # another number than all before the robot was started
        self.screen = screen = Screen(town=settings.town.name, panel=Info(title=""), visitor=int(time.time()))
        self._first_visitor = screen.visitor
        words = Words(texts, screen)
        screen.german = lambda lang: [*texts.left_german(lang), *self.lobby.german(lang)]
        self.talk = talk = Talk(devices.voice, devices.hearing, screen, words)
        privacy = Privacy(screen, talk, words.text)
        self.ears = ears = Ears(devices.hearing)
        self.speaker = speaker = Speaker()
        buttons = SpeakerButtons(current, speaker, words)
        frame = Frame(current, screen, words, ears)
        self.panels = panels = Panels(
            settings, catalogue, self.lobby, current, screen, words, ears, speaker, buttons
        )
        self.condition = Condition(
            devices=devices,
            rasa=rasa,
            lobby=self.lobby,
            current=current,
            ears=ears,
            screen=screen,
            words=words,
            changed=changed,
        )
        self.help_desk = HelpDesk(
            current=current, screen=screen, words=words, talk=talk, tasks=tasks, changed=changed
        )
        announcer = Announcer(
            voice=devices.voice, current=current, screen=screen, words=words, talk=talk, tasks=tasks
        )
        self.limits = Limits(
            allowed=settings.visit,
            current=current,
            arrivals=self.arrivals,
            screen=screen,
            words=words,
            talk=talk,
            speaker=speaker,
            end=lambda outcome: self.course.end(outcome),
            lose=lambda: self.course.end("left", quietly=True),
        )
        translation = Translation(
            town=settings.town.name,
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            speaker=speaker,
            buttons=buttons,
            frame=frame,
            panels=panels,
            condition=self.condition,
            limits=self.limits,
            changed=changed,
        )
        self.turns = turns = Turns(
            current, screen, words, talk, speaker, panels, self.help_desk, self.measured
        )
        steps = StepRunner(current, self.lobby, panels, ears, turns)
        self.answers = Answers(
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            frame=frame,
            panels=panels,
            steps=steps,
            translation=translation,
            help_desk=self.help_desk,
            speaker=speaker,
            buttons=buttons,
            office=office,
            tasks=tasks,
            changed=changed,
            keep_not_understood=settings.dialogue.keep_not_understood,
            tap=lambda name: self.citizen.tapped(name),
            end=lambda outcome: self.course.end(outcome),
        )
        self._whereabouts = Whereabouts(settings.town.kiosk, catalogue, screen, words)
        floor = Floor(
            catalogue=catalogue,
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            ears=ears,
            condition=self.condition,
            limits=self.limits,
            speaker=speaker,
            frame=frame,
            panels=panels,
            translation=translation,
            turns=turns,
            answers=self.answers,
            whereabouts=self._whereabouts,
            tasks=tasks,
        )
        self.takeover = Takeover(
            floor,
            current,
            screen,
            words,
            talk,
            speaker,
            buttons,
            self.help_desk,
            office.audit.record,
            changed.notify_live,
            Ice(settings).servers,
        )
        talk.said = lambda text, human: self.takeover.noted("human" if human else "machine", text)
        self.first_screen = FirstScreen(
            goodbye_s=settings.visit.goodbye_s,
            current=current,
            lobby=self.lobby,
            proofs=self._proofs,
            screen=screen,
            words=words,
            talk=talk,
            frame=frame,
            panels=panels,
            tasks=tasks,
            changed=changed,
        )
        wipe = Wipe(
            kiosk=settings.town.kiosk,
            office=office,
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            ears=ears,
            panels=panels,
            speaker=speaker,
            picture=self.picture,
            privacy=privacy,
            takeover=self.takeover,
            steps=steps,
            turns=turns,
        )
        self.course = Course(
            office=office,
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            ears=ears,
            frame=frame,
            panels=panels,
            condition=self.condition,
            limits=self.limits,
            turns=turns,
            answers=self.answers,
            translation=translation,
            announcer=announcer,
            first_screen=self.first_screen,
            wipe=wipe,
            proofs=self._proofs,
            changed=changed,
            new_dialogue=lambda: Dialogue(rasa, catalogue),
            new_stage=self._stage,
        )
        self.citizen = Citizen(
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            limits=self.limits,
            arrivals=self.arrivals,
            panels=panels,
            turns=turns,
            speaker=speaker,
            takeover=self.takeover,
            privacy=privacy,
            help_desk=self.help_desk,
            course=self.course,
            first_screen=self.first_screen,
        )
        self._senses = Senses(
            devices=devices,
            current=current,
            screen=screen,
            words=words,
            talk=talk,
            ears=ears,
            limits=self.limits,
            arrivals=self.arrivals,
            turns=turns,
            privacy=privacy,
            takeover=self.takeover,
            course=self.course,
            citizen=self.citizen,
            first_screen=self.first_screen,
            lying=self._lying,
            policy=settings.cards.policy(),
            tasks=tasks,
        )
        screen.listen(lambda view: self._senses.lighten(view.face))
        screen.panel, screen.caption = panels.welcome(), words.text("screen.idle.caption")
        frame.dress()

    def _stage(self, visit: Visit) -> Stage:
        """What the steps of a visit may use."""
        return Stage(
            visit=visit,
            settings=self._settings,
            catalogue=self._catalogue,
            texts=self._texts,
            screen=self.screen,
            office=self._office,
            camera=self._devices.camera,
            cards=self._devices.cards,
            lying=self._lying,
            policy=self._settings.cards.policy(),
            printer=self._devices.printer,
            say=self._say,
            say_first=partial(self.talk.before_next, answer=True),
            measured=self.measured,
            picture=self.picture.show,
            expect=lambda kind: self.ears.listen(on=True, expect=kind),
            opens=lambda lang, place: self.lobby.opens(partial(self._texts.get, lang), place),
        )

    async def _say(self, text: str) -> None:
        self.talk.say(text)

    async def run(self) -> None:
        """Serve visitors until cancelled."""
        self.condition.rasa_changed(self._rasa.state)
        await self._proofs.account_for_cut_off()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._senses.hear(), name="hear")
            group.create_task(self._senses.feel(), name="presence")
            group.create_task(self._senses.cards(), name="cards")
            group.create_task(self.limits.watch(), name="limits")
            group.create_task(self.condition.watch(), name="condition")
            group.create_task(self.first_screen.mind_the_house(), name="house")
            if self._devices.headset:
                group.create_task(self._senses.headset(self._devices.headset), name="headset")

    async def close(self) -> None:
        """End the running visit as the robot stops."""
        await self.course.end("stopped")
        await self.takeover.settle()

    @property
    def visit(self) -> Visit | None:
        """The running visit."""
        return self.current.visit

    def visits(self) -> list[VisitRow]:
        """The running visit for the staff page."""
        visit = self.current.visit
        return [self._whereabouts.row(visit, self.speaker)] if visit else []

    def served(self, visitor: int) -> bool:
        """Whether this visitor, or whoever stands here now, came since the robot was started."""
        return self._first_visitor <= visitor <= self.screen.visitor

    def measured(self, figure: str, value: float) -> None:
        """Keep a figure (milliseconds) for `lotse bench`."""
        self.figures.setdefault(figure, deque(maxlen=1000)).append(round(value, 1))
