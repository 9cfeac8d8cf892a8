"""Payment codes: GiroCode (EPC069-12) and the older BezahlCode address, checked line by line.

A code that is malformed is refused with its reason: what a citizen would pay into the wrong account must not
be guessed. Nothing here calls a bank; nothing of the contents ever stands in an error.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote_to_bytes

MOST_BYTES = 331  # QR code version 13, error correction M (EPC069-12, section 2)
MOST_URI = 2000
_BEZAHLCODE = "bank://"
_ENCODINGS = {
    "1": "utf-8",
    "2": "iso8859-1",
    "3": "iso8859-2",
    "4": "iso8859-4",
    "5": "iso8859-5",
    "6": "iso8859-7",
    "7": "iso8859-10",
    "8": "iso8859-15",
}
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")  # ISO 9362
_AMOUNT = re.compile(r"EUR(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?")
_GERMAN_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})([.,][0-9]{1,2})?")
_LEAST, _MOST = 1, 99_999_999_999  # cents

# Length of an IBAN by country (ISO 13616, IBAN registry).
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}


class Refusal(enum.StrEnum):
    """Why a payment code is not taken."""

    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    SERVICE_TAG = "service_tag"
    VERSION = "version"
    CHARSET = "charset"
    CHARACTERS = "characters"
    IDENTIFICATION = "identification"
    BIC_MISSING = "bic_missing"
    BIC = "bic"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    IBAN_MISSING = "iban_missing"
    IBAN_FORM = "iban_form"
    IBAN_COUNTRY = "iban_country"
    IBAN_LENGTH = "iban_length"
    IBAN_CHECK = "iban_check"
    AMOUNT_FORM = "amount_form"
    AMOUNT_RANGE = "amount_range"
    CURRENCY = "currency"
    PURPOSE = "purpose"
    REFERENCE_FORM = "reference_form"
    REFERENCE_CHECK = "reference_check"
    REFERENCE_AND_TEXT = "reference_and_text"
    TEXT_TOO_LONG = "text_too_long"
    INFORMATION_TOO_LONG = "information_too_long"
    EXTRA_LINES = "extra_lines"
    ORDER_KIND = "order_kind"
    TWICE = "twice"


_SENTENCES = {
    Refusal.TOO_LONG: "The payment code is longer than EPC069-12 allows.",
    Refusal.TOO_SHORT: "The payment code ends before recipient and account.",
    Refusal.SERVICE_TAG: "The payment code does not begin with BCD.",
    Refusal.VERSION: "The payment code's version is neither 001 nor 002.",
    Refusal.CHARSET: "The payment code's character set is not one of 1 to 8.",
    Refusal.CHARACTERS: "The payment code holds characters that its character set does not have.",
    Refusal.IDENTIFICATION: "The payment code is no SEPA credit transfer (SCT).",
    Refusal.BIC_MISSING: "The payment code of version 001 has no BIC.",
    Refusal.BIC: "The payment code's BIC does not have the form of ISO 9362.",
    Refusal.NAME_MISSING: "The payment code names no recipient.",
    Refusal.NAME_TOO_LONG: "The recipient's name in the payment code is longer than 70 characters.",
    Refusal.IBAN_MISSING: "The payment code has no IBAN.",
    Refusal.IBAN_FORM: "The payment code's IBAN does not have the form of ISO 13616.",
    Refusal.IBAN_COUNTRY: "No country has IBANs like the payment code's.",
    Refusal.IBAN_LENGTH: "The payment code's IBAN does not have its country's length.",
    Refusal.IBAN_CHECK: "The check digits of the payment code's IBAN are wrong.",
    Refusal.AMOUNT_FORM: "The payment code's amount is not written as in EUR12.34.",
    Refusal.AMOUNT_RANGE: "The payment code's amount is not between 0.01 and 999999999.99 euros.",
    Refusal.CURRENCY: "The payment code's currency is not the euro.",
    Refusal.PURPOSE: "The payment code's purpose is not up to four letters or digits.",
    Refusal.REFERENCE_FORM: "The payment code's structured reference does not have the form of ISO 11649.",
    Refusal.REFERENCE_CHECK: "The check digits of the payment code's structured reference are wrong.",
    Refusal.REFERENCE_AND_TEXT: "The payment code has both a structured reference and a text.",
    Refusal.TEXT_TOO_LONG: "The payment code's text is longer than 140 characters.",
    Refusal.INFORMATION_TOO_LONG: "The payment code's information is longer than 70 characters.",
    Refusal.EXTRA_LINES: "The payment code has more lines than EPC069-12 knows.",
    Refusal.ORDER_KIND: "The payment address asks for something else than a single SEPA transfer.",
    Refusal.TWICE: "The payment address says something twice.",
}


class CodeRefused(ValueError):
    """A malformed payment code. `reason` is why; the message is one English sentence without contents."""

    def __init__(self, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(_SENTENCES[reason])


@dataclass(frozen=True)
class GiroCode:
    """A SEPA credit transfer as a letter proposes it; every part has been checked.

    `iban` and `reference` (ISO 11649, "" without one) are without blanks; `cents` is None where the payer
    fills in the amount; `version`: "001", "002", or "bezahlcode".
    """

    version: str
    name: str
    iban: str
    bic: str = ""
    cents: int | None = None
    purpose: str = ""
    reference: str = ""
    text: str = ""
    information: str = ""


def parse(payload: bytes | str) -> GiroCode:
    """The contents of a QR code as EPC069-12 (version 2.1, section 2) has them. Raises CodeRefused.

    Lines end with LF or CRLF; bytes are decoded by the character set that the code names, text is taken as it
    is.
    """
    data = payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass")
    if len(data) > MOST_BYTES:
        raise CodeRefused(Refusal.TOO_LONG)
    lines = _lines(payload)
    while lines and not lines[-1]:
        lines.pop()
    if not lines or lines[0] != "BCD":
        raise CodeRefused(Refusal.SERVICE_TAG)
    if len(lines) > 12:
        raise CodeRefused(Refusal.EXTRA_LINES)
    parts = lines[1:] + [""] * (12 - len(lines))
    version, charset, kind, bic, name, iban, amount, purpose, reference, text, information = parts
    if version not in ("001", "002"):
        raise CodeRefused(Refusal.VERSION)
    if charset not in _ENCODINGS:
        raise CodeRefused(Refusal.CHARSET)
    if kind != "SCT":
        raise CodeRefused(Refusal.IDENTIFICATION)
    if len(lines) < 7:
        raise CodeRefused(Refusal.TOO_SHORT)
    if version == "001" and not bic:
        raise CodeRefused(Refusal.BIC_MISSING)
    return _checked(version, name, iban, bic, _cents(amount), purpose, reference, text, information)


def parse_bezahlcode(uri: str) -> GiroCode:
    """A BezahlCode address `bank://singlepaymentsepa?name=…&iban=…`. Raises CodeRefused.

    Parameters: name, iban, bic, amount (decimal comma or point), currency, reason. What else stands there
    (dates of execution, separators) says nothing about the transfer and is left aside.
    """
    if len(uri) > MOST_URI:
        raise CodeRefused(Refusal.TOO_LONG)
    kind, _, query = uri.strip().partition("?")
    if kind.casefold().rstrip("/") != f"{_BEZAHLCODE}singlepaymentsepa":
        raise CodeRefused(Refusal.ORDER_KIND)
    said: dict[str, str] = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        key = key.casefold()
        if key in said:
            raise CodeRefused(Refusal.TWICE)
        said[key] = _unquoted(value)
    if said.get("currency", "EUR").upper() != "EUR":
        raise CodeRefused(Refusal.CURRENCY)
    amount = said.get("amount", "")
    if amount and not _GERMAN_AMOUNT.fullmatch(amount):
        raise CodeRefused(Refusal.AMOUNT_FORM)
    cents = _cents("EUR" + amount.replace(",", ".")) if amount else None
    bic = said.get("bic", "").upper()
    iban = said.get("iban", "").upper()
    return _checked("bezahlcode", said.get("name", ""), iban, bic, cents, "", "", said.get("reason", ""), "")


def is_payment(text: str) -> bool:
    """Whether contents claim to be a payment code, well-formed or not."""
    start = text[:64].lstrip("\ufeff")
    return start.casefold().startswith(_BEZAHLCODE) or re.match(r"BCD\r?\n", start) is not None


def iban_fault(iban: str) -> Refusal | None:
    """What is wrong with an IBAN without blanks, or None (ISO 13616, ISO 7064 mod 97-10)."""
    if not iban:
        return Refusal.IBAN_MISSING
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", iban):
        return Refusal.IBAN_FORM
    length = _IBAN_LENGTHS.get(iban[:2])
    if length is None:
        return Refusal.IBAN_COUNTRY
    if len(iban) != length:
        return Refusal.IBAN_LENGTH
    return None if _holds(iban) else Refusal.IBAN_CHECK


def reference_fault(reference: str) -> Refusal | None:
    """What is wrong with a creditor reference without blanks, or None (ISO 11649, ISO 7064 mod 97-10)."""
    if not re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", reference):
        return Refusal.REFERENCE_FORM
    return None if _holds(reference) else Refusal.REFERENCE_CHECK


def _lines(payload: bytes | str) -> list[str]:
    """The lines, decoded; the character set stands in the third one and everything before it is ASCII."""
    if isinstance(payload, bytes):
        head = payload.split(b"\n", 3)
        charset = head[2].strip(b"\r").decode("ascii", "replace") if len(head) > 2 else "1"
        try:
            text = payload.decode(_ENCODINGS.get(charset, "utf-8"))
        except UnicodeDecodeError:
            raise CodeRefused(Refusal.CHARACTERS) from None
    else:
        text = payload
    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    if any(not _printable(line) for line in lines):
        raise CodeRefused(Refusal.CHARACTERS)
    return lines


def _printable(line: str) -> bool:
    return all(char.isprintable() or char == "\u00a0" for char in line)


def _checked(
    version: str,
    name: str,
    iban: str,
    bic: str,
    cents: int | None,
    purpose: str,
    reference: str,
    text: str,
    information: str,
) -> GiroCode:
    name, iban, reference = name.strip(), iban.replace(" ", ""), reference.replace(" ", "").upper()
    if bic and not _BIC.fullmatch(bic):
        raise CodeRefused(Refusal.BIC)
    if not name:
        raise CodeRefused(Refusal.NAME_MISSING)
    if len(name) > 70:
        raise CodeRefused(Refusal.NAME_TOO_LONG)
    if fault := iban_fault(iban):
        raise CodeRefused(fault)
    if purpose and not re.fullmatch(r"[A-Za-z0-9]{1,4}", purpose):
        raise CodeRefused(Refusal.PURPOSE)
    if reference and text:
        raise CodeRefused(Refusal.REFERENCE_AND_TEXT)
    if reference and (fault := reference_fault(reference)):
        raise CodeRefused(fault)
    if len(text) > 140:
        raise CodeRefused(Refusal.TEXT_TOO_LONG)
    if len(information) > 70:
        raise CodeRefused(Refusal.INFORMATION_TOO_LONG)
    return GiroCode(version, name, iban, bic, cents, purpose, reference, text, information)


def _cents(amount: str) -> int | None:
    """What EUR12.3 is in cents: 1230; None for an empty line. The dot is the only separator."""
    if not amount:
        return None
    if not _AMOUNT.fullmatch(amount):
        if re.match(r"(?!EUR)[A-Z]{3}[0-9]", amount):
            raise CodeRefused(Refusal.CURRENCY)
        if re.fullmatch(r"EUR[1-9][0-9]{9,}(\.[0-9]{1,2})?", amount):
            raise CodeRefused(Refusal.AMOUNT_RANGE)
        raise CodeRefused(Refusal.AMOUNT_FORM)
    cents = int(Decimal(amount[3:]) * 100)
    if not _LEAST <= cents <= _MOST:
        raise CodeRefused(Refusal.AMOUNT_RANGE)
    return cents


def _holds(text: str) -> bool:
    """Check digits of ISO 7064 mod 97-10: two digits after two letters, 02 to 98."""
    turned = text[4:] + text[:4]
    number = "".join(str(int(char, 36)) for char in turned)
    return int(number) % 97 == 1 and 2 <= int(text[2:4]) <= 98


def _unquoted(value: str) -> str:
    """A parameter's value: UTF-8, or ISO 8859-1 as older generators wrote it."""
    raw = unquote_to_bytes(value.replace("+", " "))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("iso8859-1")
    if not _printable(text):
        raise CodeRefused(Refusal.CHARACTERS)
    return text
