"""What is said for what is written: the text for the ear, made from the text for the eye, per language."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hardware.speech.languages import language
from hardware.speech.numbers import MONTHS_DE, MONTHS_EN, english_ordinal, ordinal

FILES: Final = Path(__file__).with_name("lexicons")

# hyphens and dots within words are for the eye
_CUT_UP: Final = re.compile(r"(?<=\w)[\u00ad\u00b7\u2027](?=\w)")
_SUM: Final = r"(?<![\w.,])(?P<euro>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cent>\d\d|-|–))?"
_MONEY: Final = re.compile(_SUM + r"\s?(?:€|EUR\b|Euro\b)")
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
    rf"|(?P<name>{'|'.join(MONTHS_DE)})\b)"
)
_CLOCK: Final = re.compile(r"(?<![\d.:,])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:]|\.\d)")
_HOURS: Final = re.compile(r"(?<=\d:\d\d)\s?[–-]\s?(?=\d{1,2}:\d\d)")
_FLOOR: Final = re.compile(r"(?<![\w.,-])(?P<number>[12]?\d|3[01])\. (?=(?:Stock|Weihnachts·?tag)\b)")
_PLACE: Final = re.compile(
    r"(?P<before>\b(?:im|am|den|dem|vom|zum|der|die|das|ein) )(?P<number>[12]?\d|3[01])\.(?= [A-ZÄÖÜ])"
)
_THOUSANDS: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?![\d.,]\d)")
_STREET: Final = re.compile(r"(?<=[a-zäöüß])str\.(?=\s|$)")
_HOUSE: Final = re.compile(r"(?<=\s)(?P<number>\d{1,4})(?P<letter>[a-h])\b(?!\w)")
# groups of digits, the first of them with a zero or a country's code
_PHONE: Final = re.compile(
    r"(?<![\w.,:/-])(?:\+\d{2}[ /-]?(?:\(0\)[ ]?)?|\(?0)\d{1,5}\)?(?:[ /–-]{1,3}\d{1,8}){1,5}(?![\w,:]|\.\d)"
)
_SHORT_PHONE: Final = re.compile(
    r"(?P<before>\b(?:Notruf|Nummer|Rufnummer|Telefon|unter|unter der|number|call|phone|on) )?"
    r"(?P<number>\b116 ?11[67]\b|\b116 ?116\b|\b11[0257]\b)(?!\s?(?:€|EUR|[Ee]uro|,\d|\.\d))"
)
_PLATE: Final = re.compile(r"\b(?P<town>[A-ZÄÖÜ]{1,3})-(?P<letters>[A-Z]{1,2}) (?=\d{1,4}\b)")
_MAIL: Final = re.compile(r"(?<![\w@])(?P<name>[\w.+-]+)@(?P<host>[\w-]+(?:\.[\w-]+)+)")
_SITE: Final = re.compile(r"(?<![\w@.])(?:https?://)?(?P<host>www(?:\.[\w-]+)+)(?P<path>(?:/[\w-]+)*)/?")
_DIGITS: Final = re.compile(r"\d+")

_MONEY_EN: Final = re.compile(
    r"(?:€|\bEUR )\s?(?P<euro>\d{1,3}(?:,\d{3})+|\d+)(?:[.,](?P<cent>\d\d))?(?!\d)"
    r"|(?<![\w.,])(?P<euro2>\d{1,3}(?:,\d{3})+|\d+)(?:[.,](?P<cent2>\d\d))?\s?(?:€|EUR\b|euros?\b)"
)
_TIME_EN: Final = re.compile(
    r"(?<![\d.:,])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?P<half>\s?[ap]\.?m\b\.?)?"
)
_RANGE_EN: Final = re.compile(r"(?<=\d)\s?–\s?(?=\d)")
_DATE_EN: Final = re.compile(rf"(?<![\d.,:])(?P<day>[12]?\d|3[01]) (?P<name>{'|'.join(MONTHS_EN)})\b")
_DOTTED_EN: Final = re.compile(
    r"(?<![\d.,])(?P<day>0?[1-9]|[12]\d|3[01])\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>(?:19|20)\d\d)(?!\d)"
)
_SUBSECTION_EN: Final = re.compile(r"(?P<section>(?:§+|\b[Ss]ections?)\s?\d+[a-z]?)\s?\((?P<number>\d+)\)")
_SUBSECTIONS_EN: Final = re.compile(r"(?<=subsection \d)(?P<joint> and | or |, )\((?P<number>\d+)\)")
_NUMBER_EN: Final = re.compile(r"\b[Nn]o\.\s?(?=\d)")
_COMMA_EN: Final = re.compile(r"(?<=\d),(?=\d\d(?!\d))")


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
    """Turns a written sentence into what the synthesiser shall say; `rules` go before the word list."""

    def __init__(self, words: dict[str, str], rules: Callable[[str], str]) -> None:
        self._words = words
        self._rules = rules
        self._pattern = re.compile(
            "|".join(_whole(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"
        )

    def spoken(self, text: str) -> str:
        """The text for the ear."""
        text = self._rules(_CUT_UP.sub("", text))
        return self._pattern.sub(lambda m: self._words[m.group()], text)


@functools.cache
def of(lang: str) -> Lexicon:
    """The lexicon of a visit's language; of a language without one, digits and signs stay as they are."""
    name = language(lang).lexicon
    file = FILES / f"{name}.txt"
    words = load(file) if file.is_file() else {}
    if name == "leicht":
        words = load(FILES / "de.txt") | words
    return Lexicon(words, {"de": german, "leicht": german, "en": english}.get(name, elsewhere))


