"""The people of the simulated world, from personas.yml."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator import mrz


@dataclass(frozen=True)
class DocumentData:
    """One document of a persona; `mrz` is what its machine-readable zone says."""

    kind: str  # "id_card" or "passport"
    number: str
    issued: date
    expires: date
    issuer: str  # as in the zone: "D", "UTO"
    authority: str
    card_version: str
    mrz: tuple[str, ...]

    @property
    def can(self) -> str:
        """The access number printed on the front of an identity card; "" on passports."""
        if self.kind != "id_card":
            return ""
        return f"{zlib.crc32(self.number.encode()) % 1_000_000:06d}"


@dataclass(frozen=True)
class Persona:
    """A person who does not exist, with all that an application asks for."""

    id: str
    surname: str
    birth_name: str
    given_names: str
    doctorate: str
    sex: str  # "F", "M" or ""
    birth_date: date
    birth_place: str
    nationality: str  # as in the zone: "D", "UTO"
    height_cm: int
    eye_colour: str
    street: str
    postal_code: str
    town: str
    documents: dict[str, DocumentData]

    @property
    def name(self) -> str:
        """Given names and surname as spoken."""
        return f"{self.given_names} {self.surname}"


def _document(kind: str, entry: dict[str, Any], person: dict[str, Any]) -> DocumentData:
    issuer = str(person["nationality"])
    version = str(entry.get("card_version", ""))
    common = {
        "issuer": issuer,
        "number": str(entry["number"]),
        "birth": person["birth_date"],
        "expires": entry["expires"],
        "nationality": issuer,
        "surname": person["surname"],
        "given_names": person["given_names"],
    }
    lines: tuple[str, ...]
    if kind == "passport":
        lines = mrz.td3(sex=person.get("sex", ""), **common)
    else:
        # German cards carry no sex in the zone (PAuswG section 5(4))
        lines = mrz.td1(sex="" if issuer == "D" else person.get("sex", ""), version=version, **common)
    return DocumentData(
        kind=kind,
        number=str(entry["number"]),
        issued=entry["issued"],
        expires=entry["expires"],
        issuer=issuer,
        authority=str(entry["authority"]),
        card_version=version,
        mrz=lines,
    )


@cache
def personas() -> dict[str, Persona]:
    """All personas by their id."""
    text = Path(__file__).with_name("personas.yml").read_text(encoding="utf-8")
    people: dict[str, Persona] = {}
    for key, entry in yaml.safe_load(text).items():
        documents = {kind: _document(kind, data, entry) for kind, data in entry["documents"].items()}
        people[key] = Persona(
            id=key,
            surname=entry["surname"],
            birth_name=entry.get("birth_name", ""),
            given_names=entry["given_names"],
            doctorate=entry.get("doctorate", ""),
            sex=entry.get("sex", ""),
            birth_date=entry["birth_date"],
            birth_place=entry["birth_place"],
            nationality=entry["nationality"],
            height_cm=int(entry["height_cm"]),
            eye_colour=entry["eye_colour"],
            street=entry["street"],
            postal_code=str(entry["postal_code"]),
            town=entry["town"],
            documents=documents,
        )
    return people


def persona(name: str) -> Persona:
    """One persona. Raises KeyError that names those who exist."""
    people = personas()
    if name not in people:
        raise KeyError(f"no persona {name!r}; there are: {', '.join(people)}")
    return people[name]
