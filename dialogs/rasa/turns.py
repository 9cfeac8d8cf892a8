"""One turn of a visit per request, and nothing kept in between; runs in Rasa's environment.

The robot sends along what a visit has chosen so far and gets it back with the replies. Rasa holds a
conversation only while its turn is being taken: no words, no history, and nothing to restore after a crash.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

_LISTEN = {"event": "action", "name": "action_listen"}


class TurnStore(TrackerStore):
    """The conversations whose turn is being taken now, as they are: nothing is written out."""

    running: ClassVar[dict[str, DialogueStateTracker]] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the conversation if its turn is being taken."""
        if tracker.sender_id in self.running:
            self.running[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation if its turn is being taken."""
        return self.running.get(sender_id)

    async def keys(self) -> Iterable[str]:
        """Ids of the turns being taken."""
        return list(self.running)


class Turns(InputChannel):
    """`POST /webhooks/turns/`: {message, slots, loop} → {replies, slots, loop}."""

    @classmethod
    def name(cls) -> str:
        """Where Rasa mounts the channel."""
        return "turns"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The route. `on_new_message` takes a turn."""
        channel = Blueprint("turns")

        @channel.post("/")
        async def take(request: Request) -> HTTPResponse:
            told = request.json
            turn = uuid.uuid4().hex
            events = [
                {"event": "action", "name": "action_session_start"},
                {"event": "session_started"},
                _LISTEN,
                *({"event": "slot", "name": name, "value": value} for name, value in told["slots"].items()),
                {"event": "active_loop", "name": told["loop"]},
                _LISTEN,
            ]
            domain = request.app.ctx.agent.domain
            TurnStore.running[turn] = DialogueStateTracker.from_events(
                turn, deserialise_events(events), domain.slots, domain=domain
            )
            replies = CollectingOutputChannel()
            try:
                await on_new_message(UserMessage(told["message"], replies, turn, input_channel=self.name()))
            finally:
                tracker = TurnStore.running.pop(turn)
            return json(
                {
                    "replies": [reply["custom"] for reply in replies.messages if "custom" in reply],
                    "slots": {
                        name: value
                        for name, value in tracker.current_slot_values().items()
                        if isinstance(value, str)
                    },
                    "loop": tracker.active_loop_name,
                }
            )

        return channel
