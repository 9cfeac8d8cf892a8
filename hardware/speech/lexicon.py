"""What is said for what is written: the text for the ear, made from the text for the eye."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

from hardware.speech.numbers import ordinal

FILE: Final = Path(__file__).with_name("lexicon.txt")

MONTHS: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
_MONEY: Final = re.compile(
    r"(?<![\w.,])(?P<euro>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cent>\d\d|-|–))?\s?(?:€|EUR\b|Euro\b)"
)
_RANGE: Final = re.compile(
    r"(?<=\d)(?P<unit>\s?Uhr)?\s?[–-]\s?(?=\d[\d.:,]*\s(?:Uhr|Eur|EUR|€|Jahr|Tag|Woche|Minute|Monat))"
)
_TIME: Final = re.compile(
    r"(?<![\d.:,])(?P<hour>[01]?\d|2[0-4])[:.](?P<minute>[0-5]\d)(?:(?P<unit>\sUhr\b)|(?=\sbis\s\d))"
)
_DATE: Final = re.compile(
    r"(?P<dative>\b(?i:am|vom|zum|beim|ab|seit|bis|dem|den|zu|nach|vor)\s(?:dem\s|zum\s)?)?"
    r"(?<![\d.,])(?P<day>0?[1-9]|[12]\d|3[01])\.\s?"
    r"(?:(?P<month>0?[1-9]|1[0-2])\.(?:\s?(?P<year>(?:19|20)\d\d)(?!\d))?(?![\d,])"
    rf"|(?P<name>{'|'.join(MONTHS)})\b)"
)
_PLACE: Final = re.compile(
    r"(?P<before>\b(?:im|am|den|dem|vom|zum|der|die|das|ein) )(?P<number>[12]?\d|3[01])\.(?= [A-ZÄÖÜ])"
)
_THOUSANDS: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?![\d.,]\d)")


def load(path: Path) -> dict[str, str]:
    """The word list of a lexicon file, written → spoken. Raises ValueError naming file and line."""
    words: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        written, equals, spoken = line.partition(" = ")
        if not equals or not written.strip() or not spoken.strip():
            raise ValueError(f"{path}:{number}: expected 'written = spoken'")
        words[written.strip()] = spoken.strip()
    return words


class Lexicon:
    """Turns a written German sentence into what the synthesiser shall say."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words
        self._pattern = re.compile(
            "|".join(_whole(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"
        )

    def spoken(self, text: str) -> str:
        """The text for the ear."""
        text = _RANGE.sub(lambda m: f"{m['unit'] or ''} bis ", text)
        text = _MONEY.sub(_money, text)
        text = _TIME.sub(_time, text)
        text = _DATE.sub(_date, text)
        text = _PLACE.sub(_ordinal, text)
        text = _THOUSANDS.sub(lambda m: m.group().replace(".", ""), text)
        return self._pattern.sub(lambda m: self._words[m.group()], text)


@functools.cache
def german() -> Lexicon:
    """The lexicon that comes with the house."""
    return Lexicon(load(FILE))


def _whole(word: str) -> str:
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?![\w-])" if word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _money(match: re.Match[str]) -> str:
    euro = int(match["euro"].replace(".", ""))
    cent = int(match["cent"]) if (match["cent"] or "").isdigit() else 0
    if not euro and cent:
        return f"{'ein' if cent == 1 else cent} Cent"
    return f"{'ein' if euro == 1 else euro} Euro" + (f" {cent}" if cent else "")


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if not minute and not match["unit"]:
        return str(hour)
    return f"{'ein' if hour == 1 else hour} Uhr" + (f" {minute}" if minute else "")


def _ordinal(match: re.Match[str]) -> str:
    number = int(match["number"])
    if not number:
        return match.group()
    ending = {"der ": "", "die ": "", "das ": "", "ein ": "r"}.get(match["before"], "n")
    return match["before"] + ordinal(number) + ending


def _date(match: re.Match[str]) -> str:
    dative = match["dative"] or ""
    day = ordinal(int(match["day"])) + ("n" if dative else "r")
    month = match["name"] or MONTHS[int(match["month"]) - 1]
    year = f" {match['year']}" if match["year"] else ""
    return f"{dative}{day} {month}{year}"
