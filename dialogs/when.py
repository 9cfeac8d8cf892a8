"""Which day, part of the day or time a citizen asks about, in German or English, spoken or typed.

Spoken as the recogniser writes it: lower case, number words ("am vierundzwanzigsten dezember"), split
compounds ("mittwoch nachmittag").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from dialogs.words import NUMBERS, plain

Part = Literal["morning", "noon", "afternoon", "evening"]

PARTS: dict[Part, tuple[time, time]] = {
    "morning": (time(6), time(12)),
    "noon": (time(12), time(14)),
    "afternoon": (time(13), time(18)),
    "evening": (time(17), time(22)),
}
"""From when to when a part of the day is."""

_DAYS = {
    "montag": 0,
    "dienstag": 1,
    "mittwoch": 2,
    "donnerstag": 3,
    "freitag": 4,
    "samstag": 5,
    "sonnabend": 5,
    "sonntag": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}
_MONTHS = {
    name: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
} | {"jänner": 1, "juno": 6, "julei": 7}
_PART_WORDS: dict[str, Part] = {
    "vormittag": "morning",
    "vormittags": "morning",
    "früh": "morning",
    "morgens": "morning",
    "morning": "morning",
    "mornings": "morning",
    "mittag": "noon",
    "mittags": "noon",
    "mittagspause": "noon",
    "noon": "noon",
    "lunchtime": "noon",
    "lunch": "noon",
    "midday": "noon",
    "nachmittag": "afternoon",
    "nachmittags": "afternoon",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "abend": "evening",
    "abends": "evening",
    "evening": "evening",
    "evenings": "evening",
    "tonight": "evening",
    "feierabend": "evening",
}
_EVERY = ("nachmittags", "vormittags", "mittags", "abends", "morgens", "mornings", "afternoons", "evenings")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_UP_TO_TWELFTH = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_FEASTS = {
    "heiligabend": (12, 24),
    "heilig abend": (12, 24),
    "heiligen abend": (12, 24),
    "heiliger abend": (12, 24),
    "christmas eve": (12, 24),
    "weihnachten": (12, 25),
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "boxing day": (12, 26),
    "silvester": (12, 31),
    "new year s eve": (12, 31),
    "new years eve": (12, 31),
    "neujahr": (1, 1),
    "new year": (1, 1),
    "tag der arbeit": (5, 1),
    "may day": (5, 1),
    "heilige drei könige": (1, 6),
}
"""Days that everybody knows by name; the public holidays of the Land come with the question."""
_FEASTS_ENGLISH = {
    "good friday": "Karfreitag",
    "easter monday": "Ostermontag",
    "easter": "Ostermontag",
    "ostern": "Ostermontag",
    "ascension day": "Christi Himmelfahrt",
    "himmelfahrt": "Christi Himmelfahrt",
    "vatertag": "Christi Himmelfahrt",
    "pfingsten": "Pfingstmontag",
    "whit monday": "Pfingstmontag",
    "corpus christi": "Fronleichnam",
    "german unity day": "Tag der Deutschen Einheit",
    "all saints day": "Allerheiligen",
    "all saints": "Allerheiligen",
}


@dataclass(frozen=True)
class Asked:
    """What a sentence says about time.

    `exact`: the day was given as a date, or lies further ahead than its weekday's name would say. `every`:
    not one day but the week as a rule ("mittwochs", "nachmittags", "die Öffnungszeiten"); `day` is then
    the next such day, if one was named.
    """

    day: date | None = None
    part: Part | None = None
    at: time | None = None
    exact: bool = False
    every: bool = False


def asked(text: str, now: datetime, holidays: Mapping[date, str] | None = None) -> Asked:
    """Reads a sentence; `now`: local time. `holidays`: the Land's, by which a day may be called."""
    words = _joined(plain(_keep_signs(text)))
    at, rest = _clock(words)
    part, rest, every = _part(rest)
    day, exact, weekly = _day(rest, now.date(), {} if holidays is None else holidays)
    if at is not None:
        at = _of_day(at, part)
    return Asked(day, part, at, exact, every or weekly)


def number_in(words: str) -> int | None:
    """The first number of a sentence: digits, or German or English words up to 999; None without one."""
    tokens = plain(words).split()
    for start in range(len(tokens)):
        for length in range(min(6, len(tokens) - start), 0, -1):
            found = _value(tuple(tokens[start : start + length]))
            if found is not None and tokens[start : start + length] not in (["ein"], ["a"], ["one"]):
                return found
    return None


