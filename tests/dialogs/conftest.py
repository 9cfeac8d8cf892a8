"""The catalogue, and a real Rasa with the real action endpoint."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dialogs import build
from dialogs.actions import ActionServer
from dialogs.catalogue import Catalogue
from dialogs.client import RasaServer
from dialogs.texts import Texts
from tests import musterstadt
from tests.dialogs.desk import Desk
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
RASA = ROOT / "build" / "rasa"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
# a Tuesday morning on which the fees of February 2026 hold
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return musterstadt.catalogue()


@pytest.fixture(scope="session")
def texts(catalogue: Catalogue) -> Texts:
    return musterstadt.texts()


@pytest.fixture
def desk(catalogue: Catalogue) -> Desk:
    """A visit through our actions alone."""
    return Desk(catalogue, ActionServer(catalogue, clock=lambda: NOW))


@pytest.fixture(scope="session")
def model(catalogue: Catalogue) -> Path:
    """The trained models: those of the set-up, or trained now."""
    models = RASA / "models"
    if not list(models.glob("*.tar.gz")):
        build.write(catalogue, ROOT / "dialogs" / "rasa" / "nlu", RASA)
        subprocess.run(
            [RASA_PYTHON, "serve.py", "train", "--skip-validation", "--out", "models"],
            cwd=RASA,
            check=True,
            capture_output=True,
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"},
        )
    return models


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rasa(catalogue: Catalogue, model: Path) -> AsyncIterator[RasaServer]:
    """Rasa, ready, with our actions behind a real HTTP endpoint."""
    actions = ActionServer(catalogue, clock=lambda: NOW)

    async def webhook(request: Request) -> JSONResponse:
        status, body = await actions.handle(await request.json())
        return JSONResponse(body, status)

    port = free_port()
    app = Starlette(routes=[Route("/rasa/webhook", webhook, methods=["POST"])])
    web = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    serving = asyncio.create_task(web.serve())
    server = RasaServer(
        python=RASA_PYTHON,
        model=model,
        port=free_port(),
        action_url=f"http://127.0.0.1:{port}/rasa/webhook",
        log=ROOT / "build" / "log" / "rasa-test.log",
    )
    await server.start()
    try:
        await server.ready(170)
        yield server
    finally:
        await server.stop()
        web.should_exit = True
        await serving
