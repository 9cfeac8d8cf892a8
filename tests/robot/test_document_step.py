"""What was read from a machine-readable zone, as the form proposes it."""

from hardware.ports import MrzRead
from robot.steps.document import _as_written, _doubtful

TD1 = ("IDD<<T220001293<<<<<<<<<<<<<<<", "6408125<2010315D<<<<<<<<<<<<<4", "MUSTERMANN<<ERIKA<<<<<<<<<<<<<")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def read(lines: tuple[str, ...], *doubtful: tuple[int, int]) -> MrzRead:
    return MrzRead(lines, {}, True, False, doubtful, ())


def test_a_doubtful_character_of_a_name_is_marked_where_it_stands() -> None:
    card = read(TD1, (2, 3), (2, 13), (0, 4))
    assert _doubtful(card, "surname", len("Mustermann")) == (3,)
    assert _doubtful(card, "given_names", len("Erika")) == (1,)


def test_in_a_passport_the_names_begin_after_the_issuing_state() -> None:
    passport = read(TD3, (0, 5), (0, 15))
    assert _doubtful(passport, "surname", len("Eriksson")) == (0,)
    assert _doubtful(passport, "given_names", len("Anna Maria")) == (0,)


def test_names_and_dates_are_proposed_as_people_write_them() -> None:
    zone = {"surname": "MUSTER MANN", "birth_date": "1964-08-12", "nationality": "D", "expiry_date": ""}
    assert _as_written("surname", zone) == "Muster Mann"
    assert _as_written("birth_date", zone) == "12.08.1964"
    assert _as_written("nationality", zone) == "deutsch"
    assert _as_written("expiry_date", zone) == ""