# --- numbers ----------------------------------------------------------------------------------------------


@cache
def _small() -> dict[str, int]:
    """Number words up to 99, German and English, written together."""
    return {word: number for word, number in NUMBERS.items() if number < 100}


@cache
def _value(tokens: tuple[str, ...]) -> int | None:
    """The number that these words are, and nothing else; None if they are none."""
    if len(tokens) == 1 and tokens[0].isdecimal() and len(tokens[0]) <= 4:
        return int(tokens[0])
    # spoken digit by digit: "zwei null vier", "two oh four"
    if len(tokens) > 2:
        digits = [0 if token in ("oh", "o") else _small().get(token, 10) for token in tokens]
        if all(digit < 10 for digit in digits):
            return int("".join(str(digit) for digit in digits))
    joined = "".join(word for word in tokens if word != "and")
    if joined in _small():
        return _small()[joined]
    head, hundred, tail = joined.partition("hundert")
    if not hundred:
        head, hundred, tail = joined.partition("hundred")
    if hundred:
        hundreds = _small().get(head, 1 if not head else 0)
        rest = _small().get(tail.removeprefix("und"), 0 if not tail else None)
        if 0 < hundreds < 10 and rest is not None:
            return hundreds * 100 + rest
    # "two twelve"
    if len(tokens) == 2:
        first, second = (_small().get(word, 0) for word in tokens)
        if 0 < first < 10 <= second:
            return first * 100 + second
    return None


@cache
def _ordinals() -> dict[str, int]:
    """Ordinals up to 31 as they stand in a date, German and English."""
    found: dict[str, int] = {}
    odd = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
    for word, number in NUMBERS.items():
        if 0 < number <= 31 and word not in ("eins", "zwo", "ein"):
            stem = odd.get(number, word + ("t" if number < 20 else "st"))
            found |= {stem + ending: number for ending in ("e", "en", "er", "em")}
    found |= {f"erst{ending}": 1 for ending in ("e", "en", "er", "em")}
    english = [*_UP_TO_TWELFTH, *(f"{word}th" for word in _TEENS)]
    found |= {word: number for number, word in enumerate(english, 1)}
    found |= {"twentieth": 20, "thirtieth": 30}
    found |= {f"twenty {word}": 20 + number for number, word in enumerate(english[:9], 1)}
    found["thirty first"] = 31
    return found


# --- parts of a sentence ----------------------------------------------------------------------------------


def _keep_signs(text: str) -> str:
    """Times, dates and ordinals whose signs carry meaning, in words that survive `plain`."""
    text = text.lower()
    text = re.sub(r"\b(\d{1,2})[:.](\d{2})(?=\s*(?:uhr|h\b|am\b|pm\b|$|[?!,]))", r"\1 uhr \2 ", text)
    text = re.sub(r"\b(\d{1,2}):(\d{2})\b", r"\1 uhr \2 ", text)
    text = re.sub(r"\b(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})?(?!\d)", r" datum \1 \2 \3 ", text)
    text = re.sub(r"\b(\d{1,2})\.(?!\d)", r"\1te ", text)
    text = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1te", text)
    text = re.sub(r"\b(\d{1,2})\s*([ap])\.?\s?m\b\.?", r"\1 \2m", text)
    return text.replace("'", " ").replace("’", " ")


def _joined(words: str) -> str:
    """Compounds as one writes them apart: "mittwochnachmittag" as "mittwoch nachmittag"."""
    days, parts = "|".join(_DAYS), "vormittag|nachmittag|mittag|abend|morgen|früh"
    words = re.sub(rf"\b({days})s?({parts})(s?)\b", r"\1 \2\3", words)
    return re.sub(r"\büber morgen\b", "übermorgen", words)


def _part(words: str) -> tuple[Part | None, str, bool]:
    """The part of the day, the words without it, and whether it is meant as a rule."""
    for phrase in ("guten morgen", "guten abend", "good morning", "good afternoon", "good evening"):
        words = words.replace(phrase, " ")
    days = "|".join(_DAYS)
    # "heute morgen", "am morgen", "montag morgen": the morning, not tomorrow
    this_morning = rf"\b(heute|am|jeden|{days}) morgen\b"
    if re.search(this_morning, words):
        return "morning", re.sub(this_morning, r"\1", words, count=1), False
    tokens = words.split()
    for number, token in enumerate(tokens):
        # "mittwoch mittag", but not the "mittag" of "nach mittag" as some recognisers write it
        part = _PART_WORDS.get(token)
        before = tokens[number - 1] if number else ""
        if part == "noon" and before in ("nach", "vor"):
            part = "afternoon" if before == "nach" else "morning"
        if part:
            rest = " ".join(tokens[:number] + tokens[number + 1 :])
            return part, rest, token in _EVERY
    return None, words, False


