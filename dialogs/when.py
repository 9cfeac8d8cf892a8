"""Which day, part of the day or time a citizen asks about, in German or English, spoken or typed.

Spoken as the recogniser writes it: lower case, number words ("am vierundzwanzigsten dezember"), split
compounds ("mittwoch nachmittag").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from dialogs import numerals
from dialogs.words import plain

_LARGEST = 10_000  # no room and no day has so high a number
Part = Literal["morning", "noon", "afternoon", "evening"]

PARTS: dict[Part, tuple[time, time]] = {
    "morning": (time(6), time(12)),
    "noon": (time(12, 30), time(13, 30)),
    "afternoon": (time(13), time(18)),
    "evening": (time(17), time(22)),
}
"""From when to when a part of the day is; "over lunch" is the time at which others have their break."""

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
    "lunchtime": "noon",
    "lunch": "noon",
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
    "nikolaus": (12, 6),
    "zwischen den jahren": (12, 28),
    "zwischen weihnachten und neujahr": (12, 28),
    "between the years": (12, 28),
    "between christmas and new year": (12, 28),
    **{
        f"{which} {what}": (12, day)
        for day, names in ((25, ("erster", "ersten", "1th")), (26, ("zweiter", "zweiten", "2th")))
        for which in names
        for what in ("weihnachtstag", "weihnachtsfeiertag", "weihnachts tag", "weihnachts feiertag")
    },
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


_BEFORE_EASTER_MONDAY = {
    "weiberfastnacht": 53,
    "altweiber": 53,
    "rosenmontag": 49,
    "veilchendienstag": 48,
    "faschingsdienstag": 48,
    "karnevalsdienstag": 48,
    "shrove tuesday": 48,
    "aschermittwoch": 47,
    "ash wednesday": 47,
    "gründonnerstag": 4,
    "maundy thursday": 4,
    "karsamstag": 2,
    "ostersonntag": 1,
    "easter sunday": 1,
}
"""Days that move with Easter and are no public holidays: so many days before Easter Monday."""
_BEFORE_CHRISTMAS = {
    **{
        f"{which} {what}": weeks
        for weeks, names in enumerate(
            (
                ("vierter", "vierten", "4th", "fourth"),
                ("dritter", "dritten", "3th", "third"),
                ("zweiter", "zweiten", "2th", "second"),
                ("erster", "ersten", "1th", "first"),
            )
        )
        for which in names
        for what in ("advent", "adventssonntag", "sunday of advent")
    },
    "totensonntag": 4,
    "ewigkeitssonntag": 4,
    "volkstrauertag": 5,
}
"""Sundays by the weeks they lie before the last one ahead of Christmas."""


@dataclass(frozen=True)
class Asked:
    """What a sentence says about time.

    `exact`: the day was given as a date, or lies further ahead than its weekday's name would say. `every`:
    not one day but the week as a rule ("mittwochs", "nachmittags", "die Öffnungszeiten"); `day` is then
    the next such day, if one was named. `week`: the Monday of a week that was named without a day.
    """

    day: date | None = None
    part: Part | None = None
    at: time | None = None
    exact: bool = False
    every: bool = False
    week: date | None = None


def asked(text: str, now: datetime, holidays: Mapping[date, str] | None = None) -> Asked:
    """Reads a sentence; `now`: local time. `holidays`: the Land's, by which a day may be called."""
    words = _joined(plain(_keep_signs(text)))
    at, rest = _clock(words)
    part, rest, every = _part(rest)
    day, exact, weekly = _day(rest, now.date(), {} if holidays is None else holidays)
    if at is not None:
        at = _of_day(at, part)
    weeks = None if day else _weeks_ahead(rest)
    monday = None if weeks is None else now.date() + timedelta(days=7 * weeks - now.weekday())
    return Asked(day, part, at, exact, every or weekly, monday)


def number_in(words: str) -> int | None:
    """The first number of a sentence: digits, or German or English words, None without one."""
    tokens = plain(words).split()
    for start in range(len(tokens)):
        for length in range(min(6, len(tokens) - start), 0, -1):
            found = _value(tuple(tokens[start : start + length]))
            if found is not None and tokens[start : start + length] not in (["ein"], ["a"], ["one"]):
                return found
    return None


# --- numbers ----------------------------------------------------------------------------------------------


