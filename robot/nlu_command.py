"""`lotse nlu review`: what was not understood, and taking sentences into the training examples."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection
from pathlib import Path

import yaml

from dialogs.words import plain
from robot.cases.sentences import GONE, Sentence, Sentences

# plain German is understood as German is
_FOLDERS = {"leicht": "de"}


class ReviewError(Exception):
    """A sentence cannot be taken; one sentence that says what to do."""


def review(arguments: argparse.Namespace, sentences: Sentences, known: Collection[str], nlu: Path) -> None:
    """Accept and drop what was named, then print the list. `known`: every intent there is.

    Raises ReviewError, StoreError.
    """
    if arguments.accept:
        if not arguments.intent:
            raise ReviewError("Say what the sentence means: --accept 3 --intent passport.")
        number, *words = arguments.accept
        path = accept(sentences, _number(number), " ".join(words), arguments.intent, known, nlu)
        sys.stdout.write(f"{path}: taken; `make setup` trains it\n")
    for number in arguments.drop:
        _find(sentences, number)
        sentences.forget(number)
    listed = sentences.all()
    if arguments.json:
        rows = [{"id": s.id, "day": s.day, "lang": s.language, "text": s.text} for s in listed]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    for sentence in listed:
        sys.stdout.write(f"{sentence.id:>5}  {sentence.day}  {sentence.language:<6}  {sentence.text}\n")
    if not listed:
        sys.stdout.write(
            "No sentences wait. They are kept only with [dialogue] keep_not_understood = true.\n"
        )


def accept(
    sentences: Sentences, number: int, words: str, intent: str, known: Collection[str], nlu: Path
) -> Path:
    """Write a sentence (or `words` in its place) into `<nlu>/<lang>/accepted.yml` and off the list.

    Returns the file. Raises ReviewError, StoreError.
    """
    sentence = _find(sentences, number)
    text = plain(words or sentence.text.replace(GONE, " "))
    if intent not in known:
        raise ReviewError(f"There is no intent {intent!r}; take one of: {', '.join(sorted(known))}.")
    if not text:
        raise ReviewError(
            f"Nothing is left of sentence {number}; write what it should say: --accept {number} TEXT"
        )
    path = nlu / _FOLDERS.get(sentence.language, sentence.language) / "accepted.yml"
    held: dict[str, list[str]] = {}
    if path.exists():
        held = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    other = next((name for name, several in held.items() if text in several), None)
    if other not in (None, intent):
        raise ReviewError(f"{text!r} is an example of {other} already; remove it from {path} first.")
    if other is None:
        held.setdefault(intent, []).append(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "# Sentences that staff have accepted with `lotse nlu review`.\n"
        + yaml.safe_dump(dict(sorted(held.items())), allow_unicode=True, sort_keys=False, width=110),
        encoding="utf-8",
    )
    sentences.forget(number)
    return path


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ReviewError(f"{text!r} is no number of a sentence; `lotse nlu review` lists them.") from None


def _find(sentences: Sentences, number: int) -> Sentence:
    found = next((sentence for sentence in sentences.all() if sentence.id == number), None)
    if found is None:
        raise ReviewError(f"There is no sentence {number}; `lotse nlu review` lists them.")
    return found
