"""Machine-readable zones as text: shapes, check digits, fields (ICAO 9303-3 to -7) and the German rules.

German rules: PAuswG section 5(4) (IDD, ITD, IXD; no sex; card version number), PAuswV Annex 3 No 9 (serial).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
SERIAL_LETTERS = "CFGHJKLMNPRTVWXYZ"
# Codes of issuers and nationalities: ISO 3166-1 alpha-3, and ICAO 9303-3, section 5 (D, GBD …, UN, others)
STATES = frozenset((
    "ABW", "AFG", "AGO", "AIA", "ALA", "ALB", "AND", "ARE", "ARG", "ARM", "ASM", "ATA", "ATF", "ATG", "AUS",
    "AUT", "AZE", "BDI", "BEL", "BEN", "BES", "BFA", "BGD", "BGR", "BHR", "BHS", "BIH", "BLM", "BLR", "BLZ",
    "BMU", "BOL", "BRA", "BRB", "BRN", "BTN", "BVT", "BWA", "CAF", "CAN", "CCK", "CHE", "CHL", "CHN", "CIV",
    "CMR", "COD", "COG", "COK", "COL", "COM", "CPV", "CRI", "CUB", "CUW", "CXR", "CYM", "CYP", "CZE", "DJI",
    "DMA", "DNK", "DOM", "DZA", "ECU", "EGY", "ERI", "ESH", "ESP", "EST", "ETH", "FIN", "FJI", "FLK", "FRA",
    "FRO", "FSM", "GAB", "GBR", "GEO", "GGY", "GHA", "GIB", "GIN", "GLP", "GMB", "GNB", "GNQ", "GRC", "GRD",
    "GRL", "GTM", "GUF", "GUM", "GUY", "HKG", "HMD", "HND", "HRV", "HTI", "HUN", "IDN", "IMN", "IND", "IOT",
    "IRL", "IRN", "IRQ", "ISL", "ISR", "ITA", "JAM", "JEY", "JOR", "JPN", "KAZ", "KEN", "KGZ", "KHM", "KIR",
    "KNA", "KOR", "KWT", "LAO", "LBN", "LBR", "LBY", "LCA", "LIE", "LKA", "LSO", "LTU", "LUX", "LVA", "MAC",
    "MAF", "MAR", "MCO", "MDA", "MDG", "MDV", "MEX", "MHL", "MKD", "MLI", "MLT", "MMR", "MNE", "MNG", "MNP",
    "MOZ", "MRT", "MSR", "MTQ", "MUS", "MWI", "MYS", "MYT", "NAM", "NCL", "NER", "NFK", "NGA", "NIC", "NIU",
    "NLD", "NOR", "NPL", "NRU", "NZL", "OMN", "PAK", "PAN", "PCN", "PER", "PHL", "PLW", "PNG", "POL", "PRI",
    "PRK", "PRT", "PRY", "PSE", "PYF", "QAT", "REU", "ROU", "RUS", "RWA", "SAU", "SDN", "SEN", "SGP", "SGS",
    "SHN", "SJM", "SLB", "SLE", "SLV", "SMR", "SOM", "SPM", "SRB", "SSD", "STP", "SUR", "SVK", "SVN", "SWE",
    "SWZ", "SXM", "SYC", "SYR", "TCA", "TCD", "TGO", "THA", "TJK", "TKL", "TKM", "TLS", "TON", "TTO", "TUN",
    "TUR", "TUV", "TWN", "TZA", "UGA", "UKR", "UMI", "URY", "USA", "UZB", "VAT", "VCT", "VEN", "VGB", "VIR",
    "VNM", "VUT", "WLF", "WSM", "YEM", "ZAF", "ZMB", "ZWE", "D", "EUE", "GBD", "GBN", "GBO", "GBP", "GBS",
    "IAO", "RKS", "UNA", "UNK", "UNO", "UTO", "XAA", "XBA", "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM",
    "XMP", "XOM", "XPO", "XXA", "XXB", "XXC", "XXX",
))  # fmt: skip
_SPELLED = {
    "Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Æ": "AE", "Ø": "OE", "Œ": "OE", "Å": "AA", "Þ": "TH",
    "Ð": "D", "Đ": "D", "Ł": "L", "Ħ": "H", "Ŋ": "N", "Ŧ": "T", "Ĳ": "IJ", "ı": "I", "Ñ": "N",
}  # fmt: skip


class MrzError(ValueError):
    """Text that is no machine-readable zone; the message says what is wrong with it."""


@dataclass(frozen=True)
class Check:
    """A check digit: where it stands and what it covers, as (line, first column, end column)."""

    name: str
    at: tuple[int, int]
    covers: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Shape:
    """A format: what may stand in each place and the check digits.

    `classes` per line: C first letter of the document code, A letter or filler, N digit, M digit or filler,
    S sex, X anything.
    """

    name: str
    rows: int
    columns: int
    first: str
    classes: tuple[str, ...]
    checks: tuple[Check, ...]

    def allowed(self, row: int, column: int) -> str:
        """The characters that may stand in a place."""
        return {
            "C": self.first,
            "A": LETTERS + "<",
            "N": DIGITS,
            "M": DIGITS + "<",
            "S": "FMX<",
            "X": DIGITS + LETTERS + "<",
        }[self.classes[row][column]]


def _two_line(name: str, columns: int, first: str, *, passport: bool = False, visa: bool = False) -> Shape:
    rest = columns - 28
    if visa:
        tail = "X" * rest
    elif passport:
        tail = "X" * (rest - 2) + "MN"
    else:
        tail = "X" * (rest - 1) + "N"
    second = "X" * 9 + "N" + "AAA" + "M" * 6 + "N" + "S" + "M" * 6 + "N" + tail
    checks = [
        Check("number", (1, 9), ((1, 0, 9),)),
        Check("birth_date", (1, 19), ((1, 13, 19),)),
        Check("expiry_date", (1, 27), ((1, 21, 27),)),
    ]
    if passport:
        checks.append(Check("optional", (1, columns - 2), ((1, 28, columns - 2),)))
    if not visa:
        covers = ((1, 0, 10), (1, 13, 20), (1, 21, columns - 1))
        checks.append(Check("composite", (1, columns - 1), covers))
    return Shape(name, 2, columns, first, ("C" + "A" * (columns - 1), second), tuple(checks))


TD1 = Shape(
    "TD1",
    3,
    30,
    "ACI",
    ("CAAAA" + "X" * 9 + "M" + "X" * 15, "M" * 6 + "NS" + "M" * 6 + "NAAA" + "X" * 11 + "N", "A" * 30),
    (
        Check("number", (0, 14), ((0, 5, 14),)),
        Check("birth_date", (1, 6), ((1, 0, 6),)),
        Check("expiry_date", (1, 14), ((1, 8, 14),)),
        Check("composite", (1, 29), ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29))),
    ),
)
TD2 = _two_line("TD2", 36, "ACI")
TD3 = _two_line("TD3", 44, "P", passport=True)
MRV_A = _two_line("MRV-A", 44, "V", visa=True)
MRV_B = _two_line("MRV-B", 36, "V", visa=True)
SHAPES = (TD1, TD3, TD2, MRV_A, MRV_B)


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; digits count as themselves, A=10 … Z=35, filler 0 (ICAO 9303-3, section 4.9)."""
    total = 0
    for i, char in enumerate(text):
        total += (0 if char == "<" else int(char, 36)) * (7, 3, 1)[i % 3]
    return str(total % 10)


