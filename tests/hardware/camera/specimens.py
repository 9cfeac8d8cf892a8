"""Photographs of many different specimens, all from a seed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator import mrz
from simulator.documents import SCALE, Style, render_document
from simulator.personas import DocumentData, Persona, persona
from simulator.scene import Shot

SURNAMES = (
    "Mustermann", "Müller-Groß", "Beispiel", "Weiß", "Özdemir Schäfer", "Nguyen", "Yilmaz", "Iljin",
    "Quast", "Jäger", "O'Beispiel", "Wójcik", "Kowalska", "Dvořák", "Zöllner", "Xylander", "Vogt",
)  # fmt: skip
GIVEN = ("Erika", "Jürgen Karl", "Çiğdem", "Ole", "Yvonne", "Max", "Anna-Lena", "Ibrahim", "Quirin", "Uta")
FONTS = Path("/usr/share/fonts/opentype/ocr-b")


@dataclass(frozen=True)
class Photograph:
    """A picture and what its zone says."""

    picture: NDArray[np.uint8]
    lines: tuple[str, ...]
    level: str


def specimen(rng: np.random.Generator) -> tuple[Persona, str]:
    """A person who does not exist and the document to lay down."""
    serial = "CFGHJKLMNPRTVWXYZ123456789"
    number = "".join(serial[i] for i in rng.integers(0, len(serial), 9))
    born = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 28000)))
    expires = date(2027, 1, 1) + timedelta(days=int(rng.integers(0, 3000)))
    surname, given = SURNAMES[rng.integers(len(SURNAMES))], GIVEN[rng.integers(len(GIVEN))]
    issuer = "D" if rng.random() < 0.6 else "UTO"
    sex = "" if issuer == "D" else "FM"[rng.integers(2)]
    data = {
        "issuer": issuer, "number": number, "birth": born, "expires": expires, "nationality": issuer,
        "surname": surname, "given_names": given,
    }  # fmt: skip
    if rng.random() < 0.5:
        kind, document = "id_card", "id_card_back"
        lines: tuple[str, ...] = mrz.td1(sex=sex, version="2108" if issuer == "D" else "", **data)
    else:
        kind, document = "passport", "passport"
        lines = mrz.td3(sex=sex or "F", **data)
    paper = DocumentData(kind, number, date(2020, 1, 1), expires, issuer, "Stadt Musterstadt", "", lines)
    who = dataclasses.replace(
        persona("mustermann"), surname=surname, given_names=given, birth_date=born, documents={kind: paper}
    )
    return who, document


def photographs(level: str, count: int, seed: int) -> list[Photograph]:
    """`count` photographs of different specimens, prints and conditions."""
    result = []
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        who, document = specimen(rng)
        style = Style(
            paper=tuple(int(c) for c in rng.integers(195, 245, 3)),  # type: ignore[arg-type]
            ink=int(rng.integers(25, 70)),
            weight=int(rng.integers(-3, 4)),
            ocr_font=FONTS / ("OCRB.otf", "OCRBS.otf")[rng.integers(2)],
        )
        flat = render_document(who, document, style)
        turn = (0.0, 0.0, 180.0, 90.0)[rng.integers(4)]
        shot = Shot(flat, level, rotate=turn, seed=seed * 1000 + i, scale_in=SCALE)
        kind = "passport" if document == "passport" else "id_card"
        result.append(Photograph(shot.frame(0), who.documents[kind].mrz, level))
    return result
