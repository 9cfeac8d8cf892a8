"""What the colleague would say: the dialogue's own answers, on any day, without Rasa or a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from dialogs.answers import Answers
from dialogs.catalogue import Catalogue
from dialogs.situation import Situation
from dialogs.texts import Texts


class Rehearsal:
    """Answers of one catalogue and its texts at one moment. `at`: local time (aware)."""

    def __init__(self, catalogue: Catalogue, texts: Texts, at: datetime) -> None:
        self._catalogue = catalogue
        self._texts = texts
        self._answers = Answers(catalogue, lambda: at)

    def says(
        self,
        question: Literal["opening_hours", "ask_fee", "directions"],
        lang: str,
        sentence: str = "",
        *,
        place: str = "",
        service: str = "",
        choices: Mapping[str, str] | None = None,
    ) -> list[str]:
        """The sentences of the answer, the first wording of each.

        `place`: the office that is asked about; `service` and `choices`: what is under way.
        """
        entities = [{"entity": "place", "value": place}] if place else []
        tracker = Tracker(
            sender_id="",
            slots={**(choices or {}), "service": service or None},
            latest_message={"text": sentence, "intent": {"name": question}, "entities": entities},
            events=[],
            paused=False,
            followup_action=None,
            active_loop={},
            latest_action_name=None,
        )
        out = CollectingDispatcher()
        getattr(self._answers, question)(Situation(self._catalogue, tracker, out))
        replies = [message["custom"] for message in out.messages]
        return [
            self._texts.get(lang, reply["key"], **reply["params"])
            for reply in replies
            if reply["do"] == "say"
        ]
