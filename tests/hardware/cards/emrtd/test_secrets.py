"""What opens a chip (ICAO 9303-11 appendix D.2)."""

import pytest

from hardware.cards.emrtd.secrets import CanSecret, MrzSecret


@pytest.mark.parametrize(
    "lines, information",
    [
        (
            [
                "I<UTOD23145890<7349<<<<<<<<<<<",
                "3407127M9507122UTO<<<<<<<<<<<2",
                "STEVENSON<<PETER<<<<<<<<<<<<<<",
            ],
            "D23145890734934071279507122",
        ),
        (
            [
                "I<UTOL898902C<3<<<<<<<<<<<<<<<",
                "6908061F9406236UTO<<<<<<<<<<<1",
                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            ],
            "L898902C<369080619406236",
        ),
        (
            ["I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"],
            "D23145890734934071279507122",
        ),
        (
            ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236<<<<<<<8"],
            "L898902C<369080619406236",
        ),
        (
            [
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                "L898902C<3UTO6908061F9406236ZE184226B<<<<<14",
            ],
            "L898902C<369080619406236",
        ),
    ],
    ids=["TD1, long number", "TD1", "TD2, long number", "TD2", "TD3"],
)
def test_the_zone_of_every_format_gives_number_birth_and_expiry_with_check_digits(lines, information):
    assert MrzSecret.from_lines(lines).information == information


def test_the_key_seed_is_that_of_the_worked_example():
    secret = MrzSecret("L898902C<", "690806", "940623")
    assert secret.key_seed[:16].hex().upper() == "239AB9CB282DAF66231DC5A4DF6BFBAE"


def test_a_number_opens_with_and_without_its_fillers():
    with_fillers, without = MrzSecret("T22<<<<<<", "640812", "101031"), MrzSecret("T22", "640812", "101031")
    assert with_fillers.key_seed == without.key_seed


@pytest.mark.parametrize("lines", [[], ["P<UTO"], ["x" * 44, "y" * 44], ["A" * 30] * 2])
def test_lines_that_are_no_zone_are_refused(lines):
    with pytest.raises(ValueError):
        MrzSecret.from_lines(lines)


@pytest.mark.parametrize("can", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_an_access_number_has_six_digits(can):
    with pytest.raises(ValueError, match="six digits"):
        CanSecret(can)


def test_a_secret_does_not_show_what_it_holds():
    assert "640812" not in repr(MrzSecret("T22000129", "640812", "101031"))
    assert "123456" not in repr(CanSecret("123456"))
