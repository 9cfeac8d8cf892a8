"""What a recogniser of each language makes of short answers, stop words and noise; what grammars hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hardware.speech.numbers import MONTHS_EN, english_number, number_words, ordinal


@dataclass(frozen=True)
class Vocabulary:
    """Words as the recogniser writes them: lower case, without signs.

    `stop`: pass every gate. `calls`: so do these, where nothing else is said. `near`: what is written
    instead of a word of these two, in noise or of some voices; alone, none of it says anything here.
    `short`: answers that are complete. `ghosts`: what becomes of breath, clicks and babble
    (alphacep/vosk-api #797, #1709). `yes_no`, `numbers`: grammars. `switch`: names of languages.
    """

    stop: frozenset[str]
    calls: frozenset[str]
    near: Mapping[str, str]
    short: frozenset[str]
    ghosts: frozenset[str]
    yes_no: tuple[str, ...]
    numbers: tuple[str, ...]
    switch: frozenset[str]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_YES_DE = (
    *_words("ja nein doch jawohl genau stimmt richtig falsch okay nö jo"),
    *("ja bitte", "ja gerne", "ja gern", "nein danke", "ja genau", "ja richtig", "nein falsch"),
    *("das stimmt", "das stimmt nicht"),
)
_YES_EN = (
    *_words("yes no yeah yep nope correct right wrong exactly sure okay"),
    *("yes please", "no thanks", "no thank you", "that's right", "that's wrong", "of course"),
)
_MONTHS_DE = _words("januar februar märz april mai juni juli august september oktober november dezember")
# Any order of these comes through a grammar: the recogniser backs off from one to the next.
_NUMBERS_DE = (
    *(number_words(number) for number in range(100)),
    *("zwo", "hundert", "tausend", "einhundert", "zweihundert", "neunzehnhundert", "zweitausend"),
    *(ordinal(number) + ending for number in range(1, 32) for ending in ("", "r", "n")),
    *_MONTHS_DE,
    *_words("uhr halb viertel vor nach euro cent komma am der den um und"),
)
_NUMBERS_EN = (
    *sorted({word for number in range(100) for word in english_number(number).split()}),
    *_words("hundred thousand oh double and euro euros cent cents point o'clock half past quarter to a p m"),
    *_words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"),
    *_words("fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"),
    *_words("the of on at"),
    *(month.lower() for month in MONTHS_EN),
)
_SWITCH = frozenset(
    _words(
        "deutsch englisch english german türkisch türkçe turkish ukrainisch ukrainian arabisch arabic "
        "russisch russian polnisch polish französisch french français"
    )
)

GERMAN: Final = Vocabulary(
    stop=frozenset({"stopp", "stop", "halt", "aufhören", "moment"}),
    calls=frozenset({"hilfe"}),
    near={"stoff": "stopp", "stock": "stopp", "schoss": "stopp", "hilft": "hilfe"},
    short=frozenset(
        (
            *_words("ja nein doch jawohl genau stimmt richtig falsch gut okay danke weiter zurück"),
            *_words("wiederholen hilfe abbrechen fertig tschüss nochmal lauter langsamer türkçe"),
            *("ja bitte", "ja gerne", "nein danke", "bitte wiederholen", "noch einmal", "auf wiedersehen"),
            *("leichte sprache", "english please", "englisch bitte"),
        )
    ),
    ghosts=frozenset(_words("einen eine ein ich ü ö öh hm äh ähm und den in der n h a e")),
    yes_no=_YES_DE,
    numbers=_NUMBERS_DE,
    switch=_SWITCH,
)
ENGLISH: Final = Vocabulary(
    stop=frozenset({"stop", "halt", "wait"}),
    calls=frozenset({"help"}),
    near={"store": "stop", "fault": "halt", "hell": "help"},
    short=frozenset(
        (
            *_words("yes no yeah yep nope correct right wrong okay thanks continue back repeat help cancel"),
            *_words("done goodbye bye again louder slower"),
            *("yes please", "no thanks", "no thank you", "thank you", "go back", "repeat please"),
            *("plain language", "german please", "deutsch bitte"),
        )
    ),
    ghosts=frozenset(_words("a the i uh um er hm and to in of it he her")),
    yes_no=_YES_EN,
    numbers=_NUMBERS_EN,
    switch=_SWITCH,
)
VOCABULARIES: Final = {"de": GERMAN, "en": ENGLISH}
STOP_WORDS: Final = GERMAN.stop | ENGLISH.stop
# pass every gate; of murmur the recogniser makes the longer ones, too
ALWAYS_STOP: Final = frozenset({"stopp", "stop"})
