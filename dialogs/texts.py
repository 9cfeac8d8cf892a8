"""What the colleague says and shows: keys to sentences, one folder per language, with variants.

`dialogs/texts/<lang>/*.yml` hold nested mappings; a value is a sentence or a list of variants.
Placeholders are `{name}`. The German sentences of the catalogue are merged in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialogs.catalogue import Catalogue
from dialogs.yamlfile import YamlFile

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class TextError(Exception):
    """The texts cannot be used; `errors` says every reason as "file:line: what, what to do"."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))


class Texts:
    """All sentences of all languages."""

    def __init__(self, sentences: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._sentences = sentences
        # Which of several wordings is said is no secret.
        self._random = random.Random()  # noqa: S311

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue) -> Texts:
        """Reads every language of the folder. Raises TextError with every mistake of all files."""
        errors: list[str] = []
        sentences: dict[str, dict[str, list[str]]] = {"de": catalogue.texts()}
        for path in sorted(folder.glob("*/*.yml")):
            file = YamlFile.read(path)
            if not file.errors:
                here = sentences.setdefault(path.parent.name, {})
                _gather(file, file.data, (), "", here)
            errors += file.errors
        if len(sentences) == 1 and not any(folder.glob("de/*.yml")):
            errors.append(f"{folder}:1: no texts (de/*.yml) here; put the folder back")
        if errors:
            raise TextError(errors)
        return cls(sentences)

    @property
    def languages(self) -> list[str]:
        """The languages there are texts in."""
        return sorted(self._sentences)

    def variants(self, lang: str, key: str) -> list[str]:
        """All wordings of a key. Raises KeyError if there is none."""
        try:
            return list(self._sentences[lang][key])
        except KeyError:
            raise KeyError(f"no text {key!r} in {lang!r}; add it to dialogs/texts/{lang}") from None

    def get(self, lang: str, key: str, **params: str) -> str:
        """The first wording, filled in; a parameter "@key" is that key's text. KeyError if one is missing."""
        return self._fill(lang, self.variants(lang, key)[0], params)

    def pick(self, lang: str, key: str, *, avoid: str = "", **params: str) -> str:
        """A wording that is not `avoid`, so that the same sentence is not said twice in a row."""
        wordings = [self._fill(lang, text, params) for text in self.variants(lang, key)]
        return self._random.choice([text for text in wordings if text not in avoid] or wordings)

    def check(self, keys: Mapping[str, Iterable[str]], languages: Iterable[str] = ("de",)) -> list[str]:
        """What is missing so that every key can be said with its parameters; call it at the start."""
        errors = []
        for lang in languages:
            for key, params in keys.items():
                known = set(params)
                for text in self._sentences.get(lang, {}).get(key, []):
                    errors += [
                        f"dialogs/texts/{lang}: {key!r} wants {{{name}}}, which it is never given; remove it"
                        for name in sorted(set(_PLACEHOLDER.findall(text)) - known)
                    ]
                if key not in self._sentences.get(lang, {}):
                    errors.append(f"dialogs/texts/{lang}: {key!r} is missing, add it")
        return errors

    def _fill(self, lang: str, text: str, params: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            try:
                given = params[match[1]]
            except KeyError:
                raise KeyError(f"the text {text[:40]!r} needs the parameter {match[1]!r}") from None
            return self.get(lang, given[1:]) if given.startswith("@") else given

        return _PLACEHOLDER.sub(value, text)


def _gather(
    file: YamlFile, node: Any, path: tuple[str | int, ...], prefix: str, into: dict[str, list[str]]
) -> None:
    for name, value in node.items():
        key, here = f"{prefix}{name}", (*path, name)
        if isinstance(value, dict):
            _gather(file, value, here, f"{key}.", into)
        elif isinstance(value, str) or (
            isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        ):
            if key in into:
                file.errors.append(file.error(f"{key!r} is there twice, remove one", *here))
            into[key] = [value] if isinstance(value, str) else value
        else:
            file.errors.append(
                file.error(f"{key!r} is no sentence and no list of sentences, quote it", *here)
            )
