"""Accuracy of the document reader, measured from outside: generated photographs, given to `lotse scan`.

Levels as in simulator.scene; on top of its light come what photographs of documents suffer from most: long
reflexes that leave little between ink and white, soft shadows of hands, the compression of a camera.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator import mrz
from simulator.documents import SCALE, Style, render_document
from simulator.personas import Persona, persona
from simulator.processes import WorldError
from simulator.scene import Shot

Picture = NDArray[np.uint8]

LEVELS = ("easy", "medium", "hard")
GOALS = {  # right and certain in per cent: from one picture, and from five of a live stream
    "easy": ((97, 85), (99, 95)),
    "medium": ((96, 80), (98, 90)),
    "hard": ((92, 50), (96, 75)),
}
MOST_WRONG = 0.5  # per cent of what is called certain
MOST_MS = 400.0
FRAMES = 5

SURNAMES = (
    "Mustermann", "Müller-Groß", "Beispiel", "Weiß", "Özdemir Schäfer", "Nguyen", "Yilmaz", "Iljin",
    "Quast", "Jäger", "O'Beispiel", "Wójcik", "Kowalska", "Dvořák", "Zöllner", "Xylander", "Vogt",
)  # fmt: skip
GIVEN = ("Erika", "Jürgen Karl", "Çiğdem", "Ole", "Yvonne", "Max", "Anna-Lena", "Ibrahim", "Quirin", "Uta")
FONTS = Path("/usr/share/fonts/opentype/ocr-b")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# what spoils a photograph, per level: probability of a reflex and of a shadow, most blur (sigma, pixels)
_SPOILT = {"easy": (0.0, 0.0, 0.5), "medium": (0.12, 0.3, 0.9), "hard": (0.4, 0.5, 1.2)}


@dataclass(frozen=True)
class Photograph:
    """Pictures of one specimen (the frames of a stream, one after the other) and what its zone says."""

    frames: tuple[Picture, ...]
    lines: tuple[str, ...]
    level: str

    @property
    def picture(self) -> Picture:
        """The first frame."""
        return self.frames[0]


def specimen(rng: np.random.Generator) -> tuple[Persona, str]:
    """A person who does not exist and the document to lay down: "id_card_back" or "passport".

    Half of the names are strings of letters, so that every letter stands everywhere; numbers use the whole
    alphabet, as foreign ones do.
    """
    alphabet = "0123456789" + _LETTERS
    number = "".join(alphabet[i] for i in rng.integers(0, len(alphabet), 9))
    born = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 28000)))
    expires = date(2027, 1, 1) + timedelta(days=int(rng.integers(0, 3000)))
    if rng.random() < 0.5:
        surname = SURNAMES[rng.integers(len(SURNAMES))]
        given = GIVEN[rng.integers(len(GIVEN))]
    else:
        surname, given = _word(rng), _word(rng)
        if rng.random() < 0.3:
            given += " " + _word(rng)
    issuer = "D" if rng.random() < 0.4 else "UTO"
    sex = ("F", "M", "")[rng.integers(3)]
    data: dict[str, Any] = {
        "issuer": issuer, "number": number, "birth": born, "expires": expires, "nationality": issuer,
        "surname": surname, "given_names": given,
    }  # fmt: skip
    if rng.random() < 0.5:
        kind, document = "id_card", "id_card_back"
        version = "2108" if issuer == "D" and rng.random() < 0.5 else ""
        lines: tuple[str, ...] = mrz.td1(sex=sex, version=version, **data)
    else:
        kind, document = "passport", "passport"
        lines = mrz.td3(sex=sex, **data)
    someone = persona("mustermann" if kind == "id_card" else "reisepass")
    paper = dataclasses.replace(
        someone.documents[kind], number=number, expires=expires, issuer=issuer, mrz=lines
    )
    who = dataclasses.replace(
        someone, surname=surname, given_names=given, birth_date=born, documents={kind: paper}
    )
    return who, document


def _word(rng: np.random.Generator) -> str:
    letters = [_LETTERS[i] for i in rng.integers(0, len(_LETTERS), rng.integers(3, 11))]
    return "".join(letters).capitalize()


def photographs(level: str, count: int, seed: int, frames: int = 1) -> Iterator[Photograph]:
    """`count` specimens in different print and conditions; the same ones for the same seed."""
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        who, document = specimen(rng)
        style = Style(
            paper=tuple(int(c) for c in rng.integers(195, 250, 3)),  # type: ignore[arg-type]
            ink=int(rng.integers(18, 60)),
            weight=int(rng.integers(-3, 4)),
            ocr_font=FONTS / ("OCRB.otf", "OCRB.otf", "OCRBS.otf")[rng.integers(3)],
        )
        flat = render_document(who, document, style)
        turn = (0.0, 0.0, 180.0)[rng.integers(3)]
        shot = Shot(flat, level, rotate=turn, seed=seed * 1000 + i, scale_in=SCALE)
        kind = "passport" if document == "passport" else "id_card"
        spoil = _Spoil(level, rng, shot.homography, (flat.shape[1], flat.shape[0]))
        pictures = tuple(spoil.apply(shot.frame(n), n) for n in range(frames))
        yield Photograph(pictures, who.documents[kind].mrz, level)


class _Spoil:
    """Reflex, shadow, blur and compression of one scene."""

    def __init__(
        self, level: str, rng: np.random.Generator, place: NDArray[np.float64], size: tuple[int, int]
    ) -> None:
        reflex, shadow, blur = _SPOILT[level]
        self._blur, self._noise = rng.uniform(0, blur), rng.uniform(0.5, 3)
        self._quality = int(rng.integers(80, 95))
        self._grain = int(rng.integers(2**31))
        self._reflex = self._shadow = None
        if rng.random() < reflex:
            spot = self._spot(rng, place, size)
            self._reflex = (spot, rng.uniform(110, 230), rng.uniform(70, 200), rng.uniform(35, 90))
        if rng.random() < shadow:
            spot = self._spot(rng, place, size)
            self._shadow = (spot, rng.uniform(0.25, 0.5), rng.uniform(150, 600), rng.uniform(100, 400))
        self._angles = rng.uniform(0, np.pi, 2)
        self._drift = rng.uniform(-22, 22, 2)

    @staticmethod
    def _spot(
        rng: np.random.Generator, place: NDArray[np.float64], size: tuple[int, int]
    ) -> NDArray[np.float64]:
        inside = rng.uniform(0.03, 0.97, 2) * size
        return np.asarray(cv2.perspectiveTransform(inside[None, None], place)[0, 0])

    def apply(self, picture: Picture, number: int) -> Picture:
        """The picture of frame `number`; reflexes wander while the hand moves."""
        if self._blur > 0.25:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), self._blur), np.uint8)
        values = picture.astype(np.float32)
        if self._shadow:
            spot, depth, long, wide = self._shadow
            values *= (1 - depth * _bell(values.shape, spot, long, wide, self._angles[0]))[..., None]
        if self._reflex:
            spot, strength, long, wide = self._reflex
            spot = spot + number * self._drift
            values += (strength * _bell(values.shape, spot, long, wide, self._angles[1]))[..., None]
            values = np.minimum(values, 255)
        grain = np.random.default_rng((self._grain, number)).standard_normal(values.shape[:2], np.float32)
        values += (self._noise * grain)[..., None]
        spoilt = np.clip(values, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", spoilt, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _bell(
    shape: tuple[int, ...], spot: NDArray[np.float64], long: float, wide: float, angle: float
) -> NDArray[np.float32]:
    """A stretched spot of light, 1 in its middle."""
    xx = (np.arange(shape[1], dtype=np.float32) - np.float32(spot[0]))[None]
    yy = (np.arange(shape[0], dtype=np.float32) - np.float32(spot[1]))[:, None]
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    u, v = (cos * xx + sin * yy) / np.float32(long), (cos * yy - sin * xx) / np.float32(wide)
    return np.asarray(np.exp(-(u**2) - v**2), np.float32)


def accuracy_table(
    command: Sequence[str],
    count: int = 40,
    streams: int = 20,
    seed: int = 9303,
    levels: Sequence[str] = LEVELS,
) -> list[dict[str, Any]]:
    """Rows {"level", "frames", "n", "right", "certain", "wrong", "p50_ms", "p95_ms", "missed"}.

    `command`: the program that scans, e.g. ("run/lotse", "scan"). `right` and `certain` are per cent of n,
    `wrong` per cent of the certain ones; ms per picture. Raises WorldError when the program fails.
    """
    rows = []
    for level in levels:
        for frames, n in ((1, count), (FRAMES, streams)):
            with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
                truth, files = [], []
                for i, photograph in enumerate(photographs(level, n, seed + frames, frames)):
                    truth.append(list(photograph.lines))
                    for k, picture in enumerate(photograph.frames):
                        files.append(Path(folder, f"{i:04}-{k}.jpg"))
                        cv2.imwrite(str(files[-1]), picture, [cv2.IMWRITE_JPEG_QUALITY, 97])
                seen = scan(command, files, frames)
            rows.append(_row(level, frames, truth, seen))
    return rows


def scan(command: Sequence[str], files: Sequence[Path], frames: int = 1) -> list[dict[str, Any]]:
    """What the program prints of picture files, `frames` consecutive ones being one document."""
    options = ["--frames", str(frames)] if frames > 1 else []
    done = subprocess.run(
        [*command, *options, *map(str, files)], capture_output=True, text=True, timeout=3600, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason"])[-1]
        raise WorldError(f"{' '.join(command)} failed: {reason}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _row(level: str, frames: int, truth: list[list[str]], seen: list[dict[str, Any]]) -> dict[str, Any]:
    right = certain = wrong = 0
    for lines, result in zip(truth, seen, strict=True):
        same = result["mrz_lines"] == lines
        sure = bool(result["mrz"] and result["mrz"]["certain"])
        right += same
        certain += sure
        wrong += sure and not same
    ms = [result["ms"] / frames for result in seen]
    row: dict[str, Any] = {
        "level": level, "frames": frames, "n": len(truth),
        "right": round(100 * right / len(truth), 1), "certain": round(100 * certain / len(truth), 1),
        "wrong": round(100 * wrong / max(certain, 1), 2),
        "p50_ms": round(float(np.percentile(ms, 50)), 1), "p95_ms": round(float(np.percentile(ms, 95)), 1),
    }  # fmt: skip
    goal_right, goal_certain = GOALS[level][frames > 1]
    row["missed"] = [
        name
        for name, fails in (
            ("right", row["right"] < goal_right),
            ("certain", row["certain"] < goal_certain),
            ("wrong", row["wrong"] > MOST_WRONG),
            ("p95_ms", row["p95_ms"] > MOST_MS),
        )
        if fails
    ]
    return row


def as_text(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The table for people."""
    head = f"{'level':<8}{'frames':>7}{'n':>6}{'right %':>9}{'certain %':>11}{'of them wrong %':>17}"
    lines = [f"{head}{'p50 ms':>9}{'p95 ms':>9}"]
    for row in rows:
        missed = f"  MISSED: {', '.join(row['missed'])}" if row["missed"] else ""
        lines.append(
            f"{row['level']:<8}{row['frames']:>7}{row['n']:>6}{row['right']:>9}{row['certain']:>11}"
            f"{row['wrong']:>17}{row['p50_ms']:>9}{row['p95_ms']:>9}{missed}"
        )
    return lines


def main() -> None:
    """Print the table: `python -m simulator.bench_documents --count 300 --streams 100`."""
    parser = argparse.ArgumentParser(description="Accuracy of `lotse scan` on generated photographs.")
    parser.add_argument("--count", type=int, default=40, help="single pictures per level")
    parser.add_argument("--streams", type=int, default=20, help="streams of five pictures per level")
    parser.add_argument("--seed", type=int, default=9303)
    arguments = parser.parse_args()
    lotse = Path(sys.executable).with_name("lotse")
    rows = accuracy_table((str(lotse), "scan"), arguments.count, arguments.streams, arguments.seed)
    sys.stdout.write("\n".join(as_text(rows)) + "\n")


if __name__ == "__main__":
    main()
