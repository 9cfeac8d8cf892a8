"""The town's database server goes away in the middle of a visit, and comes back."""

from __future__ import annotations

import asyncio
import signal
import threading
from pathlib import Path

from sqlalchemy import event

from robot.steps.hand_over import run
from robot.steps.stage import Outcome, Tapped
from robot.web.view import TicketPanel, Touch
from simulator.body import RobotBody
from tests.robot.postgres import Server
from tests.robot.visit.kit import GREETING, TEXTS, Foyer, Kiosk, serving


async def test_a_server_that_crashes_at_the_hand_over_costs_one_sentence_and_there_is_exactly_one_case(
    on_postgres: Server, tmp_path: Path
) -> None:
    with RobotBody(tmp_path / "body") as world:
        async with serving(Kiosk(tmp_path, world)) as kiosk:
            visit = await kiosk.visitor()
            await kiosk.conductor.talk.hush()  # the greeting is over
            visit.service, visit.choices = "identity_card", {"reason": "first", "age_group": "adult"}
            stage = kiosk.conductor.current.stage
            assert stage
            crashed = threading.Lock()

            def crash(*_: object) -> None:
                """Before the server has heard the word COMMIT."""
                if crashed.acquire(blocking=False):
                    on_postgres.stop(signal.SIGQUIT)

            event.listen(kiosk.office.database.engine, "commit", crash)
            assert await run(stage) is Outcome.FAILED
            await kiosk.shows(lambda view: view.caption in TEXTS.variants("de", "screen.ticket.store_failed"))
            assert kiosk.conductor.visit is visit
            on_postgres.start()
            again = asyncio.create_task(run(stage))
            panel = (await kiosk.shows(lambda view: isinstance(view.panel, TicketPanel))).panel
            stage.doings.put_nowait(Tapped("finish"))
            assert await again is Outcome.DONE
            (row,) = await kiosk.office.cases.list_rows()
            assert isinstance(panel, TicketPanel)
            assert row.number == panel.number == "A-001"
            detail = await kiosk.office.cases.open(row.id, "Amt 33")
            assert {"reason", "age_group"} <= {field.id for field in detail.fields}
            assert await kiosk.office.audit.verify_audit() is None


async def test_a_visit_that_ends_while_the_server_is_away_leaves_its_shred_record_and_the_next_one_is_served(
    on_postgres: Server, tmp_path: Path
) -> None:
    with RobotBody(tmp_path / "body") as world:
        async with serving(Foyer(tmp_path, world)) as foyer:
            await foyer.conductor.citizen.on_screen(Touch())
            await foyer.shows(lambda view: view.caption == GREETING)
            visit = foyer.conductor.visit
            assert visit
            on_postgres.stop()
            await foyer.conductor.talk.hush()  # nobody answers: the visit runs out
            await foyer.shows(lambda view: view.state == "goodbye")
            on_postgres.start()
            await foyer.shows(lambda view: view.state == "idle")
            await foyer.conductor.citizen.on_screen(Touch())
            await foyer.shows(lambda view: view.state == "visit")
            await foyer.conductor.course.end("left")
            assert (visit.id, "timeout") in [
                (row.visit, row.outcome) for row in await foyer.office.shreds.list()
            ]
