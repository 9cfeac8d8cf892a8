"""How we talk: once more, slower, louder, in another language, with help. Each is the whole of an action."""

from __future__ import annotations

from dialogs import remarks
from dialogs.languages import LANGUAGES
from dialogs.protocol import Offer, Switch, payload
from dialogs.situation import MISUNDERSTOOD, Situation, offer

MISHEARD = ("misheard", "wrong")
"""Enquiries that say: what was understood is not what was said."""


def repeat(now: Situation) -> None:
    """A standing question is asked in other words: the same ones were not caught."""
    if now.pending or not now.ask_again():
        now.act("repeat")
    now.keep()


def speak_slower(now: Situation) -> None:
    """The same again, slower."""
    now.act("slower")
    repeat(now)


def speak_louder(now: Situation) -> None:
    """The same again, louder."""
    now.act("louder")
    repeat(now)


def plain_language(now: Situation) -> None:
    """Easy words from now on."""
    switch(now, "leicht")


def switch_language(now: Situation) -> None:
    """The language that was tapped or named."""
    switch(now, now.entities.get("language") or remarks.language(now.text))


def switch(now: Situation, code: str | None) -> None:
    """Another language; where none is named, they are offered."""
    if code not in LANGUAGES:
        now.say(
            "language.which",
            [
                Offer(key=f"language.{known}", payload=payload("switch_language", language=known))
                for known in LANGUAGES
            ],
        )
        now.resume()
        return
    now.understood = "plain_language" if code == "leicht" else "switch_language"
    now.send(Switch.model_validate({"lang": code}))
    now.say("language.changed")
    now.resume()


def give_help(now: Situation) -> None:
    """What can be done here, and who can help."""
    offers = [offer("staff.offer", "request_staff")]
    if now.service:
        # What is asked aloud mid-way can be tapped here (BFSGV §6).
        offers += [offer("help.fee", "ask_fee"), offer("help.documents", "ask_documents")]
    if now.service and now.asked:
        if now.service.question(now.asked).help:
            now.say(f"{now.service.id}.{now.asked}.help")
        now.say("help.question", offers)
    else:
        now.say("help.step" if now.step else "help.idle", offers)
    now.resume()


def misheard(now: Situation, offers: list[Offer] | None = None) -> None:
    """What was understood is not what was said: the visit goes back."""
    now.understood = "go_back"
    now.set(MISUNDERSTOOD, None)
    now.say("desk.misheard", offers or [])
