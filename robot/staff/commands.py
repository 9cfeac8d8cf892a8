"""What `lotse staff`, `lotse keys` and `lotse audit` do. Blocking; each returns one sentence to print."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from robot.cases.crypto import KeyFileError, SealError
from robot.cases.database import StoreError
from robot.cases.rotation import rotate
from robot.staff.office import BackOffice


class CommandError(Exception):
    """The command failed; one sentence for stderr."""


def add_staff(url: str, key_file: Path, name: str, role: str, password: str) -> str:
    """Create an account. Raises CommandError."""
    with _office(url, key_file) as office:
        try:
            account = office.accounts.create(name, password, role)
        except ValueError as error:
            raise CommandError(str(error)) from None
    return f"The account {account.name} ({account.role.value}, in the audit log {account.id}) was created."


def rotate_keys(url: str, key_file: Path) -> str:
    """Rotate the keys; may run beside a running robot. Raises CommandError."""
    with _office(url, key_file) as office:
        done = rotate(office.database, office.keyring, office.audit, "lotse keys rotate")
    gone = f"{len(done.dropped)} old keys are gone"
    return f"The new key is {done.key_id}: {done.cases} cases were wrapped anew, {gone}."


def audit_verify(url: str, key_file: Path) -> str:
    """Check the audit log's chain. Raises CommandError naming the first broken entry."""
    with _office(url, key_file) as office:
        broken = office.audit.first_broken()
        if broken is not None:
            raise CommandError(
                f"The audit log is broken at entry {broken}: it was changed, cut or forged from there on."
            )
        count = office.audit.count()
    return f"The audit log is sound: {count} entries."


@contextlib.contextmanager
def _office(url: str, key_file: Path) -> Iterator[BackOffice]:
    try:
        office = BackOffice.open(url, key_file)
        try:
            yield office
        finally:
            office.close()
    except (StoreError, KeyFileError, SealError) as error:
        raise CommandError(str(error)) from None
