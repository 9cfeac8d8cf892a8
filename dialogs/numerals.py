"""Number words, ordinals, months and clock times, German and English, as a recogniser or a hand writes them.

The one reader of all of them: `normal` takes them for a form's fields, `when` out of a question.
"""

from __future__ import annotations

import re

from dialogs.words import ONES, ONES_EN, TENS, TENS_EN


def _german_small() -> dict[str, int]:
    small = {word: value for value, word in enumerate(ONES)} | {"eins": 1, "eine": 1, "einen": 1, "zwo": 2}
    for tens, word in enumerate(TENS, start=2):
        small[word] = tens * 10
        for ones in range(1, 10):
            small[f"{ONES[ones]}und{word}"] = tens * 10 + ones
        small[f"zwound{word}"] = tens * 10 + 2
    small |= {"fuffzehn": 15, "fuffzig": 50, "sechszehn": 16, "siebenzehn": 17, "siebenzig": 70}
    spoken = {word[:-2] + "ich": value for word, value in small.items() if word.endswith("zig")}
    typed = {
        word.replace("ü", "ue").replace("ö", "oe").replace("ß", "ss"): value for word, value in small.items()
    }
    return typed | spoken | small


_GERMAN = _german_small()
_ENGLISH = {word: value for value, word in enumerate(ONES_EN)} | {
    tens + ones: number * 10 + value
    for number, tens in enumerate(TENS_EN, start=2)
    for value, ones in enumerate(["", *ONES_EN[1:10]])
}


def _german_ordinals() -> dict[str, int]:
    stems = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
    found: dict[str, int] = {"siebenten": 7, "siebenter": 7, "siebente": 7}
    for word, value in _GERMAN.items():
        if 1 <= value <= 31 and word not in ("eins", "eine", "einen"):
            stem = stems.get(value) or (f"{word}t" if value < 20 else f"{word}st")
            found |= {f"{stem}{ending}": value for ending in ("e", "en", "er", "es", "em")}
    return found


_ORDINALS = _german_ordinals()
_ORDINALS_EN = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
} | {"thirtieth": 30}
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januar jänner january jan", "februar feber february feb", "märz maerz march mär mrz",
            "april apr", "mai may", "juni juno june jun", "juli julei july jul", "august aug",
            "september sept sep",
            "oktober october okt oct", "november nov", "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_LONGEST = 11  # words of one number


def _german(word: str) -> int | None:
    """A German number written together, up to 999 999."""
    head, thousand, tail = word.partition("tausend")
    if thousand:
        above = _german(head) if head else 1
        below = _german(tail.removeprefix("und")) if tail else 0
        return None if above is None or below is None or not 0 < above < 1000 else above * 1000 + below
    head, hundred, tail = word.partition("hundert")
    if hundred:
        above = _GERMAN.get(head) if head else 1
        below = _GERMAN.get(tail.removeprefix("und")) if tail else 0
        return None if not above or below is None else above * 100 + below
    return _GERMAN.get(word)


def _english(tokens: list[str]) -> int | None:
    """An English number in words, up to 999 999."""
    total = part = 0
    last = ""
    for word in tokens:
        if word in _ENGLISH:
            value = _ENGLISH[word]
            tens = last in TENS_EN and 0 < value < 10
            if last and last not in ("hundred", "thousand", "and") and not tens:
                return None
            part += value
        elif word == "hundred" and last not in ("hundred", "and"):
            part = (part or 1) * 100
        elif word == "thousand" and "thousand" not in tokens[: tokens.index("thousand")] and last != "and":
            total, part = (part or 1) * 1000, 0
        elif not (word == "and" and last in ("hundred", "thousand")):
            return None
        last = word
    return None if last in ("", "and") else total + part