def german(text: str) -> str:
    """Amounts, times, dates, floors, streets and telephone numbers in German."""
    text = _addresses(text, at=" ät ", dot=" Punkt ", slash=" Schrägstrich ")
    text = _PHONE.sub(_phone, text)
    text = _SHORT_PHONE.sub(_short_phone, text)
    text = _PLATE.sub(_plate, text)
    text = _HOURS.sub(" bis ", text)
    text = _RANGE.sub(lambda m: f"{m['unit'] or ''} bis ", text)
    text = _MONEY.sub(_money, text)
    text = _TIME.sub(_time, text)
    text = _CLOCK.sub(_clock, text)
    text = _DATE.sub(_date, text)
    text = _PLACE.sub(_ordinal, text)
    text = _FLOOR.sub(lambda m: f"{ordinal(int(m['number']))}r ", text)
    text = _THOUSANDS.sub(lambda m: m.group().replace(".", ""), text)
    text = _STREET.sub("straße", text)
    return _HOUSE.sub(lambda m: f"{m['number']} {m['letter'].upper()}", text)


def english(text: str) -> str:
    """Amounts, times, dates, sections and telephone numbers in English."""
    text = _addresses(text, at=" at ", dot=" dot ", slash=" slash ")
    text = _PHONE.sub(_phone, text)
    text = _SHORT_PHONE.sub(_short_phone, text)
    text = _PLATE.sub(_plate, text)
    text = _NUMBER_EN.sub("number ", text)
    text = _SUBSECTION_EN.sub(lambda m: f"{m['section']} subsection {m['number']}", text)
    text = _SUBSECTIONS_EN.sub(r"\g<joint>\g<number>", text)
    text = _RANGE_EN.sub(" to ", text)
    text = _MONEY_EN.sub(_money_en, text)
    text = _TIME_EN.sub(_time_en, text)
    text = _DOTTED_EN.sub(_dotted_en, text)
    text = _DATE_EN.sub(lambda m: f"the {english_ordinal(int(m['day']))} of {m['name']}", text)
    text = _COMMA_EN.sub(" comma ", text)
    return _HOUSE.sub(lambda m: f"{m['number']} {m['letter'].upper()}", text)


def elsewhere(text: str) -> str:
    """In other languages: telephone numbers digit by digit, and no cents where there are none."""
    text = _PHONE.sub(_phone, text)
    return re.sub(r"(?<=\d)[.,]00(?=\s?(?:€|EUR|[Ee]uro|євро|евро|يورو))", "", text)


def _whole(word: str) -> str:
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?![\w-])" if word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _addresses(text: str, *, at: str, dot: str, slash: str) -> str:
    """Mail addresses and sites; a country at their end is spelled."""

    def host(name: str) -> str:
        *parts, land = name.split(".")
        spelled = " ".join(land.upper()) if len(land) == 2 else land
        return dot.join(" ".join("WWW") if part == "www" else part for part in (*parts, spelled))

    text = _MAIL.sub(lambda m: m["name"].replace(".", dot) + at + host(m["host"]), text)
    return _SITE.sub(lambda m: host(m["host"]) + m["path"].replace("/", slash), text)


def _plate(match: re.Match[str]) -> str:
    return f"{' '.join(match['town'])}, {' '.join(match['letters'])}, "


def _phone(match: re.Match[str]) -> str:
    groups = _DIGITS.findall(match.group().replace("(0)", ""))
    spelled = ", ".join(" ".join(group) for group in groups)
    return ("plus " if match.group().startswith("+") else "") + spelled


def _short_phone(match: re.Match[str]) -> str:
    number = match["number"]
    if not match["before"] and not number.startswith("116"):
        return match.group()
    digits = number.replace(" ", "")
    spelled = ", ".join(" ".join(digits[at : at + 3]) for at in range(0, len(digits), 3))
    return (match["before"] or "") + spelled


def _money(match: re.Match[str]) -> str:
    euro = int(match["euro"].replace(".", ""))
    cent = int(match["cent"]) if (match["cent"] or "").isdigit() else 0
    if not euro and cent:
        return f"{'ein' if cent == 1 else cent} Cent"
    return f"{'ein' if euro == 1 else euro} Euro" + (f" {cent}" if cent else "")


def _money_en(match: re.Match[str]) -> str:
    euro = int((match["euro"] or match["euro2"]).replace(",", ""))
    cent = int(match["cent"] or match["cent2"] or 0)
    if not euro and cent:
        return f"{cent} cent{'' if cent == 1 else 's'}"
    return f"{euro} euro{'' if euro == 1 else 's'}" + (f" {cent}" if cent else "")


def _time(match: re.Match[str]) -> str:
    if not int(match["minute"]) and not match["unit"]:
        return str(int(match["hour"]))
    return _clock(match)


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    return f"{'ein' if hour == 1 else hour} Uhr" + (f" {minute}" if minute else "")


def _dotted_en(match: re.Match[str]) -> str:
    month = MONTHS_EN[int(match["month"]) - 1]
    return f"the {english_ordinal(int(match['day']))} of {month} {match['year']}"


def _time_en(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = f" {match['half'].strip()[0]} m" if match["half"] else ""
    if not minute:
        return f"{hour}{half}" if half else f"{hour} o'clock"
    return f"{hour} {minute if minute > 9 else f'oh {minute}'}{half}"


def _ordinal(match: re.Match[str]) -> str:
    number = int(match["number"])
    if not number:
        return match.group()
    ending = {"der ": "", "die ": "", "das ": "", "ein ": "r"}.get(match["before"], "n")
    return match["before"] + ordinal(number) + ending


def _date(match: re.Match[str]) -> str:
    dative = match["dative"] or ""
    day = ordinal(int(match["day"])) + ("n" if dative else "r")
    month = match["name"] or MONTHS_DE[int(match["month"]) - 1]
    year = f" {match['year']}" if match["year"] else ""
    return f"{dative}{day} {month}{year}"