def _value(tokens: tuple[str, ...]) -> int | None:
    """The number that these words are, and nothing else; None if they are none."""
    if tokens in (("eine",), ("einen",)):
        return None
    whole = numerals.read(list(tokens), 0)
    if whole and whole[1] == len(tokens):
        return whole[0] if whole[0] < _LARGEST else None
    each = [0 if token in ("oh", "o") else _single(token) for token in tokens]
    # spoken digit by digit: "zwei null vier", "two oh four"
    if len(tokens) > 2 and all(digit is not None and digit < 10 for digit in each):
        return int("".join(str(digit) for digit in each))
    # "two twelve"
    if len(tokens) == 2 and each[0] and each[0] < 10 and each[1] is not None and 10 <= each[1] < 100:
        return each[0] * 100 + each[1]
    return None


def _single(token: str) -> int | None:
    hit = numerals.read([token], 0)
    return hit[0] if hit else None


# --- parts of a sentence ----------------------------------------------------------------------------------


def _keep_signs(text: str) -> str:
    """Times, dates and ordinals whose signs carry meaning, in words that survive `plain`."""
    text = re.sub(r"\b(\d{4})-(\d{2})-(\d{2})\b", r" datum \3 \2 \1 ", text.lower())
    text = re.sub(r"\b(\d{1,2})([-/])(1[0-2]|0?\d)(?:\2(\d{4}|\d{2}))\b", r" datum \1 \3 \4 ", text)
    text = re.sub(r"\b(\d{1,2})/(1[0-2]|0?\d)\b", r" datum \1 \2 ", text)
    text = re.sub(r"\b(\d{1,2})[:.](\d{2})(?=\s*(?:uhr|h\b|am\b|pm\b|$|[?!,]))", r"\1 uhr \2 ", text)
    text = re.sub(r"\b(\d{1,2}):(\d{2})\b", r"\1 uhr \2 ", text)
    text = re.sub(r"\b(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})?(?!\d)", r" datum \1 \2 \3 ", text)
    text = re.sub(r"\b(\d{1,2})\.(?!\d)", r"\1th ", text)
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
    # before "heute": "heute in einer woche"
    if later := _later(words, today):
        return later, True, False
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
    for token in tokens:
        plural = token.endswith("s") and token[:-1] in _DAYS
        number = _DAYS.get(token[:-1] if plural else token)
        if number is None:
            continue
        day = today + timedelta(days=(number - today.weekday()) % 7)
        coming = re.search(r"\b(nächste\w*|kommende\w*|next)\b", words)
        if extra := re.search(rf"\b(?:(a|one|two|three) weeks? on {token}|{token} week)\b", words):
            # "a week on friday", "friday week": counted from that day
            weeks = (_value((extra[1],)) or 1) if extra[1] else 1
            return day + timedelta(days=7 * weeks), True, False
        if weeks := _weeks_ahead(words) or 0:
            monday = today - timedelta(days=today.weekday())
            return monday + timedelta(days=7 * weeks + number), True, False
        if re.search(r"\b(übernächste\w*|after next)\b", words):
            return day + timedelta(days=14 if day == today else 7), True, False
        if coming:
            return (day + timedelta(days=7) if day == today else day), True, False
        return day, False, plural
    if re.search(r"\b(wochenende|weekend)\b", words):
        return today + timedelta(days=(5 - today.weekday()) % 7), False, False
    if re.search(r"\bmorgen\b", words):
        return today + timedelta(days=1), False, False
    return None, False, False


_WEEKS = re.compile(
    r"\b(?:(?P<two>übernächste\w* woche|(?:the )?week after next)|"
    r"(?P<one>(?:nächste|kommende)\w* woche|next week)|"
    r"(?P<none>diese\w? woche|this week)|in (?P<count>\w+) (?P<unit>wochen?|weeks?|tagen)\b)"
)


def _weeks_ahead(words: str) -> int | None:
    """How many weeks ahead a named week lies: "nächste Woche", "in zwei Wochen"; None if none is named."""
    match = _WEEKS.search(words)
    if match is None:
        return None
    if match["count"]:
        count = 1 if match["count"] in ("einer", "a", "one") else _value((match["count"],))
        if match["unit"] == "tagen":
            return {7: 1, 8: 1, 14: 2, 15: 2}.get(count or 0)
        return count if count is not None and count <= 60 else None
    return 2 if match["two"] else 1 if match["one"] else 0


# an ordinal before these is no day of the month: "am zweiten Schalter", "am ersten Weihnachtstag"
_COUNTED = re.compile(
    r"stock\w*|etage|geschoss|obergeschoss|og|tür|schalter|fenster|gang|tag|feiertag|mal|advent\w*|weihnacht\w*|"
    rf"oster\w*|pfingst\w*|floor|door|counter|window|day|time|{'|'.join(_DAYS)}"
)