def _day(words: str, today: date, holidays: Mapping[date, str]) -> tuple[date | None, bool, bool]:
    """The day, whether it should be told as a date, and whether the weekday is meant as a rule."""
    given = _date(words, today)
    if given:
        return given, True, False
    feast = _feast(words, today, holidays)
    if feast:
        return feast, True, False
    tokens = words.split()
    for phrase, ahead in (
        ("day after tomorrow", 2),
        ("übermorgen", 2),
        ("tomorrow", 1),
        ("heute", 0),
        ("today", 0),
        ("tonight", 0),
        ("heut", 0),
    ):
        if f" {phrase} " in f" {words} ":
            return today + timedelta(days=ahead), False, False
    later = _later(words, today)
    if later:
        return later, True, False
    for token in tokens:
        plural = token.endswith("s") and token[:-1] in _DAYS
        number = _DAYS.get(token[:-1] if plural else token)
        if number is None:
            continue
        day = today + timedelta(days=(number - today.weekday()) % 7)
        coming = re.search(r"\b(nächste\w*|kommende\w*|next)\b", words)
        week = re.search(r"\b(nächste\w* woche|next week|in (?:einer|1|a|one) (?:woche|week))\b", words)
        if week:
            monday = today + timedelta(days=7 - today.weekday())
            return monday + timedelta(days=number), True, False
        if coming:
            return (day + timedelta(days=7) if day == today else day), True, False
        return day, False, plural
    if re.search(r"\b(wochenende|weekend)\b", words):
        return today + timedelta(days=(5 - today.weekday()) % 7), False, False
    if re.search(r"\bmorgen\b", words):
        return today + timedelta(days=1), False, False
    return None, False, False


def _date(words: str, today: date) -> date | None:
    """ "24. Dezember", "vierundzwanzigsten zwölften", "24.12.", "december 24th"; the next such day."""
    if match := re.search(r"\bdatum (\d{1,2}) (\d{1,2})(?: (\d{4}|\d{2})\b)?", words):
        year = int(match[3]) if match[3] else None
        if year is not None and year < 100:
            year += 2000
        return _coming(today, int(match[1]), int(match[2]), year)
    tokens = words.split()
    for number, token in enumerate(tokens):
        day, after = _ordinal(tokens, number)
        if day is None and token.isdecimal() and 0 < int(token) <= 31:
            day, after = int(token), number + 1
        if day is None:
            continue
        rest = [word for word in tokens[after : after + 2] if word != "of"]
        month = _MONTHS.get(rest[0]) if rest else None
        if month is None and number and tokens[number - 1] in _MONTHS:
            month = _MONTHS[tokens[number - 1]]
        if month is None and number > 1 and tokens[number - 1] == "the":
            month = _MONTHS.get(tokens[number - 2])
        if month is None and not token.isdecimal():
            second, _ = _ordinal(tokens, after)
            month = second if second is not None and second <= 12 else None
            # "am vierundzwanzigsten", but not "im zweiten stock", "erste tür"
            if month is None and number and tokens[number - 1] in ("am", "den", "dem", "the") and not rest:
                return _day_of_month(today, day)
        if month:
            return _coming(today, day, month, None)
    return None


def _ordinal(tokens: list[str], at: int) -> tuple[int | None, int]:
    """The ordinal that begins at a token, and the token after it."""
    for length in (2, 1):
        words = " ".join(tokens[at : at + length])
        if words in _ordinals():
            return _ordinals()[words], at + length
    # split as a recogniser may write it: "vier und zwanzigsten"
    joined = "".join(tokens[at : at + 3])
    if len(tokens[at : at + 3]) == 3 and joined in _ordinals():
        return _ordinals()[joined], at + 3
    if at < len(tokens) and (match := re.fullmatch(r"(\d{1,2})te", tokens[at])):
        return int(match[1]), at + 1
    return None, at


def _coming(today: date, day: int, month: int, year: int | None) -> date | None:
    """The day of that name, in this year or, if it is over, the next one; None if none is near."""
    for candidate in range(today.year, today.year + 5):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today and year in (None, candidate):
            return found
    return None


