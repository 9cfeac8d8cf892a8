"""Which service a sentence names, as people write and say it: compounds split, a letter wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.rasa.folding import fold
from dialogs.yamlfile import YamlFile

WORDS = Path(__file__).resolve().parent / "rasa" / "about.yml"
# a compound comes in up to so many pieces; a shorter word must be spelt right
_PIECES = 5
_LONG = 7
# "für die Beantragung eines Personalausweises", "eines Führungszeugnisses"
_GENITIVE = ("es", "ses")


class Names:
    """The services by their names (those of the catalogue in every language, and the words of about.yml)."""

    def __init__(self, catalogue: Catalogue, words: Path = WORDS) -> None:
        """Raises CatalogueError if the file of words cannot be read."""
        file = YamlFile.read(words)
        if file.errors:
            raise CatalogueError(file.errors)
        further: Mapping[str, Sequence[str]] = file.data or {}
        self._exact: dict[str, str] = {}
        self._near: dict[str, str] = {}
        for service in catalogue.services.values():
            for name in (*service.names, *further.get(service.id, ())):
                joined = fold(name).replace(" ", "")
                self._exact.setdefault(joined, service.id)
                if len(joined) >= _LONG:
                    for variant in _without_a_letter(joined):
                        self._near.setdefault(variant, service.id)

    def service(self, text: str) -> str | None:
        """The service whose name is the longest in the text; None if it names none."""
        tokens = fold(text).split()
        best, found = 0, None
        for start in range(len(tokens)):
            for end in range(start + 1, min(len(tokens), start + _PIECES) + 1):
                joined = "".join(tokens[start:end])
                named = self._named(joined)
                if named and len(joined) > best:
                    best, found = len(joined), named
        return found

    def exactly(self, text: str) -> str | None:
        """The service that the whole text names, spelt right; None if it is none's name."""
        return self._exact.get(fold(text).replace(" ", ""))

    def _named(self, joined: str) -> str | None:
        if joined in self._exact:
            return self._exact[joined]
        if len(joined) < _LONG:
            return None
        for ending in _GENITIVE:
            stem = joined.removesuffix(ending)
            if len(stem) >= _LONG and stem in self._exact:
                return self._exact[stem]
        # one letter missing, too many, wrong, or two swapped: both lose one and are alike
        hits = (self._exact.get(variant) or self._near.get(variant) for variant in _without_a_letter(joined))
        return self._near.get(joined) or next((hit for hit in hits if hit), None)


def _without_a_letter(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
