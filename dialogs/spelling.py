"""Names as they are said and spelled: "Müller mit ü", "M wie Martha", letter by letter.

The tables are those of DIN 5009 (the names up to 2021, the towns since 2022) and of the ICAO alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from dialogs.words import plain

_NAMES = [
    "anton",
    "berta",
    "cäsar",
    "dora",
    "emil",
    "friedrich",
    "gustav",
    "heinrich",
    "ida",
    "julius",
    "kaufmann",
    "ludwig",
    "martha",
    "nordpol",
    "otto",
    "paula",
    "quelle",
    "richard",
    "samuel",
    "theodor",
    "ulrich",
    "viktor",
    "wilhelm",
    "xanthippe",
    "ypsilon",
    "zacharias",
]
_TOWNS = [
    "aachen",
    "berlin",
    "chemnitz",
    "düsseldorf",
    "essen",
    "frankfurt",
    "goslar",
    "hamburg",
    "ingelheim",
    "jena",
    "köln",
    "leipzig",
    "münchen",
    "nürnberg",
    "offenbach",
    "potsdam",
    "quickborn",
    "rostock",
    "salzwedel",
    "tübingen",
    "unna",
    "völklingen",
    "wuppertal",
    "xanten",
    "ypsilon",
    "zwickau",
]
_ICAO = [
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SPOKEN = {
    "ah": "a", "be": "b", "bee": "b", "ce": "c", "zeh": "c", "de": "d", "dee": "d", "eh": "e", "ef": "f",
    "eff": "f",
    "ge": "g", "geh": "g", "ha": "h", "jot": "j", "jott": "j", "jay": "j", "ka": "k", "kay": "k",
    "el": "l", "ell": "l",
    "em": "m", "emm": "m", "en": "n", "enn": "n", "oh": "o", "pe": "p", "pee": "p", "ku": "q", "kuh": "q",
    "er": "r",
    "es": "s", "ess": "s", "te": "t", "tee": "t", "fau": "v", "vau": "v", "we": "w", "weh": "w", "ix": "x",
    "iks": "x",
    "zet": "z", "zett": "z", "zed": "z", "eszett": "ß", "ae": "ä", "oe": "ö", "ue": "ü",
}  # fmt: skip
_OTHER = {
    "ärger": "ä", "ökonom": "ö", "übermut": "ü", "charlotte": "ch", "schule": "sch", "siegfried": "s",
    "zeppelin": "z", "konrad": "k", "cesar": "c", "marta": "m", "juliet": "j", "alfa": "a", "whisky": "w",
    "bindestrich": "-", "strich": "-", "minus": "-", "hyphen": "-", "dash": "-", "leerzeichen": " ",
    "space": " ",
    "apostroph": "'", "apostrophe": "'",
}  # fmt: skip
_WORDS = {
    word: letter for table in (_NAMES, _TOWNS, _ICAO) for word, letter in zip(table, _ALPHABET, strict=True)
} | _OTHER
_UMLAUT = {"a": "ä", "o": "ö", "u": "ü"}
_TWICE = {"doppel", "doppelt", "zwei", "zweimal", "double", "two"}
_AS_IN = {"wie", "as", "like", "for", "in"}
_LEAD = re.compile(
    r"^(?:(?:also|ja|nein|nee|äh|ähm|well|yes|no|uh)\s+)*"
    r"(?:nicht \w+ (?:sondern )?(?=\w)|"
    r"(?:ich heiße(?: mit (?:nach|familien|vor)namen?)?|ich bin(?: (?:der|die))?|"
    r"mit (?:nach|familien|vor)namen?|"
    r"(?:(?:mein|der) )?(?:name|nachname|familienname|vorname|geburtsname)(?: (?:ist|lautet))?|das ist|"
    r"my (?:name|surname|first name|last name|family name) (?:is|s)|i am|i m|it is|it s)\s+(?=\w))?"
    r"(?:(?:herr|frau|mister|missus)\s+(?=\w))?"
)
# what is said behind a name, not of it
_TRAIL = re.compile(
    r"(?<=\w) (?:bitte|please|heiße ich|(?:ganz|einfach) normal|(?:so )?wie man(?: es| s)? (?:spricht|hört)|"
    r"(?:ist|lautet) mein (?:nach|familien|vor)?name|is my (?:last |first |family )?name)$"
)
_WRITTEN = re.compile(
    r"\b(?:(?:das |den |die )?(?:buchstabiere ich|ich buchstabiere|buchstabiert|geschrieben)|"
    r"(?:das )?schreibt man|(?:that is )?spelled|spelt|i spell)\b"
)
# letters that are told beside the name: "mit doppel f und einem n", "ohne h", "nur mit d"
_HINT = re.compile(
    r"^(?P<said>.+?)\s+(?P<hints>(?:(?:aber|nur|only|just|but) )?(?:mit|ohne|with|without) .+)$"
)
_ONE_HINT = re.compile(r"(?:(aber|nur|only|just|but) )?(mit|ohne|without|with) ")
_HYPHEN = re.compile(r"\s*\b(?:bindestrich|hyphen|minus|strich|dash)\b\s*")
_HYPHENED = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")  # "Ja-Yun": nobody spells or agrees here
_APOSTROPHE = re.compile(r"\s*\bapostroph(?:e|en)?\b\s*")
_SHARP = ("scharfes", "scharfs", "scharfem", "scharfen", "scharf", "sharp")
_PARTICLES = {
    "von",
    "vom",
    "van",
    "zu",
    "zur",
    "zum",
    "de",
    "der",
    "des",
    "den",
    "dem",
    "di",
    "da",
    "du",
    "und",
    "la",
    "le",
    "ten",
    "ter",
    "dos",
    "del",
    "della",
    "am",
    "an",
    "im",
    "ob",
    "vor",
}
_IN_PLACES = {"am", "an", "im", "ob", "vor"}  # small only behind a word: "Frankfurt am Main", "Am Ende"
# letters that sound alike: the one that is named takes the place of the one that was written
_ALIKE = (
    ("ei", "ai", "ey", "ay"),
    ("ph", "ff", "f", "v", "w"),
    ("dt", "tt", "th", "t", "d"),
    ("ß", "ss", "s"),
    ("ck", "kk", "k", "c"),
    ("tz", "cz", "z"),
    ("chs", "ks", "x"),
    ("ie", "y", "i"),
    ("ü", "ue", "u"),
    ("ö", "oe", "o"),
    ("ä", "ae", "e", "a"),
)


def letters(text: str) -> str | None:
    """What is spelled,
    in lower case: "m wie martha ü doppel l e r" is "müller"; None if a word is no letter."""
    tokens = plain(text.replace("-", " bindestrich ")).split()
    spelled, at, told = "", 0, 0
    while at < len(tokens):
        twice = tokens[at] in _TWICE and at + 1 < len(tokens) and tokens[at : at + 2] != ["double", "u"]
        at += twice
        found = letter_at(tokens, at)
        if found is None:
            return None
        letter, at = found
        spelled += letter * (2 if twice else 1)
        told += 1
    return spelled or None


def letter_at(tokens: list[str], at: int) -> tuple[str, int] | None:
    """The letter at a place, in lower case, and where the next one begins; None if there is none."""
    word, rest = tokens[at], tokens[at + 1 :]
    if word in ("großes", "kleines", "capital") and rest:
        return letter_at(tokens, at + 1)
    if word in _SHARP and rest[:1] in (["s"], ["es"]):
        return "ß", at + 2
    if word == "umlaut" and rest:
        found = letter_at(tokens, at + 1)
        return (_UMLAUT.get(found[0], found[0]), found[1]) if found else None
    if word == "double" and rest[:1] == ["u"]:
        return "w", at + 2
    letter = word if len(word) == 1 and word.isalpha() else _SPOKEN.get(word) or _WORDS.get(word)
    if letter is None:
        return None
    if rest[:1] == ["umlaut"] and letter in _UMLAUT:
        return _UMLAUT[letter], at + 2
    after = at + 1
    if rest and rest[0] in _AS_IN:
        after += 1
        while after < len(tokens) and tokens[after] in _AS_IN:
            after += 1
        return letter, min(after + 1, len(tokens))
    return letter, after


def is_letter(word: str) -> bool:
    """Whether the word is a letter or a letter's own name ("em", "zett")."""
    return (len(word) == 1 and word.isalpha()) or word in _SPOKEN


