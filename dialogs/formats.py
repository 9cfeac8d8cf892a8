"""Amounts, days and times as they are written in a language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONATE = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_EURO = {"ar": "يورو", "uk": "євро", "ru": "евро"}


def money(lang: str, cents: int) -> str:
    """4600 as "46,00 Euro" (de), "46.00 euros" (en): words, which the voice reads as they stand."""
    point = "." if lang in ("en", "ar") else ","
    unit = _EURO.get(lang, "euros" if lang in ("en", "fr") else "euro" if lang == "pl" else "Euro")
    if lang == "leicht" and cents % 100 == 0:
        return f"{cents // 100} {unit}"
    return f"{cents // 100}{point}{cents % 100:02d} {unit}"


def day(lang: str, on: date) -> str:
    """2026-02-07 as "07.02.2026" (de), "7 February 2026" (en), "07/02/2026" (fr, ar)."""
    if lang == "en":
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    sign = "/" if lang in ("fr", "ar") else "."
    return f"{on.day:02d}{sign}{on.month:02d}{sign}{on.year}"


# Where the month is not written out: how "on Monday 30/11/2026" begins, and the days as they stand there.
_ON = {
    "tr": ("{date} {day} günü", "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar"),
    "uk": ("{day}, {date}", "у_понеділок у_вівторок у_середу у_четвер у_п’ятницю у_суботу у_неділю"),
    "ru": ("{day}, {date}", "в_понедельник во_вторник в_среду в_четверг в_пятницу в_субботу в_воскресенье"),
    "pl": ("{day}, {date}", "w_poniedziałek we_wtorek w_środę w_czwartek w_piątek w_sobotę w_niedzielę"),
    "fr": ("le {day} {date}", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "ar": ("يوم {day} {date}", "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
}


def weekday(lang: str, on: date) -> str:
    """2026-11-27 as "am Freitag, dem 27. November" (de), "on Friday 27 November" (en), "le vendredi
    27/11/2026" (fr).
    """
    if lang in _ON:
        sentence, days = _ON[lang]
        return sentence.format(day=days.split()[on.weekday()].replace("_", " "), date=day(lang, on))
    if lang == "en":
        return f"on {_DAYS['en'][on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
    article = "" if lang == "leicht" else "dem "
    return f"am {_DAYS['de'][on.weekday()]}, {article}{on.day}. {_MONATE[on.month - 1]}"


def clock(lang: str, at: time) -> str:
    """08:30 as "8:30"; on the full hour "8" in plain German. Words such as "Uhr" stand in the texts."""
    if lang == "leicht" and at.minute == 0:
        return str(at.hour)
    return f"{at.hour}:{at.minute:02d}"


_KINDS: dict[str, Callable[[str, str], str]] = {
    "eur": lambda lang, value: money(lang, int(value)),
    "on": lambda lang, value: weekday(lang, date.fromisoformat(value)),
    "date": lambda lang, value: day(lang, date.fromisoformat(value)),
    "time": lambda lang, value: clock(lang, time.fromisoformat(value)),
}


def written(lang: str, value: str) -> str:
    """A parameter such as "=eur:4600", "=date:2026-02-07", "=on:2026-11-27" or "=time:08:30" in words.

    Raises ValueError for another kind.
    """
    kind, _, content = value.removeprefix("=").partition(":")
    if kind not in _KINDS:
        raise ValueError(f"the parameter {value!r} is none of =eur:, =date:, =on:, =time:")
    return _KINDS[kind](lang, content)
