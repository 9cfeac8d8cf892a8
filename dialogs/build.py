"""Derives the Rasa project from the catalogue and the hand-written examples: `python -m dialogs.build`.

The same catalogue always gives the same bytes. Texts are not part of it: replies are keys.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import yaml

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.naming import Names
from dialogs.rasa.folding import fold
from dialogs.situation import LATER, LATER_FOR, MEANT, RETURNS_TO, before_it
from dialogs.vocabulary import FALLBACK, NEXT, OFFERED, action_of, actions, forms, intents
from dialogs.words import plain
from dialogs.yamlfile import YamlFile

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ACTION_URL_VARIABLE = "ACTION_ENDPOINT_URL"
FRAMES = HERE / "rasa" / "frames.yml"
OTHERS = HERE / "rasa" / "others.yml"
AROUND = HERE / "rasa" / "around.yml"
DEEDS = HERE / "rasa" / "deeds.yml"
CONCEPTS = HERE / "rasa" / "concepts.yml"
ABOUT = HERE / "rasa" / "about.yml"
# sentences of each kind of question for each service; of each thing of other offices, in words for such
# things and in those for our own: only the thing tells them apart
_TURNS = 16
_TURNS_OF_OTHERS = 4
_TURNS_AS_OURS = 4
# sentences of each kind for each deed of a service, and for each deed of others
_TURNS_OF_DEEDS = 4
_TURNS_OF_OTHERS_DEEDS = 2
# questions: words come before them, as before wishes, but none after them, which could be a wish
_ASKED_ABOUT = ("ask_fee", "ask_documents", "ask_duration", "opening_hours", "directions")
# every so many hand-written sentences, one comes with words around it
_EVERY = 2
_NOTHING: dict[str, list[str]] = {"before": [], "after": []}
# of our own pipeline, beside the project's configuration (Rasa looks for components there)
COMPONENTS = ("reading.py", "meaning.py", "folding.py", "concepts.py", "serve.py", "light.py")

CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "rathauslotse",
    "language": "de",
    # Chosen by `make nlu-report`, memory and latency. No DIET: it doubles memory and start-up time.
    "pipeline": [
        {"name": "reading.SentenceReader", "freedom": 0.5, "sharpness": 5.0, "rare": 2},
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


def examples(
    catalogue: Catalogue,
    folder: Path,
    without: Container[str] = frozenset(),
    services: Path = HERE / "services",
) -> dict[str, list[str]]:
    """Sentences of every intent: the services', the answers, the hand-written ones, and what is made of them.

    `without`: plain sentences that nothing is to be learnt from (cross-validation). `services`: where the
    services' files are, to name their lines.
    Raises CatalogueError with every mistake of the files.
    """
    found = {
        service.id: [s for s in service.examples if plain(s) not in without]
        for service in catalogue.services.values()
    }
    made: list[tuple[str, str]] = []
    errors: list[str] = []
    known = set(intents(catalogue))
    around: dict[str, dict[str, list[str]]] = _read(AROUND)
    files = [YamlFile.read(path) for path in sorted(folder.rglob("*.yml"))]
    for file in files:
        errors += file.errors
        for intent, sentences in (file.data or {}).items():
            if intent not in known:
                errors.append(file.error(f"there is no intent {intent!r}; correct its name", intent))
            elif not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
                errors.append(file.error(f"{intent!r} is no list of sentences, quote them", intent))
            else:
                kept = [s for s in sentences if plain(s) not in without]
                found.setdefault(intent, []).extend(kept)
                if intent in _ASKED_ABOUT or intent in catalogue.services or intent == "out_of_scope":
                    words = around.get(file.path.parent.name, _NOTHING)
                    made += [(intent, s) for s in _surrounded(kept, words, intent in _ASKED_ABOUT)]
    for intent, sentences in (*_asked(catalogue).items(), *_done(catalogue)):
        found.setdefault(intent, []).extend(sentences)
    owner: dict[str, str] = {}
    twice: dict[tuple[str, str], str] = {}
    for intent, sentences in found.items():
        for sentence in sentences if intent != "inform" else ():
            other = owner.setdefault(plain(sentence), intent)
            if other != intent:
                twice.setdefault((plain(sentence), intent), sentence)
    for (said, intent), sentence in twice.items():
        places = [*_places(files, services, said, owner[said]), *_places(files, services, said, intent)]
        first, *others = places or [f"{folder}:1"]
        also = f" ({', '.join(others)})" if others else ""
        errors.append(
            f"{first}: {sentence!r} is an example of both {owner[said]} and {intent}{also}; keep one of them"
        )
    answers = [
        phrase
        for service in catalogue.services.values()
        for question in service.questions
        for choice in question.choices
        for phrase in choice.say
        if "*" not in phrase
    ]
    for intent, sentence in made:
        if owner.get(plain(sentence), intent) == intent:
            found[intent].append(sentence)
    # Where an answer is also an example of another intent, the answer gives way.
    found["inform"] = [s for s in (*answers, *found.get("inform", ())) if plain(s) not in owner]
    for intent in sorted(known - {i for i, sentences in found.items() if sentences} - {"nlu_fallback"}):
        errors.append(f"{folder}:1: the intent {intent!r} has no examples; write some")
    if errors:
        raise CatalogueError(errors)
    return {intent: list(dict.fromkeys(sentences)) for intent, sentences in sorted(found.items())}


def _places(files: list[YamlFile], services: Path, said: str, intent: str) -> list[str]:
    """Where the plain sentence stands for the intent, as file:line: hand-written, or in a service's file."""
    lists = [(file, (intent,)) for file in files]
    lists += [(YamlFile.read(path), ("examples",)) for path in sorted(services.rglob(f"{intent}.yml"))]
    return [
        f"{file.path}:{file.line(*key, place)}"
        for file, key in lists
        for place, sentence in enumerate((file.data or {}).get(key[0]) or ())
        if plain(str(sentence)) == said
    ]


