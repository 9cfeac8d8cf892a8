"""docs/new-service.md, followed to the letter: its files make a service that can be walked to the end."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialogs import build
from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.protocol import payload
from dialogs.texts import Texts
from robot.services_command import NLU, TEXTS, check
from tests.dialogs.conftest import NOW, ROOT

GUIDE = ROOT / "docs" / "new-service.md"
SERVICE = "barbecue_site"
FORM = "barbecue_site_party_size_form"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's services and town, with the files of the guide written beside them."""
    root = tmp_path_factory.mktemp("town-hall")
    shutil.copytree(ROOT / "dialogs" / "services", root / "dialogs" / "services")
    shutil.copytree(ROOT / "town", root / "town")
    for block in re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S):
        named = re.search(r"^# (dialogs/services/\S+\.yml)$", block, re.M)
        assert named, block[:80]
        (root / named[1]).write_text(block, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def town_hall(copy: Path) -> Catalogue:
    return Catalogue.load(copy / "dialogs" / "services", copy / "town" / "musterstadt.yml")


def test_the_check_of_the_guide_finds_nothing_to_mend(copy: Path) -> None:
    errors, found = check(copy / "dialogs" / "services", copy / "town" / "musterstadt.yml")
    assert errors == []
    assert "everything is in order" in found


def test_slips_in_the_new_files_are_all_told_with_their_lines(copy: Path, tmp_path: Path) -> None:
    services = tmp_path / "services"
    shutil.copytree(copy / "dialogs" / "services", services)
    file = services / f"{SERVICE}.yml"
    text = file.read_text(encoding="utf-8").replace("where: public_order_office", "where: forester")
    file.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("where:"))
    english = services / "en" / f"{SERVICE}.yml"
    english.write_text(english.read_text(encoding="utf-8") + "howlong: Ten minutes\n", encoding="utf-8")
    errors, _ = check(services, copy / "town" / "musterstadt.yml")
    assert any(f"{english}:" in error and "howlong" in error for error in errors)
    assert any(error.startswith(f"{file}:{line}: the town has no place 'forester'") for error in errors)


def test_every_text_of_the_new_service_is_there_in_every_complete_language(town_hall: Catalogue) -> None:
    texts = Texts.load(TEXTS, town_hall)
    for lang, text in (
        ("de", "Kommen mehr als zwanzig Menschen?"),
        ("en", "Will there be more than twenty people?"),
        ("leicht", "Kommen mehr als 20 Menschen?"),
    ):
        assert texts.get(lang, f"{SERVICE}.barbecue_group.text") == text


def test_the_rasa_project_knows_the_new_service(town_hall: Catalogue) -> None:
    project = build.project(town_hall, NLU)
    assert f"intent: {SERVICE}\n" in project["data/nlu.yml"]
    assert "we would like to have a barbecue in the park" in project["data/nlu.yml"]
    assert FORM in project["domain.yml"]


def test_the_fee_of_the_new_service_depends_on_the_answer(town_hall: Catalogue) -> None:
    for answer, cents in (("yes", 3000), ("no", 1500)):
        [line] = town_hall.fees(SERVICE, {"barbecue_group": answer}, on=date(2026, 11, 24))
        assert (line.cents, line.law) == (cents, "Grillplatzordnung Musterstadt § 2")


class Walk:
    """A visitor between our actions, as Rasa's rules lead: a form asks, its end calls the next station."""

    def __init__(self, server: ActionServer) -> None:
        self._server = server
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None

    async def send(self, text: str) -> list[dict[str, Any]]:
        """A payload of the screen; returns what is replied."""
        intent, brace, rest = text.removeprefix("/").partition("{")
        found = [{"entity": name, "value": value} for name, value in json.loads(brace + rest or "{}").items()]
        user = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": found}
        action = f"validate_{self.loop}" if self.loop else _action(intent, self._server)
        return await self._run(action, user, [{"event": "action", "name": "action_listen"}])

    async def _run(
        self, action: str, user: dict[str, Any], before: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        tracker = {
            "sender_id": "v",
            "slots": self.slots,
            "latest_message": user,
            "events": [*before, {"event": "user", "text": user["text"]}],
            "active_loop": {"name": self.loop} if self.loop else {},
            "latest_action_name": "action_listen",
            "paused": False,
        }
        status, body = await self._server.handle(
            {"next_action": action, "sender_id": "v", "tracker": tracker}
        )
        assert status == 200, body
        replies = [reply["custom"] for reply in body["responses"] if reply["custom"]["do"] != "heard"]
        follow = ""
        for event in body["events"]:
            match event["event"]:
                case "slot":
                    self.slots[event["name"]] = event["value"]
                case "active_loop":
                    self.loop = event["name"]
                case "reset_slots":
                    self.slots = {}
                case "followup":
                    follow = event["name"]
        done = [{"event": "action", "name": action}]
        if follow.endswith("_form"):
            self.loop = follow
            replies += await self._run(f"validate_{follow}", user, done)
        elif self.loop and action.startswith("validate_") and self.slots.get("requested_slot") is None:
            self.loop = None
            replies += await self._run("action_next", user, done)
        return replies


def _action(intent: str, server: ActionServer) -> str:
    return f"action_{intent}" if f"action_{intent}" in server._executor.actions else "action_start_service"


async def test_a_visitor_walks_the_new_service_from_the_first_question_to_the_goodbye(
    town_hall: Catalogue,
) -> None:
    walk = Walk(ActionServer(town_hall, clock=lambda: NOW))
    replies = await walk.send(f"/{SERVICE}")
    assert [(m["do"], m.get("key") or m.get("slot")) for m in replies] == [
        ("say", f"{SERVICE}.start"),
        ("ask", "barbecue_group"),
    ]
    replies = await walk.send(payload("inform", barbecue_group="yes"))
    for station in ("checklist", "form", "review", "hand_over", "feedback"):
        assert [m["name"] for m in replies if m["do"] == "step"] == [station]
        assert replies[-1]["choices"] == {"barbecue_group": "yes"}
        replies = await walk.send(payload("step_done", step=station, outcome="done"))
    assert {"do": "act", "what": "end_visit"} in replies
    assert walk.slots == {}
