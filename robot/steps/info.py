"""Step: what one should know in this case: sentences, who, where and when, what it costs, the online way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.catalogue import InfoLine, Place
from dialogs.town import WEEKDAYS
from robot.steps import wording
from robot.steps.hand_over import qr_path
from robot.steps.stage import Outcome, Stage, Tapped
from robot.web.view import Fact, InfoPanel

AHEAD_DAYS = 21


async def run(stage: Stage) -> Outcome:
    """DONE with the citizen's "weiter". After changed answers only what is new is said."""
    lines = _lines(stage)

    def read() -> str:
        return " ".join(_sentence(stage, line) for line in lines)

    stage.show(lambda: _panel(stage))
    await stage.tell(wording.key(stage, "info.say"), after=read)
    while True:
        match await stage.doings.get():
            case Tapped("continue"):
                return Outcome.DONE


def _panel(stage: Stage) -> InfoPanel:
    service = stage.catalogue.service(stage.visit.service)
    address = service.online.url if service.online else ""
    path, size = qr_path(address) if address else ("", 0)
    return InfoPanel(
        title=wording.text(stage, "info.title") if "info.title" in service.texts else stage.word("label"),
        text=wording.text(stage, "info.text") if "info.text" in service.texts else "",
        lines=[_sentence(stage, line) for line in _lines(stage)],
        facts=_facts(stage),
        qr=path,
        qr_size=size,
        actions=[stage.button("continue", "continue", "primary")],
    )


def _lines(stage: Stage) -> list[InfoLine]:
    wanted = stage.wanted("info")
    return [
        line for line in stage.catalogue.info(stage.visit.service, stage.visit.choices) if wanted(line.id)
    ]


def _sentence(stage: Stage, line: InfoLine) -> str:
    until = stage.today() + timedelta(days=line.days or 0)
    return stage.text(f"{stage.visit.service}.info.{line.id}.text", date=f"=date:{until.isoformat()}")


def _facts(stage: Stage) -> list[Fact]:
    service = stage.catalogue.service(stage.visit.service)
    place = stage.catalogue.place(service.where) if service.where else None
    found = {
        "who": [stage.word("who")],
        "bring": [
            stage.word(f"document.{document.id}.label")
            for document in stage.catalogue.documents(service.id, stage.visit.choices)
        ]
        if not any(node.name == "checklist" for node in service.journey)
        else [],
        "fees": [
            f"{stage.word(f'fee.{fee.id}.label')}: {stage.money(fee.cents)} ({fee.law})"
            for fee in stage.fees()
        ],
        "where": [wording.place(stage, stage.lang), stage.text(f"place.{place.id}.way")] if place else [],
        "hours": [_hours(stage, place)] if place else [],
        "online": [stage.word("online.label"), service.online.url] if service.online else [],
    }
    return [
        Fact(label=stage.text(f"screen.info.{name}"), lines=[line for line in lines if line])
        for name, lines in found.items()
        if any(lines)
    ]


def _hours(stage: Stage, place: Place) -> str:
    """Today's opening hours, or those of the next day on which the place is open."""
    now = datetime.now(ZoneInfo(stage.settings.town.timezone))
    for ahead in range(AHEAD_DAYS):
        day = now.date() + timedelta(days=ahead)
        spans = [
            span for span in stage.catalogue.hours_on(day, place=place.id) if ahead or span[1] > now.time()
        ]
        if spans:
            times = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)
            return f"{_day(stage, day, ahead)}: {times}"
    return stage.text("hours.closed")


def _day(stage: Stage, day: date, ahead: int) -> str:
    name = ("today", "tomorrow")[ahead] if ahead < 2 else WEEKDAYS[day.weekday()]
    return stage.text(f"screen.info.day.{name}")


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
