"""What people say at a desk besides wishes and answers, read from their words: corrections, "the same for my
son", the name of a language, which of two, small talk, swearing. German and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from dialogs.words import find, plain

Person = Literal["child", "other"]

# "nein, ich meinte …": what follows replaces what was understood before
_MEANT = re.compile(
    r"\b(?:ich mein(?:te|e)|meinte ich|gemeint|sondern|stattdessen|lieber|anders überlegt|korrektur|"
    r"ich korrigiere|vertan|versprochen|i meant?|instead|rather|actually|changed my mind|correction)\b"
)
_NO_FIRST = re.compile(
    r"^(?:(?:ach|äh|oh|ah|sorry|entschuldigung|pardon|well)\s+)*"
    r"(?:nein|nee|nö|halt|moment|falsch|quatsch|stimmt nicht|doch nicht|doch|no(?! longer| one| more)|nope|"
    r"wait|wrong|sorry)\b"
)
# a second wish in the same sentence
_JOINING = re.compile(
    r"\b(?:und|außerdem|sowie|dann|danach|auch|zusätzlich|plus|noch|später|"
    r"and|also|then|afterwards|as well|too|later)\b"
)
_WISHING = re.compile(
    r"\b(?:brauch\w*|möcht\w*|will|wollt?e?|hätte|beantrag\w*|need|want|like|apply|get|muss|have to)\b"
)
# questions that come along with a wish ("… und was kostet das")
_ASKING = {
    "ask_fee": re.compile(r"\b(?:was kostet|wie teuer|wie viel kostet|what does \w+ cost|how much)\b"),
    "ask_documents": re.compile(
        r"\b(?:was (?:muss|soll) ich mitbringen|welche unterlagen|what (?:do i need to|should i) bring)\b"
    ),
    "ask_duration": re.compile(r"\b(?:wie lange dauert|how long does)\b"),
    "directions": re.compile(
        r"\b(?:wo (?:ist|sind|finde ich)|wie komme ich|where (?:is|are|can i find)|how do i get to)\b"
    ),
    "opening_hours": re.compile(
        r"\b(?:geöffnet|öffnungszeiten|auf haben|habt ihr auf|opening hours|are you open)\b"
    ),
}
_ASKS = re.compile(
    r"^(?:und |and )?(?:was|wo|wie|wer|wann|warum|wieso|welche\w*|kann|muss|darf|soll|brauche ich|"
    r"what|where|how|who|when|why|which|can|do|does|must|may|should)\b"
)
_WHERE = re.compile(r"\b(?:wo|wohin|where|zu welchem amt|in welche\w* (?:stock|etage|zimmer|raum))\b")
_BARE_WHERE = re.compile(
    r"(?:(?:und|and|entschuldigung|excuse me) )?(?:wohin|wo|where)(?: (?:muss|soll|geht|gehe|kann|finde|ist|"
    r"sind|do|should|can|is|are|i|ich|es|das|der|die|denn|hin|jetzt|go|have|to|it|there|finden|lang))*"
)
_CHILD = (
    r"(?:sohn|tochter|kind|kinder|enkel|enkelin|baby|kleine[rn]?|jungen?|mädchen|"
    r"son|daughter|child|kids?|boy|girl)"
)
_SAME = re.compile(
    r"\b(?:(?:das|den|die) (?:gleiche[n]?|selbe[n]?)|dasselbe|denselben|dieselbe|gleiche|"
    r"the same|same (?:thing|again)|"
    r"noch (?:einen|eine|eins|einmal|mal)|auch (?:einen|eine|eins)|another one)\b"
    r"(?P<what>.*?)\b(?:für|for)\b (?P<whom>.+)"
)
_ORDINAL = (
    (
        0,
        (
            "das erste",
            "den ersten",
            "die erste",
            "erstere",
            "ersteres",
            "erste",
            "the first",
            "first",
            "eins",
        ),
    ),
    (1, ("das zweite", "den zweiten", "die zweite", "letzteres", "zweite", "the second", "second", "zwei")),
)

LANGUAGES: dict[str, tuple[str, ...]] = {
    "leicht": (
        "leichte sprache", "leichter sprache", "einfache sprache", "einfacher sprache", "leichtes deutsch",
        "einfaches deutsch", "plain german", "simple german", "easy german", "plain language",
        "easy language",
    ),
    "de": (
        "deutsch", "deutsche", "auf deutsch", "german", "almanca", "німецька", "німецькою", "немецкий",
        "по немецки", "на немецком", "الألمانية", "ألماني", "niemiecki", "po niemiecku", "allemand",
    ),
    "en": (
        "englisch", "englische", "english", "ingilizce", "англійська", "англійською", "английский",
        "по английски", "на английском", "الإنجليزية", "إنجليزي", "angielski", "po angielsku", "anglais",
    ),
    "tr": (
        "türkisch", "türkische", "türkçe", "turkce", "turkish", "турецька", "турецкий", "التركية", "turecki",
        "po turecku", "turc",
    ),
    "uk": (
        "ukrainisch", "ukrainische", "українська", "українською", "українську", "ukrainian", "ukraynaca",
        "украинский", "по украински", "الأوكرانية", "ukraiński", "po ukraińsku", "ukrainien",
    ),
    "ar": (
        "arabisch", "arabische", "العربية", "عربي", "بالعربية", "arabic", "arapça", "арабська", "арабский",
        "arabski", "po arabsku", "arabe",
    ),
    "ru": (
        "russisch", "russische", "русский", "по русски", "на русском", "russian", "rusça", "російська",
        "російською", "الروسية", "rosyjski", "po rosyjsku", "russe",
    ),
    "pl": (
        "polnisch", "polnische", "polski", "po polsku", "polish", "lehçe", "польська", "польський",
        "польский", "по польски", "البولندية", "polonais",
    ),
    "fr": (
        "französisch", "französische", "français", "francais", "en français", "french", "fransızca",
        "французька", "французский", "по французски", "الفرنسية", "francuski", "po francusku",
    ),
}  # fmt: skip
"""The names of each language in all of them, as they are said and typed."""

_TOPICS: dict[str, tuple[str, ...]] = {
    "swearing": (
        "scheiße", "scheiss", "scheiß", "scheißding", "verdammt", "verflucht", "verfluchte", "arschloch",
        "arsch", "idiot",
        "idioten", "depp", "trottel", "blödmann", "du bist blöd", "du bist doof", "bist du blöd",
        "bist du doof",
        "bist du dumm", "du bist dumm", "halt die klappe", "halt den mund", "halts maul", "halt s maul",
        "blödes ding",
        "mistding", "mist", "so ein mist", "leck mich", "fick dich", "hurensohn", "wichser", "verpiss dich",
        "fuck", "fuck you", "fucking", "shit", "bullshit", "damn", "damn it", "asshole", "bastard",
        "stupid machine",
        "you are stupid", "you are an idiot", "shut up", "piss off", "screw you", "bloody machine",
    ),
    "weather": (
        "wetter", "regnet es", "schneit es", "wird es regnen", "weather", "is it raining", "will it rain",
        "scheint die sonne",
    ),
    "joke": ("witz", "witze", "scherz", "joke", "jokes", "etwas lustiges", "something funny"),
    "time": (
        "wie spät ist es", "wie viel uhr", "wieviel uhr", "uhrzeit", "what time is it", "what s the time",
        "what is the time",
    ),
    "how_are_you": (
        "wie geht es dir", "wie geht es ihnen", "wie geht s", "wie gehts", "how are you",
        "alles gut bei dir", "alles klar bei dir",
    ),
    "song": ("sing", "singen", "sing mir", "spiel musik", "ein lied", "a song", "sing me", "play music",
    "geschichte", "story"),
    "love": (
        "ich liebe dich", "du bist toll", "du bist süß", "du bist nett", "i love you", "you are great",
        "you are cute",
        "heirate mich", "marry me",
    ),
    "bored": ("mir ist langweilig", "langweilig", "i am bored", "i m bored"),
}  # fmt: skip

TOPICS = tuple(_TOPICS)
"""What `topic` may find; each has the text `talk.<topic>`."""


# a language of which somebody has little ("ich spreche nicht gut deutsch", "my german is not good")
_REFUSED = re.compile(
    r"\b(?:kein|keine|nicht|nit|nich|kaum|wenig|schlecht|not|no|don t|little|bad|poor|hardly|can t|cannot)"
    r"(?: (?:so|sehr|gut|viel|richtig|good|well|much|any|speak|understand|very|nur))* $"
)
_POOR = re.compile(r"^\w+ (?:ist|is|isn t|nicht|not)(?: \w+)? ?(?:nicht|schlecht|not|bad|poor|schwer|good)\b")


def correction(text: str) -> str | None:
    """The words that correct something ("nein, ich meinte den Reisepass"),
    without "nein"; None if none do."""
    words = plain(text)
    first = _NO_FIRST.search(words)
    rest = words[first.end() :].strip() if first else words
    if _MEANT.search(rest):
        rest = re.sub(_MEANT, " ", rest)
    elif not first:
        return None
    rest = " ".join(rest.split())
    return rest or None


def outright(text: str) -> bool:
    """Whether the words say that something else was meant; "nein" alone does not."""
    return bool(_MEANT.search(plain(text)))


def joined(text: str) -> bool:
    """Whether a second thing comes with the first ("… und …", "außerdem")."""
    return bool(_JOINING.search(plain(text)))


def questions(text: str) -> list[str]:
    """The intents of questions that stand in the text, in their order."""
    words = plain(text)
    found = {name: hit.start() for name, pattern in _ASKING.items() if (hit := pattern.search(words))}
    return sorted(found, key=lambda name: found[name])


def asks_where(text: str) -> bool:
    """Whether the words ask for a place."""
    return bool(_WHERE.search(plain(text)))


def bare_where(text: str) -> bool:
    """Whether they name none ("Wo muss ich hin?")."""
    return bool(_BARE_WHERE.fullmatch(plain(text)))


def asks(text: str) -> bool:
    """Whether the words begin as a question does."""
    return bool(_ASKS.search(plain(text)))


def wished(text: str) -> bool:
    """Whether something is wanted ("ich brauche …")."""
    return bool(_WISHING.search(plain(text)))


def same_for(text: str) -> Person | None:
    """For whom the same is wanted once more ("das Gleiche für meinen Sohn")."""
    match = _SAME.search(plain(text))
    if match is None:
        return None
    return "child" if re.search(rf"\b{_CHILD}\b", match["whom"]) else "other"


def which(text: str) -> int | None:
    """The first (0) or the second (1) of two that were offered."""
    words = plain(text)
    return next((n for n, phrases in _ORDINAL if _any(phrases, words)), None)


def language(text: str) -> str | None:
    """The code of the language that is named last and not refused ("kein deutsch, englisch bitte")."""
    words = plain(text)
    hits = [
        (start, len(name), code)
        for code, names in LANGUAGES.items()
        for name in names
        if (start := find(name, words)) >= 0
    ]
    hits = [hit for hit in hits if not _REFUSED.search(words[: hit[0]]) and not _POOR.search(words[hit[0] :])]
    if not hits:
        return None
    # "leichtes deutsch" is one name, not two
    plain_german = [hit for hit in hits if hit[2] == "leicht"]
    return max(plain_german or hits)[2]


def only_language(text: str) -> str | None:
    """The language if the words are little more than its name ("English please", "Türkçe")."""
    words = plain(text).split()
    return language(text) if len(words) <= 4 else None


def topic(text: str) -> str | None:
    """What small talk is about; None if it is none that is known."""
    words = plain(text)
    return next((name for name, phrases in _TOPICS.items() if _any(phrases, words)), None)


def _any(phrases: Iterable[str], words: str) -> bool:
    return any(find(phrase, words) >= 0 for phrase in phrases)