def _spelled(words: str) -> str | None:
    """Letters, if it is clear that somebody spells: single letters, "wie", or at least three words."""
    tokens = words.split()
    clear = len(tokens) >= 3 or any(len(t) == 1 or t in _AS_IN or t in _TWICE for t in tokens)
    return letters(words) if clear and len(tokens) > 1 else None


def name(text: str) -> str | None:
    """A name as it is written: "Müller", "Müller-Schmidt", "von Berg"; None if no name is in the words.

    Capitals that somebody typed stay: "McDonald", "Da Silva".
    """
    text = unicodedata.normalize("NFC", text)
    typed = {
        plain(word): word
        for word in re.findall(r"[^\W\d_]+", text)
        if len(word) > 1 and word[0].isupper() and not word.isupper()
    }
    return _title(written, typed) if (written := _name(text)) else None


def _name(text: str) -> str | None:
    """The name in lower case."""
    if _HYPHENED.fullmatch(text.strip()):
        return text.strip().lower().replace("i\u0307", "i")
    marked = re.sub(r"\b([dlo])['’](?=\w{2})", r"\1 apostroph ", text.lower())
    words = plain(marked.replace("-", " bindestrich "))
    if len(words.split()) > 2 and all(is_letter(word) or word in _TWICE for word in words.split()):
        # letters alone are the name: "i m a" is Ima, not "I'm A"
        return letters(words)
    words = " ".join(_WRITTEN.sub(" ", _LEAD.sub("", words)).split())
    if not words or re.match(r"(?:(?:mit|ohne|with|without)\b|(?:so )?wie man )", words):
        return None
    words = _TRAIL.sub("", words)
    if spelled := _spelled(words):
        return spelled
    parts = _HYPHEN.split(words)
    if any(_spelled(part) for part in parts):
        return "-".join(_spelled(part) or part for part in parts)
    tokens = words.split()
    for start in range(1, len(tokens) - 2):
        # the name is said first and spelled afterwards
        spelled = _spelled(" ".join(tokens[start:]))
        if spelled and spelled[0] == tokens[0][0] and len(spelled) > 2:
            return spelled
    hint = _HINT.match(words)
    said = _APOSTROPHE.sub("'", _HYPHEN.sub("-", hint["said"] if hint else words))
    return hinted(said, hint["hints"]) if hint else said