def read(tokens: list[str], at: int) -> tuple[int, int] | None:
    """The longest number that begins at a word: its value and the word after it."""
    for end in range(min(len(tokens), at + _LONGEST), at, -1):
        part = tokens[at:end]
        if len(part) == 1 and part[0].isascii() and part[0].isdigit():
            return int(part[0]), end
        # letters that are spelled are no word: "e l f"
        spelled = len(part) > 1 and any(len(word) == 1 and word != "a" for word in part)
        value = None if spelled else _german("".join(part))
        if value is None:
            value = _english([word for word in part if word != "a"] if part[0] == "a" else part)
        if value is not None and part[-1] not in ("und", "and"):
            return value, end
    return None


def ordinal(tokens: list[str], at: int) -> tuple[int, int] | None:
    """The ordinal that begins at a word, up to 31 as it stands in a date: its value and the word after it."""
    if at >= len(tokens):
        return None
    for end in range(min(len(tokens), at + 3), at, -1):
        value = _ORDINALS.get("".join(tokens[at:end]))
        if value:
            return value, end
    if tokens[at] in TENS_EN[:2] and at + 1 < len(tokens) and tokens[at + 1] in _ORDINALS_EN:
        ones = _ORDINALS_EN[tokens[at + 1]]
        return (_ENGLISH[tokens[at]] + ones, at + 2) if ones < 10 else None
    if tokens[at] in _ORDINALS_EN:
        return _ORDINALS_EN[tokens[at]], at + 1
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", tokens[at])
    return (int(match[1]), at + 1) if match else None


_QUARTERS = (  # how a time begins, and the minutes it lies from the hour that follows
    (("fünf", "vor", "halb"), -35), (("zehn", "vor", "halb"), -40), (("fünf", "nach", "halb"), -25),
    (("zehn", "nach", "halb"), -20), (("halb",), -30), (("dreiviertel",), -15), (("drei", "viertel"), -15),
    (("viertel", "vor"), -15), (("viertel", "nach"), 15), (("viertel",), -45),
    (("half", "past"), 30), (("half",), 30), (("quarter", "past"), 15), (("a", "quarter", "past"), 15),
    (("quarter", "to"), -15), (("a", "quarter", "to"), -15),
)  # fmt: skip


def minutes(tokens: list[str]) -> int | None:
    """Minutes after midnight of a clock time that is nothing but these words."""
    if "uhr" in tokens[1:]:
        # "drei uhr zehn" is not "dreizehn"
        at = tokens.index("uhr", 1)
        after = [word for word in tokens[at + 1 :] if word not in ("und", "minuten")]
        hour, more = read(tokens, 0), read(after, 0) if after else (0, 0)
        if hour and more and hour[1] == at and more[1] == len(after) and hour[0] <= 24 and more[0] < 60:
            return hour[0] % 24 * 60 + more[0]
    tokens = [
        word
        for at, word in enumerate(tokens)
        if word not in ("uhr", "o", "clock", "minuten", "minutes", "hours")
        and not (word in ("und", "and") and tokens[at - 1 : at] in (["uhr"], ["clock"]))
    ]
    if not tokens:
        return None
    for words, shift in _QUARTERS:
        if tuple(tokens[: len(words)]) == words:
            return _hour(tokens[len(words) :], shift)
    first = read(tokens, 0)
    if first is None:
        return None
    value, at = first
    rest = tokens[at:]
    if rest[:1] in (["nach"], ["past"]) and value < 60:
        return _hour(rest[1:], value)
    if rest[:1] in (["vor"], ["to"]) and value < 60:
        return _hour(rest[1:], -value)
    second = read(rest, 0) if rest else (0, 0)
    if second is None or second[1] != len(rest) or value > 24 or second[0] > 59:
        return None
    return value % 24 * 60 + second[0]


def _hour(tokens: list[str], shift: int) -> int | None:
    hit = read(tokens, 0) if tokens else None
    if hit is None or hit[1] != len(tokens) or hit[0] > 24:
        return None
    return (hit[0] * 60 + shift) % (24 * 60)