@dataclass(frozen=True)
class Mrz:
    """A parsed zone; `failed` names the check digits (and dates) that do not hold."""

    shape: Shape
    lines: tuple[str, ...]
    fields: dict[str, str]
    failed: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """All check digits hold and the dates exist."""
        return not self.failed


def shape_of(lines: Sequence[str]) -> Shape:
    """The format of some lines. Raises MrzError."""
    widths = {len(line) for line in lines}
    for shape in SHAPES:
        if len(lines) == shape.rows and widths == {shape.columns} and lines[0][0] in shape.first:
            return shape
    raise MrzError(
        f"{len(lines)} lines of {sorted(widths)} characters beginning with {lines[0][:1] if lines else ''!r} "
        "are no machine-readable zone: expected 3x30, 2x36 or 2x44 of a known document code."
    )


def parse(lines: Sequence[str], today: date | None = None) -> Mrz:
    """Lines of a zone → its fields. Raises MrzError for a wrong shape or a foreign character.

    A failed check digit is no error: it is named in `failed`. `today` decides the century of birth dates.
    """
    text = tuple(line.strip().upper() for line in lines)
    shape = shape_of(text)
    for row, line in enumerate(text):
        wrong = re.search(r"[^A-Z0-9<]", line)
        if wrong:
            raise MrzError(
                f"Line {row + 1}, column {wrong.start() + 1}: only A-Z, 0-9 and < stand in a zone."
            )
    number, number_holds, optional = _number(shape, text)
    failed = [check.name for check in shape.checks if not _holds(shape, check, text)]
    if number_holds is not None:
        failed = [name for name in failed if name != "number"] + ([] if number_holds else ["number"])
    second = text[1]
    if shape == TD1:
        birth, sex, expiry, nationality = second[0:6], second[7], second[8:14], second[15:18]
        names, rest = text[2], second[18:29]
    else:
        birth, sex, expiry, nationality = second[13:19], second[20], second[21:27], second[10:13]
        names, rest = text[0][5:], ""
    surname, given = _split_names(names)
    issuer = text[0][2:5].replace("<", "")
    fields = {
        "document_type": text[0][0:2].replace("<", ""),
        "issuer": issuer,
        "number": number,
        "nationality": nationality.replace("<", ""),
        "birth_date": birth_date(birth, today),
        "sex": sex.replace("<", ""),
        "expiry_date": expiry_date(expiry),
        "surname": surname,
        "given_names": given,
        "optional": optional,
        "card_version": "",
    }
    if shape == TD1:
        if issuer == "D" and re.fullmatch(r"\d{4}<{7}", rest):
            fields["card_version"] = rest[:4]
        else:
            fields["optional"] = " ".join(filter(None, (optional, rest.strip("<").replace("<", " "))))
    for name, written in (("birth_date", birth), ("expiry_date", expiry)):
        if "<" not in written and not fields[name] and name not in failed:
            failed.append(name)
    return Mrz(shape, text, fields, tuple(failed))


