"""One reading of an identity document, inside the process that talks to PC/SC.

Whatever a chip says is parsed here and nowhere else: a chip that makes a parser crash or hang brings down
this process, which the driver starts again. Fields and outcomes leave it, the portrait never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hardware.cards.emrtd import lds, passive
from hardware.cards.emrtd.document import RawDocument, read_document
from hardware.cards.emrtd.secrets import CanSecret, MrzSecret
from hardware.cards.emrtd.trust import TrustError, TrustStore
from hardware.cards.iso7816 import (
    Cancelled,
    CardError,
    CardGone,
    CardLied,
    CardMute,
    CardRefused,
    CardUnsupported,
    WrongSecret,
)
from hardware.ports import ReadFault

_PROGRESS_STEPS = 50  # reports of one file at most


class Unread(Exception):
    """The reading failed; `fault` as the driver's port names it, the message is for the log."""

    def __init__(self, fault: ReadFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True)
class Request:
    """What the driver asks for. `secret` is in no representation of it."""

    number: int
    reader: str
    kinds: frozenset[str]
    secret: MrzSecret | CanSecret = field(repr=False)
    trust: Path | None
    on: date
    trace: bool

    @classmethod
    def of(cls, message: dict[str, Any]) -> Request:
        """From the line on standard input. Raises Unread."""
        secret = message["secret"]
        try:
            key = (
                CanSecret(secret["can"])
                if "can" in secret
                else MrzSecret(secret["number"], secret["birth_date"], secret["expiry_date"])
            )
        except ValueError:
            raise Unread(ReadFault.WRONG_KEY, "That is no key of a document.") from None
        return cls(
            number=message["id"],
            reader=message["reader"],
            kinds=frozenset(message["kinds"]),
            secret=key,
            trust=Path(message["trust"]) if message["trust"] else None,
            on=date.fromisoformat(message["on"]),
            trace=message["trace"],
        )


