"""The real conductor, without a dialogue server: a human takes over, talks, vanishes, hands back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from robot.cases.model import Provenance
from robot.settings import TakeoverSettings, load
from robot.staff.audit import Act
from robot.visit.ice import Ice
from robot.visit.seat import Seat
from robot.visit.takeover import LOST_S
from robot.visit.takeover_shown import CANNED, masked
from robot.visit.visit import HelpRefused, Visit
from robot.web.takeover_view import (
    Alive,
    Call,
    HandBack,
    HangUp,
    Pick,
    Take,
    TakeoverView,
    Told,
    UseCanned,
    Write,
)
from robot.web.view import Info, Signal, Tap, Touch, Type, Welcome
from tests.robot.visit.kit import GREETING, ROOT, TEXTS, Kiosk


async def told(seat: Seat, wanted: Callable[[Told], bool]) -> Told:
    async with asyncio.timeout(60):
        while True:
            post, _ = await seat.due()
            for message in post:
                if isinstance(message, Told) and wanted(message):
                    return message


def signal(kind: str, talk: int = 1, **parts: str) -> Signal:
    empty = {"sdp": "", "candidate": "", "mid": "", "line": 0}
    return Signal.model_validate({"talk": talk, "kind": kind, **empty, **parts})


async def test_the_citizen_sees_that_a_human_speaks_and_the_machine_keeps_silent(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    view = await kiosk.shows(lambda view: view.human is not None)
    assert view.badge == kiosk.text("badge", name="Amt 33")
    assert isinstance(view.panel, Info)
    assert view.caption == kiosk.text("began", name="Amt 33")
    assert view.caption_by == "machine"
    await kiosk.do(seat, Write(text="Was fehlt Ihnen?"))
    view = await kiosk.shows(lambda view: view.caption_by == "human")
    assert view.caption == "Was fehlt Ihnen?"
    kiosk.conductor.talk.say("Die Maschine hat etwas zu sagen.")
    await kiosk.conductor.citizen.on_screen(Type(text="Mein Ausweis ist weg"))
    assert kiosk.conductor.screen.caption == "Was fehlt Ihnen?"
    assert kiosk.conductor.turns.unanswered == []  # the dialogue got nothing
    lines = [(line.who, line.act, line.text) for line in kiosk.sees(seat).lines]
    assert lines[-1] == ("citizen", "said", "Mein Ausweis ist weg")
    assert ("human", "said", "Was fehlt Ihnen?") in lines
    assert kiosk.conductor.visits()[0].taken_by == "Amt 33"


async def test_what_was_said_before_is_seen_only_when_the_citizen_allows_it(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = kiosk.seat(visit)
    assert visit.lines
    assert kiosk.sees(seat).lines == []
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:read_no"))
    await kiosk.do(seat, Take(shown_as="Amt 33"))
    assert [line.who for line in kiosk.sees(seat).lines] == ["machine"]  # that a human has taken over
    visit.may_read = None
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:read_yes"))
    assert kiosk.sees(seat).lines[0].text == GREETING


def test_values_of_the_form_and_long_numbers_are_covered_in_what_was_said() -> None:
    visit = Visit()
    visit.set_value("surname", "Mustermann", Provenance.MRZ)
    visit.set_value("street", "Am Markt 1", Provenance.TYPED)
    covered = masked("Ich bin Frau mustermann vom Markt, Nummer 0221 4711, und 24 Jahre alt", visit)
    assert "ustermann" not in covered
    assert "4711" not in covered
    assert "24 Jahre" in covered


async def test_a_second_clerk_sees_who_has_it_and_cannot_take_it(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    await kiosk.taken(visit)
    other = kiosk.seat(visit, "Amt 34")
    await kiosk.do(other, Take(shown_as="Amt 34"), Write(text="Hallo"))
    view = kiosk.sees(other)
    assert (view.state, view.taken_by, view.lines) == ("taken", "Amt 33", [])
    assert (await told(other, lambda message: True)).what == "taken"
    assert kiosk.conductor.screen.caption != "Hallo"


async def test_nobody_takes_over_who_was_not_asked(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    visit.help = None
    seat = await kiosk.taken(visit)
    assert kiosk.sees(seat).state == "offered"
    assert (await told(seat, lambda message: True)).what == "no_help"


async def test_a_call_for_help_that_is_taken_back_just_then_is_not_taken_over(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat, other = kiosk.seat(visit), kiosk.seat(visit, "Amt 34")
    kiosk.store.clear()
    taking = asyncio.create_task(kiosk.do(seat, Take(shown_as="Amt 33")))
    await asyncio.sleep(0)
    await kiosk.do(other, Take(shown_as="Amt 34"))
    assert (await told(other, lambda message: True)).what == "taken"  # only one may try
    assert not kiosk.conductor.speaker.taken  # until it is written down the machine serves
    visit.help = None
    kiosk.store.set()
    await taking
    assert (await told(seat, lambda message: True)).what == "no_help"
    assert kiosk.sees(seat).state == "offered"
    assert [what for _, what, _ in kiosk.wrote] == [Act.TAKEN_OVER, Act.HANDED_BACK]


async def test_what_is_picked_for_one_visitor_is_not_for_the_next(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    kiosk.store.clear()
    picking = asyncio.create_task(kiosk.do(seat, Pick(id="service:passport")))
    await asyncio.sleep(0)
    await kiosk.conductor.course.end("left", quietly=True)
    await kiosk.conductor.citizen.on_screen(Touch())
    kiosk.store.set()
    await picking
    assert kiosk.conductor.visit
    assert kiosk.conductor.visit is not visit
    assert kiosk.conductor.turns.unanswered == []


async def test_one_clerk_comes_and_the_second_is_told_who(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    conductor = kiosk.conductor
    coming = TEXTS.get("de", "screen.help.coming")
    for _ in range(2):
        await conductor.help_desk.accept(visit.id, "Amt 33")
    with pytest.raises(HelpRefused) as refused:
        await conductor.help_desk.accept(visit.id, "Amt 34")
    assert refused.value.by == "Amt 33"
    await conductor.talk.hush()
    await kiosk.shows(lambda view: view.caption == coming)
    assert kiosk.captions.count(coming) == 1
    visit.help = None
    with pytest.raises(HelpRefused):
        await conductor.help_desk.accept(visit.id, "Amt 34")
    with pytest.raises(LookupError):
        await conductor.help_desk.accept("another visit", "Amt 33")


async def test_whoever_was_left_alone_may_still_choose_in_another_language_and_who_comes_still_comes(
    kiosk: Kiosk,
) -> None:
    visit = await kiosk.visitor()
    await kiosk.conductor.help_desk.accept(visit.id, "Amt 34")
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, UseCanned(id="no such sentence"))
    assert (await told(seat, lambda message: True)).what == "nonsense"
    await kiosk.shows(lambda view: view.caption == kiosk.text("lost", name="Amt 33"))
    await kiosk.conductor.citizen.on_screen(Tap(id="lang:en"))
    view = await kiosk.shows(lambda view: view.lang == "en")
    assert [button.id for button in view.offers] == ["takeover:machine", "takeover:wait"]
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:wait"))
    assert kiosk.conductor.visits()[0].help_accepted_by == "Amt 34"
    assert kiosk.conductor.screen.offers == []


async def test_a_clerk_who_vanishes_is_told_and_the_machine_is_offered_again(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Alive())
    view = await kiosk.shows(lambda view: view.caption == kiosk.text("lost", name="Amt 33"))
    assert [button.id for button in view.offers] == ["takeover:machine", "takeover:wait"]
    assert view.human is None
    assert view.badge == TEXTS.get("de", "screen.badge")
    assert kiosk.conductor.visits()[0].needs_help
    await kiosk.conductor.citizen.on_screen(Type(text="weiter mit der Maschine"))
    view = await kiosk.shows(lambda view: isinstance(view.panel, Welcome) and view.caption == GREETING)
    assert not kiosk.conductor.visits()[0].needs_help


def test_whoever_is_left_alone_is_told_within_five_seconds() -> None:
    assert LOST_S + 0.5 < 5


async def test_who_would_rather_wait_is_waited_for(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    await kiosk.taken(visit)
    await kiosk.shows(lambda view: view.caption == kiosk.text("lost", name="Amt 33"))
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:wait"))
    assert kiosk.conductor.visits()[0].needs_help
    again = await kiosk.taken(visit)
    assert kiosk.sees(again).state == "mine"


async def test_a_page_that_is_reloaded_holds_what_it_held(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    kiosk.conductor.takeover.leave(seat)
    again = kiosk.seat(visit)
    assert kiosk.sees(again).state == "mine"


async def test_a_clerk_hands_back_and_the_machine_says_so_and_goes_on_where_it_was(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, HandBack())
    view = await kiosk.shows(lambda view: view.caption.startswith(kiosk.text("back")))
    assert view.caption.endswith(GREETING)
    assert view.human is None
    assert [button.id for button in view.nav] == ["nav:go_back", "nav:repeat", "nav:help", "nav:stop"]
    assert kiosk.sees(seat).state == "offered"
    assert not kiosk.conductor.visits()[0].needs_help


async def test_the_citizen_goes_back_to_the_machine_whenever_they_like(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.conductor.citizen.on_screen(Type(text="Zurück zur Maschine"))
    await kiosk.shows(lambda view: view.caption == f"{kiosk.text('back')} {GREETING}")
    assert (await told(seat, lambda message: True)).what == "sent_back"


async def test_when_the_visit_ends_nothing_is_left_in_the_page_of_the_clerk(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    visit.may_read = True
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Write(text="Bis gleich"))
    await kiosk.conductor.course.end("left")
    view = kiosk.sees(seat)
    assert view == TakeoverView(visit=visit.id, state="over")
    assert visit.lines == []
    assert kiosk.conductor.talk.held is False
    shred = (await kiosk.office.shreds.list())[0]
    assert "conversation" in shred.wiped


async def test_a_living_takeover_keeps_the_visit_and_a_dead_one_does_not(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    conductor = kiosk.conductor
    limits = conductor.limits
    limits.allowed = limits.allowed.model_copy(update={"silence_s": 0.05, "warning_s": 0.05})
    await conductor.talk.hush()
    for _ in range(8):  # longer than the silence and the warning, and than the look at time limits
        await kiosk.do(seat, Alive())
        await asyncio.sleep(0.12)
    assert conductor.visit is visit
    assert conductor.screen.warning is None
    await kiosk.shows(lambda view: view.caption == kiosk.text("lost", name="Amt 33"))
    await conductor.talk.hush()
    await kiosk.shows(lambda view: view.warning is not None)
    await conductor.talk.hush()
    await kiosk.shows(lambda view: view.state == "goodbye")


async def test_sentences_that_are_there_in_every_language_are_said_in_the_citizens(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.conductor.citizen.on_screen(Tap(id="lang:tr"))
    view = await kiosk.shows(lambda view: view.lang == "tr")
    assert view.human
    assert view.badge == TEXTS.get("tr", "screen.takeover.badge", name="Amt 33")
    await kiosk.do(seat, UseCanned(id="moment"))
    wanted = TEXTS.get("tr", "screen.takeover.canned.moment")
    await kiosk.shows(lambda view: view.caption == wanted and view.caption_by == "human")
    assert [row.id for row in kiosk.sees(seat).canned] == list(CANNED)
    for lang in ("leicht", "en", "tr", "uk", "ar", "ru", "pl", "fr"):
        assert TEXTS.maybe(lang, "screen.takeover.lost", "") != ""


async def test_a_step_that_is_not_open_cannot_be_picked(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Pick(id="hand_over"))
    assert (await told(seat, lambda message: True)).what == "cannot_pick"
    assert [row.id for row in kiosk.sees(seat).steps] == []
    assert "service:identity_card" in [row.id for row in kiosk.sees(seat).services]


# --- voice and video -----------------------------------------------------------------------------


async def test_camera_and_microphone_go_on_only_when_the_citizen_agrees(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Call(mode="video"))
    view = await kiosk.shows(lambda view: view.human is not None and view.human.ask is not None)
    assert view.human
    assert view.human.talk is None
    assert view.human.ask
    assert [button.id for button in view.human.ask.actions] == [
        "takeover:video",
        "takeover:voice",
        "takeover:no",
    ]
    await kiosk.conductor.citizen.on_screen(Type(text="nein"))
    assert (await told(seat, lambda message: True)).what == "refused"
    assert kiosk.conductor.screen.human
    assert kiosk.conductor.screen.human.talk is None
    await kiosk.do(seat, Call(mode="video"))
    await kiosk.conductor.citizen.on_screen(Type(text="nur Ton"))
    talk = kiosk.sees(seat).talk
    assert talk
    assert (talk.mode, talk.state) == ("voice", "connecting")
    assert kiosk.conductor.screen.caption == kiosk.text("agreed_voice")  # the question stands no longer there
    voice = kiosk.conductor.talk
    assert voice.quiet is True  # two people talk, and the colleague's voice is silent
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:stop"))
    assert (await told(seat, lambda message: True)).what == "talk_ended"
    assert kiosk.sees(seat).talk is None
    assert [voice.quiet, kiosk.conductor.ears.deaf] == [False, False]


async def test_signals_go_to_the_other_end_of_this_talk_and_nowhere_else(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    got: list[Signal] = []
    kiosk.conductor.takeover.calls.attach(got.append)
    seat = await kiosk.taken(visit)
    stranger = kiosk.seat(visit, "Amt 34")
    offer = signal("offer", sdp="v=0")
    await kiosk.do(seat, offer, Call(mode="voice"), offer)
    assert got == []  # nobody has agreed yet
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:voice"))
    await kiosk.do(stranger, offer)
    await kiosk.do(seat, signal("offer", talk=7))
    assert got == []
    await kiosk.do(seat, offer)
    assert got == [offer]
    answer = signal("answer", sdp="v=0 too")
    await kiosk.conductor.citizen.on_screen(answer)
    post, _ = await seat.due()
    assert [message for message in post if isinstance(message, Signal)] == [answer]
    await kiosk.conductor.citizen.on_screen(signal("connected"))
    talk = kiosk.sees(seat).talk
    assert talk
    assert talk.state == "running"
    await kiosk.do(seat, HangUp())
    await kiosk.shows(lambda view: view.caption == kiosk.text("talk_ended"))
    await kiosk.do(seat, HandBack())
    await kiosk.conductor.takeover.settle()
    kinds = [what for _, what, _ in kiosk.wrote]
    assert kinds == [Act.TAKEN_OVER, Act.TALK_BEGAN, Act.TALK_ENDED, Act.HANDED_BACK]
    stood = await kiosk.office.audit.entries(visit.id)
    assert {(row["who"], row["subject"]) for row in stood} == {("Amt 33", visit.id)}


async def test_browsers_that_do_not_find_each_other_cost_one_sentence_and_writing_goes_on(
    kiosk: Kiosk,
) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Call(mode="video"))
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:video"))

    async def alive() -> None:
        while True:
            await kiosk.do(seat, Alive())
            await asyncio.sleep(0.1)

    beating = asyncio.create_task(alive())
    await kiosk.shows(lambda view: view.caption == kiosk.text("talk_failed"))
    assert (await told(seat, lambda message: True)).what == "talk_failed"
    assert kiosk.sees(seat).state == "mine"
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


async def test_where_others_shall_hear_nothing_there_is_no_voice_and_no_talk(kiosk: Kiosk) -> None:
    visit = await kiosk.visitor()
    seat = await kiosk.taken(visit)
    await kiosk.do(seat, Call(mode="voice"))
    await kiosk.conductor.citizen.on_screen(Tap(id="takeover:voice"))
    await kiosk.conductor.citizen.on_screen(Tap(id="display:private"))
    view = kiosk.sees(seat)
    assert view.private
    assert view.talk is None
    assert (await told(seat, lambda message: True)).what == "private"
    await kiosk.do(seat, Call(mode="voice"))
    assert (await told(seat, lambda message: True)).what == "private"


def test_a_turn_server_gets_a_name_that_ends_and_its_password(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("north\n", encoding="utf-8")
    takeover = TakeoverSettings(
        stun="stun:stun.example:3478",
        turn="turns:turn.example:5349",
        turn_secret_file=str(tmp_path / "secret"),
    )
    settings = load(ROOT / "lotse.toml").model_copy(update={"takeover": takeover})
    stun, turn = Ice(settings, clock=lambda: 1_800_000_000.0).servers()
    assert stun.urls == ["stun:stun.example:3478"]
    assert turn.username == "1800003600:lotse"
    # openssl dgst -sha1 -hmac north -binary | base64, over the name
    assert turn.credential == "FI8OB4rqernRDOHVJzCDLtmWwWA="
    fixed = settings.model_copy(
        update={"takeover": takeover.model_copy(update={"turn_login": "fixed", "turn_user": "kiosk"})}
    )
    assert (Ice(fixed).servers()[1].username, Ice(fixed).servers()[1].credential) == ("kiosk", "north")
    gone = settings.model_copy(
        update={"takeover": takeover.model_copy(update={"turn_secret_file": str(tmp_path / "gone")})}
    )
    assert [server.urls for server in Ice(gone).servers()] == [["stun:stun.example:3478"]]
