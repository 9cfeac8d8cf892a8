"""What the command line asks of the contents: the catalogue with the edits of this kiosk's database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from dialogs.catalogue import Catalogue
from dialogs.texts import Texts
from robot.cases.database import Database
from robot.services_command import TEXTS
from robot.settings import Settings
from robot.staff.content import latest_of
from robot.staff.content_live import laid
from robot.staff.content_overlay import Base, Overlaid


def edited(settings: Settings, catalogue: Catalogue) -> Overlaid | None:
    """The catalogue with the edits laid over it; None where no store has been made yet.

    Raises StoreError, TextError.
    """
    url = make_url(settings.store_url())
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    database = Database(settings.store_url())
    try:
        versions = latest_of(database)
    finally:
        database.close()
    texts = Texts.load(TEXTS, catalogue)
    return laid(Base(dict(catalogue.services), catalogue.town, texts), versions)