def _date(words: str, today: date) -> date | None:
    """ "24. Dezember", "vierundzwanzigsten zwölften", "24.12.", "december 24th"; the next such day."""
    if match := re.search(r"\bdatum (\d{1,2}) (\d{1,2})(?: (\d{4}|\d{2})\b)?", words):
        year = int(match[3]) if match[3] else None
        if year is not None and year < 100:
            year += 2000
        return _coming(today, int(match[1]), int(match[2]), year)
    tokens = words.split()
    for number, token in enumerate(tokens):
        hit = numerals.ordinal(tokens, number)
        if hit is None and token.isdecimal() and 0 < int(token) <= 31:
            hit = int(token), number + 1
        if hit is None:
            continue
        day, after = hit
        rest = [word for word in tokens[after : after + 2] if word != "of"]
        month = numerals.MONTHS.get(rest[0]) if rest else None
        if month is None and number and tokens[number - 1] in numerals.MONTHS:
            month = numerals.MONTHS[tokens[number - 1]]
        if month is None and number > 1 and tokens[number - 1] == "the":
            month = numerals.MONTHS.get(tokens[number - 2])
        if month is None and not token.isdecimal():
            second = numerals.ordinal(tokens, after)
            month = second[0] if second and second[0] <= 12 else None
            # "am vierundzwanzigsten", but not "im zweiten stock", "erste tür"
            named = number and tokens[number - 1] in ("am", "den", "dem", "the", "zum", "ab")
            if month is None and named and not (rest and _COUNTED.fullmatch(rest[0])):
                return _day_of_month(today, day)
        if month:
            return _coming(today, day, month, None)
    return None


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
    for name, before in _BEFORE_EASTER_MONDAY.items():
        easters = (day_of for day_of, called in holidays.items() if "Ostermontag" in called)
        if f" {name} " in spaced:
            found += [
                (len(name), day_of - timedelta(days=before))
                for day_of in easters
                if day_of - timedelta(days=before) >= today
            ]
    for day_of, name in sorted(holidays.items()):
        said = german.get(name) or (plain(name) if f" {plain(name)} " in spaced else "")
        if said and today <= day_of:
            found.append((len(said), day_of))
    for year in (today.year, today.year + 1):
        christmas = date(year, 12, 25)
        fourth = christmas - timedelta(days=christmas.weekday() + 1)
        for name, weeks in _BEFORE_CHRISTMAS.items():
            if f" {name} " in spaced and (sunday := fourth - timedelta(days=7 * weeks)) >= today:
                found.append((len(name), sunday))
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


_AT = ("um", "gegen", "ab", "nach", "bis", "vor", "at", "after", "until", "till", "before", "by")
_QUARTERS = ("halb", "viertel", "dreiviertel", "half", "quarter")
_LONGEST = 6  # words of a clock time
_NO_HOURS = ("tagen", "wochen", "of", "days", "weeks", "stock", "euro")


def _clock(words: str) -> tuple[time | None, str]:
    """A clock time and the words without it."""
    if hour := re.search(r"\b(?:(?:um|at|gegen|by) )?(?:(mitternacht|midnight)|noon|midday)\b", words):
        return time(0 if hour[1] else 12), f"{words[: hour.start()]} {words[hour.end() :]}"
    tokens = words.split()
    for at in range(len(tokens)):
        for end in range(min(len(tokens), at + _LONGEST), at, -1):
            before, after = tokens[at - 1] if at else "", tokens[end] if end < len(tokens) else ""
            found = _span(tokens[at:end], before, after, words)
            if found is not None:
                return found, " ".join(tokens[: at - 1 if before in _AT else at] + tokens[end:])
    return None, words


def _span(span: list[str], before: str, after: str, words: str) -> time | None:
    """The time that these words are; a number alone is one behind "um" and the like only."""
    if span[-1] in ("am", "pm") and len(span) > 1:
        minutes = numerals.minutes(span[:-1])
        # "um fünf am freitag"
        if minutes is None or minutes > 12 * 60 + 59 or (span[-1] == "am" and before == "um"):
            return None
        return time(minutes // 60 % 12 + (12 if span[-1] == "pm" else 0), minutes % 60)
    quarter = any(word in _QUARTERS for word in span)
    hours = "uhr" in span[1:] or "clock" in span[1:]
    alone = before in _AT and after not in numerals.MONTHS and after not in _NO_HOURS
    if not (quarter or hours or alone):
        return None
    minutes = numerals.minutes(span)
    if minutes is None:
        return None
    hour = minutes // 60
    return _daytime(hour or 12 if quarter else hour, minutes % 60, words)


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
