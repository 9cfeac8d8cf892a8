"""Sentences, the text for the ear, and the colleague's own words, without any sound."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.languages import COMPLETE
from dialogs.texts import FOR_STAFF
from hardware.ports import Utterance
from hardware.speech import lexicon, vocabulary
from hardware.speech.ear import Word, judged, without_ghosts_at_the_edges
from hardware.speech.echo import OwnVoice, heard_as, is_echo
from hardware.speech.grammar import corrects, expected
from hardware.speech.languages import LANGUAGES
from hardware.speech.lexicon import Lexicon
from hardware.speech.numbers import english_number, number_words, ordinal
from hardware.speech.sentences import spans
from tests import musterstadt

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
    assert lexicon.of("de").spoken(written) == spoken


@given(GERMAN)
def test_amounts_and_signs_never_reach_the_ear_as_signs(text: str) -> None:
    spoken = lexicon.of("de").spoken(text)
    assert "§" not in spoken
    assert "%" not in spoken
    assert not re.search(r"\d,\d\d €", spoken)


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_every_amount_is_said_with_its_euros(euro: int, cent: int) -> None:
    spoken = lexicon.of("de").spoken(f"Das macht {euro:,}".replace(",", ".") + f",{cent:02d} €.")
    if euro > 1:
        assert spoken == f"Das macht {euro} Euro{f' {cent}' if cent else ''}."


def test_a_broken_lexicon_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# ok\nPIN = Pinn\nPUK\n")
    with pytest.raises(ValueError, match=r"words\.txt:3: expected 'written = spoken'"):
        lexicon.load(file)
    file.write_text("PUK = Puck\n")
    assert Lexicon(lexicon.load(file), lexicon.german).spoken("Die PUK.") == "Die Puck."


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


@pytest.mark.parametrize(
    "written,spoken",
    [
        ("§ 9 Abs. 3 PAuswG", "Paragraf 9 Absatz 3 Personalausweisgesetz"),
        ("Der LeiKa-Schlüssel und die eID.", "Der LeiKa-Schlüssel und die e I D."),
        ("LeiKa", "Leika"),
        ("um 8:30 Uhr", "um 8 Uhr 30"),
        ("Hauptstr. 12a", "Hauptstraße 12 A"),
        ("Rufen Sie 02271 89-0 an.", "Rufen Sie 0 2 2 7 1, 8 9, 0 an."),
        ("+49 2271 89-100", "plus 4 9, 2 2 7 1, 8 9, 1 0 0"),
        ("Sperr-Notruf 116 116", "Sperr-Notruf 1 1 6, 1 1 6"),
        ("die Nummer 115", "die Nummer 1 1 5"),
        ("Das macht 115 Euro.", "Das macht 115 Euro."),
        ("Zimmer 204", "Zimmer 204"),
    ],
)
def test_law_streets_and_telephone_numbers_for_the_ear(written: str, spoken: str) -> None:
    assert lexicon.of("de").spoken(written) == spoken


@pytest.mark.parametrize(
    "written,spoken",
    [
        ("It costs €46.00.", "It costs 46 euros."),
        ("1 euro and 0.50 €", "1 euro and 50 cents"),
        ("€37.50", "37 euros 50"),
        ("§ 9 (3) PAuswG", "section 9 subsection 3 Identity Card Act"),
        ("open 8:00–12:30", "open 8 o'clock to 12 30"),
        ("at 8:05", "at 8 oh 5"),
        ("on 1 May 2026", "on the 1st of May 2026"),
        ("call 02271 89-0", "call 0 2 2 7 1, 8 9, 0"),
        ("with your eID", "with your e I D"),
    ],
)
def test_the_english_text_for_the_ear(written: str, spoken: str) -> None:
    assert lexicon.of("en").spoken(written) == spoken


@pytest.mark.parametrize(
    "written,spoken",
    [
        ("Es ist 9:05.", "Es ist 9 Uhr 5."),
        ("heute: 8:00–12:30, 14:00–16:00", "heute: 8 bis 12 Uhr 30, 14 bis 16 Uhr"),
        ("Standesamt: 1. Stock, Zimmer 104.", "Standesamt: erster Stock, Zimmer 104."),
        ("Schreiben Sie: BM-AB 123.", "Schreiben Sie: B M, A B, 123."),
        ("so: name@beispiel.de.", "so: name ät beispiel Punkt D E."),
        ("www.musterstadt.example/termine", "W W W Punkt musterstadt Punkt example Schrägstrich termine"),
        ("§ 5 Absatz 1 Satz 2", "Paragraf 5 Absatz 1 Satz 2"),
        ("§ 64 Abs. 1 SGB X", "Paragraf 64 Absatz 1 Sozialgesetzbuch zehn"),
        ("VwV-StVO", "Verwaltungsvorschrift zur Straßenverkehrsordnung"),
        ("z. B. 40 cm, ggf. 20 kg", "zum Beispiel 40 Zentimeter, gegebenenfalls 20 Kilogramm"),
        ("bzw. inkl. Str. 5", "beziehungsweise inklusive Straße 5"),
        ("PIN, PUK, MRZ, LeiKa und eID", "Pinn, Puck, Em-Err-Zett, Leika und e I D"),
        ("in der EU mit BAföG", "in der E-U mit Bafög"),
    ],
)
def test_what_stands_in_the_texts_is_said_as_one_would(written: str, spoken: str) -> None:
    assert lexicon.of("de").spoken(written) == spoken


@pytest.mark.parametrize(
    "written,spoken",
    [
        ("No. The town hall is closed.", "No. The town hall is closed."),
        ("annex no. 63", "annex number 63"),
        ("(section 56 (1) and (3) OWiG)", "(section 56 subsection 1 and 3 Administrative Offences Act)"),
        ("For example 12.08.1964", "For example the 12th of August 1964"),
        ("§ 23a BMG", "section 23 A Federal Registration Act"),
        ("like this: 450,00", "like this: 450 comma 00"),
        ("write name@beispiel.de", "write name at beispiel dot D E"),
        ("The EU and AI, with an IBAN", "The E U and A I, with an eye ban"),
        ("Room 204 on the 1st floor", "Room 204 on the 1st floor"),
    ],
)
def test_what_stands_in_the_english_texts_is_said_as_one_would(written: str, spoken: str) -> None:
    assert lexicon.of("en").spoken(written) == spoken


# for the clerk's page, what one says oneself, and the keys of the screen
_NOT_SAID = ("screen.say.", "screen.condition.", "screen.device.", "screen.refused.", "screen.label.key_")
_LEFT = re.compile(
    r"[§€%@&→=#]|\d:\d\d|\b[a-z]\. ?[a-z]\.|\b[A-ZÄÖÜ]{2,}|[a-zäöüß][A-ZÄÖÜ]|\d+ (?:cm|kg|km|qm)\b"
)


@pytest.mark.parametrize("lang", COMPLETE)
def test_no_sign_and_no_abbreviation_of_any_text_reaches_the_ear(lang: str) -> None:
    """What is left over here belongs into `hardware/speech/lexicons`."""
    texts, ear = musterstadt.texts(), lexicon.of(lang)
    left = {
        (key, found[0])
        for key in texts.below("")
        if not key.startswith((*_NOT_SAID, *FOR_STAFF)) and ".counter." not in key
        if not key.endswith((".spoken", ".purpose", "_say"))
        for wording in texts.all(lang, key)
        if (found := _LEFT.search(ear.spoken(wording)))
    }
    assert left == set()


def test_plain_german_is_cut_up_for_the_eye_only() -> None:
    assert lexicon.of("leicht").spoken("Ihr Personal·ausweis kostet 46,00 €.") == (
        "Ihr Personalausweis kostet 46 Euro."
    )


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_language_says_euros_and_paragraphs_as_words(lang: str) -> None:
    spoken = lexicon.of(lang).spoken("46,00 € (§ 9)")
    assert "46" in spoken
    assert not set("€§,") & set(spoken)


def test_english_words_for_numbers() -> None:
    assert [english_number(n) for n in (0, 16, 21, 100, 204, 2026)] == [
        *(
            "zero",
            "sixteen",
            "twenty one",
            "one hundred",
            "two hundred and four",
            "two thousand and twenty six",
        )
    ]
    assert heard_as("That is €46.", "en") == ["that", "is", "forty", "six", "euros"]


def heard(text: str, confidence: float) -> list[Word]:
    return [Word(word, confidence, at, at + 0.3) for at, word in enumerate(text.split())]


@pytest.mark.parametrize(
    "free,confidence,narrow,corrected",
    [
        ("der loren", 0.6, "verloren", True),
        ("ab gelaufen", 0.8, "abgelaufen", True),
        ("ab gelaufen", 0.95, "abgelaufen", False),
        ("wo ist das standesamt", 0.6, "verloren", False),
        ("der loren", 0.6, "[unk]", False),
        ("stopp", 0.6, "stop", False),
    ],
)
def test_a_grammar_corrects_doubtful_words_that_sound_alike_and_no_others(
    free: str, confidence: float, narrow: str, corrected: bool
) -> None:
    assert corrects(free.split(), confidence, narrow.split(), vocabulary.GERMAN) is corrected


def test_however_many_answers_a_question_has_one_can_stop() -> None:
    for expect in ("word", "number", "sentence"):
        phrases = expected(expect, {f"antwort {number}" for number in range(1000)}, vocabulary.GERMAN)
        assert set(phrases) >= vocabulary.GERMAN.stop
        assert len(phrases) < 500


def test_babble_at_the_edges_of_a_sentence_is_cut_off() -> None:
    words = heard("ü", 0.4) + heard("ich brauche hilfe", 0.9) + heard("ja", 0.3)
    kept = without_ghosts_at_the_edges(words, vocabulary.GERMAN)
    assert [word.text for word in kept] == ["ich", "brauche", "hilfe"]
    assert len(without_ghosts_at_the_edges(heard("ja", 0.3), vocabulary.GERMAN)) == 1


def test_a_voice_that_hardly_stands_out_of_the_noise_must_be_understood_better() -> None:
    words = heard("das ist schön", 0.6)
    assert isinstance(judged(words, 0.8, 1.0, 2.0, over_noise=20), Utterance)
    assert judged(words, 0.8, 1.0, 2.0, over_noise=2) is None


def test_a_stop_word_passes_every_gate() -> None:
    assert isinstance(judged(heard("stopp", 0.5), 0.3, 1.0, 2.0, over_noise=1.5), Utterance)
