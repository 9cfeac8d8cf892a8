"""`lotse bench speech`: the spoken test set by several voices, in babble, and interruptions in a room.

From outside: recordings go into `lotse hear`, what it wrote into `lotse understand`. All voices are
synthetic: no figure here says anything about people.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from simulator.processes import WorldError
from simulator.room import babble, echo, impulse_response, in_babble, save
from simulator.voice import RATE, synthesise

SENTENCES: Final = Path(__file__).with_name("sentences.yml")
VOICES: Final = {
    "de": ("de+f2", "de+m3", "de+f4", "de", "de+m6", "de+f5", "de+m7", "de+linda"),
    "en": ("en-gb", "en-us", "en-gb+f2", "en-us+m3", "en-gb-x-rp", "en-us+f4", "en-gb+m6", "en-us+f1"),
}
CONDITIONS: Final = (None, 20.0, 10.0, 5.0)  # signal-to-noise ratio in dB against six people talking
AROUND_S: Final = 1.0
GOALS: Final = {"word": 0.35, "sentence": 0.7}  # p95 of the seconds after its end until an answer is complete
GOAL_NOISES: Final = ("clean", "babble 20 dB")
STOPS: Final = frozenset(("stopp", "stop", "halt", "moment", "aufhören", "wait", "hilfe", "help"))
SHORT_ANSWERS: Final = frozenset(("ja", "nein", "stopp", "zurück", "yes", "no", "stop", "cancel"))
ECHOES: Final = (-10.0, -20.0)
OWN_VOICE, OWN_PEAK = "de", 0.8
DELAY_S: Final = 0.1  # of the sound buffers and the way to the microphone
OWN: Final = (
    "Der Personalausweis kostet sechsundvierzig Euro. Er ist meist nach zwei bis drei Wochen fertig.",
    "Bitte bringen Sie Ihren alten Ausweis und den Code des digitalen Fotos mit in das Bürgerbüro.",
    "Ich bereite den Antrag vor, und eine Kollegin oder ein Kollege entscheidet dann darüber.",
)
INTERRUPTIONS: Final = ("stopp", "ich habe eine frage", "halt", "was kostet das", "wo ist das standesamt")
INTERRUPTERS: Final = ("de+f2", "de+m3", "de+f4", "de+m6", "de+f5", "de+m7")
JUMP_S, JUMPS_AT_S = 0.045, 2.0  # a sound card that fills its buffers anew while the colleague speaks
ROOMS: Final = {"a quiet room": 3.0, "people far away": 300.0, "people near": 1500.0}  # level, of 32768
GHOST_FILES, GHOST_FILE_S = 4, 15.0
INTO_S: Final = 1.2  # the citizen interrupts so long after the colleague began


@dataclass(frozen=True)
class Sentence:
    """One sentence of the test set, with what it means."""

    lang: str
    text: str
    intent: str
    service: str | None


def sentences(file: Path = SENTENCES) -> list[Sentence]:
    """The test set."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Sentence(lang, text, row["intent"], row["service"])
        for lang, rows in data.items()
        for row in rows
        for text in row["say"]
    ]


