"""The tables of the back office. No column holds a visitor's data in clear.

Nothing read from a document is a column, an index or a search term of its own (PAuswG §20(3)): personal
data is only ever inside the `sealed` columns. Times are UTC, ISO 8601 with milliseconds, so that they sort.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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
    Column("key_mark", String(64), nullable=True, comment="names the key file that belongs to the database"),
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
    Column("holder", String(80), nullable=False, comment="the clerk who works it now, '' for nobody"),
    Column("held_since", _TIME, nullable=True),
    Column("held_at", String(60), nullable=False, comment="the kiosk whose sessions the claim ends with"),
    Column("place", String(40), nullable=False, comment="the counter to which it was called last"),
    Column("calls", Integer, nullable=False),
    Column("called", _TIME, nullable=True, comment="the first call"),
    Column("done", _TIME, nullable=True),
    Column("assigned", String(80), nullable=False, comment="the colleague to whom it was given"),
    Column("four_eyes", Boolean, nullable=False),
    Column("finished_by", String(80), nullable=False, comment="who finished what a second one approves"),
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
    Column("state", String(16), nullable=False),
    Column("place", String(40), nullable=False),
    Column("calls", Integer, nullable=False),
    Column("called", _TIME, nullable=True, comment="the first call"),
    Column("done", _TIME, nullable=True),
    Column("by", String(80), nullable=False),
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
    Column("locked", Boolean, nullable=False, server_default=false()),
    Column("subject", String(64), nullable=True, comment="keyed hash of whom the town's provider means"),
    Column("link_hash", String(64), nullable=True, comment="hash of a set-up link that waits for its use"),
    Column("link_until", _TIME, nullable=True),
    UniqueConstraint("subject"),
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

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("key_id", String(32), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", Integer, nullable=False, comment="time step of the last code that was accepted"),
    Column("created", _TIME, nullable=False),
    comment="secrets of one-time codes, sealed with the key file",
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("hash", String(64), primary_key=True, comment="keyed hash of a code that opens once"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account", String(16), nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(80), nullable=False),
    Column("created", _TIME, nullable=False),
    Column("used", _TIME, nullable=True),
    UniqueConstraint("credential"),
    Index(None, "account"),
    comment="public keys of WebAuthn credentials",
)

case_checks = Table(
    "case_checks",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("item", String(80), primary_key=True, comment="document:<id> or counter:<id>"),
    Column("by", String(80), nullable=False),
    Column("at", _TIME, nullable=False),
    comment="what the clerk has ticked off at the counter",
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", String(40), primary_key=True, comment="made by the page: saved twice, it is one note"),
    Column("case_id", String(32), nullable=False),
    Column("place", Integer, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "case_id"),
    comment="what clerks write down for each other, sealed with the data key of their case",
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("number", String(16), nullable=False),
    Column("place", String(40), nullable=False),
    Column("at", _TIME, nullable=False),
    Index(None, "day"),
    comment="what the monitor in the lobby shows: numbers and counters",
)

# The figures. WITHOUT ROWID and a random key: SQLite keeps the rows in the order of the key, so that it does
# not show in which order the visits ended.
figure_visits = Table(
    "figure_visits",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kiosk", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("service", String(64), nullable=False),
    Column("step", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("own", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("understood", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("helped", Integer, nullable=False),
    Column("taken_over", Integer, nullable=False),
    Column("voice", Integer, nullable=False),
    Column("touch", Integer, nullable=False),
    Column("keypad", Integer, nullable=False),
    Column("thumb", Integer, nullable=False),
    Index(None, "day"),
    comment="ended visits without a person: a row each, and one for each further service in it (own = 0)",
    sqlite_with_rowid=False,
)

figure_waits = Table(
    "figure_waits",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("service", String(64), nullable=False),
    Column("what", String(8), nullable=False),
    Column("minutes", Integer, nullable=False),
    Index(None, "day"),
    comment="how long cases waited for their call, and were worked on; minutes, without the case",
    sqlite_with_rowid=False,
)

figure_outages = Table(
    "figure_outages",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kiosk", String(40), nullable=False),
    Column("device", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("since", _TIME, nullable=False),
    Column("until", _TIME, nullable=True),
    Index(None, "since"),
)

figure_uptime = Table(
    "figure_uptime",
    metadata,
    Column("kiosk", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("seconds", Integer, nullable=False),
)

content_versions = Table(
    "content_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=True),
    Column("holds_from", String(10), nullable=False),
    Column("how", String(16), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("by", String(80), nullable=False),
    UniqueConstraint("kind", "name", "version"),
    comment="hours, closures, fees, offices, messages as administrators have changed them; JSON, or gone",
)

kiosks = Table(
    "kiosks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("address", String(200), nullable=False),
    Column("beat", Integer, nullable=False),
    Column("seen", _TIME, nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("visits", Text, nullable=False),
    Column("devices", Text, nullable=False),
    Column("alarms", Text, nullable=False),
)

self_tests = Table(
    "self_tests",
    metadata,
    Column("kiosk", String(40), primary_key=True),
    Column("device", String(32), primary_key=True),
    Column("at", _TIME, nullable=False),
    Column("result", String(16), nullable=False),
)

alarm_acknowledgements = Table(
    "alarm_acknowledgements",
    metadata,
    Column("alarm", String(64), primary_key=True),
    Column("by", String(80), nullable=False),
    Column("at", _TIME, nullable=False),
)

emergencies = Table(
    "emergencies",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("text", String(200), nullable=False),
    Column("translations", Text, nullable=False),
    Column("leave", Boolean, nullable=False),
    Column("since", _TIME, nullable=False),
    Column("by", String(80), nullable=False),
)
