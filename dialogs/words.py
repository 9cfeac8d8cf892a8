"""Answers in a citizen's words: phrases, yes and no, ages; as a recogniser or a hand writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from dialogs.service import Choice, Question, Service

ONES = [
    "null",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
ONES_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS_EN = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _german_numbers() -> dict[str, int]:
    """0 to 120 as German words."""
    words = {word: number for number, word in enumerate(ONES)} | {"eins": 1, "zwo": 2}
    for tens, word in enumerate(TENS, start=2):
        words[word] = tens * 10
        for ones in range(1, 10):
            words[f"{ONES[ones]}und{word}"] = tens * 10 + ones
    below = dict(words)
    words |= {"hundert": 100, "einhundert": 100}
    words |= {
        f"{head}{word}": 100 + n for head in ("hundert", "einhundert") for word, n in below.items() if n <= 20
    }
    return words


def _english_numbers() -> dict[str, int]:
    """0 to 120 as English words, written together."""
    words = {word: number for number, word in enumerate(ONES_EN)}
    for tens, word in enumerate(TENS_EN, start=2):
        words[word] = tens * 10
        words |= {f"{word}{ONES_EN[ones]}": tens * 10 + ones for ones in range(1, 10)}
    below = dict(words)
    words |= {"hundred": 100, "onehundred": 100}
    words |= {f"onehundredand{word}": 100 + n for word, n in below.items() if n <= 20}
    return words


NUMBERS = _english_numbers() | _german_numbers()
_NEGATIONS = {"nicht", "kein", "keine", "keinen", "nie", "not", "never", "t"}  # "don't" comes as "don t"
_ARTICLES = {
    "der", "die", "das", "den", "dem", "ein", "eine", "einen", "mein", "meine", "meinen",
    "the", "a", "an", "my",
}  # fmt: skip
_YES = {
    "ja",
    "jo",
    "jau",
    "jawohl",
    "jap",
    "klar",
    "doch",
    "genau",
    "natürlich",
    "yes",
    "yeah",
    "yep",
    "sure",
}
_NO = {"nein", "nee", "nö", "ne", "no", "nope", "nah"}
# how else one agrees or not; looked at when nothing else answers
_AGREED = ("of course", "auf jeden fall", "na klar", "sehr gern", "gern", "gerne", "stimmt", "richtig",
           "correct",
           "that s right", "absolutely", "definitely", "i do", "i am", "i have")  # fmt: skip
_REFUSED = ("auf keinen fall", "lieber nicht", "eigentlich nicht", "natürlich nicht",
            "of course not",
            "not really", "i don t", "i do not", "i am not", "i m not", "i haven t",
            "i have not")  # fmt: skip
# "unter dreißig" does not say which side of a border between two age groups somebody is on.
_BELOW = {"unter", "jünger", "under", "below"}
_YEARS = {"jahre", "jahr", "years", "year"}
# numbers that are just as well an article or a pronoun
_NO_NUMBER = {"ein", "one"}


def plain(text: str) -> str:
    """Lower case, no punctuation, single spaces; letters with marks as one sign each."""
    # the lower case of "İ" is an i with a dot of its own
    lower = unicodedata.normalize("NFC", text).lower().replace("i\u0307", "i")
    return " ".join(re.sub(r"[^\w\s]", " ", lower).split())


def find(phrase: str, words: str) -> int:
    """Where the phrase stands as whole words and is not negated ("nicht den …"); -1 if nowhere.

    A `*` in the phrase stands for up to five words ("läuft * ab").
    """
    for match in _pattern(phrase).finditer(words):
        before = words[: match.start()].split()
        if len(before) > 1 and before[-1] in _ARTICLES:
            before.pop()
        if not before or before[-1] not in _NEGATIONS:
            return match.start()
    return -1


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = (re.escape(plain(part)) for part in phrase.split("*"))
    return re.compile(r"(?<!\S)" + r"(?: \S+){0,5}? ".join(parts) + r"(?!\S)")


def _numbers(words: str) -> Iterable[tuple[int, int, int]]:
    """Every number: (value, first token, token after it); a compound may come in pieces."""
    tokens = words.split()
    at = 0
    while at < len(tokens):
        for length in range(min(4, len(tokens) - at), 0, -1):
            joined = "".join(tokens[at : at + length])
            number = NUMBERS.get(joined)
            if number is None and length == 1 and re.fullmatch(r"\d{1,3}", joined):
                number = int(joined)
            if number is not None:
                yield number, at, at + length
                at += length - 1
                break
        at += 1


def age(words: str, *, asked: bool) -> int | None:
    """An age in years. Unasked only as "ich bin siebzehn", "siebzehn jahre", "i am seventeen"."""
    tokens = words.split()
    for number, start, end in _numbers(words):
        before = tokens[start - 1] if start else ""
        after = tokens[end] if end < len(tokens) else ""
        lonely = end - start == 1 and tokens[start] in _NO_NUMBER
        article = lonely and after not in _YEARS and len(tokens) > 1
        if before in _BELOW and number > 16:
            continue
        said = before == "bin" or tokens[max(0, start - 2) : start] in (["i", "am"], ["i", "m"])
        if not article and number <= 120 and (asked or said or after in _YEARS):
            return number
    return None


def _longest(phrases: Iterable[tuple[str, Choice]], words: str) -> tuple[str, Choice] | None:
    found = [(phrase, choice) for phrase, choice in phrases if find(phrase, words) >= 0]
    return max(found, key=lambda item: len(item[0]), default=None)


def agrees(text: str) -> bool | None:
    """Whether the words agree ("ja", "genau") or refuse ("nö", "stimmt nicht"); None if they do neither."""
    words = plain(text)
    first, *after = words.split() or [""]
    if first in _YES | _NO and after[:1] != ["nicht"]:
        return first in _YES
    if re.search(r"\b(?:nicht|not|wrong|falsch)$", words) or words.startswith(_REFUSED):
        return False
    return True if words.startswith((*_AGREED, "okay", "right")) else None


def answer(question: Question, text: str) -> str | None:
    """The choice that answers the question while it stands; None if the words are no answer."""
    words = plain(text)
    if not words:
        return None
    exact = next((c for c in question.choices if words in (plain(c.label), c.id)), None)
    if exact:
        return exact.id
    if question.yes_no:
        first, *after = words.split()
        if first in _YES | _NO and after[:1] != ["nicht"]:
            return "yes" if first in _YES else "no"
    phrases = [(p, c) for c in question.choices for p in (*c.say, *c.unasked)]
    hit = _longest(phrases, words)
    if any(choice.age for choice in question.choices):
        rest = words.replace(plain(hit[0]), " ") if hit else words
        years = age(rest, asked=True)
        if years is not None:
            return next((c.id for c in question.choices if c.age and years in c.age), None)
    if hit is None and question.yes_no:
        for phrases_of, chosen in ((_REFUSED, "no"), (_AGREED, "yes")):
            if any(words == phrase or words.startswith(f"{phrase} ") for phrase in phrases_of):
                return chosen
    return hit[1].id if hit else None


def volunteered(service: Service, text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Answers that a sentence gives although nobody has asked yet: slot to choice."""
    words = plain(text)
    found: dict[str, str] = {}
    for question in service.questions:
        if known.get(question.slot):
            continue
        years = age(words, asked=False)
        by_age = next(
            (c.id for c in question.choices if c.age and years is not None and years in c.age), None
        )
        hit = _longest(((p, c) for c in question.choices for p in c.unasked), words)
        chosen = by_age or (hit[1].id if hit else None)
        if chosen:
            found[question.slot] = chosen
    return found


def mentions(names: Mapping[str, Iterable[str]], text: str) -> list[str]:
    """The ids that are named in the text, in its order; a longer name hides the shorter ones in it."""
    words = plain(text)
    hits = [
        (len(plain(name)), start, key)
        for key, several in names.items()
        for name in several
        if (start := find(name, words)) >= 0
    ]
    taken: list[tuple[int, int, str]] = []
    for length, start, key in sorted(hits, key=lambda hit: -hit[0]):
        if all(start + length <= other or start >= end for other, end, _ in taken):
            taken.append((start, start + length, key))
    return list(dict.fromkeys(key for _, _, key in sorted(taken)))


def named(names: Mapping[str, Iterable[str]], text: str) -> str | None:
    """The id whose longest name stands in the text."""
    words = plain(text)
    hits = [(len(name), key) for key, several in names.items() for name in several if find(name, words) >= 0]
    return max(hits)[1] if hits else None
