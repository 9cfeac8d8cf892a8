"""Lays out a ticket and turns it into ESC/POS."""

from __future__ import annotations

import textwrap

from escpos.capabilities import CAPABILITIES
from escpos.printer import Dummy

from hardware.ports import Ticket

_LABELS = {
    "number": "Ihre Nummer",
    "service": "Anliegen",
    "issued": "Ausgegeben",
    "place": "Ort",
    "bring": "Bitte bringen Sie mit:",
    "reference": "Vorgang",
}
_LARGEST = 5  # times a normal character
_QR_MODULE = 6  # dots: 0.85 mm at 180 dpi, read by any telephone
_BOX = "[ ] "


def check_profile(profile: str) -> None:
    """Raises ValueError when python-escpos has no such profile."""
    if profile not in CAPABILITIES["profiles"]:
        known = "TM-T88III, TM-T88V or default"
        raise ValueError(
            f"[printer] profile: {profile!r} is unknown; write one of python-escpos, such as {known}."
        )


def printable(text: str, profile: str) -> bool:
    """Whether the profile's code pages have every character of the text."""
    encoder = Dummy(profile=profile).magic.encoder
    return all(encoder.find_suitable_encoding(character) for character in set(_plain(text)))


def slip(ticket: Ticket, profile: str) -> bytes:
    """The ticket as one ESC/POS job that ends with the cut.

    Args:
        ticket: what it says; `labels` replaces the German labels (number, service, issued, place, bring,
            reference). Control characters are printed as blanks, so no text can give the printer orders.
        profile: name of a python-escpos printer profile; its columns, code pages and QR ability are used.

    """
    printer = Dummy(profile=profile)
    columns: int = printer.profile.get_columns("a")
    labels = {**_LABELS, **ticket.labels}
    rule = "-" * columns

    def lines(text: str, *, indent: str = "", first: str = "", wide: int = 1) -> None:
        for line in _wrapped(text, columns // wide, first, indent):
            printer.textln(line)

    printer.hw("INIT")
    printer.set(align="center", bold=True, double_height=True)
    lines(ticket.town)
    printer.set(align="center", bold=False, normal_textsize=True)
    printer.textln(rule)
    lines(labels["number"])
    number = _plain(ticket.number)
    factor = max(1, min(_LARGEST, columns // max(1, len(number))))
    printer.set(bold=True, custom_size=True, width=factor, height=factor)
    lines(number, wide=factor)
    printer.set(bold=False, normal_textsize=True)
    printer.textln(rule)

    printer.set(align="left")
    for label, text in (("service", ticket.service), ("issued", ticket.issued), ("place", ticket.place)):
        if text:
            lines(f"{labels[label]}: {text}", indent="  ")
    if ticket.bring:
        printer.textln(rule)
        printer.set(bold=True)
        lines(labels["bring"])
        printer.set(bold=False)
        for item in ticket.bring:
            lines(item, first=_BOX, indent=" " * len(_BOX))
    if ticket.qr:
        printer.textln(rule)
        printer.set(align="center")
        native = printer.profile.supports("qrCode")
        if native or printer.profile.supports("bitImageRaster"):
            printer.qr(ticket.qr, native=native, size=_QR_MODULE)
            printer.textln()
        lines(f"{labels['reference']} {ticket.qr}")
    if ticket.note:
        printer.set(align="center")
        printer.textln()
        lines(ticket.note)
    printer.cut()
    return bytes(printer.output)


def _plain(text: str) -> str:
    """The text without control characters, blanks in a row made one."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _wrapped(text: str, width: int, first: str, indent: str) -> list[str]:
    return textwrap.wrap(
        _plain(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
