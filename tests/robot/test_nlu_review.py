"""What was not understood: off unless the town wants it, nothing personal, taken as an example."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import yaml

from robot.cases.database import Database
from robot.cases.sentences import Sentences, scrubbed
from robot.nlu_command import ReviewError, review
from robot.settings import DialogueSettings, load

ROOT = Path(__file__).resolve().parents[2]


INTENTS = ("ask_fee", "passport")


@pytest.fixture
def sentences(tmp_path: Path) -> Sentences:
    return Sentences(Database(f"sqlite:///{tmp_path}/lotse.sqlite"))


def asked(**chosen: object) -> argparse.Namespace:
    return argparse.Namespace(**{"accept": None, "intent": None, "drop": [], "json": False} | chosen)


def test_nothing_is_kept_unless_the_town_has_chosen_to() -> None:
    assert DialogueSettings().keep_not_understood is False
    assert load(ROOT / "lotse.toml").dialogue.keep_not_understood is False


@pytest.mark.parametrize(
    "said, kept",
    [
        ("ich bräuchte da so einen lappen", "ich bräuchte da so einen lappen"),
        ("meine nummer ist null zwei zwei sieben eins", "meine nummer ist …"),
        ("rufen sie 02271 12345 an", "rufen sie … an"),
        ("schreiben sie an erika@beispiel.de bitte", "schreiben sie an … bitte"),
        ("erika punkt mustermann at beispiel punkt de", ""),
        ("ich heiße erika mustermann und will was", "ich heiße …"),
        ("mein nachname ist mustermann", "mein nachname ist …"),
        ("ich wohne in der hauptstraße zwölf", "ich wohne in …"),
        ("der ausweis von der hauptstraße zwölf", "der ausweis von der …"),
        ("geboren am zwölften august vierundsechzig", "geboren …"),
        ("frau mustermann hat mich geschickt", "frau …"),
        ("m u e l l e r", ""),
        ("my name is erika mustermann", "my name is …"),
        ("ist das der Mustermann ihr Formular", "ist das der … ihr formular"),
        ("27", ""),
        ("ich bin heidi beispiel und will so ein ding", "ich bin …"),
        ("ich bin neu hier und suche so ein ding", "ich bin neu hier und suche so ein ding"),
        ("hier spricht heidi beispiel", "hier spricht …"),
        ("it's heidi speaking", "it s …"),
        ("meine tochter heidi braucht das auch", "meine tochter … braucht das auch"),
        ("mein sohn braucht das auch", "mein sohn braucht das auch"),
        ("mein kennzeichen ist b m a b zwölf", "mein kennzeichen ist …"),
        ("bm ab zwölf steht falsch", "… steht falsch"),
        ("am rosenweg fünf", "am …"),
        ("mein ausweis ist weg", "mein ausweis ist weg"),
        ("beispiel mit ü", ""),
    ],
)
def test_what_is_personal_is_gone_before_a_sentence_is_kept(said: str, kept: str) -> None:
    assert scrubbed(said, ["Erika Mustermann"]) == kept


async def test_a_sentence_is_kept_once_and_the_oldest_give_way(tmp_path: Path) -> None:
    sentences = Sentences(Database(f"sqlite:///{tmp_path}/few.sqlite"), most=5)
    await sentences.keep("so einen lappen", "de")
    await sentences.keep("so einen lappen", "de")
    await sentences.keep("", "de")
    assert [(s.language, s.text) for s in sentences.all()] == [("de", "so einen lappen")]
    for number in range(8):
        await sentences.keep(f"satz nummer {number}", "de")
    assert len(sentences.all()) == 5
    assert sentences.all()[-1].text == "satz nummer 7"


async def test_an_accepted_sentence_becomes_an_example_of_its_intent(
    sentences: Sentences, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await sentences.keep("ich bräuchte da so einen … lappen für die reise", "leicht")
    await sentences.keep("unfug", "de")
    first, second = sentences.all()
    review(asked(accept=[str(first.id)], intent="passport"), sentences, INTENTS, tmp_path)
    review(asked(drop=[second.id]), sentences, INTENTS, tmp_path)
    held = yaml.safe_load((tmp_path / "de" / "accepted.yml").read_text())
    assert held == {"passport": ["ich bräuchte da so einen lappen für die reise"]}
    assert sentences.all() == []
    assert "No sentences wait" in capsys.readouterr().out


async def test_other_words_may_stand_in_place_of_a_scrubbed_sentence(
    sentences: Sentences, tmp_path: Path
) -> None:
    await sentences.keep("ich heiße … und so", "en")
    [only] = sentences.all()
    review(
        asked(accept=[str(only.id), "new", "travel", "document"], intent="passport"),
        sentences,
        INTENTS,
        tmp_path,
    )
    assert yaml.safe_load((tmp_path / "en" / "accepted.yml").read_text()) == {
        "passport": ["new travel document"]
    }


@pytest.mark.parametrize(
    "chosen, sentence",
    [
        ({"accept": ["1"]}, "Say what the sentence means"),
        ({"accept": ["1"], "intent": "fly"}, "There is no intent 'fly'"),
        ({"accept": ["99"], "intent": "passport"}, "There is no sentence 99"),
        ({"accept": ["x"], "intent": "passport"}, "is no number"),
        ({"drop": [99]}, "There is no sentence 99"),
    ],
)
async def test_a_mistake_is_told_in_one_sentence_and_changes_nothing(
    sentences: Sentences, tmp_path: Path, chosen: dict[str, object], sentence: str
) -> None:
    await sentences.keep("so ein satz", "de")
    with pytest.raises(ReviewError, match=sentence):
        review(asked(**chosen), sentences, INTENTS, tmp_path)
    assert len(sentences.all()) == 1
