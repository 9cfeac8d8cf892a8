"""`make nlu-report`: how well sentences are understood, as one HTML file (build/nlu-report.html).

Two measurements: a cross-validation over the hand-written training sentences (folds.py), and the unseen
sentences (held_out_*.yml) through the trained model as `lotse understand` answers them: by set, with the
curve of the threshold below which the dialogue asks instead of guessing, the server's memory and the time
of an answer.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from dialogs import build
from dialogs.catalogue import Catalogue
from dialogs.client import RasaServer, Understanding
from dialogs.vocabulary import FALLBACK
from dialogs.words import plain
from tests.dialogs import held_out
from tests.dialogs.conftest import ROOT
from tests.dialogs.held_out import Answers
from tests.ports import free_port

NLU = ROOT / "dialogs" / "rasa" / "nlu"
SERVICES = ROOT / "dialogs" / "services"
WORK = ROOT / "build" / "nlu"
MODELS = ROOT / "build" / "rasa" / "models"
RASA = ROOT / ".venv-rasa" / "bin"
FOLDS = Path(__file__).with_name("folds.py")
ENVIRONMENT = {
    **os.environ,
    "RASA_TELEMETRY_ENABLED": "false",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}

# a loaded machine takes its time to load the model
_START_S = 170
# parses whose time is told
_PARSES = 200
_THRESHOLDS = tuple(step / 20 for step in range(15))

Pairs = list[tuple[str, str, str]]  # sentence, wanted, found


def written(language: str) -> dict[str, list[str]]:
    """The hand-written training sentences of a language: intent to sentences, plain and each once."""
    found: dict[str, list[str]] = {}
    for path in sorted((NLU / language).glob("*.yml")):
        for intent, sentences in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found.setdefault(intent, []).extend(sentences)
    for path in sorted((SERVICES if language == "de" else SERVICES / language).glob("*.yml")):
        examples = yaml.safe_load(path.read_text(encoding="utf-8")).get("examples", [])
        found.setdefault(path.stem, []).extend(examples)
    return {intent: sorted({plain(s) for s in sentences}) for intent, sentences in found.items()}


def cross_validated(catalogue: Catalogue, folds: int) -> dict[str, Pairs]:
    """Language to (sentence, wanted, found) of each hand-written sentence, by a model that learnt the others.

    What the build makes of a sentence is left out with it, so that no fold is asked what another has learnt.
    """
    build.write(catalogue, NLU, WORK)
    parts: list[dict[str, Pairs]] = [{language: [] for language in held_out.LANGUAGES} for _ in range(folds)]
    for language in held_out.LANGUAGES:
        for intent, sentences in written(language).items():
            for place, sentence in enumerate(sentences):
                parts[place % folds][language].append((sentence, intent, ""))
    work = []
    for part in parts:
        asked = [pair for several in part.values() for pair in several]
        learnt = build.examples(catalogue, NLU, without={sentence for sentence, _, _ in asked})
        work.append({"learnt": learnt, "asked": [sentence for sentence, _, _ in asked]})
    settings = {key: value for key, value in build.CONFIG["pipeline"][0].items() if key != "name"}
    (WORK / "folds.json").write_text(json.dumps({"settings": settings, "folds": work}), encoding="utf-8")
    log = WORK / "rasa.log"
    with log.open("wb") as out:
        subprocess.run(
            [RASA / "python", FOLDS, "folds.json", "found.json"],
            cwd=WORK,
            check=True,
            env=ENVIRONMENT,
            stdout=out,
            stderr=out,
        )
    found: list[list[str]] = json.loads((WORK / "found.json").read_text(encoding="utf-8"))
    pairs: dict[str, Pairs] = {language: [] for language in held_out.LANGUAGES}
    for part, answers in zip(parts, found, strict=True):
        given = iter(answers)
        for language, several in part.items():
            pairs[language] += [(sentence, wanted, next(given)) for sentence, wanted, _ in several]
    return pairs


@dataclass(frozen=True)
class Unseen:
    """What the model said. `answers`: by set and language; `guesses`: the likeliest, however unsure."""

    answers: dict[tuple[str, str], Answers]
    guesses: list[tuple[str, str, float]]  # wanted, likeliest, confidence
    memory_mb: float
    parse_ms: list[float]


async def unseen(catalogue: Catalogue, models: Path) -> Unseen:
    """Asks the newest of the trained models everything that nobody trained on."""
    server = RasaServer(
        python=RASA / "python",
        model=models,
        port=free_port(),
        action_url="http://127.0.0.1:9/",
    )
    await server.start()
    try:
        await server.ready(_START_S)
        understanding = Understanding(server, catalogue)
        answers = {
            (part, language): await held_out.ask(
                understanding, held_out.sentences_of(part, language, catalogue)
            )
            for part in ("", *held_out.SETS)
            for language in held_out.LANGUAGES
        }
        guesses = []
        times = []
        for wanted in (wanted for several in answers.values() for wanted, _ in several):
            begun = time.perf_counter()
            guess, confidence = await understanding.likeliest(wanted.text)
            times.append(1000 * (time.perf_counter() - begun))
            guesses.append((wanted.intent, guess, confidence))
        return Unseen(answers, guesses, _resident_mb(server.pid), times[-_PARSES:])
    finally:
        await server.stop()


def _resident_mb(pid: int | None) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _table(head: list[str], rows: list[list[str]]) -> str:
    cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _figures(pairs: Pairs) -> str:
    wanted = Counter(pair[1] for pair in pairs)
    found = Counter(pair[2] for pair in pairs)
    both = Counter(pair[1] for pair in pairs if pair[1] == pair[2])
    rows = []
    for intent in sorted({*wanted, *found}):
        precision = both[intent] / found[intent] if found[intent] else 0.0
        recall = both[intent] / wanted[intent] if wanted[intent] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        rows.append([intent, str(wanted[intent]), f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}"])
    return _table(["intent", "sentences", "precision", "recall", "F1"], rows)


def _matrix(pairs: Pairs) -> str:
    counts = Counter((wanted, found) for _, wanted, found in pairs)
    names = sorted({name for pair in counts for name in pair})
    head = "".join(f"<th class=up><span>{name}</span></th>" for name in names)
    rows = []
    for wanted in names:
        total = sum(counts[wanted, found] for found in names)
        cells = []
        for found in names:
            count = counts[wanted, found]
            strength = count / total if total else 0
            colour = "46,125,50" if wanted == found else "198,40,40"
            shade = f" style='background:rgba({colour},{0.12 + 0.88 * strength:.2f})'" if count else ""
            cells.append(f"<td{shade} title='{wanted} → {found}'>{count or ''}</td>")
        rows.append(f"<tr><th>{wanted}</th>{''.join(cells)}</tr>")
    return f"<table class=matrix><tr><th>wanted ↓ found →</th>{head}</tr>{''.join(rows)}</table>"


_SUMMARY = ["sentences", "right intent", "out of scope that starts no service", "one card taken for another"]
_GOALS = "Goals: right intent de ≥ 93 %, en ≥ 90 %; out of scope that starts no service ≥ 90 %; cards ≤ 3 %."


def _summary(pairs: Pairs, catalogue: Catalogue) -> list[str]:
    """The values of _SUMMARY."""
    right = sum(wanted == found for _, wanted, found in pairs)
    outside = [pair for pair in pairs if pair[1] == "out_of_scope"]
    quiet = sum(found not in catalogue.services for _, _, found in outside)
    cards = [pair for pair in pairs if pair[1] in held_out.CARDS]
    mistaken = sum(found in held_out.CARDS and found != wanted for _, wanted, found in cards)
    return [
        str(len(pairs)),
        _share(right, len(pairs)),
        _share(quiet, len(outside)),
        _share(mistaken, len(cards)),
    ]


def _section(title: str, pairs: Pairs, catalogue: Catalogue) -> str:
    values = zip(_SUMMARY, _summary(pairs, catalogue), strict=True)
    summary = _table(["figure", "value"], [list(row) for row in values])
    wrong = [
        [text, wanted, found] for text, wanted, found in sorted(pairs, key=lambda p: p[1:]) if wanted != found
    ]
    return (
        f"<h2>{html.escape(title)}</h2>{summary}"
        f"<details><summary>Per intent</summary>{_figures(pairs)}</details>"
        f"<details><summary>Confusion matrix</summary>{_matrix(pairs)}</details>"
        f"<details><summary>Wrong ({len(wrong)})</summary>"
        f"{_table(['sentence', 'wanted', 'found'], wrong)}</details>"
    )


_CURVE = ["asks below", "right", "wrongly accepted", "of these a service", "wrongly refused"]


def _curve(guesses: list[tuple[str, str, float]], catalogue: Catalogue) -> list[list[str]]:
    """What each threshold would accept wrongly and refuse wrongly; a row each, below the head _CURVE."""
    rows = []
    for least in _THRESHOLDS:
        right = sum((g if sure >= least else "out_of_scope") == wanted for wanted, g, sure in guesses)
        wrong = [g for wanted, g, sure in guesses if sure >= least and g != wanted and g != "out_of_scope"]
        refused = sum(sure < least and g == wanted != "out_of_scope" for wanted, g, sure in guesses)
        counts = [right, len(wrong), sum(g in catalogue.services for g in wrong), refused]
        mark = " (chosen)" if abs(least - FALLBACK) < 0.001 else ""
        rows.append([f"{least:.2f}{mark}", *(_share(count, len(guesses)) for count in counts)])
    return rows


def percentile(times: list[float], share: float) -> float:
    """The time within which that share of the answers came."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;margin:.6rem 0}
