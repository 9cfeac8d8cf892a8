"""Derives the Rasa project from the catalogue and the hand-written examples: `python -m dialogs.build`.

The same catalogue always gives the same bytes. Texts are not part of it: replies are keys.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.naming import Names
from dialogs.rasa.folding import fold
from dialogs.situation import LATER, LATER_FOR, MEANT
from dialogs.vocabulary import FALLBACK, NEXT, OFFERED, action_of, actions, forms, intents
from dialogs.words import plain
from dialogs.yamlfile import YamlFile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ACTION_URL_VARIABLE = "ACTION_ENDPOINT_URL"
FRAMES = HERE / "rasa" / "frames.yml"
OTHERS = HERE / "rasa" / "others.yml"
CONCEPTS = HERE / "rasa" / "concepts.yml"
ABOUT = HERE / "rasa" / "about.yml"
# sentences of each kind of question for each service, and of each thing of other offices
_TURNS = 16
_TURNS_OF_OTHERS = 6
# of our own pipeline, beside the project's configuration (Rasa looks for components there)
COMPONENTS = ("reading.py", "folding.py", "concepts.py")

CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "rathauslotse",
    "language": "de",
    # Chosen by `make nlu-report`, memory and latency. No DIET: it doubles memory and start-up time.
    "pipeline": [
        {"name": "reading.SentenceReader", "freedom": 1.0, "sharpness": 4.0, "rare": 2},
        {"name": "FallbackClassifier", "threshold": FALLBACK, "ambiguity_threshold": 0.02},
    ],
    "policies": [
        {
            "name": "RulePolicy",
            "core_fallback_action_name": "action_not_understood",
            "enable_fallback_prediction": True,
        }
    ],
}


def examples(catalogue: Catalogue, folder: Path) -> dict[str, list[str]]:
    """Sentences of every intent: those of the services, the answers, and the hand-written files.

    Raises CatalogueError with every mistake of the files.
    """
    found = {service.id: list(service.examples) for service in catalogue.services.values()}
    errors: list[str] = []
    known = set(intents(catalogue))
    for path in sorted(folder.rglob("*.yml")):
        file = YamlFile.read(path)
        errors += file.errors
        for intent, sentences in (file.data or {}).items():
            if intent not in known:
                errors.append(file.error(f"there is no intent {intent!r}; correct its name", intent))
            elif not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
                errors.append(file.error(f"{intent!r} is no list of sentences, quote them", intent))
            else:
                found.setdefault(intent, []).extend(sentences)
    for intent, sentences in _asked(catalogue).items():
        found.setdefault(intent, []).extend(sentences)
    owner: dict[str, str] = {}
    for intent, sentences in found.items():
        for sentence in sentences if intent != "inform" else ():
            other = owner.setdefault(plain(sentence), intent)
            if other != intent:
                errors.append(
                    f"{folder}:1: {sentence!r} is an example of both {other} and {intent}; keep one of them"
                )
    answers = [
        phrase
        for service in catalogue.services.values()
        for question in service.questions
        for choice in question.choices
        for phrase in choice.say
        if "*" not in phrase
    ]
    # Where an answer is also an example of another intent, the answer gives way.
    found["inform"] = [s for s in (*answers, *found.get("inform", ())) if plain(s) not in owner]
    for intent in sorted(known - {i for i, sentences in found.items() if sentences} - {"nlu_fallback"}):
        errors.append(f"{folder}:1: the intent {intent!r} has no examples; write some")
    if errors:
        raise CatalogueError(errors)
    return {intent: list(dict.fromkeys(sentences)) for intent, sentences in sorted(found.items())}


def _asked(catalogue: Catalogue) -> dict[str, list[str]]:
    """Questions about each service by name, and the same words about things that are no service of ours.

    The names take turns with the frames of frames.yml. Raises CatalogueError if a file cannot be read.
    """
    frames: dict[str, list[str]] = _read(FRAMES)
    strange = frames.pop("out_of_scope")
    found: dict[str, list[str]] = {}
    for place, service in enumerate(s for s in catalogue.services.values() if s.names):
        for intent, several in frames.items():
            for turn in range(_TURNS):
                # steps that share no factor with the numbers of frames: every frame meets many services
                frame = several[(place * _TURNS + turn) * 7 % len(several)]
                name = service.names[(place + turn) % len(service.names)]
                found.setdefault(intent, []).append(frame.replace("{}", name.lower()))
    names = Names(catalogue, ABOUT)
    others = [thing for several in _read(OTHERS).values() for thing in several]
    for place, thing in enumerate(thing for thing in others if names.exactly(thing) is None):
        for turn in range(_TURNS_OF_OTHERS):
            frame = strange[(place * _TURNS_OF_OTHERS + turn) * 7 % len(strange)]
            found.setdefault("out_of_scope", []).append(frame.replace("{}", thing))
    return found


def _read(path: Path) -> dict[str, list[str]]:
    file = YamlFile.read(path)
    if file.errors:
        raise CatalogueError(file.errors)
    read: dict[str, list[str]] = file.data or {}
    return read


def concepts(catalogue: Catalogue) -> dict[str, list[str]]:
    """Ideas and their words for the component, folded; each service is an idea of its own, by its names.

    Raises CatalogueError if a file cannot be read.
    """
    about = _read(ABOUT)
    named = {
        f"the_{service.id}": [*service.names, *about.get(service.id, ())]
        for service in catalogue.services.values()
    }
    words = {**_read(CONCEPTS), **named}
    return {
        idea: sorted({fold(word).replace(" ", "") + "*" * word.endswith("*") for word in several})
        for idea, several in words.items()
        if several
    }


def domain(catalogue: Catalogue) -> dict[str, Any]:
    """Intents, slots, forms, actions. Every slot is an enumeration: there is no room for a person's data."""
    slots: dict[str, list[str]] = {
        "service": list(catalogue.services),
        "station": list(
            dict.fromkeys(node.name for service in catalogue.services.values() for node in service.journey)
        ),
        "pending": ["stop", "cancelled", "retry", "meant", "later"],
        "misunderstood": ["1", "2", "3"],
        "asked_as": ["full", "again", "other"],
        **{slot: [s.id for s in catalogue.services.values() if s.journey] for slot in LATER},
        LATER_FOR: ["child", "other"],
        **{slot: [*catalogue.services, *OFFERED] for slot in MEANT},
    }
    for service in catalogue.services.values():
        for question in service.questions:
            slots[question.slot] = [choice.id for choice in question.choices]
    answers = [slot for service in catalogue.services.values() for slot in service.slots]
    return {
        "version": "3.1",
        "session_config": {"session_expiration_time": 0, "carry_over_slots_to_new_session": False},
        "intents": [{intent: {"use_entities": []}} for intent in intents(catalogue)],
        "entities": [*dict.fromkeys(answers), "step", "outcome", "place", "language", "order"],
        "slots": {
            name: {
                "type": "categorical",
                "values": values,
                "influence_conversation": False,
                "mappings": [{"type": "custom"}],
            }
            for name, values in slots.items()
        },
        "forms": {
            name: {"required_slots": list(group.slots)} for name, (_, group) in forms(catalogue).items()
        },
        "actions": actions(catalogue),
    }