def draw(found: Sequence[Sentence], every: int) -> list[Sentence]:
    """Every n-th sentence, and all answers of one word: they have a goal of their own, and are few."""
    long = [sentence for sentence in found if sentence.text not in SHORT_ANSWERS]
    drawn = {*long[:: max(1, every)], *(s for s in found if s.text in SHORT_ANSWERS)}
    return [sentence for sentence in found if sentence in drawn]


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Least number of words inserted, left out or replaced (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


def bench_speech(settings: Path, *, every: int, as_json: bool, say: Callable[[str], None]) -> int:
    """Measure; prints JSON or a table. Returns 0, or 1 for a missed goal.

    `every`: take every n-th sentence only, and all answers of one word.
    """

    def tell(line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    rows: list[dict[str, Any]] = []
    heard: dict[tuple[str, str], list[tuple[Sentence, str]]] = {}
    with tempfile.TemporaryDirectory(prefix="lotse-speech-") as folder:
        for lang, voices in VOICES.items():
            for number, snr in enumerate(CONDITIONS):
                chosen = draw([s for s in sentences() if s.lang == lang], every)
                row, texts = _condition(settings, chosen, voices, snr, number, Path(folder))
                rows.append(row)
                heard[lang, row["noise"]] = texts
                tell(json.dumps(row))
        understood = _understood(settings, heard, tell)
        for row in rows:
            row |= understood.get((row["lang"], row["noise"]), {})
        ghosts = _ghosts(settings, Path(folder), tell)
        interruptions = _interruptions(settings, Path(folder), tell)
    unmeasured, missed = judged(rows)
    missed += [
        f"own words echo {row['echo_db']} {row['noise']}"
        for row in interruptions
        if row["canceller"] and row["own_words_heard"] and not row["delay_jumps_ms"]
    ]
    if as_json:
        say(
            json.dumps(
                {
                    "speech": rows,
                    "ghosts": ghosts,
                    "interruptions": interruptions,
                    "goals": GOALS,
                    "not_measured": unmeasured,
                    "missed": missed,
                },
                indent=1,
            )
        )
    else:
        _print((rows, ghosts, interruptions), unmeasured, missed, say)
    return 1 if missed else 0


def judged(rows: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """What has a goal and was not measured, since none of it was drawn; and the goals that were missed.

    Where some was drawn and nothing of it was heard aright, the goal is missed.
    """
    unmeasured, missed = [], []
    for row, (kind, goal) in product((row for row in rows if row["noise"] in GOAL_NOISES), GOALS.items()):
        name = f"{kind} {row['lang']} {row['noise']}"
        if not row[f"{kind}s"]:
            unmeasured.append(name)
        elif row[f"{kind}_p95_s"] is None or row[f"{kind}_p95_s"] > goal:
            missed.append(name)
    return unmeasured, missed


def _condition(
    settings: Path,
    chosen: Sequence[Sentence],
    voices: Sequence[str],
    snr: float | None,
    number: int,
    folder: Path,
) -> tuple[dict[str, Any], list[tuple[Sentence, str]]]:
    """All sentences in one noise; each condition gives a sentence another voice.

    How soon an answer of one word is complete, is measured with every voice: there are few such words.
    """
    files: list[Path] = []
    ends: list[float] = []
    lang = chosen[0].lang
    cast = [(sentence, voices[(at + 3 * number) % len(voices)]) for at, sentence in enumerate(chosen)]
    words = [sentence for sentence in chosen if sentence.text in SHORT_ANSWERS]
    cast += [pair for pair in product(words, voices) if pair not in cast]
    for at, (sentence, voice) in enumerate(cast):
        speech = synthesise(sentence.text, voice, 150, 0.4)
        file = folder / f"{lang}-{number}-{at}.wav"
        save(file, in_babble(speech, snr, at, AROUND_S))
        files.append(file)
        ends.append(AROUND_S + speech.size / RATE)
    answers = lotse(settings, ["hear", "--lang", lang], "\n".join(map(str, files)))
    if len(answers) != len(files):
        raise WorldError(f"lotse hear answered {len(answers)} of {len(files)} recordings; run it by hand.")
    for file in files:
        file.unlink()
    patience: dict[str, list[float]] = {kind: [] for kind in GOALS}
    for (sentence, _), answer, end in zip(cast, answers, ends, strict=True):
        if answer["text"] == sentence.text and len(answer["utterances"]) == 1:
            kind = "word" if sentence.text in SHORT_ANSWERS else "sentence"
            patience[kind].append(answer["utterances"][0]["told_s"] - end)
    answers = answers[: len(chosen)]
    errors = sum(word_errors(s.text.split(), a["text"].split()) for s, a in zip(chosen, answers, strict=True))
    all_words = sum(len(sentence.text.split()) for sentence in chosen)
    exact = sum(s.text == a["text"] for s, a in zip(chosen, answers, strict=True))
    row = {
        "lang": lang,
        "noise": "clean" if snr is None else f"babble {snr:.0f} dB",
        "voices": len(voices),
        "words": len(words) * len(voices),
        "sentences": len(chosen) - len(words),
        "word_error_rate": round(errors / all_words, 4),
        "exact": round(exact / len(chosen), 3),
        "unheard": sum(not answer["text"] for answer in answers),
        "torn": sum(len(answer["utterances"]) > 1 for answer in answers),
        **{f"{kind}_p{q}_s": _quantile(found, q) for kind, found in patience.items() for q in (50, 95)},
        "ms_per_sentence": round(float(np.mean([answer["ms"] for answer in answers]))),
    }
    return row, [(sentence, answer["text"]) for sentence, answer in zip(chosen, answers, strict=True)]


def _quantile(values: Sequence[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 3) if values else None


def _understood(
    settings: Path, heard: dict[tuple[str, str], list[tuple[Sentence, str]]], tell: Callable[[str], None]
) -> dict[tuple[str, str], dict[str, float]]:
    """Share of right intents and services; nothing where no dialogue model is there."""
    figures: dict[tuple[str, str], dict[str, float]] = {}
    for lang in VOICES:
        pairs = [(key, *pair) for key, found in heard.items() if key[0] == lang for pair in found]
        # an empty line would be no sentence
        asked = "\n".join(text or "-" for _, _, text in pairs)
        try:
            answers = lotse(settings, ["understand", "--lang", lang], asked)
        except WorldError as error:
            tell(f"intents: {error}")
            return figures
        if len(answers) != len(pairs):
            tell(f"intents: lotse understand answered {len(answers)} of {len(pairs)} sentences")
            return figures
        for key in dict.fromkeys(key for key, _, _ in pairs):
            own = [(s, a) for (k, s, _), a in zip(pairs, answers, strict=True) if k == key]
            figures[key] = {
                "intent": round(sum(s.intent == a["intent"] for s, a in own) / len(own), 3),
                "service": round(sum(s.service == a["service"] for s, a in own) / len(own), 3),
            }
            tell(f"{key[0]} {key[1]}: {figures[key]}")
    return figures


def lotse(settings: Path, command: Sequence[str], given: str) -> list[dict[str, Any]]:
    """The JSON lines of one command of the product. Raises WorldError."""
    program = str(Path(sys.executable).parent / "lotse")
    done = subprocess.run(
        [program, "--settings", str(settings), *command],
        input=given,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise WorldError(f"lotse {command[0]}: {last}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _ghosts(settings: Path, folder: Path, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Words that are heard where nobody speaks to the colleague: in a quiet room, and where people talk."""
    rows: list[dict[str, Any]] = []
    for lang in VOICES:
        for room, level in ROOMS.items():
            files = []
            for seed in range(GHOST_FILES):
                rng = np.random.default_rng(seed)
                wide = (
                    rng.standard_normal(int(GHOST_FILE_S * RATE))
                    if level < 10
                    else babble(GHOST_FILE_S, seed)
                )
                file = folder / f"ghosts-{lang}-{seed}.wav"
                save(file, np.asarray(np.clip(level * wide, -32768, 32767), np.int16))
                files.append(file)
            heard = lotse(settings, ["hear", "--lang", lang], "\n".join(map(str, files)))
            words = " ".join(answer["text"] for answer in heard).split()
            row = {
                "lang": lang,
                "room": room,
                "seconds": round(GHOST_FILES * GHOST_FILE_S),
                "ghost_words": len(words),
                "stop_words": sum(word in STOPS for word in words),
            }
            rows.append(row)
            tell(json.dumps(row))
            for file in files:
                file.unlink()
    return rows


def _interruptions(settings: Path, folder: Path, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """The colleague speaks in a room that echoes, a citizen interrupts, or nobody does.

    Heard by the microphone alone, and as in a visit: with what the loudspeaker played and the words of it.
    """
    rows: list[dict[str, Any]] = []
    for number, echo_db in enumerate(ECHOES):
        for babble_db, jump_s in ((None, 0.0), (20.0, 0.0), (None, JUMP_S)):
            alone = Room(folder, echo_db, babble_db, number, jump_s)
            for row in alone.measure(settings):
                rows.append(row)
                tell(json.dumps(row))
    return rows


@dataclass(frozen=True)
class Room:
    """A room with an echo, in which the colleague speaks; `jump_s`: by how much the delay grows meanwhile."""

    folder: Path
    echo_db: float
    babble_db: float | None
    seed: int
    jump_s: float = 0.0

    def measure(self, settings: Path) -> list[dict[str, Any]]:
        """Two rows: own words that were taken for somebody's, and interruptions that were heard."""
        response = impulse_response(self.echo_db, DELAY_S, self.seed)
        quiet = [self._scene(response, at, own, "", "") for at, own in enumerate(OWN)]
        loud = [
            self._scene(response, len(OWN) + at, OWN[at % len(OWN)], words, voice)
            for at, (words, voice) in enumerate(product(INTERRUPTIONS, INTERRUPTERS))
        ]
        rows = []
        for knows in (False, True):
            heard = lotse(
                settings,
                ["hear"],
                "\n".join(str(scene.with_suffix(".wav" if knows else ".mono.wav")) for scene in quiet + loud),
            )
            own, theirs = heard[: len(quiet)], heard[len(quiet) :]
            said = [words for words, _ in product(INTERRUPTIONS, INTERRUPTERS)]
            rows.append(
                {
                    "echo_db": self.echo_db,
                    "noise": "clean" if self.babble_db is None else f"babble {self.babble_db:.0f} dB",
                    "delay_jumps_ms": round(self.jump_s * 1000),
                    "canceller": knows,
                    "own_words_heard": sum(len(answer["text"].split()) for answer in own),
                    "interruptions": len(said),
                    "exact": sum(w == answer["text"] for w, answer in zip(said, theirs, strict=True)),
                    "noticed": sum(
                        bool(set(w.split()) & set(a["text"].split()))
                        for w, a in zip(said, theirs, strict=True)
                    ),
                }
            )
        for scene in quiet + loud:
            for suffix in (".wav", ".mono.wav", ".txt"):
                scene.with_suffix(suffix).unlink()
        return rows

    def _scene(self, response: NDArray[np.float64], number: int, own: str, words: str, voice: str) -> Path:
        """The colleague speaks, the citizen interrupts: both channels, the microphone alone, the text."""
        played = synthesise(own, OWN_VOICE, 165, OWN_PEAK)
        microphone = np.concatenate((echo(played, response), np.zeros(RATE)))
        if self.jump_s:
            before = int(JUMPS_AT_S * RATE)
            later = np.zeros(int(self.jump_s * RATE))
            microphone = np.concatenate((microphone[:before], later, microphone[before:]))
        if words:
            theirs = synthesise(words, voice, 150, 0.4)
            begin = int((INTO_S + number % 4 * 0.4) * RATE)
            microphone = np.concatenate((microphone, np.zeros(max(0, begin + theirs.size - microphone.size))))
            microphone[begin : begin + theirs.size] += theirs
        if self.babble_db is not None:
            level = np.sqrt(np.mean(synthesise("guten tag", voice or "de+f2", 150, 0.4).astype(float) ** 2))
            murmur = babble(microphone.size / RATE + 0.01, number)[: microphone.size]
            microphone += murmur * level / 10 ** (self.babble_db / 20)
        samples = np.clip(microphone, -32768, 32767).astype(np.int16)
        scene = self.folder / f"scene-{number}"
        save(scene.with_suffix(".wav"), samples, played)
        save(scene.with_suffix(".mono.wav"), samples)
        scene.with_suffix(".txt").write_text(own, encoding="utf-8")
        return scene


def _print(
    tables: Sequence[Sequence[dict[str, Any]]],
    unmeasured: Sequence[str],
    missed: Sequence[str],
    say: Callable[[str], None],
) -> None:
    say("synthetic voices only: no figure says anything about people")
    for table in tables:
        names = list(dict.fromkeys(name for row in table for name in row))
        widths = [max(len(name), *(len(str(row.get(name, ""))) for row in table)) for name in names]
        say("  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)))
        for row in table:
            say("  ".join(str(row.get(n, "")).ljust(w) for n, w in zip(names, widths, strict=True)))
    for name in unmeasured:
        say(f"not measured: {name}")
    for name in missed:
        say(f"MISSED {name}")
