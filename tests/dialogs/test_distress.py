"""Who is in danger is heard in few words; whoever wants papers for the fire brigade is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dialogs import distress

ROOT = Path(__file__).resolve().parents[2]

DANGER = (
    *("Feuer!", "Hilfe, Feuer!", "Feuer im Treppenhaus", "Es brennt", "Hier brennt es", "Es riecht nach Gas"),
    *("Hilfe, ich habe Schmerzen", "Ich habe so starke Schmerzen", "da ist jemand umgefallen"),
    *("Meine Mutter ist zusammengebrochen", "Ein Mann ist umgekippt", "Ich bekomme keine Luft"),
    *("Mein Mann hat einen Herzinfarkt", "Jemand ist ohnmächtig", "Mir ist ganz schwindlig", "Notfall"),
    *("Das ist ein Notfall", "Rufen Sie bitte einen Krankenwagen", "Ich möchte ein Feuer melden"),
    *("Er hat ein Messer", "Ich werde bedroht", "Polizei rufen", "Rufen Sie 112"),
    *("there is a fire", "There's a fire in the building", "The bin is on fire", "she fainted", "emergency"),
    *("someone collapsed", "I can't breathe", "He is having a heart attack", "I am in pain"),
    *("Call an ambulance", "I need a doctor", "Hilfe, mein Mann blutet", "Ein Kind ist hingefallen"),
    *("Yangın var!", "İmdat", "YANGIN VAR", "Пожежа", "Пожар!", "Вызовите скорую", "Pożar", "Il y a le feu"),
    *("Appelez les secours", "حريق", "أحتاج سيارة إسعاف"),
)
OFFICE = (
    *("Hilfe", "Ich brauche Hilfe", "help", "I need help", "Notfall-Ausweis", "vorläufiger Ausweis dringend"),
    *("Feuerwehr-Führerschein", "Führerschein für die Feuerwehr", "Osterfeuer anmelden", "Feuerwerk"),
    *("Ich bin bei der freiwilligen Feuerwehr", "Es ist ein Notfall, ich brauche meinen Ausweis morgen"),
    *("Meine Mutter ist letzte Woche gestürzt und braucht einen neuen Ausweis", "Waffenschein", "112"),
    *("Mein Ausweis ist im Feuer verbrannt", "Wo ist Zimmer 112", "Feuerbestattung", "Brandschutz"),
    *("Ich habe keine Schmerzen", "Das ist kein Notfall", "Was mache ich wenn es brennt", "Polizei"),
    *("Ein Baum ist umgefallen", "Mein Vater ist gestorben", "Mein Ausweis ist mir runtergefallen"),
    *("emergency passport", "fire safety certificate", "Führungszeugnis für die Polizei", "my dog died"),
    *("Mein Mann ist tot", "Meine Eltern, die nicht mehr leben", "Mein Vater hat einen Schlaganfall gehabt"),
    *("Meine Mutter ist gestürzt und kann nicht selbst kommen", "My father had a heart attack"),
)


@pytest.mark.parametrize("words", DANGER)
def test_somebody_is_in_danger(words: str) -> None:
    assert distress.said(words)


@pytest.mark.parametrize("words", OFFICE)
def test_somebody_wants_something_of_the_office(words: str) -> None:
    assert not distress.said(words)


def test_a_surname_in_a_form_is_no_fire() -> None:
    assert not distress.said("Feuer", form=True)
    assert distress.said("Hilfe es brennt hier", form=True)


def test_no_sentence_that_citizens_say_to_the_office_is_taken_for_a_danger() -> None:
    """The sentences with which the dialogue learns, but those that it learns to refuse."""
    said, wrong = 0, []
    for path in sorted((ROOT / "dialogs" / "rasa" / "nlu").rglob("*.yml")):
        for intent, sentences in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).items():
            if intent != "out_of_scope":
                said += len(sentences)
                wrong += [sentence for sentence in sentences if distress.said(str(sentence))]
    assert said > 1000
    assert wrong == []