def _day_of_month(today: date, day: int) -> date | None:
    """The next day with that number."""
    month, year = today.month, today.year
    for _ in range(12):
        found = _coming(today, day, month, year) if 0 < day <= 31 else None
        if found and found >= today:
            return found
        month, year = (1, year + 1) if month == 12 else (month + 1, year)
    return None


def _feast(words: str, today: date, holidays: Mapping[date, str]) -> date | None:
    """A day that is called by its name; the longest name wins."""
    spaced = f" {words} "
    found: list[tuple[int, date]] = []
    for name, (month, day) in _FEASTS.items():
        coming = _coming(today, day, month, None)
        if coming and f" {name} " in spaced:
            found.append((len(name), coming))
    german = {name: alias for alias, name in _FEASTS_ENGLISH.items() if f" {alias} " in spaced}
    # asking a day calculates the holidays of its year
    for year in (today.year, today.year + 1):
        holidays.get(date(year, 1, 1))
    for day_of, name in sorted(holidays.items()):
        said = german.get(name) or (plain(name) if f" {plain(name)} " in spaced else "")
        if said and today <= day_of:
            found.append((len(said), day_of))
    if not found:
        return None
    longest = max(length for length, _ in found)
    return min(day_of for length, day_of in found if length == longest)


def _later(words: str, today: date) -> date | None:
    """ "in drei Tagen", "in two weeks", "heute in einer Woche"."""
    match = re.search(r"\bin (\w+(?: \w+)?) (tag|tagen|tage|woche|wochen|day|days|week|weeks)\b", words)
    if not match or any(day in words.split() for day in _DAYS):
        return None
    first = match[1].split()[-1]
    count = 1 if first in ("einem", "einer", "a", "one") else _value((first,))
    if count is None or count > 60:
        return None
    return today + timedelta(days=count * (7 if match[2].startswith("w") else 1))


_NUMBER = r"(\d{1,2}|[a-zäöüß]+)"
# "halb fünf" is half an hour before five, "half past four" half an hour after four
_QUARTERS = (
    (r"dreiviertel|viertel vor|quarter to", -1, 45),
    (r"halb", -1, 30),
    (r"viertel nach|quarter past", 0, 15),
    (r"half past", 0, 30),
)
_AT = r"um|gegen|ab|nach|bis|vor|at|after|until|till|before|by"


def _clock(words: str) -> tuple[time | None, str]:
    """A clock time and the words without it."""
    for phrase, hours, minutes in _QUARTERS:
        match = re.search(rf"\b(?:{phrase}) {_NUMBER}\b", words)
        hour = _hour(match)
        if match and hour is not None:
            return _daytime((hour + hours) % 24 or 12, minutes, words), words.replace(match[0], " ")
    match = re.search(rf"\b{_NUMBER} ([ap])m\b", words)
    hour = _hour(match)
    if match and hour is not None and 0 < hour <= 12:
        return time(hour % 12 + (12 if match[2] == "p" else 0)), words.replace(match[0], " ")
    match = re.search(rf"\b{_NUMBER} uhr\b", words)
    hour = _hour(match)
    if match and hour is not None:
        rest = words[match.end() :].split()
        minute = _value((rest[0],)) if rest else None
        if minute is None or minute > 59:
            return _daytime(hour, 0, words), words.replace(match[0], " ")
        return _daytime(hour, minute, words), words.replace(f"{match[0]} {rest[0]}", " ")
    match = re.search(rf"\b(?:{_AT}) {_NUMBER}(?: o clock)?\b", words)
    hour = _hour(match)
    if match and hour is not None:
        rest = words[match.end() :].split()
        if not rest or (rest[0] not in _MONTHS and rest[0] not in ("tagen", "wochen", "of")):
            return _daytime(hour, 0, words), words.replace(match[0], " ")
    return None, words


def _hour(match: re.Match[str] | None) -> int | None:
    """The hour that the first group of a match says."""
    hour = _value((match[1],)) if match else None
    return hour if hour is not None and hour <= 24 else None


def _daytime(hour: int, minute: int, words: str) -> time:
    """A time of day; before seven nobody asks about a town hall, so "um fünf" is 17:00."""
    early = not re.search(r"\b(früh|morgens|morning|vormittag\w*|nachts|night)\b", words)
    if 0 < hour < 7 and early and not re.search(rf"\b0{hour}\b", words):
        hour += 12
    return time(hour % 24, minute)


def _of_day(at: time, part: Part | None) -> time:
    """ "um acht am Abend" is 20:00."""
    if part in ("afternoon", "evening") and at.hour < 12:
        return time(at.hour + 12, at.minute)
    return at