def _surrounded(sentences: list[str], around: dict[str, list[str]], only_before: bool) -> list[str]:
    """Some of the sentences with the words of around.yml before or after them, in turns."""
    frames = [f"{words} {{}}" for words in around["before"]]
    if not only_before:
        frames += [f"{{}} {words}" for words in around["after"]]
        both = zip(around["before"], around["after"], strict=False)
        frames += [f"{first} {{}} {last}" for first, last in both]
    if not frames:
        return []
    # the step shares no factor with the number of frames, so that all take their turn
    step = next(number for number in (37, 41, 43) if len(frames) % number)
    return [
        frames[place * step % len(frames)].replace("{}", sentence)
        for place, sentence in enumerate(sentences[::_EVERY])
    ]


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
                meant = service.id if intent == "service" else intent
                found.setdefault(meant, []).append(frame.replace("{}", name.lower()))
    names = Names(catalogue, ABOUT)
    ours = [frame for several in frames.values() for frame in several]
    others = [thing for several in _read(OTHERS).values() for thing in several]
    for place, thing in enumerate(thing for thing in others if names.exactly(thing) is None):
        for several, turns in ((strange, _TURNS_OF_OTHERS), (ours, _TURNS_AS_OURS)):
            for turn in range(turns):
                frame = several[(place * turns + turn) * 7 % len(several)]
                found.setdefault("out_of_scope", []).append(frame.replace("{}", thing))
    return found


def _done(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    """Intents and sentences with the verbs of deeds.yml: ours, and in the same words others'.

    Raises CatalogueError if the file cannot be read.
    """
    spoken: dict[str, dict[str, list[str]]]
    for spoken in _read(DEEDS).values():
        place = 0
        for owner, deeds in spoken["deeds"].items():
            ours = owner in catalogue.services
            turns = _TURNS_OF_DEEDS if ours else _TURNS_OF_OTHERS_DEEDS
            for deed in deeds:
                for kind, frames in spoken["frames"].items():
                    # neighbours take different frames
                    several = [frames[(place + turn) * 5 % len(frames)] for turn in range(turns)]
                    intent = owner if kind == "service" or not ours else kind
                    yield intent, [frame.replace("{}", deed) for frame in several]
                place += turns


def _read(path: Path) -> dict[str, Any]:
    file = YamlFile.read(path)
    if file.errors:
        raise CatalogueError(file.errors)
    read: dict[str, Any] = file.data or {}
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
    stations = dict.fromkeys(node.name for service in catalogue.services.values() for node in service.journey)
    slots: dict[str, list[str]] = {
        "service": list(catalogue.services),
        "station": [*stations],
        RETURNS_TO: [*stations],
        "pending": ["stop", "cancelled", "retry", "meant", "later"],
        "misunderstood": ["1", "2", "3"],
        "asked_as": ["full", "again", "other"],
        **{slot: [s.id for s in catalogue.services.values() if s.journey] for slot in LATER},
        LATER_FOR: ["child", "other"],
        **{slot: [*catalogue.services, *OFFERED] for slot in MEANT},
    }
    for service in catalogue.services.values():
        for question in service.questions:
            slots[question.slot] = slots[before_it(question.slot)] = [c.id for c in question.choices]
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
