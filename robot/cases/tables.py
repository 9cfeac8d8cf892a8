"""The tables of the back office. No column holds a visitor's data in clear.

Nothing read from a document is a column, an index or a search term of its own (PAuswG §20(3)): personal
data is only ever inside the `sealed` columns. Times are UTC, ISO 8601 with milliseconds, so that they sort.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TIME = String(32)

gate = Table(
    "gate",
    metadata,
    Column("id", Integer, primary_key=True),
    comment="one row; writers lock it, so that writes come one after the other on every database",
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("visit", String(64), nullable=False),
    Column("reference", String(32), nullable=False),
    Column("number", String(16), nullable=False),
    Column("service", String(64), nullable=False),
    Column("service_label", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", _TIME, nullable=False),
    Column("changed", _TIME, nullable=False),
    Column("changed_by", String(80), nullable=False),
    Column("printed", Boolean, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_reason", LargeBinary, nullable=True),
    UniqueConstraint("visit"),
    UniqueConstraint("reference"),
    Index(None, "state", "changed"),
    Index(None, "key_id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", String(32), nullable=False),
    Column("place", Integer, nullable=False),
    Column("created", _TIME, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sealed_info", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Index(None, "case_id"),
    comment="copies of documents, sealed with the data key of their case",
)

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("series", String(4), primary_key=True),
    Column("last", Integer, nullable=False),
)

queue_tickets = Table(
    "queue_tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("number", String(16), nullable=False),
    Column("created", _TIME, nullable=False),
    UniqueConstraint("visit", "service"),
    Index(None, "day"),
)

shreds = Table(
    "shreds",
    metadata,
    Column("visit", String(64), primary_key=True),
    Column("ended", _TIME, nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("wiped", String(2000), nullable=False),
    Index(None, "ended"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("service", String(64), primary_key=True),
    Column("up", Integer, nullable=False),
    Column("down", Integer, nullable=False),
)

not_understood = Table(
    "not_understood",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("language", String(8), nullable=False),
    Column("sentence", String(200), nullable=False),
    UniqueConstraint("language", "sentence"),
    comment="sentences without names, numbers and addresses, only where the town has chosen to keep them",
)

board_messages = Table(
    "board_messages",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("text", String(200), nullable=False),
    Column("english", String(200), nullable=False),
    Column("plain", String(200), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("created", _TIME, nullable=False),
    Column("by", String(80), nullable=False),
)

closings = Table(
    "closings",
    metadata,
    Column("kiosk", String(40), primary_key=True),
    Column("cause", String(16), nullable=False),
    Column("note", String(200), nullable=False),
    Column("since", _TIME, nullable=False),
    Column("by", String(80), nullable=False),
    comment="the kiosks that the staff have closed",
)

staff = Table(
    "staff",
    metadata,
    Column("key", String(80), primary_key=True, comment="the name in lower case: how it is looked up"),
    Column("id", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created", _TIME, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("who", String(64), primary_key=True, comment="keyed hash of what was typed as a name"),
    Column("failures", Integer, nullable=False),
    Column("last", _TIME, nullable=False),
    Column("locked_until", _TIME, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", _TIME, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "subject"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
