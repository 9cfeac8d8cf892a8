"""Numbers, days, times, amounts and names as people say them, in the form a field takes. German and English.

The words are what a recogniser or a hand writes. Nothing here guesses: what is not clear is None, and
is asked again.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dialogs import numerals, spelling, when
from dialogs.fields import IBAN
from dialogs.service import Field
from dialogs.words import agrees, plain

DAYS = {
    "heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "gestern": -1, "yesterday": -1,
    "vorgestern": -2,
}  # fmt: skip
"""Days by their distance from today."""
# what is said around a value, not of it
_AROUND = frozenset(
    (
        "die",
        "der",
        "das",
        "den",
        "dem",
        "meine",
        "mein",
        "ist",
        "lautet",
        "heißt",
        "nummer",
        "telefonnummer",
        "handynummer",
        "telefon",
        "handy",
        "vorwahl",
        "durchwahl",
        "postleitzahl",
        "iban",
        "kennzeichen",
        "kontonummer",
        "also",
        "äh",
        "ähm",
        "klammer",
        "auf",
        "zu",
        "leerzeichen",
        "the",
        "my",
        "number",
        "is",
        "phone",
        "mobile",
        "postcode",
        "code",
        "plate",
        "account",
        "uh",
        "space",
    )
)
# --- numbers -----------------------------------------------------------------------------------

_NONE = re.compile(
    r"(?:(?:gar|überhaupt|there are|ich habe|wir haben|i have|we have) )?"
    r"(?:kein|keine|keins|keiner|keinen|nichts|none|nil|nothing|no)"
    r"(?: (?:kinder|kind|personen|person|einkommen|children|child|persons|people|income))?"
)
_ALONE = re.compile(
    r"(?:(?:ich (?:wohne|lebe|bin)|i live|i am|i m) )?(?:ganz )?(?:allein|alleine|alone)|"
    r"(?:nur ich|ich allein|just me|only me)"
)
_ONE_OF = re.compile(
    r"(?:nur |only |just )?(?:ein|eine|einen|one|a) (?:person|personen haushalt|kind|child|hund|dog)"
)
_MINUS = re.compile(r"(?:^|\s)[-−–]\s?\d|\bminus (?:\w)")
_TOGETHER = {"zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "acht": 8}


def number(text: str) -> int | None:
    """The only number in the words; None if there is none or more than one. "keine", "zu dritt" are one."""
    tokens = plain(re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)).split()
    if _NONE.fullmatch(" ".join(tokens)):
        return 0
    if _ALONE.fullmatch(" ".join(tokens)) or _ONE_OF.fullmatch(" ".join(tokens)):
        return 1
    if _MINUS.search(text.lower()):
        return None
    if tokens[-2:-1] == ["zu"] and tokens[-1] in _TOGETHER:
        return _TOGETHER[tokens[-1]]
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
    if written := re.search(r"(?<!\d)([12])(?:[.,]| ?m ?)(\d{1,2})(?!\d)", text.lower()):
        return int(written[1]) * 100 + int(written[2].ljust(2, "0"))
    text = re.sub(r"\b(ein|zwei)(meter)(?=\w|\b)", r"\1 \2 ", text.lower())
    if re.search(r"\b(?:anderthalb|eineinhalb) meter", plain(text)):
        return 150
    text = re.sub(r"\beins(?=\w*(?:und|zig|ßig)\w*)", "eins ", text.lower())  # "einsachtundsechzig"
    parts = _joined(plain(text).split())
    found = [part for part in parts if isinstance(part, int)]
    whole, *rest = found or [0]
    if not found or not rest:
        return whole * 100 if found and _METRES & {*parts} else whole or None
    if _POINT & {*parts}:
        rest = [int("".join(map(str, rest)).ljust(2, "0"))]
    return whole * 100 + rest[0] if whole in (1, 2) and len(rest) == 1 and rest[0] < 100 else None


_TIMES = {"doppel": 2, "doppelt": 2, "zweimal": 2, "double": 2, "dreimal": 3, "triple": 3, "viermal": 4}
_BETWEEN = frozenset(
    ("strich", "bindestrich", "dash", "hyphen", "schrägstrich", "slash", "und", "and", "then", "dann")
)
_NOUGHTS = ("o", "oh", "nought")


def digits(text: str) -> str | None:
    """Digits said one by one or in groups: "null zwei zwei eins" is "0221"; None if a word is none."""
    spaced = re.sub(r"\b(zwei|drei|vier) mal\b", r"\1mal", text.lower())
    tokens = [word for word in re.findall(r"[^\W\d_]+|\d+", spaced) if word not in _AROUND]
    said, at = "", 0
    while at < len(tokens):
        times = _TIMES.get(tokens[at], 1)
        if times > 1:
            at += 1
        elif tokens[at] in _BETWEEN:
            at += 1
            continue
        if at >= len(tokens):
            return None
        if tokens[at].isdigit():
            hit: tuple[str, int] | None = (tokens[at], at + 1)
        elif tokens[at] in _NOUGHTS:
            hit = ("0", at + 1)
        else:
            value = numerals.read(tokens, at)
            hit = (str(value[0]), value[1]) if value else None
        if hit is None:
            return None
        # "doppel null zwei": twice the one figure, not the number that follows
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


_FEASTS = {"heiligabend": "24 dezember", "silvester": "31 dezember", "neujahr": "1 januar"}
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_EIGHT = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")


def day(text: str, on: date, *, past: bool = False, future: bool = False, born: bool = False) -> date | None:
    """A day: "zwölfter august neunzehnhundertvierundsechzig", "12.8.64", "tomorrow", "nächsten mittwoch".

    `on`: today. `past`: it lies before today, a year of two figures too; `future`: it lies ahead. Without a
    year it is the nearest such day; of a day of birth (`born`) the year is never guessed.
    """
    text = _EIGHT.sub(r"\1.\2.\3", _ISO.sub(r"\3.\2.\1", text.lower()))
    said = re.sub(r"\büber morgen\b", "übermorgen", plain(text))
    said = re.sub(r"\b(?:heilig\w* abend|christmas eve)\b", "heiligabend", said)
    if not born and (near := _near_by(said, on, past=past)):
        return near
    tokens = " ".join(_FEASTS.get(word, word) for word in said.split()).split()
    parts = list(_parts(tokens))
    months = [value for kind, value in parts if kind == "month"]
    numbers = _without_noughts([value for kind, value in parts if kind == "number"])
    if not months and len(numbers) >= 2:
        months = [numbers.pop(1)]
    if len(months) != 1 or not numbers:
        return None
    if _SPAN.search(said):
        return None  # "vom ersten bis zum dritten": two days
    year = _year(numbers[1:], on, past=past)
    if year is not None:
        return _date(year, months[0], numbers[0])
    if len(numbers) > 1 or born:
        return None
    if other := _OTHER_YEAR.search(said):
        this = _YEARS.get(other["which"], 0)
        return _date(on.year + this, months[0], numbers[0])
    near_years = (_date(year, months[0], numbers[0]) for year in range(on.year - 4, on.year + 5))
    return _nearest([found for found in near_years if found], on, past=past, future=future)


_SPAN = re.compile(r"\w (?:bis|until|till|through) \w")
_OTHER_YEAR = re.compile(
    r"\b(?P<which>nächst|kommend|letzt|vorig|vergangen|dies|next|last|this)\w* (?:jahr|year)(?:e?s)?\b"
)
_YEARS = {"nächst": 1, "kommend": 1, "next": 1, "letzt": -1, "vorig": -1, "vergangen": -1, "last": -1}


def _without_noughts(numbers: list[int]) -> list[int]:
    """ "null drei null fünf": the noughts before a single figure."""
    return [n for at, n in enumerate(numbers) if n or not 0 < (numbers[at + 1 : at + 2] or [0])[0] < 10]


def _year(numbers: list[int], on: date, *, past: bool) -> int | None:
    """The year that is said behind day and month; None if none is, or it is not clear."""
    match numbers:
        case [18 | 19 | 20 as century, rest] if rest < 100:
            return century * 100 + rest  # "neunzehn vierundsechzig", "nineteen oh five"
        case [1800 | 1900 | 2000 as century, rest] if rest < 100:
            return century + rest
        case [year] if year < 100:
            return year + (1900 if past and 2000 + year > on.year else 2000)
        case [year]:
            return year
    return None


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _nearest(days: list[date], on: date, *, past: bool, future: bool) -> date | None:
    """Of days of the same name the one that is nearest on the side where it lies."""
    fitting = [found for found in days if not (past and found > on) and not (future and found < on)]
    return min(fitting, key=lambda found: abs(found - on), default=None)


_AGO = re.compile(
    r"(?:seit|vor|for|since)? ?\b(?P<count>\w+(?: \w+)??) "
    r"(?P<unit>tag\w*|wochen?|days?|weeks?)(?P<ago> ago)?$"
)
_LAST = re.compile(r"\b(?:letzte\w*|vorige\w*|vergangene\w*|last)\b")
_NOW = frozenset(
    {
        "sofort",
        "ab sofort",
        "jetzt",
        "ab jetzt",
        "ab heute",
        "seit heute",
        "immediately",
        "now",
        "from now on",
    }
)
_MONTH_END = re.compile(r"\b(?:monatsende|ende (?:des|dieses) monats|end of (?:the|this) month)\b")
_BARE_DAY = re.compile(r"(?:(?:ab|am|an|zum|zu|seit|vom|von|dem|der|den|the|on|since|from) )+(?P<day>.+)")


def _near_by(said: str, on: date, *, past: bool) -> date | None:
    """A day that is told by its distance from today or by its weekday; None if none is."""
    tokens = said.split()
    if len(tokens) <= 3 and not set(tokens) & {*numerals.MONTHS, "in"}:
        ahead = next((DAYS[word] for word in tokens if word in DAYS), None)
        if ahead is not None:
            return on + timedelta(days=ahead)
    if said.endswith("day before yesterday"):
        return on - timedelta(days=2)
    if said in _NOW:
        return on
    if not past and _MONTH_END.search(said):
        return on.replace(day=monthrange(on.year, on.month)[1])
    if (ago := _AGO.search(said)) and (ago["ago"] or said.startswith("vor ")):
        count = 1 if ago["count"] in ("einem", "einer", "a", "one") else number(ago["count"])
        if count is not None and count < 100:
            return on - timedelta(days=count * (7 if ago["unit"].startswith("w") else 1))
    if match := _BARE_DAY.fullmatch(said):
        rest = match["day"].split()
        hit = numerals.ordinal(rest, 0)
        if hit and hit[1] == len(rest):
            return _day_of_month(hit[0], on, past=past)
    told = when.asked(said, datetime.combine(on, time(12)))
    if told.day is None or any(word in numerals.MONTHS for word in tokens):
        return None
    if numerals.read(tokens, 0) or any(numerals.ordinal(tokens, at) for at in range(len(tokens))):
        return None
    if past or _LAST.search(said):
        weekday = told.day
        while weekday >= on:
            weekday -= timedelta(days=7)
        return weekday if _LAST.search(said) else None
    return told.day


def _day_of_month(number: int, on: date, *, past: bool) -> date | None:
    """The last (`past`) or the next day with that number."""
    months = [
        ((on.month - 1 + step) % 12 + 1, on.year + (on.month - 1 + step) // 12) for step in range(-2, 3)
    ]
    days = [found for month, year in months if (found := _date(year, month, number))]
    return _nearest(days, on, past=past, future=not past)


_AFTERNOON = re.compile(r"\b(?:nachmittags?|abends?|mittags|p m|pm|afternoon|evening)\b")
_NIGHT = re.compile(r"\b(?:nachts|at night)\b")
_BEFORE_NOON = re.compile(r"\b(?:a m|am$)")


def clock(text: str) -> time | None:
    """A time of day: "halb neun" is 8:30, "viertel vor neun" 8:45, "half past eight" 8:30."""
    words = plain(text)
    late, night = bool(_AFTERNOON.search(words)), bool(_NIGHT.search(words))
    early = bool(_BEFORE_NOON.search(words))
    words = _NIGHT.sub(" ", words)
    words = re.sub(
        r"\b(?:a m|am|so|um|gegen|punkt|genau|etwa|about|at|in|the|morning|früh|morgens|vormittags)\b",
        " ",
        words,
    )
    words = " ".join(_AFTERNOON.sub(" ", words).split())
    if words in ("mittag", "zwölf uhr mittag", "noon", "midday"):
        return time(12)
    if words in ("mitternacht", "midnight"):
        return time(0)
    minutes = numerals.minutes(words.split())
    if minutes is None:
        return None
    if (late and minutes < 12 * 60) or (night and 6 * 60 < minutes < 12 * 60):
        minutes += 12 * 60
    elif (early or night) and 12 * 60 <= minutes < 13 * 60:
        minutes -= 12 * 60
    return time(minutes // 60 % 24, minutes % 60)


# --- money -------------------------------------------------------------------------------------


def amount(text: str) -> int | None:
    """Cents: "zwanzig euro fünfzig" is 2050, "12,50 €" 1250, "fünfzig cent" 50."""
    if _MINUS.search(text.lower()) or _NOT_JUST.search(text.lower()):
        return None
    written = re.fullmatch(
        r"\D*?(\d{1,3}(?:[. ]?\d{3})*)(?:[,.](\d{1,2})|,-{1,2})?\s*(?:€|euros?|eur)?\.?", text.strip().lower()
    )
    if written:
        return int(re.sub(r"\D", "", written[1])) * 100 + int((written[2] or "0").ljust(2, "0"))
    said = plain(text.lower().replace("€", " euro ").replace(",", " komma "))
    said = " ".join(_ABOUT.sub(" ", said).split())
    if _NONE.fullmatch(said):
        return 0
    said = " ".join(_MONEY_TALK.sub(" ", said).split())
    said = _HALVES.sub(_half, said)
    return _cents([part for part in _joined(said.split()) if part not in ("und", "and")])


# an amount that is told by its border only
_NOT_JUST = re.compile(
    r"\b(?:unter|über|weniger als|mehr als|höchstens|mindestens|bis|under|over|less than|more than|up to)\b"
)
# what people say of an amount
_MONEY_TALK = re.compile(
    r"\b(?:ich|wir|zahle|zahlen|verdiene|verdienen|bekomme|bekommen|kriege|habe|haben|beträgt|kostet|"
    r"meine?|die|der|das|ist|es|miete|warmmiete|kaltmiete|gehalt|lohn|rente|einkommen|um|"
    r"i|we|pay|earn|get|have|receive|my|our|the|rent|salary|pension|income|is|it|s)\b"
)
# how sure it is, and what it is
_ABOUT = re.compile(
    r"\b(?:genau|ungefähr|etwa|circa|ca|rund|so|sind es|es sind|das sind|im monat|pro monat|monatlich|"
    r"kalt|warm|brutto|netto|about|roughly|exactly|a month|per month|monthly)\b"
)
_HALVES = re.compile(r"\b(?:anderthalb|(?P<whole>[a-zäöüß]+)einhalb)(?: ?(?P<unit>tausend|hundert))?\b")


def _half(match: re.Match[str]) -> str:
    """ "zweieinhalb tausend" as "2500", "anderthalb" as "1 komma 5"."""
    whole = number(match["whole"]) if match["whole"] else 1
    if whole is None:
        return match[0]
    unit = {"tausend": 1000, "hundert": 100}.get(match["unit"] or "")
    return str(whole * unit + unit // 2) if unit else f"{whole} komma 5"


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

_HOUSE = re.compile(r"\d+ ?[a-z]?(?: ?[-/] ?(?:\d+ ?[a-z]?|[a-z]))*")
_NUMBER_FIRST = re.compile(r"(?P<number>\d+(?: ?[a-z])?) (?P<head>.+)")
# a square of Mannheim and the house in it: "C 4, 12"
_SQUARE = re.compile(r"(?:quadrat )?(?P<row>[a-u]) ?(?P<square>\d),? (?P<number>\d+ ?[a-z]?)")
# house number, then where it lies: "12, 3. Stock", "12, 12345 Musterstadt"
_BEHIND = re.compile(
    r"(?<=\d)(?P<letter> ?[a-zA-Z])?\s*(?:,| in)\s*(?:\d{5}\b.*|\d+\. (?:stock|etage|og)\b.*)$", re.IGNORECASE
)
_SHORT_STREET = re.compile(r"str\b\.?", re.IGNORECASE)
_LIVES = re.compile(
    r"^(?:ich wohne |i live |das ist |es ist )(?:in der |at |in )?|"
    r"^in der (?=\w*(?:straße|strasse|gasse|allee)\b)"
)
_SPLIT = re.compile(r"^(?P<head>.+) (?P<tail>straße|strasse|gasse|platz|allee|weg)$")
_ADJECTIVES = frozenset(
    (
        "lange",
        "breite",
        "hohe",
        "alte",
        "neue",
        "kurze",
        "obere",
        "untere",
        "große",
        "kleine",
        "mittlere",
        "großen",
        "alten",
        "neuen",
        "kleinen",
        "breiten",
        "langen",
        "hohen",
        "am",
        "im",
        "an",
        "auf",
        "bei",
        "beim",
        "der",
        "dem",
        "den",
        "hinter",
        "in",
        "und",
        "unter",
        "vor",
        "zum",
        "zur",
    )
)


def address(text: str) -> str | None:
    """ "hauptstraße zwölf a" as "Hauptstraße 12a", "… fünf bis sieben" as "… 5-7"."""
    text = _SHORT_STREET.sub("straße", _BEHIND.sub(r"\g<letter>", text))
    text = re.sub(r"(?<=\d)[-/](?=\d)", lambda sign: _RANGES[sign[0]], text)
    hyphens = re.search(r"[^\W\d]\.?-[^\W\d]", text) is not None
    text = re.sub(
        rf"\b(\d{{1,2}})\.(?= (?:{'|'.join(numerals.MONTHS)})\b)", r"\1th", text, flags=re.IGNORECASE
    )
    said = _LIVES.sub("", plain(re.sub(r"(?<=[^\W\d])\.?-(?=[^\W\d])", " bindestrich ", text)))
    said = re.sub(r" (?:haus)?nummer(?= )| house number(?= )", "", said)
    tokens = _with_days(said.split())
    if square := _SQUARE.fullmatch(" ".join(str(part) for part in _joined(tokens))):
        return f"{square['row'].upper()} {square['square']}, {square['number'].replace(' ', '')}"
    head, number = _head_and_number(tokens)
    street = spelling.name(head if hyphens else _SPLIT.sub(_compound, head))
    if street is None:
        return None
    street = re.sub(r"(?<=\d)th\b", ".", street[:1].upper() + street[1:])
    return f"{street} {number}".strip()


def _head_and_number(tokens: list[str]) -> tuple[str, str]:
    """The street and its house number as it is written; a number that is of the name stays a word."""
    for at in range(1, len(tokens)):
        if numerals.read(tokens, at) and (number := _house(tokens[at:])):
            return " ".join(tokens[:at]), number
    match = _NUMBER_FIRST.fullmatch(" ".join(str(part) for part in _joined(tokens)))
    # "221b baker street"; but "drei eichen" is a name
    english = match and re.search(r"\b(?:street|road|lane|avenue|square|drive)$", match["head"])
    return (match["head"], match["number"].replace(" ", "")) if match and english else (" ".join(tokens), "")


def _house(tokens: list[str]) -> str:
    """A house number as it is written; "" if the words are more or less than one."""
    found = " ".join(str(part) for part in _joined(tokens))
    for sign, word in (("-", r"bis|strich|bindestrich|to"), ("/", r"schrägstrich|slash")):
        found = re.sub(rf"(?<=\d) ?([a-z] )?(?:{word}) (?=\d|[a-z]$)", rf"\1{sign}", found)
    # "zwölf be", "zwölf a wie anton"
    found = re.sub(r"(?<=\d) (?!und )(\w+(?: (?:wie|as in|for) \w+)?)$", _letter_behind, found)
    return found.replace(" ", "") if _HOUSE.fullmatch(found) else ""


def house_number(text: str) -> str | None:
    """ "zwölf b" as "12b"; None if the words are no house number."""
    found = re.fullmatch(r"\S+ (?P<number>\d\S*)", address(f"x {text}") or "")
    return found["number"] if found else None


_RANGES = {"-": " bis ", "/": " schrägstrich "}


def _compound(match: re.Match[str]) -> str:
    """ "haupt straße" as "hauptstraße", "karl marx straße" as "karl-marx-straße"; "kölner straße" stays."""
    *before, last = match["head"].split()
    if last.endswith("er") or last in _ADJECTIVES or re.search(r"\d", match["head"]):
        return match[0]
    if before and not _ADJECTIVES & {*before}:
        return "-".join((*before, last, match["tail"]))
    return match[0] if match["tail"] == "weg" else " ".join((*before, f"{last}{match['tail']}"))


def _with_days(tokens: list[str]) -> list[str]:
    """ "straße des siebzehnten juni": the day of a month as a figure."""
    found, at = list[str](), 0
    while at < len(tokens):
        hit = numerals.ordinal(tokens, at)
        if hit and tokens[hit[1] : hit[1] + 1] and tokens[hit[1]] in numerals.MONTHS:
            found.append(f"{hit[0]}th")
            at = hit[1]
        else:
            found.append(tokens[at])
            at += 1
    return found


def _letter_behind(match: re.Match[str]) -> str:
    letter = spelling.letters(match[1])
    return f" {letter}" if letter and len(letter) == 1 else match[0]


_EMAIL_LEAD = re.compile(
    r"^(?:also |äh )*(?:(?:meine|die|my|the) )?(?:e ?mail|mail)?[ -]?(?:adresse|address)? ?(?:ist|lautet|is) "
)
_EMAIL_TYPED = re.compile(r"[^\s@<>()\",;:]+@[\w-]+(?:\.[\w-]+)+")
_EMAIL_TOGETHER = re.compile(
    r"^(?:alles )?(?:klein ?(?:geschrieben)?|zusammen ?(?:geschrieben)?|in einem wort|"
    r"all lower case|one word)(?: und)? "
)
_EMAIL_SIGNS = {
    "punkt": ".", "dot": ".", "at": "@", "ät": "@", "et": "@", "klammeraffe": "@", "affenschwanz": "@",
    "minus": "-", "dash": "-", "strich": "-", "bindestrich": "-", "hyphen": "-", "unterstrich": "_",
    "underscore": "_", "plus": "+", "kom": "com", "dee": "de",
}  # fmt: skip


def email(text: str) -> str | None:
    """ "erika punkt mustermann at beispiel punkt de" as "erika.mustermann@beispiel.de"."""
    typed = text.strip().strip(".,;").lower()
    if _EMAIL_TYPED.fullmatch(typed):
        return typed
    said_so = _EMAIL_TOGETHER.sub("", _EMAIL_LEAD.sub("", typed))
    said_so = re.sub(r"\bt online\b", "t-online", said_so)
    said_so = re.sub(r"\b(?:doppel|double) (\w+)\b", r"\1 \1", said_so)
    said_so = re.sub(r"\b(at|ät|et)[ -](?:zeichen|sign|symbol)\b", "at", said_so)
    tokens = _spelled_out(re.findall(r"[\w.@+-]+", said_so))
    said = "".join(
        _EMAIL_SIGNS.get(part, part) if isinstance(part, str) else str(part) for part in _joined(tokens)
    )
    whole = re.fullmatch(r"[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)+", said)
    # "müller mit u e": how it is written is told, not a part of it
    return said if whole and not re.search(r"\bmit\b", said_so) else None


def _spelled_out(tokens: list[str]) -> list[str]:
    """ "ge em ix" as "g m x": two names of letters in a row; one alone may be a word ("de")."""
    found, row = list[str](), list[str]()
    for token in (*tokens, ""):
        if token and token not in _EMAIL_SIGNS and spelling.is_letter(token):
            row.append(token)
            continue
        found += [spelling.letters(name) or name for name in row] if len(row) > 1 else row
        row = []
        found.append(token)
    return found[:-1]


# FZV Annex, written with its gaps: "KA-X 5" is of Karlsruhe, though who says "ka" says the letter
_PLATE_TYPED = re.compile(
    r"(?P<town>[A-ZÄÖÜ]{1,3})(?: ?- ?| )(?P<letters>[A-Z]{1,2})[- ]?(?P<figures>[1-9]\d{0,3}) ?(?P<end>[EH]?)"
)
_PLATE_ENDS = {"e": "e", "eh": "e", "elektro": "e", "h": "h", "ha": "h", "oldtimer": "h", "historisch": "h"}


def plate(text: str) -> str | None:
    """ "b m a b eins zwei drei" as "BM-AB 123"; of letters in one go the last two are behind the town."""
    if typed := _PLATE_TYPED.fullmatch(text.strip().upper()):
        return f"{typed['town']}-{typed['letters']} {typed['figures']}{typed['end']}"
    said = plain(re.sub(r"\bleerzeichen\b|\bspace\b|\bdann\b|\bthen\b|-", " trenn ", text.lower())).split()
    said = [word for word in said if word not in _AROUND]
    # no number on a plate begins with a nought: an "o" before it is the letter
    split = next((n for n in range(len(said)) if numerals.read(said, n)), len(said))
    tail = [word for word in said[split:] if word != "trenn"]
    if tail[-3:-1] in (["e", "wie"], ["h", "wie"]):
        tail = tail[:-2]
    ending = _PLATE_ENDS.get(tail[-1], "") if tail else ""
    if ending:
        tail.pop()
    figures = digits(" ".join(tail)) if tail else None
    head = said[:split]
    while head and head[-1] == "trenn":
        head.pop()
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


def iban(text: str) -> str | None:
    """ "d e zwei eins …" as "DE21 …" in groups of four."""
    typed = re.sub(r"\s", "", text).upper()
    if IBAN.match(typed):
        return " ".join(typed[at : at + 4] for at in range(0, len(typed), 4))
    said = [word for word in re.findall(r"[^\W\d_]+|\d+", text.lower()) if word not in _AROUND]
    first = next((n for n in range(len(said)) if numerals.read(said, n)), len(said))
    head = said[:first]
    country = (
        head[0] if len(head) == 1 and re.fullmatch(r"[a-z]{2}", head[0]) else spelling.letters(" ".join(head))
    )
    # in some countries letters stand in the account's number
    figures = (digits(rest) or code(rest)) if (rest := " ".join(said[first:])) else None
    if country is None or len(country) != 2 or figures is None:
        return None
    whole = f"{country.upper()}{figures}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


_PHONE_TALK = re.compile(
    r"^(?:(?:ja|yes|okay)\b[ ,]*)?(?:(?:das wäre|(?:sie erreichen mich )?unter|it is|it's)\b *)?"
)
_AT_HOME = re.compile(r"\(\s*0\s*\)|\bklammer(?: auf)? null klammer zu\b|\bin klammern null\b")


def phone(text: str) -> str | None:
    """ "plus vier neun …" as "+49…", "null zwei zwei …" as "022…"."""
    text = _PHONE_TALK.sub("", text.strip().lower())
    said = re.match(r"(?P<lead>[^\d+]*?)(?P<plus>\+|\bplus\b)(?P<rest>.*)", text)
    if said is None:
        return digits(text)
    # the nought that is dialled at home only: "+49 (0) 171"
    figures = digits(_AT_HOME.sub(" ", said["rest"]))
    return f"+{figures}" if figures and set(said["lead"].split()) <= _AROUND else None


def postcode(text: str) -> str | None:
    """Five figures, whatever is said around them ("… in Bergheim")."""
    said = [word for word in plain(text).split() if word not in _AROUND]
    for end in range(len(said), 0, -1):
        figures = digits(" ".join(said[:end]))
        if figures:
            return figures if len(figures) == 5 else None
    return None


def code(text: str) -> str | None:
    """Letters and figures in any order: "l drei x vier" as "L3X4", "a b strich eins zwei" as "AB-12"."""
    tokens = plain(
        text.replace("-", " strich ").replace("/", " schrägstrich ").replace(".", " punkt ")
    ).split()
    tokens = [word for word in tokens if word not in _AROUND]
    said, at = "", 0
    while at < len(tokens):
        if tokens[at] in _CODE_SIGNS:
            said, at = said + _CODE_SIGNS[tokens[at]], at + 1
        elif tokens[at].isascii() and tokens[at].isdigit():
            said, at = said + tokens[at], at + 1
        elif value := numerals.read(tokens, at):
            said, at = said + str(value[0]), value[1]
        elif letter := spelling.letter_at(tokens, at):
            said, at = said + letter[0].upper(), letter[1]
        elif re.fullmatch(r"[a-z0-9]*\d[a-z0-9]*", tokens[at]):
            said, at = said + tokens[at].upper(), at + 1
        else:
            return None
    return said or None


_CODE_SIGNS = {
    "strich": "-", "bindestrich": "-", "minus": "-", "dash": "-", "hyphen": "-", "schrägstrich": "/",
    "slash": "/", "punkt": ".", "dot": ".",
}  # fmt: skip


def _choice(field: Field, text: str) -> str | None:
    said = plain(text)
    for value, label in field.options:
        if said in (plain(value), plain(label)):
            return value
    said = re.split(r"\b(?:sondern|but|rather)\b", said)[-1]
    named = [
        value
        for value, label in field.options
        if re.search(rf"(?<!\bnicht )(?<!\bkein )(?<!\bnot )\b{re.escape(plain(label))}\b", said)
    ]
    return named[0] if len(named) == 1 else None


_BORN = re.compile(r"(?P<now>.*?)(?:\b(?:geborene|geborener|geb\.)|\bnée)\s+(?P<born>\S.*)", re.IGNORECASE)


def _of_birth(text: str, born: bool) -> str:
    """Of "Müller, geborene Schmidt" the name that is asked for; "" if that is not told."""
    match = _BORN.fullmatch(text.strip())
    return match["born" if born else "now"] if match else text


def spoken(field: Field, text: str, on: date) -> str | None:
    """What was said for a form field, as the field takes it; None if it cannot be that. `on`: today.

    Whether the value is allowed is still for `Catalogue.validate_field` to say.
    """
    if not plain(text):
        return None
    match field.type:
        case "checkbox":
            agreed = agrees(text)
            return None if agreed is None else "true" if agreed else ""
        case "choice":
            return _choice(field, text) or (spelling.name(text) if field.free_text else None)
        case "date":
            born = field.from_mrz == "birth_date" or "birth" in field.id
            found = day(text, on, past=field.past, future=field.future, born=born)
            return found.strftime("%d.%m.%Y") if found else None
        case "number":
            value = centimetres(text) if "zentimeter" in field.label.lower() else number(text)
            return None if value is None else str(value)
        case "money":
            cents = amount(text)
            return None if cents is None else f"{cents // 100},{cents % 100:02d}"
        case "postcode":
            return postcode(text)
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
        named = spelling.name(_of_birth(text, "birth_name" in field.id))
        return field.default if named and named.lower() == field.default.lower() else named
    if field.charset == "code":
        return code(text)
    return text.strip()[:1].upper() + text.strip()[1:]
