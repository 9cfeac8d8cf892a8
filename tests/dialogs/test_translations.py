"""Who speaks another language reads and hears it; every fault in a translation is told with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import get_args

import pytest

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.formats import clock, day, money
from dialogs.languages import COMPLETE, LANGUAGES
from dialogs.protocol import LanguageCode
from dialogs.texts import TextError, Texts
from dialogs.vocabulary import SAYS

ROOT = Path(__file__).resolve().parents[2]
PREPARED = tuple(code for code, language in LANGUAGES.items() if not language.complete)

# the fixed texts of the identity card's journey beside the service's own (README of the languages: only the
# clerk's texts, phrases to say, and messages about rare faults are German elsewhere)
SCREEN = re.split(
    r"\s+",
    """badge touch microphone greeting aside idle.caption welcome. checklist. consent. camera.
    hint. form. review.title review.text review.say review.choices review.documents brought.
    origin. ticket. feedback. goodbye. time.warning card.german_id card.german_eat card.passport
    card.foreign_id card.unknown card.mute card.pulled chip.consent. chip.title chip.text chip.say
    chip.reading chip.read chip.not_taken chip.gave_up help.called help.coming help.emergency dialogue.down
    step.failed notice. button.continue button.consent button.decline button.without button.submit
    button.confirm button.edit button.finish button.thumb_up button.thumb_down button.skip button.back
    button.repeat button.help button.stop button.extend button.end button.type_code button.without_code
    button.copy_ photo. copy. label.""",
)
DIALOGUE = re.split(
    r"\s+",
    """ai privacy greet greet.idle thank stop. staff. back. help. step. service. fee. documents.
    duration.which field.missing field.too_long field.no_date field.not_past field.no_number
    field.out_of_range field.no_postcode field.no_option field.characters language.changed""",
)
# signs, and the code of the step `info`, which the journey does not have
SIGNS = tuple(f"screen.label.{name}" for name in ("key_accents", "key_letters", "date_hint", "qr_online"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(ROOT / "dialogs/services", ROOT / "town/musterstadt.yml")


@pytest.fixture(scope="module")
def texts(catalogue: Catalogue) -> Texts:
    return Texts.load(ROOT / "dialogs/texts", catalogue)


def test_german_english_and_plain_german_have_every_text(texts: Texts) -> None:
    assert COMPLETE == ("de", "leicht", "en")
    assert texts.missing() == []
    assert texts.check(SAYS) == []


def journey_keys(catalogue: Catalogue, texts: Texts) -> list[str]:
    starts = tuple(f"screen.{name}" for name in SCREEN) + tuple(DIALOGUE)
    fixed = [
        key
        for key in texts.below("")
        if any(key == start or (start[-1] in "._" and key.startswith(start)) for start in starts)
    ]
    own = [
        key
        for key in catalogue.texts()
        if key.startswith("identity_card.") and ".counter." not in key and not key.endswith(".purpose")
    ]
    return [key for key in [*fixed, *own] if key not in SIGNS]


@pytest.mark.parametrize("lang", PREPARED)
def test_the_journey_to_an_identity_card_stands_in_every_language(
    catalogue: Catalogue, texts: Texts, lang: str
) -> None:
    keys = journey_keys(catalogue, texts)
    assert len(keys) > 300
    assert [key for key in keys if not texts.own(lang, key)] == []


@pytest.mark.parametrize("lang", PREPARED)
def test_what_no_translator_has_signed_says_so(lang: str) -> None:
    files = [
        *(ROOT / "dialogs/texts" / lang).glob("*.yml"),
        *(ROOT / "dialogs/services" / lang).glob("*.yml"),
    ]
    assert files
    for file in files:
        assert file.read_text(encoding="utf-8").startswith("translation: {prepared: machine, signed: "), file


# German sentences that can follow on themselves; whatever else has several German wordings belongs to them
SAID_AGAIN = re.split(
    r"\s+",
    """misunderstood.first misunderstood.second misunderstood.third misunderstood.idle
    misunderstood.idle_again misunderstood.step misunderstood.unheard meant.one meant.two meant.which
    meant.neither scope.sorry stop.ask staff.called step.failed help.question help.step help.idle desk.wait
    screen.time.warning screen.form.left screen.form.error screen.form.errors screen.dialogue.down
    screen.ticket.store_failed screen.takeover.waiting""",
)


def said_again(texts: Texts) -> list[str]:
    """Every key with several wordings that is said, and not a list of phrases that are understood."""
    phrases = ("screen.dictation.stop", "screen.dictation.skip", "screen.dictation.wrong")
    return [
        key
        for key in texts.below("")
        if len(texts.variants("de", key)) > 1
        and not key.startswith(("screen.say.", *phrases))
        and not key.endswith((".spoken", ".say"))
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_can_follow_on_itself_is_said_in_other_words_in_every_language(texts: Texts, lang: str) -> None:
    keys = said_again(texts)
    assert set(SAID_AGAIN) <= set(keys)
    once = [key for key in keys if texts.own(lang, key) and len(set(texts.variants(lang, key))) < 2]
    assert once == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_is_not_understood_again_and_again_hears_no_sentence_twice_in_a_row(
    texts: Texts, lang: str
) -> None:
    for key in ("misunderstood.third", "misunderstood.idle_again", "misunderstood.step"):
        said = ""
        for _ in range(6):
            before, said = said, texts.pick(lang, key, avoid=said)
            assert said != before, key


@pytest.mark.parametrize("lang,letters", [("ar", r"[\u0600-\u06ff]"), ("uk", "[а-яіїєґ]"), ("ru", "[а-яё]")])
def test_a_language_is_written_in_its_letters(texts: Texts, lang: str, letters: str) -> None:
    for key in ("screen.greeting", "identity_card.reason.text", "field.missing", "screen.button.continue"):
        assert re.search(letters, texts.variants(lang, key)[0].lower())


def test_a_language_without_an_own_text_says_it_in_german(texts: Texts) -> None:
    assert texts.get("tr", "passport.label") == texts.get("de", "passport.label")
    assert texts.maybe("tr", "identity_card.residence.yes.label") == "Evet"
    assert texts.maybe("tr", "identity_card.reason.lost.hint") == ""
    with pytest.raises(KeyError, match="no text"):
        texts.get("tr", "screen.nowhere")


def test_plain_german_keeps_its_sentences_short(catalogue: Catalogue, texts: Texts) -> None:
    keys = [key for key in journey_keys(catalogue, texts) if not key.startswith("screen.refused")]
    longest = {
        sentence: len(words)
        for key in keys
        for wording in texts.variants("leicht", key)
        for sentence in re.split(r"[.!?:]\s", re.sub(r"\([^)]*\)", "", wording))
        if len(words := re.findall(r"[\w{}·-]+", sentence)) > 9
    }
    assert longest == {}


def test_the_dialogue_and_the_menu_know_the_same_languages() -> None:
    assert set(get_args(LanguageCode)) == set(LANGUAGES)


# --- phrases: one model for all who are heard ------------------------------------------------------------


def test_english_phrases_stand_beside_the_german_ones(catalogue: Catalogue, texts: Texts) -> None:
    service = catalogue.service("identity_card")
    lost = service.question("reason").choice("lost")
    assert lost is not None
    assert {"verloren", "i lost it"} <= set(lost.say)
    assert lost.say0 == "ich habe ihn verloren"
    assert {"personalausweis", "identity card"} <= set(service.names)
    assert {"ich brauche einen personalausweis", "i need a new identity card"} <= set(service.examples)
    assert texts.all("en", "identity_card.reason.lost.spoken")[0] == "i lost it"
    assert texts.all("leicht", "identity_card.reason.lost.spoken")[0] == "ich habe ihn verloren"


# --- faults ----------------------------------------------------------------------------------------------

SERVICE = """
id: bench
label: Bank reservieren
say: Ich brauche eine Bank.
start: "Gern, {place}."
examples: [a b, b c, c d, d e, e f, f g, g h, h i, i j, j k]
questions:
  - slot: colour
    label: Farbe
    text: Welche Farbe?
    again: Noch einmal, welche Farbe?
    other: Rot oder blau?
    choices:
      - {id: red, label: Rot, say: [rot]}
      - {id: blue, label: Blau, say: [blau]}
