"""Who may do what: each endpoint of the staff's side names one right, each role has some."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Role(enum.StrEnum):
    """What a member of staff is."""

    CLERK = "clerk"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Right(enum.StrEnum):
    """What can be allowed; `SELF` is one's own account, which everybody has who is signed in."""

    SELF = "self"
    LIVE = "live"  # visits, devices, kiosks: nothing personal
    HELP = "help"  # accept help calls, take over a dialogue
    CASES = "cases"  # look into cases and work them
    ASSIGN = "assign"  # give cases that somebody else works to another
    MESSAGES = "messages"  # messages and emergency notices on the kiosks
    KIOSK = "kiosk"  # close and open kiosks
    FIGURES = "figures"  # statistics
    AUDIT = "audit"  # read and verify the audit log
    ACCOUNTS = "accounts"  # accounts of others
    CONTENT = "content"  # opening hours, closures, fees


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.SELF, Right.LIVE, Right.HELP, Right.CASES, Right.MESSAGES}),
    Role.LEAD: frozenset(
        {
            Right.SELF,
            Right.LIVE,
            Right.HELP,
            Right.CASES,
            Right.ASSIGN,
            Right.MESSAGES,
            Right.KIOSK,
            Right.FIGURES,
        }
    ),
    Role.AUDITOR: frozenset({Right.SELF, Right.FIGURES, Right.AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {Right.SELF, Right.LIVE, Right.MESSAGES, Right.KIOSK, Right.FIGURES, Right.ACCOUNTS, Right.CONTENT}
    ),
}
