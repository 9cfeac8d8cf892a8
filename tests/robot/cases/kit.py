"""A back office on real files, a specimen case, and a clock that the test turns."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher

from robot.cases import migrations
from robot.cases.database import Database
from robot.cases.model import CaseDraft, Document, Fee, FieldValue, Provenance
from robot.staff.office import BackOffice

SERIAL = "L01X00T471"
PERSON = ("MUSTERMANN", "GABLER", "ERIKA", SERIAL, "1964-08-12", "HEIDESTRASSE", "KÖLN")
ADDRESS = "store.url"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class TurnedClock:
    """A time of day that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def url(folder: Path) -> str:
    """SQLite's, unless `each_database` has put another one there."""
    other = folder / ADDRESS
    if other.exists():
        return other.read_text()
    return f"sqlite:///{folder / 'lotse.sqlite'}"


def key_file(folder: Path) -> Path:
    return folder / "lotse.key"


@cache
def new_store() -> bytes:
    """An empty store of today's schema; the migrations that make it take longer than most tests."""
    with TemporaryDirectory() as folder:
        Database(f"sqlite:///{folder}/new.sqlite").close()
        return (Path(folder) / "new.sqlite").read_bytes()


def open_office(folder: Path, **more: Any) -> BackOffice:
    """The back office of this folder, a new one if there is none yet."""
    store = folder / "lotse.sqlite"
    if url(folder).startswith("sqlite:") and folder.is_dir() and not store.exists():
        store.touch(0o600)
        store.write_bytes(new_store())
    return BackOffice.open(url(folder), key_file(folder), **{"kiosk": "Foyer", "hasher": QUICK, **more})


def downgrade(office: BackOffice, revision: str) -> None:
    """Make the schema that of an earlier version again."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with office.database.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def visit_id() -> str:
    return secrets.token_hex(8)


def draft(visit: str | None = None) -> CaseDraft:
    surname, birth_name, given, serial, birth, street, place = PERSON
    values = {
        "surname": surname,
        "birth_name": birth_name,
        "given_names": given,
        "document_number": serial,
        "birth_date": birth,
        "street": f"{street} 17",
        "place": place,
    }
    return CaseDraft(
        visit=visit or visit_id(),
        service="identity_card",
        service_label="Personalausweis",
        language="de",
        fields=tuple(
            FieldValue(id=name, label=name, value=value, provenance=Provenance.MRZ, original=value)
            for name, value in values.items()
        ),
        documents=(Document(id="photo", label="Lichtbild", required=True, brought=True),),
        fees=(
            Fee(id="card", label="Personalausweis", cents=4600, law="PAuswGebV §1", since="2026-01-01"),
            Fee(id="ship", label="Versand", cents=1500, law="PAuswGebV §1", since="2025-05-01"),
        ),
        notes=("Frau MUSTERMANN kommt mit ihrem Sohn.",),
    )


def files(folder: Path) -> dict[str, bytes]:
    """All the bytes that lie on the disk, by file."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def traces(folder: Path, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Where one of the texts can be read, in the usual encodings and cases."""
    found = []
    for name, content in files(folder).items():
        low = content.lower()
        for text in texts:
            for form in {text, text.lower(), text.capitalize()}:
                for encoding in ("utf-8", "utf-16-le", "latin-1"):
                    if form.encode(encoding).lower() in low:
                        found.append((name, text))
    return found
