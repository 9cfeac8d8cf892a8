"""The slip is German for the staff, and in the visitor's language where the printer has its letters."""

from __future__ import annotations

import pytest

from hardware.ports import Ticket
from robot.steps.hand_over import on_paper

PROFILE = "TM-T88III"
GERMAN = Ticket(
    town="Musterstadt",
    number="A-007",
    service="Personalausweis beantragen",
    issued="23.11.2026, 08:30 Uhr",
    place="Bürgerbüro",
    bring=("Geburtsurkunde",),
    qr="",
    note="Bitte nehmen Sie Platz.",
)


def slip(service: str, place: str, bring: str, note: str) -> Ticket:
    return Ticket(GERMAN.town, GERMAN.number, service, GERMAN.issued, place, (bring,), "", note)


@pytest.mark.parametrize(
    "other",
    [
        slip("Apply for an identity card", "Citizens' office", "Birth certificate", "Please take a seat."),
        slip("Demander une carte d'identité", "Bureau", "Acte de naissance", "Asseyez-vous."),
    ],
)
def test_both_languages_stand_on_the_slip(other: Ticket) -> None:
    paper = on_paper(GERMAN, other, PROFILE)
    assert paper.service == f"{GERMAN.service} / {other.service}"
    assert paper.bring == (f"{GERMAN.bring[0]} / {other.bring[0]}",)
    assert paper.note == f"{GERMAN.note} / {other.note}"
    assert (paper.number, paper.issued) == (GERMAN.number, GERMAN.issued)


def test_letters_that_the_printer_does_not_have_leave_the_slip_german() -> None:
    arabic = slip("طلب بطاقة هوية", "مكتب المواطنين", "شهادة الميلاد", "تفضل بالجلوس.")
    assert on_paper(GERMAN, arabic, PROFILE) == GERMAN


def test_a_german_visitor_reads_everything_once() -> None:
    assert on_paper(GERMAN, GERMAN, PROFILE) == GERMAN
