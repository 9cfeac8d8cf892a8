"""What the kiosk will say and show with an edit: by the dialogue's own answers and its own screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from dialogs.catalogue import Catalogue
from dialogs.formats import money
from dialogs.rehearsal import Rehearsal
from dialogs.texts import Param, Texts
from robot.staff.content_live import Content
from robot.staff.content_overlay import FILE
from robot.staff.content_rules import HOUSE, tidy
from robot.staff.office import BackOffice
from robot.visit.lobby import Lobby, messages_of
from robot.web.content_view import (
    ClosureDoc,
    Document,
    FeeDoc,
    HoursDoc,
    NoticeDoc,
    OfficeDoc,
    Preview,
    Said,
)
from robot.web.plan import plan_panel
from robot.web.staff_view import MessageRow

BOARD = "board_"
"""How the names of messages begin that stand on the staff's board."""

_ASKED = {
    "hours": ("Wie lange habt ihr heute auf?", "How long are you open today?"),
    "week": ("Was sind eure Öffnungszeiten?", "What are your opening hours?"),
    "fee": ("Was kostet das?", "What does it cost?"),
    "way": ("Wie komme ich dahin?", "How do I get there?"),
}
_WHAT = {
    "said": ("Antwort", "Answer"),
    "screen": ("Erster Bildschirm", "First screen"),
    "week": ("Öffnungszeiten der Woche", "Hours of the week"),
    "message": ("Meldungen auf dem ersten Bildschirm", "Messages on the first screen"),
    "plan": ("Neben dem Plan", "Beside the plan"),
    "total": ("Zusammen", "In total"),
}


@dataclass(frozen=True)
class Look:
    """At what one looks: local day and time, language of the kiosk and of the page, answers for the fees."""

    day: date
    at: time
    lang: str
    page: str
    choices: Mapping[str, str]


def preview(
    content: Content,
    office: BackOffice,
    rows: Sequence[MessageRow],
    name: str,
    document: Document,
    look: Look,
) -> Preview:
    """What would be said with the document, beside what is said without it. `rows`: the board's messages."""
    with_it = content.with_edits({**content.edits(), (document.kind, name): tidy(document)})
    now = _Kiosk(content, office, look, *content.catalogue_of(content.now))
    then = _Kiosk(content, office, look, *content.catalogue_of(with_it))
    match document:
        case HoursDoc():
            place = "" if name == HOUSE else name
            return _made(look, "hours", now.hours(place), then.hours(place))
        case ClosureDoc():
            place = document.places[0] if document.places else ""
            return _made(look, "hours", now.hours(place), then.hours(place))
        case NoticeDoc():
            own = name.removeprefix(BOARD)
            others = [row for row in rows if row.id != own]
            told = others if name.startswith(FILE) else [*others, _row(own, document)]
            return _made(look, "", now.messages(rows), then.messages(told))
        case FeeDoc():
            service = name.partition(".")[0]
            before, after = now.fees(service), then.fees(service)
            found = _made(look, "fee", before.lines, after.lines)
            return found.model_copy(update={"before_cents": before.cents, "after_cents": after.cents})
        case OfficeDoc():
            return _made(look, "way", now.way(name), then.way(name))


def _made(look: Look, asked: str, before: Mapping[str, str], after: Mapping[str, str]) -> Preview:
    lines = [
        Said(what=what, before=before.get(what, ""), after=after.get(what, ""))
        for what in dict.fromkeys([*before, *after])
    ]
    return Preview(
        asked=_of(_ASKED[asked], look.page) if asked else "",
        lines=lines,
        changed=any(line.before != line.after for line in lines),
    )


def _row(name: str, document: NoticeDoc) -> MessageRow:
    told = document.model_dump(exclude={"kind"})
    return MessageRow(id=name, by="", **told)


def _of(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


@dataclass(frozen=True)
class _Fees:
    lines: Mapping[str, str]
    cents: int


class _Kiosk:
    """The kiosk as it answers from one catalogue at one moment."""

    def __init__(
        self, content: Content, office: BackOffice, look: Look, catalogue: Catalogue, texts: Texts
    ) -> None:
        self._catalogue = catalogue
        self._texts = texts
        self._look = look
        at = datetime.combine(look.day, look.at, content.zone)
        self._rehearsal = Rehearsal(catalogue, texts, at)
        self._lobby = Lobby(lambda: catalogue.town, office, content.zone, clock=lambda: at)

    @property
    def _text(self) -> Callable[..., str]:
        def text(key: str, **params: Param) -> str:
            return self._texts.get(self._look.lang, key, **params)

        return text

    def _what(self, name: str) -> str:
        return _of(_WHAT[name], self._look.page)

    def hours(self, place: str) -> dict[str, str]:
        """What is said of today and of the week, and what stands on the first screen."""
        lang = self._look.lang
        today, week = (
            self._rehearsal.says("opening_hours", lang, _ASKED[name][0], place=place)
            for name in ("hours", "week")
        )
        found = {self._what("said"): " ".join(today)}
        if not place:
            found[self._what("screen")] = self._lobby.opening(self._text)
        return {**found, self._what("week"): " ".join(week)}

    def messages(self, rows: Sequence[MessageRow]) -> dict[str, str]:
        """The messages of the first screen."""
        look = self._look
        told = messages_of(self._catalogue.town, rows, look.day, self._text, look.lang)
        return {self._what("message"): "\n".join(told)}

    def way(self, place: str) -> dict[str, str]:
        """The way as it is said, and what stands beside the plan."""
        said = self._rehearsal.says("directions", self._look.lang, place=place)
        plan = plan_panel(self._catalogue.town, self._text, place, self._look.day)
        found = {self._what("said"): " ".join(said)}
        if plan and plan.lines:
            found[self._what("plan")] = "\n".join(plan.lines)
        return found

    def fees(self, service: str) -> _Fees:
        """What is said of the fees, each one, and the sum of what is certainly due."""
        look = self._look
        certain = self._catalogue.fees(service, look.choices, look.day)
        cents = sum(line.cents for line in certain)
        said = self._rehearsal.says("ask_fee", look.lang, service=service, choices=look.choices)
        found = {self._what("said"): " ".join(said), self._what("total"): money(look.lang, cents)}
        found |= {
            line.label: f"{money(look.lang, line.cents)} ({line.law})"
            for line in self._catalogue.listed_fees(service, look.choices, look.day)
        }
        return _Fees(found, cents)
