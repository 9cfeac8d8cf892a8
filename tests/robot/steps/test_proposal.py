"""What was read from a document, as the form proposes it."""

from hardware.ports import (
    Authenticity,
    CardKind,
    ChipCheck,
    DocumentRead,
    MrzRead,
    Verdict,
)
from robot.steps.chip import key_of, kind_of
from robot.steps.proposal import as_written, doubtful, from_chip

TD1 = ("IDD<<T220001293<<<<<<<<<<<<<<<", "6408125<2010315D<<<<<<<<<<<<<4", "MUSTERMANN<<ERIKA<<<<<<<<<<<<<")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def read(lines: tuple[str, ...], *doubtful: tuple[int, int], **fields: str) -> MrzRead:
    return MrzRead(lines, fields, True, False, doubtful, ())


def test_a_doubtful_character_of_a_name_is_marked_where_it_stands() -> None:
    card = read(TD1, (2, 3), (2, 13), (0, 4))
    assert doubtful(card, "surname", len("Mustermann")) == (3,)
    assert doubtful(card, "given_names", len("Erika")) == (1,)


def test_in_a_passport_the_names_begin_after_the_issuing_state() -> None:
    passport = read(TD3, (0, 5), (0, 15))
    assert doubtful(passport, "surname", len("Eriksson")) == (0,)
    assert doubtful(passport, "given_names", len("Anna Maria")) == (0,)


def test_names_and_dates_are_proposed_as_people_write_them() -> None:
    zone = {"surname": "MUSTER MANN", "birth_date": "1964-08-12", "nationality": "D", "expiry_date": ""}
    assert as_written("surname", zone) == "Muster Mann"
    assert as_written("birth_date", zone) == "12.08.1964"
    assert as_written("nationality", zone) == "deutsch"
    assert as_written("expiry_date", zone) == ""


def test_a_name_as_the_chip_spells_it_goes_before_the_one_without_umlauts() -> None:
    chip = DocumentRead(
        kind=CardKind.PASSPORT,
        access="pace-mrz",
        protocol="",
        chip_authentication=ChipCheck.PASSED,
        active_authentication=ChipCheck.NOT_OFFERED,
        authenticity=Authenticity(Verdict.AUTHENTIC),
        lines=TD3,
        fields={"surname": "OEZDEMIR SCHAEFER", "given_names": "ERIKA", "spelled_surname": "ÖZDEMIR-SCHÄFER"},
        groups=("DG1", "DG11"),
        refused={},
        faults={},
        portrait=None,
        ms=1.0,
    )
    values = from_chip(chip)
    assert as_written("surname", values) == "Özdemir-Schäfer"
    assert as_written("given_names", values) == "Erika"


def test_the_zone_under_the_camera_tells_which_card_it_belongs_to_and_opens_it() -> None:
    passport = read(TD3, document_type="P", issuer="UTO")
    card = read(TD1, document_type="ID", issuer="D")
    assert kind_of(passport) is CardKind.PASSPORT
    assert kind_of(card) is CardKind.GERMAN_ID
    assert kind_of(read(TD1, document_type="AR", issuer="D")) is CardKind.GERMAN_EAT
    assert kind_of(read(TD1, document_type="I", issuer="UTO")) is CardKind.FOREIGN_ID
    assert kind_of(read(TD3, document_type="V", issuer="UTO")) is CardKind.UNKNOWN
    key = key_of(passport)
    assert key is not None
    assert (key.number.rstrip("<"), key.birth_date, key.expiry_date) == ("L898902C3", "740812", "120415")
    assert "L898902C3" not in repr(key)