def rules(catalogue: Catalogue) -> list[dict[str, Any]]:
    """One rule per intent, valid in a question and outside; one per form for when it is complete."""
    found: list[dict[str, Any]] = [
        {
            "rule": f"the visitor means {intent}",
            "steps": [{"intent": intent}, {"action": action_of(catalogue, intent)}],
        }
        for intent in intents(catalogue)
    ]
    found += [
        {
            "rule": f"{form} is complete",
            "condition": [{"active_loop": form}],
            "steps": [
                {"action": form},
                {"active_loop": None},
                {"slot_was_set": [{"requested_slot": None}]},
                {"action": NEXT},
            ],
        }
        for form in forms(catalogue)
    ]
    return found


def stories(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Test stories: every intent finds its action (`rasa test core`)."""
    return [
        {
            "story": f"{intent} is answered",
            "steps": [{"user": f"/{intent}", "intent": intent}, {"action": action_of(catalogue, intent)}],
        }
        for intent in intents(catalogue)
    ]


def _block(sentences: list[str]) -> str:
    return "".join(f"- {sentence}\n" for sentence in sentences)


class _Dumper(yaml.SafeDumper):
    """Writes sentences of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def _dump(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def project(catalogue: Catalogue, nlu: Path) -> dict[str, str]:
    """The whole project: path in it to content."""
    return {
        "config.yml": _dump(CONFIG),
        "domain.yml": _dump(domain(catalogue)),
        "data/nlu.yml": _dump(
            {
                "version": "3.1",
                "nlu": [
                    {"intent": intent, "examples": _block(sentences)}
                    for intent, sentences in examples(catalogue, nlu).items()
                ],
            }
        ),
        "data/rules.yml": _dump({"version": "3.1", "rules": rules(catalogue)}),
        "tests/test_stories.yml": _dump({"version": "3.1", "stories": stories(catalogue)}),
        "endpoints.yml": _dump(
            {
                "action_endpoint": {"url": f"${{{ACTION_URL_VARIABLE}}}", "enable_selective_domain": True},
                # both in dialogs/rasa/turns.py, which lies beside the launcher
                "tracker_store": {"type": "turns.TurnStore"},
            }
        ),
        "credentials.yml": _dump({"turns.Turns": None}),
        "concepts.json": json.dumps(concepts(catalogue), ensure_ascii=False, indent=1) + "\n",
        **{name: (HERE / "rasa" / name).read_text(encoding="utf-8") for name in COMPONENTS},
    }


def write(catalogue: Catalogue, nlu: Path, out: Path) -> list[Path]:
    """Writes the project; files that are as they should be keep their time. Returns what has changed."""
    changed = []
    for name, content in project(catalogue, nlu).items():
        path = out / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            changed.append(path)
    return changed


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit 1 with every mistake of the catalogue on stderr."""
    parser = argparse.ArgumentParser(prog="python -m dialogs.build", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "rasa", help="where the project goes")
    parser.add_argument("--services", type=Path, default=HERE / "services", help="folder of the services")
    parser.add_argument(
        "--town", type=Path, default=ROOT / "town" / "musterstadt.yml", help="the town's facts"
    )
    parser.add_argument("--nlu", type=Path, default=HERE / "rasa" / "nlu", help="hand-written examples")
    chosen = parser.parse_args(arguments)
    try:
        changed = write(Catalogue.load(chosen.services, chosen.town), chosen.nlu, chosen.out)
    except CatalogueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{chosen.out}: {len(changed)} files changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