td,th{border:1px solid #ccc;padding:.15rem .5rem;text-align:left}
.matrix{font-size:11px}
.matrix td{text-align:center;padding:.1rem .25rem}
.up span{writing-mode:vertical-rl}
summary{cursor:pointer;font-weight:600;margin:.5rem 0}
details{overflow-x:auto}
"""


def page(folded: dict[str, Pairs], asked: Unseen, catalogue: Catalogue, folds: int) -> str:
    """The whole report; needs nothing but itself."""
    sets: list[tuple[str, Pairs]] = []
    for (part, language), several in asked.answers.items():
        pairs = [(wanted.text, wanted.intent, found["intent"]) for wanted, found in several]
        title = f"Unseen sentences, {language}" + (f", set {part!r}" if part else "")
        sets.append((title, pairs))
    for language, pairs in folded.items():
        title = f"Cross-validation of the hand-written training sentences in {folds} parts, {language}"
        sets.append((title, pairs))
    overview = _table(["set", *_SUMMARY], [[title, *_summary(pairs, catalogue)] for title, pairs in sets])
    parts = [overview, f"<p>{_GOALS}</p>", *(_section(title, pairs, catalogue) for title, pairs in sets)]
    curve = _table(_CURVE, _curve(asked.guesses, catalogue))
    parts.append(f"<h2>Threshold, over all unseen sentences</h2>{curve}")
    cost = [
        ["memory of the server", f"{asked.memory_mb:.0f} MB"],
        *([f"answer, p{share}", f"{percentile(asked.parse_ms, share / 100):.1f} ms"] for share in (50, 95)),
    ]
    parts.append("<h2>Memory and time</h2>" + _table(["figure", "value"], cost))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Rathauslotse: understanding</title>"
        f"<style>{_STYLE}</style><h1>How well sentences are understood</h1>{''.join(parts)}</html>\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit 1 when the cross-validation fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.dialogs.nlu_report", description=__doc__)
    parser.add_argument("--folds", type=int, default=5, help="parts of the cross-validation; 0: without it")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "nlu-report.html", help="the report")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the trained models")
    chosen = parser.parse_args(arguments)
    catalogue = Catalogue.load(SERVICES, ROOT / "town" / "musterstadt.yml")
    try:
        folded = cross_validated(catalogue, chosen.folds) if chosen.folds else {}
        asked = asyncio.run(unseen(catalogue, chosen.models))
    except subprocess.CalledProcessError as problem:
        sys.stderr.write(
            f"The cross-validation failed (exit {problem.returncode}); see {WORK / 'rasa.log'}\n"
        )
        return 1
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(folded, asked, catalogue, chosen.folds), encoding="utf-8")
    for (part, language), several in asked.answers.items():
        name = " ".join(filter(None, ("unseen", language, part)))
        sys.stdout.write(f"{name}: {100 * held_out.right(several):.1f} % of {len(several)}\n")
    for language, pairs in folded.items():
        right = sum(wanted == found for _, wanted, found in pairs)
        sys.stdout.write(f"cross-validated {language}: {_share(right, len(pairs))} of {len(pairs)}\n")
    for row in [_CURVE, *_curve(asked.guesses, catalogue)]:
        sys.stdout.write(f"| {' | '.join(row)} |\n")
    sys.stdout.write(
        f"{asked.memory_mb:.0f} MB; an answer within {percentile(asked.parse_ms, 0.5):.1f} ms (median), "
        f"{percentile(asked.parse_ms, 0.95):.1f} ms (p95)\n{chosen.out}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
