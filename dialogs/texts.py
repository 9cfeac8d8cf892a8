"""What the colleague says and shows: keys to sentences, one folder per language, with variants.

`dialogs/texts/<lang>/*.yml` hold nested mappings; a value is a sentence or a list of variants.
Placeholders are `{name}`. The sentences of the catalogue and their translations are merged in. A language
that is not complete (`dialogs.languages`) takes the German sentence where it has none of its own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dialogs.catalogue import Catalogue
from dialogs.formats import written
from dialogs.languages import COMPLETE, GERMAN, LANGUAGES
from dialogs.translations import SPOKEN, Entry, differences, entries, header_fault
from dialogs.yamlfile import YamlFile

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
# parameters that are no plain words; a sign alone is one that somebody typed
_WRITTEN = re.compile(r"=[a-z]+:.")
_KEY = re.compile(r"@[a-z]")

FOR_STAFF = (
    "screen.device.",
    "screen.condition.",
    "screen.chip.note.",
    "screen.chip.cause.",
    "screen.chip.group.",
)
"""Texts that only the clerk reads: German, and in no other language."""

BUTTONS = "screen.say."
"""Phrases that are understood, as `<service>.say` and the ways to say an answer are: who chose plain German
says them as in German."""

Param = str | Callable[[], str]


class TextError(Exception):
    """The texts cannot be used; `errors` says every reason as "file:line: what, what to do"."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))


