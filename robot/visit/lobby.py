"""What anybody in the foyer may know: opening hours, waiting time, messages, and why nobody is served."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as day_time
from zoneinfo import ZoneInfo

from dialogs.languages import GERMAN
from dialogs.town import Town
from robot.cases.crypto import KeyFileError
from robot.cases.database import Clock, StoreError, utc_now
from robot.queueing.waiting import expected
from robot.staff.office import BackOffice
from robot.web.staff_view import ClosingRow, MessageRow
from robot.web.view import Closed, Fact

log = logging.getLogger(__name__)

DIALOGUE_S = 200.0  # longer than one try of its supervisor: what is away for so long does not come back
CHECK_S = 60.0  # how often it is tried whether the store takes anything
FAILURES = 2  # so many tries in a row must fail: a backup that locks the store is no reason to close
STEP_MIN = 5  # a waiting time is told in steps of so many minutes

Text = Callable[..., str]
"""A text's key and parameters to the sentence in the language of now."""


@dataclass(frozen=True)
class Why:
    """Why the kiosk is out of order: `cause` names a text, `note` is what staff wrote."""

    cause: str
    note: str = ""


class Lobby:
    """Looks into the town's facts and the back office; keeps what it saw last, to tell it at once."""

    def __init__(
        self,
        town: Callable[[], Town],
        office: BackOffice,
        zone: ZoneInfo,
        *,
        clock: Clock = utc_now,
        dialogue_s: float = DIALOGUE_S,
    ) -> None:
        """`town`: its facts as they hold now."""
        self._facts = town
        self._office = office
        self._zone = zone
        self._clock = clock
        self._dialogue_s = dialogue_s
        self._dialogue_away_since: float | None = time.monotonic()
        self._minutes: int | None = None
        self._messages: list[MessageRow] = []
        self._closing: ClosingRow | None = None
        self._failures = 0
        self._tried_at = float("-inf")

    @property
    def _town(self) -> Town:
        return self._facts()

    # --- looking ---------------------------------------------------------------------------------

    async def look(self) -> None:
        """Ask the back office; what it cannot say stays as it was. Never fails."""
        office, now = self._office, time.monotonic()
        try:
            if self._failures or now - self._tried_at >= CHECK_S:
                self._tried_at = now
                await asyncio.to_thread(office.database.try_to_write)
            self._messages = await office.board.messages()
            self._closing = await office.board.closing()
            calls = await office.waits.recent()
        except (StoreError, KeyFileError) as error:
            self._failures += 1
            log.error("store: %s", error)
            return
        self._failures = 0
        self._minutes = expected(calls, self._hours)

    def check_now(self) -> None:
        """Something could not be stored: the next look tries whether the store takes anything."""
        self._tried_at = float("-inf")

    def dialogue(self, *, ready: bool) -> None:
        """Whether the dialogue answers, from its supervisor."""
        if ready:
            self._dialogue_away_since = None
        elif self._dialogue_away_since is None:
            self._dialogue_away_since = time.monotonic()

    def why_closed(self) -> Why | None:
        """Why nobody can be served, None: all is well."""
        away = self._dialogue_away_since
        if self._closing:
            return Why(self._closing.cause.value, self._closing.note)
        if self.store_failed:
            return Why("store")
        if away is not None and time.monotonic() - away >= self._dialogue_s:
            return Why("dialogue")
        return None

    @property
    def store_failed(self) -> bool:
        """Whether the store takes nothing."""
        return self._failures >= FAILURES

    # --- telling ---------------------------------------------------------------------------------

    def opening(self, text: Text, place: str = "") -> str:
        """Whether the house (or an office) is open, and until when; or when it opens."""
        now = self._now()
        left = [span for span in self._town.hours_on(now.date(), place) if now.time() < span[1]]
        if left and left[0][0] <= now.time():
            until = _written(left[0][1])
            if len(left) == 1:
                return text("screen.opening.open", until=until)
            start, end = map(_written, left[1])
            return text("screen.opening.pause", until=until, start=start, end=end)
        coming = self._town.next_opening(now, place)
        if coming is None:
            return text("screen.opening.closed")
        day, start_time, _ = coming
        start = _written(start_time)
        ahead = (day - now.date()).days
        if ahead < 2:
            return text(f"screen.opening.{('today', 'tomorrow')[ahead]}", start=start)
        return text("screen.opening.later", day=f"=on:{day.isoformat()}", start=start)

    def opens(self, text: Text, place: str = "") -> str:
        """When the house (or an office) opens; "" while it is open."""
        return "" if self._town.is_open(self._now(), place) else self.opening(text, place)

    def waiting(self, text: Text) -> str:
        """How long one waits now; "" when that is not known, or nobody is called."""
        if self._minutes is None or not self._town.is_open(self._now()):
            return ""
        if self._minutes < STEP_MIN:
            return text("screen.waiting.short", minutes=str(STEP_MIN))
        return text("screen.waiting.about", minutes=str(STEP_MIN * math.ceil(self._minutes / STEP_MIN)))

    def messages(self, text: Text, lang: str) -> list[str]:
        """What the town's file and the staff have to say today, in that language where they do."""
        return messages_of(self._town, self._messages, self._now().date(), text, lang)

    def german(self, lang: str) -> list[str]:
        """What the staff have written in German only, and somebody reads in another language."""
        own = {"en": "english"}.get(lang, "")
        left = [row.text for row in self._messages if not (own and getattr(row, own))]
        if self._closing and self._closing.note:
            left.append(self._closing.note)
        return [] if lang in (GERMAN, "leicht") else left

    def closed(self, text: Text, why: Why) -> Closed:
        """The panel of a kiosk that is out of order: the reason, and where to go instead."""
        place = self._town.instead_of_kiosk
        key = f"place.{place.id}"
        where = [text(f"{key}.label"), ", ".join(self._position(text))]
        facts = [Fact(label=text("screen.closed.where"), lines=[*where, text(f"{key}.way")])]
        facts.append(Fact(label=text("screen.closed.hours"), lines=[self.opening(text, place.id)]))
        if phone := place.contact.phone or self._town.contact.phone:
            facts.append(Fact(label=text("screen.closed.phone"), lines=[phone]))
        return Closed(title=text("screen.closed.title"), text=self._reason(text, why), facts=facts)

    def closed_aloud(self, text: Text, why: Why) -> str:
        """The same in two sentences."""
        place = f"place.{self._town.instead_of_kiosk.id}"
        go = text(
            "screen.closed.say",
            place=text(f"{place}.label"),
            position=", ".join(self._position(text)),
            way=text(f"{place}.way"),
        )
        return f"{text('screen.closed.title')}. {self._reason(text, why)} {go}"

    def _position(self, text: Text) -> list[str]:
        place = self._town.instead_of_kiosk
        return [text(f"place.{place.id}.{name}") for name in ("room", "floor") if getattr(place, name)]

    def _reason(self, text: Text, why: Why) -> str:
        return f"{text(f'screen.closed.cause.{why.cause}')} {why.note}".strip()

    def _hours(self, day: date) -> list[tuple[day_time, day_time]]:
        return self._town.hours_on(day)

    def _now(self) -> datetime:
        """The town's time, naive as its opening hours are."""
        return self._clock().astimezone(self._zone).replace(tzinfo=None)


def _written(at: day_time) -> str:
    return f"=time:{at:%H:%M}"


def messages_of(town: Town, rows: Sequence[MessageRow], day: date, text: Text, lang: str) -> list[str]:
    """What the town's file and the staff's `rows` have to say on a day, in that language where they do."""
    told = [
        text(f"place.message_{message.id}.text")
        for message in town.messages
        if message.from_ <= day <= message.to
    ]
    own = {"en": "english", "leicht": "plain"}.get(lang, "text")
    told += [
        getattr(row, own) or row.text
        for row in rows
        if date.fromisoformat(row.first) <= day <= date.fromisoformat(row.last)
    ]
    return list(dict.fromkeys(told))