def hinted(said: str, hints: str) -> str:
    """A name in lower case after what was told about its letters: "mit doppel f und einem n", "ohne h"."""
    marks = list(_ONE_HINT.finditer(hints))
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(hints)], strict=True):
        only, how, told = mark[1], mark[2], hints[mark.end() : end].strip()
        for hint in re.split(r" (?:und|and) ", re.sub(r" (?:und|and|aber|but)$", "", told)):
            if at_end := _AT_END.search(hint):
                said = _ending(said, hint[: at_end.start()], without=how in ("ohne", "without"))
            elif how in ("ohne", "without"):
                said = _without(said, hint)
            else:
                said = _with(said, hint, only=only in ("nur", "only", "just"))
    return said


_AT_END = re.compile(r" (?:am (?:ende|schluss)|hinten|at the end)$")


def _ending(said: str, hint: str, *, without: bool) -> str:
    """ "hanna", "h" as "hannah"; "mark", "c" as "marc"."""
    letter = letters(hint)
    if not letter or without:
        return said.removesuffix(letter or "") or said
    group = next((group for group in _ALIKE if letter in group), ())
    alike = next((other for other in group if other != letter and said.endswith(other)), "")
    return said if said.endswith(letter) else said.removesuffix(alike) + letter


def _without(said: str, hint: str) -> str:
    if _HYPHEN.fullmatch(hint):
        return said.replace("-", " ")
    letter = letters(hint)
    head, found, tail = said.rpartition(letter) if letter else (said, "", "")
    return f"{head}{tail}" if found and head else said


def _with(said: str, hint: str, *, only: bool) -> str:
    """ "meier", "a ypsilon" as "mayer"; `only`: of letters that sound alike no other is left."""
    if re.sub(r"^(?:einem|ein) ", "", hint) in ("bindestrich", "hyphen", "strich", "minus"):
        return said.replace(" ", "-") if len(said.split()) == 2 else said
    single = re.match(r"(?:einem|einfachem|ein|einfach|one|a single) (\w+)$", hint)
    if single and (letter := letters(single[1])) and letter * 2 in said:
        return said.replace(letter * 2, letter)
    if hint.replace(" ", "") in said and not only:
        return said
    wanted = letters(re.sub(r"^(?:einem|einer|ein|an)\s+(?=\w+$)", "", hint))
    if not wanted or (wanted in said and not only):
        return said
    for group in _ALIKE:
        if wanted in group:
            for other in group:
                if other in said and other != wanted:
                    head, _, tail = (
                        said.rpartition(other) if other in ("s", "d", "t") else said.partition(other)
                    )
                    return f"{head}{wanted}{tail}"
    if len(wanted) == 2 and wanted[0] == wanted[1]:
        # no name begins with two of the same
        head, found, tail = said.rpartition(wanted[0])
        return f"{head}{wanted}{tail}" if found and head else said
    if wanted == "h":
        # the silent one: behind a "t", else behind an "a" at the end ("martha", "sarah")
        return said.replace("t", "th") if said.count("t") == 1 else f"{said}h" if said[-1] == "a" else said
    return said


def _title(said: str, typed: Mapping[str, str]) -> str:
    words = said.split()
    return " ".join(
        word
        if word in _PARTICLES
        and word not in typed
        and number < len(words) - 1
        and (number or word not in _IN_PLACES)
        else _capital(word, typed)
        for number, word in enumerate(words)
    )


def _capital(word: str, typed: Mapping[str, str]) -> str:
    parts = re.split(r"([-'])", word)
    return "".join(typed.get(part) or part[:1].upper() + part[1:] for part in parts)
