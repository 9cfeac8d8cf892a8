"""What may be copied at the kiosk: data of the service, and a station only where it applies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue, CatalogueError
from tests.dialogs.conftest import NOW, ROOT
from tests.dialogs.test_actions import call, said, slots

CARD = "identity_card"


@pytest.fixture
def server(catalogue: Catalogue) -> ActionServer:
    return ActionServer(catalogue, clock=lambda: NOW)


@pytest.mark.parametrize(
    "choices, items",
    [
        ({"reason": "expired", "age_group": "adult"}, []),
        ({"reason": "name_changed", "age_group": "adult"}, ["name_proof"]),
        ({"reason": "first", "age_group": "under16"}, ["consent", "guardian_card"]),
        ({}, []),
    ],
)
def test_only_what_belongs_to_the_case_may_be_copied(
    catalogue: Catalogue, choices: dict[str, str], items: list[str]
) -> None:
    assert [item.id for item in catalogue.copies(CARD, choices)] == items
    shown = [node.name for node in catalogue.journey(CARD, choices)]
    assert ("copy" in shown) is bool(items)


def test_the_only_identity_document_that_may_be_copied_says_what_for(catalogue: Catalogue) -> None:
    identity = [item for item in catalogue.service(CARD).copies if item.kind == "identity"]
    assert [item.id for item in identity] == ["guardian_card"]
    assert identity[0].purpose == "Antrag auf einen Personalausweis"


@pytest.mark.parametrize("reason, station", [("expired", "picture"), ("name_changed", "copy")])
async def test_the_journey_is_no_longer_for_who_has_nothing_to_copy(
    server: ActionServer, reason: str, station: str
) -> None:
    known: dict[str, Any] = {"service": CARD, "reason": reason, "age_group": "adult"}
    _, body = await server.handle(call("action_next", station="form", **known))
    assert slots(body)["station"] == station


@pytest.mark.parametrize("reason, station", [("expired", "form"), ("name_changed", "copy")])
async def test_going_back_leads_to_the_copies_only_where_there_were_some(
    server: ActionServer, reason: str, station: str
) -> None:
    known: dict[str, Any] = {"service": CARD, "reason": reason, "age_group": "adult"}
    _, body = await server.handle(call("action_go_back", intent="go_back", station="review", **known))
    assert slots(body)["station"] == station


async def test_who_declines_a_copy_simply_goes_on(server: ActionServer) -> None:
    known: dict[str, Any] = {"service": CARD, "reason": "name_changed", "age_group": "adult"}
    message = call("action_step_done", intent="step_done", station="copy", **known)
    message["tracker"]["latest_message"]["entities"] = [
        {"entity": "step", "value": "copy"},
        {"entity": "outcome", "value": "declined"},
    ]
    _, body = await server.handle(message)
    assert slots(body)["station"] == "picture"
    assert [m for m in said(body) if m["do"] == "say"] == []


def test_copies_without_their_station_are_told_with_the_line(tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.mkdir()
    text = (ROOT / "dialogs/services/identity_card.yml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if "step: copy" not in line]
    (services / "identity_card.yml").write_text("".join(kept), encoding="utf-8")
    with pytest.raises(CatalogueError, match="`copies` and the step `copy` of the journey go together"):
        Catalogue.load(services, ROOT / "town/musterstadt.yml")