def _covered(check: Check, lines: Sequence[str]) -> str:
    return "".join(lines[row][start:end] for row, start, end in check.covers)


def _holds(shape: Shape, check: Check, lines: Sequence[str]) -> bool:
    digit = lines[check.at[0]][check.at[1]]
    covered = _covered(check, lines)
    if check.name == "optional" and digit == "<":  # may stay empty with empty data (ICAO 9303-4, 4.2.2.2)
        return not covered.strip("<")
    return digit == check_digit(covered)


def failed_checks(shape: Shape, lines: Sequence[str]) -> tuple[Check, ...]:
    """The check digits that do not hold; a long document number of TD1 is understood."""
    failed = tuple(check for check in shape.checks if not _holds(shape, check, lines))
    if any(check.name == "number" for check in failed) and _number(shape, lines)[1]:
        failed = tuple(check for check in failed if check.name != "number")
    return failed


def _number(shape: Shape, lines: Sequence[str]) -> tuple[str, bool | None, str]:
    """Document number, whether a long one's check digit holds (None: not long), optional data."""
    if shape == TD1:
        head, digit, tail = lines[0][5:14], lines[0][14], lines[0][15:30]
        long = re.match(r"([A-Z0-9]+)([0-9])(?=<|$)", tail)
        if digit == "<" and "<" not in head and long:  # ICAO 9303-5, note j: the number goes on
            number = head + long.group(1)
            rest = tail[long.end() :]
            return number, check_digit(number) == long.group(2), rest.strip("<").replace("<", " ")
        return head.strip("<"), None, tail.strip("<").replace("<", " ")
    end = shape.columns - (2 if shape == TD3 else 0 if shape in (MRV_A, MRV_B) else 1)
    return lines[1][0:9].strip("<"), None, lines[1][28:end].strip("<").replace("<", " ")


def names_place(shape: Shape) -> tuple[int, int]:
    """Line and first column of the names."""
    return (2, 0) if shape == TD1 else (0, 5)


def number_place(shape: Shape) -> tuple[int, int]:
    """Line and first column of the nine places of the document number."""
    return (0, 5) if shape == TD1 else (1, 0)


