"""What `lotse staff`, `lotse keys` and `lotse audit` do. Blocking; each returns one sentence to print."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from robot.cases.crypto import KeyFileError, SealError
from robot.cases.database import StoreError
from robot.cases.rotation import rotate
from robot.staff.accounts import LastAdministrator
from robot.staff.audit import SEAL, HarmKind
from robot.staff.office import BackOffice
from robot.web.staff_view import KioskState


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


def list_staff(url: str, key_file: Path) -> str:
    """One line per account. Raises CommandError."""
    with _office(url, key_file) as office:
        found = asyncio.run(office.accounts.list())
    return (
        "\n".join(
            f"{one.account.id}  {one.account.role.value:<13}  {'locked' if one.locked else 'open':<6}  "
            f"{'+'.join(sorted(one.account.factors)) or '-':<12}  {one.account.name}"
            for one in found
        )
        or "There is no account yet; call: lotse staff add --name NAME --role administrator"
    )


def mend_staff(url: str, key_file: Path, action: str, name: str) -> str:
    """Lock, unlock or reset (second factors) the account of a name. Raises CommandError."""
    by = f"lotse staff {action}"
    with _office(url, key_file) as office:
        known = {one.account.name.casefold(): one.account for one in asyncio.run(office.accounts.list())}
        account = known.get(name.strip().casefold())
        if account is None:
            raise CommandError(f"There is no account {name}; `lotse staff list` shows all.")
        accounts = office.accounts
        work = {"lock": accounts.lock, "unlock": accounts.unlock, "reset": accounts.reset_factors}[action]
        try:
            asyncio.run(work(account.id, by))
        except LastAdministrator as error:
            raise CommandError(str(error)) from None
    out = "a running robot signs it out within seconds"
    return {
        "lock": f"The account {account.name} was locked; {out}.",
        "unlock": f"The account {account.name} was unlocked.",
        "reset": f"The account {account.name} was left without a second factor; {out}.",
    }[action]


def rotate_keys(url: str, key_file: Path, kiosk: str = "") -> str:
    """Rotate the keys; may run beside the running robot of this `kiosk`. Raises CommandError.

    Other kiosks of the town have copies of the key file, and would go on writing with the old key.
    """
    with _office(url, key_file, kiosk) as office:
        if office.database.shared:
            on = [other.name for other in office.kiosks.others()[0] if other.state is not KioskState.OFF]
            if on:
                raise CommandError(
                    f"Kiosks with a copy of the key file are running ({', '.join(on)}): switch them off, "
                    "rotate again, copy the key file to them, then start them."
                )
        done = rotate(office.database, office.keyring, office.audit, "lotse keys rotate")
    wrapped = f"{_several(done.cases, 'case was', 'cases were')} wrapped anew"
    gone = f"{_several(len(done.dropped), 'old key is', 'old keys are')} gone"
    return f"The new key is {done.key_id}: {wrapped}, {gone}."


def _several(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


_HARM = {
    HarmKind.CHANGED: "was changed",
    HarmKind.REMOVED: "was removed, and maybe more from there on",
    HarmKind.REORDERED: "was put in another place",
    HarmKind.APPENDED: "was appended by somebody else",
    HarmKind.REPLACED: "is of another log: the whole log was replaced or set back",
    HarmKind.SEAL: "is not covered by a seal: the seal of the log was changed or removed",
}


def audit_verify(url: str, key_file: Path, noted: str = "") -> str:
    """Check the audit log's chain; `noted`: "NUMBER:SEAL" of an earlier check.

    Raises CommandError that names the first harm and its entry.
    """
    number, _, seal = noted.partition(":")
    if noted and not (number.isdigit() and int(number) > 0 and len(seal) == SEAL):
        raise CommandError("What was noted is written NUMBER:SEAL, as an earlier check has told it.")
    with _office(url, key_file) as office:
        found = office.audit.examine((int(number), seal) if noted else None)
    if found.harm:
        raise CommandError(
            f"The audit log is broken at entry {found.harm.number}: it {_HARM[found.harm.kind]} "
            f"({found.harm.kind.value}). Keep the database as it is and ask who could write it."
        )
    told = f" To find out later whether it was set back, note {found.count}:{found.seal}."
    entries = _several(found.count, "entry", "entries")
    return f"The audit log is sound: {entries}.{told if found.count else ''}"


@contextlib.contextmanager
def _office(url: str, key_file: Path, kiosk: str = "") -> Iterator[BackOffice]:
    try:
        office = BackOffice.open(url, key_file, kiosk=kiosk)
        try:
            yield office
        finally:
            office.close()
    except (StoreError, KeyFileError, SealError) as error:
        raise CommandError(str(error)) from None
