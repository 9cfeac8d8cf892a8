"""Numbers, days, times, amounts and names as people say them, in the form a field takes. German and English.

The words are what a recogniser or a hand writes. Nothing here guesses: what is not clear is None, and
is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from dialogs import numerals, spelling
from dialogs.service import Field
from dialogs.words import plain

_DAYS = {
    "heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "gestern": -1, "yesterday": -1,
    "vorgestern": -2,
}  # fmt: skip
# --- numbers -----------------------------------------------------------------------------------


def number(text: str) -> int | None:
    """The only number in the words; None if there is none or more than one."""
    tokens = plain(text).split()
    found, at = [], 0
    while at < len(tokens):
        hit = numerals.read(tokens, at)
        if hit and not (
            tokens[at] in ("ein", "eine", "einen", "one", "a") and hit[1] == at + 1 < len(tokens)
        ):
            found.append(hit[0])
        at = hit[1] if hit else at + 1
    return found[0] if len(found) == 1 else None


_NO_NUMBERS = {"ein", "eine", "einen", "one", "erste", "ersten", "erster", "erstes", "first", "may", "second"}


def is_number(word: str) -> bool:
    """Whether a word is a number, an ordinal or a month: what dates and numbers are said with."""
    if not word or word in _NO_NUMBERS:
        return False
    return bool(numerals.read([word], 0)) or bool(numerals.ordinal([word], 0)) or word in numerals.MONTHS


_METRES = {"meter", "metern", "metre", "metres", "meters", "m"}
_POINT = {"komma", "punkt", "point", "comma"}


def centimetres(text: str) -> int | None:
    """A length as people say theirs: "eins zweiundachtzig", "ein Meter zweiundachtzig", "1,82" are 182."""
    if written := re.search(r"(?<!\d)([12])[.,](\d{1,2})(?!\d)", text):
        return int(written[1]) * 100 + int(written[2].ljust(2, "0"))
    parts = _joined(plain(text).split())
    found = [part for part in parts if isinstance(part, int)]
    whole, *rest = found or [0]
    if not found or not rest:
        return whole * 100 if found and _METRES & {*parts} else whole or None
    if _POINT & {*parts}:
        rest = [int("".join(map(str, rest)).ljust(2, "0"))]
    return whole * 100 + rest[0] if whole in (1, 2) and len(rest) == 1 and rest[0] < 100 else None


def digits(text: str) -> str | None:
    """Digits said one by one or in groups: "null zwei zwei eins" is "0221"; None if a word is none."""
    tokens = re.findall(r"[^\W\d_]+|\d+", text.lower())
    said, at = "", 0
    while at < len(tokens):
        word = tokens[at]
        times = {"doppel": 2, "zweimal": 2, "double": 2, "dreimal": 3, "triple": 3}.get(word, 1)
        if times > 1:
            at += 1
        elif word in (
            "strich",
            "bindestrich",
            "dash",
            "schrägstrich",
            "slash",
            "und",
            "and",
            "then",
            "dann",
        ):
            at += 1
            continue
        if at >= len(tokens):
            return None
        if tokens[at].isdigit():
            hit: tuple[str, int] | None = (tokens[at], at + 1)
        elif tokens[at] in ("o", "oh"):
            hit = ("0", at + 1)
        else:
            value = numerals.read(tokens, at)
            hit = (str(value[0]), value[1]) if value else None
        if hit is None:
            return None
        said += hit[0] * times
        at = hit[1]
    return said or None


# --- days and times ----------------------------------------------------------------------------


def _parts(tokens: list[str]) -> Iterator[tuple[str, int]]:
    """What of a day stands in the words: ("month" | "number", value)."""
    at = 0
    while at < len(tokens):
        if tokens[at] in numerals.MONTHS:
            yield "month", numerals.MONTHS[tokens[at]]
            at += 1
        elif hit := numerals.ordinal(tokens, at) or numerals.read(tokens, at):
            yield "number", hit[0]
            at = hit[1]
        else:
            at += 1


def day(text: str, on: date, *, past: bool = False) -> date | None:
    """A day: "zwölfter august neunzehnhundertvierundsechzig", "12.8.64", "tomorrow".

    `on`: today. `past`: a year of two figures lies before today (a birthday), else it may come.
    """
    tokens = plain(text).split()
    if len(tokens) <= 2:
        ahead = next((_DAYS[word] for word in tokens if word in _DAYS), None)
        if ahead is not None:
            return on + timedelta(days=ahead)
    parts = list(_parts(tokens))
    months = [value for kind, value in parts if kind == "month"]
    numbers = [value for kind, value in parts if kind == "number"]
    if not months and len(numbers) >= 2:
        months = [numbers.pop(1)]
    if len(months) != 1 or not numbers:
        return None
    if len(numbers) == 3 and numbers[1] in (18, 19, 20) and numbers[2] < 100:
        numbers = [
            numbers[0],
            numbers[1] * 100 + numbers[2],
        ]  # "neunzehn vierundsechzig", "nineteen sixty four"
    if len(numbers) == 4 and numbers[1] in (19, 20) and numbers[2] == 0 and numbers[3] < 10:
        numbers = [numbers[0], numbers[1] * 100 + numbers[3]]  # "nineteen zero five"
    if len(numbers) > 2:
        return None
    year = numbers[1] if len(numbers) == 2 else on.year
    if year < 100:
        year += 1900 if past and 2000 + year > on.year else 2000
    try:
        return date(year, months[0], numbers[0])
    except ValueError:
        return None


_AFTERNOON = re.compile(r"\b(?:nachmittags?|abends?|mittags|p m|pm|afternoon|evening)\b")


def clock(text: str) -> time | None:
    """A time of day: "halb neun" is 8:30, "viertel vor neun" 8:45, "half past eight" 8:30."""
    words = plain(text)
    late = bool(_AFTERNOON.search(words))
    words = re.sub(
        r"\b(?:a m|am|um|gegen|punkt|genau|at|in|the|morning|früh|morgens|vormittags)\b", " ", words
    )
    words = " ".join(_AFTERNOON.sub(" ", words).split())
    if words in ("mittag", "zwölf uhr mittag", "noon", "midday"):
        return time(12)
    if words in ("mitternacht", "midnight"):
        return time(0)
    minutes = numerals.minutes(words.split())
    if minutes is None:
        return None
    if late and minutes < 12 * 60:
        minutes += 12 * 60
    return time(minutes // 60 % 24, minutes % 60)


# --- money -------------------------------------------------------------------------------------


def amount(text: str) -> int | None:
    """Cents: "zwanzig euro fünfzig" is 2050, "12,50 €" 1250, "fünfzig cent" 50."""
    written = re.fullmatch(
        r"\D*?(\d{1,3}(?:[. ]?\d{3})*)(?:[,.](\d{1,2}))?\s*(?:€|euros?|eur)?\.?", text.strip().lower()
    )
    if written:
        return int(re.sub(r"\D", "", written[1])) * 100 + int((written[2] or "0").ljust(2, "0"))
    words = " ".join(text.lower().replace("€", " euro ").replace(",", " komma ").split())
    tokens = (
        [t for t in plain(words).split() if t not in ("und", "and")]
        if "euro" in words
        else plain(words).split()
    )
    return _cents(_joined(tokens))


def _joined(tokens: list[str]) -> list[str | int]:
    """Words with their numbers read."""
    found: list[str | int] = []
    at = 0
    while at < len(tokens):
        hit = numerals.read(tokens, at)
        if hit:
            found.append(hit[0])
        else:
            found.append(tokens[at])
        at = hit[1] if hit else at + 1
    return found


def _cents(parts: list[str | int]) -> int | None:
    shape = "".join("n" if isinstance(p, int) else _SIGNS.get(p, "?") for p in parts)
    values = [p for p in parts if isinstance(p, int)]
    if shape in ("n", "ne"):
        return values[0] * 100
    if shape == "nc":
        return values[0]
    if shape in ("nen", "nenc") and values[1] < 100:
        return values[0] * 100 + values[1]
    if shape in ("nkn", "nkne", "nknn", "nknne"):
        after = "".join(str(value) for value in values[1:])
        return values[0] * 100 + int(after.ljust(2, "0")) if len(after) <= 2 else None
    return None


_SIGNS = {"euro": "e", "euros": "e", "cent": "c", "cents": "c", "komma": "k", "point": "k", "comma": "k"}


# --- fields ------------------------------------------------------------------------------------

_STREET = re.compile(r"\b(?P<head>.+?) (?P<number>\d+)(?: (?P<letter>[a-z]))?$")


def address(text: str) -> str | None:
    """ "hauptstraße zwölf a" as "Hauptstraße 12a"."""
    words = " ".join(str(part) for part in _joined(plain(text).split()))
    match = _STREET.fullmatch(words)
    street = spelling.name(match["head"] if match else words)
    if street is None or match is None:
        return street
    return f"{street} {match['number']}{match['letter'] or ''}"


def email(text: str) -> str | None:
    """ "erika punkt mustermann at beispiel punkt de" as "erika.mustermann@beispiel.de"."""
    signs = {
        "punkt": ".", "dot": ".", "at": "@", "ät": "@", "et": "@", "klammeraffe": "@", "minus": "-",
        "dash": "-",
        "bindestrich": "-", "hyphen": "-", "unterstrich": "_", "underscore": "_",
    }  # fmt: skip
    tokens = re.findall(r"[\w.@+-]+", text.lower())
    parts = _joined(tokens)
    said = "".join(signs.get(part, part) if isinstance(part, str) else str(part) for part in parts)
    return said if re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", said) else None


def plate(text: str) -> str | None:
    """ "b m a b eins zwei drei" as "BM-AB 123"; of letters in one go the last two are behind the town."""
    words = plain(text.replace("-", " trenn ")).split()
    split = next(
        (n for n, word in enumerate(words) if numerals.read(words, n) or word in _NOUGHT), len(words)
    )
    tail = words[split:]
    ending = tail.pop() if tail and tail[-1] in ("e", "h") else ""
    figures = digits(" ".join(tail)) if tail else None
    head = words[:split]
    if figures is None or not head:
        return None
    groups: list[str] = []
    for part in re.split(r"\b(?:trenn|strich|bindestrich|dash|minus)\b", " ".join(head)):
        if part.strip():
            groups.append(spelling.letters(part) or part.replace(" ", ""))
    if len(groups) == 1:
        joined = groups[0]
        at = len(head[0]) if len(head) == 2 and len(head[0]) > 1 else max(1, len(joined) - 2)
        groups = [joined[:at], joined[at:]]
    if len(groups) != 2 or not 1 <= len(groups[0]) <= 3 or not 1 <= len(groups[1]) <= 2:
        return None
    return f"{groups[0].upper()}-{groups[1].upper()} {figures}{ending.upper()}"


_NOUGHT = ("o", "oh")


def iban(text: str) -> str | None:
    """ "d e zwei eins …" as "DE21 …" in groups of four."""
    words = re.findall(r"[^\W\d_]+|\d+", text.lower())
    if words and re.fullmatch(r"[a-z]{2}", words[0]):
        country, rest = words[0], words[1:]
    else:
        country, rest = spelling.letters(" ".join(words[:2])) or "", words[2:]
    figures = digits(" ".join(rest)) if rest else None
    if len(country) != 2 or figures is None:
        return None
    whole = f"{country.upper()}{figures}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def phone(text: str) -> str | None:
    """ "plus vier neun …" as "+49…", "null zwei zwei …" as "022…"."""
    words = text.strip().lower()
    plus = words.startswith(("+", "plus"))
    figures = digits(re.sub(r"^(?:\+|plus)", "", words))
    return None if figures is None else f"+{figures}" if plus else figures


def _choice(field: Field, text: str) -> str | None:
    words = plain(text)
    for value, label in field.options:
        if words in (plain(value), plain(label)):
            return value
    named = [value for value, label in field.options if re.search(rf"\b{re.escape(plain(label))}\b", words)]
    return named[0] if len(named) == 1 else None


def spoken(field: Field, text: str, on: date) -> str | None:
    """What was said for a form field, as the field takes it; None if it cannot be that. `on`: today.

    Whether the value is allowed is still for `Catalogue.validate_field` to say.
    """
    words = plain(text)
    if not words:
        return None
    match field.type:
        case "checkbox":
            first = words.split()[0]
            return "true" if first in ("ja", "yes") else "" if first in ("nein", "no") else None
        case "choice":
            return _choice(field, text) or (spelling.name(text) if field.free_text else None)
        case "date":
            found = day(text, on, past=field.past)
            return found.strftime("%d.%m.%Y") if found else None
        case "number":
            value = centimetres(text) if "zentimeter" in field.label.lower() else number(text)
            return None if value is None else str(value)
        case "money":
            cents = amount(text)
            return None if cents is None else f"{cents // 100},{cents % 100:02d}"
        case "postcode":
            figures = digits(text)
            return figures if figures and len(figures) == 5 else None
        case "email":
            return email(text)
        case "phone":
            return phone(text)
        case "plate":
            return plate(text)
        case "iban":
            return iban(text)
    if field.charset == "digits":
        return digits(text)
    if field.charset == "address":
        return address(text)
    if field.charset == "name":
        return spelling.name(text)
    if field.charset == "code":
        return digits(text) or (code.upper() if (code := spelling.letters(text)) else None)
    return text.strip()[:1].upper() + text.strip()[1:]