def well_formed(mrz: Mrz) -> bool:
    """Whether a zone looks as a State prints it, in what no check digit tells: codes, names, fillers.

    Issuer and nationality are known, the name begins at once, has letters only, at most two fillers in a row
    inside, and nothing after them. A zone that is not may be genuine; then somebody should look at it.
    """
    row, column = names_place(mrz.shape)
    names = mrz.lines[row][column:].rstrip("<")
    codes = mrz.fields["issuer"], mrz.fields["nationality"]
    return (
        all(code in STATES for code in codes)
        and re.fullmatch(r"[A-Z]+(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?", names) is not None
        and "<" not in mrz.lines[0][2:5].rstrip("<")
        and bool(mrz.fields["number"])
    )


def _split_names(names: str) -> tuple[str, str]:
    """Surname and given names (ICAO 9303-3, section 4.6)."""
    surname, _, given = names.rstrip("<").partition("<<")
    return surname.replace("<", " ").strip(), re.sub(r"<+", " ", given).strip()


def birth_date(yymmdd: str, today: date | None = None) -> str:
    """YYMMDD → YYYY-MM-DD, "" when unknown or impossible. Nobody is born in the future."""
    today = today or date.today()
    for century in (2000, 1900):
        day = _day(yymmdd, century)
        if day and day <= today:
            return day.isoformat()
    return ""


def expiry_date(yymmdd: str) -> str:
    """YYMMDD → YYYY-MM-DD in this century, "" when unknown or impossible."""
    day = _day(yymmdd, 2000)
    return day.isoformat() if day else ""


def _day(yymmdd: str, century: int) -> date | None:
    if not re.fullmatch(r"\d{6}", yymmdd):
        return None
    try:
        return date(century + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None


def german_serial_ok(number: str) -> bool:
    """Whether a number can stand on a German identity card (0 is accepted: the specimens carry it)."""
    alphabet = SERIAL_LETTERS + DIGITS
    full = len(number) == 9 and all(char in alphabet for char in number)
    return full or re.fullmatch(r"[A-Z]\d{7}", number) is not None  # provisional and replacement cards


def umlaut_places(name: str, *, sharp: bool = True) -> tuple[int, ...]:
    """Where two letters of a name in a zone may stand for one of Ä, Ö, Ü, ß: the first one's index.

    After A, E, O and Q a UE is rarely an umlaut (BAUER), nor is one at the end of a name (ZOE, MICHAEL,
    MANUELA). `sharp`: whether SS may be ß, as in surnames.
    """
    pairs = r"(?:AE|OE|(?<![AEOQ])UE)(?!L?\b|LA\b)" + (r"|SS" if sharp else "")
    return tuple(match.start() for match in re.finditer(pairs, name))


def umlaut_proposals(name: str, most: int = 8, *, sharp: bool = True) -> tuple[str, ...]:
    """Spellings a name may have on paper, all umlauts first; the name itself is not among them.

    Only proposals: MUELLER may be Müller or Mueller. `sharp`: whether SS may be ß.
    """
    places = [(start, "ÄÖÜß"["AOUS".index(name[start])]) for start in umlaut_places(name, sharp=sharp)][:4]
    found: list[str] = []
    for count in range(len(places), 0, -1):
        for chosen in itertools.combinations(places, count):
            text = name
            for start, letter in reversed(chosen):
                text = text[:start] + letter + text[start + 2 :]
            found.append(text)
    return tuple(found[:most])


def zone_spelling(name: str) -> str:
    """A name as it stands in a zone: A-Z and fillers (ICAO 9303-3, section 6; Ü is UE, ß is SS)."""
    letters = []
    for char in unicodedata.normalize("NFC", name):
        upper = "ß" if char in "ßẞ" else char.upper()
        plain = _SPELLED.get(upper) or unicodedata.normalize("NFD", upper)[0]
        if upper in " -<":
            letters.append("<")
        elif all(letter in LETTERS for letter in plain):
            letters.append(plain)
    return "".join(letters)


def same_name(printed: str, zone: str) -> bool:
    """Whether a name as people write it ("Müller", "MUELLER") is the one in a zone ("MUELLER").

    A zone may have cut a long name short.
    """
    wanted = zone_spelling(printed).strip("<")
    found = zone_spelling(zone).strip("<")
    return wanted == found or (len(found) >= 20 and wanted.startswith(found))
