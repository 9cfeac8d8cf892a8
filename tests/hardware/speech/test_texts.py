"""Sentences, the text for the ear, and the colleague's own words, without any sound."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.speech import lexicon
from hardware.speech.echo import OwnVoice, heard_as, is_echo
from hardware.speech.lexicon import Lexicon
from hardware.speech.numbers import number_words, ordinal
from hardware.speech.sentences import spans

GERMAN = st.text(alphabet="aäbdeEGIiknNoßtuZ0123456789 .,!?…§€%\n:-–„“()z.B ", max_size=120)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bringen Sie z. B. Ihren Pass mit.",
        "Bringen Sie z.B. Ihren Pass mit.",
        "Das steht in § 1 Abs. 1 Nr. 2 PAuswG.",
        "Das kostet 46,00 Euro.",
        "Das kostet 1.250,00 Euro im Jahr.",
        "Am 1. Mai 2026 ist geschlossen.",
        "Seit dem 01.05.2025 gilt das.",
        "Gehen Sie in den 3. Stock zu Zimmer 12.",
        "Fragen Sie Dr. Utopia oder Fr. Muster.",
        "Das gilt i. d. R. ab 24 Jahren usw. in der Stadt.",
        "Kommen Sie um 10.30 Uhr.",
        "Der Ausweis (Nr. 5) liegt bereit.",
    ],
)
def test_full_stops_within_a_sentence_do_not_split_it(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    "text,count",
    [
        ("Guten Tag. Was kann ich für Sie tun?", 2),
        ("Wirklich? Ja! Gut.", 3),
        ("Das kostet 46. Danach geht es weiter.", 2),
        ("Das gilt seit 2025. Sie brauchen ein Foto.", 2),
        ("Erste Zeile\nZweite Zeile", 2),
        ("„Stopp.“ Dann ist Ruhe.", 2),
        ("Mal sehen … Ja.", 2),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(spans(text)) == count


@given(GERMAN)
def test_every_letter_lies_in_exactly_one_sentence(text: str) -> None:
    found = spans(text)
    assert all(
        start < end and not text[start].isspace() and not text[end - 1].isspace() for start, end in found
    )
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(found))
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "written,spoken",
    [
        ("Das kostet 46,00 €.", "Das kostet 46 Euro."),
        ("37,50 EUR", "37 Euro 50"),
        ("1,00 Euro und 0,50 €", "ein Euro und 50 Cent"),
        ("1.250,00 €", "1250 Euro"),
        ("§ 1 Abs. 1 Nr. 2 PAuswG", "Paragraf 1 Absatz 1 Nummer 2 Personalausweisgesetz"),
        ("Mo von 8:00–12:30 Uhr", "Mo von 8 bis 12 Uhr 30"),
        ("um 10.00 Uhr", "um 10 Uhr"),
        ("am 1. Mai 2026", "am ersten Mai 2026"),
        ("seit dem 01.05.2025", "seit dem ersten Mai 2025"),
        ("3. Oktober", "dritter Oktober"),
        ("im 3. Stock", "im dritten Stock"),
        ("mit der PIN", "mit der Pinn"),
        ("OPINION", "OPINION"),
        ("Guten Tag.", "Guten Tag."),
    ],
)
def test_the_text_for_the_ear(written: str, spoken: str) -> None:
    assert lexicon.german().spoken(written) == spoken


@given(GERMAN)
def test_amounts_and_signs_never_reach_the_ear_as_signs(text: str) -> None:
    spoken = lexicon.german().spoken(text)
    assert "§" not in spoken
    assert "%" not in spoken
    assert not re.search(r"\d,\d\d €", spoken)


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_every_amount_is_said_with_its_euros(euro: int, cent: int) -> None:
    spoken = lexicon.german().spoken(f"Das macht {euro:,}".replace(",", ".") + f",{cent:02d} €.")
    if euro > 1:
        assert spoken == f"Das macht {euro} Euro{f' {cent}' if cent else ''}."


def test_a_broken_lexicon_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# ok\nPIN = Pinn\nPUK\n")
    with pytest.raises(ValueError, match=r"words\.txt:3: expected 'written = spoken'"):
        lexicon.load(file)
    file.write_text("PUK = Puck\n")
    assert Lexicon(lexicon.load(file)).spoken("Die PUK.") == "Die Puck."


@pytest.mark.parametrize(
    "number,word",
    [
        *((0, "null"), (1, "eins"), (16, "sechzehn"), (21, "einundzwanzig"), (46, "sechsundvierzig")),
        *((101, "einhunderteins"), (213, "zweihundertdreizehn"), (2026, "zweitausendsechsundzwanzig")),
    ],
)
def test_numbers_in_words(number: int, word: str) -> None:
    assert number_words(number) == word


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 7, 8, 19, 20, 31)] == [
        *("erste", "zweite", "dritte", "siebte", "achte", "neunzehnte", "zwanzigste", "einunddreißigste")
    ]


SAID = "Der Personalausweis kostet 46,00 Euro und ist nach drei Wochen fertig."


@pytest.mark.parametrize(
    "heard",
    [
        "der personalausweis kostet sechsundvierzig euro",
        "personalausweis kostet sechs und vierzig euro",
        "nach drei wochen fertig",
        "ist nach zwei wochen fertig",
        "personal ausweis",
    ],
)
def test_what_the_colleague_says_is_an_echo_even_misheard(heard: str) -> None:
    assert is_echo(heard.split(), heard_as(SAID))


@pytest.mark.parametrize(
    "heard", ["ich habe ihn verloren", "nein danke", "stopp", "wo ist das bürgerbüro", "ja"]
)
def test_what_somebody_else_says_is_none(heard: str) -> None:
    assert not is_echo(heard.split(), heard_as(SAID))


@given(
    st.lists(st.sampled_from(["ausweis", "kostet", "drei", "wochen", "tag", "euro"]), min_size=1, max_size=8)
)
def test_any_sentence_is_its_own_echo(said: list[str]) -> None:
    assert is_echo(heard_as(" ".join(said)), heard_as(" ".join(said)))
    assert not is_echo([], said)
    assert not is_echo(said, [])


def test_the_colleagues_voice_is_remembered_for_as_long_as_it_can_be_heard() -> None:
    own = OwnVoice()
    own.set("Guten Tag.", 1.0)
    own.set("Was kann ich tun?", 2.0)
    own.set(None, 3.0)
    assert [own.sounds_at(at) for at in (0.9, 1.5, 2.5, 3.1, 4.0)] == [False, True, True, True, False]
    assert not own.sounds_at(3.1, tail=0.0)
    assert own.words_between(1.1, 1.9) == ["guten", "tag"]
    assert own.words_between(2.5, 9.0) == ["was", "kann", "ich", "tun"]
    assert own.words_between(4.0, 9.0) == []