journey:
  - {ask: which, label: Farbe, slots: [colour]}
  - {step: feedback, label: Abschied}
"""


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., list[str]]:
    services = tmp_path / "services"
    services.mkdir()
    (services / "bench.yml").write_text(SERVICE, encoding="utf-8")

    def load(text: str, lang: str = "en", name: str = "bench") -> list[str]:
        (services / lang).mkdir(exist_ok=True)
        (services / lang / f"{name}.yml").write_text(text, encoding="utf-8")
        try:
            Catalogue.load(services, ROOT / "town/musterstadt.yml")
        except CatalogueError as error:
            return [line.replace(f"{services}/", "") for line in error.errors]
        return []

    return load


@pytest.mark.parametrize(
    "text,said",
    [
        ("label: Bench\nsize: big\n", "en/bench.yml:2: 'bench.size' is no key of the German texts"),
        ("colour:\n  green: {label: Green}\n", "en/bench.yml:2: 'bench.colour.green.label' is no key"),
        ("start: With pleasure.\n", "en/bench.yml:1: 'bench.start': the placeholder {place} is missing"),
        (
            'start: "{place} and {time}"\n',
            "en/bench.yml:1: 'bench.start': {time} is no placeholder of the German text",
        ),
        ("colour:\n  red:\n    say: red\n", "en/bench.yml:3: `colour.red.say` is no list of phrases"),
        ("names: [[a]]\n", "en/bench.yml:1: `names` is no list of phrases"),
        ("label: 7\n", "en/bench.yml:1: 'bench.label' is no sentence"),
        ("say: [a]\n", "en/bench.yml:1: `say` is no sentence"),
        ("label: [\n", "correct the YAML"),
    ],
)
def test_a_fault_in_a_translation_is_told_with_its_line(
    faults: Callable[..., list[str]], text: str, said: str
) -> None:
    errors = faults(text)
    assert len(errors) == 1
    assert said in errors[0]


def test_every_fault_is_told_at_once(faults: Callable[..., list[str]]) -> None:
    errors = faults("size: big\nstart: Yes.\nnames: bench\n")
    assert [re.sub(r":\D.*", "", error) for error in errors] == [
        "en/bench.yml:3",
        "en/bench.yml:1",
        "en/bench.yml:2",
    ]


def test_who_is_not_heard_needs_no_phrases(faults: Callable[..., list[str]]) -> None:
    header = 'translation: {prepared: machine, signed: ""}\n'
    assert faults(header + "label: Bank\n", "tr") == []
    (error,) = faults(header + "names: [bank]\n", "tr")
    assert "nobody is understood in 'tr'" in error


def test_a_prepared_translation_must_say_who_made_it(faults: Callable[..., list[str]]) -> None:
    (error,) = faults("label: Bank\n", "tr")
    assert error.startswith("tr/bench.yml:1: the file does not say who has translated it")
    (error,) = faults("translation: {prepared: machine}\nlabel: Bank\n", "tr")
    assert error.startswith("tr/bench.yml:1: the file does not say who has translated it")


def test_a_translation_of_nothing_is_told(faults: Callable[..., list[str]]) -> None:
    assert "there is no service 'bank'" in faults("label: Bank\n", "en", "bank")[0]
    assert "'xx' is no language" in faults("label: Bank\n", "xx")[-1]


def test_a_fault_in_the_fixed_texts_is_told_with_its_line(tmp_path: Path, catalogue: Catalogue) -> None:
    for lang, text in {"de": "hello: '{name}, hallo'\n", "en": "hello: Hello\nbye: Bye\n"}.items():
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "a.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TextError) as told:
        Texts.load(tmp_path, catalogue)
    assert [error.replace(f"{tmp_path}/", "") for error in told.value.errors] == [
        "en/a.yml:1: 'hello': the placeholder {name} is missing, add it",
        "en/a.yml:2: 'bye' is no key of the German texts, correct or remove it",
    ]


def test_a_missing_text_is_told_with_the_file_it_belongs_into(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "a.yml").write_text("\nhello: Hallo\n", encoding="utf-8")
    missing = Texts.load(tmp_path, catalogue).missing()
    assert f"{tmp_path}/en/a.yml (German: line 2): 'hello' is missing, add it" in missing
    bare = Texts({"de": {"bench.label": ["Bank"], "place.lift.label": ["Aufzug"]}, "leicht": {}, "en": {}})
    assert bare.missing()[2:] == [
        "dialogs/services/en/bench.yml: 'bench.label' is missing, add it",
        "dialogs/services/en/places.yml: 'place.lift.label' is missing, add it",
    ]


# --- amounts, days, times --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lang,amount,since",
    [
        ("de", "46,00 Euro", "07.02.2026"),
        ("leicht", "46 Euro", "07.02.2026"),
        ("en", "46.00 euros", "7 February 2026"),
        ("fr", "46,00 euros", "07/02/2026"),
        ("uk", "46,00 євро", "07.02.2026"),
        ("ar", "46.00 يورو", "07/02/2026"),
    ],
)
def test_amounts_and_days_are_written_as_the_language_does(lang: str, amount: str, since: str) -> None:
    assert money(lang, 4600) == amount
    assert day(lang, date(2026, 2, 7)) == since
    assert money(lang, 1205).startswith("12")


def test_a_text_writes_its_parameters_in_its_language(texts: Texts) -> None:
    said = {
        lang: texts.get(
            lang,
            "fee.line",
            label="@identity_card.fee.card_adult.label",
            amount="=eur:4600",
            since="=date:2026-02-07",
            law="PAuswGebV § 1",
        )
        for lang in ("de", "en")
    }
    assert said["de"].startswith("Personalausweis ab 24 Jahren: 46,00 Euro, seit dem 07.02.2026")
    assert said["en"].startswith("Identity card from the age of 24: 46.00 euros, since 7 February 2026")


def test_signs_that_somebody_typed_are_no_parameters(texts: Texts) -> None:
    for typed in ("@", "=", "@ =", "=x", "="):
        assert texts.get("en", "field.characters", label="Name", characters=typed).endswith(f": {typed}")


def test_the_time_of_day_is_plain_in_plain_german() -> None:
    assert [clock(lang, time(8)) for lang in ("de", "en", "leicht")] == ["8:00", "8:00", "8"]
    assert clock("leicht", time(8, 30)) == "8:30"