class Texts:
    """All sentences of all languages."""

    def __init__(
        self, sentences: Mapping[str, Mapping[str, list[str]]], where: Mapping[str, str] | None = None
    ) -> None:
        """`where`: file and line of the German keys."""
        self._sentences = sentences
        self._layer: Mapping[str, Mapping[str, list[str]]] = {}
        self._where = where or {}
        # Which of several wordings is said is no secret.
        self._random = random.Random()  # noqa: S311

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue) -> Texts:
        """Reads every language of the folder. Raises TextError with every mistake of all files."""
        errors: list[str] = []
        sentences = {lang: dict(texts) for lang, texts in catalogue.translations.items()}
        sentences[GERMAN] = sentences.get(GERMAN, {}) | catalogue.texts()
        translated: list[tuple[YamlFile, Entry]] = []
        where: dict[str, str] = {}
        for path in sorted(folder.glob("*/*.yml")):
            lang, file = path.parent.name, YamlFile.read(path)
            if lang not in LANGUAGES:
                file.errors.append(f"{path}:1: {lang!r} is no language; there are {', '.join(LANGUAGES)}")
            if not file.errors:
                file.errors += header_fault(file, lang)
                here = sentences.setdefault(lang, {})
                for entry in list(entries(file, file.data, "")):
                    if entry.key in here:
                        file.errors.append(
                            file.error(f"{entry.key!r} is there twice, remove one", *entry.path)
                        )
                    here[entry.key] = entry.wordings
                    if lang == GERMAN:
                        where[entry.key] = f"{path}:{file.line(*entry.path)}"
                    else:
                        translated.append((file, entry))
            errors += file.errors
        if not any(folder.glob("de/*.yml")):
            errors.append(f"{folder}:1: no texts (de/*.yml) here; put the folder back")
        errors += [
            fault for file, entry in translated for fault in differences(file, entry, sentences[GERMAN])
        ]
        if errors:
            raise TextError(errors)
        return cls(sentences, where)

    @property
    def languages(self) -> list[str]:
        """The languages there are texts in."""
        return sorted(self._sentences)

    def variants(self, lang: str, key: str) -> list[str]:
        """All wordings of a key. Raises KeyError if there is none."""
        if (found := self._found(lang, key)) is None:
            raise KeyError(f"no text {key!r} in {lang!r}; add it to dialogs/texts/{lang}")
        return list(found)

    def lay_over(self, layer: Mapping[str, Mapping[str, list[str]]]) -> None:
        """From now on these sentences (language to key to wordings) count before those of the files."""
        self._layer = layer

    def left_german(self, lang: str) -> list[str]:
        """Sentences laid over that this language has in German only, whatever it said before."""
        german = self._layer.get(GERMAN, {})
        return [
            wordings[0]
            for key, wordings in self._layer.get(lang, {}).items()
            if lang not in (GERMAN, "leicht") and wordings == german.get(key) and " " in wordings[0]
        ]

    def overlaid(self, layer: Mapping[str, Mapping[str, list[str]]]) -> Texts:
        """The same texts under another layer."""
        other = Texts(self._sentences, self._where)
        other.lay_over(layer)
        return other

    def _found(self, lang: str, key: str) -> list[str] | None:
        over = self._layer.get(lang, {}).get(key)
        if over is not None:
            return over
        found = self._sentences.get(lang, {}).get(key)
        if found is None and (lang not in COMPLETE or _german(lang, key)):
            found = self._sentences.get(GERMAN, {}).get(key)
        return found

    def get(self, lang: str, key: str, **params: Param) -> str:
        """The first wording, filled in. KeyError if the text or a parameter is missing.

        A parameter "@key" is that key's text with the same parameters; "=eur:4600", "=date:2026-02-07" or
        "=time:08:30" is written as the language does it; a function is asked for its value.
        """
        return self._fill(lang, self.variants(lang, key)[0], params)

    def maybe(self, lang: str, key: str, default: str = "") -> str:
        """The first wording as it stands, or `default` where the service has no such text."""
        found = self._found(lang, key)
        return found[0] if found else default

    def all(self, lang: str, key: str) -> list[str]:
        """All wordings of a key, [] where there is none."""
        return list(self._found(lang, key) or ())

    def own(self, lang: str, key: str) -> bool:
        """Whether the language has this text itself."""
        return key in self._sentences.get(lang, {})

    def below(self, prefix: str) -> list[str]:
        """What stands below a prefix: the names of `screen.label.`."""
        return [key.removeprefix(prefix) for key in self._sentences[GERMAN] if key.startswith(prefix)]

    def pick(self, lang: str, key: str, *, avoid: str = "", **params: Param) -> str:
        """A wording that is not `avoid`, so that the same sentence is not said twice in a row."""
        wordings = [self._fill(lang, text, params) for text in self.variants(lang, key)]
        return self._random.choice([text for text in wordings if text not in avoid] or wordings)

    def check(self, keys: Mapping[str, Iterable[str]], languages: Iterable[str] = COMPLETE) -> list[str]:
        """What is missing so that every key can be said with its parameters; call it at the start."""
        errors = []
        for lang in languages:
            for key, params in keys.items():
                known = set(params)
                found = self._found(lang, key)
                for text in found or ():
                    errors += [
                        f"dialogs/texts/{lang}: {key!r} wants {{{name}}}, which it is never given; remove it"
                        for name in sorted(set(_PLACEHOLDER.findall(text)) - known)
                    ]
                if found is None:
                    errors.append(f"dialogs/texts/{lang}: {key!r} is missing, add it")
        return errors

    def missing(self) -> list[str]:
        """Every German text that one of the complete languages does not have, with its file and line."""
        return [
            f"{self._file(lang, key)}: {key!r} is missing, add it"
            for lang in COMPLETE
            for key in self._sentences.get(GERMAN, {})
            if self._found(lang, key) is None
        ]

    def _file(self, lang: str, key: str) -> str:
        """Where a translation belongs: beside the German fixed text, or in the service's own file."""
        if (german := self._where.get(key)) is not None:
            path, _, line = german.rpartition(":")
            return f"{Path(path).parent.parent / lang / Path(path).name} (German: line {line})"
        name = key.partition(".")[0]
        return f"dialogs/services/{lang}/{'places' if name == 'place' else name}.yml"

    def _fill(self, lang: str, text: str, params: Mapping[str, Param]) -> str:
        def value(match: re.Match[str]) -> str:
            try:
                given = params[match[1]]
            except KeyError:
                raise KeyError(f"the text {text[:40]!r} needs the parameter {match[1]!r}") from None
            if callable(given):
                given = given()
            if _WRITTEN.match(given):
                return written(lang, given)
            return self.get(lang, given[1:], **params) if _KEY.match(given) else given

        return _PLACEHOLDER.sub(value, text)


def _german(lang: str, key: str) -> bool:
    """Whether a complete language leaves this one to the German text."""
    if key.startswith(FOR_STAFF) or ".counter." in key or (".copy." in key and key.endswith(".purpose")):
        return True
    spoken = key.startswith(BUTTONS) or (
        key.endswith((f".{SPOKEN}", ".say")) and not key.startswith("screen.")
    )
    return spoken and (lang == "leicht" or key.endswith(f".{SPOKEN}"))