def read(
    request: Request,
    transmit: Callable[[bytes], bytes],
    *,
    progress: Callable[[str, int, int], None],
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Open the chip, read, check: the outcome as `DocumentRead` has it, fit for JSON. Raises CardError.

    The portrait is read for its hash (a portrait that was exchanged is the forgery that passive
    authentication is for) and its size, and goes no further.
    """
    begun = time.perf_counter()
    raw = read_document(transmit, request.secret, progress=_seldom(progress), cancelled=cancelled)
    return _told(raw, request) | {"ms": round((time.perf_counter() - begun) * 1000, 1)}


@contextmanager
def typed() -> Iterator[None]:
    """What goes wrong with a card as `Unread`."""
    try:
        yield
    except WrongSecret as error:
        raise Unread(ReadFault.WRONG_KEY, "The zone or number does not belong to this chip.") from error
    except CardRefused as error:
        raise Unread(ReadFault.REFUSED, f"The chip declined with status {error.sw:04X}.") from error
    except CardUnsupported as error:
        raise Unread(ReadFault.REFUSED, "The chip wants a protocol or a key that is not at hand.") from error
    except CardLied as error:
        raise Unread(ReadFault.LIED, "The chip answers what no chip of its kind does.") from error
    except CardGone as error:
        raise Unread(ReadFault.GONE, "The card was taken away while it was read.") from error
    except Cancelled as error:
        raise Unread(ReadFault.CANCELLED, "The reading was cancelled.") from error
    except (CardMute, CardError) as error:
        raise Unread(ReadFault.MUTE, "The chip does not answer.") from error


def _told(raw: RawDocument, request: Request) -> dict[str, Any]:
    faults: dict[str, str] = {}
    told = _Told()
    for name in raw.files:
        if name in ("DG1", "DG2", "DG11", "DG12"):
            try:
                told.take(lds.parse({name: raw.files[name]}))
            except lds.LdsError as error:
                faults[name] = str(error)
    return {
        "access": raw.access,
        "protocol": raw.pace,
        "chip_authentication": raw.chip_authentication,
        "active_authentication": raw.active_authentication,
        "authenticity": _authenticity(raw.files, request),
        "lines": told.lines,
        "fields": told.fields,
        "groups": sorted(raw.files, key=_order),
        "refused": raw.refused,
        "faults": faults,
        "portrait": told.portrait,
    }


def _order(name: str) -> tuple[bool, int, str]:
    digits = name.removeprefix("DG")
    return digits.isdigit(), int(digits) if digits.isdigit() else 0, name


def _authenticity(files: dict[str, bytes], request: Request) -> dict[str, Any]:
    try:
        trust = TrustStore.open(request.trust) if request.trust else TrustStore.empty()
    except (TrustError, OSError) as error:
        return {
            "verdict": "not_checkable",
            "altered": [],
            "reason": f"The trust store cannot be opened ({error}).",
            "signer": "",
            "issuer": "",
        }
    checked = passive.check(files, trust, on=request.on)
    return {
        "verdict": checked.verdict.value,
        "altered": list(checked.altered),
        "reason": checked.reason,
        "signer": checked.signer,
        "issuer": checked.issuer,
    }


class _Told:
    """What of the groups is told to the driver: as text, without the portrait."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.fields: dict[str, str] = {}
        self.portrait: dict[str, Any] | None = None

    def take(self, data: lds.DocumentData) -> None:
        if data.mrz:
            self.lines = list(data.mrz.lines)
            self.fields |= data.mrz.fields
        if data.portrait:
            self.portrait = {
                "format": data.portrait.format,
                "width": data.portrait.width,
                "height": data.portrait.height,
                "octets": len(data.portrait.image),
            }
        if person := data.person:
            self._add(
                full_name=person.full_name,
                spelled_surname=person.surname,
                spelled_given_names=person.given_names,
                birth_place=person.birth_place,
                address=person.address,
            )
        if issuing := data.issuing:
            self._add(issuing_authority=issuing.authority, date_of_issue=issuing.issue_date)

    def _add(self, **values: Any) -> None:
        for name, value in values.items():
            text = ", ".join(value) if isinstance(value, tuple) else value
            if text:
                self.fields[name] = str(text)


def _seldom(progress: Callable[[str, int, int], None]) -> Callable[[str, int, int], None]:
    """The first and last report of each file, and between them those that tell of a step forward."""
    last: tuple[str, int] = ("", 0)

    def tell(file: str, done: int, total: int) -> None:
        nonlocal last
        if file != last[0] or done >= total or (done - last[1]) * _PROGRESS_STEPS >= total:
            last = (file, done)
            progress(file, done, total)

    return tell


def describe(command: bytes, answer: bytes | None, ms: float) -> str:
    """One line of the trace: header, lengths, status word, duration; contents are only counted.

    Data and the parameters of a protected command are left out of it (ISO/IEC 7816-4 section 5.2).
    """
    header = command[:4].hex(" ").upper()
    sent, wanted = _lengths(command)
    line = f"> {header}  Lc {sent}  Le {wanted}"
    if answer is None:
        return f"{line}\n< no answer  {ms:.1f} ms"
    return f"{line}\n< {len(answer) - 2} octets  {answer[-2:].hex().upper()}  {ms:.1f} ms"


def _lengths(command: bytes) -> tuple[int, str]:
    """Octets of data sent, and what is expected ("-" = nothing), of a short or extended command."""
    body = command[4:]
    if not body:
        return 0, "-"
    if len(body) == 1:
        return 0, str(body[0] or 256)
    if body[0] == 0 and len(body) >= 3:
        size = int.from_bytes(body[1:3])
        if len(body) == 3:
            return 0, str(size or 65536)
        rest = body[3 + size :]
        return size, str(int.from_bytes(rest) or 65536) if rest else "-"
    rest = body[1 + body[0] :]
    return body[0], str(rest[0] or 256) if rest else "-"
